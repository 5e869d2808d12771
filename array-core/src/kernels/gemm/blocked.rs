//! The product as five loops around the microkernel, after K. Goto and R. van de Geijn, "Anatomy of
//! High-Performance Matrix Multiplication", ACM TOMS 34 (2008), and BLIS.
//!
//! ```text
//! loop 5  columns of B and C, NC at a time          a block of B that fits the last cache level
//! loop 4  steps of k, KC at a time                  … is packed into panels of NR columns
//! loop 3  rows of A and C, MC at a time (threads)   a block of A that fits the second level is packed
//! loop 2  panels of B, NR columns                   … one panel stays in the second level
//! loop 1  panels of A, MR rows
//!         microkernel                               a tile of C stays in registers
//! ```
//!
//! If A is one block or two, loop 3 makes one turn: then threads share loop 2, each packs A for itself, and a panel of B
//! is packed by the first tile that meets it, whose registers hold it anyway. Panels that are left over are shared along
//! loop 1; if there are few, each thread has some rows, as a product of its own. Small matrices are not packed: what fits
//! the caches is read where it lies.

use std::ops::Range;

use super::super::parallel;
use super::microkernel::{HasMicrokernels, Microkernels, Panel, Tile};
use super::pack::{Vectors, copy_few, pack};
use super::{Base, Matrix, Product, Ptr};
use crate::element::Element;
use crate::storage::Buffer;

/// Steps of `k` per block: so many that writing C anew for each block costs little beside them.
const KC: usize = 512;
/// Rows of A per block of so many steps of `k`: 576 KiB, which stay in the second-level cache.
fn mc<T>(k: usize) -> usize {
    (576 << 10) / (k * size_of::<T>())
}
/// Up to how many blocks of A are packed before the first panel of B, which need not be packed for later blocks then.
const BLOCKS_AT_ONCE: usize = 2;
/// Columns of B per block.
const NC: usize = 4096;
/// Up to how many bytes an operand is read where it lies.
const UNPACKED_BYTES: usize = 1 << 17;
/// Up to how many panels of B a row of A is read where it lies: steps of `k` that lie side by side share a line.
const UNPACKED_ROWS: usize = 32;
/// The same where steps of `k` lie apart.
const UNPACKED_COLUMNS: usize = 4;
/// Up to how many multiply-adds packing A is not worth it.
const SMALL_WORK: usize = 1 << 18;
/// Tasks per thread: so many that one who is late costs little.
const TASKS: usize = 4;
/// With fewer whole panels of B per thread, and A to be packed, work is cut by rows: every thread packs its rows of A alone.
const FEW_PANELS: usize = 2;
/// Up to so many threads pack A each for itself. Packed together, it takes ten times as long per element where the threads'
/// caches lie apart, since every line goes from one to another: `cargo bench --bench matmul -- transposed`.
const OWN_COPIES: usize = 8;
/// About how many bytes are packed in one task.
const PACKED_PER_TASK: usize = 1 << 16;
/// Distances that are multiples of this meet in the same few cache lines, so such operands are packed.
const ALIASING_BYTES: usize = 4096;

/// The panels of an operand: packed one after the other, or where the operand lies. Columns of B that are left over at
/// the edge are always packed, filled up with zeros; rows of A have tiles of their height.
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

    /// The panels after so many, if none is at an edge.
    fn skip(&self, count: usize) -> Panels<T> {
        let start = self.full.start.wrapping_offset(count as isize * self.stride);
        Panels { full: Panel { start, ..self.full }, ..*self }
    }

    /// What is left of a panel from this vector on.
    fn rest(&self, vector: usize, width: usize) -> Panel<T> {
        let panel = self.get(vector / width);
        let start = panel.start.wrapping_offset((vector % width) as isize * panel.across);
        Panel { start, ..panel }
    }

    /// Panels that were packed into a buffer.
    fn packed(buffer: &[T], k: usize, width: usize) -> Panels<T> {
        let full = Panel { start: buffer.as_ptr(), across: 1, along_k: width as isize };
        Panels { full, stride: (width * k) as isize, edge: None }
    }

    /// Panels where they lie.
    fn unpacked(Vectors { start, across, along_k, .. }: Vectors<T>, width: usize) -> Panels<T> {
        Panels { full: Panel { start, across, along_k }, stride: width as isize * across, edge: None }
    }

    /// Panels where they lie, but for the one at the edge, which goes to `buffer`.
    ///
    /// # Safety
    /// As [`pack`].
    unsafe fn with_packed_edge(
        vectors: Vectors<T>,
        k: usize,
        width: usize,
        buffer: &mut Buffer<T>,
    ) -> Panels<T>
    where
        T: HasMicrokernels + Element,
    {
        let (whole, left) = (vectors.count / width, vectors.count % width);
        let edge = (left != 0).then(|| {
            *buffer = Buffer::unspecified(width * k);
            // SAFETY: the vectors at the edge are some of the caller's.
            unsafe { pack(vectors.part(whole * width, left), k, width, buffer) };
            (whole, Panel { start: buffer.as_ptr(), across: 1, along_k: width as isize })
        });
        Panels { edge, ..Panels::unpacked(vectors, width) }
    }
}

