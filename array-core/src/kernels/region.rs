//! Exclusive access to parts of a buffer: what views that write are made of.

use std::marker::PhantomData;

use super::operand::{In, Out, Ptr};
use crate::error::Result;
use crate::layout::Layout;
use crate::layout::slice::SliceItem;
use crate::layout::walk::Offsets;

/// Exclusive access to the elements that a layout shows; other elements of the same buffer may belong to others.
///
/// Invariants: every element lies in the buffer and is shown once, and nobody else accesses it meanwhile. All
/// regions come from [`Region::new`], and each of the others shows a part of the one it is made from, which is
/// borrowed or consumed; so the invariants need no second check.
#[derive(Debug)]
pub struct Region<'a, T> {
    data: Ptr<T>,
    layout: Layout,
    borrow: PhantomData<&'a mut [T]>,
}

impl<'a, T> Region<'a, T> {
    /// Panics if the layout reaches outside the data, or may show an element twice.
    #[inline]
    #[track_caller]
    pub fn new(data: &'a mut [T], layout: Layout) -> Self {
        let data = Out::new(data, &layout).ptr();
        Region { data, layout, borrow: PhantomData }
    }

    /// Where the elements are.
    #[inline]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The elements, for reading.
    #[inline]
    pub fn input(&self) -> In<'_, T> {
        In::trusted(self.data, &self.layout)
    }

    /// The elements, for writing.
    #[inline]
    pub fn out(&mut self) -> Out<'_, T> {
        Out::trusted(self.data, &self.layout)
    }

    /// The elements that a slice shows.
    pub fn sliced(self, op: &'static str, items: &[SliceItem]) -> Result<Region<'a, T>> {
        Ok(Region { layout: self.layout.sliced(op, items)?, ..self })
    }

    /// The elements of diagonal `k` of two axes.
    pub fn diagonal(self, op: &'static str, k: isize, axes: [isize; 2]) -> Result<Region<'a, T>> {
        Ok(Region { layout: self.layout.diagonal(op, k, axes)?, ..self })
    }

    /// The same elements, borrowed from this region.
    #[inline]
    pub fn reborrow(&mut self) -> Region<'_, T> {
        Region { data: self.data, layout: self.layout.clone(), borrow: PhantomData }
    }

    /// The elements before index `at` of an axis, and those from there on.
    pub fn split_at(self, axis: usize, at: usize) -> (Region<'a, T>, Region<'a, T>) {
        let size = self.layout.shape()[axis];
        assert!(at <= size, "an axis of size {size} cannot be split at {at}");
        let first = self.layout.with_range(axis, 0, 1, at);
        let last = self.layout.with_range(axis, at, 1, size - at);
        (Region { layout: first, ..self }, Region { layout: last, ..self })
    }

    /// One region for each index of the axes marked in `outer`, in row-major order, of all other axes.
    pub fn parts(self, outer: &[bool]) -> Parts<'a, T> {
        let (outer, part) = self.layout.parted(|axis| outer[axis]);
        Parts { data: self.data, starts: Offsets::new(&outer), part, borrow: PhantomData }
    }

    /// Every element by itself, in row-major order.
    pub fn elements(self) -> IterMut<'a, T> {
        IterMut { data: self.data, offsets: Offsets::new(&self.layout), borrow: PhantomData }
    }
}

/// Regions that differ in where they start.
#[derive(Debug)]
pub struct Parts<'a, T> {
    data: Ptr<T>,
    starts: Offsets,
    part: Layout,
    borrow: PhantomData<&'a mut [T]>,
}

impl<'a, T> Iterator for Parts<'a, T> {
    type Item = Region<'a, T>;

    fn next(&mut self) -> Option<Region<'a, T>> {
        // Every element of the whole belongs to the part of one start, and each start comes once.
        let layout = self.part.starting_at(self.starts.next()?);
        Some(Region { data: self.data, layout, borrow: PhantomData })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.starts.size_hint()
    }
}

impl<T> ExactSizeIterator for Parts<'_, T> {}

/// The elements of an array in row-major order, for writing.
#[derive(Debug)]
pub struct IterMut<'a, T> {
    data: Ptr<T>,
    offsets: Offsets,
    borrow: PhantomData<&'a mut [T]>,
}

impl<'a, T> Iterator for IterMut<'a, T> {
    type Item = &'a mut T;

    #[inline]
    fn next(&mut self) -> Option<&'a mut T> {
        let offset = self.offsets.next()?;
        // SAFETY: an element of the region this was made from, which is ours for 'a; each one comes once.
        Some(unsafe { &mut *self.data.at(offset as isize) })
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.offsets.size_hint()
    }
}

impl<T> ExactSizeIterator for IterMut<'_, T> {}
