//! Access to single elements, with indices that may count from the end.

use std::ops::{Index, IndexMut};

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::Layout;
use crate::layout::shape::{IntList, index_of};

impl Layout {
    /// The offset of the element at these indices, one per axis.
    #[inline]
    fn locate(&self, op: &'static str, index: impl IntList) -> Result<usize> {
        let index = index.ints();
        if index.len() != self.ndim() {
            let (given, shape) = (index.len(), self.shape().to_vec());
            return Err(Error::Rank { op, what: "indices", given, shape });
        }
        let mut offset = self.offset() as isize;
        for (axis, (&i, &stride)) in index.iter().zip(self.strides()).enumerate() {
            offset += index_of(op, i, axis, self.shape())? as isize * stride;
        }
        Ok(offset as usize)
    }
}

impl<T: Element> Array<T> {
    /// The element at these indices, one per axis; fails if one lies outside its axis.
    ///
    /// ```
    /// use array_core::Array;
    /// let m = Array::arange(0, 6, 1).reshape([2, 3]);
    /// assert_eq!(m.get([-1, 0]), Ok(&3));
    /// assert_eq!(
    ///     m.get([2, 0]).unwrap_err().to_string(),
    ///     "get: index 2 is out of bounds for axis 0 with size 2 of shape [2, 3]"
    /// );
    /// ```
    pub fn get(&self, index: impl IntList) -> Result<&T> {
        Ok(&self.data()[self.layout().locate("get", index)?])
    }

    /// As [`Array::get`], for writing.
    pub fn get_mut(&mut self, index: impl IntList) -> Result<&mut T> {
        let (data, layout) = self.make_unshared();
        let offset = layout.locate("get_mut", index)?;
        Ok(&mut data[offset])
    }
}

/// `a[i]`, `a[[i, j]]`, `a[(i, j)]`: one index per axis, negative ones from the end.
impl<T: Element, I: IntList> Index<I> for Array<T> {
    type Output = T;

    #[inline]
    #[track_caller]
    fn index(&self, index: I) -> &T {
        &self.data()[self.layout().locate("index", index).or_panic()]
    }
}

impl<T: Element, I: IntList> IndexMut<I> for Array<T> {
    #[inline]
    #[track_caller]
    fn index_mut(&mut self, index: I) -> &mut T {
        let (data, layout) = self.make_unshared();
        let offset = layout.locate("index", index).or_panic();
        &mut data[offset]
    }
}