/// Whether steps of this distance meet in the same few lines of a cache.
fn aliases<T>(distance: isize) -> bool {
    (distance.unsigned_abs() * size_of::<T>()).is_multiple_of(ALIASING_BYTES)
}

/// Whether to read a matrix where it lies: if there is little of it, and its steps of `k` do not alias.
fn stays_unpacked<T>(distance: isize, elements: usize) -> bool {
    elements * size_of::<T>() <= UNPACKED_BYTES && !aliases::<T>(distance)
}

/// C = base + A·B for shapes (m, k)·(k, n), none of them 0.
///
/// # Safety
/// As [`super::Gemm::multiply`]; the CPU must have the kernels' instruction set.
pub(super) unsafe fn multiply<T: HasMicrokernels + Element>(
    kernels: &Microkernels<T>,
    product: Product<'_, T>,
    threads: usize,
) {
    let side_by_side = |c: Matrix<T>| c.strides[1] == 1;
    let product = if !side_by_side(product.c) && side_by_side(product.c.transposed()) {
        // SAFETY: the caller's promise.
        unsafe { product.with_base_in_c() }.transposed()
    } else {
        product
    };
    let Product { shape: [m, k, n], .. } = product;
    // Equal steps of `k`: none is so short that writing C costs more than computing it.
    let kc = k.div_ceil(k.div_ceil(KC));
    // Loop 4. Loop 5 is inside of it where it matters, in `by_rows`.
    for p in (0..k).step_by(kc) {
        let part = Product {
            shape: [m, kc.min(k - p), n],
            a: product.a.at(0, p),
            b: product.b.at(p, 0),
            c: product.c,
            base: if p == 0 { product.base } else { Base::C },
        };
        // SAFETY: the caller's promise.
        unsafe {
            if m <= BLOCKS_AT_ONCE * mc::<T>(kc) {
                by_columns(kernels, part, threads);
            } else {
                by_rows(kernels, part, threads);
            }
        }
    }
}

/// What a thread has for all of its tasks in a product by columns.
struct Own<'a, T: Element> {
    a: Panels<T>,
    /// Where these lie, if this thread has packed them.
    _packed_a: Buffer<T>,
    /// Room for a panel of B.
    packed_b: Buffer<T>,
    tiles: Tiles<'a, T>,
}

