//! The name of an element type at run time.

use std::fmt;

/// The element type of an array, named as NumPy names it.
///
/// Arrays carry their element type in Rust's type system; a `DType` is the name of that type where a
/// value is needed: in messages, in files and in printed tables.
///
/// ```
/// use array_core::{Array, DType};
/// assert_eq!(Array::<f32>::zeros([2, 3]).dtype(), DType::Float32);
/// assert_eq!(DType::Float32.to_string(), "float32");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DType {
    /// `f64`
    Float64,
    /// `f32`
    Float32,
    /// IEEE 754 half precision, [`half::f16`]
    Float16,
    /// The upper half of an `f32`, [`half::bf16`]
    BFloat16,
    /// `i64`
    Int64,
    /// `i32`
    Int32,
    /// `i16`
    Int16,
    /// `i8`
    Int8,
    /// `u64`
    UInt64,
    /// `u32`
    UInt32,
    /// `u16`
    UInt16,
    /// `u8`
    UInt8,
    /// `usize`: as wide as a pointer, NumPy's `uintp`
    UIntP,
    /// `bool`, one byte
    Bool,
    /// `Complex<f64>`
    Complex128,
    /// `Complex<f32>`
    Complex64,
    /// [`Dual`](crate::Dual), a value and its derivative
    Dual128,
}

impl DType {
    /// NumPy's name of the type.
    pub const fn name(self) -> &'static str {
        match self {
            DType::Float64 => "float64",
            DType::Float32 => "float32",
            DType::Float16 => "float16",
            DType::BFloat16 => "bfloat16",
            DType::Int64 => "int64",
            DType::Int32 => "int32",
            DType::Int16 => "int16",
            DType::Int8 => "int8",
            DType::UInt64 => "uint64",
            DType::UInt32 => "uint32",
            DType::UInt16 => "uint16",
            DType::UInt8 => "uint8",
            DType::UIntP => "uintp",
            DType::Bool => "bool",
            DType::Complex128 => "complex128",
            DType::Complex64 => "complex64",
            DType::Dual128 => "dual128",
        }
    }

    /// Bytes per element.
    pub const fn itemsize(self) -> usize {
        match self {
            DType::Complex128 | DType::Dual128 => 16,
            DType::Float64 | DType::Int64 | DType::UInt64 | DType::Complex64 => 8,
            DType::UIntP => size_of::<usize>(),
            DType::Float32 | DType::Int32 | DType::UInt32 => 4,
            DType::Float16 | DType::BFloat16 | DType::Int16 | DType::UInt16 => 2,
            DType::Int8 | DType::UInt8 | DType::Bool => 1,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
