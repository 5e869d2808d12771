//! Elements as bytes: what every file format here stores.

use std::io::{self, Read, Write};

use half::{bf16, f16};
use num_complex::Complex;

use super::fault::Fault;
use crate::array::Array;
use crate::dtype::DType;
use crate::dual::Dual;
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

/// The value before the tangent.
impl LeBytes for Dual {
    fn push_le_bytes(self, bytes: &mut Vec<u8>) {
        self.value.push_le_bytes(bytes);
        self.tangent.push_le_bytes(bytes);
    }

    fn from_le_bytes(bytes: &[u8]) -> Option<Dual> {
        let (value, tangent) = bytes.split_at_checked(size_of::<f64>())?;
        Some(Dual::new(LeBytes::from_le_bytes(value)?, LeBytes::from_le_bytes(tangent)?))
    }
}

/// Which byte of a number comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// The lowest.
    Little,
    /// The highest.
    Big,
}

/// Bytes that are converted at a time, a multiple of every element's.
const CHUNK: usize = 1 << 16;

/// Reads the elements of an array, in row-major order. The caller knows that their bytes are there.
pub(super) fn read_array<T: LeBytes>(
    reader: &mut dyn Read,
    order: ByteOrder,
    shape: &[usize],
) -> std::result::Result<Array<T>, Fault> {
    let mut outcome = Ok(());
    let array = Array::filled("read", shape, |elements| outcome = fill(elements, reader, order))?;
    outcome.map(|()| array)
}

fn fill<T: LeBytes>(
    elements: &mut [T],
    reader: &mut dyn Read,
    order: ByteOrder,
) -> std::result::Result<(), Fault> {
    // A complex number is two numbers, each with its own order of bytes.
    let word = match T::DTYPE {
        DType::Complex128 | DType::Complex64 | DType::Dual128 => size_of::<T>() / 2,
        _ => size_of::<T>(),
    };
    let mut buffer = vec![0; CHUNK.min(size_of_val(elements))];
    for (i, part) in elements.chunks_mut(CHUNK / size_of::<T>()).enumerate() {
        let bytes = &mut buffer[..size_of_val(part)];
        reader.read_exact(bytes)?;
        if order == ByteOrder::Big {
            bytes.chunks_exact_mut(word).for_each(<[u8]>::reverse);
        }
        for (j, (element, bytes)) in part.iter_mut().zip(bytes.chunks_exact(size_of::<T>())).enumerate() {
            *element = T::from_le_bytes(bytes).ok_or_else(|| {
                let at = i * (CHUNK / size_of::<T>()) + j;
                Fault::whole(format!("element {at} has the bytes {bytes:?}, which are no {}", T::DTYPE))
            })?;
        }
    }
    Ok(())
}

impl<T: LeBytes> Array<T> {
    /// The elements in row-major order as little-endian bytes.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.nbytes());
        self.iter().for_each(|x| x.push_le_bytes(&mut bytes));
        bytes
    }

    /// Writes the elements in row-major order as little-endian bytes.
    pub(super) fn write_le_bytes(&self, writer: &mut dyn Write) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(CHUNK.min(self.nbytes()));
        for x in self.iter() {
            x.push_le_bytes(&mut bytes);
            if bytes.len() == CHUNK {
                writer.write_all(&bytes)?;
                bytes.clear();
            }
        }
        writer.write_all(&bytes)
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
        read_array(&mut &bytes[..], ByteOrder::Little, &shape).map_err(|fault| match fault {
            Fault::Contents(_, message) => Error::Value { op, message },
            Fault::Io(error) => Error::Value { op, message: error.to_string() },
        })
    }
}
