//! Where the extremes are.

use super::extreme::demand_elements;
use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::kernels::position::{position, positions_along};
use crate::layout::Shape;
use crate::layout::shape::axis_of;

impl<T: Element> Array<T> {
    /// Where the greatest element is, counted in row-major order, the first one if there are several; a NaN counts
    /// as greatest: `numpy.argmax`.
    ///
    /// ```
    /// use array_core::Array;
    /// let m = Array::from_vec([3, 9, 4, 9, 0, 5], [2, 3]);
    /// assert_eq!(m.argmax(), 1);
    /// assert_eq!(m.argmax_axis(0).to_vec(), [1, 0, 1]);
    /// ```
    ///
    /// # Panics
    /// If there are no elements.
    #[track_caller]
    pub fn argmax(&self) -> usize {
        self.try_argmax().or_panic()
    }

    /// As [`Array::argmax`]; fails if there are no elements.
    pub fn try_argmax(&self) -> Result<usize> {
        position_of("argmax", self, T::LOWEST, T::maximum)
    }

    /// Where along an axis the greatest element is, the first one if there are several; a NaN counts as
    /// greatest: `numpy.argmax(a, axis)`.
    ///
    /// # Panics
    /// If the axis does not exist or has size 0.
    #[track_caller]
    pub fn argmax_axis(&self, axis: isize) -> Array<i64> {
        self.try_argmax_axis(axis).or_panic()
    }

    /// As [`Array::argmax_axis`]; fails where it panics.
    pub fn try_argmax_axis(&self, axis: isize) -> Result<Array<i64>> {
        positions_of("argmax", self, axis, T::LOWEST, T::maximum)
    }

    /// Where the least element is, counted in row-major order, the first one if there are several; a NaN counts
    /// as least: `numpy.argmin`.
    ///
    /// # Panics
    /// If there are no elements.
    #[track_caller]
    pub fn argmin(&self) -> usize {
        self.try_argmin().or_panic()
    }

    /// As [`Array::argmin`]; fails if there are no elements.
    pub fn try_argmin(&self) -> Result<usize> {
        position_of("argmin", self, T::HIGHEST, T::minimum)
    }

    /// Where along an axis the least element is, the first one if there are several; a NaN counts as least:
    /// `numpy.argmin(a, axis)`.
    ///
    /// # Panics
    /// If the axis does not exist or has size 0.
    #[track_caller]
    pub fn argmin_axis(&self, axis: isize) -> Array<i64> {
        self.try_argmin_axis(axis).or_panic()
    }

    /// As [`Array::argmin_axis`]; fails where it panics.
    pub fn try_argmin_axis(&self, axis: isize) -> Result<Array<i64>> {
        positions_of("argmin", self, axis, T::HIGHEST, T::minimum)
    }
}

/// The position among all elements.
fn position_of<T: Element>(
    op: &'static str,
    a: &Array<T>,
    loser: T,
    choose: impl Fn(T, T) -> T + Copy + Sync,
) -> Result<usize> {
    demand_elements(op, a.shape(), a.size())?;
    Ok(position(a.operand(), loser, choose))
}

/// The positions along one axis.
fn positions_of<T: Element>(
    op: &'static str,
    a: &Array<T>,
    axis: isize,
    loser: T,
    choose: impl Fn(T, T) -> T + Copy + Sync,
) -> Result<Array<i64>> {
    let at = axis_of(op, axis, a.shape())?;
    demand_elements(op, a.shape(), a.shape()[at])?;
    let mut shape = Shape::from_slice(a.shape());
    shape.remove(at);
    let layout = Array::<i64>::new_layout(op, &shape)?;
    Ok(Array::build(layout, |out| positions_along(out, a.operand(), at, loser, choose)))
}
