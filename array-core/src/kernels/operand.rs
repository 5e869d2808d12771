//! A buffer together with the layout to read or write it by.

use std::marker::PhantomData;

use crate::layout::Layout;

/// What a kernel reads.
#[derive(Debug, Clone, Copy)]
pub struct In<'a, T> {
    data: Ptr<T>,
    layout: &'a Layout,
    borrow: PhantomData<&'a [T]>,
}

/// What a kernel writes. The layout shows every element once.
#[derive(Debug)]
pub struct Out<'a, T> {
    data: Ptr<T>,
    layout: &'a Layout,
    borrow: PhantomData<&'a mut [T]>,
}

/// Panics if the layout reaches outside a buffer of this length.
#[inline]
#[track_caller]
fn check_bounds(len: usize, layout: &Layout) {
    assert!(layout.bounds().is_none_or(|(_, high)| high < len), "the layout leaves its buffer");
}

impl<'a, T> In<'a, T> {
    /// Panics if the layout reaches outside the data.
    #[inline]
    #[track_caller]
    pub fn new(data: &'a [T], layout: &'a Layout) -> Self {
        check_bounds(data.len(), layout);
        In { data: Ptr(data.as_ptr().cast_mut()), layout, borrow: PhantomData }
    }

    /// Of data that is known to hold what the layout shows.
    #[inline]
    pub(super) fn trusted(data: Ptr<T>, layout: &'a Layout) -> Self {
        In { data, layout, borrow: PhantomData }
    }

    /// The layout to read by.
    #[inline]
    pub fn layout(&self) -> &'a Layout {
        self.layout
    }

    /// The start of the data that the layout's offsets count from; every one of them lies inside.
    #[inline]
    pub(super) fn ptr(&self) -> Ptr<T> {
        self.data
    }
}

impl<'a, T> Out<'a, T> {
    /// Panics if the layout reaches outside the data, or may show an element twice.
    #[inline]
    #[track_caller]
    pub fn new(data: &'a mut [T], layout: &'a Layout) -> Self {
        check_bounds(data.len(), layout);
        assert!(!layout.may_overlap(), "a layout that shows an element twice cannot be written");
        Out { data: Ptr(data.as_mut_ptr()), layout, borrow: PhantomData }
    }

    /// Of data that is known to hold what the layout shows, each element once.
    #[inline]
    pub(super) fn trusted(data: Ptr<T>, layout: &'a Layout) -> Self {
        Out { data, layout, borrow: PhantomData }
    }

    /// The layout to write by.
    #[inline]
    pub fn layout(&self) -> &'a Layout {
        self.layout
    }

    /// As [`In::ptr`], for writing.
    #[inline]
    pub(super) fn ptr(&mut self) -> Ptr<T> {
        self.data
    }
}

/// A pointer that kernels may carry across threads: they hand each thread a disjoint part of the output.
#[derive(Debug)]
pub(super) struct Ptr<T>(pub *mut T);

impl<T> Clone for Ptr<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Ptr<T> {}

// SAFETY: dereferencing is unsafe and argued where it happens; the pointer itself is only a number.
unsafe impl<T: Send> Send for Ptr<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Ptr<T> {}

impl<T> Ptr<T> {
    /// The pointer `offset` elements on.
    ///
    /// # Safety
    /// The data must reach that far.
    #[inline(always)]
    pub unsafe fn at(self, offset: isize) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { self.0.offset(offset) }
    }

    /// The `len` elements from `offset` on, for reading.
    ///
    /// # Safety
    /// The data must hold them, and nobody may write them meanwhile.
    #[inline(always)]
    pub unsafe fn slice<'a>(self, offset: isize, len: usize) -> &'a [T] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts(self.0.offset(offset), len) }
    }

    /// The `len` elements from `offset` on, for writing.
    ///
    /// # Safety
    /// The data must hold them, and nobody else may read or write them meanwhile.
    #[inline(always)]
    pub unsafe fn slice_mut<'a>(self, offset: isize, len: usize) -> &'a mut [T] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.0.offset(offset), len) }
    }
}
