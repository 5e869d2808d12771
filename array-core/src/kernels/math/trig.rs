//! sin x and cos x.
//!
//! x = n·½π + r with a whole n and |r| ≤ ¼π; sine and cosine of r are polynomials, and n mod 4 says which of them is
//! the result, with which sign. ½π is the sum of four constants: products of n and the first are subtracted exactly
//! by fused operations (Cody and Waite), the next two are so short that products with n are exact, and what rounding
//! takes from r is kept in a second word. That holds for n below 2¹⁵ (`f32`) and 2²⁶ (`f64`): arguments beyond go, one at
//! a time, to the crate `libm`, which reduces by as many digits of π as it takes (Payne and Hanek).

use super::ieee::{Ieee, polynomial};
use super::near::Near;

/// The constants of a format.
pub(super) trait Trig: Ieee {
    /// 2/π
    const PER_QUARTER: Self;
    /// ½π as a sum.
    const QUARTER: [Self; 4];
    /// The greatest argument that the formulas hold for.
    const NEAR: Self;
    /// sin x rounds to x up to here.
    const SMALL: Self;
    /// The coefficients of S in sin x = x + x³·S(x²).
    const SIN: &'static [Self];
    /// The coefficients of C in cos x = 1 − ½x² + x⁴·C(x²).
    const COS: &'static [Self];
}

// The numbers are printed by `tests/reference/minimax.py trig`.
impl Trig for f32 {
    const PER_QUARTER: f32 = std::f32::consts::FRAC_2_PI;
    const QUARTER: [f32; 4] = [std::f32::consts::FRAC_PI_2, -4.3655746e-8, -5.5592864e-11, -5.1453115e-14];
    const NEAR: f32 = 30_000.0;
    const SMALL: f32 = 1e-4;
    const SIN: &[f32] = &[-0.16666655, 0.00833216, -0.00019515221];
    const COS: &[f32] = &[0.041666646, -0.0013887315, 0.000024433086];
}

impl Trig for f64 {
    const PER_QUARTER: f64 = std::f64::consts::FRAC_2_PI;
    const QUARTER: [f64; 4] =
        [std::f64::consts::FRAC_PI_2, 6.123234014771656e-17, -1.9034889624529171e-25, 4.3359050650618903e-35];
    const NEAR: f64 = 1e8;
    const SMALL: f64 = 1e-9;
    const SIN: &[f64] = &[
        -0.1666666666666663,
        0.008333333333322108,
        -0.00019841269829580825,
        0.0000027557313618208506,
        -2.5050747243757625e-8,
        1.589619893541494e-10,
    ];
    const COS: &[f64] = &[
        0.041666666666666595,
        -0.001388888888887304,
        0.0000248015872888421,
        -2.755731417643962e-7,
        2.0875700442818196e-9,
        -1.135851531342537e-11,
    ];
}

/// Sine and cosine of r + low, of r so many quarter turns further back than the argument: n, shifted.
struct Parts<T> {
    n: T,
    sin: T,
    cos: T,
}

#[inline(always)]
fn parts<T: Trig>(x: T) -> Parts<T> {
    let shifted = x.mul_add(T::PER_QUARTER, T::ROUNDER);
    let n = shifted - T::ROUNDER;
    let [a, b, c, d] = T::QUARTER;
    let first = n.mul_add(-a, x);
    let second = n.mul_add(-b, first);
    let third = n.mul_add(-c, second);
    let lost = n.mul_add(-b, first - second) + n.mul_add(-c, second - third);
    let rest = n.mul_add(-d, lost);
    let r = third + rest;
    let low = rest - (r - third);
    let z = r * r;
    let half_square = T::from_f64(0.5) * z;
    // 1 − ½r², and what rounding takes from it.
    let near_cos = T::ONE - half_square;
    let missing = T::ONE - near_cos - half_square;
    Parts {
        n: shifted,
        sin: r + (r * z).mul_add(polynomial(z, T::SIN), low * near_cos),
        cos: near_cos + (z * z).mul_add(polynomial(z, T::COS), r.mul_add(-low, missing)),
    }
}

/// The sine of an angle so many quarter turns, shifted, further on.
#[inline(always)]
fn turned<T: Trig>(quarters: T, sin: T, cos: T) -> T {
    let y = if quarters.has_bit(0) { cos } else { sin };
    if quarters.has_bit(1) { -y } else { y }
}

/// sin x, to 0.8 ulp.
#[inline(always)]
pub(super) fn sine<T: Trig>(x: T) -> T {
    let Parts { n, sin, cos } = parts(x);
    if x.abs() < T::SMALL { x } else { turned(n, sin, cos) }
}

/// cos x, to 0.8 ulp: the sine, a quarter turn further on.
#[inline(always)]
pub(super) fn cosine<T: Trig>(x: T) -> T {
    let Parts { n, sin, cos } = parts(x);
    turned(n + T::ONE, sin, cos)
}

/// The sine, given the library's.
#[inline(always)]
pub(super) fn sin<T: Near>(x: T, library: impl Fn(T) -> T) -> T {
    if x.size() <= T::PERIODIC { x.sin_near() } else { library(x) }
}

/// The cosine, given the library's.
#[inline(always)]
pub(super) fn cos<T: Near>(x: T, library: impl Fn(T) -> T) -> T {
    if x.size() <= T::PERIODIC { x.cos_near() } else { library(x) }
}
