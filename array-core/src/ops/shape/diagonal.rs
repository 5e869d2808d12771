//! Diagonals, read and written in place.

use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::view_mut::ViewMut;

impl<T: Element> Array<T> {
    /// Diagonal `k` of the matrices in two axes, which it replaces as the last axis: `numpy.diagonal`.
    ///
    /// Diagonal 0 starts in the corner, positive ones lie above it, negative ones below. A view.
    ///
    /// ```
    /// use array_core::{Array, array};
    /// let m = Array::arange(0, 6, 1).reshape([2, 3]);
    /// assert_eq!(m.diagonal(1, 0, 1), array![1, 5]);
    /// ```
    ///
    /// # Panics
    /// If an axis does not exist or both are the same.
    #[track_caller]
    pub fn diagonal(&self, k: isize, axis1: isize, axis2: isize) -> Array<T> {
        self.try_diagonal(k, axis1, axis2).or_panic()
    }

    /// As [`Array::diagonal`]; fails where it panics.
    pub fn try_diagonal(&self, k: isize, axis1: isize, axis2: isize) -> Result<Array<T>> {
        Ok(self.view(self.layout().diagonal("diagonal", k, [axis1, axis2])?))
    }

    /// As [`Array::diagonal`], for writing through to this array: `numpy.fill_diagonal` and more.
    ///
    /// ```
    /// use array_core::{Array, array};
    /// let mut m = Array::zeros([2, 2]);
    /// m.diagonal_mut(0, 0, 1).assign(&array![5, 7]);
    /// assert_eq!(m, array![[5, 0], [0, 7]]);
    /// ```
    #[track_caller]
    pub fn diagonal_mut(&mut self, k: isize, axis1: isize, axis2: isize) -> ViewMut<'_, T> {
        self.try_diagonal_mut(k, axis1, axis2).or_panic()
    }

    /// As [`Array::diagonal_mut`]; fails where it panics.
    pub fn try_diagonal_mut(&mut self, k: isize, axis1: isize, axis2: isize) -> Result<ViewMut<'_, T>> {
        Ok(self.view_mut().into_region().diagonal("diagonal_mut", k, [axis1, axis2])?.into())
    }

    /// The sum along diagonal `k` of the matrices in two axes, which are gone from the result: `numpy.trace`. Summed as
    /// [`Array::sum`] is.
    ///
    /// ```
    /// use array_core::Array;
    /// let m = Array::arange(0, 9, 1).reshape([3, 3]);
    /// assert_eq!(m.trace(0, 0, 1).item(), 12i64); // 0 + 4 + 8
    /// ```
    ///
    /// # Panics
    /// If an axis does not exist or both are the same.
    #[track_caller]
    pub fn trace(&self, k: isize, axis1: isize, axis2: isize) -> Array<T::Sum> {
        self.try_trace(k, axis1, axis2).or_panic()
    }

    /// As [`Array::trace`]; fails where it panics.
    pub fn try_trace(&self, k: isize, axis1: isize, axis2: isize) -> Result<Array<T::Sum>> {
        self.view(self.layout().diagonal("trace", k, [axis1, axis2])?).try_sum_axis(-1)
    }
}
