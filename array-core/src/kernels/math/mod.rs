//! Exponentials, logarithms, and the functions made from them.
//!
//! The functions of `f32` and `f64` that programs spend time in are written here, as straight lines of arithmetic
//! without branches or tables, so that the compiler turns loops over them into vector code (see [`super::isa`]).
//! Each states the greatest error that was found, in ulp: units of the last place of the exact result. Special
//! values are those of C and NumPy: signed zeros, infinities, NaN, results that overflow or become subnormal.
//! The tangent, the inverse functions and their relatives are those of the crate `libm`, one element at a time, to
//! 1.5 ulp; so are sine and cosine of great arguments.
//!
//! Multiplications and additions are fused where a formula says so, on every machine, so results are the same
//! bits for every instruction set. On x86-64 processors without fused multiply-add (before 2013) that is done in
//! software: as right, but some twenty times slower.
//!
//! The polynomials' coefficients are fitted by `tests/reference/minimax.py`.
//!
//! Half precision computes in `f32` and rounds once more.

mod complex;
mod dual;
mod erf;
mod exp;
mod hyperbolic;
mod ieee;
mod log;
mod near;
mod power;
mod trig;

use half::{bf16, f16};
use num_complex::Complex;

pub use near::Near;
pub use power::Power;

use crate::element::{Field, Float};

/// A function of `f32` by way of `f64`: nearly always the nearest number to the exact result.
#[inline(always)]
fn by_f64(f: impl Fn(f64) -> f64, x: f32) -> f32 {
    f(x.into()) as f32
}

/// `libm`'s, which is wrong below 1.
#[inline(always)]
fn acosh(x: f64) -> f64 {
    if x < 1.0 { f64::NAN } else { libm::acosh(x) }
}

/// Lists functions of floats and complex numbers: documentation, name, and the function of `f64`, of `f32`, and of
/// complex numbers.
macro_rules! math {
    ($($(#[$doc:meta])* $name:ident = $f64:expr, $f32:expr, $complex:expr;)*) => {
        /// Numbers with exponential, logarithm and the functions made from them: floats and complex numbers.
        pub trait Math: Field + Power + Near {$(
            $(#[$doc])*
            fn $name(self) -> Self;
        )*}
        impl Math for f64 {$(
            #[inline(always)]
            fn $name(self) -> f64 { $f64(self) }
        )*}
        impl Math for f32 {$(
            #[inline(always)]
            fn $name(self) -> f32 { $f32(self) }
        )*}
        impl Math for f16 {$(
            #[inline(always)]
            fn $name(self) -> f16 { f16::from_f32($f32(f32::from(self))) }
        )*}
        impl Math for bf16 {$(
            #[inline(always)]
            fn $name(self) -> bf16 { bf16::from_f32($f32(f32::from(self))) }
        )*}
        impl Math for Complex<f64> {$(
            fn $name(self) -> Self { $complex(self) }
        )*}
        impl Math for Complex<f32> {$(
            fn $name(self) -> Self { $complex(self) }
        )*}
    };
}

math! {
    /// eˣ
    exp = exp::exp, exp::exp, complex::exp;
    /// 2ˣ
    exp2 = exp::exp2, exp::exp2, complex::exp2;
    /// eˣ − 1, precise near 0.
    expm1 = exp::expm1, exp::expm1, complex::expm1;
    /// The natural logarithm.
    ln = log::ln, log::ln, complex::ln;
    /// The logarithm to base 2.
    log2 = log::log2, log::log2, complex::log2;
    /// The logarithm to base 10.
    log10 = log::log10, log::log10, complex::log10;
    /// ln(1 + x), precise near 0.
    log1p = log::log1p, log::log1p, complex::log1p;
    /// The logistic function 1/(1 + e⁻ˣ).
    sigmoid = hyperbolic::sigmoid, hyperbolic::sigmoid, complex::sigmoid;
    /// The sine, of radians.
    sin = |x| trig::sin(x, libm::sin), |x| trig::sin(x, libm::sinf), complex::sin;
    /// The cosine, of radians.
    cos = |x| trig::cos(x, libm::cos), |x| trig::cos(x, libm::cosf), complex::cos;
    /// The tangent, of radians.
    tan = libm::tan, libm::tanf, complex::tan;
    /// The angle in −π/2 ..= π/2 with this sine.
    asin = libm::asin, |x| by_f64(libm::asin, x), complex::asin;
    /// The angle in 0 ..= π with this cosine.
    acos = libm::acos, |x| by_f64(libm::acos, x), complex::acos;
    /// The angle in −π/2 ..= π/2 with this tangent.
    atan = libm::atan, |x| by_f64(libm::atan, x), complex::atan;
    /// The hyperbolic sine.
    sinh = libm::sinh, |x| by_f64(libm::sinh, x), complex::sinh;
    /// The hyperbolic cosine.
    cosh = libm::cosh, |x| by_f64(libm::cosh, x), complex::cosh;
    /// The hyperbolic tangent.
    tanh = hyperbolic::tanh, hyperbolic::tanh, complex::tanh;
    /// The number with this hyperbolic sine.
    asinh = libm::asinh, |x| by_f64(libm::asinh, x), complex::asinh;
    /// The number that is not negative with this hyperbolic cosine.
    acosh = acosh, |x| by_f64(acosh, x), complex::acosh;
    /// The number with this hyperbolic tangent.
    atanh = libm::atanh, |x| by_f64(libm::atanh, x), complex::atanh;
}

/// Lists functions of floats: documentation, name, further arguments, and the function of `f64` and of `f32`.
macro_rules! float_math {
    ($($(#[$doc:meta])* $name:ident($($other:ident)?) = $f64:expr, $f32:expr;)*) => {
        /// Functions of floats only.
        pub trait FloatMath: Float + Math {$(
            $(#[$doc])*
            fn $name(self $(, $other: Self)?) -> Self;
        )*}
        impl FloatMath for f64 {$(
            #[inline(always)]
            fn $name(self $(, $other: f64)?) -> f64 { $f64(self $(, $other)?) }
        )*}
        impl FloatMath for f32 {$(
            #[inline(always)]
            fn $name(self $(, $other: f32)?) -> f32 { $f32(self $(, $other)?) }
        )*}
        impl FloatMath for f16 {$(
            #[inline(always)]
            fn $name(self $(, $other: f16)?) -> f16 { f16::from_f32($f32(f32::from(self) $(, f32::from($other))?)) }
        )*}
        impl FloatMath for bf16 {$(
            #[inline(always)]
            fn $name(self $(, $other: bf16)?) -> bf16 { bf16::from_f32($f32(f32::from(self) $(, f32::from($other))?)) }
        )*}
    };
}

float_math! {
    /// The cube root.
    cbrt() = libm::cbrt, |x| by_f64(libm::cbrt, x);
    /// eˣ of numbers that are not positive, in fewer operations: softmax asks for these. It has the bits of [`Math::exp`] down
    /// to −87 (−708 in `f64`) and is 0 below, which is nothing beside the 1 that is the greatest of them. What it is of
    /// positive numbers is not specified.
    exp_nonpositive() = exp::exp_nonpositive, exp::exp_nonpositive;
    /// The error function 2/√π · ∫₀ˣ e^−t² dt.
    erf() = erf::erf, erf::erf;
    /// The angle of the point (`x`, `self`) with the positive x-axis, in −π ..= π.
    atan2(x) = libm::atan2, |y: f32, x: f32| libm::atan2(y.into(), x.into()) as f32;
    /// √(`self`² + `other`²), without overflow on the way.
    hypot(other) = f64::hypot, f32::hypot;
}
