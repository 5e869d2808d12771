//! Iteration: over elements in row-major order, and over views of parts.

mod views;

pub use views::{Chunks, ChunksMut, Views, ViewsMut};

use crate::array::Array;
use crate::element::Element;
use crate::kernels::region::IterMut;
use crate::layout::Layout;
use crate::layout::walk::Offsets;
use crate::view_mut::ViewMut;

/// The elements of an array in row-major order, by reference.
#[derive(Debug, Clone)]
pub struct Iter<'a, T> {
    data: &'a [T],
    offsets: Offsets,
}

impl<'a, T> Iter<'a, T> {
    pub(crate) fn new(data: &'a [T], layout: &Layout) -> Self {
        Iter { data, offsets: Offsets::new(layout) }
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<&'a T> {
        self.offsets.next().map(|offset| &self.data[offset])
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.offsets.size_hint()
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

impl<'a, T: Element> IntoIterator for &'a Array<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: Element> Array<T> {
    /// The elements in row-major order, for writing.
    ///
    /// ```
    /// let mut a = array_core::array![[1, 2], [3, 4]].t();
    /// for (x, i) in a.iter_mut().zip(0..) {
    ///     *x += 10 * i;
    /// }
    /// assert_eq!(a.to_vec(), [1, 13, 22, 34]);
    /// ```
    pub fn iter_mut(&mut self) -> IterMut<'_, T> {
        self.view_mut().into_region().elements()
    }
}

impl<'a, T: Element> IntoIterator for &'a mut Array<T> {
    type Item = &'a mut T;
    type IntoIter = IterMut<'a, T>;

    fn into_iter(self) -> IterMut<'a, T> {
        self.iter_mut()
    }
}

impl<'a, T: Element> IntoIterator for ViewMut<'a, T> {
    type Item = &'a mut T;
    type IntoIter = IterMut<'a, T>;

    fn into_iter(self) -> IterMut<'a, T> {
        self.into_region().elements()
    }
}
