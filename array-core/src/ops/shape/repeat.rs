//! Elements repeated, and shifted around.

use std::iter::repeat_n;
use std::ops::Range;

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::Shape;
use crate::layout::pick::Positions;
use crate::layout::shape::{Axes, IntList, axis_of, shape_of};
use crate::layout::slice::IntoSliceItem;
use crate::ops::shape::try_concatenate;

impl<T: Element> Array<T> {
    /// The whole array repeated along each axis: `numpy.tile`.
    ///
    /// Fewer counts than axes apply to the last axes; more counts add axes.
    ///
    /// ```
    /// use array_core::array;
    /// assert_eq!(array![1, 2].tile(2), array![1, 2, 1, 2]);
    /// assert_eq!(array![1, 2].tile([2, 1]), array![[1, 2], [1, 2]]);
    /// ```
    ///
    /// # Panics
    /// If a count is negative or the result exceeds the address space.
    #[track_caller]
    pub fn tile(&self, counts: impl IntList) -> Array<T> {
        self.try_tile(counts).or_panic()
    }

    /// As [`Array::tile`]; fails where it panics.
    pub fn try_tile(&self, counts: impl IntList) -> Result<Array<T>> {
        let counts = shape_of("tile", counts)?;
        let ndim = counts.len().max(self.ndim());
        let padded = |list: &[usize]| -> Shape {
            repeat_n(1, ndim - list.len()).chain(list.iter().copied()).collect()
        };
        let (counts, sizes) = (padded(&counts), padded(self.shape()));
        // Each axis (n) is seen as (1, n), stretched to (count, n), and merged to (count·n).
        let pairs =
            |outer: &[usize]| -> Shape { outer.iter().zip(&sizes).flat_map(|(&m, &n)| [m, n]).collect() };
        let tiled: Shape = counts.iter().zip(&sizes).map(|(m, n)| m.saturating_mul(*n)).collect();
        Self::new_layout("tile", &tiled)?;
        let stretched =
            self.try_reshape(&pairs(&vec![1; ndim])[..])?.try_broadcast_to(&pairs(&counts)[..])?;
        stretched.try_reshape(&tiled[..])
    }

    /// Every slice along an axis repeated: one count for all, or one for each: `numpy.repeat`.
    ///
    /// NumPy's `axis=None` is `a.ravel().repeat(counts, 0)`.
    ///
    /// ```
    /// use array_core::array;
    /// assert_eq!(array![1, 2].repeat(2, 0), array![1, 1, 2, 2]);
    /// assert_eq!(array![1, 2].repeat([0, 3], 0), array![2, 2, 2]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist, a count is negative, or there are neither one nor as many counts as slices.
    #[track_caller]
    pub fn repeat(&self, counts: impl IntList, axis: isize) -> Array<T> {
        self.try_repeat(counts, axis).or_panic()
    }

    /// As [`Array::repeat`]; fails where it panics.
    pub fn try_repeat(&self, counts: impl IntList, axis: isize) -> Result<Array<T>> {
        let op = "repeat";
        let at = axis_of(op, axis, self.shape())?;
        let (counts, size) = (shape_of(op, counts)?, self.shape()[at]);
        if counts.len() != 1 && counts.len() != size {
            let message = format!("{} counts for axis {axis} of size {size}", counts.len());
            return Err(Error::Value { op, message });
        }
        let count = |i: usize| counts[if counts.len() == 1 { 0 } else { i }];
        // The size is checked before the positions are written down.
        let mut shape = Shape::from_slice(self.shape());
        shape[at] = (0..size).try_fold(0usize, |sum, i| sum.checked_add(count(i))).unwrap_or(usize::MAX);
        Self::new_layout(op, &shape)?;
        let positions: Vec<i64> = (0..size).flat_map(|i| repeat_n(i as i64, count(i))).collect();
        self.gathered_along(op, at, Positions::list(&positions))
    }

    /// Elements moved on along axes; what leaves at one end comes back at the other: `numpy.roll`.
    ///
    /// One distance for every axis, or one for all. NumPy's `axis=None` is
    /// `a.ravel().roll(distance, 0).reshape(a.shape())`.
    ///
    /// ```
    /// use array_core::{Array, array};
    /// assert_eq!(Array::arange(0, 5, 1).roll(2, 0), array![3, 4, 0, 1, 2]);
    /// assert_eq!(array![[1, 2], [3, 4]].roll([1, 1], [0, 1]), array![[4, 3], [2, 1]]);
    /// ```
    ///
    /// # Panics
    /// If an axis does not exist, or there are neither one nor as many distances as axes.
    #[track_caller]
    pub fn roll(&self, distances: impl IntList, axes: impl Into<Axes>) -> Array<T> {
        self.try_roll(distances, axes).or_panic()
    }

    /// As [`Array::roll`]; fails where it panics.
    pub fn try_roll(&self, distances: impl IntList, axes: impl Into<Axes>) -> Result<Array<T>> {
        let op = "roll";
        let (distances, axes) = (distances.ints(), axes.into().in_order(op, self.shape())?);
        let pairs: Vec<(usize, isize)> = match (&distances[..], &axes[..]) {
            (&[distance], axes) => axes.iter().map(|&axis| (axis, distance)).collect(),
            (distances, &[axis]) => distances.iter().map(|&distance| (axis, distance)).collect(),
            (distances, axes) if distances.len() == axes.len() => {
                axes.iter().copied().zip(distances.iter().copied()).collect()
            }
            _ => {
                let message = format!("{} distances for {} axes", distances.len(), axes.len());
                return Err(Error::Value { op, message });
            }
        };
        let mut rolled = self.clone();
        for (at, distance) in pairs {
            let size = self.shape()[at] as isize;
            let moved = if size > 0 { distance.rem_euclid(size) } else { 0 };
            if moved > 0 {
                let part = |range: Range<isize>| rolled.try_slice(&range.slice_item().on_axis(at)[..]);
                rolled = try_concatenate(&[part(size - moved..size)?, part(0..size - moved)?], at as isize)?;
            }
        }
        Ok(rolled)
    }
}
