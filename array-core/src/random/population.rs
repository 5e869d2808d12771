//! What one can choose from: the integers below a number, or the parts of an array along an axis.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, Result};
use crate::layout::shape::{Int, axis_of};

/// What [`Generator::permutation`] and [`Generator::choice`] draw from: a number `n`, which stands for
/// 0, …, n − 1, or an array.
///
/// [`Generator::permutation`]: super::Generator::permutation
/// [`Generator::choice`]: super::Generator::choice
pub trait Population {
    /// What a sample is: an array of the drawn integers or elements.
    type Sample;
    /// How many there are to draw from.
    fn size(&self, op: &'static str, axis: isize) -> Result<usize>;
    /// Those at these positions.
    fn sample(&self, positions: Array<i64>, axis: isize) -> Result<Self::Sample>;
}

impl<I: Int> Population for I {
    type Sample = Array<i64>;

    fn size(&self, op: &'static str, _: isize) -> Result<usize> {
        let n = self.int();
        usize::try_from(n).map_err(|_| Error::NegativeSize { op, shape: vec![n] })
    }

    fn sample(&self, positions: Array<i64>, _: isize) -> Result<Array<i64>> {
        Ok(positions)
    }
}

impl<T: Element> Population for &Array<T> {
    type Sample = Array<T>;

    fn size(&self, op: &'static str, axis: isize) -> Result<usize> {
        Ok(self.shape()[axis_of(op, axis, self.shape())?])
    }

    fn sample(&self, positions: Array<i64>, axis: isize) -> Result<Array<T>> {
        self.try_take(&positions, axis)
    }
}
