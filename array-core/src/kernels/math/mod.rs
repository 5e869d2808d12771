//! Exponentials, logarithms, and the functions made from them.
//!
//! The functions of `f32` and `f64` are written here, as straight lines of arithmetic without branches or tables,
//! so that the compiler turns loops over them into vector code (see [`super::isa`]). Each states the greatest
//! error that was found, in ulp: units of the last place of the exact result. Special values are those of C and
//! NumPy: signed zeros, infinities, NaN, results that overflow or become subnormal.
//!
//! Multiplications and additions are fused where a formula says so, on every machine, so results are the same
//! bits for every instruction set. On x86-64 processors without fused multiply-add (before 2013) that is done in
//! software: as right, but some twenty times slower.
//!
//! The polynomials' coefficients are fitted by `tests/reference/minimax.py`.
//!
//! Half precision computes in `f32` and rounds once more; complex numbers are left to `num-complex`.

mod exp;
mod hyperbolic;
mod ieee;
mod log;

use half::{bf16, f16};
use num_complex::Complex;

use crate::element::{Field, Float};

/// Numbers with exponential, logarithm and the functions made from them: floats and complex numbers.
pub trait Math: Field {
    /// eˣ
    fn exp(self) -> Self;
    /// 2ˣ
    fn exp2(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// The logarithm to base 2.
    fn log2(self) -> Self;
    /// The logarithm to base 10.
    fn log10(self) -> Self;
    /// The sine, of radians.
    fn sin(self) -> Self;
    /// The cosine, of radians.
    fn cos(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The logistic function 1/(1 + e⁻ˣ).
    fn sigmoid(self) -> Self;
    /// `self` raised to `exponent`.
    fn pow(self, exponent: Self) -> Self;
}

/// Functions of floats only.
pub trait FloatMath: Float + Math {
    /// eˣ − 1, precise near 0.
    fn expm1(self) -> Self;
    /// ln(1 + x), precise near 0.
    fn log1p(self) -> Self;
}

/// Lists the formats that formulas are written for.
macro_rules! by_formulas {
    ($($t:ty)*) => {$(
        impl Math for $t {
            #[inline(always)]
            fn exp(self) -> $t { exp::exp(self) }
            #[inline(always)]
            fn exp2(self) -> $t { exp::exp2(self) }
            #[inline(always)]
            fn ln(self) -> $t { log::ln(self) }
            #[inline(always)]
            fn log2(self) -> $t { log::log2(self) }
            #[inline(always)]
            fn log10(self) -> $t { log::log10(self) }
            #[inline(always)]
            fn sin(self) -> $t { <$t>::sin(self) }
            #[inline(always)]
            fn cos(self) -> $t { <$t>::cos(self) }
            #[inline(always)]
            fn tanh(self) -> $t { hyperbolic::tanh(self) }
            #[inline(always)]
            fn sigmoid(self) -> $t { hyperbolic::sigmoid(self) }
            #[inline(always)]
            fn pow(self, exponent: $t) -> $t { <$t>::powf(self, exponent) }
        }
        impl FloatMath for $t {
            #[inline(always)]
            fn expm1(self) -> $t { exp::expm1(self) }
            #[inline(always)]
            fn log1p(self) -> $t { log::log1p(self) }
        }
    )*};
}
by_formulas! { f64 f32 }

/// Lists the half-precision types.
macro_rules! by_f32 {
    ($($t:ident)*) => {$(
        impl Math for $t {
            #[inline(always)]
            fn exp(self) -> $t { $t::from_f32(Math::exp(f32::from(self))) }
            #[inline(always)]
            fn exp2(self) -> $t { $t::from_f32(Math::exp2(f32::from(self))) }
            #[inline(always)]
            fn ln(self) -> $t { $t::from_f32(Math::ln(f32::from(self))) }
            #[inline(always)]
            fn log2(self) -> $t { $t::from_f32(Math::log2(f32::from(self))) }
            #[inline(always)]
            fn log10(self) -> $t { $t::from_f32(Math::log10(f32::from(self))) }
            #[inline(always)]
            fn sin(self) -> $t { $t::from_f32(Math::sin(f32::from(self))) }
            #[inline(always)]
            fn cos(self) -> $t { $t::from_f32(Math::cos(f32::from(self))) }
            #[inline(always)]
            fn tanh(self) -> $t { $t::from_f32(Math::tanh(f32::from(self))) }
            #[inline(always)]
            fn sigmoid(self) -> $t { $t::from_f32(Math::sigmoid(f32::from(self))) }
            #[inline(always)]
            fn pow(self, exponent: $t) -> $t { $t::from_f32(Math::pow(f32::from(self), f32::from(exponent))) }
        }
        impl FloatMath for $t {
            #[inline(always)]
            fn expm1(self) -> $t { $t::from_f32(f32::from(self).expm1()) }
            #[inline(always)]
            fn log1p(self) -> $t { $t::from_f32(f32::from(self).log1p()) }
        }
    )*};
}
by_f32! { f16 bf16 }

/// Lists the complex types.
macro_rules! by_num_complex {
    ($($t:ty)*) => {$(
        impl Math for $t {
            fn exp(self) -> $t { <$t>::exp(self) }
            fn exp2(self) -> $t { <$t>::exp2(self) }
            fn ln(self) -> $t { <$t>::ln(self) }
            fn log2(self) -> $t { <$t>::log2(self) }
            fn log10(self) -> $t { <$t>::log10(self) }
            fn sin(self) -> $t { <$t>::sin(self) }
            fn cos(self) -> $t { <$t>::cos(self) }
            fn tanh(self) -> $t { <$t>::tanh(self) }
            fn sigmoid(self) -> $t { Self::ONE / (Self::ONE + <$t>::exp(-self)) }
            fn pow(self, exponent: $t) -> $t { <$t>::powc(self, exponent) }
        }
    )*};
}
by_num_complex! { Complex<f64> Complex<f32> }
