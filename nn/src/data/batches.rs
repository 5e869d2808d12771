//! Batches, shuffled or in order.

use array_core::Array;
use array_core::random::Generator;

use super::Samples;

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
pub fn batches<S: Samples>(data: &S, size: usize, rng: &mut Generator) -> Batches<S> {
    Batches::new(data, size, rng.permutation(data.count()))
}

/// The samples of a data set as they lie, `size` at a time; the last batch may be smaller.
///
/// # Panics
/// If `size` is 0.
#[track_caller]
pub fn in_order<S: Samples>(data: &S, size: usize) -> Batches<S> {
    Batches::new(data, size, Array::arange(0, data.count() as i64, 1))
}

/// An iterator over batches.
///
/// It has a data set of its own, which is cheap since arrays share their elements, so that it may go to another thread
/// ([`prefetch`](super::prefetch)).
#[derive(Debug, Clone)]
pub struct Batches<S> {
    data: S,
    order: Array<i64>,
    size: usize,
    next: usize,
}

impl<S: Samples> Batches<S> {
    #[track_caller]
    fn new(data: &S, size: usize, order: Array<i64>) -> Self {
        assert!(size > 0, "batches: a batch has at least one sample");
        Batches { data: data.clone(), order, size, next: 0 }
    }

    /// Leaves out the last batch if it is smaller than the others.
    pub fn drop_last(mut self) -> Self {
        let whole = self.order.size() / self.size * self.size;
        self.order = self.order.slice(..whole);
        self
    }
}

impl<S: Samples> Iterator for Batches<S> {
    type Item = S::Batch;

    fn next(&mut self) -> Option<S::Batch> {
        self.nth(0)
    }

    /// Batches that are passed over are not put together.
    fn nth(&mut self, n: usize) -> Option<S::Batch> {
        let count = self.order.size();
        let start = n.saturating_mul(self.size).saturating_add(self.next).min(count);
        let end = start.saturating_add(self.size).min(count);
        self.next = end;
        (start < end).then(|| self.data.at(&self.order.slice(start..end)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.order.size() - self.next).div_ceil(self.size);
        (left, Some(left))
    }
}

impl<S: Samples> ExactSizeIterator for Batches<S> {}
