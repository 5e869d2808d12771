//! Labels of axes, numbered densely, and sets of them.

use smallvec::SmallVec;
use std::ops::{BitAnd, BitOr, Sub};

/// The number of a label in its expression: axes behind ellipses first, then letters in alphabetical order.
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
    pub fn iter(self) -> impl Iterator<Item = Label> {
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
        self.iter().fold(1, |size: u128, label| size.saturating_mul(sizes[usize::from(label)] as u128))
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
