//! Shuffling: the Fisher–Yates algorithm, from the last element down.

use super::Generator;
use super::pcg64::Pcg64;
use crate::array::Array;
use crate::error::{OrPanic, Result};
use crate::layout::shape::Int;

/// An index in `0 ..= last`: words are cut to as many bits as `last` has, until one is not above it.
fn index(bits: &mut Pcg64, last: usize) -> usize {
    let last = last as u64;
    if last == 0 {
        return 0;
    }
    let mask = u64::MAX >> last.leading_zeros();
    loop {
        let word = if last <= u64::from(u32::MAX) { u64::from(bits.next_u32()) } else { bits.next_u64() };
        if word & mask <= last {
            return (word & mask) as usize;
        }
    }
}

impl Generator {
    /// The numbers 0, …, n − 1 in random order: NumPy's `rng.permutation(n)`.
    ///
    /// # Panics
    /// If `n` is negative or exceeds the address space.
    #[track_caller]
    pub fn permutation(&mut self, n: impl Int) -> Array<i64> {
        self.try_permutation(n).or_panic()
    }

    /// As [`Generator::permutation`]; fails, and draws nothing, where it panics.
    pub fn try_permutation(&mut self, n: impl Int) -> Result<Array<i64>> {
        Array::filled("permutation", n.int(), |out: &mut [i64]| {
            for (i, value) in out.iter_mut().enumerate() {
                *value = i as i64;
            }
            for i in (1..out.len()).rev() {
                out.swap(i, index(&mut self.bits, i));
            }
        })
    }
}
