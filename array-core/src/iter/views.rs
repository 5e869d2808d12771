//! Iteration over parts: along an axis, over lanes, in chunks. What is yielded are views, to read or to write.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::region::{Parts, Region};
use crate::layout::Layout;
use crate::layout::shape::axis_of;
use crate::layout::walk::Offsets;
use crate::view_mut::ViewMut;

/// Views of parts of one shape, to read: made by [`Array::axis_iter`], [`Array::lanes`] and [`Array::windows`].
#[derive(Debug, Clone)]
pub struct Views<T: Element> {
    array: Array<T>,
    starts: Offsets,
    part: Layout,
}

impl<T: Element> Views<T> {
    /// One view for each index of the axes marked in `outer`, in row-major order, of all other axes.
    pub(crate) fn new(array: &Array<T>, outer: &[bool]) -> Views<T> {
        let (outer, part) = array.layout().parted(|axis| outer[axis]);
        Views { array: array.clone(), starts: Offsets::new(&outer), part }
    }
}

impl<T: Element> Iterator for Views<T> {
    type Item = Array<T>;

    fn next(&mut self) -> Option<Array<T>> {
        Some(self.array.view(self.part.starting_at(self.starts.next()?)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.starts.size_hint()
    }
}

impl<T: Element> ExactSizeIterator for Views<T> {}

/// Views of parts of one shape, to write: made by [`Array::axis_iter_mut`] and [`Array::lanes_mut`].
#[derive(Debug)]
pub struct ViewsMut<'a, T: Element> {
    parts: Parts<'a, T>,
}

impl<'a, T: Element> Iterator for ViewsMut<'a, T> {
    type Item = ViewMut<'a, T>;

    fn next(&mut self) -> Option<ViewMut<'a, T>> {
        self.parts.next().map(ViewMut::from)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.parts.size_hint()
    }
}

impl<T: Element> ExactSizeIterator for ViewsMut<'_, T> {}

/// The pieces of at most `size` indices that an axis is cut into, to read: made by [`Array::axis_chunks`].
#[derive(Debug, Clone)]
pub struct Chunks<T: Element> {
    array: Array<T>,
    axis: usize,
    size: usize,
    next: usize,
}

impl<T: Element> Iterator for Chunks<T> {
    type Item = Array<T>;

    fn next(&mut self) -> Option<Array<T>> {
        let left = self.array.shape()[self.axis] - self.next;
        if left == 0 {
            return None;
        }
        let size = self.size.min(left);
        let chunk = self.array.view(self.array.layout().with_range(self.axis, self.next, 1, size));
        self.next += size;
        Some(chunk)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.array.shape()[self.axis] - self.next).div_ceil(self.size);
        (left, Some(left))
    }
}

impl<T: Element> ExactSizeIterator for Chunks<T> {}

/// The pieces of at most `size` indices that an axis is cut into, to write: made by [`Array::axis_chunks_mut`].
#[derive(Debug)]
pub struct ChunksMut<'a, T: Element> {
    /// What has not been yielded; `None` at the end.
    rest: Option<Region<'a, T>>,
    axis: usize,
    size: usize,
}

impl<'a, T: Element> Iterator for ChunksMut<'a, T> {
    type Item = ViewMut<'a, T>;

    fn next(&mut self) -> Option<ViewMut<'a, T>> {
        let rest = self.rest.take()?;
        let left = rest.layout().shape()[self.axis];
        if left == 0 {
            return None;
        }
        let (chunk, rest) = rest.split_at(self.axis, self.size.min(left));
        self.rest = Some(rest);
        Some(chunk.into())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.rest.as_ref().map_or(0, |rest| rest.layout().shape()[self.axis].div_ceil(self.size));
        (left, Some(left))
    }
}

impl<T: Element> ExactSizeIterator for ChunksMut<'_, T> {}

/// Which axes are counted through: all but one.
fn all_but(axis: usize, ndim: usize) -> Vec<bool> {
    (0..ndim).map(|at| at != axis).collect()
}

/// Which axes are counted through: just one.
fn only(axis: usize, ndim: usize) -> Vec<bool> {
    (0..ndim).map(|at| at == axis).collect()
}

fn chunk_axis(op: &'static str, size: usize, axis: isize, shape: &[usize]) -> Result<usize> {
    if size == 0 {
        return Err(Error::Value { op, message: "chunks of size 0".to_string() });
    }
    axis_of(op, axis, shape)
}

