//! How often each of the numbers 0, 1, 2, … occurs.

use crate::array::Array;
use crate::element::{Element, Float, Integer, Num};
use crate::error::{Error, OrPanic, Result};

/// Refuses weights of another shape.
pub(super) fn check_weights<T: Element, W: Element>(
    op: &'static str,
    values: &Array<T>,
    weights: &Array<W>,
) -> Result<()> {
    if values.shape() == weights.shape() {
        return Ok(());
    }
    let shapes = [values.shape().to_vec(), weights.shape().to_vec()];
    Err(Error::Shapes { op, shapes, rule: "each element needs a weight" })
}

impl<I: Integer> Array<I> {
    /// How often each of the numbers 0, 1, 2, … occurs in this array of one axis: `numpy.bincount`.
    ///
    /// As long as the greatest element demands, and at least `minlength`.
    ///
    /// ```
    /// use array_core::array;
    /// assert_eq!(array![0, 1, 1, 3].bincount(0), array![1i64, 2, 0, 1]);
    /// ```
    ///
    /// # Panics
    /// If there is not one axis, or an element is negative.
    #[track_caller]
    pub fn bincount(&self, minlength: usize) -> Array<i64> {
        self.try_bincount(minlength).or_panic()
    }

    /// As [`Array::bincount`]; fails where it panics.
    pub fn try_bincount(&self, minlength: usize) -> Result<Array<i64>> {
        self.tallied(minlength, std::iter::repeat(1))
    }

    /// For each of the numbers 0, 1, 2, …, the sum of the weights at its places in this array of one axis, in
    /// `f64`: `numpy.bincount` with weights.
    ///
    /// ```
    /// use array_core::array;
    /// let sums = array![0, 1, 1].bincount_weighted(&array![0.5, 1.0, 2.0], 3);
    /// assert_eq!(sums, array![0.5, 3.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// If there is not one axis, an element is negative, or the shape of the weights differs.
    #[track_caller]
    pub fn bincount_weighted<W: Float>(&self, weights: &Array<W>, minlength: usize) -> Array<f64> {
        self.try_bincount_weighted(weights, minlength).or_panic()
    }

    /// As [`Array::bincount_weighted`]; fails where it panics.
    pub fn try_bincount_weighted<W: Float>(
        &self,
        weights: &Array<W>,
        minlength: usize,
    ) -> Result<Array<f64>> {
        check_weights("bincount", self, weights)?;
        self.tallied(minlength, weights.iter().map(|weight| weight.to_f64()))
    }

    /// The sums of the weights of equal elements.
    fn tallied<W: Num>(&self, minlength: usize, weights: impl Iterator<Item = W>) -> Result<Array<W>> {
        let op = "bincount";
        if self.ndim() != 1 {
            let message = format!("shape {:?} does not have one axis", self.shape());
            return Err(Error::Value { op, message });
        }
        let mut length = minlength;
        for &element in self {
            let Some(number) = element.to_isize().and_then(|i| usize::try_from(i).ok()) else {
                let message = format!("{element:?} is not the number of a bin");
                return Err(Error::Value { op, message });
            };
            length = length.max(number + 1);
        }
        Array::filled(op, length, |sums| {
            sums.fill(W::ZERO);
            for (number, weight) in self.iter().filter_map(|element| element.to_isize()).zip(weights) {
                sums[number as usize] = sums[number as usize].add(weight);
            }
        })
    }
}
