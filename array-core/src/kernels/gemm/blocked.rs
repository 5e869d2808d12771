//! The product as five loops around the microkernel, after K. Goto and R. van de Geijn, "Anatomy of
//! High-Performance Matrix Multiplication", ACM TOMS 34 (2008), and BLIS.
//!
//! ```text
//! loop 5  columns of B and C, NC at a time          a block of B that fits the last cache level
//! loop 4  steps of k, KC at a time                  … is packed into panels of NR columns
//! loop 3  rows of A and C, MC at a time (threads)   a block of A that fits the second level is packed
//! loop 2  panels of B, NR columns                   … one panel stays in the first level
//! loop 1  panels of A, MR rows
//!         microkernel                               a tile of C stays in registers
//! ```
//!
//! Small matrices are not packed: what fits the caches is read where it lies.

use super::super::parallel;
use super::microkernel::{HasMicrokernels, Microkernels, Panel, Tile};
use super::pack::{Vectors, pack};
use super::{Matrix, Product, Ptr};
use crate::element::Element;
use crate::storage::Buffer;

/// Steps of `k` per block: a panel of B of this length takes half the first-level cache.
const KC: usize = 256;
/// Rows of A per block: a multiple of every tile height; a block takes a third of the second-level cache.
const MC: usize = 288;
/// Columns of B per block.
const NC: usize = 4096;
/// Up to how many bytes an operand is read where it lies.
const UNPACKED_BYTES: usize = 1 << 17;
/// Distances that are multiples of this meet in the same few cache lines, so such operands are packed.
const ALIASING_BYTES: usize = 4096;

/// The panels of an operand: packed one after the other, or where the operand lies. What is left over at the
/// edge is always packed, filled up with zeros.
#[derive(Clone, Copy)]
struct Panels<T> {
    full: Panel<T>,
    /// Distance of neighbouring panels.
    stride: isize,
    /// The panel at the edge, if the operand's size is no multiple of the panel's.
    edge: Option<(usize, Panel<T>)>,
}

impl<T: Copy> Panels<T> {
    fn get(&self, index: usize) -> Panel<T> {
        match self.edge {
            Some((at, panel)) if at == index => panel,
            _ => Panel { start: self.full.start.wrapping_offset(index as isize * self.stride), ..self.full },
        }
    }

    /// Panels that were packed into a buffer.
    fn packed(buffer: &[T], k: usize, width: usize) -> Panels<T> {
        let full = Panel { start: buffer.as_ptr(), across: 1, along_k: width as isize };
        Panels { full, stride: (width * k) as isize, edge: None }
    }

    /// Panels where they lie; the one at the edge goes to `buffer`.
    ///
    /// # Safety
    /// As [`pack`].
    unsafe fn unpacked(vectors: Vectors<T>, k: usize, width: usize, buffer: &mut Buffer<T>) -> Panels<T>
    where
        T: Element,
    {
        let Vectors { start, count, across, along_k } = vectors;
        let whole = count / width;
        let edge = (count % width != 0).then(|| {
            *buffer = Buffer::unspecified(width * k);
            let start = start.wrapping_offset((whole * width) as isize * across);
            // SAFETY: the vectors at the edge are some of the caller's.
            unsafe {
                pack(Vectors { start, count: count - whole * width, across, along_k }, k, width, buffer)
            };
            (whole, Panel { start: buffer.as_ptr(), across: 1, along_k: width as isize })
        });
        Panels { full: Panel { start, across, along_k }, stride: width as isize * across, edge }
    }
}

/// The rows of a matrix as the vectors that panels are made of.
///
/// # Safety
/// The matrix must not be empty.
unsafe fn rows<T>(matrix: Matrix<T>, count: usize) -> Vectors<T> {
    let [across, along_k] = matrix.strides;
    // SAFETY: the caller's promise.
    Vectors { start: unsafe { matrix.start() }, count, across, along_k }
}

/// C = A·B or C += A·B for shapes (m, k)·(k, n), none of them 0.
///
/// # Safety
/// As [`super::Gemm::multiply`]; the CPU must have the kernels' instruction set.
pub(super) unsafe fn multiply<T: HasMicrokernels + Element>(
    kernels: &Microkernels<T>,
    product: Product<T>,
    threads: bool,
) {
    let side_by_side = |c: Matrix<T>| c.strides[1] == 1;
    let transpose = !side_by_side(product.c) && side_by_side(product.c.transposed());
    let product = if transpose { product.transposed() } else { product };
    let Product { shape: [m, k, n], a, b, c, accumulate } = product;
    for column in (0..n).step_by(NC) {
        let nb = NC.min(n - column);
        for p in (0..k).step_by(KC) {
            let kb = KC.min(k - p);
            let (b, c) = (b.at(p, column), c.at(0, column));
            let mut buffer = Buffer::unspecified(0);
            // SAFETY: the block of B lies in B, whose extent the caller vouches for.
            let b = unsafe { panels_of_b(kernels, b, kb, nb, threads, &mut buffer) };
            let blocks = if threads { MC.min(m.div_ceil(8).next_multiple_of(kernels.mr())) } else { MC };
            let row_block = |i: usize| {
                let row = i * blocks;
                let shape = [blocks.min(m - row), kb, nb];
                // SAFETY: blocks of C do not overlap; the rest is the caller's promise.
                unsafe { multiply_block(kernels, shape, a.at(row, p), b, c.at(row, 0), accumulate || p > 0) };
            };
            if threads {
                parallel::for_each_task(m.div_ceil(blocks), row_block);
            } else {
                (0..m.div_ceil(blocks)).for_each(row_block);
            }
        }
    }
}

