//! Stores that go past the caches.
//!
//! A plain store reads its cache line first. Of a result that no cache can hold that is a third of all memory
//! traffic, for nothing: a block is computed in the nearest cache instead and streamed to its place.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64 as simd;
use std::mem::MaybeUninit;

#[cfg(target_arch = "x86_64")]
use super::isa::{Isa, isa};

/// From this many bytes on, those of an input included, results are streamed: as much as the last-level caches of small
/// machines hold.
const STREAM_BYTES: usize = 1 << 25;
/// Elements of a block: so few that the next ones are computed while these are on their way to memory.
const BLOCK: usize = 1 << 7;

/// Bytes that are stored together.
const LINE: usize = 64;

/// What is computed before it is streamed. Aligned: a block on the border of two pages takes five times as long, since
/// vectors stored across it are not there to be loaded for a long time.
#[repr(align(64))]
struct Block<O>([MaybeUninit<O>; BLOCK]);

/// Whether a result of so many elements, each made from at least an `A`, in runs of `run` side by side, is to be streamed.
pub(super) fn pays<A, O>(len: usize, run: usize) -> bool {
    let size = size_of::<O>();
    cfg!(target_arch = "x86_64")
        && len * (size_of::<A>() + size) >= STREAM_BYTES
        && run >= 4 * LINE / size.max(1)
        && LINE.is_multiple_of(size.max(1))
}

/// How many elements after this place the next line begins, where streaming can.
#[inline(always)]
pub(super) fn to_line<O>(place: *const O) -> usize {
    place.align_offset(LINE)
}

/// Streams `value(i)` to each place. A [`fence`] must follow.
#[inline(always)]
pub(super) fn write<O: Copy>(out: &mut [O], value: impl Fn(usize) -> O) {
    // SAFETY: every element of the block is written.
    unsafe {
        write_blocks(
            out,
            #[inline(always)]
            |at, block| {
                for (i, x) in block.iter_mut().enumerate() {
                    x.write(value(at + i));
                }
            },
        );
    }
}

/// Streams blocks, of which `fill(at, block)` writes the one that stands for the places from `at` on. A [`fence`] must follow.
///
/// # Safety
/// `fill` must write the whole block.
#[inline(always)]
pub(super) unsafe fn write_blocks<O: Copy>(out: &mut [O], fill: impl Fn(usize, &mut [MaybeUninit<O>])) {
    let mut block = Block([MaybeUninit::uninit(); BLOCK]);
    let (len, mut at) = (out.len(), 0);
    let mut next = to_line(out.as_ptr()).min(out.len());
    loop {
        let (out, block) = (&mut out[at..next], &mut block.0[..next - at]);
        fill(at, block);
        // SAFETY: the caller's promise: the block has been written, as much of it as `out` is long.
        unsafe { copy_lines(out.as_mut_ptr().cast(), block.as_ptr().cast(), size_of_val(out)) };
        if next == len {
            break;
        }
        (at, next) = (next, len.min(next + BLOCK));
    }
}

/// Has streamed stores done before what follows: to be called by whoever has streamed, once, in the end.
#[inline(always)]
pub(super) fn fence() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 processor has this instruction.
    unsafe {
        simd::_mm_sfence();
    }
}

/// Copies to a place of the same length, past the caches if it is whole lines. A [`fence`] must follow.
#[inline(always)]
pub(super) fn copy<T: Copy>(to: &mut [T], from: &[T]) {
    assert_eq!(to.len(), from.len(), "one place per element");
    // SAFETY: as many bytes on both sides.
    unsafe { copy_lines(to.as_mut_ptr().cast(), from.as_ptr().cast(), size_of_val(from)) };
}

/// Copies, past the caches if it is whole lines. A [`fence`] must follow.
///
/// # Safety
/// `to` must have room for so many bytes and `from` must have them, all initialised.
#[inline(always)]
unsafe fn copy_lines(to: *mut u8, from: *const u8, bytes: usize) {
    #[cfg(target_arch = "x86_64")]
    if to.addr().is_multiple_of(LINE) && bytes.is_multiple_of(LINE) {
        // A part of a line takes as long to store as a line.
        // SAFETY (all arms): the caller's promise; `to` is aligned and these are whole lines; the CPU has the instruction set
        // in use.
        return match isa() {
            // SAFETY: see above.
            Isa::Avx512 => unsafe { copy_by_64(to, from, bytes) },
            // SAFETY: see above.
            Isa::Avx2 => unsafe { copy_by_32(to, from, bytes) },
            // SAFETY: see above.
            Isa::Portable => unsafe { copy_by_16(to, from, bytes) },
        };
    }
    // SAFETY: the caller's promise; a buffer on the stack overlaps nothing.
    unsafe { std::ptr::copy_nonoverlapping(from, to, bytes) };
}

/// Lists widths of vectors: bytes, instruction set, and how they are loaded and stored.
#[cfg(target_arch = "x86_64")]
macro_rules! widths {
    ($($name:ident: $bytes:literal, $features:literal, $load:ident, $stream:ident;)*) => {$(
        /// # Safety
        /// That of [`copy_lines`]; the CPU must have these features, `to` be aligned and `bytes` whole lines.
        #[inline]
        #[target_feature(enable = $features)]
        unsafe fn $name(to: *mut u8, from: *const u8, bytes: usize) {
            for at in (0..bytes).step_by($bytes) {
                // SAFETY: the caller's promise.
                unsafe { simd::$stream(to.add(at).cast(), simd::$load(from.add(at).cast())) };
            }
        }
    )*};
}
#[cfg(target_arch = "x86_64")]
widths! {
    copy_by_16: 16, "sse2", _mm_loadu_si128, _mm_stream_si128;
    copy_by_32: 32, "avx2", _mm256_loadu_si256, _mm256_stream_si256;
    copy_by_64: 64, "avx512f", _mm512_loadu_si512, _mm512_stream_si512;
}

#[cfg(test)]
mod tests {
    use super::super::isa::{Isa, with_isa};
    use super::*;

    #[test]
    fn streamed_or_not_is_the_same() {
        fn check<O: Copy + Default + PartialEq + std::fmt::Debug>(value: impl Fn(usize) -> O + Copy) {
            for len in [0, 1, 15, 64, 1000, 5000, 9001] {
                for start in [0, 1, 7] {
                    let mut out = vec![O::default(); start + len + 1];
                    write(&mut out[start..start + len], value);
                    assert!(
                        out[start..start + len].iter().enumerate().all(|(i, &x)| x == value(i)),
                        "{start} {len}"
                    );
                    assert_eq!(
                        (out[start + len], start > 0 && out[0] != O::default()),
                        (O::default(), false)
                    );
                }
            }
        }
        for isa in Isa::ALL {
            with_isa(isa, || {
                check(|i| i as u8 | 1);
                check(|i| i as f32 + 1.0);
                check(|i| [i as f64 + 1.0, -2.0]);
            });
        }
    }
}
