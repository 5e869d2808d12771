//! Operands copied into the order in which the microkernel reads them.
//!
//! A packed panel holds `width` rows of A (or columns of B) interleaved: all of them for the first step of `k`,
//! then all of them for the next. Missing ones at the edge of the matrix are zeros.

use std::ops::Range;

use super::super::prefetch::prefetch;
use super::microkernel::HasMicrokernels;

/// Steps of `k` that are interleaved at once where memory runs along `k`: so many of a panel stay in the first-level
/// cache while it is filled a few vectors at a time.
const STEPS: usize = 64;

/// A matrix seen as vectors (rows of A, columns of B) along `k`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vectors<T> {
    pub start: *const T,
    pub count: usize,
    /// Distance of neighbouring vectors, and of neighbouring elements of one.
    pub across: isize,
    pub along_k: isize,
}

impl<T> Vectors<T> {
    /// `count` of the vectors, from this one on.
    pub fn part(self, first: usize, count: usize) -> Self {
        Vectors { start: self.start.wrapping_offset(first as isize * self.across), count, ..self }
    }
}

/// Packs all vectors into panels of `width`, one after the other, into `panels`.
///
/// # Safety
/// All vectors must have `k` readable elements, and `panels` room for every panel, the last one filled up.
pub(super) unsafe fn pack<T: HasMicrokernels>(vectors: Vectors<T>, k: usize, width: usize, panels: &mut [T]) {
    assert!(panels.len() >= vectors.count.div_ceil(width) * width * k, "room for every panel");
    for (panel, first) in panels.chunks_exact_mut(width * k).zip((0..vectors.count).step_by(width)) {
        let some = vectors.part(first, width.min(vectors.count - first));
        if some.count < width {
            panel.fill(T::default());
        }
        // SAFETY: these vectors are some of the caller's.
        unsafe {
            match (some.across, width) {
                // Full panels of the usual widths, whose steps lie side by side already.
                (1, 32) if some.count == 32 => copy_steps::<T, 32>(some, panel),
                (1, 16) if some.count == 16 => copy_steps::<T, 16>(some, panel),
                (1, 12) if some.count == 12 => copy_steps::<T, 12>(some, panel),
                (1, 8) if some.count == 8 => copy_steps::<T, 8>(some, panel),
                (1, _) => {
                    for (p, step) in panel.chunks_exact_mut(width).enumerate() {
                        let from = some.start.offset(p as isize * some.along_k);
                        copy_few(from, step.as_mut_ptr(), some.count);
                    }
                }
                _ if some.along_k == 1 => interleave(some, width, panel),
                _ => gather(some, 0..k, width, panel),
            }
        }
    }
}

/// Copies `WIDTH` elements, which lie side by side, per step of the panel.
///
/// # Safety
/// There must be `WIDTH` vectors with an element for every step of the panel.
unsafe fn copy_steps<T: Copy, const WIDTH: usize>(vectors: Vectors<T>, panel: &mut [T]) {
    for (p, step) in panel.as_chunks_mut::<WIDTH>().0.iter_mut().enumerate() {
        // SAFETY: the caller's promise.
        *step = unsafe { *vectors.start.offset(p as isize * vectors.along_k).cast::<[T; WIDTH]>() };
    }
}

/// Copies a few elements to a place apart: as two runs that overlap in the middle, whose length the compiler knows.
///
/// # Safety
/// As [`std::ptr::copy_nonoverlapping`].
#[inline(always)]
pub(super) unsafe fn copy_few<T: Copy>(from: *const T, to: *mut T, count: usize) {
    let ends = |run: usize| {
        for start in [0, count - run] {
            // SAFETY: the caller's promise; no run is longer than all elements.
            unsafe { to.add(start).copy_from_nonoverlapping(from.add(start), run) };
        }
    };
    match count {
        0 => {}
        1 => ends(1),
        2..4 => ends(2),
        4..8 => ends(4),
        8..16 => ends(8),
        16..=32 => ends(16),
        _ => ends(count),
    }
}

/// Interleaves vectors that lie along memory, in tiles of 4 vectors and 4 steps.
///
/// # Safety
/// The vectors must have an element for every step of the panel.
unsafe fn interleave<T: HasMicrokernels>(vectors: Vectors<T>, width: usize, panel: &mut [T]) {
    let Vectors { start, count, across, .. } = vectors;
    for (block, steps) in panel.chunks_mut(STEPS * width).enumerate() {
        let (first, len) = (block * STEPS, steps.len() / width);
        let (whole, fours) = (len / 4 * 4, count / 4 * 4);
        for i in (0..fours).step_by(4) {
            for j in i..i + 4 {
                // The next block of these vectors.
                prefetch(start.wrapping_offset(j as isize * across + (first + STEPS) as isize), STEPS);
            }
            for p in (0..whole).step_by(4) {
                // SAFETY: these vectors and steps exist.
                let tile = [0, 1, 2, 3].map(|j| unsafe {
                    *start.offset((i as isize + j) * across + (first + p) as isize).cast::<[T; 4]>()
                });
                for (j, row) in T::transpose(tile).into_iter().enumerate() {
                    steps[(p + j) * width + i..][..4].copy_from_slice(&row);
                }
            }
        }
        // What is left over at both edges.
        let vectors = Vectors { start: start.wrapping_add(first), ..vectors };
        // SAFETY: as above.
        unsafe {
            gather(vectors, whole..len, width, &mut steps[whole * width..]);
            gather(vectors.part(fours, count - fours), 0..whole, width, &mut steps[fours.min(width - 1)..]);
        }
    }
}

/// Gathers steps of `k` element by element, each to a row of `panel`.
///
/// # Safety
/// The vectors must have elements for these steps.
unsafe fn gather<T: Copy>(vectors: Vectors<T>, steps: Range<usize>, width: usize, panel: &mut [T]) {
    let Vectors { start, count, across, along_k } = vectors;
    for (p, step) in steps.zip(panel.chunks_mut(width)) {
        for (i, slot) in step[..count].iter_mut().enumerate() {
            // SAFETY: element p of vector i exists.
            *slot = unsafe { *start.offset(i as isize * across + p as isize * along_k) };
        }
    }
}
