//! Radix sort, byte by byte from the lowest, of the 32 highest bits that differ; a comparison sort finishes what
//! agrees in all of them.
//!
//! Four passes over the elements put random numbers of any width in order but for a few neighbours. Few elements
//! are sorted by comparison at once.

use crate::order::Key;

/// Up to so many elements, comparisons are faster.
const FEW: usize = 256;
/// Values of a digit.
const RADIX: usize = 256;

/// The bits by which keys differ: how many of the highest ones, at most 32, and how many lie below those.
///
/// `None` if all keys are the same.
fn differing_bits<K: Key>(keys: impl Iterator<Item = K>) -> Option<(u32, u32)> {
    let extremes = |bounds: Option<(K, K)>, key: K| match bounds {
        None => Some((key, key)),
        Some((min, max)) => Some((min.min(key), max.max(key))),
    };
    let (min, max) = keys.fold(None, extremes)?;
    let high = K::BITS - min.common_bits(max);
    let low = high.saturating_sub(32);
    (high > 0).then_some((high - low, low))
}

/// Sorts keys. `spare` is memory to work in, kept for the next sort.
pub fn sort<K: Key>(keys: &mut [K], spare: &mut Vec<K>) {
    if keys.len() <= FEW || keys.is_sorted() {
        return keys.sort_unstable();
    }
    let Some((bits, low)) = differing_bits(keys.iter().copied()) else { return };
    spare.resize(keys.len().max(spare.len()), K::default());
    sort_by_digits(keys, &mut spare[..keys.len()], bits, |key| key.window(low));
    if low > 0 {
        for run in keys.chunk_by_mut(|a, b| a.window(low) == b.window(low)) {
            sort(run, spare);
        }
    }
}

/// Memory that [`argsort`] works in, kept for the next.
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
pub fn argsort<K: Key>(positions: &mut [i64], rank: impl Fn(usize) -> K, scratch: &mut Scratch<K>) {
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
    spare.resize(len, 0);
    sort_by_digits(words, spare, bits, |word| (word >> 32) as u32);
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

/// Sorts by the lowest `bits` bits of a number, keeping the order of equal ones.
fn sort_by_digits<W: Copy>(words: &mut [W], spare: &mut [W], bits: u32, number: impl Fn(W) -> u32) {
    let digits = bits.div_ceil(8) as usize;
    let digit = |word: W, at: usize| (number(word) >> (8 * at)) as usize % RADIX;
    let mut counts = [[0_usize; RADIX]; 4];
    for &word in &*words {
        for (at, counts) in counts.iter_mut().enumerate().take(digits) {
            counts[digit(word, at)] += 1;
        }
    }
    let (mut from, mut to, mut swapped) = (words, spare, false);
    for (at, counts) in counts.iter_mut().enumerate().take(digits) {
        let mut start = 0;
        for count in counts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        for &word in &*from {
            let next = &mut counts[digit(word, at)];
            to[*next] = word;
            *next += 1;
        }
        (from, to, swapped) = (to, from, !swapped);
    }
    if swapped {
        to.copy_from_slice(from);
    }
}
