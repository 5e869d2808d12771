//! Sorting positions: the highest bits by which ranks differ and the position, side by side in one integer, are sorted
//! as that. Equal elements keep their order because their positions differ.

use super::quick;
use super::radix::{FEW, differing_bits, sort_by_digits};
use crate::kernels::isa::{Kernel, dispatch};
use crate::order::{Key, Ordered};
use crate::storage::Buffer;

/// The least and the greatest rank.
struct Bounds<'a, T>(&'a [T]);

impl<T: Ordered> Kernel for Bounds<'_, T> {
    type Output = [T::Key; 2];

    #[inline(always)]
    fn run(self) -> [T::Key; 2] {
        let (mut min, mut max) = (self.0[0].rank(), self.0[0].rank());
        for x in self.0 {
            (min, max) = (min.min(x.rank()), max.max(x.rank()));
        }
        [min, max]
    }
}

/// Writes `bits` bits of each rank from bit `low` up, and below them, in `places` bits, the position.
struct Words<'a, T> {
    words: &'a mut [u64],
    lane: &'a [T],
    low: u32,
    bits: u32,
    places: u32,
}

impl<T: Ordered> Kernel for Words<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Words { words, lane, low, bits, places } = self;
        let mask = u64::MAX >> (64 - bits);
        for (i, (word, x)) in words.iter_mut().zip(lane).enumerate() {
            *word = (x.rank().window(low) & mask) << places | i as u64;
        }
    }
}

/// Fills in the positions 0, 1, … sorted by the ranks of the elements there; positions of equal rank ascend.
pub fn sort<T: Ordered>(positions: &mut [i64], lane: &[T], pairs: &mut Vec<(T::Key, usize)>, threads: usize) {
    let len = positions.len();
    if len <= FEW || u32::try_from(len).is_err() {
        pairs.clear();
        pairs.extend(lane.iter().enumerate().map(|(i, x)| (x.rank(), i)));
        pairs.sort_unstable();
        for (position, &(_, i)) in positions.iter_mut().zip(&*pairs) {
            *position = i as i64;
        }
        return;
    }
    // Digits sort 32 bits of the ranks, comparisons as many as fit in.
    let places = if quick::sorts() { (len - 1).ilog2() + 1 } else { 32 };
    let (low, bits) = differing_bits(dispatch(Bounds(lane)), 64 - places);
    let mut words = Buffer::<u64>::unspecified(len);
    // If all are equal, any bit will do.
    dispatch(Words { words: &mut words, lane, low, bits: bits.max(1), places });
    if !quick::sort(&mut words, threads) {
        let mut spare = Buffer::<u64>::unspecified(len);
        sort_by_digits(&mut words, &mut spare, bits, |word| (word >> places) as u32);
    }
    let place = |word: u64| word & (u64::MAX >> (64 - places));
    if low > 0 {
        for run in words.chunk_by_mut(|a, b| a >> places == b >> places) {
            if run.len() > 1 {
                run.sort_unstable_by_key(|&word| (lane[place(word) as usize].rank(), word));
            }
        }
    }
    for (position, &word) in positions.iter_mut().zip(&*words) {
        *position = place(word) as i64;
    }
}
