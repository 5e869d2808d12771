//! Shuffled batches.

use array_core::Array;
use array_core::random::Generator;

use super::Dataset;
use crate::scalar::Scalar;

/// The samples of a data set in random order, `size` at a time; the last batch may be smaller.
///
/// The order is drawn from `rng` when this is called, by
/// [`permutation`](array_core::random::Generator::permutation); the same generator state gives the same batches.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::data::{Dataset, batches};
/// let data = Dataset::new(Array::<f32>::zeros([10, 3]), Array::arange(0, 10, 1));
/// let sizes: Vec<usize> = batches(&data, 4, &mut default_rng(0)).map(|(_, labels)| labels.size()).collect();
/// assert_eq!(sizes, [4, 4, 2]);
/// ```
///
/// # Panics
/// If `size` is 0.
#[track_caller]
pub fn batches<'d, T: Scalar>(data: &'d Dataset<T>, size: usize, rng: &mut Generator) -> Batches<'d, T> {
    assert!(size > 0, "batches: a batch has at least one sample");
    Batches { data, order: rng.permutation(data.len()), size, next: 0 }
}

/// An iterator over batches: inputs of shape (size, …) and labels of shape (size).
#[derive(Debug, Clone)]
pub struct Batches<'d, T: Scalar = f32> {
    data: &'d Dataset<T>,
    order: Array<i64>,
    size: usize,
    next: usize,
}

impl<T: Scalar> Iterator for Batches<'_, T> {
    type Item = (Array<T>, Array<i64>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.data.len() {
            return None;
        }
        let end = (self.next + self.size).min(self.data.len());
        let batch = self.data.take(&self.order.slice(self.next..end));
        self.next = end;
        Some((batch.inputs, batch.labels))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.data.len() - self.next).div_ceil(self.size);
        (left, Some(left))
    }
}

impl<T: Scalar> ExactSizeIterator for Batches<'_, T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use array_core::default_rng;

    #[test]
    fn every_sample_comes_once_and_with_its_label() {
        let inputs = Array::from_fn([11, 2], |index| (10 * index[0] + index[1]) as f32);
        let data = Dataset::new(inputs, Array::arange(0, 11, 1));
        let mut seen = Vec::new();
        for (inputs, labels) in batches(&data, 3, &mut default_rng(5)) {
            for (row, &label) in labels.iter().enumerate() {
                assert_eq!(inputs.slice(row).to_vec(), [10.0 * label as f32, 10.0 * label as f32 + 1.0]);
                seen.push(label);
            }
        }
        assert_ne!(seen, (0..11).collect::<Vec<_>>(), "shuffled");
        seen.sort_unstable();
        assert_eq!(seen, (0..11).collect::<Vec<_>>());
    }
}
