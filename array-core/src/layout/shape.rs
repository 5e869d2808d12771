//! From what users write (`5`, `[2, 3]`, `(2, -1)`) to checked sizes and axes.

use smallvec::SmallVec;

use super::{INLINE_RANK, Shape, listed};
use crate::dtype::DType;
use crate::error::{Error, OrPanic, Result};

/// Signed numbers as given by the user: sizes (−1 for "whatever fits") or axes (negative from the end).
pub type Signed = SmallVec<[isize; INLINE_RANK]>;

/// A signed integer that a literal can become: sizes, axes and indices are all read through this trait,
/// so that `[2, 3]`, `[n, 3]` and `[-1, 3]` need no suffix and no cast.
pub trait Int: Copy {
    /// The value; saturates where it does not fit.
    fn int(self) -> isize;
}

/// Lists the integer types a size, an axis or an index may have.
macro_rules! ints {
    ($($t:ty)*) => {$(
        impl Int for $t {
            #[inline(always)]
            fn int(self) -> isize {
                isize::try_from(self).unwrap_or(isize::MAX)
            }
        }
    )*};
}
ints! { i32 i64 isize usize }

/// A list of integers: a single one, an array, a slice, a vector, a tuple, or `()` for none.
///
/// Shapes, permutations and lists of axes are given as this.
pub trait IntList {
    /// The list.
    fn ints(&self) -> Signed;
}

impl<I: Int> IntList for I {
    #[inline]
    fn ints(&self) -> Signed {
        Signed::from_slice(&[self.int()])
    }
}

impl<I: Int, const N: usize> IntList for [I; N] {
    #[inline]
    fn ints(&self) -> Signed {
        listed(self.iter().map(|i| i.int()))
    }
}

impl<I: Int> IntList for &[I] {
    #[inline]
    fn ints(&self) -> Signed {
        listed(self.iter().map(|i| i.int()))
    }
}

impl<I: Int> IntList for Vec<I> {
    fn ints(&self) -> Signed {
        self.as_slice().ints()
    }
}

impl<I: Int, const N: usize> IntList for &[I; N] {
    fn ints(&self) -> Signed {
        self.as_slice().ints()
    }
}

impl<I: Int> IntList for &Vec<I> {
    fn ints(&self) -> Signed {
        self.as_slice().ints()
    }
}

impl IntList for () {
    fn ints(&self) -> Signed {
        Signed::new()
    }
}

/// Lists the tuples that stand for a list of integers.
macro_rules! int_tuples {
    ($(($($t:ident $i:tt)*))*) => {$(
        impl<$($t: Int),*> IntList for ($($t,)*) {
            fn ints(&self) -> Signed {
                Signed::from_slice(&[$(self.$i.int()),*])
            }
        }
    )*};
}
int_tuples! { (A 0) (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 D 3) (A 0 B 1 C 2 D 3 E 4) (A 0 B 1 C 2 D 3 E 4 F 5) }

/// Reads a shape in which every size must be given.
pub fn shape_of(op: &'static str, shape: impl IntList) -> Result<Shape> {
    let shape = shape.ints();
    if shape.iter().any(|&n| n < 0) {
        return Err(Error::NegativeSize { op, shape: shape.to_vec() });
    }
    Ok(listed(shape.iter().map(|&n| n as usize)))
}

/// The number of elements of a shape, refused if they or their bytes could exceed the address space.
///
/// Sizes of 0 are left out of the product, so that no view of an empty array can overflow either. `isize::MAX` itself
/// is refused: it is what [`Int`] makes of all that is larger.
pub fn checked_size(op: &'static str, shape: &[usize], dtype: DType) -> Result<usize> {
    let bytes = shape
        .iter()
        .filter(|&&n| n != 0)
        .try_fold(dtype.itemsize(), |bytes, &n| bytes.checked_mul(n))
        .filter(|&bytes| bytes < isize::MAX as usize);
    match bytes {
        Some(_) => Ok(shape.iter().product()),
        None => Err(Error::TooLarge { op, shape: shape.to_vec(), dtype }),
    }
}

/// Replaces −1 in a reshape's target by the size that makes it fit.
pub fn infer_shape(from: &[usize], to: impl IntList) -> Result<Shape> {
    let to = to.ints();
    let error = || Error::Reshape { from: from.to_vec(), to: to.to_vec() };
    let size: usize = from.iter().product();
    let known = to
        .iter()
        .filter(|&&n| n != -1)
        .try_fold(1usize, |product, &n| usize::try_from(n).ok().and_then(|n| product.checked_mul(n)));
    let known = known.ok_or_else(error)?;
    let missing = match to.iter().filter(|&&n| n == -1).count() {
        0 if known == size => 0,
        1 if known != 0 && size.is_multiple_of(known) => size / known,
        _ => return Err(error()),
    };
    Ok(listed(to.iter().map(|&n| if n == -1 { missing } else { n as usize })))
}

