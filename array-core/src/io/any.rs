//! Arrays whose element type is known at run time only: what comes out of files.

use std::any::Any;
use std::io::{self, Read, Write};

use half::{bf16, f16};
use num_complex::Complex;

use super::bytes::{ByteOrder, read_array};
use super::fault::Fault;
use crate::array::Array;
use crate::dtype::DType;
use crate::element::Element;
use crate::error::{Error, Result};

/// Lists the element types of files with their dtype.
macro_rules! any_array {
    ($($dtype:ident($t:ty))*) => {
        /// An array of any element type that files hold; `usize`, whose width is the machine's, is none.
        ///
        /// ```
        /// use array_core::{Array, DType, io::AnyArray};
        /// let any = AnyArray::from(Array::from_vec([1.5, 2.5], 2));
        /// assert_eq!(any.dtype(), DType::Float64);
        /// assert_eq!(any.cast::<i32>().to_vec(), [1, 2]);
        /// assert_eq!(
        ///     any.clone().try_into::<f32>().unwrap_err().to_string(),
        ///     "try_into: the dtype is float64, not float32"
        /// );
        /// assert_eq!(any.try_into::<f64>()?.sum(), 4.0);
        /// # Ok::<(), array_core::Error>(())
        /// ```
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyArray {
            $(
                #[doc = concat!("An array of `", stringify!($t), "`.")]
                $dtype(Array<$t>),
            )*
        }

        $(
            impl From<Array<$t>> for AnyArray {
                fn from(array: Array<$t>) -> AnyArray {
                    AnyArray::$dtype(array)
                }
            }

            /// Shares the elements.
            impl From<&Array<$t>> for AnyArray {
                fn from(array: &Array<$t>) -> AnyArray {
                    AnyArray::$dtype(array.clone())
                }
            }
        )*

        /// Evaluates an expression with the array inside.
        macro_rules! each {
            ($any:expr, $array:ident => $value:expr) => {
                match $any { $(AnyArray::$dtype($array) => $value,)* }
            };
        }

        impl AnyArray {
            /// Reads the elements of an array, in row-major order.
            pub(super) fn read(
                reader: &mut dyn Read,
                order: ByteOrder,
                dtype: DType,
                shape: &[usize],
            ) -> std::result::Result<AnyArray, Fault> {
                match dtype {
                    $(DType::$dtype => read_array::<$t>(reader, order, shape).map(AnyArray::$dtype),)*
                    DType::UIntP | DType::Dual128 => {
                        Err(Fault::whole(format!("{dtype} is not an element type of files")))
                    }
                }
            }
        }
    };
}

any_array! {
    Float64(f64) Float32(f32) Float16(f16) BFloat16(bf16)
    Int64(i64) Int32(i32) Int16(i16) Int8(i8)
    UInt64(u64) UInt32(u32) UInt16(u16) UInt8(u8)
    Bool(bool) Complex128(Complex<f64>) Complex64(Complex<f32>)
}

impl AnyArray {
    /// The element type.
    pub fn dtype(&self) -> DType {
        each!(self, array => array.dtype())
    }

    /// The size of each axis.
    pub fn shape(&self) -> &[usize] {
        each!(self, array => array.shape())
    }

    /// Bytes of all elements.
    pub fn nbytes(&self) -> usize {
        each!(self, array => array.nbytes())
    }

    /// The array, if its elements are of type `T`; [`AnyArray::cast`] converts them.
    ///
    /// # Errors
    /// [`Error::DType`] with both element types.
    pub fn try_into<T: Element>(self) -> Result<Array<T>> {
        let found = self.dtype();
        let array: &dyn Any = each!(&self, array => array);
        array.downcast_ref().cloned().ok_or(Error::DType { op: "try_into", expected: T::DTYPE, found })
    }

    /// The elements converted to another type, any to any: as [`Array::cast`].
    pub fn cast<T: Element>(&self) -> Array<T> {
        each!(self, array => array.cast())
    }

    /// The elements converted to another type; fails where [`Array::try_cast`] does.
    pub fn try_cast<T: Element>(&self) -> Result<Array<T>> {
        each!(self, array => array.try_cast())
    }

    /// The transpose: all axes in reverse order.
    pub fn t(&self) -> AnyArray {
        each!(self, array => array.t().into())
    }

    /// Whether the elements lie side by side in row-major order.
    pub fn is_contiguous(&self) -> bool {
        each!(self, array => array.is_contiguous())
    }

    /// The elements in row-major order as little-endian bytes.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        each!(self, array => array.to_le_bytes())
    }

    /// Reads the elements of an array, in row-major order and nothing around them: `numpy.fromfile`.
    ///
    /// The memory of the whole array is asked for at once, so the caller has to know that its bytes are there.
    ///
    /// # Errors
    /// If the reader fails or ends too early, if bytes represent no element (a `bool` that is neither 0 nor 1), and
    /// for `uintp`, which files do not hold.
    ///
    /// ```
    /// use array_core::{DType, io::{AnyArray, ByteOrder}};
    /// let bytes = [0x01, 0x02, 0x03, 0x04];
    /// let any = AnyArray::from_reader(&bytes[..], ByteOrder::Big, DType::UInt16, &[2])?;
    /// assert_eq!(any.try_into::<u16>()?.to_vec(), [0x0102, 0x0304]);
    /// # Ok::<(), array_core::Error>(())
    /// ```
    pub fn from_reader(
        mut reader: impl Read,
        order: ByteOrder,
        dtype: DType,
        shape: &[usize],
    ) -> Result<AnyArray> {
        AnyArray::read(&mut reader, order, dtype, shape).map_err(|fault| fault.of("from_reader", None))
    }

    /// Writes the elements in row-major order as little-endian bytes.
    pub(super) fn write(&self, writer: &mut dyn Write) -> io::Result<()> {
        each!(self, array => array.write_le_bytes(writer))
    }
}
