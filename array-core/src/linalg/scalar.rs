//! The element types of linear algebra.

use num_complex::Complex;
use num_traits::NumAssign;
use std::ops::Neg;

use array_core_faer::Factor;

use crate::element::{Element, Field, Float};
use crate::kernels::gemm::Gemm;

/// An element type that matrices can be factorised in: `f32`, `f64`, `Complex<f32>`, `Complex<f64>`.
///
/// `T::Real` is the type of its parts (and of norms and singular values), `T::Complex` the complex number made of
/// them (the type of eigenvalues).
pub trait Scalar:
    Field<Abs = <Self as Scalar>::Real>
    + Element<Magnitude = <Self as Scalar>::Real>
    + Gemm
    + NumAssign
    + Neg<Output = Self>
    + Factor<Part = <Self as Scalar>::Real, Eigenvalue = <Self as Scalar>::Complex>
{
    /// The type of the real and the imaginary part.
    type Real: RealScalar;
    /// The complex number made of them.
    type Complex: ComplexScalar<Real = Self::Real>;
    /// The complex conjugate.
    fn conjugate(self) -> Self;
    /// The real part.
    fn re(self) -> Self::Real;
    /// The greater absolute value of the two parts: |self| up to a factor of √2, without overflow.
    fn height(self) -> Self::Real;
    /// Whether no part is infinite or NaN.
    fn has_finite_parts(self) -> bool;
    /// A number without an imaginary part.
    fn from_real(x: Self::Real) -> Self;
    /// The number as a complex one.
    fn to_complex(self) -> Self::Complex;
    /// `self · 2^exponent`.
    fn times_power_of_two(self, exponent: i32) -> Self;
}

/// A real [`Scalar`].
pub trait RealScalar: Scalar<Real = Self> + Float {
    /// The least normal positive number.
    const TINY: Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// The exponent e with 2^e ≤ |self| < 2^(e + 1); 0 for 0.
    fn exponent(self) -> i32;
}

/// A complex [`Scalar`].
pub trait ComplexScalar: Scalar<Complex = Self> {
    /// From real and imaginary part.
    fn from_parts(re: Self::Real, im: Self::Real) -> Self;
    /// The imaginary part.
    fn im(self) -> Self::Real;
}

/// Lists the parts of numbers, with the exponent bias of their format.
macro_rules! scalars {
    ($($part:ident $bias:literal;)*) => {$(
        impl Scalar for $part {
            type Real = $part;
            type Complex = Complex<$part>;
            #[inline(always)]
            fn conjugate(self) -> $part { self }
            #[inline(always)]
            fn re(self) -> $part { self }
            #[inline(always)]
            fn height(self) -> $part { self.abs() }
            #[inline(always)]
            fn has_finite_parts(self) -> bool {
                self.is_finite()
            }
            #[inline(always)]
            fn from_real(x: $part) -> $part { x }
            #[inline(always)]
            fn to_complex(self) -> Complex<$part> { Complex::new(self, 0.0) }
            #[inline]
            fn times_power_of_two(self, exponent: i32) -> $part {
                // In steps that are powers of two of this type themselves.
                let mut rest = exponent.clamp(-3 * $bias, 3 * $bias);
                let mut x = self;
                while rest != 0 {
                    let step = rest.clamp(1 - $bias, $bias - 1);
                    x *= (2.0 as $part).powi(step);
                    rest -= step;
                }
                x
            }
        }
        impl RealScalar for $part {
            const TINY: $part = $part::MIN_POSITIVE;
            #[inline]
            fn ln(self) -> $part { <$part>::ln(self) }
            #[inline]
            fn exponent(self) -> i32 {
                if self == 0.0 { return 0 }
                // Subnormal numbers are lifted first.
                let (lifted, offset) = if self.abs() < $part::MIN_POSITIVE {
                    (self.times_power_of_two($bias / 2), $bias / 2)
                } else {
                    (self, 0)
                };
                let bits = lifted.abs().to_bits() >> ($part::MANTISSA_DIGITS - 1);
                bits as i32 - $bias - offset
            }
        }
        impl Scalar for Complex<$part> {
            type Real = $part;
            type Complex = Complex<$part>;
            #[inline(always)]
            fn conjugate(self) -> Self { self.conj() }
            #[inline(always)]
            fn re(self) -> $part { self.re }
            #[inline(always)]
            fn height(self) -> $part { self.re.abs().max(self.im.abs()) }
            #[inline(always)]
            fn has_finite_parts(self) -> bool {
                self.re.is_finite() && self.im.is_finite()
            }
            #[inline(always)]
            fn from_real(x: $part) -> Self { Complex::new(x, 0.0) }
            #[inline(always)]
            fn to_complex(self) -> Self { self }
            #[inline]
            fn times_power_of_two(self, exponent: i32) -> Self {
                Complex::new(self.re.times_power_of_two(exponent), self.im.times_power_of_two(exponent))
            }
        }
        impl ComplexScalar for Complex<$part> {
            #[inline(always)]
            fn from_parts(re: $part, im: $part) -> Self { Complex::new(re, im) }
            #[inline(always)]
            fn im(self) -> $part { self.im }
        }
    )*};
}

scalars! {
    f64 1023;
    f32 127;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_and_powers_of_two_at_the_edges() {
        let powers = [(f64::MIN_POSITIVE, -1022), (5e-324, -1074), (1.0, 0), (1.99, 0), (f64::MAX, 1023)];
        for (x, exponent) in powers {
            assert_eq!(RealScalar::exponent(x), exponent, "{x}");
            let scaled = x.times_power_of_two(-exponent);
            assert!((1.0..2.0).contains(&scaled) && scaled.times_power_of_two(exponent) == x, "{x}");
        }
        assert_eq!((RealScalar::exponent(1e-45f32), RealScalar::exponent(f32::MAX)), (-149, 127));
        assert_eq!(1e-45f32.times_power_of_two(149), 1.0);
    }
}
