//! Arrays put together along an axis.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::Shape;
use crate::layout::shape::{axis_of, checked_size};
use crate::layout::slice::SliceItem;

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
pub fn concatenate<T: Element>(arrays: &[&Array<T>], axis: isize) -> Array<T> {
    try_concatenate(arrays, axis).or_panic()
}

/// As [`concatenate`]; fails where it panics.
pub fn try_concatenate<T: Element>(arrays: &[&Array<T>], axis: isize) -> Result<Array<T>> {
    let op = "concatenate";
    let Some((first, rest)) = arrays.split_first() else {
        return Err(Error::Value { op, message: "at least one array is needed".to_string() });
    };
    let at = axis_of(op, axis, first.shape())?;
    let mut shape = Shape::from_slice(first.shape());
    for array in rest {
        let mut like_first = Shape::from_slice(array.shape());
        if let Some(size) = like_first.get_mut(at) {
            shape[at] += std::mem::replace(size, first.shape()[at]);
        }
        if like_first[..] != *first.shape() {
            let shapes = [first.shape().to_vec(), array.shape().to_vec()];
            return Err(Error::Shapes {
                op,
                shapes,
                rule: "must agree on all axes but the one joined along",
            });
        }
    }
    checked_size(op, &shape, T::DTYPE)?;
    let mut joined = Array::empty(&shape[..]);
    let mut whole = joined.view_mut();
    let mut start = 0;
    for array in arrays {
        let mut items = vec![SliceItem::Range { start: None, stop: None, step: 1 }; at];
        let stop = start + array.shape()[at] as isize;
        items.push(SliceItem::Range { start: Some(start), stop: Some(stop), step: 1 });
        whole.try_slice_mut(&items[..])?.try_assign(*array)?;
        start = stop;
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
pub fn stack<T: Element>(arrays: &[&Array<T>], axis: isize) -> Array<T> {
    try_stack(arrays, axis).or_panic()
}

/// As [`stack`]; fails where it panics.
pub fn try_stack<T: Element>(arrays: &[&Array<T>], axis: isize) -> Result<Array<T>> {
    let op = "stack";
    let Some(first) = arrays.first() else {
        return Err(Error::Value { op, message: "at least one array is needed".to_string() });
    };
    if let Some(other) = arrays.iter().find(|array| array.shape() != first.shape()) {
        let shapes = [first.shape().to_vec(), other.shape().to_vec()];
        return Err(Error::Shapes { op, shapes, rule: "must be equal" });
    }
    let wider = vec![1; first.ndim() + 1];
    let at = axis_of(op, axis, &wider)? as isize;
    let expanded: Vec<Array<T>> = arrays.iter().map(|array| array.expand_dims(at)).collect();
    try_concatenate(&expanded.iter().collect::<Vec<_>>(), at)
}
