//! Sorting by several keys.

use super::lanes_along;
use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::axis_of;

/// An array to sort by, of whatever element type: what [`lexsort`] takes.
pub trait SortKey {
    /// The size of each axis.
    fn shape(&self) -> &[usize];
    /// Sorts the positions in each lane along an axis by the elements at them, keeping the order of equal ones.
    fn refine(&self, order: &mut [i64], axis: usize) -> Result<()>;
}

impl<T: Element> SortKey for Array<T> {
    fn shape(&self) -> &[usize] {
        Array::shape(self)
    }

    fn refine(&self, order: &mut [i64], axis: usize) -> Result<()> {
        let (lanes, len) = (lanes_along(self, axis)?, Array::shape(self)[axis].max(1));
        let lanes = lanes.as_slice().unwrap_or_default().chunks_exact(len);
        for (order, lane) in order.chunks_exact_mut(len).zip(lanes) {
            order.sort_by_key(|&i| lane[i as usize].rank());
        }
        Ok(())
    }
}

/// The positions along an axis that sort by several keys, the last of them first: `numpy.lexsort(keys, axis)`.
///
/// Equal elements of the last key are ordered by the one before, and so on; what is equal in all keeps its order.
///
/// ```
/// use array_core::{Array, lexsort};
/// let first_names = Array::from_vec([2, 1, 0], 3);
/// let last_names = Array::from_vec([0.5, 0.5, 0.1], 3);
/// assert_eq!(lexsort(&[&first_names, &last_names], 0).to_vec(), [2, 1, 0]);
/// ```
///
/// # Panics
/// If there are no keys, their shapes differ, or the axis does not exist.
#[track_caller]
pub fn lexsort(keys: &[&dyn SortKey], axis: isize) -> Array<i64> {
    try_lexsort(keys, axis).or_panic()
}

/// As [`lexsort`]; fails where it panics.
pub fn try_lexsort(keys: &[&dyn SortKey], axis: isize) -> Result<Array<i64>> {
    let op = "lexsort";
    let Some(first) = keys.first() else {
        return Err(Error::Value { op, message: "at least one key is needed".to_string() });
    };
    if let Some(other) = keys.iter().find(|key| key.shape() != first.shape()) {
        let shapes = [first.shape().to_vec(), other.shape().to_vec()];
        return Err(Error::Shapes { op, shapes, rule: "keys must have one shape" });
    }
    let at = axis_of(op, axis, first.shape())?;
    let mut shape = first.shape().to_vec();
    let len = shape.remove(at);
    shape.push(len);
    let mut order = Array::<i64>::try_zeros(shape)?;
    let positions = order.as_mut_slice().unwrap_or_default();
    for lane in positions.chunks_exact_mut(len.max(1)) {
        lane.iter_mut().zip(0..).for_each(|(position, i)| *position = i);
    }
    keys.iter().try_for_each(|key| key.refine(positions, at))?;
    super::lanes_back(order, at)
}
