//! eˣ, 2ˣ and eˣ − 1.
//!
//! x = n·ln 2 + r with a whole n and |r| ≤ ½·ln 2, so that eˣ = 2ⁿ·eʳ and eʳ = 1 + r + r²·P(r). ln 2 is the sum
//! of two constants, the first so short that its product with n is exact. What rounding takes from 1 + r is kept; so
//! little is lost but in r itself and in the last addition.

use super::ieee::{Ieee, polynomial};

/// The constants of a format.
pub(super) trait Exp: Ieee {
    /// 1/ln 2
    const LOG2_E: Self;
    /// ln 2 as a sum whose first part is short.
    const LN2_SHORT: [Self; 2];
    /// ln 2
    const LN2: Self;
    /// The coefficients of P.
    const P: &'static [Self];
    /// To either side of 0 up to here, eˣ is a normal number.
    const MODERATE: Self;
    /// Where eˣ has long become 0, and infinity.
    const EXP_RANGE: [Self; 2];
    /// Where 2ˣ has long become 0, and infinity.
    const EXP2_RANGE: [Self; 2];
    /// Below, eˣ − 1 rounds to −1.
    const EXPM1_LOW: Self;
}

// The numbers are printed by `tests/reference/minimax.py exp`.
impl Exp for f32 {
    const LOG2_E: f32 = std::f32::consts::LOG2_E;
    const LN2_SHORT: [f32; 2] = [0.69314575, 1.4286068e-6];
    const LN2: f32 = std::f32::consts::LN_2;
    const P: &[f32] = &[0.49999994, 0.16666521, 0.04166839, 0.008368717, 0.0013814588];
    const MODERATE: f32 = 87.0;
    const EXP_RANGE: [f32; 2] = [-104.0, 89.0];
    const EXP2_RANGE: [f32; 2] = [-151.0, 128.0];
    const EXPM1_LOW: f32 = -18.0;
}

impl Exp for f64 {
    const LOG2_E: f64 = std::f64::consts::LOG2_E;
    const LN2_SHORT: [f64; 2] = [0.6931471805601177, -1.7239444525614835e-13];
    const LN2: f64 = std::f64::consts::LN_2;
    const P: &[f64] = &[
        0.5000000000000011,
        0.16666666666666413,
        0.04166666666653017,
        0.00833333333349432,
        0.001388888894362763,
        0.0001984126950687706,
        0.000024801493101844786,
        0.000002755758611525158,
        2.7630247234896177e-7,
        2.500014045134761e-8,
    ];
    const MODERATE: f64 = 708.0;
    const EXP_RANGE: [f64; 2] = [-746.0, 710.0];
    const EXP2_RANGE: [f64; 2] = [-1076.0, 1024.0];
    const EXPM1_LOW: f64 = -38.0;
}

/// An argument taken apart: x = n·ln 2 + r.
pub(super) struct Reduced<T> {
    /// n, shifted (see [`Ieee::ROUNDER`]).
    pub n: T,
    pub r: T,
}

impl<T: Exp> Reduced<T> {
    /// eʳ
    #[inline(always)]
    fn mantissa(&self) -> T {
        let sum = T::ONE + self.r;
        sum + (self.r * self.r).mul_add(polynomial(self.r, T::P), self.r - (sum - T::ONE))
    }

    /// eˣ
    #[inline(always)]
    fn exp(self) -> T {
        let (a, b) = T::halves_of_power(self.n);
        self.mantissa() * a * b
    }
}

#[inline(always)]
pub(super) fn reduce<T: Exp>(x: T) -> Reduced<T> {
    reduce_fully(x).0
}

/// As [`reduce`], and what is missing from r.
#[inline(always)]
fn reduce_fully<T: Exp>(x: T) -> (Reduced<T>, T) {
    let shifted = x.mul_add(T::LOG2_E, T::ROUNDER);
    let n = shifted - T::ROUNDER;
    let exact = n.mul_add(-T::LN2_SHORT[0], x);
    let r = n.mul_add(-T::LN2_SHORT[1], exact);
    (Reduced { n: shifted, r }, n.mul_add(-T::LN2_SHORT[1], exact - r))
}

/// eˣ, to 0.8 ulp.
#[inline(always)]
pub(super) fn exp<T: Exp>(x: T) -> T {
    reduce(x.clamped(T::EXP_RANGE)).exp()
}

/// [`exp`] of numbers up to [`Exp::MODERATE`] on either side of 0. Vectors take as long as there are multiplications, minima
/// and maxima (Zen 4: one in a cycle); here are 9, of the 13 that it takes everywhere.
#[inline(always)]
pub(super) fn exp_moderate<T: Exp>(x: T) -> T {
    let parts = reduce(x);
    parts.mantissa().times_power_of_two(parts.n)
}

/// [`exp`] of numbers that are not positive; 0 below −[`Exp::MODERATE`].
#[inline(always)]
pub(super) fn exp_nonpositive<T: Exp>(x: T) -> T {
    let parts = reduce(x);
    // A product: NaN stays NaN.
    let y = parts.mantissa() * T::power_of_two(parts.n);
    if x < -T::MODERATE { T::ZERO } else { y }
}

/// 2ˣ, to 0.8 ulp.
#[inline(always)]
pub(super) fn exp2<T: Exp>(x: T) -> T {
    let x = x.clamped(T::EXP2_RANGE);
    let shifted = x + T::ROUNDER;
    let exact = x - (shifted - T::ROUNDER);
    Reduced { n: shifted, r: exact * T::LN2 }.exp()
}

/// eˣ − 1, to 1.2 ulp.
#[inline(always)]
pub(super) fn expm1<T: Exp>(x: T) -> T {
    let argument = x.clamped([T::EXPM1_LOW, T::EXP_RANGE[1]]);
    let (parts, low) = reduce_fully(argument);
    // eʳ − 1 − r
    let tail = (parts.r * parts.r).mul_add(polynomial(parts.r, T::P), low);
    // Half of (2ⁿ − 1) + 2ⁿ·(eʳ − 1): 2ⁿ itself may be too great for the format.
    let half = T::from_f64(0.5);
    let scale = T::power_of_two(parts.n - T::ONE);
    let (a, b) = (scale - half, scale * parts.r);
    let sum = a + b;
    let y = sum + scale.mul_add(tail, b - (sum - a));
    if x.abs() < T::EPSILON * half * half { x } else { y + y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorter_formulas_have_the_bits_of_the_longer_one() {
        fn check<T: Exp + Into<f64>>(x: T) {
            let same = |a: T, b: T| a.into().to_bits() == b.into().to_bits();
            let moderate = x.abs() <= T::MODERATE;
            if moderate {
                assert!(same(exp_moderate(x), exp(x)) && same(exp_moderate(-x), exp(-x)), "{}", x.into());
            }
            let (y, expected) = (exp_nonpositive(-x.abs()), exp(-x.abs()));
            assert!(same(y, if moderate { expected } else { T::ZERO }), "{}", x.into());
            assert!(moderate || expected < T::from_f64(1e-37), "{}", x.into());
        }
        let singles = (0..=u32::MAX >> 12).map(|bits| f32::from_bits(bits << 11 | bits & 0x7ff));
        for x in singles.filter(|x| !x.is_nan()).chain([0.0, 86.99, 87.0, 87.01, 103.9, 104.0, f32::INFINITY])
        {
            check(x);
            check(f64::from(x) * 8.0);
        }
        assert!(exp_nonpositive(f32::NAN).is_nan() && exp_nonpositive(-f64::NAN).is_nan());
    }
}
