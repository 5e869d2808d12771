//! Formulas that hold near 0 and not beyond, and say so without branches.

use half::{bf16, f16};
use num_complex::Complex;

use super::exp::{Exp, exp_moderate};
use super::trig::{Trig, cosine, sine};
use crate::dual::Dual;

/// Numbers some of whose functions have shorter formulas near 0.
pub trait Near: Copy {
    /// What distances from 0 are compared as: integers, of which vectors find the greatest in one operation.
    type Size: Copy + Ord + Sync;
    /// Up to this size [`Near::sin_near`] and [`Near::cos_near`] hold.
    const PERIODIC: Self::Size;
    /// Up to this size [`Near::exp_near`] holds.
    const MODERATE: Self::Size;

    /// The distance from 0; that of NaN is greater than all others.
    fn size(self) -> Self::Size;
    /// The sine, near 0.
    fn sin_near(self) -> Self;
    /// The cosine, near 0.
    fn cos_near(self) -> Self;
    /// eˣ, near 0.
    fn exp_near(self) -> Self;
}

/// Lists the formats and their bits.
macro_rules! formats {
    ($($t:ident $bits:ident;)*) => {$(
        impl Near for $t {
            type Size = $bits;
            const PERIODIC: $bits = <$t as Trig>::NEAR.to_bits();
            const MODERATE: $bits = <$t as Exp>::MODERATE.to_bits();

            #[inline(always)]
            fn size(self) -> $bits { self.abs().to_bits() }
            #[inline(always)]
            fn sin_near(self) -> $t { sine(self) }
            #[inline(always)]
            fn cos_near(self) -> $t { cosine(self) }
            #[inline(always)]
            fn exp_near(self) -> $t { exp_moderate(self) }
        }
    )*};
}
formats! {
    f32 u32;
    f64 u64;
}

/// Lists half-precision formats, computed in `f32`.
macro_rules! halves {
    ($($t:ident)*) => {$(
        impl Near for $t {
            type Size = u32;
            const PERIODIC: u32 = <f32 as Near>::PERIODIC;
            const MODERATE: u32 = <f32 as Near>::MODERATE;

            #[inline(always)]
            fn size(self) -> u32 { f32::from(self).size() }
            #[inline(always)]
            fn sin_near(self) -> $t { $t::from_f32(f32::from(self).sin_near()) }
            #[inline(always)]
            fn cos_near(self) -> $t { $t::from_f32(f32::from(self).cos_near()) }
            #[inline(always)]
            fn exp_near(self) -> $t { $t::from_f32(f32::from(self).exp_near()) }
        }
    )*};
}
halves! { f16 bf16 }

/// Lists types that have no such formulas: nothing is near.
macro_rules! without {
    ($($t:ty)*) => {$(
        impl Near for $t {
            type Size = bool;
            const PERIODIC: bool = false;
            const MODERATE: bool = false;

            #[inline(always)]
            fn size(self) -> bool { true }
            #[inline(always)]
            fn sin_near(self) -> $t { self }
            #[inline(always)]
            fn cos_near(self) -> $t { self }
            #[inline(always)]
            fn exp_near(self) -> $t { self }
        }
    )*};
}
without! { Complex<f32> Complex<f64> Dual }
