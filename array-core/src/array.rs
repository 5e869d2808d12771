//! The array: a shared buffer and a layout.

use std::borrow::Cow;

use crate::dtype::DType;
use crate::element::Element;
use crate::error::Result;
use crate::iter::Iter;
use crate::kernels::copy::copy;
use crate::kernels::operand::{In, Out};
use crate::kernels::region::Region;
use crate::layout::Layout;
use crate::layout::shape::{IntList, checked_size, shape_of};
use crate::storage::{Buffer, Storage, count_copy_on_write};
use crate::view_mut::ViewMut;

/// An n-dimensional array of elements of one type, with NumPy's semantics.
///
/// An array is a shared buffer and a layout (shape, strides, offset). Cloning, slicing, transposing, reversing
/// and broadcasting cost a few integers and share the buffer; the first write through a shared array copies
/// what it shows. So a view behaves like a value of its own, and costs like a view. To write *through* a view,
/// as NumPy's slices do, borrow it mutably: [`Array::slice_mut`].
///
/// ```
/// use array_core::{Array, step};
/// let mut a = Array::arange(0, 12, 1).reshape([3, 4]);
/// let column = a.slice((.., 1));
/// assert_eq!(column.to_vec(), [1, 5, 9]);
///
/// a.slice_mut((.., 1)).fill(0);
/// assert_eq!(a.slice((2, step(.., -1))).to_vec(), [11, 10, 0, 8]);
/// assert_eq!(column.to_vec(), [1, 5, 9]); // a value of its own
/// ```
#[derive(Clone)]
pub struct Array<T: Element> {
    storage: Storage<T>,
    layout: Layout,
}

/// Attributes.
impl<T: Element> Array<T> {
    /// The size of each axis: NumPy's `a.shape`.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        self.layout.shape()
    }

    /// The number of axes: NumPy's `a.ndim`.
    #[inline]
    pub fn ndim(&self) -> usize {
        self.layout.ndim()
    }

    /// The number of elements: NumPy's `a.size`.
    #[inline]
    pub fn size(&self) -> usize {
        self.layout.size()
    }

    /// The element type: NumPy's `a.dtype`.
    #[inline]
    pub fn dtype(&self) -> DType {
        T::DTYPE
    }

    /// Bytes per element: NumPy's `a.itemsize`.
    #[inline]
    pub fn itemsize(&self) -> usize {
        size_of::<T>()
    }

    /// Bytes of all elements: NumPy's `a.nbytes`.
    #[inline]
    pub fn nbytes(&self) -> usize {
        self.size() * size_of::<T>()
    }

    /// For each axis, how many *elements* apart neighbours lie; negative on reversed axes.
    #[inline]
    pub fn strides(&self) -> &[isize] {
        self.layout.strides()
    }

    /// For each axis, how many *bytes* apart neighbours lie: NumPy's `a.strides`.
    pub fn byte_strides(&self) -> Vec<isize> {
        self.layout.byte_strides(size_of::<T>())
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.size() == 0
    }

    /// Whether the elements lie side by side in row-major order: NumPy's `a.flags.c_contiguous`.
    #[inline]
    pub fn is_contiguous(&self) -> bool {
        self.layout.is_contiguous()
    }

    /// The elements as a slice, if they lie side by side in row-major order.
    #[inline]
    pub fn as_slice(&self) -> Option<&[T]> {
        self.is_contiguous().then(|| &self.storage[self.layout.interval()])
    }

    /// As [`Array::as_slice`], for writing; a shared buffer is copied first.
    pub fn as_mut_slice(&mut self) -> Option<&mut [T]> {
        if !self.is_contiguous() {
            return None;
        }
        let (data, layout) = self.make_unshared();
        Some(&mut data[layout.interval()])
    }

    /// Shape, strides and offset.
    #[inline]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Whether both arrays look into the same buffer.
    #[inline]
    pub fn shares_buffer_with(&self, other: &Array<T>) -> bool {
        self.storage.is(&other.storage)
    }
}