/// Iteration over parts. Each part is a view; with [`Parallel`](crate::Parallel) several threads work on them.
impl<T: Element> Array<T> {
    /// What each index of an axis selects: rows for axis 0 of a matrix, columns for axis 1. `for row in a` in NumPy.
    ///
    /// ```
    /// use array_core::array;
    /// let m = array![[1, 2, 3], [4, 5, 6]];
    /// let sums: Vec<i64> = m.axis_iter(1).map(|column| column.sum()).collect();
    /// assert_eq!(sums, [5, 7, 9]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn axis_iter(&self, axis: isize) -> Views<T> {
        self.try_axis_iter(axis).or_panic()
    }

    /// As [`Array::axis_iter`]; fails where it panics.
    pub fn try_axis_iter(&self, axis: isize) -> Result<Views<T>> {
        let axis = axis_of("axis_iter", axis, self.shape())?;
        Ok(Views::new(self, &only(axis, self.ndim())))
    }

    /// As [`Array::axis_iter`], to write.
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn axis_iter_mut(&mut self, axis: isize) -> ViewsMut<'_, T> {
        self.try_axis_iter_mut(axis).or_panic()
    }

    /// As [`Array::axis_iter_mut`]; fails where it panics.
    pub fn try_axis_iter_mut(&mut self, axis: isize) -> Result<ViewsMut<'_, T>> {
        let outer = only(axis_of("axis_iter_mut", axis, self.shape())?, self.ndim());
        Ok(ViewsMut { parts: self.view_mut().into_region().parts(&outer) })
    }

    /// The lanes along an axis, each of one axis, in row-major order: rows for the last axis of a matrix.
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn lanes(&self, axis: isize) -> Views<T> {
        self.try_lanes(axis).or_panic()
    }

    /// As [`Array::lanes`]; fails where it panics.
    pub fn try_lanes(&self, axis: isize) -> Result<Views<T>> {
        let axis = axis_of("lanes", axis, self.shape())?;
        Ok(Views::new(self, &all_but(axis, self.ndim())))
    }

    /// As [`Array::lanes`], to write.
    ///
    /// ```
    /// use array_core::{Parallel, array};
    /// let mut m = array![[3.0f64, 4.0], [0.0, 2.0]];
    /// m.lanes_mut(-1).par_for_each(|mut row| row /= row.to_array().square().sum().sqrt());
    /// assert_eq!(m, array![[0.6, 0.8], [0.0, 1.0]]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn lanes_mut(&mut self, axis: isize) -> ViewsMut<'_, T> {
        self.try_lanes_mut(axis).or_panic()
    }

    /// As [`Array::lanes_mut`]; fails where it panics.
    pub fn try_lanes_mut(&mut self, axis: isize) -> Result<ViewsMut<'_, T>> {
        let outer = all_but(axis_of("lanes_mut", axis, self.shape())?, self.ndim());
        Ok(ViewsMut { parts: self.view_mut().into_region().parts(&outer) })
    }

    /// Pieces of `size` indices along an axis, the last one of what is left: batches, for axis 0.
    ///
    /// ```
    /// use array_core::Array;
    /// let sizes: Vec<usize> = Array::arange(0, 10, 1).axis_chunks(4, 0).map(|chunk| chunk.size()).collect();
    /// assert_eq!(sizes, [4, 4, 2]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist, or `size` is 0.
    #[track_caller]
    pub fn axis_chunks(&self, size: usize, axis: isize) -> Chunks<T> {
        self.try_axis_chunks(size, axis).or_panic()
    }

    /// As [`Array::axis_chunks`]; fails where it panics.
    pub fn try_axis_chunks(&self, size: usize, axis: isize) -> Result<Chunks<T>> {
        let axis = chunk_axis("axis_chunks", size, axis, self.shape())?;
        Ok(Chunks { array: self.clone(), axis, size, next: 0 })
    }

    /// As [`Array::axis_chunks`], to write.
    ///
    /// # Panics
    /// If the axis does not exist, or `size` is 0.
    #[track_caller]
    pub fn axis_chunks_mut(&mut self, size: usize, axis: isize) -> ChunksMut<'_, T> {
        self.try_axis_chunks_mut(size, axis).or_panic()
    }

    /// As [`Array::axis_chunks_mut`]; fails where it panics.
    pub fn try_axis_chunks_mut(&mut self, size: usize, axis: isize) -> Result<ChunksMut<'_, T>> {
        let axis = chunk_axis("axis_chunks_mut", size, axis, self.shape())?;
        Ok(ChunksMut { rest: Some(self.view_mut().into_region()), axis, size })
    }
}
