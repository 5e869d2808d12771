//! Basic indexing: single elements, and slices as views.

use std::ops::{Index, IndexMut};

use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::layout::shape::IntList;
use crate::layout::slice::SliceSpec;
use crate::view_mut::ViewMut;

/// Slices.
impl<T: Element> Array<T> {
    /// Part of the array: ranges, integers, new axes and the ellipsis, as between NumPy's brackets.
    ///
    /// ```
    /// use array_core::{Array, Ellipsis, NewAxis, step};
    /// let a = Array::arange(0, 24, 1).reshape([2, 3, 4]);
    /// assert_eq!(a.slice(1).shape(), [3, 4]); // a[1]
    /// assert_eq!(a.slice((.., 1..3, -1)).to_vec(), [7, 11, 19, 23]); // a[:, 1:3, -1]
    /// assert_eq!(a.slice((Ellipsis, step(.., -2))).shape(), [2, 3, 2]); // a[..., ::-2]
    /// assert_eq!(a.slice((.., NewAxis, 0)).shape(), [2, 1, 4]); // a[:, None, 0]
    /// ```
    ///
    /// # Panics
    /// If an integer lies outside its axis or there are more entries than axes. Ranges are clipped, as in NumPy.
    #[inline]
    #[track_caller]
    pub fn slice(&self, spec: impl SliceSpec) -> Array<T> {
        self.try_slice(spec).or_panic()
    }

    /// As [`Array::slice`]; fails where it panics.
    #[inline]
    pub fn try_slice(&self, spec: impl SliceSpec) -> Result<Array<T>> {
        Ok(self.view(self.layout().sliced("slice", &spec.items())?))
    }

    /// Part of the array, for writing through to it: NumPy's `a[spec] = …`.
    ///
    /// ```
    /// use array_core::Array;
    /// let mut a = Array::<f64>::zeros([2, 3]);
    /// a.slice_mut((0, 1..)).fill(7.0);
    /// a.slice_mut(1).assign(&Array::from_vec([1.0, 2.0, 3.0], 3));
    /// assert_eq!(a.to_vec(), [0.0, 7.0, 7.0, 1.0, 2.0, 3.0]);
    /// ```
    #[track_caller]
    pub fn slice_mut(&mut self, spec: impl SliceSpec) -> ViewMut<'_, T> {
        self.try_slice_mut(spec).or_panic()
    }

    /// As [`Array::slice_mut`]; fails where it panics.
    pub fn try_slice_mut(&mut self, spec: impl SliceSpec) -> Result<ViewMut<'_, T>> {
        Ok(self.view_mut().into_region().sliced("slice_mut", &spec.items())?.into())
    }
}

/// Single elements.
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
