//! Arrays put together along an axis.

use std::borrow::Borrow;

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::Shape;
use crate::layout::shape::axis_of;
use crate::view_mut::ViewMut;

/// Joins arrays along an existing axis: `numpy.concatenate`.
///
/// ```
/// use array_core::{Array, concatenate};
/// let (a, b) = (Array::<f64>::ones([2, 1]), Array::zeros([2, 2]));
/// assert_eq!(concatenate(&[&a, &b], 1).to_vec(), [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
/// ```
///
/// # Panics
/// If there are no arrays, the axis does not exist, or the shapes differ on another axis.
#[track_caller]
pub fn concatenate<T: Element>(arrays: &[impl Borrow<Array<T>>], axis: isize) -> Array<T> {
    try_concatenate(arrays, axis).or_panic()
}

/// As [`concatenate`]; fails where it panics.
pub fn try_concatenate<T: Element>(arrays: &[impl Borrow<Array<T>>], axis: isize) -> Result<Array<T>> {
    join("concatenate", arrays, axis)
}

/// [`concatenate`] as part of the operation `op`.
pub(super) fn join<T: Element>(
    op: &'static str,
    arrays: &[impl Borrow<Array<T>>],
    axis: isize,
) -> Result<Array<T>> {
    let Some((first, rest)) = arrays.split_first() else {
        return Err(Error::Value { op, message: "at least one array is needed".to_string() });
    };
    let first = first.borrow();
    let at = axis_of(op, axis, first.shape())?;
    let mut shape = Shape::from_slice(first.shape());
    for array in rest {
        let mut like_first = Shape::from_slice(array.borrow().shape());
        if let Some(size) = like_first.get_mut(at) {
            shape[at] = shape[at].saturating_add(std::mem::replace(size, first.shape()[at]));
        }
        if like_first[..] != *first.shape() {
            let shapes = [first.shape().to_vec(), array.borrow().shape().to_vec()];
            return Err(Error::Join { op, shapes, axis: at });
        }
    }
    let mut joined = Array::filled(op, &shape[..], |_| {})?;
    let mut rest = joined.view_mut().into_region();
    for array in arrays {
        let (part, next) = rest.split_at(at, array.borrow().shape()[at]);
        ViewMut::from(part).try_assign(array.borrow())?;
        rest = next;
    }
    Ok(joined)
}

/// Joins arrays of one shape along a new axis: `numpy.stack`.
///
/// ```
/// use array_core::{Array, stack};
/// let (a, b) = (Array::from_vec([1, 2, 3], 3), Array::from_vec([4, 5, 6], 3));
/// assert_eq!(stack(&[&a, &b], -1).shape(), [3, 2]);
/// ```
///
/// # Panics
/// If there are no arrays, the axis does not exist, or the shapes differ.
#[track_caller]
pub fn stack<T: Element>(arrays: &[impl Borrow<Array<T>>], axis: isize) -> Array<T> {
    try_stack(arrays, axis).or_panic()
}

/// As [`stack`]; fails where it panics.
pub fn try_stack<T: Element>(arrays: &[impl Borrow<Array<T>>], axis: isize) -> Result<Array<T>> {
    let op = "stack";
    let Some(first) = arrays.first().map(Borrow::borrow) else {
        return Err(Error::Value { op, message: "at least one array is needed".to_string() });
    };
    if let Some(other) = arrays.iter().map(Borrow::borrow).find(|array| array.shape() != first.shape()) {
        let shapes = [first.shape().to_vec(), other.shape().to_vec()];
        return Err(Error::Shapes { op, shapes, rule: "must be equal" });
    }
    let wider = vec![1; first.ndim() + 1];
    let at = axis_of(op, axis, &wider)? as isize;
    let expanded: Result<Vec<Array<T>>> =
        arrays.iter().map(|array| array.borrow().try_expand_dims(at)).collect();
    join(op, &expanded?, at)
}

/// Joins arrays as rows: `numpy.vstack`. Arrays of one axis count as one row each.
///
/// ```
/// use array_core::{array, vstack};
/// assert_eq!(vstack(&[array![1, 2], array![3, 4]]), array![[1, 2], [3, 4]]);
/// ```
///
/// # Panics
/// If there are no arrays or their shapes do not fit together.
#[track_caller]
pub fn vstack<T: Element>(arrays: &[impl Borrow<Array<T>>]) -> Array<T> {
    try_vstack(arrays).or_panic()
}

/// As [`vstack`]; fails where it panics.
pub fn try_vstack<T: Element>(arrays: &[impl Borrow<Array<T>>]) -> Result<Array<T>> {
    join("vstack", &arrays.iter().map(|array| array.borrow().atleast_2d()).collect::<Vec<_>>(), 0)
}

/// Joins arrays as columns, or end to end if they have one axis: `numpy.hstack`.
///
/// ```
/// use array_core::{array, hstack};
/// assert_eq!(hstack(&[array![1, 2], array![3]]), array![1, 2, 3]);
/// assert_eq!(hstack(&[array![[1], [2]], array![[3], [4]]]), array![[1, 3], [2, 4]]);
/// ```
///
/// # Panics
/// If there are no arrays or their shapes do not fit together.
#[track_caller]
pub fn hstack<T: Element>(arrays: &[impl Borrow<Array<T>>]) -> Array<T> {
    try_hstack(arrays).or_panic()
}

/// As [`hstack`]; fails where it panics.
pub fn try_hstack<T: Element>(arrays: &[impl Borrow<Array<T>>]) -> Result<Array<T>> {
    let arrays: Vec<Array<T>> = arrays.iter().map(|array| array.borrow().atleast_1d()).collect();
    let axis = if arrays.first().is_some_and(|first| first.ndim() == 1) { 0 } else { 1 };
    join("hstack", &arrays, axis)
}

/// Joins arrays along a third axis, which is added where it is missing: `numpy.dstack`.
///
/// ```
/// use array_core::{array, dstack};
/// assert_eq!(dstack(&[array![1, 2], array![3, 4]]), array![[[1, 3], [2, 4]]]);
/// ```
///
/// # Panics
/// If there are no arrays or their shapes do not fit together.
#[track_caller]
pub fn dstack<T: Element>(arrays: &[impl Borrow<Array<T>>]) -> Array<T> {
    try_dstack(arrays).or_panic()
}

/// As [`dstack`]; fails where it panics.
pub fn try_dstack<T: Element>(arrays: &[impl Borrow<Array<T>>]) -> Result<Array<T>> {
    join("dstack", &arrays.iter().map(|array| array.borrow().atleast_3d()).collect::<Vec<_>>(), 2)
}
