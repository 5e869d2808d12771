//! What the formulas need to know of a binary floating-point format.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::element::Float;

/// A format that formulas are written for: `f32` and `f64`, of p = 24 and 53 bits.
///
/// The bit tricks here stand in for conversions between floats and integers, which not every instruction set
/// has for vectors.
pub(super) trait Ieee:
    Float + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// 1.5·2^(p − 1). Adding it to a small number rounds that to an integer n, which then stands in the lowest
    /// bits of the sum; subtracting it again leaves n as a float. Such a sum is called *shifted* here.
    const ROUNDER: Self;

    /// `self · a + b`, rounded once.
    fn mul_add(self, a: Self, b: Self) -> Self;
    /// The nearest number in a range; NaN stays NaN.
    #[inline(always)]
    fn clamped(self, [low, high]: [Self; 2]) -> Self {
        let x = if self > high { high } else { self };
        if x < low { low } else { x }
    }
    /// 2ⁿ for a shifted n; the power must be a normal number.
    fn power_of_two(shifted: Self) -> Self;
    /// `self`·2ⁿ for a shifted n; both must be normal numbers.
    fn times_power_of_two(self, shifted: Self) -> Self;
    /// (2^⌊n/2⌋, 2^(n − ⌊n/2⌋)) for a shifted n, whose power may lie beyond the format's least and greatest.
    fn halves_of_power(shifted: Self) -> (Self, Self);
    /// 1/`self`, for powers of two.
    fn inverse_of_power(self) -> Self;
    /// Whether a shifted integer has a bit.
    fn has_bit(self, bit: u32) -> bool;
    /// (m, k) with `self` = m·2^k and √½ ≤ m < √2, for positive numbers.
    fn split(self) -> (Self, Self);
}

/// Lists the formats: float, its bits, mantissa bits p − 1, exponent bias, and the bits of 1.0 and of √½.
macro_rules! formats {
    ($($t:ident $bits:ident $mantissa:literal $bias:literal $one:literal $sqrt_half:literal;)*) => {$(
        impl Ieee for $t {
            const ROUNDER: $t = 1.5 * (1u64 << $mantissa) as $t;

            #[inline(always)]
            fn mul_add(self, a: $t, b: $t) -> $t { <$t>::mul_add(self, a, b) }
            #[inline(always)]
            fn power_of_two(shifted: $t) -> $t {
                // The bits of `ROUNDER` fall out on the left.
                <$t>::from_bits((shifted.to_bits() << $mantissa).wrapping_add($one))
            }
            #[inline(always)]
            fn times_power_of_two(self, shifted: $t) -> $t {
                // As above; n is added to the exponent.
                <$t>::from_bits((shifted.to_bits() << $mantissa).wrapping_add(self.to_bits()))
            }
            #[inline(always)]
            fn halves_of_power(shifted: $t) -> ($t, $t) {
                // n + 2·bias, which is positive, is the sum of the two biased exponents.
                let exponents = shifted.to_bits().wrapping_sub(Self::ROUNDER.to_bits() - 2 * $bias);
                let half = exponents >> 1;
                let rest = exponents.wrapping_sub(half);
                (<$t>::from_bits(half << $mantissa), <$t>::from_bits(rest << $mantissa))
            }
            #[inline(always)]
            fn inverse_of_power(self) -> $t { <$t>::from_bits((2 * $one as $bits).wrapping_sub(self.to_bits())) }
            #[inline(always)]
            fn has_bit(self, bit: u32) -> bool { self.to_bits() >> bit & 1 == 1 }
            #[inline(always)]
            fn split(self) -> ($t, $t) {
                // Multiplying by a power of two makes a subnormal number normal.
                const LIFT: $bits = $mantissa + 1;
                let subnormal = self < <$t>::MIN_POSITIVE;
                let lifted = if subnormal { self * (1u64 << LIFT) as $t } else { self };
                let bias = if subnormal { ($bias + LIFT) as $t } else { $bias as $t };
                // Adding 1.0 − √½ to the bits carries into the exponent exactly from the mantissa of √2 on.
                let raised = lifted.to_bits().wrapping_add($one - $sqrt_half);
                let m = (raised & ((1 << $mantissa) - 1)).wrapping_add($sqrt_half);
                let k = <$t>::from_bits((raised >> $mantissa) | Self::ROUNDER.to_bits()) - Self::ROUNDER;
                (<$t>::from_bits(m), k - bias)
            }
        }
    )*};
}

formats! {
    f32 u32 23 127 0x3f80_0000 0x3f35_04f3;
    f64 u64 52 1023 0x3ff0_0000_0000_0000 0x3fe6_a09e_667f_3bcd;
}

/// c₀ + c₁·x + c₂·x² + …
///
/// Short ones by Horner's rule; long ones as even powers plus x times odd ones, two chains of operations that
/// run side by side.
#[inline(always)]
pub(super) fn polynomial<T: Ieee>(x: T, coefficients: &[T]) -> T {
    const SHORT: usize = 6;
    let n = coefficients.len();
    if n <= SHORT {
        return every(1, x, coefficients);
    }
    let z = x * x;
    every(2, z, &coefficients[1..]).mul_add(x, every(2, z, coefficients))
}

/// The polynomial of every first, or every second, of the coefficients.
#[inline(always)]
fn every<T: Ieee>(step: usize, x: T, coefficients: &[T]) -> T {
    let mut i = (coefficients.len() - 1) / step * step;
    let mut sum = coefficients[i];
    while i > 0 {
        i -= step;
        sum = sum.mul_add(x, coefficients[i]);
    }
    sum
}
