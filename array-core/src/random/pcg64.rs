//! PCG64, the source of all bits: a 128-bit linear congruential generator whose state is folded to 64 bits.
//!
//! M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
//! Number Generation" (2014), variant XSL-RR 128/64.

/// O'Neill's multiplier.
const MULTIPLIER: u128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645;
/// One jump: (φ − 1)·2¹²⁸ steps, φ the golden ratio, so that jumps never meet.
const JUMP: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;

/// The congruential generator alone, small enough to live in registers inside a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lcg {
    pub state: u128,
    pub inc: u128,
}

impl Lcg {
    /// The 64 bits that the present state stands for: the last ones drawn.
    #[inline(always)]
    pub fn output(self) -> u64 {
        let (high, low) = ((self.state >> 64) as u64, self.state as u64);
        (high ^ low).rotate_right((high >> 58) as u32)
    }

    /// The next 64 bits.
    #[inline(always)]
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(self.inc);
        self.output()
    }

    /// What `steps` calls of `next_u64` do to the state, in logarithmic time.
    ///
    /// k steps map s to aᵏ·s + c·(aᵏ⁻¹ + … + a + 1); a map of 2k steps is that of k steps after itself (Brown 1994).
    pub fn leap(self, steps: u128) -> Leap {
        let (mut factor, mut summand) = (1u128, 0u128);
        let (mut a, mut c) = (MULTIPLIER, self.inc);
        let mut left = steps;
        while left > 0 {
            if left & 1 == 1 {
                factor = factor.wrapping_mul(a);
                summand = summand.wrapping_mul(a).wrapping_add(c);
            }
            c = a.wrapping_add(1).wrapping_mul(c);
            a = a.wrapping_mul(a);
            left >>= 1;
        }
        Leap { factor, summand }
    }

    /// The state after `steps` more calls of `next_u64`.
    pub fn advanced(self, steps: u128) -> Lcg {
        let Leap { factor, summand } = self.leap(steps);
        Lcg { state: self.state.wrapping_mul(factor).wrapping_add(summand), inc: self.inc }
    }
}

/// Several steps as one: s becomes `factor`·s + `summand`.
pub struct Leap {
    pub factor: u128,
    pub summand: u128,
}

/// NumPy's bit generator `PCG64`: the generator, and the half of a 64-bit word that a 32-bit draw left over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcg64 {
    pub lcg: Lcg,
    /// Whether `uinteger` is still to be used.
    pub has_uint32: bool,
    /// The upper half of the last word that was split.
    pub uinteger: u32,
}

impl Pcg64 {
    /// Starts from four words of a seed sequence: state and stream, high words first.
    pub fn seeded([state_high, state_low, stream_high, stream_low]: [u64; 4]) -> Pcg64 {
        let wide = |high, low| u128::from(high) << 64 | u128::from(low);
        let inc = wide(stream_high, stream_low) << 1 | 1;
        let mut lcg = Lcg { state: inc.wrapping_add(wide(state_high, state_low)), inc };
        lcg.next_u64();
        Pcg64 { lcg, has_uint32: false, uinteger: 0 }
    }

    /// The next 64 bits. What is left of a split word stays for 32-bit draws.
    #[inline(always)]
    pub fn next_u64(&mut self) -> u64 {
        self.lcg.next_u64()
    }

    /// The next 32 bits: the lower half of a new word, then its upper half.
    #[inline(always)]
    pub fn next_u32(&mut self) -> u32 {
        self.has_uint32 = !self.has_uint32;
        if !self.has_uint32 {
            return self.uinteger;
        }
        let word = self.next_u64();
        self.uinteger = (word >> 32) as u32;
        word as u32
    }

    /// Skips `steps` 64-bit words, and whatever is left of a split one.
    pub fn advance(&mut self, steps: u128) {
        *self = Pcg64 { lcg: self.lcg.advanced(steps), has_uint32: false, uinteger: 0 };
    }

    /// Skips `jumps` times (φ − 1)·2¹²⁸ words.
    pub fn jump(&mut self, jumps: u128) {
        self.advance(JUMP.wrapping_mul(jumps));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::Rng;
    use rand_pcg::Lcg128Xsl64;

    proptest! {
        #[test]
        fn words_and_steps_are_rand_pcgs(seed: [u64; 4], steps: u128) {
            let [state_high, state_low, stream_high, stream_low] = seed.map(u128::from);
            let mut ours = Pcg64::seeded(seed);
            let mut theirs =
                Lcg128Xsl64::new(state_high << 64 | state_low, stream_high << 64 | stream_low);
            for _ in 0..5 {
                prop_assert_eq!(ours.next_u64(), theirs.next_u64());
            }
            ours.advance(steps);
            theirs.advance(steps);
            prop_assert_eq!(ours.next_u64(), theirs.next_u64());
        }
    }
}
