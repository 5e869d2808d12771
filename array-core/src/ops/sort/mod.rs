//! Sorting along an axis, by value or by position.
//!
//! Numbers ascend, NaNs come last; complex numbers are ordered by their real parts, equal ones by their imaginary
//! parts. Sorts of positions are stable.

mod lexsort;
mod partition;
mod unique;

pub use lexsort::{SortKey, lexsort, try_lexsort};
pub use unique::Unique;

use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::kernels::sort::{argsort_lanes, sort_lanes};
use crate::layout::shape::axis_of;

/// The array with axis `at` moved to the end, its lanes along it side by side in a buffer of its own.
fn lanes_along<T: Element>(a: &Array<T>, at: usize) -> Result<Array<T>> {
    let mut axes: Vec<usize> = (0..a.ndim()).collect();
    let axis = axes.remove(at);
    axes.push(axis);
    Ok(a.try_permute(axes)?.copy())
}

/// Moves the last axis back to `at`.
fn lanes_back<T: Element>(lanes: Array<T>, at: usize) -> Result<Array<T>> {
    let mut axes: Vec<usize> = (0..lanes.ndim() - 1).collect();
    axes.insert(at, lanes.ndim() - 1);
    Ok(lanes.try_permute(axes)?.contiguous())
}

/// Rearranges the lanes of a copy of the array along an axis.
fn rearranged<T: Element>(a: &Array<T>, at: usize, f: impl FnOnce(&mut [T], usize)) -> Result<Array<T>> {
    let mut lanes = lanes_along(a, at)?;
    f(lanes.as_mut_slice().unwrap_or_default(), a.shape()[at]);
    lanes_back(lanes, at)
}

/// `count` positions made from each lane along an axis.
fn positions<T: Element>(
    a: &Array<T>,
    at: usize,
    count: usize,
    f: impl FnOnce(&mut [i64], &[T], usize),
) -> Result<Array<i64>> {
    let lanes = lanes_along(a, at)?;
    let mut shape = lanes.shape().to_vec();
    shape[a.ndim() - 1] = count;
    let mut positions = Array::<i64>::try_zeros(shape)?;
    f(positions.as_mut_slice().unwrap_or_default(), lanes.as_slice().unwrap_or_default(), a.shape()[at]);
    lanes_back(positions, at)
}

impl<T: Element> Array<T> {
    /// The elements in ascending order along an axis, NaNs last: `numpy.sort(a, axis)`.
    ///
    /// To sort all elements, sort [`a.ravel()`](Array::ravel) along axis 0. NaNs lose their sign and payload.
    ///
    /// ```
    /// use array_core::Array;
    /// let m = Array::from_vec([3, 1, 2, 9, 8, 7], [2, 3]);
    /// assert_eq!(m.sort(-1).to_vec(), [1, 2, 3, 7, 8, 9]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn sort(&self, axis: isize) -> Array<T> {
        self.try_sort(axis).or_panic()
    }

    /// As [`Array::sort`]; fails where it panics.
    pub fn try_sort(&self, axis: isize) -> Result<Array<T>> {
        rearranged(self, axis_of("sort", axis, self.shape())?, sort_lanes)
    }

    /// The positions along an axis that would sort it; equal elements, −0 and 0 among them, keep their order:
    /// `numpy.argsort(a, axis, kind="stable")`.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([0.5, f64::NAN, -1.0, 0.5], 4);
    /// assert_eq!(a.argsort(0).to_vec(), [2, 0, 3, 1]);
    /// assert_eq!(a.take_along_axis(&a.argsort(0), 0)[0], -1.0);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn argsort(&self, axis: isize) -> Array<i64> {
        self.try_argsort(axis).or_panic()
    }

    /// As [`Array::argsort`]; fails where it panics.
    pub fn try_argsort(&self, axis: isize) -> Result<Array<i64>> {
        let at = axis_of("argsort", axis, self.shape())?;
        positions(self, at, self.shape()[at], argsort_lanes)
    }
}
