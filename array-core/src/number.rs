//! From any element type to any other.
//!
//! Every type converts to a [`Number`], which holds it without loss, and from one: n types need n conversions
//! each way, not n². Once inlined, the detour is gone: the compiler knows which `Number` it is and sees one
//! machine conversion.

use std::convert::identity;

use half::{bf16, f16};
use num_complex::Complex;
use num_traits::AsPrimitive;

use crate::dual::Dual;

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
    /// `Dual`
    Dual(Dual),
}

/// A type that converts to every other: each to a [`Number`] and back.
pub trait Cast: Sized {
    /// This value as a [`Number`], without loss.
    fn to_number(self) -> Number;
    /// The conversion of a number, by the rules of [`Array::cast`](crate::Array::cast).
    fn from_number(number: Number) -> Self;
    /// The same if it keeps the value, by the rules of [`Array::try_cast`](crate::Array::try_cast).
    fn from_number_checked(number: Number) -> Option<Self>;

    /// This value as another type: see [`Array::cast`](crate::Array::cast).
    ///
    /// ```
    /// use array_core::Cast;
    /// assert_eq!((-1.5).cast::<i32>(), -1);
    /// assert_eq!((-1).cast::<u8>(), 255);
    /// ```
    #[inline(always)]
    fn cast<U: Cast>(self) -> U {
        U::from_number(self.to_number())
    }

    /// This value as another type, if that has it: see [`Array::try_cast`](crate::Array::try_cast).
    ///
    /// ```
    /// use array_core::Cast;
    /// assert_eq!(2.0.checked_cast(), Some(2u8));
    /// assert_eq!(2.5.checked_cast::<u8>(), None);
    /// ```
    #[inline]
    fn checked_cast<U: Cast>(self) -> Option<U> {
        U::from_number_checked(self.to_number())
    }
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
            Number::Complex(_) | Number::Dual(_) => self.real()?.whole(),
        }
    }

    /// The value without an imaginary part or a tangent, if that is 0.
    fn real(self) -> Option<Number> {
        match self {
            Number::Complex(z) => (z.im == 0.0).then_some(Number::Double(z.re)),
            Number::Dual(x) => (x.tangent == 0.0).then_some(Number::Double(x.value)),
            real => Some(real),
        }
    }

    /// Whether the value, or a part of a complex one, is infinite.
    #[inline(always)]
    pub(crate) fn is_infinite(self) -> bool {
        match self {
            Number::Signed(_) | Number::Unsigned(_) => false,
            Number::Single(x) => x.is_infinite(),
            Number::Double(x) => x.is_infinite(),
            Number::Complex(z) => z.re.is_infinite() || z.im.is_infinite(),
            Number::Dual(x) => x.value.is_infinite() || x.tangent.is_infinite(),
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
            Number::Dual(x) => x.value != 0.0,
        }
    }
    #[inline]
    fn from_number_checked(number: Number) -> Option<bool> {
        match number.whole()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

/// The real number as a float type: rounded, or `None` if that makes a finite value infinite.
fn rounded_real<T: Cast + Copy>(number: Number) -> Option<T> {
    rounded(number.real()?)
}

/// Rounds to odd: what is no `f32` becomes the neighbour that ends in a 1 bit. Rounding that to half precision then
/// gives the half nearest to `x`; the nearest `f32` might be a tie between two halves where `x` is none.
#[inline(always)]
fn odd_single(x: f64) -> f32 {
    let nearest = x as f32;
    let back = f64::from(nearest);
    let toward_zero = nearest.to_bits() - u32::from(back.abs() > x.abs());
    f32::from_bits(toward_zero | u32::from(back != x))
}

/// Lists the integer and float types with the [`Number`] that holds them, the rule of the checked form, and what
/// an `f64` goes through.
macro_rules! reals {
    ($($number:ident: $($t:ident)* => $checked:ident, $via:ident;)*) => {$($(
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
                    Number::Double(x) => $via(x).as_(),
                    Number::Complex(z) => $via(z.re).as_(),
                    Number::Dual(x) => $via(x.value).as_(),
                }
            }
            #[inline]
            fn from_number_checked(number: Number) -> Option<$t> { $checked(number) }
        }
    )*)*};
}

reals! {
    Signed: i64 i32 i16 i8 => whole, identity;
    Unsigned: u64 u32 u16 u8 usize => whole, identity;
    Double: f64 => rounded_real, identity;
    Single: f32 => rounded_real, identity;
    Single: f16 bf16 => rounded_real, odd_single;
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
            #[inline]
            fn from_number_checked(number: Number) -> Option<Self> { rounded(number) }
        }
    )*};
}

complexes! { f64 f32 }
