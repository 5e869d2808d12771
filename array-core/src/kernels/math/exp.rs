//! eˣ, 2ˣ and eˣ − 1.
//!
//! x = n·ln 2 + r with a whole n and |r| ≤ ½·ln 2, so that eˣ = 2ⁿ·eʳ and eʳ = 1 + r + r²·P(r). ln 2 is the sum
//! of two constants, the first so short that its product with n is exact; what rounding takes from r is kept in
//! a second word. So little is lost but in the last addition.

use super::ieee::{Ieee, polynomial};

/// The constants of a format.
pub(super) trait Exp: Ieee {
    /// 1/ln 2
    const LOG2_E: Self;
    /// ln 2 as a sum whose first part is short.
    const LN2_SHORT: [Self; 2];
    /// ln 2 as a sum.
    const LN2: [Self; 2];
    /// The coefficients of P.
    const P: &'static [Self];
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
    const LN2: [f32; 2] = [std::f32::consts::LN_2, -1.9046542e-9];
    const P: &[f32] = &[0.49999994, 0.16666521, 0.04166839, 0.008368717, 0.0013814588];
    const EXP_RANGE: [f32; 2] = [-104.0, 89.0];
    const EXP2_RANGE: [f32; 2] = [-151.0, 128.0];
    const EXPM1_LOW: f32 = -18.0;
}

impl Exp for f64 {
    const LOG2_E: f64 = std::f64::consts::LOG2_E;
    const LN2_SHORT: [f64; 2] = [0.6931471805601177, -1.7239444525614835e-13];
    const LN2: [f64; 2] = [std::f64::consts::LN_2, 2.3190468138462996e-17];
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
    const EXP_RANGE: [f64; 2] = [-746.0, 710.0];
    const EXP2_RANGE: [f64; 2] = [-1076.0, 1024.0];
    const EXPM1_LOW: f64 = -38.0;
}

/// An argument taken apart: x = n·ln 2 + r.
pub(super) struct Reduced<T> {
    /// n, shifted (see [`Ieee::ROUNDER`]).
    pub n: T,
    pub r: T,
    /// What is missing from r.
    pub low: T,
}

impl<T: Exp> Reduced<T> {
    /// eʳ − 1 − r
    #[inline(always)]
    pub fn tail(&self) -> T {
        (self.r * self.r).mul_add(polynomial(self.r, T::P), self.low)
    }

    /// eʳ
    #[inline(always)]
    fn mantissa(&self) -> T {
        let sum = T::ONE + self.r;
        sum + (self.r - (sum - T::ONE) + self.tail())
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
    reduce_by(x, T::ROUNDER)
}

/// As [`reduce`], with an n that is greater by what `rounder`, which must be even, is greater than [`Ieee::ROUNDER`].
#[inline(always)]
fn reduce_by<T: Exp>(x: T, rounder: T) -> Reduced<T> {
    let shifted = x.mul_add(T::LOG2_E, rounder);
    let n = shifted - rounder;
    let exact = n.mul_add(-T::LN2_SHORT[0], x);
    let r = n.mul_add(-T::LN2_SHORT[1], exact);
    Reduced { n: shifted, r, low: n.mul_add(-T::LN2_SHORT[1], exact - r) }
}

/// eˣ, to 0.8 ulp.
#[inline(always)]
pub(super) fn exp<T: Exp>(x: T) -> T {
    reduce(x.clamped(T::EXP_RANGE)).exp()
}

/// The bits of [`exp`], of numbers that are not positive. As n ≤ 0, 2^(n + 64) is a normal number: 2ⁿ is that times 2⁻⁶⁴,
/// which takes fewer operations than two halves of a power.
#[inline(always)]
pub(super) fn exp_nonpositive<T: Exp>(x: T) -> T {
    let least = T::EXP_RANGE[0];
    let lift = T::from_f64(64.0);
    let parts = reduce_by(if x < least { least } else { x }, T::ROUNDER + lift);
    parts.mantissa() * T::power_of_two(parts.n) * T::from_f64(1.0 / (1u128 << 64) as f64)
}

/// 2ˣ, to 0.8 ulp.
#[inline(always)]
pub(super) fn exp2<T: Exp>(x: T) -> T {
    let x = x.clamped(T::EXP2_RANGE);
    let shifted = x + T::ROUNDER;
    let exact = x - (shifted - T::ROUNDER);
    let r = exact * T::LN2[0];
    Reduced { n: shifted, r, low: exact.mul_add(T::LN2[1], exact.mul_add(T::LN2[0], -r)) }.exp()
}

/// eˣ − 1, to 1.2 ulp.
#[inline(always)]
pub(super) fn expm1<T: Exp>(x: T) -> T {
    let argument = x.clamped([T::EXPM1_LOW, T::EXP_RANGE[1]]);
    let parts = reduce(argument);
    // Half of (2ⁿ − 1) + 2ⁿ·(eʳ − 1): 2ⁿ itself may be too great for the format.
    let half = T::from_f64(0.5);
    let scale = T::power_of_two(parts.n - T::ONE);
    let (a, b) = (scale - half, scale * parts.r);
    let sum = a + b;
    let y = sum + scale.mul_add(parts.tail(), b - (sum - a));
    if x.abs() < T::EPSILON * half * half { x } else { y + y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_of_what_is_not_positive_has_its_bits() {
        let singles = (0..=u32::MAX >> 12).map(|bits| f32::from_bits(1 << 31 | bits << 11 | bits & 0x7ff));
        for x in singles.chain([0.0, -86.99, -87.4, -103.9, -104.0]) {
            assert_eq!(exp_nonpositive(x).to_bits(), exp(x).to_bits(), "{x}");
            let x = f64::from(x) * 7.0;
            assert_eq!(exp_nonpositive(x).to_bits(), exp(x).to_bits(), "{x}");
        }
    }
}
