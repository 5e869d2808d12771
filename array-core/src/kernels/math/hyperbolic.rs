//! tanh x and the logistic function.

use super::exp::{Exp, reduce};
use super::ieee::polynomial;

/// The constants of a format.
pub(super) trait Hyperbolic: Exp {
    /// The coefficients of the polynomial for tanh.
    const TANH: &'static [Self];
    /// The end of the interval they were fitted on.
    const TANH_NEAR: Self;
    /// From here on tanh x, and at twice that the logistic function, round to 1.
    const SATURATION: Self;
}

// The numbers are printed by `tests/reference/minimax.py tanh`.
impl Hyperbolic for f32 {
    const TANH: &[f32] = &[-0.33333325, 0.13332981, -0.053920634, 0.0215696, -0.007880328, 0.0018934213];
    const TANH_NEAR: f32 = 0.7;
    const SATURATION: f32 = 9.1;
}

impl Hyperbolic for f64 {
    const TANH: &[f64] = &[
        -0.3333333333333308,
        0.1333333333329821,
        -0.053968253951143935,
        0.02186948811704132,
        -0.008863229494230993,
        0.003592072460688861,
        -0.001455491083492023,
        0.0005885673584497812,
        -0.00023481246898706437,
        0.00008808818849801607,
        -0.0000270376834588331,
        0.000004789713267203887,
    ];
    const TANH_NEAR: f64 = 0.7;
    const SATURATION: f64 = 19.1;
}

/// The hyperbolic tangent, to 1.5 ulp.
///
/// Near 0, tanh x = x + x³·P(x²). Else |x| = r − n·½·ln 2 with a whole n and |r| ≤ ¼·ln 2, and the same polynomial
/// gives t = tanh r; then e^−2|x| = 2ⁿ·(1 − t)/(1 + t), and tanh |x| = 1 − 2w/(1 + t + w) with w = 2ⁿ·(1 − t).
#[inline(always)]
pub(super) fn tanh<T: Hyperbolic>(x: T) -> T {
    let magnitude = x.abs();
    let near = magnitude < T::TANH_NEAR;
    let magnitude = if magnitude > T::SATURATION { T::SATURATION } else { magnitude };
    let shifted = magnitude.mul_add(T::from_f64(-2.0) * T::LOG2_E, T::ROUNDER);
    let shifted = if near { T::ROUNDER } else { shifted };
    let r = (shifted - T::ROUNDER).mul_add(T::from_f64(0.5) * T::LN2, magnitude);
    let z = r * r;
    let t = (r * z).mul_add(polynomial(z, T::TANH), r);
    let w = T::power_of_two(shifted) * (T::ONE - t);
    let far = (w / (T::ONE + t + w)).mul_add(T::from_f64(-2.0), T::ONE);
    (if near { t } else { far }).copysign(x)
}

/// The logistic function 1/(1 + e⁻ˣ), to 1 ulp.
///
/// e⁻ˣ = 2ⁿ·(1 + e) may be too great for the format, so everything is computed 2^⌊n/2⌋ times smaller:
/// the result is p/(p + q·(1 + e)) with p = 2^−⌊n/2⌋ and q = 2^(n − ⌊n/2⌋).
#[inline(always)]
pub(super) fn sigmoid<T: Hyperbolic>(x: T) -> T {
    let parts = reduce((-x).clamped([T::from_f64(-2.0) * T::SATURATION, -T::EXP_RANGE[0]]));
    let e = (parts.r * parts.r).mul_add(polynomial(parts.r, T::P), parts.r);
    let (half, q) = T::halves_of_power(parts.n);
    let p = half.inverse_of_power();
    let (great, small) = if p > q { (p, q) } else { (q, p) };
    let denominator = q.mul_add(e, great + small);
    // What rounding took from it, and the inverse corrected for it.
    let denominator_low = q.mul_add(e, great - denominator + small);
    let inverse = T::ONE / denominator;
    let error = inverse.mul_add(-denominator_low, inverse.mul_add(-denominator, T::ONE));
    p * inverse.mul_add(error, inverse)
}
