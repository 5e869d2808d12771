//! Axes with labels: what a contraction is described in.

use smallvec::SmallVec;
use std::ops::{BitAnd, BitOr, Sub};

use super::walk::Walk;
use super::{Layout, Shape, Strides, contiguous_strides, listed};

/// A label of axes, as a number below [`MAX_LABELS`].
pub type Label = u8;
/// The labels of an operand's axes, or of a result's.
pub type LabelList = SmallVec<[Label; 8]>;
/// How many labels one expression may have: as many as NumPy's arrays have axes.
pub const MAX_LABELS: usize = 64;

/// A set of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Labels(u64);

impl Labels {
    pub fn of(labels: &[Label]) -> Labels {
        labels.iter().fold(Labels(0), |set, &label| Labels(set.0 | 1 << label))
    }

    pub fn contains(self, label: Label) -> bool {
        self.0 >> label & 1 == 1
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The members in ascending order.
    pub fn iter(self) -> impl Iterator<Item = Label> + Clone {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let label = left.trailing_zeros() as Label;
            (left != 0).then(|| {
                left &= left - 1;
                label
            })
        })
    }

    /// The number of elements of an array with these axes.
    pub fn size(self, sizes: &[usize]) -> u128 {
        let sizes = self.iter().map(|label| sizes[usize::from(label)] as u64);
        // 64 bits mostly suffice, and are multiplied by one instruction.
        match sizes.clone().try_fold(1, u64::checked_mul) {
            Some(size) => u128::from(size),
            None => sizes.fold(1, |size: u128, axis| size.saturating_mul(u128::from(axis))),
        }
    }
}

impl BitOr for Labels {
    type Output = Labels;
    fn bitor(self, other: Labels) -> Labels {
        Labels(self.0 | other.0)
    }
}

impl BitAnd for Labels {
    type Output = Labels;
    fn bitand(self, other: Labels) -> Labels {
        Labels(self.0 & other.0)
    }
}

impl Sub for Labels {
    type Output = Labels;
    fn sub(self, other: Labels) -> Labels {
        Labels(self.0 & !other.0)
    }
}

/// A layout each of whose axes has a label of its own and a size other than 1.
#[derive(Debug, Clone)]
pub struct Labelled {
    pub labels: LabelList,
    pub layout: Layout,
}

impl Labelled {
    /// Axes of equal label become the diagonal through them, axes of size 1 fall away.
    pub fn new(layout: &Layout, labels: &[Label]) -> Labelled {
        let (mut own, mut shape, mut strides) = (LabelList::new(), Shape::new(), Strides::new());
        for ((&label, &size), &stride) in labels.iter().zip(layout.shape()).zip(layout.strides()) {
            if size == 1 {
                continue;
            }
            match own.iter().position(|&other| other == label) {
                Some(axis) => strides[axis] += stride,
                None => {
                    own.push(label);
                    shape.push(size);
                    strides.push(stride);
                }
            }
        }
        Labelled { labels: own, layout: Layout { shape, strides, offset: layout.offset } }
    }

    /// Of new memory, row-major in the order `memory` of labels; `axes` are the same labels in another order.
    pub fn of_new_memory(axes: &[Label], memory: &[Label], shape: Shape) -> Labelled {
        let strides = contiguous_strides(&shape);
        let row_major = Labelled { labels: memory.into(), layout: Layout { shape, strides, offset: 0 } };
        if axes == memory { row_major } else { row_major.ordered(axes) }
    }

    pub fn set(&self) -> Labels {
        Labels::of(&self.labels)
    }

    /// The size and the stride of a label; 1 and 0 for one that is not here, along which all is the same.
    pub(super) fn get(&self, label: Label) -> (usize, isize) {
        match self.labels.iter().position(|&own| own == label) {
            Some(axis) => (self.layout.shape[axis], self.layout.strides[axis]),
            None => (1, 0),
        }
    }

    pub fn size(&self, label: Label) -> usize {
        self.get(label).0
    }

    /// The same elements with these axes; labels that are not here have size 1.
    pub fn ordered(&self, order: &[Label]) -> Labelled {
        if order == &self.labels[..] {
            return self.clone();
        }
        let shape = listed(order.iter().map(|&label| self.size(label)));
        Labelled { labels: order.into(), layout: self.stretched(order, shape) }
    }

    /// The layout with these axes, of a shape to which labels that are not here are stretched.
    pub fn stretched(&self, order: &[Label], shape: Shape) -> Layout {
        let strides = listed(order.iter().map(|&label| self.get(label).1));
        Layout { shape, strides, offset: self.layout.offset }
    }

    /// Some labels in the order in which they lie in memory, the widest stride first.
    pub fn by_stride(&self, labels: Labels) -> LabelList {
        let mut list: LabelList = listed(labels.iter());
        if list.len() > 1 {
            list.sort_by_key(|&label| std::cmp::Reverse(self.get(label).1.unsigned_abs()));
        }
        list
    }

    /// Whether one stride steps through all of these labels, in this order.
    pub fn is_one_axis(&self, labels: &[Label]) -> bool {
        labels.len() <= 1 || Walk::in_order([&self.ordered(labels).layout]).axes().len() == 1
    }
}
