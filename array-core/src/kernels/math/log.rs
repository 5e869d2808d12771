//! ln x, log₂ x, log₁₀ x and ln(1 + x).
//!
//! x = 2^k·m with √½ ≤ m < √2. With f = m − 1 and s = f/(2 + f), ln m = ln((1 + s)/(1 − s)) = 2s + s³·P(s²),
//! which is f less something small: f − ½f² + s·(½f² + s²·P(s²)). k times the logarithm of 2, and f, are added so
//! that nothing is lost, and the small rest last.

use super::ieee::{Ieee, polynomial};

/// The constants of a format.
pub(super) trait Log: Ieee {
    /// ln 2 as a sum whose first part is short, so that its product with an exponent is exact.
    const LN2: [Self; 2];
    /// log₁₀ 2, likewise.
    const LOG10_2: [Self; 2];
    /// 1/ln 2 as a sum.
    const LOG2_E: [Self; 2];
    /// 1/ln 10 as a sum.
    const LOG10_E: [Self; 2];
    /// The coefficients of P.
    const P: &'static [Self];
}

// The numbers are printed by `tests/reference/minimax.py log`.
impl Log for f32 {
    const LN2: [f32; 2] = [0.69314575, 1.4286068e-6];
    const LOG10_2: [f32; 2] = [0.3010254, 4.605039e-6];
    const LOG2_E: [f32; 2] = [std::f32::consts::LOG2_E, 1.925963e-8];
    const LOG10_E: [f32; 2] = [std::f32::consts::LOG10_E, -1.010305e-8];
    const P: &[f32] = &[0.66666776, 0.39977565, 0.29871196];
}

impl Log for f64 {
    const LN2: [f64; 2] = [0.6931471805601177, -1.7239444525614835e-13];
    const LOG10_2: [f64; 2] = [0.3010299956640665, -8.532344317057107e-14];
    const LOG2_E: [f64; 2] = [std::f64::consts::LOG2_E, 2.0355273740931033e-17];
    const LOG10_E: [f64; 2] = [std::f64::consts::LOG10_E, 1.098319650216765e-17];
    const P: &[f64] = &[
        0.6666666666666734,
        0.3999999999941566,
        0.2857142874219046,
        0.22222198591368286,
        0.18183563484720047,
        0.15314069508799263,
        0.1479578488253352,
    ];
}

/// ln(1 + f) − f
#[inline(always)]
fn tail<T: Log>(f: T) -> T {
    let s = f / (T::from_f64(2.0) + f);
    let z = s * s;
    let half_square = T::from_f64(0.5) * f * f;
    s.mul_add(z.mul_add(polynomial(z, T::P), half_square), -half_square)
}

/// a + b + low, for |b| ≤ |a| or a = 0, and a small `low`.
#[inline(always)]
fn sum<T: Log>(a: T, b: T, low: T) -> T {
    let sum = a + b;
    sum + (b - (sum - a) + low)
}

/// `y`, the logarithm of a positive finite number, or what the logarithm of another number is.
#[inline(always)]
fn or_special<T: Log>(x: T, y: T) -> T {
    let special = if x == T::ZERO { T::LOWEST } else { T::NAN };
    let special = if x > T::ZERO { x } else { special };
    if x > T::ZERO && x < T::HIGHEST { y } else { special }
}

/// The natural logarithm, to 0.7 ulp.
#[inline(always)]
pub(super) fn ln<T: Log>(x: T) -> T {
    let (m, k) = x.split();
    let f = m - T::ONE;
    or_special(x, sum(k * T::LN2[0], f, k.mul_add(T::LN2[1], tail(f))))
}

/// log x = k·log 2 + ln m·log e, given log 2 and log e in the wanted base.
#[inline(always)]
fn log_in_base<T: Log>(x: T, log_2: [T; 2], log_e: [T; 2]) -> T {
    let (m, k) = x.split();
    let f = m - T::ONE;
    let product = f * log_e[0];
    let low = f.mul_add(log_e[1], f.mul_add(log_e[0], -product));
    let low = tail(f).mul_add(log_e[0], k.mul_add(log_2[1], low));
    or_special(x, sum(k * log_2[0], product, low))
}

/// The logarithm to base 2, to 0.8 ulp; exact for powers of 2.
#[inline(always)]
pub(super) fn log2<T: Log>(x: T) -> T {
    log_in_base(x, [T::ONE, T::ZERO], T::LOG2_E)
}

/// The logarithm to base 10, to 0.8 ulp; exact for powers of 10.
#[inline(always)]
pub(super) fn log10<T: Log>(x: T) -> T {
    log_in_base(x, T::LOG10_2, T::LOG10_E)
}

/// ln(1 + x), to 0.8 ulp.
#[inline(always)]
pub(super) fn log1p<T: Log>(x: T) -> T {
    let u = T::ONE + x;
    // What rounding took from u.
    let x_in_u = u - T::ONE;
    let lost = x - x_in_u + (T::ONE - (u - x_in_u));
    let (m, k) = u.split();
    let f = m - T::ONE;
    // The same in units of m; nothing of it counts where 2^k is great.
    let limit = T::from_f64(100.0);
    let lost = lost * T::power_of_two(T::ROUNDER - if k > limit { limit } else { k });
    // ln(m + lost) = ln m + lost/m, 1/m ≈ 1 − f + f².
    let low = lost.mul_add(f.mul_add(f - T::ONE, T::ONE), k.mul_add(T::LN2[1], tail(f)));
    or_special(u, sum(k * T::LN2[0], f, low).copysign(x))
}