/// The product with a block of A that is packed first, and panels of B that are packed when they are needed.
///
/// # Safety
/// As [`multiply`].
unsafe fn by_columns<T: HasMicrokernels + Element>(
    kernels: &Microkernels<T>,
    product: Product<'_, T>,
    threads: usize,
) {
    let Product { shape: [m, k, n], a, b, c, base } = product;
    let (mr, nr) = (kernels.mr(), kernels.nr);
    // SAFETY: the matrices are not empty.
    let (rows_of_a, columns_of_b) = unsafe { (vectors(a, m), vectors(b.transposed(), n)) };
    // The first row of each thread where rows are shared, in whole tiles.
    let row = |thread: usize| m.min(m.div_ceil(mr) * thread / threads * mr);
    // Every thread has as many whole panels.
    let each = n / nr / threads;
    let fewest = if packs_a(kernels, rows_of_a, k, n) { FEW_PANELS } else { 1 };
    if threads > 1 && each < fewest {
        return parallel::share(threads, threads, |thread| {
            let (row, height) = (row(thread), row(thread + 1) - row(thread));
            if height > 0 {
                let part = Product { shape: [height, k, n], a: a.at(row, 0), c: c.at(row, 0), ..product };
                // SAFETY: these rows of C are this task's own; the rest is the caller's promise.
                unsafe { by_columns(kernels, part, 1) };
            }
        });
    }
    let (a, b) = (Shared(rows_of_a), Shared(columns_of_b));
    // What meets one panel of A only is read once: packing it would be reading it twice.
    let unpacked = b.get().across == 1 && (m <= mr || stays_unpacked::<T>(b.get().along_k, k * n));
    let mut buffer = Buffer::unspecified(0);
    let common = (threads > OWN_COPIES)
        // SAFETY: the caller's promise.
        .then(|| Shared(unsafe { panels_of_a(kernels, a.get(), k, n, threads, &mut buffer) }));
    let init = || {
        let mut packed_a = Buffer::unspecified(0);
        let a = match common {
            Some(common) => common.get(),
            // SAFETY: the caller's promise.
            None => unsafe { panels_of_a(kernels, a.get(), k, n, 1, &mut packed_a) },
        };
        let packed_b = Buffer::unspecified(if unpacked && n.is_multiple_of(nr) { 0 } else { nr * k });
        Own { a, _packed_a: packed_a, packed_b, tiles: Tiles::new(kernels) }
    };
    // Rows of C, from one on, in some panels of columns.
    let stripes = |own: &mut Own<'_, T>, row, height, panels: Range<usize>| {
        let a = own.a.skip(row / mr);
        for column in panels.map(|panel| panel * nr) {
            let width = nr.min(n - column);
            let some = b.get().part(column, width);
            let (shape, c, base) = ([height, k, width], c.at(row, column), base.at(column));
            // SAFETY: these columns are some of B's; these rows and columns of C are the caller's own; the rest is the
            // caller's promise.
            unsafe {
                if unpacked && width == nr {
                    let panel = Panel { start: some.start, across: 1, along_k: some.along_k };
                    own.tiles.multiply(shape, a, 0, panel, c, base);
                } else {
                    let packed = (&mut own.packed_b[..], kernels.width_for(width));
                    own.tiles.multiply_and_pack(shape, a, some, packed, c, base);
                }
            }
        }
    };
    // A few tasks per thread, and its share of the rows of each panel that is left.
    let tasks = each.min(if threads == 1 { 1 } else { TASKS });
    let per_thread = tasks + n.div_ceil(nr) - each * threads;
    parallel::share_init(threads, threads * per_thread, init, |own, task| {
        let (thread, turn) = (task / per_thread, task % per_thread);
        if turn < tasks {
            let panel = |turn: usize| each * thread + each * turn / tasks;
            stripes(own, 0, m, panel(turn)..panel(turn + 1));
        } else if row(thread) < row(thread + 1) {
            let panel = each * threads + turn - tasks;
            stripes(own, row(thread), row(thread + 1) - row(thread), panel..panel + 1);
        }
    });
}

