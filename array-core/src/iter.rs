//! Iteration over elements in row-major order.

use crate::array::Array;
use crate::element::Element;
use crate::layout::Layout;
use crate::layout::walk::Offsets;

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
