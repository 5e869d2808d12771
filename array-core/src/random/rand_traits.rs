//! The traits of the crate `rand`, and through them every distribution of `rand_distr`.

use std::convert::Infallible;

use rand::distr::Distribution;
use rand::rand_core::utils::fill_bytes_via_next_word;
use rand::{SeedableRng, TryRng};

use super::{Generator, default_rng};
use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::layout::shape::IntList;

/// The raw stream: `next_u64` is NumPy's `rng.bit_generator.random_raw()`, `next_u32` shares its buffered half
/// with the 32-bit draws of the other methods.
impl TryRng for Generator {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
        Ok(self.bits.next_u32())
    }

    #[inline]
    fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
        Ok(self.bits.next_u64())
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> std::result::Result<(), Infallible> {
        fill_bytes_via_next_word(out, || self.try_next_u64())
    }
}

/// A seed is an integer of 128 bits, lowest byte first, and means what it means to [`default_rng`].
impl SeedableRng for Generator {
    type Seed = [u8; 16];

    fn from_seed(seed: [u8; 16]) -> Generator {
        default_rng(u128::from_le_bytes(seed))
    }

    fn seed_from_u64(seed: u64) -> Generator {
        default_rng(seed)
    }
}

impl Generator {
    /// Draws from any distribution of `rand` or `rand_distr`.
    ///
    /// The numbers are that crate's: they follow from the seed, but NumPy has others under the same name.
    ///
    /// ```
    /// use array_core::default_rng;
    /// use rand_distr::Poisson;
    /// let counts = default_rng(42).sample(Poisson::new(3.0).unwrap(), [2, 3]);
    /// assert!(counts.iter().all(|&n: &f64| n >= 0.0 && n.fract() == 0.0));
    /// ```
    ///
    /// # Panics
    /// If the shape is impossible.
    #[track_caller]
    pub fn sample<T: Element>(
        &mut self,
        distribution: impl Distribution<T>,
        shape: impl IntList,
    ) -> Array<T> {
        self.try_sample(distribution, shape).or_panic()
    }

    /// As [`Generator::sample`]; fails, and draws nothing, where it panics.
    pub fn try_sample<T: Element>(
        &mut self,
        distribution: impl Distribution<T>,
        shape: impl IntList,
    ) -> Result<Array<T>> {
        Array::filled("sample", shape, |out| out.fill_with(|| distribution.sample(self)))
    }
}