/// The product with a block of B that is packed once, and blocks of A that are packed when they are needed.
///
/// # Safety
/// As [`multiply`].
unsafe fn by_rows<T: HasMicrokernels + Element>(
    kernels: &Microkernels<T>,
    Product { shape: [m, k, n], a, b, c, base }: Product<'_, T>,
    threads: usize,
) {
    let (mr, nr) = (kernels.mr(), kernels.nr);
    // Blocks of equal height, give or take a tile.
    let tiles_of_a = m.div_ceil(mr);
    let most = m.div_ceil(mc::<T>(k));
    let blocks = if threads == 1 { most } else { most.next_multiple_of(TASKS * threads).min(tiles_of_a) };
    let row = |block: usize| m.min(tiles_of_a * block / blocks * mr);
    for column in (0..n).step_by(NC) {
        let width = NC.min(n - column);
        let (c, base) = (c.at(0, column), base.at(column));
        // SAFETY: the matrix is not empty.
        let columns = unsafe { vectors(b.at(0, column).transposed(), width) };
        let unpacked = columns.across == 1 && stays_unpacked::<T>(columns.along_k, k * width);
        let mut buffer = Buffer::unspecified(if unpacked { 0 } else { width.next_multiple_of(nr) * k });
        let panels = if unpacked {
            // SAFETY: the columns lie in B.
            unsafe { Panels::with_packed_edge(columns, k, nr, &mut buffer) }
        } else {
            if threads > 1 {
                // SAFETY: as above.
                unsafe { pack_in_tasks(columns, k, nr, threads, &mut buffer) };
            }
            Panels::packed(&buffer, k, nr)
        };
        let (slots, columns, panels) = (Ptr(buffer.as_mut_ptr()), Shared(columns), Shared(panels));
        let rows = |block: usize| {
            let (row, height) = (row(block), row(block + 1) - row(block));
            let mut buffer = Buffer::unspecified(0);
            // SAFETY: this block of A is not empty, and lies in A.
            let a = unsafe { panels_of_a(kernels, vectors(a.at(row, 0), height), k, width, 1, &mut buffer) };
            let mut tiles = Tiles::new(kernels);
            for (j, column) in (0..width).step_by(nr).enumerate() {
                let shape = [height, k, nr.min(width - column)];
                let (c, base) = (c.at(row, column), base.at(column));
                // SAFETY: this task's rows of C are its own; the rest is the caller's promise.
                unsafe {
                    if !unpacked && threads == 1 && block == 0 {
                        let packed = (slots.slice_mut((j * nr * k) as isize, nr * k), nr);
                        let columns = columns.get().part(column, shape[2]);
                        tiles.multiply_and_pack(shape, a, columns, packed, c, base);
                    } else {
                        tiles.multiply(shape, a, 0, panels.get().get(j), c, base);
                    }
                }
            }
        };
        parallel::share(threads, blocks, rows);
    }
}

/// The rows of a matrix as the vectors that panels are made of.
///
/// # Safety
/// The matrix must not be empty.
unsafe fn vectors<T>(matrix: Matrix<T>, count: usize) -> Vectors<T> {
    let [across, along_k] = matrix.strides;
    // SAFETY: the caller's promise.
    Vectors { start: unsafe { matrix.start() }, count, across, along_k }
}

/// Whether to pack a block of A: if it meets many panels of B's `n` columns, and there is much to compute.
fn packs_a<T: HasMicrokernels>(kernels: &Microkernels<T>, rows: Vectors<T>, k: usize, n: usize) -> bool {
    let is_met_rarely = n <= kernels.nr * if rows.along_k == 1 { UNPACKED_ROWS } else { UNPACKED_COLUMNS };
    !(is_met_rarely || rows.count * k * n <= SMALL_WORK) || aliases::<T>(rows.across)
}

/// The panels of a block of A, where it lies or packed.
///
/// # Safety
/// The block must lie in its data.
unsafe fn panels_of_a<T: HasMicrokernels + Element>(
    kernels: &Microkernels<T>,
    rows: Vectors<T>,
    k: usize,
    n: usize,
    threads: usize,
    buffer: &mut Buffer<T>,
) -> Panels<T> {
    let mr = kernels.mr();
    if !packs_a(kernels, rows, k, n) {
        return Panels::unpacked(rows, mr);
    }
    *buffer = Buffer::unspecified(rows.count.div_ceil(mr) * mr * k);
    // SAFETY: the caller's promise.
    unsafe { pack_in_tasks(rows, k, mr, threads, buffer) };
    Panels::packed(buffer, k, mr)
}

/// As [`pack`], on so many threads at most.
///
/// # Safety
/// As [`pack`].
unsafe fn pack_in_tasks<T: HasMicrokernels + Element>(
    vectors: Vectors<T>,
    k: usize,
    width: usize,
    threads: usize,
    panels: &mut [T],
) {
    let (slots, vectors) = (Ptr(panels.as_mut_ptr()), Shared(vectors));
    let per_task = (PACKED_PER_TASK / (k * width * size_of::<T>())).max(1) * width;
    assert!(panels.len() >= vectors.get().count.next_multiple_of(width) * k, "room for every panel");
    parallel::share(threads, vectors.get().count.div_ceil(per_task), |task| {
        let first = task * per_task;
        let some = vectors.get().part(first, per_task.min(vectors.get().count - first));
        // SAFETY: these vectors are some of the caller's; their panels are this task's alone, and there is room.
        unsafe {
            let room = slots.slice_mut((first * k) as isize, some.count.next_multiple_of(width) * k);
            pack(some, k, width, room);
        }
    });
}

/// Pointers to what several threads read.
#[derive(Clone, Copy)]
struct Shared<T>(T);

