//! Other shapes for the same elements: reshaped, broadcast, seen through windows.

use std::borrow::Borrow;

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::iter::Views;
use crate::layout::broadcast::broadcast_shapes;
use crate::layout::shape::{Axes, IntList, checked_size, infer_shape, shape_of};
use crate::layout::{Layout, Shape};

impl<T: Element> Array<T> {
    /// The same elements, in row-major order, under another shape; one size may be −1, "whatever fits":
    /// `numpy.reshape`.
    ///
    /// A view where strides allow it (always, if this array is contiguous), else a copy.
    ///
    /// ```
    /// use array_core::Array;
    /// let flat = Array::arange(0, 24, 1);
    /// assert_eq!(flat.reshape([2, -1, 4]).shape(), [2, 3, 4]);
    /// ```
    ///
    /// # Panics
    /// If the shape does not hold the same number of elements.
    #[track_caller]
    pub fn reshape(&self, shape: impl IntList) -> Array<T> {
        self.try_reshape(shape).or_panic()
    }

    /// As [`Array::reshape`]; fails where it panics.
    pub fn try_reshape(&self, shape: impl IntList) -> Result<Array<T>> {
        let shape = infer_shape(self.shape(), shape)?;
        // A size-0 array may be given any shape of size 0, also one beyond the address space.
        checked_size("reshape", &shape, T::DTYPE)?;
        Ok(match self.layout().reshaped(&shape) {
            Some(layout) => self.view(layout),
            None => self.copy().view(Layout::contiguous(&shape)),
        })
    }

    /// One axis of all elements in row-major order; a view where strides allow it: NumPy's `a.ravel()`.
    pub fn ravel(&self) -> Array<T> {
        match self.layout().reshaped(&[self.size()]) {
            Some(layout) => self.view(layout),
            None => self.flatten(),
        }
    }

    /// One axis of all elements in row-major order, always a copy: NumPy's `a.flatten()`.
    pub fn flatten(&self) -> Array<T> {
        self.copy().view(Layout::contiguous(&[self.size()]))
    }

    /// Stretches axes of size 1 and adds axes on the left: `numpy.broadcast_to`.
    ///
    /// A view, by strides of 0. Writing to it copies it first, like any shared array.
    ///
    /// # Panics
    /// If the shape cannot be reached by broadcasting.
    #[track_caller]
    pub fn broadcast_to(&self, shape: impl IntList) -> Array<T> {
        self.try_broadcast_to(shape).or_panic()
    }

    /// As [`Array::broadcast_to`]; fails where it panics.
    pub fn try_broadcast_to(&self, shape: impl IntList) -> Result<Array<T>> {
        let shape = shape_of("broadcast_to", shape)?;
        checked_size("broadcast_to", &shape, T::DTYPE)?;
        Ok(self.view(self.layout().broadcast_to("broadcast_to", &shape)?))
    }

    /// All windows of a shape, at every place they fit: NumPy's `lib.stride_tricks.sliding_window_view`.
    ///
    /// `window` has a size for each of the axes it slides along, `..` for all axes. These axes count the places,
    /// and the window's own axes come last. A view: windows share their elements.
    ///
    /// ```
    /// use array_core::{Array, array};
    /// let a = Array::arange(0, 5, 1);
    /// assert_eq!(a.sliding_window_view(3, 0), array![[0, 1, 2], [1, 2, 3], [2, 3, 4]]);
    /// let image = Array::<f32>::zeros([28, 28]);
    /// assert_eq!(image.sliding_window_view([3, 3], ..).shape(), [26, 26, 3, 3]);
    /// ```
    ///
    /// # Panics
    /// If an axis does not exist or is shorter than the window, a size is negative, or there are not as many
    /// sizes as axes.
    #[track_caller]
    pub fn sliding_window_view(&self, window: impl IntList, axes: impl Into<Axes>) -> Array<T> {
        self.try_sliding_window_view(window, axes).or_panic()
    }

    /// As [`Array::sliding_window_view`]; fails where it panics.
    pub fn try_sliding_window_view(&self, window: impl IntList, axes: impl Into<Axes>) -> Result<Array<T>> {
        let op = "sliding_window_view";
        let (window, axes) = (shape_of(op, window)?, axes.into().in_order(op, self.shape())?);
        let error = |rule| Error::Shapes { op, shapes: [self.shape().to_vec(), window.to_vec()], rule };
        if window.len() != axes.len() {
            return Err(error("the window must have a size for each axis it slides along"));
        }
        let mut view = self.layout().clone();
        for (&axis, &size) in axes.iter().zip(&window) {
            let too_large = || error("the window must fit into the axes it slides along");
            view = view.windowed(axis, size).ok_or_else(too_large)?;
        }
        checked_size(op, view.shape(), T::DTYPE)?;
        Ok(self.view(view))
    }

    /// One window after the other at every place it fits, in row-major order: the views that
    /// [`Array::sliding_window_view`] shows side by side.
    ///
    /// ```
    /// use array_core::Array;
    /// let image = Array::arange(0, 12, 1).reshape([3, 4]);
    /// let corners: Vec<i32> = image.windows([2, 2]).map(|window| window[[0, 0]]).collect();
    /// assert_eq!(corners, [0, 1, 2, 4, 5, 6]);
    /// ```
    ///
    /// # Panics
    /// If an axis is shorter than the window, or the window has not as many axes as the array.
    #[track_caller]
    pub fn windows(&self, window: impl IntList) -> Views<T> {
        self.try_windows(window).or_panic()
    }

    /// As [`Array::windows`]; fails where it panics.
    pub fn try_windows(&self, window: impl IntList) -> Result<Views<T>> {
        let windows = self.try_sliding_window_view(window, ..)?;
        let outer: Vec<bool> = (0..windows.ndim()).map(|axis| axis < self.ndim()).collect();
        Ok(Views::new(&windows, &outer))
    }
}

/// All arrays stretched to the shape they broadcast to: `numpy.broadcast_arrays`, as views.
///
/// ```
/// use array_core::{Array, broadcast_arrays};
/// let (row, column) = (Array::arange(0, 3, 1), Array::arange(0, 2, 1).reshape([2, 1]));
/// assert!(broadcast_arrays(&[row, column]).iter().all(|a| a.shape() == [2, 3]));
/// ```
///
/// # Panics
/// If the shapes do not broadcast.
#[track_caller]
pub fn broadcast_arrays<T: Element>(arrays: &[impl Borrow<Array<T>>]) -> Vec<Array<T>> {
    try_broadcast_arrays(arrays).or_panic()
}

/// As [`broadcast_arrays`]; fails where it panics.
pub fn try_broadcast_arrays<T: Element>(arrays: &[impl Borrow<Array<T>>]) -> Result<Vec<Array<T>>> {
    let mut shapes = arrays.iter().map(|array| array.borrow().shape());
    let shape =
        shapes.try_fold(Shape::new(), |all, shape| broadcast_shapes("broadcast_arrays", &all, shape))?;
    arrays.iter().map(|array| array.borrow().try_broadcast_to(&shape[..])).collect()
}