/// The panels of a block of B, packed unless it is small and its columns lie side by side.
///
/// # Safety
/// The block must lie in its data.
unsafe fn panels_of_b<T: HasMicrokernels + Element>(
    kernels: &Microkernels<T>,
    b: Matrix<T>,
    kb: usize,
    nb: usize,
    threads: bool,
    buffer: &mut Buffer<T>,
) -> Shared<T> {
    let nr = kernels.nr;
    // SAFETY: the block is not empty.
    let vectors = unsafe { rows(b.transposed(), nb) };
    let aliasing = (b.strides[0].unsigned_abs() * size_of::<T>()).is_multiple_of(ALIASING_BYTES);
    if b.strides[1] == 1 && kb * nb * size_of::<T>() <= UNPACKED_BYTES && !aliasing {
        // SAFETY: the caller's promise.
        return Shared(unsafe { Panels::unpacked(vectors, kb, nr, buffer) });
    }
    *buffer = Buffer::unspecified(nb.div_ceil(nr) * nr * kb);
    let panels = nb.div_ceil(nr);
    let per_task = if threads { 8 } else { panels };
    let slots = Ptr(buffer.as_mut_ptr());
    let shared = SharedVectors(vectors);
    let pack_some = |task: usize| {
        let Vectors { start, count, across, along_k } = shared.get();
        let first = task * per_task * nr;
        let some = Vectors {
            start: start.wrapping_offset(first as isize * across),
            count: (per_task * nr).min(count - first),
            across,
            along_k,
        };
        // SAFETY: these vectors are some of the block's; their panels in the buffer are this task's alone.
        unsafe {
            let room = slots.slice_mut((first * kb) as isize, some.count.div_ceil(nr) * nr * kb);
            pack(some, kb, nr, room);
        }
    };
    if threads {
        parallel::for_each_task(panels.div_ceil(per_task), pack_some);
    } else {
        pack_some(0);
    }
    Shared(Panels::packed(buffer, kb, nr))
}

/// Read-only pointers that threads share.
#[derive(Clone, Copy)]
struct Shared<T>(Panels<T>);
#[derive(Clone, Copy)]
struct SharedVectors<T>(Vectors<T>);

impl<T: Copy> SharedVectors<T> {
    fn get(&self) -> Vectors<T> {
        self.0
    }
}

// SAFETY: what they point to is only read while they are shared; reading is unsafe and argued where it happens.
unsafe impl<T: Sync> Sync for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for SharedVectors<T> {}

/// Loops 2 and 1: a block of rows of C from a block of A and the packed panels of B.
///
/// # Safety
/// The blocks must lie in their data, and this block of C must be the caller's alone.
unsafe fn multiply_block<T: HasMicrokernels + Element>(
    kernels: &Microkernels<T>,
    [mb, kb, nb]: [usize; 3],
    a: Matrix<T>,
    b: Shared<T>,
    c: Matrix<T>,
    accumulate: bool,
) {
    let (mr, nr) = (kernels.mr(), kernels.nr);
    // SAFETY: the block is not empty.
    let vectors = unsafe { rows(a, mb) };
    let mut buffer = Buffer::unspecified(0);
    let aliasing = (a.strides[0].unsigned_abs() * size_of::<T>()).is_multiple_of(ALIASING_BYTES);
    let a = if nb <= 4 * nr && !aliasing || mb * kb * nb <= 1 << 18 {
        // SAFETY: the caller's promise.
        unsafe { Panels::unpacked(vectors, kb, mr, &mut buffer) }
    } else {
        buffer = Buffer::unspecified(mb.div_ceil(mr) * mr * kb);
        // SAFETY: the caller's promise.
        unsafe { pack(vectors, kb, mr, &mut buffer) };
        Panels::packed(&buffer, kb, mr)
    };
    let mut scratch = Buffer::<T>::unspecified(0);
    for (j, column) in (0..nb).step_by(nr).enumerate() {
        let (b, columns) = (b.0.get(j), nr.min(nb - column));
        for (i, row) in (0..mb).step_by(mr).enumerate() {
            let rows = mr.min(mb - row);
            let (height, run) = kernels.for_rows(rows);
            let (a, tile) = (a.get(i), c.at(row, column));
            if height == rows && columns == nr && c.strides[1] == 1 {
                // SAFETY: the whole tile lies in C.
                let tile = Tile { start: unsafe { tile.start() }, stride: c.strides[0], accumulate };
                // SAFETY: panels of A are as high as the tile at least, those of B as wide.
                unsafe { run(kb, a, b, tile) };
                continue;
            }
            // A tile that sticks out of C, or whose columns do not lie side by side, is made aside and copied.
            if scratch.is_empty() {
                scratch = Buffer::unspecified(mr * nr);
            }
            let aside = Tile { start: scratch.as_mut_ptr(), stride: nr as isize, accumulate: false };
            // SAFETY: as above; the scratch holds the highest tile.
            unsafe { run(kb, a, b, aside) };
            for (r, values) in scratch.chunks_exact(nr).take(rows).enumerate() {
                for (s, &value) in values[..columns].iter().enumerate() {
                    // SAFETY: row r and column s of the tile lie in C.
                    let target = unsafe { &mut *tile.at(r, s).start() };
                    *target = if accumulate { target.add(value) } else { value };
                }
            }
        }
    }
}