impl<T: Copy> Shared<T> {
    fn get(&self) -> T {
        self.0
    }
}

// SAFETY: what is behind them is only read while they are shared; reading is unsafe and argued where it happens.
unsafe impl<T> Sync for Shared<T> {}

/// Loop 1, with what it needs for tiles that stick out of C.
struct Tiles<'a, T: Element> {
    kernels: &'a Microkernels<T>,
    scratch: Buffer<T>,
}

impl<'a, T: HasMicrokernels + Element> Tiles<'a, T> {
    fn new(kernels: &'a Microkernels<T>) -> Self {
        Tiles { kernels, scratch: Buffer::unspecified(0) }
    }

    /// As [`Tiles::multiply`] for a panel of B that is not packed: it is afterwards, in `packed`, to this width.
    ///
    /// # Safety
    /// As [`Tiles::multiply`]; the columns must have k elements.
    unsafe fn multiply_and_pack(
        &mut self,
        [m, k, n]: [usize; 3],
        a: Panels<T>,
        columns: Vectors<T>,
        (packed, width): (&mut [T], usize),
        c: Matrix<T>,
        base: Base<'_, T>,
    ) {
        let mr = self.kernels.mr();
        let panel = Panel { start: packed.as_ptr(), across: 1, along_k: width as isize };
        // SAFETY: the caller's promise.
        unsafe {
            if columns.across == 1 && n == self.kernels.nr && c.strides[1] == 1 && m >= mr {
                // The first panel of A meets the columns where they lie.
                assert!(packed.len() >= width * k, "room for the panel");
                let here = Panel { start: columns.start, across: 1, along_k: columns.along_k };
                let tile = Tile { start: c.start(), stride: c.strides[0], base };
                (self.kernels.packing)(k, a.get(0), here, tile, packed.as_mut_ptr());
                self.multiply([m, k, n], a, mr, panel, c, base);
            } else {
                pack(columns, k, width, packed);
                self.multiply([m, k, n], a, 0, panel, c, base);
            }
        }
    }

    /// A stripe of C, as wide as a panel of B at most: base + the rows of A, from the `first` on, times that of B.
    ///
    /// # Safety
    /// The panels must hold (m, k) and (k, n) elements, the stripe must be the caller's alone, and `base`, if a row,
    /// have n elements.
    unsafe fn multiply(
        &mut self,
        [m, k, n]: [usize; 3],
        a: Panels<T>,
        first: usize,
        b: Panel<T>,
        c: Matrix<T>,
        base: Base<'_, T>,
    ) {
        let mut next = first;
        while next < m {
            let row = next;
            let (height, width, run) = self.kernels.for_tile(m - row, n);
            next += height;
            let (a, tile) = (a.rest(row, self.kernels.mr()), c.at(row, 0));
            if width == n && c.strides[1] == 1 {
                // SAFETY: the whole tile lies in C.
                let tile = Tile { start: unsafe { tile.start() }, stride: c.strides[0], base };
                // SAFETY: that panel of A has as many rows left, that of B as many columns.
                unsafe { run(k, a, b, tile) };
                continue;
            }
            // A tile that sticks out of C, or whose columns do not lie side by side, is made aside and copied.
            if self.scratch.is_empty() {
                self.scratch = Buffer::unspecified(self.kernels.mr() * self.kernels.nr);
            }
            let aside = Tile { start: self.scratch.as_mut_ptr(), stride: width as isize, base: Base::Zero };
            // SAFETY: as above; the scratch holds the highest tile.
            unsafe { run(k, a, b, aside) };
            for (r, values) in self.scratch.chunks_exact(width).take(height).enumerate() {
                if let (1, Base::Zero) = (c.strides[1], base) {
                    // SAFETY: row r of the tile lies in C, its columns side by side; there are more values than columns.
                    unsafe { copy_few(values.as_ptr(), tile.at(r, 0).start(), n) };
                    continue;
                }
                for (s, &value) in values[..n].iter().enumerate() {
                    // SAFETY: row r and column s of the tile lie in C.
                    let target = unsafe { &mut *tile.at(r, s).start() };
                    *target = match base {
                        Base::Zero => value,
                        Base::C => target.add(value),
                        Base::Row(base) => base[s].add(value),
                    };
                }
            }
        }
    }
}
