//! From any element type to any other.
//!
//! Every type converts to a [`Number`], which holds it without loss, and from one. Once inlined, the detour
//! is gone: the compiler knows which `Number` it is and sees one machine conversion.

use half::{bf16, f16};
use num_complex::Complex;
use num_traits::AsPrimitive;

/// A value of any element type.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// `i64`, `i32`, `i16`, `i8`
    Signed(i64),
    /// `u64`, `u32`, `u16`, `u8`, `usize`, `bool`
    Unsigned(u64),
    /// `f32`, `f16`, `bf16`
    Single(f32),
    /// `f64`
    Double(f64),
    /// `Complex<f64>`, `Complex<f32>`
    Complex(Complex<f64>),
}

/// A type that converts to and from every other, by the rules of `Array::cast` and `Array::try_cast`.
pub trait Cast: Sized {
    /// This value as a [`Number`], without loss.
    fn to_number(self) -> Number;
    /// The value of this type that `numpy.astype` gives.
    fn from_number(number: Number) -> Self;
    /// The same value of this type, up to the rounding of floats; `None` if there is none.
    fn from_number_checked(number: Number) -> Option<Self>;
}

impl Number {
    /// The value as an integer, if it is one.
    fn whole(self) -> Option<i128> {
        match self {
            Number::Signed(x) => Some(x.into()),
            Number::Unsigned(x) => Some(x.into()),
            Number::Single(x) => Number::Double(x.into()).whole(),
            // `as` clips to the bounds of i128, which no element type reaches.
            Number::Double(x) => Some(x as i128).filter(|&whole| whole as f64 == x),
            Number::Complex(_) => self.real()?.whole(),
        }
    }

    /// The value without an imaginary part, if that is 0.
    fn real(self) -> Option<Number> {
        match self {
            Number::Complex(z) => (z.im == 0.0).then_some(Number::Double(z.re)),
            real => Some(real),
        }
    }

    fn is_infinite(self) -> bool {
        match self {
            Number::Signed(_) | Number::Unsigned(_) => false,
            Number::Single(x) => x.is_infinite(),
            Number::Double(x) => x.is_infinite(),
            Number::Complex(z) => z.re.is_infinite() || z.im.is_infinite(),
        }
    }
}

/// The number as an integer type: exact, or `None`.
fn whole<T: TryFrom<i128>>(number: Number) -> Option<T> {
    number.whole()?.try_into().ok()
}

/// The number as a float type: rounded, or `None` if that makes a finite value infinite.
fn rounded<T: Cast + Copy>(number: Number) -> Option<T> {
    let value = T::from_number(number);
    (number.is_infinite() || !value.to_number().is_infinite()).then_some(value)
}

impl Cast for bool {
    #[inline(always)]
    fn to_number(self) -> Number {
        Number::Unsigned(self.into())
    }
    #[inline(always)]
    fn from_number(number: Number) -> bool {
        match number {
            Number::Signed(x) => x != 0,
            Number::Unsigned(x) => x != 0,
            Number::Single(x) => x != 0.0,
            Number::Double(x) => x != 0.0,
            Number::Complex(z) => z.re != 0.0 || z.im != 0.0,
        }
    }
    fn from_number_checked(number: Number) -> Option<bool> {
        match number.whole()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

/// Lists the integer and float types with the [`Number`] that holds them and the rule of the checked form.
macro_rules! reals {
    ($($number:ident: $($t:ident)* => $checked:expr;)*) => {$($(
        impl Cast for $t {
            #[inline(always)]
            fn to_number(self) -> Number { Number::$number(self.as_()) }
            // `as_` is `as`: integers keep their low bits, floats round, floats to integers truncate and clip.
            #[inline(always)]
            fn from_number(number: Number) -> $t {
                match number {
                    Number::Signed(x) => x.as_(),
                    Number::Unsigned(x) => x.as_(),
                    Number::Single(x) => x.as_(),
                    Number::Double(x) => x.as_(),
                    Number::Complex(z) => z.re.as_(),
                }
            }
            fn from_number_checked(number: Number) -> Option<$t> { $checked(number) }
        }
    )*)*};
}

reals! {
    Signed: i64 i32 i16 i8 => whole;
    Unsigned: u64 u32 u16 u8 usize => whole;
    Double: f64 => |number: Number| rounded(number.real()?);
    Single: f32 f16 bf16 => |number: Number| rounded(number.real()?);
}

/// Lists the types that complex numbers are made of.
macro_rules! complexes {
    ($($part:ident)*) => {$(
        impl Cast for Complex<$part> {
            #[inline(always)]
            fn to_number(self) -> Number { Number::Complex(Complex::new(self.re.into(), self.im.into())) }
            #[inline(always)]
            fn from_number(number: Number) -> Self {
                match number {
                    Number::Complex(z) => Complex::new(z.re.as_(), z.im.as_()),
                    real => Complex::new($part::from_number(real), 0.0),
                }
            }
            fn from_number_checked(number: Number) -> Option<Self> { rounded(number) }
        }
    )*};
}

complexes! { f64 f32 }
