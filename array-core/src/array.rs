//! The array: a shared buffer and a layout.

use std::borrow::Cow;

use crate::dtype::DType;
use crate::element::{Element, Num};
use crate::error::{Error, OrPanic, Result};
use crate::iter::Iter;
use crate::kernels::operand::{In, Out};
use crate::layout::shape::{IntList, axis_of, checked_size, infer_shape, shape_of};
use crate::layout::slice::SliceSpec;
use crate::layout::{Layout, Shape};
use crate::ops::map_to;
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
        self.strides().iter().map(|&s| s * size_of::<T>() as isize).collect()
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
        self.is_contiguous().then(|| &self.storage[self.layout.offset()..][..self.size()])
    }

    /// As [`Array::as_slice`], for writing; a shared buffer is copied first.
    pub fn as_mut_slice(&mut self) -> Option<&mut [T]> {
        if !self.is_contiguous() {
            return None;
        }
        let (data, layout) = self.make_unshared();
        Some(&mut data[layout.offset()..][..layout.size()])
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

/// Creation.
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
        Ok(Self::from_buffer(buffer, &shape))
    }

    /// Row-major layout for a new array.
    #[inline]
    pub(crate) fn new_layout(op: &'static str, shape: &[usize]) -> Result<Layout> {
        checked_size(op, shape, T::DTYPE)?;
        Ok(Layout::contiguous(shape))
    }

    /// Row-major elements under a shape.
    fn from_buffer(buffer: Buffer<T>, shape: &[usize]) -> Array<T> {
        Array { storage: buffer.into(), layout: Layout::contiguous(shape) }
    }

    /// Zeros (`false` for `bool`): `numpy.zeros`.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::<f32>::zeros([2, 3]);
    /// assert_eq!((a.shape(), a.nbytes()), (&[2, 3][..], 24));
    /// ```
    #[track_caller]
    pub fn zeros(shape: impl IntList) -> Array<T> {
        Self::try_zeros(shape).or_panic()
    }

    /// As [`Array::zeros`]; fails on a negative size and on a shape beyond the address space.
    pub fn try_zeros(shape: impl IntList) -> Result<Array<T>> {
        let shape = shape_of("zeros", shape)?;
        let size = checked_size("zeros", &shape, T::DTYPE)?;
        Ok(Self::from_buffer(Buffer::zeros(size), &shape))
    }

    /// One value everywhere: `numpy.full`.
    #[track_caller]
    pub fn full(shape: impl IntList, value: T) -> Array<T> {
        Self::try_full(shape, value).or_panic()
    }

    /// As [`Array::full`]; fails on a negative size and on a shape beyond the address space.
    pub fn try_full(shape: impl IntList, value: T) -> Result<Array<T>> {
        let shape = shape_of("full", shape)?;
        let size = checked_size("full", &shape, T::DTYPE)?;
        let mut buffer = Buffer::unspecified(size);
        buffer.fill(value);
        Ok(Self::from_buffer(buffer, &shape))
    }

    /// Elements of unspecified value, for overwriting: `numpy.empty`. Safe: they are valid values.
    #[track_caller]
    pub fn empty(shape: impl IntList) -> Array<T> {
        let shape = shape_of("empty", shape).or_panic();
        let size = checked_size("empty", &shape, T::DTYPE).or_panic();
        Self::from_buffer(Buffer::unspecified(size), &shape)
    }

    /// An array without axes that holds one value.
    pub fn scalar(value: T) -> Array<T> {
        Self::from_buffer(Buffer::copied(&[value]), &[])
    }

    /// The values of a vector or slice, in row-major order, under a shape.
    ///
    /// ```
    /// use array_core::Array;
    /// let m = Array::from_vec(vec![1.0, 2.0, 3.0, 4.0], [2, 2]);
    /// assert_eq!(m[[1, 0]], 3.0);
    /// ```
    ///
    /// # Panics
    /// If the number of values is not the size of the shape.
    #[track_caller]
    pub fn from_vec(values: impl AsRef<[T]>, shape: impl IntList) -> Array<T> {
        Self::try_from_vec(values, shape).or_panic()
    }

    /// As [`Array::from_vec`]; fails if the number of values is not the size of the shape.
    pub fn try_from_vec(values: impl AsRef<[T]>, shape: impl IntList) -> Result<Array<T>> {
        let values = values.as_ref();
        let shape = shape_of("from_vec", shape)?;
        if checked_size("from_vec", &shape, T::DTYPE)? != values.len() {
            let (op, given) = ("from_vec", values.len());
            return Err(Error::Length { op, given, shape: shape.to_vec() });
        }
        Ok(Self::from_buffer(Buffer::copied(values), &shape))
    }

    /// The value of a function at every index, in row-major order: `numpy.fromfunction`.
    ///
    /// ```
    /// use array_core::Array;
    /// let table = Array::from_fn([3, 3], |index| index[0] * index[1]);
    /// assert_eq!(table.to_vec(), [0, 0, 0, 0, 1, 2, 0, 2, 4]);
    /// ```
    #[track_caller]
    pub fn from_fn(shape: impl IntList, mut f: impl FnMut(&[usize]) -> T) -> Array<T> {
        let shape = shape_of("from_fn", shape).or_panic();
        let size = checked_size("from_fn", &shape, T::DTYPE).or_panic();
        let mut buffer = Buffer::unspecified(size);
        let mut index = Shape::from_elem(0, shape.len());
        for value in buffer.iter_mut() {
            *value = f(&index);
            for axis in (0..shape.len()).rev() {
                index[axis] += 1;
                if index[axis] < shape[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
        Self::from_buffer(buffer, &shape)
    }
}

impl<T: Num> Array<T> {
    /// Ones: `numpy.ones`.
    #[track_caller]
    pub fn ones(shape: impl IntList) -> Array<T> {
        Self::full(shape, T::ONE)
    }
}

/// Views: the same buffer under another layout. None of these copies elements, except where it says so.
impl<T: Element> Array<T> {
    /// The same buffer under another layout, which must have come from this array's own.
    #[inline]
    pub(crate) fn view(&self, layout: Layout) -> Array<T> {
        Array { storage: self.storage.clone(), layout }
    }

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
        Ok(self.view(self.layout.sliced("slice", &spec.items())?))
    }

    /// All axes in reverse order: NumPy's `a.T`.
    #[inline]
    pub fn t(&self) -> Array<T> {
        self.view(self.layout.transposed())
    }

    /// Reorders axes: axis `i` of the result is axis `axes[i]` of this array. NumPy's `transpose(axes)`.
    #[track_caller]
    pub fn permute(&self, axes: impl IntList) -> Array<T> {
        self.try_permute(axes).or_panic()
    }

    /// As [`Array::permute`]; fails if `axes` is not a permutation of the axes.
    pub fn try_permute(&self, axes: impl IntList) -> Result<Array<T>> {
        Ok(self.view(self.layout.permuted("permute", axes)?))
    }

    /// Exchanges two axes: `numpy.swapaxes`.
    #[track_caller]
    pub fn swapaxes(&self, a: isize, b: isize) -> Array<T> {
        let a = axis_of("swapaxes", a, self.shape()).or_panic();
        let b = axis_of("swapaxes", b, self.shape()).or_panic();
        let mut axes: Vec<usize> = (0..self.ndim()).collect();
        axes.swap(a, b);
        self.permute(axes)
    }

    /// The same elements, in row-major order, under another shape; one size may be −1, "whatever fits".
    ///
    /// A view where strides allow it (always, if this array is contiguous), else a copy.
    ///
    /// ```
    /// use array_core::Array;
    /// let flat = Array::arange(0, 24, 1);
    /// assert_eq!(flat.reshape([2, -1, 4]).shape(), [2, 3, 4]);
    /// ```
    #[track_caller]
    pub fn reshape(&self, shape: impl IntList) -> Array<T> {
        self.try_reshape(shape).or_panic()
    }

    /// As [`Array::reshape`]; fails if the shape does not hold the same number of elements.
    pub fn try_reshape(&self, shape: impl IntList) -> Result<Array<T>> {
        let shape = infer_shape(self.shape(), shape)?;
        // A size-0 array may be given any shape of size 0, also one beyond the address space.
        checked_size("reshape", &shape, T::DTYPE)?;
        Ok(match self.layout.reshaped(&shape) {
            Some(layout) => self.view(layout),
            None => self.copy().view(Layout::contiguous(&shape)),
        })
    }

    /// One axis of all elements in row-major order; a view where strides allow it. NumPy's `a.ravel()`.
    pub fn ravel(&self) -> Array<T> {
        match self.layout.reshaped(&[self.size()]) {
            Some(layout) => self.view(layout),
            None => self.flatten(),
        }
    }

    /// One axis of all elements in row-major order, always a copy: NumPy's `a.flatten()`.
    pub fn flatten(&self) -> Array<T> {
        let copy = self.copy();
        let flat = Layout::contiguous(&[self.size()]);
        Array { storage: copy.storage, layout: flat }
    }

    /// Inserts an axis of size 1 before axis `axis`, which may be `ndim`: `numpy.expand_dims`.
    #[track_caller]
    pub fn expand_dims(&self, axis: isize) -> Array<T> {
        let wider = vec![1; self.ndim() + 1];
        let axis = axis_of("expand_dims", axis, &wider).or_panic();
        self.view(self.layout.with_axis(axis))
    }

    /// Removes axis `axis`, which must have size 1: `numpy.squeeze`.
    #[track_caller]
    pub fn squeeze(&self, axis: isize) -> Array<T> {
        self.try_squeeze(axis).or_panic()
    }

    /// As [`Array::squeeze`]; fails if the axis does not exist or its size is not 1.
    pub fn try_squeeze(&self, axis: isize) -> Result<Array<T>> {
        let at = axis_of("squeeze", axis, self.shape())?;
        if self.shape()[at] != 1 {
            let message =
                format!("axis {axis} of shape {:?} has size {}, not 1", self.shape(), self.shape()[at]);
            return Err(Error::Value { op: "squeeze", message });
        }
        Ok(self.view(self.layout.without_axis(at, 0)))
    }

    /// Stretches axes of size 1 and adds axes on the left, by strides of 0: `numpy.broadcast_to`.
    #[track_caller]
    pub fn broadcast_to(&self, shape: impl IntList) -> Array<T> {
        self.try_broadcast_to(shape).or_panic()
    }

    /// As [`Array::broadcast_to`]; fails if the shape cannot be reached by broadcasting.
    pub fn try_broadcast_to(&self, shape: impl IntList) -> Result<Array<T>> {
        let shape = shape_of("broadcast_to", shape)?;
        checked_size("broadcast_to", &shape, T::DTYPE)?;
        Ok(self.view(self.layout.broadcast_to("broadcast_to", &shape)?))
    }
}

/// Copies and plain values.
impl<T: Element> Array<T> {
    /// A contiguous copy in a buffer of its own: NumPy's `a.copy()`.
    pub fn copy(&self) -> Array<T> {
        let layout = Layout::contiguous(self.shape());
        map_to(
            layout,
            self,
            #[inline(always)]
            |x| x,
        )
    }

    /// This array if it is contiguous, else a contiguous copy: `numpy.ascontiguousarray`.
    pub fn contiguous(&self) -> Array<T> {
        if self.is_contiguous() { self.clone() } else { self.copy() }
    }

    /// The elements in row-major order.
    pub fn to_vec(&self) -> Vec<T> {
        self.contiguous().as_slice().unwrap_or_default().to_vec()
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

    /// The buffer for writing and the layout to write by, if nobody shares the buffer and no element is
    /// shown twice.
    #[inline]
    pub(crate) fn unshared(&mut self) -> Option<(&mut [T], &Layout)> {
        let layout = &self.layout;
        let repeats = layout.shape().iter().zip(layout.strides()).any(|(&n, &stride)| n > 1 && stride == 0);
        if repeats { None } else { self.storage.unshared().map(|data| (data, layout)) }
    }

    /// The buffer for writing and the layout to write by; what is shared is copied first.
    pub(crate) fn make_unshared(&mut self) -> (&mut [T], &Layout) {
        if self.unshared().is_none() {
            if !self.is_empty() {
                count_copy_on_write();
            }
            *self = self.copy();
        }
        let Array { storage, layout } = self;
        (storage.unshared().unwrap_or_default(), layout)
    }

    /// The whole array, for writing in place.
    pub fn view_mut(&mut self) -> ViewMut<'_, T> {
        let (data, layout) = self.make_unshared();
        ViewMut::new(data, layout.clone())
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
        let (data, layout) = self.make_unshared();
        let part = layout.sliced("slice_mut", &spec.items())?;
        Ok(ViewMut::new(data, part))
    }
}
