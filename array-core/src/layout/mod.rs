//! Shapes, strides and offsets: pure integer arithmetic, without an element type and without memory.
//!
//! A [`Layout`] says which offsets of a buffer an array shows and in which order. Every view operation
//! (slice, permute, broadcast, reshape) maps a layout to a layout; [`walk`] plans loops over several.

pub mod broadcast;
pub mod labels;
pub mod matrices;
#[cfg(test)]
mod model_test;
pub mod pick;
pub mod shape;
pub mod slice;
pub mod view;
pub mod walk;
pub mod window;

use smallvec::SmallVec;
use std::ops::Range;

use crate::error::{Error, Result};
use shape::{IntList, index_of};

/// Axes stored without an allocation; arrays of higher rank are correct, only slower.
pub(crate) const INLINE_RANK: usize = 6;

/// The size of each axis.
pub type Shape = SmallVec<[usize; INLINE_RANK]>;
/// For each axis, how many elements apart neighbours are in the buffer; negative on reversed axes.
pub type Strides = SmallVec<[isize; INLINE_RANK]>;

/// Shape, strides (in elements) and offset of the first element.
///
/// Invariants: as many strides as sizes; the product of the sizes that are not 0 fits in an `isize`;
/// the offset of every element fits in an `isize` and is not negative.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    shape: Shape,
    strides: Strides,
    offset: usize,
}

/// As the clone of a `SmallVec`, which goes element by element, in a few vector moves.
#[inline]
fn copied<I: Copy + Default>(numbers: &[I]) -> SmallVec<[I; INLINE_RANK]> {
    if numbers.len() > INLINE_RANK {
        return SmallVec::from_slice(numbers);
    }
    let inline = std::array::from_fn(|i| numbers.get(i).copied().unwrap_or_default());
    SmallVec::from_buf_and_len(inline, numbers.len())
}

/// As `collect`, which asks for room before every element.
#[inline]
pub(crate) fn listed<I: Copy + Default, const N: usize>(
    numbers: impl IntoIterator<Item = I>,
) -> SmallVec<[I; N]>
where
    [I; N]: smallvec::Array<Item = I>,
{
    let (mut numbers, mut inline) = (numbers.into_iter(), [I::default(); N]);
    for (len, slot) in inline.iter_mut().enumerate() {
        match numbers.next() {
            Some(number) => *slot = number,
            None => return SmallVec::from_buf_and_len(inline, len),
        }
    }
    let mut list = SmallVec::from_buf(inline);
    list.extend(numbers);
    list
}

impl Clone for Layout {
    #[inline]
    fn clone(&self) -> Layout {
        Layout { shape: copied(&self.shape), strides: copied(&self.strides), offset: self.offset }
    }
}

impl Layout {
    /// Row-major layout of a shape whose size was checked with `shape::checked_size`.
    #[inline]
    pub(crate) fn contiguous(shape: &[usize]) -> Layout {
        Layout { shape: copied(shape), strides: contiguous_strides(shape), offset: 0 }
    }

    /// A layout of parts that are known to keep the invariants.
    #[inline]
    pub(crate) fn from_parts(shape: Shape, strides: Strides, offset: usize) -> Layout {
        debug_assert_eq!(shape.len(), strides.len(), "one stride per axis");
        Layout { shape, strides, offset }
    }

