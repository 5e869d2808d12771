//! Operands copied into the order in which the microkernel reads them.
//!
//! A packed panel holds `width` rows of A (or columns of B) interleaved: all of them for the first step of `k`,
//! then all of them for the next. Missing ones at the edge of the matrix are zeros.

/// A matrix seen as vectors (rows of A, columns of B) along `k`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vectors<T> {
    pub start: *const T,
    pub count: usize,
    /// Distance of neighbouring vectors, and of neighbouring elements of one.
    pub across: isize,
    pub along_k: isize,
}

/// Packs all vectors into panels of `width`, one after the other, into `panels`.
///
/// # Safety
/// All vectors must have `k` readable elements, and `panels` room for every panel, the last one filled up.
pub(super) unsafe fn pack<T: Copy + Default>(vectors: Vectors<T>, k: usize, width: usize, panels: &mut [T]) {
    let Vectors { start, count, across, along_k } = vectors;
    assert!(panels.len() >= count.div_ceil(width) * width * k, "room for every panel");
    for (panel, first) in panels.chunks_exact_mut(width * k).zip((0..count).step_by(width)) {
        let full = width.min(count - first);
        // SAFETY: vector `first` exists.
        let start = unsafe { start.offset(first as isize * across) };
        if across == 1 {
            for (p, step) in panel.chunks_exact_mut(width).enumerate() {
                // SAFETY: the `full` vectors from `first` on lie side by side at every step of k.
                let source = unsafe { std::slice::from_raw_parts(start.offset(p as isize * along_k), full) };
                step[..full].copy_from_slice(source);
                step[full..].fill(T::default());
            }
        } else {
            for (p, step) in panel.chunks_exact_mut(width).enumerate() {
                for (i, slot) in step[..full].iter_mut().enumerate() {
                    // SAFETY: element p of vector `first + i` exists.
                    *slot = unsafe { *start.offset(i as isize * across + p as isize * along_k) };
                }
                step[full..].fill(T::default());
            }
        }
    }
}
