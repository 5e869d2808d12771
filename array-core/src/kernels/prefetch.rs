//! Memory asked for before it is needed, where no processor foresees where that lies.

/// Bytes that a cache fetches at once.
const LINE: usize = 64;
/// Bytes after which the processor has seen where this goes on.
const FORESEEN: usize = 512;

/// Asks the second-level cache for the first lines of `len` elements, which need not exist.
///
/// Not the first level: what lies a power of two apart, as rows often do, shares so few places there that lines asked for
/// ahead push each other out.
#[inline(always)]
pub fn prefetch<T>(start: *const T, len: usize) {
    #[cfg(target_arch = "x86_64")]
    for byte in (0..(len * size_of::<T>()).min(FORESEEN)).step_by(LINE) {
        use std::arch::x86_64 as simd;
        // SAFETY: every x86-64 processor has this instruction, which reads nothing, wherever it points.
        unsafe { simd::_mm_prefetch::<{ simd::_MM_HINT_T1 }>(start.cast::<i8>().wrapping_add(byte)) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (start, len, LINE, FORESEEN);
}
