//! Slicing as NumPy does it: `start:stop:step` with negative numbers, integers, new axes and the ellipsis.

use smallvec::SmallVec;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use super::shape::{Int, index_of};
use super::{INLINE_RANK, Layout};
use crate::error::{Error, Result};

/// One entry between the brackets of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SliceItem {
    /// An integer: takes one element of the axis and removes the axis.
    Index(isize),
    /// `start:stop:step`; bounds outside the axis are clipped, negative ones count from the end.
    Range {
        /// First index; `None` is the end the step comes from.
        start: Option<isize>,
        /// Index to stop before; `None` is past the end the step goes to.
        stop: Option<isize>,
        /// Distance between indices; not 0.
        step: isize,
    },
    /// `numpy.newaxis`: inserts an axis of size 1.
    NewAxis,
    /// `...`: as many full ranges as are needed.
    Ellipsis,
}

/// `numpy.newaxis` in a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewAxis;

/// `...` in a slice: all axes that are not mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ellipsis;

/// A range with a step: `step(.., -1)` is NumPy's `::-1`, `step(1..8, 2)` is `1:8:2`.
///
/// ```
/// use array_core::{Array, step};
/// let a = Array::arange(0, 8, 1);
/// assert_eq!(a.slice(step(.., -3)).to_vec(), [7, 4, 1]);
/// ```
pub fn step(range: impl IntoSliceItem, step: isize) -> SliceItem {
    match range.slice_item() {
        SliceItem::Range { start, stop, .. } => SliceItem::Range { start, stop, step },
        other => other,
    }
}

/// What one entry of a slice may be written as: an integer, a range, [`step`], [`NewAxis`], [`Ellipsis`].
pub trait IntoSliceItem {
    /// The entry.
    fn slice_item(self) -> SliceItem;
}

impl IntoSliceItem for SliceItem {
    fn slice_item(self) -> SliceItem {
        self
    }
}

const fn range(start: Option<isize>, stop: Option<isize>) -> SliceItem {
    SliceItem::Range { start, stop, step: 1 }
}

impl IntoSliceItem for NewAxis {
    fn slice_item(self) -> SliceItem {
        SliceItem::NewAxis
    }
}

impl IntoSliceItem for Ellipsis {
    fn slice_item(self) -> SliceItem {
        SliceItem::Ellipsis
    }
}

impl IntoSliceItem for RangeFull {
    fn slice_item(self) -> SliceItem {
        range(None, None)
    }
}

impl<I: Int> IntoSliceItem for I {
    fn slice_item(self) -> SliceItem {
        SliceItem::Index(self.int())
    }
}

impl<I: Int> IntoSliceItem for Range<I> {
    fn slice_item(self) -> SliceItem {
        range(Some(self.start.int()), Some(self.end.int()))
    }
}

impl<I: Int> IntoSliceItem for RangeFrom<I> {
    fn slice_item(self) -> SliceItem {
        range(Some(self.start.int()), None)
    }
}

impl<I: Int> IntoSliceItem for RangeTo<I> {
    fn slice_item(self) -> SliceItem {
        range(None, Some(self.end.int()))
    }
}

impl<I: Int> IntoSliceItem for RangeInclusive<I> {
    fn slice_item(self) -> SliceItem {
        range(Some(self.start().int()), after(self.end().int()))
    }
}

impl<I: Int> IntoSliceItem for RangeToInclusive<I> {
    fn slice_item(self) -> SliceItem {
        range(None, after(self.end.int()))
    }
}

/// The bound after `end`; after −1, the last index, there is none.
fn after(end: isize) -> Option<isize> {
    if end == -1 { None } else { Some(end.saturating_add(1)) }
}

/// What stands between the brackets: one item, a tuple, an array or a slice of items.
pub trait SliceSpec {
    /// The items in order.
    fn items(self) -> SmallVec<[SliceItem; INLINE_RANK]>;
}

impl<S: IntoSliceItem> SliceSpec for S {
    fn items(self) -> SmallVec<[SliceItem; INLINE_RANK]> {
        SmallVec::from_slice(&[self.slice_item()])
    }
}

impl<S: IntoSliceItem, const N: usize> SliceSpec for [S; N] {
    fn items(self) -> SmallVec<[SliceItem; INLINE_RANK]> {
        self.into_iter().map(S::slice_item).collect()
    }
}