    /// The size of each axis.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// For each axis, the distance of neighbours in elements.
    #[inline]
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }

    /// Where the first element lies, in elements from the start of the buffer.
    #[inline]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// For each axis, the distance of neighbours in bytes.
    pub(crate) fn byte_strides(&self, itemsize: usize) -> Vec<isize> {
        self.strides.iter().map(|&stride| stride * itemsize as isize).collect()
    }

    /// Whether the elements along the last axis lie side by side, or are one.
    #[inline]
    pub(crate) fn lies_in_rows(&self) -> bool {
        matches!(self.strides.last(), None | Some(0 | 1))
    }

    /// Where a result of the same shape lies: in the same order of axes, if that fills a buffer; else row-major.
    #[inline]
    pub(crate) fn of_result(&self) -> Layout {
        if self.is_contiguous() || !self.is_dense() {
            Layout::contiguous(&self.shape)
        } else {
            Layout { offset: 0, ..self.clone() }
        }
    }

    /// The offset of the element at these indices, one per axis.
    #[inline]
    pub(crate) fn locate(&self, op: &'static str, index: impl IntList) -> Result<usize> {
        let index = index.ints();
        if index.len() != self.ndim() {
            let (given, shape) = (index.len(), self.shape.to_vec());
            return Err(Error::Rank { op, what: "indices", given, shape });
        }
        let mut offset = self.offset as isize;
        for (axis, (&i, &stride)) in index.iter().zip(&self.strides).enumerate() {
            offset += index_of(op, i, axis, &self.shape)? as isize * stride;
        }
        Ok(offset as usize)
    }

    /// The number of axes.
    #[inline]
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// The number of elements.
    #[inline]
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the elements lie side by side in row-major (C) order.
    #[inline]
    pub fn is_contiguous(&self) -> bool {
        let mut expected = 1;
        for (&size, &stride) in self.shape.iter().zip(&self.strides).rev() {
            if size != 1 {
                if stride != expected {
                    return self.size() == 0;
                }
                expected *= size as isize;
            }
        }
        true
    }

    /// Where the elements of a contiguous layout lie. One without elements may start anywhere, also outside
    /// its buffer.
    #[inline]
    pub(crate) fn interval(&self) -> Range<usize> {
        let (start, size) = (self.offset, self.size());
        if size == 0 { 0..0 } else { start..start + size }
    }

    /// Whether an element may be shown twice, as stretched axes and overlapping windows do.
    ///
    /// Certain if false: then each stride exceeds the reach of all smaller ones together. That holds for
    /// whatever slicing, transposing and reversing make of a row-major layout.
    #[inline]
    pub fn may_overlap(&self) -> bool {
        !self.is_contiguous() && self.has_overlapping_strides()
    }

    fn has_overlapping_strides(&self) -> bool {
        let mut axes: SmallVec<[(usize, usize); INLINE_RANK]> =
            self.strides.iter().map(|s| s.unsigned_abs()).zip(self.shape.iter().copied()).collect();
        axes.retain(|&mut (_, size)| size != 1);
        axes.sort_unstable();
        let mut reach = 0;
        axes.into_iter().any(|(stride, size)| {
            let overlaps = stride <= reach;
            reach += stride * size.saturating_sub(1);
            overlaps
        })
    }

    /// Whether the elements fill an interval of the buffer, each offset once, in whatever order of axes.
    pub fn is_dense(&self) -> bool {
        let mut axes: SmallVec<[(isize, usize); INLINE_RANK]> =
            self.strides.iter().copied().zip(self.shape.iter().copied()).filter(|&(_, n)| n != 1).collect();
        axes.sort_unstable();
        let mut expected = 1;
        for (stride, size) in axes {
            if stride != expected {
                return self.size() == 0;
            }
            expected *= size as isize;
        }
        true
    }

    /// The lowest and highest offset of any element; `None` if there is none.
    #[inline]
    pub fn bounds(&self) -> Option<(usize, usize)> {
        self.span().map(|(low, high)| (low as usize, high as usize))
    }

    /// As [`Layout::bounds`], also for parts of layouts, whose offsets may be negative.
    #[inline]
    fn span(&self) -> Option<(isize, isize)> {
        let (mut low, mut high) = (self.offset as isize, self.offset as isize);
        for (&size, &stride) in self.shape.iter().zip(&self.strides) {
            if size == 0 {
                return None;
            }
            let reach = (size as isize - 1) * stride;
            if reach < 0 {
                low += reach;
            } else {
                high += reach;
            }
        }
        Some((low, high))
    }
}

/// Row-major strides of a shape. An axis of size 0 counts as 1, as in NumPy.
pub(crate) fn contiguous_strides(shape: &[usize]) -> Strides {
    let mut strides = if shape.len() <= INLINE_RANK {
        Strides::from_buf_and_len([0; INLINE_RANK], shape.len())
    } else {
        Strides::from_elem(0, shape.len())
    };
    let mut step = 1;
    for (stride, &size) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step *= size.max(1) as isize;
    }
    strides
}
