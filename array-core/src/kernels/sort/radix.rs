//! Radix sort, byte by byte from the lowest, of the 32 highest bits that differ; a comparison sort finishes what
//! agrees in all of them.
//!
//! Four passes over the elements put random numbers of any width in order but for a few neighbours. Few elements
//! are sorted by comparison at once.

use crate::order::Key;

/// Up to so many elements, comparisons are faster.
pub(super) const FEW: usize = 256;
/// Values of a digit.
const RADIX: usize = 256;

/// The lowest bit of the `count` highest ones by which keys differ, and how many these are, if fewer; given the least
/// and the greatest key.
pub(super) fn differing_bits<K: Key>([min, max]: [K; 2], count: u32) -> (u32, u32) {
    let high = K::BITS - min.common_bits(max);
    let low = high.saturating_sub(count);
    (low, high - low)
}

/// Sorts keys. `spare` is memory to work in, kept for the next sort.
pub fn sort<K: Key>(keys: &mut [K], spare: &mut Vec<K>) {
    if keys.len() <= FEW {
        return keys.sort_unstable();
    }
    let bounds = keys.iter().fold([keys[0]; 2], |[min, max], &key| [min.min(key), max.max(key)]);
    let (low, bits) = differing_bits(bounds, 32);
    if bits == 0 {
        return;
    }
    spare.resize(keys.len().max(spare.len()), K::default());
    sort_by_digits(keys, &mut spare[..keys.len()], bits, |key| key.window(low) as u32);
    if low > 0 {
        for run in keys.chunk_by_mut(|a, b| a.window(low) == b.window(low)) {
            sort(run, spare);
        }
    }
}

/// Sorts by the lowest `bits` bits of a number, keeping the order of equal ones.
pub(super) fn sort_by_digits<W: Copy>(
    words: &mut [W],
    spare: &mut [W],
    bits: u32,
    number: impl Fn(W) -> u32,
) {
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
