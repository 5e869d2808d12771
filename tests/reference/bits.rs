//! Stored values: hexadecimal bits, under the name of their dtype; complex numbers as `re,im`.

use array_core::{Complex, Element, bf16, f16};

/// An element that is stored by its bits.
pub trait Bits: Element {
    /// Reads one value.
    fn read(text: &str) -> Self;
}

fn hex(text: &str) -> u64 {
    u64::from_str_radix(text, 16).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Lists the types with their unsigned integer of the same width.
macro_rules! bits {
    (integers: $($i:ident)*; floats: $($f:ident $u:ident)*; complexes: $($part:ident)*) => {
        $(impl Bits for $i {
            fn read(text: &str) -> $i { hex(text) as $i }
        })*
        $(impl Bits for $f {
            fn read(text: &str) -> $f { $f::from_bits(hex(text) as $u) }
        })*
        $(impl Bits for Complex<$part> {
            fn read(text: &str) -> Self {
                let (re, im) = text.split_once(',').unwrap_or_else(|| panic!("{text} is not `re,im`"));
                Complex::new($part::read(re), $part::read(im))
            }
        })*
    };
}

bits! {
    integers: i64 i32 i16 i8 u64 u32 u16 u8 usize;
    floats: f64 u64 f32 u32 f16 u16 bf16 u16;
    complexes: f64 f32
}

impl Bits for bool {
    fn read(text: &str) -> bool {
        hex(text) != 0
    }
}

#[allow(unused_macros, reason = "not every test goes by the names of dtypes")]
/// Calls a function that is generic over the element type with the type of a dtype's name.
macro_rules! with_dtype {
    ($name:expr, $f:ident::<$($fixed:ident,)? _>($($argument:expr),*)) => {
        with_dtype!(@ $name, $f, [$($fixed)?], ($($argument),*);
            "float64" f64, "float32" f32, "float16" array_core::f16, "bfloat16" array_core::bf16,
            "complex128" array_core::Complex<f64>, "complex64" array_core::Complex<f32>,
            "int64" i64, "int32" i32, "int16" i16, "int8" i8,
            "uint64" u64, "uint32" u32, "uint16" u16, "uint8" u8, "uintp" usize, "bool" bool)
    };
    (@ $name:expr, $f:ident, $fixed:tt, $arguments:tt; $($dtype:literal $t:ty),*) => {
        match $name {
            $($dtype => with_dtype!(@call $f, $fixed, $t, $arguments),)*
            other => panic!("dtype {other}"),
        }
    };
    (@call $f:ident, [$($fixed:ident)?], $t:ty, ($($argument:expr),*)) => {
        $f::<$($fixed,)? $t>($($argument),*)
    };
}
#[allow(unused_imports, reason = "not every test goes by the names of dtypes")]
pub(crate) use with_dtype;
