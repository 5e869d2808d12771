//! Transcendental functions.

use half::{bf16, f16};
use num_complex::Complex;

use crate::element::Field;

/// Numbers with exponential, logarithm and the functions made from them: floats and complex numbers.
pub trait Math: Field {
    /// eˣ
    fn exp(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// The sine, of radians.
    fn sin(self) -> Self;
    /// The cosine, of radians.
    fn cos(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
    /// `self` raised to `exponent`.
    fn pow(self, exponent: Self) -> Self;
}

/// Lists the types whose functions come from their own methods.
macro_rules! math {
    ($($t:ty, $pow:ident;)*) => {$(
        impl Math for $t {
            #[inline(always)]
            fn exp(self) -> $t { <$t>::exp(self) }
            #[inline(always)]
            fn ln(self) -> $t { <$t>::ln(self) }
            #[inline(always)]
            fn sin(self) -> $t { <$t>::sin(self) }
            #[inline(always)]
            fn cos(self) -> $t { <$t>::cos(self) }
            #[inline(always)]
            fn tanh(self) -> $t { <$t>::tanh(self) }
            #[inline(always)]
            fn pow(self, exponent: $t) -> $t { <$t>::$pow(self, exponent) }
        }
    )*};
}
math! { f64, powf; f32, powf; Complex<f64>, powc; Complex<f32>, powc; }

/// Lists the half-precision types, which compute in `f32` and round once.
macro_rules! half_math {
    ($($t:ident)*) => {$(
        impl Math for $t {
            #[inline(always)]
            fn exp(self) -> $t { $t::from_f32(Math::exp(f32::from(self))) }
            #[inline(always)]
            fn ln(self) -> $t { $t::from_f32(Math::ln(f32::from(self))) }
            #[inline(always)]
            fn sin(self) -> $t { $t::from_f32(Math::sin(f32::from(self))) }
            #[inline(always)]
            fn cos(self) -> $t { $t::from_f32(Math::cos(f32::from(self))) }
            #[inline(always)]
            fn tanh(self) -> $t { $t::from_f32(Math::tanh(f32::from(self))) }
            #[inline(always)]
            fn pow(self, exponent: $t) -> $t { $t::from_f32(Math::pow(f32::from(self), f32::from(exponent))) }
        }
    )*};
}
half_math! { f16 bf16 }
