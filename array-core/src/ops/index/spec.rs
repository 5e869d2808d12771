//! What stands between the brackets of an advanced index.

use std::any::Any;

use crate::array::Array;
use crate::element::Integer;
use crate::layout::shape::Int;
use crate::layout::slice::{IntoSliceItem, SliceItem};

/// One entry between the brackets of an advanced index.
#[derive(Debug, Clone)]
pub enum IndexItem {
    /// An entry that slices have too: an integer, a range, a new axis, the ellipsis.
    Slice(SliceItem),
    /// An index array: positions along one axis, which may count from the end.
    Positions(Array<i64>),
    /// A mask over as many axes as it has itself.
    Mask(Array<bool>),
}

/// What one entry of an advanced index may be written as: what a slice takes, an array or a list of integers,
/// an array of `bool`, or a single `bool` (a mask without axes, which adds one of size 1 or 0).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no entry of an index",
    note = "entries are integers, ranges, `step(..)`, `NewAxis`, `Ellipsis`, arrays or lists of integers, and masks"
)]
pub trait IntoIndexItem {
    /// The entry.
    fn index_item(self) -> IndexItem;
}

impl IntoIndexItem for IndexItem {
    fn index_item(self) -> IndexItem {
        self
    }
}

impl<S: IntoSliceItem> IntoIndexItem for S {
    fn index_item(self) -> IndexItem {
        IndexItem::Slice(self.slice_item())
    }
}

impl<I: Integer> IntoIndexItem for &Array<I> {
    fn index_item(self) -> IndexItem {
        IndexItem::Positions(positions(self))
    }
}

impl IntoIndexItem for &Array<bool> {
    fn index_item(self) -> IndexItem {
        IndexItem::Mask(self.clone())
    }
}

impl IntoIndexItem for bool {
    fn index_item(self) -> IndexItem {
        IndexItem::Mask(Array::scalar(self))
    }
}

impl<I: Int> IntoIndexItem for &[I] {
    fn index_item(self) -> IndexItem {
        IndexItem::Positions(self.iter().map(|i| i.int() as i64).collect())
    }
}

impl<I: Int, const N: usize> IntoIndexItem for [I; N] {
    fn index_item(self) -> IndexItem {
        self.as_slice().index_item()
    }
}

impl<I: Int, const N: usize> IntoIndexItem for &[I; N] {
    fn index_item(self) -> IndexItem {
        self.as_slice().index_item()
    }
}

impl<I: Int> IntoIndexItem for Vec<I> {
    fn index_item(self) -> IndexItem {
        self.as_slice().index_item()
    }
}

impl<I: Int> IntoIndexItem for &Vec<I> {
    fn index_item(self) -> IndexItem {
        self.as_slice().index_item()
    }
}

/// Indices as `i64`: shared if they are that already. What does not fit lies outside every axis.
pub(super) fn positions<I: Integer>(indices: &Array<I>) -> Array<i64> {
    let any: &dyn Any = indices;
    match any.downcast_ref::<Array<i64>>() {
        Some(indices) => indices.clone(),
        None => indices.map(|i| i.to_isize().map_or(i64::MAX, |i| i as i64)),
    }
}

/// What stands between the brackets: one entry, a tuple of entries, or a list of [`IndexItem`]s.
///
/// A list of integers is one entry, an index array: `a.pick([0, 2])` is NumPy's `a[[0, 2]]`, and
/// `a.pick((0, 2))` is `a[0, 2]`.
pub trait IndexSpec {
    /// The entries in order.
    fn index_items(self) -> Vec<IndexItem>;
}

impl<S: IntoIndexItem> IndexSpec for S {
    fn index_items(self) -> Vec<IndexItem> {
        vec![self.index_item()]
    }
}

impl IndexSpec for Vec<IndexItem> {
    fn index_items(self) -> Vec<IndexItem> {
        self
    }
}

impl IndexSpec for &[IndexItem] {
    fn index_items(self) -> Vec<IndexItem> {
        self.to_vec()
    }
}

/// Lists the tuples of entries.
macro_rules! index_tuples {
    ($(($($t:ident $i:tt)*))*) => {$(
        impl<$($t: IntoIndexItem),*> IndexSpec for ($($t,)*) {
            fn index_items(self) -> Vec<IndexItem> {
                vec![$(self.$i.index_item()),*]
            }
        }
    )*};
}
index_tuples! { (A 0) (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 D 3) (A 0 B 1 C 2 D 3 E 4) (A 0 B 1 C 2 D 3 E 4 F 5) }
