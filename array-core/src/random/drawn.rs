//! What the algorithms need to know about a float type.

use std::ops::{Add, Mul, Neg, Sub};

use super::pcg64::Pcg64;
use super::ziggurat::{self, Ziggurat};
use crate::element::Float;

/// How a float type is drawn: `f64` from 64-bit words, `f32` from their halves.
pub trait Drawn:
    Float + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self>
{
    /// How many numbers a 64-bit word gives.
    const PER_WORD: usize;
    /// The bits of a word that are a normal number's magnitude, once nine bits for layer and sign are gone.
    const NORMAL_MAGNITUDE: u64;
    /// How many bits of a word an exponential number does not use.
    const EXPONENTIAL_UNUSED: u32;
    /// A word that one number is drawn from.
    fn word(bits: &mut Pcg64) -> u64;
    /// The number in [0, 1) that a word stands for; of `f32`, its lower half.
    fn unit(word: u64) -> Self;
    /// A non-negative integer of as many bits as the type has digits.
    fn from_magnitude(magnitude: u64) -> Self;
    /// −x or x, without a branch that nobody could predict.
    fn negated_if(self, negative: bool) -> Self;
    /// ln(1 − u) for a `u` that [`Drawn::unit`] gave.
    fn ln_1m(self) -> Self;
    /// The layers of the normal density.
    fn normal() -> &'static Ziggurat<Self>;
    /// The layers of the exponential density.
    fn exponential() -> &'static Ziggurat<Self>;

    /// A number in [0, 1), on the grid of NumPy's `random`.
    #[inline(always)]
    fn uniform(bits: &mut Pcg64) -> Self {
        Self::unit(Self::word(bits))
    }
}

impl Drawn for f64 {
    const PER_WORD: usize = 1;
    const NORMAL_MAGNITUDE: u64 = (1 << 52) - 1;
    const EXPONENTIAL_UNUSED: u32 = 3;

    #[inline(always)]
    fn word(bits: &mut Pcg64) -> u64 {
        bits.next_u64()
    }

    #[inline(always)]
    fn unit(word: u64) -> f64 {
        Self::from_magnitude(word >> 11) * (1.0 / (1u64 << 53) as f64)
    }

    #[inline(always)]
    fn from_magnitude(magnitude: u64) -> f64 {
        // Signed integers convert in one instruction.
        magnitude as i64 as f64
    }

    #[inline(always)]
    fn negated_if(self, negative: bool) -> f64 {
        f64::from_bits(self.to_bits() ^ u64::from(negative) << 63)
    }

    fn ln_1m(self) -> f64 {
        ziggurat::ln_1m_f64(self)
    }

    #[inline]
    fn normal() -> &'static Ziggurat<f64> {
        &ziggurat::NORMAL_F64
    }

    #[inline]
    fn exponential() -> &'static Ziggurat<f64> {
        &ziggurat::EXPONENTIAL_F64
    }
}

impl Drawn for f32 {
    const PER_WORD: usize = 2;
    const NORMAL_MAGNITUDE: u64 = (1 << 23) - 1;
    const EXPONENTIAL_UNUSED: u32 = 1;

    #[inline(always)]
    fn word(bits: &mut Pcg64) -> u64 {
        u64::from(bits.next_u32())
    }

    #[inline(always)]
    fn unit(word: u64) -> f32 {
        Self::from_magnitude(word >> 8 & 0x00FF_FFFF) * (1.0 / (1u32 << 24) as f32)
    }

    #[inline(always)]
    fn from_magnitude(magnitude: u64) -> f32 {
        magnitude as i32 as f32
    }

    #[inline(always)]
    fn negated_if(self, negative: bool) -> f32 {
        f32::from_bits(self.to_bits() ^ u32::from(negative) << 31)
    }

    fn ln_1m(self) -> f32 {
        ziggurat::ln_1m_f32(self)
    }

    #[inline]
    fn normal() -> &'static Ziggurat<f32> {
        &ziggurat::NORMAL_F32
    }

    #[inline]
    fn exponential() -> &'static Ziggurat<f32> {
        &ziggurat::EXPONENTIAL_F32
    }
}