/// Resolves an axis that may count from the end.
#[inline]
pub fn axis_of(op: &'static str, axis: isize, shape: &[usize]) -> Result<usize> {
    let ndim = shape.len() as isize;
    if (-ndim..ndim).contains(&axis) {
        Ok(axis.rem_euclid(ndim) as usize)
    } else {
        Err(Error::Axis { op, axis, shape: shape.to_vec() })
    }
}

/// Resolves an index that may count from the end.
#[inline]
pub fn index_of(op: &'static str, index: isize, axis: usize, shape: &[usize]) -> Result<usize> {
    let size = shape[axis] as isize;
    if (-size..size).contains(&index) {
        Ok((if index < 0 { index + size } else { index }) as usize)
    } else {
        Err(Error::Index { op, index, axis, shape: shape.to_vec() })
    }
}

/// Axes to reduce over, and whether they stay in the result with size 1.
///
/// An integer, a list of integers, or `..` for all axes; [`keepdims`] around any of them.
///
/// ```
/// use array_core::{Array, keepdims};
/// let a = Array::<f64>::ones([2, 3, 4]);
/// assert_eq!(a.sum_axis(-1).shape(), [2, 3]);
/// assert_eq!(a.sum_axis([0, 2]).shape(), [3]);
/// assert_eq!(a.sum_axis(keepdims(1)).shape(), [2, 1, 4]);
/// assert_eq!(a.sum_axis(keepdims(..)).shape(), [1, 1, 1]);
/// ```
#[derive(Debug, Clone)]
pub struct Axes {
    list: Option<Signed>,
    keepdims: bool,
}

/// NumPy's `keepdims=True`: reduced axes stay in the result with size 1, so that it broadcasts back.
pub fn keepdims(axes: impl Into<Axes>) -> Axes {
    Axes { keepdims: true, ..axes.into() }
}

impl<L: IntList> From<L> for Axes {
    fn from(list: L) -> Axes {
        Axes { list: Some(list.ints()), keepdims: false }
    }
}

impl From<std::ops::RangeFull> for Axes {
    fn from(_: std::ops::RangeFull) -> Axes {
        Axes { list: None, keepdims: false }
    }
}

impl Axes {
    /// Whether these are all axes, `..`.
    pub(crate) fn are_all(&self) -> bool {
        self.list.is_none()
    }

    /// Whether reduced axes stay with size 1.
    pub(crate) fn keeps_dims(&self) -> bool {
        self.keepdims
    }

    /// The axes in the order given, which may repeat; `..` in their own.
    pub(crate) fn in_order(&self, op: &'static str, shape: &[usize]) -> Result<Shape> {
        match &self.list {
            None => Ok(listed(0..shape.len())),
            Some(list) => list.iter().map(|&axis| axis_of(op, axis, shape)).collect(),
        }
    }

    /// For each axis of the shape, whether it is reduced.
    pub(crate) fn reduced(&self, op: &'static str, shape: &[usize]) -> Result<SmallVec<[bool; INLINE_RANK]>> {
        let mut reduced = listed(shape.iter().map(|_| self.are_all()));
        let Some(list) = &self.list else { return Ok(reduced) };
        for &axis in list {
            let at = axis_of(op, axis, shape)?;
            if std::mem::replace(&mut reduced[at], true) {
                return Err(Error::RepeatedAxis { op, axis, shape: shape.to_vec() });
            }
        }
        Ok(reduced)
    }

    /// The shape of the result of a reduction of an array of this shape, with reduced axes kept as 1s.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn keepdims_shape(&self, shape: &[usize]) -> Vec<usize> {
        let reduced = self.reduced("keepdims_shape", shape).or_panic();
        shape.iter().zip(reduced).map(|(&n, gone)| if gone { 1 } else { n }).collect()
    }

    /// The shape of the result, given [`Axes::reduced`].
    pub(crate) fn result_shape(&self, shape: &[usize], reduced: &[bool]) -> Shape {
        let axes = shape.iter().zip(reduced);
        if self.keepdims {
            listed(axes.map(|(&n, &gone)| if gone { 1 } else { n }))
        } else {
            listed(axes.filter(|&(_, &gone)| !gone).map(|(&n, _)| n))
        }
    }
}