/// Construction from a buffer.
impl<T: Element> Array<T> {
    /// An array of this layout whose elements a kernel fills in.
    #[inline]
    pub(crate) fn build(layout: Layout, fill: impl FnOnce(Out<'_, T>)) -> Array<T> {
        let mut buffer = Buffer::unspecified(layout.size());
        fill(Out::new(&mut buffer, &layout));
        Array { storage: buffer.into(), layout }
    }

    /// A new array whose elements, in row-major order, a function fills in.
    pub(crate) fn filled(
        op: &'static str,
        shape: impl IntList,
        fill: impl FnOnce(&mut [T]),
    ) -> Result<Array<T>> {
        let shape = shape_of(op, shape)?;
        let mut buffer = Buffer::unspecified(checked_size(op, &shape, T::DTYPE)?);
        fill(&mut buffer);
        Ok(Array { storage: buffer.into(), layout: Layout::contiguous(&shape) })
    }

    /// A new array of zeros.
    pub(crate) fn zeroed(op: &'static str, shape: impl IntList) -> Result<Array<T>> {
        let shape = shape_of(op, shape)?;
        let buffer = Buffer::zeros(checked_size(op, &shape, T::DTYPE)?);
        Ok(Array { storage: buffer.into(), layout: Layout::contiguous(&shape) })
    }

    /// Row-major layout for a new array.
    #[inline]
    pub(crate) fn new_layout(op: &'static str, shape: &[usize]) -> Result<Layout> {
        checked_size(op, shape, T::DTYPE)?;
        Ok(Layout::contiguous(shape))
    }

    /// The same buffer under another layout, which must have come from this array's own.
    #[inline]
    pub(crate) fn view(&self, layout: Layout) -> Array<T> {
        Array::of_storage(self.storage.clone(), layout)
    }

    /// A buffer under a layout, which must have come from that of an array that has this buffer.
    #[inline]
    pub(crate) fn of_storage(storage: Storage<T>, layout: Layout) -> Array<T> {
        Array { storage, layout }
    }

    /// The buffer without a layout.
    #[inline]
    pub(crate) fn into_storage(self) -> Storage<T> {
        self.storage
    }
}

/// Copies and plain values.
impl<T: Element> Array<T> {
    /// A contiguous copy in a buffer of its own: NumPy's `a.copy()`.
    pub fn copy(&self) -> Array<T> {
        Array::build(Layout::contiguous(self.shape()), |out| copy(out, self.operand()))
    }

    /// This array if it is contiguous, else a contiguous copy: `numpy.ascontiguousarray`.
    pub fn contiguous(&self) -> Array<T> {
        self.row_major().into_owned()
    }

    /// This array if it is contiguous, else a contiguous copy.
    #[inline]
    pub(crate) fn row_major(&self) -> Cow<'_, Array<T>> {
        if self.is_contiguous() { Cow::Borrowed(self) } else { Cow::Owned(self.copy()) }
    }

    /// The elements in row-major order.
    pub fn to_vec(&self) -> Vec<T> {
        self.row_major().as_slice().unwrap_or_default().to_vec()
    }

    /// The elements in row-major order.
    #[inline]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(&self.storage, &self.layout)
    }

    /// The only element: NumPy's `a.item()`.
    ///
    /// # Panics
    /// If there is not exactly one.
    #[track_caller]
    pub fn item(&self) -> T {
        match (self.size(), self.layout.bounds()) {
            (1, Some((at, _))) => self.storage[at],
            _ => panic!("item: shape {:?} has {} elements, not 1", self.shape(), self.size()),
        }
    }

    /// What a kernel reads.
    #[inline]
    pub(crate) fn operand(&self) -> In<'_, T> {
        In::new(&self.storage, &self.layout)
    }

    /// What a kernel reads when this array is stretched to `shape`, as one operand of `op`.
    #[inline]
    pub(crate) fn stretched(&self, op: &'static str, shape: &[usize]) -> Result<Cow<'_, Layout>> {
        if self.shape() == shape {
            Ok(Cow::Borrowed(&self.layout))
        } else {
            self.layout.broadcast_to(op, shape).map(Cow::Owned)
        }
    }

    /// The elements of the whole buffer, which layouts refer to.
    #[inline]
    pub(crate) fn data(&self) -> &[T] {
        &self.storage
    }

    /// What a kernel writes, if nobody shares the buffer and no element is shown twice.
    #[inline]
    pub(crate) fn unshared(&mut self) -> Option<Out<'_, T>> {
        let layout = &self.layout;
        if layout.may_overlap() { None } else { self.storage.unshared().map(|data| Out::new(data, layout)) }
    }

    /// The buffer for writing and the layout to write by; what is shared is copied first.
    pub(crate) fn make_unshared(&mut self) -> (&mut [T], &Layout) {
        if self.layout.may_overlap() || !self.storage.is_unshared() {
            if !self.is_empty() {
                count_copy_on_write();
            }
            *self = self.copy();
        }
        let Array { storage, layout } = self;
        (storage.unshared().unwrap_or_default(), layout)
    }

    /// What a kernel writes; what is shared is copied first.
    #[inline]
    pub(crate) fn out(&mut self) -> Out<'_, T> {
        let (data, layout) = self.make_unshared();
        Out::new(data, layout)
    }

    /// The whole array, for writing in place.
    pub fn view_mut(&mut self) -> ViewMut<'_, T> {
        let (data, layout) = self.make_unshared();
        Region::new(data, layout.clone()).into()
    }
}
