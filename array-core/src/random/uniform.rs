//! Uniform numbers in bulk: large arrays are cut into chunks, and each starts where its words begin.

use super::drawn::Drawn;
use super::pcg64::Pcg64;
use crate::kernels::parallel::for_each_chunk;

/// How many words a chunk takes: some 50 µs of work.
const CHUNK: usize = 1 << 15;

/// Fills with `map(u)`, u uniform in [0, 1).
pub fn fill<F: Drawn>(bits: &mut Pcg64, mut out: &mut [F], map: impl Fn(F) -> F + Sync) {
    if F::PER_WORD == 2 && bits.has_uint32 {
        let Some(first) = out.split_off_first_mut() else { return };
        *first = map(F::uniform(bits));
    }
    let words = out.len().div_ceil(F::PER_WORD);
    let start = bits.lcg;
    for_each_chunk(out, CHUNK * F::PER_WORD, |i, chunk| {
        let mut lcg = start.advanced((i * CHUNK) as u128);
        let mut draw = |values: &mut [F]| {
            let mut word = lcg.next_u64();
            for value in values {
                *value = map(F::unit(word));
                word >>= 32;
            }
        };
        let mut whole = chunk.chunks_exact_mut(F::PER_WORD);
        whole.by_ref().for_each(&mut draw);
        let rest = whole.into_remainder();
        if !rest.is_empty() {
            draw(rest);
        }
    });
    bits.lcg = start.advanced(words as u128);
    if F::PER_WORD == 2 && words > 0 {
        // The last word was split; its upper half may be left over.
        bits.uinteger = (bits.lcg.output() >> 32) as u32;
        bits.has_uint32 = out.len() % 2 == 1;
    }
}
