//! Axes reordered, inserted, removed and reversed: views, all of them.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::{Axes, IntList, axis_of};
use crate::layout::{Shape, listed};

/// Resolves axes of a shape that must all be different.
fn distinct(op: &'static str, axes: &[isize], shape: &[usize]) -> Result<Shape> {
    let mut resolved: Shape = listed(axes.iter().map(|_| 0));
    for (i, &axis) in axes.iter().enumerate() {
        let at = axis_of(op, axis, shape)?;
        if resolved[..i].contains(&at) {
            return Err(Error::RepeatedAxis { op, axis, shape: shape.to_vec() });
        }
        resolved[i] = at;
    }
    Ok(resolved)
}

/// Axes in another order.
impl<T: Element> Array<T> {
    /// All axes in reverse order: NumPy's `a.T`.
    #[inline]
    pub fn t(&self) -> Array<T> {
        self.view(self.layout().transposed())
    }

    /// Reorders axes: axis `i` of the result is axis `axes[i]` of this array. NumPy's `transpose(axes)`.
    ///
    /// ```
    /// use array_core::Array;
    /// let images = Array::<f32>::zeros([32, 3, 28, 28]);
    /// assert_eq!(images.permute([0, 2, 3, 1]).shape(), [32, 28, 28, 3]);
    /// ```
    ///
    /// # Panics
    /// If `axes` is not a permutation of the axes.
    #[track_caller]
    pub fn permute(&self, axes: impl IntList) -> Array<T> {
        self.try_permute(axes).or_panic()
    }

    /// As [`Array::permute`]; fails where it panics.
    pub fn try_permute(&self, axes: impl IntList) -> Result<Array<T>> {
        Ok(self.view(self.layout().permuted("permute", axes)?))
    }

    /// Exchanges two axes: `numpy.swapaxes`.
    ///
    /// # Panics
    /// If an axis does not exist.
    #[track_caller]
    pub fn swapaxes(&self, a: isize, b: isize) -> Array<T> {
        self.try_swapaxes(a, b).or_panic()
    }

    /// As [`Array::swapaxes`]; fails where it panics.
    pub fn try_swapaxes(&self, a: isize, b: isize) -> Result<Array<T>> {
        let op = "swapaxes";
        Ok(self.view(self.layout().swapped(axis_of(op, a, self.shape())?, axis_of(op, b, self.shape())?)))
    }

    /// Moves axes to other places; the others keep their order: `numpy.moveaxis`.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::<f64>::zeros([2, 3, 4, 5]);
    /// assert_eq!(a.moveaxis(0, -1).shape(), [3, 4, 5, 2]);
    /// assert_eq!(a.moveaxis([0, 1], [-1, -2]).shape(), [4, 5, 3, 2]);
    /// ```
    ///
    /// # Panics
    /// If an axis or a place does not exist or is given twice, or there are not as many places as axes.
    #[track_caller]
    pub fn moveaxis(&self, source: impl IntList, destination: impl IntList) -> Array<T> {
        self.try_moveaxis(source, destination).or_panic()
    }

    /// As [`Array::moveaxis`]; fails where it panics.
    pub fn try_moveaxis(&self, source: impl IntList, destination: impl IntList) -> Result<Array<T>> {
        let op = "moveaxis";
        let from = distinct(op, &source.ints(), self.shape())?;
        let to = distinct(op, &destination.ints(), self.shape())?;
        if from.len() != to.len() {
            let message = format!("{} axes for {} places", from.len(), to.len());
            return Err(Error::Value { op, message });
        }
        if from == to {
            return Ok(self.clone());
        }
        let mut order: Vec<usize> = (0..self.ndim()).filter(|axis| !from.contains(axis)).collect();
        let mut moves: Vec<(usize, usize)> = to.into_iter().zip(from).collect();
        moves.sort_unstable();
        moves.into_iter().for_each(|(to, from)| order.insert(to, from));
        self.try_permute(order)
    }
}

/// Axes of size 1.
impl<T: Element> Array<T> {
    /// Inserts axes of size 1, which have these places in the result: `numpy.expand_dims`.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::<f64>::zeros([2, 3]);
    /// assert_eq!(a.expand_dims(0).shape(), [1, 2, 3]);
    /// assert_eq!(a.expand_dims([1, -1]).shape(), [2, 1, 3, 1]);
    /// ```
    ///
    /// # Panics
    /// If a place lies outside the result or is given twice.
    #[track_caller]
    pub fn expand_dims(&self, axes: impl IntList) -> Array<T> {
        self.try_expand_dims(axes).or_panic()
    }

