//! Operations by name, for the element types that have them.
//!
//! Each function here is generic over one trait of element types and knows the operations that need no more; it
//! gives `None` for the others, and the next one is asked.

mod index;
mod join;
mod number;
mod reduce;
mod sort;
mod view;

use std::any::Any;

use array_core::io::AnyArray;
use array_core::{Array, Complex, Element, Result, f16};

use super::bits::Bits;
use super::call::{Call, dtype};

/// What an operation gives; `None` if it is not one of a function's.
pub type Outcome = Option<Result<AnyArray>>;

/// Calls a generic function for a dtype, if that is among those listed.
macro_rules! among {
    ($dtype:expr, $f:ident($argument:expr); $($name:ident $t:ty),*) => {
        match $dtype {
            $(array_core::DType::$name => Some($f::<$t>($argument)),)*
            _ => None,
        }
    };
}
macro_rules! integers {
    ($dtype:expr, $f:ident($argument:expr)) => {
        crate::ops::among!($dtype, $f($argument); Int64 i64, Int32 i32, Int16 i16, Int8 i8,
            UInt64 u64, UInt32 u32, UInt16 u16, UInt8 u8)
    };
}
/// Evaluates an expression with the array inside.
macro_rules! each {
    ($any:expr, $array:ident => $value:expr) => {{
        use array_core::io::AnyArray;
        match $any {
            AnyArray::Float64($array) => $value,
            AnyArray::Float32($array) => $value,
            AnyArray::Float16($array) => $value,
            AnyArray::Int64($array) => $value,
            AnyArray::Int32($array) => $value,
            AnyArray::Int16($array) => $value,
            AnyArray::Int8($array) => $value,
            AnyArray::UInt64($array) => $value,
            AnyArray::UInt32($array) => $value,
            AnyArray::UInt16($array) => $value,
            AnyArray::UInt8($array) => $value,
            AnyArray::Bool($array) => $value,
            AnyArray::Complex128($array) => $value,
            AnyArray::Complex64($array) => $value,
            AnyArray::BFloat16(_) => panic!("NumPy has no bfloat16"),
        }
    }};
}
pub(crate) use {among, each, integers};

/// An array of a type that only its trait knows, such as that of sums.
fn any<T: Element>(array: Array<T>) -> AnyArray {
    any_of(&array)
}

fn any_of(array: &dyn Any) -> AnyArray {
    /// Lists the types.
    macro_rules! first_of {
        ($($t:ty),*) => {
            $(if let Some(array) = array.downcast_ref::<Array<$t>>() { return array.into(); })*
        };
    }
    first_of!(f64, f32, f16, i64, i32, i16, i8, u64, u32, u16, u8, bool, Complex<f64>, Complex<f32>);
    panic!("an array that no file holds")
}

fn wrap<T: Element>(result: Result<Array<T>>) -> Outcome {
    Some(result.map(any))
}

/// Operations on elements of any type.
fn element<T: Bits>(call: &mut Call) -> Outcome {
    view::run::<T>(call)
        .or_else(|| index::run::<T>(call))
        .or_else(|| join::run::<T>(call))
        .or_else(|| sort::run::<T>(call))
        .or_else(|| reduce::run::<T>(call))
        .or_else(|| number::of_elements::<T>(call))
}

pub fn run(call: &mut Call) -> Outcome {
    use number::{bits, complexes, fields, floats, integers as whole, numbers, reals};
    if call.name == "lexsort" {
        return Some(sort::lexsort(call).map(AnyArray::from));
    }
    if call.name == "cast" {
        fn to<U: Element>(a: &AnyArray) -> AnyArray {
            any(a.cast::<U>())
        }
        let (a, dtype) = (call.any(0), dtype(call.word(1)));
        return among!(dtype, to(&a); Float64 f64, Float32 f32, Float16 f16, Int64 i64, Int32 i32, Int16 i16, Int8 i8,
            UInt64 u64, UInt32 u32, UInt16 u16, UInt8 u8, Bool bool, Complex128 Complex<f64>, Complex64 Complex<f32>)
        .map(Ok);
    }
    let typed = match call.name {
        "where" | "choose" | "concatenate" | "stack" => 1,
        "select" => 2,
        _ => 0,
    };
    let dtype = call.dtype(typed);
    let (c, d) = (call, dtype);
    among!(d, element(c); Float64 f64, Float32 f32, Float16 f16, Int64 i64, Int32 i32, Int16 i16, Int8 i8,
        UInt64 u64, UInt32 u32, UInt16 u16, UInt8 u8, Bool bool, Complex128 Complex<f64>, Complex64 Complex<f32>)
    .flatten()
    .or_else(|| {
        among!(d, numbers(c); Float64 f64, Float32 f32, Float16 f16, Int64 i64, Int32 i32, Int16 i16, Int8 i8,
            UInt64 u64, UInt32 u32, UInt16 u16, UInt8 u8, Complex128 Complex<f64>, Complex64 Complex<f32>)
        .flatten()
    })
    .or_else(|| {
        among!(d, reals(c); Float64 f64, Float32 f32, Float16 f16, Int64 i64, Int32 i32, Int16 i16, Int8 i8,
            UInt64 u64, UInt32 u32, UInt16 u16, UInt8 u8)
        .flatten()
    })
    .or_else(|| integers!(d, whole(c)).flatten())
    .or_else(|| {
        among!(d, bits(c); Int64 i64, Int32 i32, Int16 i16, Int8 i8, UInt64 u64, UInt32 u32, UInt16 u16, UInt8 u8,
            Bool bool)
        .flatten()
    })
    .or_else(|| {
        among!(d, fields(c); Float64 f64, Float32 f32, Float16 f16, Complex128 Complex<f64>, Complex64 Complex<f32>)
            .flatten()
    })
    .or_else(|| among!(d, floats(c); Float64 f64, Float32 f32, Float16 f16).flatten())
    .or_else(|| complexes(c))
}
