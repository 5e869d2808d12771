//! Views that rearrange axes: permute, insert, remove, reverse, merge and split.

use super::shape::{IntList, axis_of};
use super::{Layout, Shape, Strides, contiguous_strides, listed};
use crate::error::{Error, Result};

impl Layout {
    /// All axes in reverse order.
    pub(crate) fn transposed(&self) -> Layout {
        let mut view = self.clone();
        view.shape.reverse();
        view.strides.reverse();
        view
    }

    /// Axis `i` of the result is axis `axes[i]` of this one.
    pub(crate) fn permuted(&self, op: &'static str, axes: impl IntList) -> Result<Layout> {
        let axes = axes.ints();
        let shape = || self.shape.to_vec();
        if axes.len() != self.ndim() {
            return Err(Error::Rank { op, what: "axes", given: axes.len(), shape: shape() });
        }
        let mut view = self.clone();
        let mut seen = Shape::from_elem(0, self.ndim());
        for (to, &axis) in axes.iter().enumerate() {
            let from = axis_of(op, axis, &self.shape)?;
            if std::mem::replace(&mut seen[from], 1) == 1 {
                return Err(Error::RepeatedAxis { op, axis, shape: shape() });
            }
            view.shape[to] = self.shape[from];
            view.strides[to] = self.strides[from];
        }
        Ok(view)
    }

    /// Exchanges two axes.
    pub(crate) fn swapped(&self, a: usize, b: usize) -> Layout {
        let mut view = self.clone();
        view.shape.swap(a, b);
        view.strides.swap(a, b);
        view
    }

    /// Reverses axis `at`.
    pub(crate) fn flipped(&self, at: usize) -> Layout {
        let size = self.shape[at];
        self.with_range(at, size.saturating_sub(1), -1, size)
    }

    /// All windows of `size` neighbours along axis `at`, which become the last axis; `None` if it is shorter.
    pub(crate) fn windowed(&self, at: usize, size: usize) -> Option<Layout> {
        let mut view = self.clone();
        view.shape[at] = self.shape[at].checked_sub(size)? + 1;
        view.shape.push(size);
        view.strides.push(self.strides[at]);
        Some(view)
    }

    /// Inserts an axis of size 1 before axis `at` (0 ..= ndim).
    pub(crate) fn with_axis(&self, at: usize) -> Layout {
        let mut view = self.clone();
        view.shape.insert(at, 1);
        view.strides.insert(at, 0);
        view
    }

    /// Removes axis `at`, standing at index `index` of it.
    pub(crate) fn without_axis(&self, at: usize, index: usize) -> Layout {
        let mut view = self.clone();
        view.offset = (self.offset as isize + index as isize * self.strides[at]) as usize;
        view.shape.remove(at);
        view.strides.remove(at);
        view
    }

    /// Some axes; and the others, as seen from offset 0.
    pub(crate) fn parted(&self, is_first: impl Fn(usize) -> bool) -> (Layout, Layout) {
        let pick = |first: bool, offset: usize| {
            let axes = || (0..self.ndim()).filter(|&axis| is_first(axis) == first);
            let (shape, strides) =
                (axes().map(|axis| self.shape[axis]), axes().map(|axis| self.strides[axis]));
            Layout { shape: listed(shape), strides: listed(strides), offset }
        };
        (pick(true, self.offset), pick(false, 0))
    }

    /// The same axes from another first element.
    pub(crate) fn starting_at(&self, offset: usize) -> Layout {
        Layout { offset, ..self.clone() }
    }

    /// Diagonal `k` of two axes, above the main one if positive, as the last axis instead of both.
    pub(crate) fn diagonal(&self, op: &'static str, k: isize, axes: [isize; 2]) -> Result<Layout> {
        let [row, column] = [axis_of(op, axes[0], &self.shape)?, axis_of(op, axes[1], &self.shape)?];
        if row == column {
            return Err(Error::RepeatedAxis { op, axis: axes[1], shape: self.shape.to_vec() });
        }
        // The first element lies right of the corner or below it.
        let (axis, distance) = (if k < 0 { row } else { column }, k.unsigned_abs());
        let start = distance.min(self.shape[axis]);
        let inside = self.with_range(axis, start, 1, self.shape[axis] - start);
        let size = inside.shape[row].min(inside.shape[column]);
        let stride = self.strides[row] + self.strides[column];
        let mut diagonal = inside;
        for axis in [row.max(column), row.min(column)] {
            diagonal.shape.remove(axis);
            diagonal.strides.remove(axis);
        }
        diagonal.shape.push(size);
        diagonal.strides.push(stride);
        Ok(diagonal)
    }

    /// The axes before axis `at`; and those after it, as seen from offset 0.
    pub(crate) fn split_around(&self, at: usize) -> (Layout, Layout) {
        let before = Layout::from_parts(self.shape[..at].into(), self.strides[..at].into(), self.offset);
        let after = Layout::from_parts(self.shape[at + 1..].into(), self.strides[at + 1..].into(), 0);
        (before, after)
    }

    /// Restricts axis `at` to `size` elements from `start`, `step` apart; all of them must exist.
    pub(crate) fn with_range(&self, at: usize, start: usize, step: isize, size: usize) -> Layout {
        let mut view = self.clone();
        if size > 0 {
            view.offset = (self.offset as isize + start as isize * self.strides[at]) as usize;
        }
        view.shape[at] = size;
        view.strides[at] = self.strides[at].wrapping_mul(step);
        view
    }

    /// The same elements, in row-major order, under another shape of equal size; `None` if that takes a copy.
    ///
    /// Axes are matched in groups of equal size; within a group the old axes must be contiguous relative
    /// to each other, so that one stride steps through all of them.
    pub(crate) fn reshaped(&self, shape: &[usize]) -> Option<Layout> {
        if self.size() == 0 || self.is_contiguous() {
            return Some(Layout {
                shape: Shape::from_slice(shape),
                strides: contiguous_strides(shape),
                offset: self.offset,
            });
        }
        let old: Vec<(usize, isize)> =
            self.shape.iter().copied().zip(self.strides.iter().copied()).filter(|&(n, _)| n != 1).collect();
        let mut strides = Strides::from_elem(0, shape.len());
        let (mut from, mut to) = (0, 0);
        while from < old.len() && to < shape.len() {
            let (mut old_size, mut new_size) = (old[from].0, shape[to]);
            let (mut from_end, mut to_end) = (from + 1, to + 1);
            while old_size != new_size {
                if old_size < new_size {
                    let ((_, outer), (size, inner)) = (old[from_end - 1], *old.get(from_end)?);
                    if outer != inner * size as isize {
                        return None;
                    }
                    old_size *= size;
                    from_end += 1;
                } else {
                    new_size *= *shape.get(to_end)?;
                    to_end += 1;
                }
            }
            let mut stride = old[from_end - 1].1;
            for axis in (to..to_end).rev() {
                strides[axis] = stride;
                stride *= shape[axis] as isize;
            }
            (from, to) = (from_end, to_end);
        }
        Some(Layout { shape: Shape::from_slice(shape), strides, offset: self.offset })
    }
}