    /// As [`Array::expand_dims`]; fails where it panics.
    pub fn try_expand_dims(&self, axes: impl IntList) -> Result<Array<T>> {
        let axes = axes.ints();
        let mut wider = self.shape().to_vec();
        wider.resize(self.ndim() + axes.len(), 1);
        let mut places = distinct("expand_dims", &axes, &wider)?;
        places.sort_unstable();
        Ok(self.view(places.into_iter().fold(self.layout().clone(), |view, at| view.with_axis(at))))
    }

    /// Removes axes, which must have size 1; with `..` all that have: `numpy.squeeze`.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::<f64>::zeros([1, 3, 1]);
    /// assert_eq!(a.squeeze(-1).shape(), [1, 3]);
    /// assert_eq!(a.squeeze(..).shape(), [3]);
    /// ```
    ///
    /// # Panics
    /// If an axis does not exist, is given twice, or has another size than 1.
    #[track_caller]
    pub fn squeeze(&self, axes: impl Into<Axes>) -> Array<T> {
        self.try_squeeze(axes).or_panic()
    }

    /// As [`Array::squeeze`]; fails where it panics.
    pub fn try_squeeze(&self, axes: impl Into<Axes>) -> Result<Array<T>> {
        let (op, axes) = ("squeeze", axes.into());
        let given = axes.reduced(op, self.shape())?;
        let mut view = self.layout().clone();
        for axis in (0..self.ndim()).rev().filter(|&axis| given[axis]) {
            match self.shape()[axis] {
                1 => view = view.without_axis(axis, 0),
                _ if axes.are_all() => {}
                size => {
                    let message = format!("axis {axis} of shape {:?} has size {size}, not 1", self.shape());
                    return Err(Error::Value { op, message });
                }
            }
        }
        Ok(self.view(view))
    }

    /// At least one axis: `numpy.atleast_1d`.
    pub fn atleast_1d(&self) -> Array<T> {
        if self.ndim() == 0 { self.view(self.layout().with_axis(0)) } else { self.clone() }
    }

    /// At least two axes; one axis becomes a row: `numpy.atleast_2d`.
    pub fn atleast_2d(&self) -> Array<T> {
        let view = self.atleast_1d();
        if view.ndim() == 1 { view.view(view.layout().with_axis(0)) } else { view }
    }

    /// At least three axes; one axis (n) becomes (1, n, 1), two (m, n) become (m, n, 1): `numpy.atleast_3d`.
    pub fn atleast_3d(&self) -> Array<T> {
        let view = self.atleast_2d();
        if view.ndim() == 2 { view.view(view.layout().with_axis(2)) } else { view }
    }
}

/// Axes reversed.
impl<T: Element> Array<T> {
    /// Reverses axes, with `..` all of them: `numpy.flip`.
    ///
    /// ```
    /// use array_core::array;
    /// let m = array![[1, 2], [3, 4]];
    /// assert_eq!(m.flip(0), array![[3, 4], [1, 2]]);
    /// assert_eq!(m.flip(..), array![[4, 3], [2, 1]]);
    /// ```
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn flip(&self, axes: impl Into<Axes>) -> Array<T> {
        self.try_flip(axes).or_panic()
    }

    /// As [`Array::flip`]; fails where it panics.
    pub fn try_flip(&self, axes: impl Into<Axes>) -> Result<Array<T>> {
        let flipped = axes.into().reduced("flip", self.shape())?;
        let axes = (0..self.ndim()).filter(|&axis| flipped[axis]);
        Ok(self.view(axes.fold(self.layout().clone(), |view, axis| view.flipped(axis))))
    }

    /// Turns by `k` quarters in the plane of two axes, from the first towards the second: `numpy.rot90`.
    ///
    /// ```
    /// use array_core::array;
    /// let m = array![[1, 2], [3, 4]];
    /// assert_eq!(m.rot90(1, [0, 1]), array![[2, 4], [1, 3]]);
    /// ```
    ///
    /// # Panics
    /// If an axis does not exist or both are the same.
    #[track_caller]
    pub fn rot90(&self, k: isize, axes: [isize; 2]) -> Array<T> {
        self.try_rot90(k, axes).or_panic()
    }

    /// As [`Array::rot90`]; fails where it panics.
    pub fn try_rot90(&self, k: isize, axes: [isize; 2]) -> Result<Array<T>> {
        let axes = distinct("rot90", &axes, self.shape())?;
        let view = self.layout();
        Ok(self.view(match k.rem_euclid(4) {
            1 => view.flipped(axes[1]).swapped(axes[0], axes[1]),
            2 => view.flipped(axes[0]).flipped(axes[1]),
            3 => view.swapped(axes[0], axes[1]).flipped(axes[1]),
            _ => view.clone(),
        }))
    }
}
