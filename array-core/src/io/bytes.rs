//! Elements as little-endian bytes: what every file format here stores.

use half::{bf16, f16};
use num_complex::Complex;

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, Result};
use crate::layout::shape::{IntList, checked_size, shape_of};

/// Element types with a fixed representation in files.
pub trait LeBytes: Element {
    /// Appends the element's bytes, lowest first.
    fn push_le_bytes(self, bytes: &mut Vec<u8>);

    /// The element of these `size_of::<Self>()` bytes; `None` if they represent none (a `bool` that is neither 0
    /// nor 1).
    fn from_le_bytes(bytes: &[u8]) -> Option<Self>;
}

/// Lists the number types that know their own bytes.
macro_rules! numbers {
    ($($t:ty)*) => {$(
        impl LeBytes for $t {
            #[inline]
            fn push_le_bytes(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn from_le_bytes(bytes: &[u8]) -> Option<$t> {
                Some(<$t>::from_le_bytes(bytes.try_into().ok()?))
            }
        }
    )*};
}
numbers! { f64 f32 f16 bf16 i64 i32 i16 i8 u64 u32 u16 u8 }

impl LeBytes for bool {
    fn push_le_bytes(self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self));
    }

    fn from_le_bytes(bytes: &[u8]) -> Option<bool> {
        match bytes {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

impl<P: LeBytes> LeBytes for Complex<P>
where
    Complex<P>: Element,
{
    fn push_le_bytes(self, bytes: &mut Vec<u8>) {
        self.re.push_le_bytes(bytes);
        self.im.push_le_bytes(bytes);
    }

    fn from_le_bytes(bytes: &[u8]) -> Option<Self> {
        let (re, im) = bytes.split_at_checked(size_of::<P>())?;
        Some(Complex::new(P::from_le_bytes(re)?, P::from_le_bytes(im)?))
    }
}

impl<T: LeBytes> Array<T> {
    /// The elements in row-major order as little-endian bytes.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.nbytes());
        self.iter().for_each(|x| x.push_le_bytes(&mut bytes));
        bytes
    }

    /// An array of this shape from its elements' little-endian bytes in row-major order.
    ///
    /// # Errors
    /// If the bytes are not exactly those of the shape, or some of them represent no element.
    pub fn try_from_le_bytes(bytes: &[u8], shape: impl IntList) -> Result<Array<T>> {
        let op = "from_le_bytes";
        let shape = shape_of(op, shape)?;
        let size = checked_size(op, &shape, T::DTYPE)?;
        if bytes.len() != size * size_of::<T>() {
            let message = format!("{} bytes for shape {shape:?} and dtype {}", bytes.len(), T::DTYPE);
            return Err(Error::Value { op, message });
        }
        let elements = bytes.chunks_exact(size_of::<T>()).map(T::from_le_bytes).collect::<Option<Vec<T>>>();
        let fault = || Error::Value { op, message: format!("bytes that are no {}", T::DTYPE) };
        Array::try_from_vec(elements.ok_or_else(fault)?, &shape[..])
    }
}
