//! Slices inserted, appended and deleted.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::Shape;
use crate::layout::pick::Positions;
use crate::layout::shape::{axis_of, index_of};
use crate::layout::slice::{SliceItem, resolve_range};
use crate::operand::Operand;
use crate::ops::index::{IndexItem, IntoIndexItem};
use crate::ops::shape::join::{join, try_concatenate};

/// The positions along an axis of `size` elements that an entry of an index stands for, as they were given.
fn positions_on(op: &'static str, item: &IndexItem, size: usize) -> Result<Vec<isize>> {
    match item {
        IndexItem::Slice(SliceItem::Index(index)) => Ok(vec![*index]),
        IndexItem::Slice(SliceItem::Range { start, stop, step }) => {
            let (first, count) = resolve_range(op, *start, *stop, *step, size)?;
            Ok((0..count as isize).map(|i| first as isize + i * step).collect())
        }
        IndexItem::Positions(positions) => Ok(positions.iter().map(|&i| i as isize).collect()),
        IndexItem::Mask(mask) if mask.ndim() == 1 => {
            Ok(mask.flatnonzero().iter().map(|&i| i as isize).collect())
        }
        _ => {
            Err(Error::Value { op, message: "the index must stand for positions along one axis".to_string() })
        }
    }
}

impl<T: Element> Array<T> {
    /// This array with slices inserted along an axis, before the given positions: `numpy.insert`.
    ///
    /// An integer inserts all of `values`, an array of one axis less or a number of such, before one position;
    /// a list, a range or a mask inserts one slice of `values`, which broadcast, before each position.
    /// Positions count in this array, and may be its size. NumPy's `axis=None` is
    /// `a.ravel().insert(at, values, 0)`.
    ///
    /// ```
    /// use array_core::array;
    /// let m = array![[1, 2], [3, 4]];
    /// assert_eq!(m.insert(1, 9, 0), array![[1, 2], [9, 9], [3, 4]]);
    /// assert_eq!(m.insert(1, &array![7, 8], 1), array![[1, 7, 2], [3, 8, 4]]);
    /// assert_eq!(array![1, 2, 3].insert([0, 2], &array![8, 9], 0), array![8, 1, 2, 9, 3]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist, a position lies outside it, or the values do not broadcast to the slices.
    #[track_caller]
    pub fn insert(&self, at: impl IntoIndexItem, values: impl Operand<T>, axis: isize) -> Array<T> {
        self.try_insert(at, values, axis).or_panic()
    }

    /// As [`Array::insert`]; fails where it panics.
    pub fn try_insert(
        &self,
        at: impl IntoIndexItem,
        values: impl Operand<T>,
        axis: isize,
    ) -> Result<Array<T>> {
        let op = "insert";
        let (axis, item) = (axis_of(op, axis, self.shape())?, at.index_item());
        let size = self.shape()[axis];
        let mut positions = Vec::new();
        for index in positions_on(op, &item, size)? {
            if !(-(size as isize)..=size as isize).contains(&index) {
                return Err(Error::Index { op, index, axis, shape: self.shape().to_vec() });
            }
            positions.push(if index < 0 { index + size as isize } else { index } as usize);
        }
        let mut values = values.source().to_array();
        // One position takes in as many slices as there are values, several take in one slice each.
        let mut count = positions.len();
        if count == 1 {
            let missing = self.ndim().saturating_sub(values.ndim());
            values = values.try_expand_dims((0..missing).collect::<Vec<_>>())?;
            if let IndexItem::Slice(SliceItem::Index(_)) = item {
                values = values.try_moveaxis(0, axis)?;
            }
            count = values.shape()[axis];
            positions = vec![positions[0]; count];
        }
        let mut inserted = Shape::from_slice(self.shape());
        inserted[axis] = count;
        let inserted = values.layout().assignable(op, &inserted)?;
        let all = try_concatenate(&[self, &values.view(inserted)], axis as isize)?;

        // Sorted by position; the sort is stable, so what is inserted comes in its order and before the old.
        let old = (0..size).map(|i| (i, i));
        let mut order: Vec<(usize, usize)> = positions.into_iter().zip(size..).chain(old).collect();
        order.sort_by_key(|&(position, _)| position);
        let order: Vec<i64> = order.into_iter().map(|(_, slice)| slice as i64).collect();
        all.gathered_along(op, axis, Positions::list(&order))
    }

    /// This array and then the values, along an axis: `numpy.append`.
    ///
    /// NumPy's `axis=None` is `a.ravel().append(&values.ravel(), 0)`.
    ///
    /// # Panics
    /// If the axis does not exist or the shapes differ on another axis.
    #[track_caller]
    pub fn append(&self, values: &Array<T>, axis: isize) -> Array<T> {
        self.try_append(values, axis).or_panic()
    }

    /// As [`Array::append`]; fails where it panics.
    pub fn try_append(&self, values: &Array<T>, axis: isize) -> Result<Array<T>> {
        join("append", &[self, values], axis)
    }

    /// This array without some slices along an axis: `numpy.delete`.
    ///
    /// These are given by an integer, a list of them, a range, or a mask. NumPy's `axis=None` is
    /// `a.ravel().delete(at, 0)`.
    ///
    /// ```
    /// use array_core::{Array, array};
    /// let a = Array::arange(0, 6, 1);
    /// assert_eq!(a.delete([1, -1], 0), array![0, 2, 3, 4]);
    /// assert_eq!(a.delete(1..4, 0), array![0, 4, 5]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist, an integer lies outside it, or a mask does not have its size.
    #[track_caller]
    pub fn delete(&self, at: impl IntoIndexItem, axis: isize) -> Array<T> {
        self.try_delete(at, axis).or_panic()
    }

    /// As [`Array::delete`]; fails where it panics.
    pub fn try_delete(&self, at: impl IntoIndexItem, axis: isize) -> Result<Array<T>> {
        let op = "delete";
        let (axis, item) = (axis_of(op, axis, self.shape())?, at.index_item());
        let size = self.shape()[axis];
        if let IndexItem::Mask(mask) = &item
            && mask.shape() != [size]
        {
            let shapes = [vec![size], mask.shape().to_vec()];
            return Err(Error::Shapes { op, shapes, rule: "a mask must have the size of the axis" });
        }
        let mut kept = vec![true; size];
        for index in positions_on(op, &item, size)? {
            kept[index_of(op, index, axis, self.shape())?] = false;
        }
        let kept: Vec<i64> = (0..size as i64).filter(|&i| kept[i as usize]).collect();
        self.gathered_along(op, axis, Positions::list(&kept))
    }
}