impl SliceSpec for &[SliceItem] {
    fn items(self) -> SmallVec<[SliceItem; INLINE_RANK]> {
        SmallVec::from_slice(self)
    }
}

/// Lists the tuples of items.
macro_rules! slice_tuples {
    ($(($($t:ident $i:tt)*))*) => {$(
        impl<$($t: IntoSliceItem),*> SliceSpec for ($($t,)*) {
            fn items(self) -> SmallVec<[SliceItem; INLINE_RANK]> {
                SmallVec::from_slice(&[$(self.$i.slice_item()),*])
            }
        }
    )*};
}
slice_tuples! { (A 0) (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 D 3) (A 0 B 1 C 2 D 3 E 4) (A 0 B 1 C 2 D 3 E 4 F 5) }

impl SliceItem {
    /// A whole axis, `:`.
    pub const WHOLE: SliceItem = range(None, None);

    /// This item for axis `at`, with all axes before it whole.
    pub(crate) fn on_axis(self, at: usize) -> Vec<SliceItem> {
        let mut items = vec![SliceItem::WHOLE; at];
        items.push(self);
        items
    }

    /// How many axes of the array the item applies to, if it is not the ellipsis.
    pub(super) fn axes(self) -> usize {
        usize::from(!matches!(self, SliceItem::NewAxis | SliceItem::Ellipsis))
    }
}

impl Layout {
    /// How many axes an index leaves to its ellipsis, given how many it uses.
    pub(super) fn unmentioned(&self, op: &'static str, used: usize, ellipses: usize) -> Result<usize> {
        if ellipses > 1 {
            return Err(Error::Value { op, message: "more than one ellipsis".to_string() });
        }
        let error = || Error::Rank { op, what: "indices", given: used, shape: self.shape.to_vec() };
        self.ndim().checked_sub(used).ok_or_else(error)
    }

    /// The view that a slice shows.
    pub(crate) fn sliced(&self, op: &'static str, items: &[SliceItem]) -> Result<Layout> {
        let ellipses = items.iter().filter(|&&item| item == SliceItem::Ellipsis).count();
        let unmentioned = self.unmentioned(op, items.iter().map(|item| item.axes()).sum(), ellipses)?;
        let mut view = self.clone();
        // `at` is the axis of the view that the next item applies to, `from` the same axis of `self`.
        let (mut at, mut from) = (0, 0);
        for &item in items {
            match item {
                SliceItem::Ellipsis => {
                    at += unmentioned;
                    from += unmentioned;
                }
                SliceItem::NewAxis => {
                    view = view.with_axis(at);
                    at += 1;
                }
                SliceItem::Index(index) => {
                    view = view.without_axis(at, index_of(op, index, from, &self.shape)?);
                    from += 1;
                }
                SliceItem::Range { start, stop, step } => {
                    let (first, count) = resolve_range(op, start, stop, step, self.shape[from])?;
                    view = view.with_range(at, first, step, count);
                    at += 1;
                    from += 1;
                }
            }
        }
        Ok(view)
    }
}

/// First index and number of indices of `start:stop:step` on an axis of `size` elements: Python's
/// `slice.indices`. Bounds are clipped to the axis, so that no slice is ever out of range.
pub(crate) fn resolve_range(
    op: &'static str,
    start: Option<isize>,
    stop: Option<isize>,
    step: isize,
    size: usize,
) -> Result<(usize, usize)> {
    if step == 0 {
        return Err(Error::Value { op, message: "a slice's step cannot be 0".to_string() });
    }
    let size = size as isize;
    // The positions just outside the axis that a walk in either direction may start or stop at.
    let (low, high) = if step > 0 { (0, size) } else { (-1, size - 1) };
    let clip = |bound: isize| if bound < 0 { (bound + size).max(low) } else { bound.min(high) };
    let start = start.map_or(if step > 0 { low } else { high }, clip);
    let stop = stop.map_or(if step > 0 { high } else { low }, clip);
    let span = if step > 0 { stop - start } else { start - stop };
    Ok(if span <= 0 { (0, 0) } else { (start as usize, (span as usize - 1) / step.unsigned_abs() + 1) })
}
