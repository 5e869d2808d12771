//! Several words of a stream at once, in vectors.
//!
//! A word's state is computed from the one before: that is a chain of multiplications. But the state L steps on follows from
//! a state by another factor and summand, so L chains side by side make L successive words at a time.

use super::pcg64::{Lcg, Leap};

/// Words made at once: a vector of the widest kind.
pub const LANES: usize = 8;

/// The generator's states of [`LANES`] successive words, in halves of 64 bits, as vectors have them.
pub struct Lanes {
    high: [u64; LANES],
    low: [u64; LANES],
    leap: Leap,
}

impl Lanes {
    /// The words that `lcg` is to give next.
    pub fn after(mut lcg: Lcg) -> Lanes {
        let (mut high, mut low) = ([0; LANES], [0; LANES]);
        for (high, low) in high.iter_mut().zip(&mut low) {
            lcg.next_u64();
            (*high, *low) = halves(lcg.state);
        }
        Lanes { high, low, leap: lcg.leap(LANES as u128) }
    }

    /// These words; and moves on to those after them.
    #[inline(always)]
    pub fn next_words(&mut self) -> [u64; LANES] {
        let ((factor_high, factor_low), (add_high, add_low)) =
            (halves(self.leap.factor), halves(self.leap.summand));
        let (mut words, high, low) = ([0; LANES], self.high, self.low);
        for lane in 0..LANES {
            let (high, low) = (high[lane], low[lane]);
            words[lane] = (high ^ low).rotate_right((high >> 58) as u32);
            let (carried, product) = multiply(low, factor_low);
            let high = carried
                .wrapping_add(high.wrapping_mul(factor_low))
                .wrapping_add(low.wrapping_mul(factor_high));
            let sum = product.wrapping_add(add_low);
            self.low[lane] = sum;
            self.high[lane] = high.wrapping_add(add_high).wrapping_add(u64::from(sum < add_low));
        }
        words
    }
}

#[inline(always)]
fn halves(wide: u128) -> (u64, u64) {
    ((wide >> 64) as u64, wide as u64)
}

/// Both halves of a product, from products of 32 bits, which vectors have.
#[inline(always)]
fn multiply(a: u64, b: u64) -> (u64, u64) {
    const HALF: u64 = u32::MAX as u64;
    let ((a1, a0), (b1, b0)) = ((a >> 32, a & HALF), (b >> 32, b & HALF));
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 32);
    let other = a0 * b1 + (middle & HALF);
    (a1 * b1 + (middle >> 32) + (other >> 32), other << 32 | low & HALF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::pcg64::Pcg64;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_those_of_the_stream(seed: [u64; 4]) {
            let mut lcg = Pcg64::seeded(seed).lcg;
            let mut lanes = Lanes::after(lcg);
            for _ in 0..20 {
                prop_assert_eq!(lanes.next_words(), std::array::from_fn(|_| lcg.next_u64()));
            }
        }

        #[test]
        fn products_are_whole(a: u64, b: u64) {
            prop_assert_eq!(multiply(a, b), halves(u128::from(a) * u128::from(b)));
        }
    }
}
