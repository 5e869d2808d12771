//! Uniform numbers in bulk: large arrays are cut into chunks, and each starts where its words begin.

use super::drawn::Drawn;
use super::lanes::{LANES, Lanes};
use super::pcg64::{Lcg, Pcg64};
use crate::kernels::isa::{Isa, Kernel, dispatch, isa};
use crate::kernels::parallel::for_each_chunk;

/// How many words a chunk takes: some 50 µs of work.
const CHUNK: usize = 1 << 15;

/// From so many words on, they are made several at a time, where vectors have the arithmetic for it.
const VECTORS: usize = 64;

/// Whole numbers of [`LANES`] words.
struct Vectors<'a, F, M> {
    lcg: Lcg,
    values: &'a mut [F],
    map: &'a M,
}

impl<F: Drawn, M: Fn(F) -> F> Kernel for Vectors<'_, F, M> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut lanes = Lanes::after(self.lcg);
        for values in self.values.chunks_exact_mut(LANES * F::PER_WORD) {
            let words = lanes.next_words();
            for (i, value) in values.iter_mut().enumerate() {
                *value = (self.map)(F::unit(words[i / F::PER_WORD] >> (32 * (i % F::PER_WORD))));
            }
        }
    }
}

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
        let mut rest = chunk;
        if isa() == Isa::Avx512 && rest.len() >= VECTORS * F::PER_WORD {
            let whole = rest.len() / (LANES * F::PER_WORD) * LANES;
            let (vectors, others) = rest.split_at_mut(whole * F::PER_WORD);
            dispatch(Vectors { lcg, values: vectors, map: &map });
            (lcg, rest) = (lcg.advanced(whole as u128), others);
        }
        for values in rest.chunks_mut(F::PER_WORD) {
            let mut word = lcg.next_u64();
            for value in values {
                *value = map(F::unit(word));
                word >>= 32;
            }
        }
    });
    bits.lcg = start.advanced(words as u128);
    if F::PER_WORD == 2 && words > 0 {
        // The last word was split; its upper half may be left over.
        bits.uinteger = (bits.lcg.output() >> 32) as u32;
        bits.has_uint32 = out.len() % 2 == 1;
    }
}
