//! Arrays of one value, of given values, and of the values of a function.

use crate::array::Array;
use crate::element::{Element, Num};
use crate::error::{Error, OrPanic, Result};
use crate::layout::Shape;
use crate::layout::shape::{IntList, checked_size, shape_of};

/// One value everywhere.
impl<T: Element> Array<T> {
    /// Zeros (`false` for `bool`): `numpy.zeros`.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::<f32>::zeros([2, 3]);
    /// assert_eq!((a.shape(), a.nbytes()), (&[2, 3][..], 24));
    /// ```
    ///
    /// # Panics
    /// On a negative size and on a shape beyond the address space, as all functions of a shape.
    #[track_caller]
    pub fn zeros(shape: impl IntList) -> Array<T> {
        Self::try_zeros(shape).or_panic()
    }

    /// As [`Array::zeros`]; fails on a negative size and on a shape beyond the address space.
    pub fn try_zeros(shape: impl IntList) -> Result<Array<T>> {
        Self::zeroed("zeros", shape)
    }

    /// Zeros in the shape of this array: `numpy.zeros_like`.
    pub fn zeros_like(&self) -> Array<T> {
        Self::zeroed("zeros_like", self.shape()).or_panic()
    }

    /// One value everywhere: `numpy.full`.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::full([2, 2], 3.5).to_vec(), [3.5; 4]);
    /// ```
    #[track_caller]
    pub fn full(shape: impl IntList, value: T) -> Array<T> {
        Self::try_full(shape, value).or_panic()
    }

    /// As [`Array::full`]; fails on a negative size and on a shape beyond the address space.
    pub fn try_full(shape: impl IntList, value: T) -> Result<Array<T>> {
        Self::filled("full", shape, |out| out.fill(value))
    }

    /// One value everywhere, in the shape of this array: `numpy.full_like`.
    pub fn full_like(&self, value: T) -> Array<T> {
        Self::filled("full_like", self.shape(), |out| out.fill(value)).or_panic()
    }

    /// Elements of unspecified value, for overwriting: `numpy.empty`. Safe: they are valid values.
    #[track_caller]
    pub fn empty(shape: impl IntList) -> Array<T> {
        Self::try_empty(shape).or_panic()
    }

    /// As [`Array::empty`]; fails on a negative size and on a shape beyond the address space.
    pub fn try_empty(shape: impl IntList) -> Result<Array<T>> {
        Self::filled("empty", shape, |_| {})
    }

    /// Elements of unspecified value in the shape of this array: `numpy.empty_like`.
    pub fn empty_like(&self) -> Array<T> {
        Self::filled("empty_like", self.shape(), |_| {}).or_panic()
    }

    /// An array without axes that holds one value.
    pub fn scalar(value: T) -> Array<T> {
        Self::filled("scalar", (), |out| out.fill(value)).or_panic()
    }
}

impl<T: Num> Array<T> {
    /// Ones: `numpy.ones`.
    #[track_caller]
    pub fn ones(shape: impl IntList) -> Array<T> {
        Self::try_ones(shape).or_panic()
    }

    /// As [`Array::ones`]; fails on a negative size and on a shape beyond the address space.
    pub fn try_ones(shape: impl IntList) -> Result<Array<T>> {
        Self::filled("ones", shape, |out| out.fill(T::ONE))
    }

    /// Ones in the shape of this array: `numpy.ones_like`.
    pub fn ones_like(&self) -> Array<T> {
        self.full_like(T::ONE)
    }
}

/// Given values.
impl<T: Element> Array<T> {
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
        let (op, values) = ("from_vec", values.as_ref());
        let shape = shape_of(op, shape)?;
        if checked_size(op, &shape, T::DTYPE)? != values.len() {
            return Err(Error::Length { op, given: values.len(), shape: shape.to_vec() });
        }
        Self::filled(op, &shape[..], |out| out.copy_from_slice(values))
    }

    /// The value of a function at every index, in row-major order: `numpy.fromfunction`.
    ///
    /// ```
    /// use array_core::Array;
    /// let table = Array::from_fn([3, 3], |index| index[0] * index[1]);
    /// assert_eq!(table.to_vec(), [0, 0, 0, 0, 1, 2, 0, 2, 4]);
    /// ```
    #[track_caller]
    pub fn from_fn(shape: impl IntList, f: impl FnMut(&[usize]) -> T) -> Array<T> {
        Self::try_from_fn(shape, f).or_panic()
    }

    /// As [`Array::from_fn`]; fails on a negative size and on a shape beyond the address space.
    pub fn try_from_fn(shape: impl IntList, mut f: impl FnMut(&[usize]) -> T) -> Result<Array<T>> {
        let shape = shape_of("from_fn", shape)?;
        let mut index = Shape::from_elem(0, shape.len());
        Self::filled("from_fn", &shape[..], |out| {
            for value in out {
                *value = f(&index);
                for axis in (0..shape.len()).rev() {
                    index[axis] += 1;
                    if index[axis] < shape[axis] {
                        break;
                    }
                    index[axis] = 0;
                }
            }
        })
    }
}

/// One axis of the items of an iterator: `numpy.fromiter`.
///
/// ```
/// use array_core::Array;
/// let squares: Array<i32> = (0..5).map(|i| i * i).collect();
/// assert_eq!(squares.to_vec(), [0, 1, 4, 9, 16]);
/// ```
impl<T: Element> FromIterator<T> for Array<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Array<T> {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

/// One axis of the values.
impl<T: Element> From<Vec<T>> for Array<T> {
    fn from(values: Vec<T>) -> Array<T> {
        values.as_slice().into()
    }
}

/// One axis of the values.
impl<T: Element> From<&[T]> for Array<T> {
    fn from(values: &[T]) -> Array<T> {
        Array::from_vec(values, values.len())
    }
}

/// One axis of the values.
impl<T: Element, const N: usize> From<[T; N]> for Array<T> {
    fn from(values: [T; N]) -> Array<T> {
        values.as_slice().into()
    }
}
