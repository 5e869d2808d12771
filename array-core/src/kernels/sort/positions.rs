//! Sorting positions: the highest bits that differ and the position, side by side in one integer, are sorted as that.
//! Equal elements keep their order because their positions differ.

use super::quick;
use super::radix::{FEW, differing_bits, sort_by_digits};
use crate::order::Key;

/// Memory that [`sort`] works in, kept for the next.
#[derive(Debug)]
pub struct Scratch<K> {
    pairs: Vec<(K, usize)>,
    words: [Vec<u64>; 2],
}

impl<K> Default for Scratch<K> {
    fn default() -> Self {
        Scratch { pairs: Vec::new(), words: [Vec::new(), Vec::new()] }
    }
}

/// Fills in the positions 0, 1, … sorted by their ranks; positions of equal rank ascend.
pub fn sort<K: Key>(
    positions: &mut [i64],
    rank: impl Fn(usize) -> K,
    scratch: &mut Scratch<K>,
    threads: usize,
) {
    let len = positions.len();
    let Scratch { pairs, words: [words, spare] } = scratch;
    if len <= FEW || u32::try_from(len).is_err() {
        pairs.clear();
        pairs.extend((0..len).map(|i| (rank(i), i)));
        pairs.sort_unstable();
        for (position, &(_, i)) in positions.iter_mut().zip(&*pairs) {
            *position = i as i64;
        }
        return;
    }
    let (bits, low) = differing_bits((0..len).map(&rank)).unwrap_or((0, 0));
    // A rank's differing bits above, its position below.
    words.clear();
    words.extend((0..len).map(|i| u64::from(rank(i).window(low)) << 32 | i as u64));
    if !quick::sort(words, threads) {
        spare.resize(len, 0);
        sort_by_digits(words, spare, bits, |word| (word >> 32) as u32);
    }
    if low > 0 {
        for run in words.chunk_by_mut(|a, b| a >> 32 == b >> 32) {
            if run.len() > 1 {
                run.sort_unstable_by_key(|&word| (rank(word as u32 as usize), word));
            }
        }
    }
    for (position, &word) in positions.iter_mut().zip(&*words) {
        *position = i64::from(word as u32);
    }
}
