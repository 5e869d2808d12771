//! Few keys, sorted in registers without a branch.
//!
//! They fill a matrix of 16 rows, a vector each, from whose columns sorted sequences grow: columns are sorted by a
//! network of row-wise minima and maxima; two sequences, one of them read backwards, are bitonic and are merged
//! by exchanges at half the distance each time (Batcher 1968), between lanes first, then between rows. In the end the
//! matrix is turned, and its rows are in order.

use crate::kernels::vector::{Vector, turn};

/// Vectors that a network sorts.
const ROWS: usize = 16;

/// How many keys a network sorts.
pub(super) const fn capacity<V: Vector>() -> usize {
    ROWS * V::LANES
}

type Rows<V> = [V; ROWS];

#[inline(always)]
fn order<V: Vector>(rows: &mut Rows<V>, i: usize, j: usize) {
    (rows[i], rows[j]) = (rows[i].min(rows[j]), rows[i].max(rows[j]));
}

/// Orders pairs of rows.
#[inline(always)]
fn order_all<V: Vector, const N: usize>(rows: &mut Rows<V>, pairs: [(usize, usize); N]) {
    for (i, j) in pairs {
        order(rows, i, j);
    }
}

/// Sorts each column: a network of 61 exchanges in 10 stages, from Knuth's and Dobbelaere's lists.
#[inline(always)]
fn sort_columns<V: Vector>(rows: &mut Rows<V>) {
    order_all(rows, [(0, 13), (1, 12), (2, 15), (3, 14), (4, 8), (5, 6), (7, 11), (9, 10)]);
    order_all(rows, [(0, 5), (1, 7), (2, 9), (3, 4), (6, 13), (8, 14), (10, 15), (11, 12)]);
    order_all(rows, [(0, 1), (2, 3), (4, 5), (6, 8), (7, 9), (10, 11), (12, 13), (14, 15)]);
    order_all(rows, [(0, 2), (1, 3), (4, 10), (5, 11), (6, 7), (8, 9), (12, 14), (13, 15)]);
    order_all(rows, [(1, 2), (3, 12), (4, 6), (5, 7), (8, 10), (9, 11), (13, 14)]);
    order_all(rows, [(1, 4), (2, 6), (5, 8), (7, 10), (9, 13), (11, 14)]);
    order_all(rows, [(2, 4), (3, 6), (9, 12), (11, 13)]);
    order_all(rows, [(3, 5), (6, 8), (7, 9), (10, 12)]);
    order_all(rows, [(3, 4), (5, 6), (7, 8), (9, 10), (11, 12)]);
    order_all(rows, [(6, 7), (8, 9)]);
}

/// Orders each row and the one `H` below.
#[inline(always)]
fn between_rows<V: Vector, const H: usize>(rows: &mut Rows<V>) {
    for i in 0..ROWS {
        if i & H == 0 {
            order(rows, i, i + H);
        }
    }
}

/// Merges each bitonic column.
#[inline(always)]
fn merge_columns<V: Vector>(rows: &mut Rows<V>) {
    between_rows::<V, 8>(rows);
    between_rows::<V, 4>(rows);
    between_rows::<V, 2>(rows);
    between_rows::<V, 1>(rows);
}

/// Orders the sequences in each 2·`G` neighbouring columns, the second one read backwards, against each other:
/// lane i of a row meets lane i ⊕ (2·G − 1) = i ⊕ `D` of the row as far from the end.
#[inline(always)]
fn meet<V: Vector, const G: usize, const D: usize>(rows: &mut Rows<V>) {
    for i in 0..ROWS / 2 {
        let [a, b] = [rows[i], rows[ROWS - 1 - i]];
        let [from_a, from_b] = [a.exchange::<D>(), b.exchange::<D>()];
        rows[i] = a.min(from_b).blend::<G>(a.max(from_b));
        rows[ROWS - 1 - i] = b.min(from_a).blend::<G>(b.max(from_a));
    }
}

/// Orders each lane and the one `G` further.
#[inline(always)]
fn between_lanes<V: Vector, const G: usize>(rows: &mut Rows<V>) {
    for row in rows {
        let other = row.exchange::<G>();
        *row = row.min(other).blend::<G>(row.max(other));
    }
}

/// Writes `len` keys in order to `to`.
///
/// # Safety
/// `len` must not exceed [`capacity`]; `from` must have as many keys to read, and `to` to write; they may be the same.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) unsafe fn sort<V: Vector>(from: *const V::Key, len: usize, to: *mut V::Key) {
    let within = |start: usize| (start.min(len), len.saturating_sub(start).min(V::LANES));
    // SAFETY: this function's features.
    let greatest = unsafe { V::splat(V::GREATEST) };
    let mut rows = [greatest; ROWS];
    for (i, row) in rows.iter_mut().enumerate() {
        let (start, count) = within(i * V::LANES);
        // SAFETY: start + count ≤ len. Greatest keys fill up and stay behind.
        *row = unsafe { V::load(from.add(start), count, greatest) };
    }
    sort_columns(&mut rows);
    meet::<V, 1, 1>(&mut rows);
    merge_columns(&mut rows);
    meet::<V, 2, 3>(&mut rows);
    between_lanes::<V, 1>(&mut rows);
    merge_columns(&mut rows);
    meet::<V, 4, 7>(&mut rows);
    between_lanes::<V, 2>(&mut rows);
    between_lanes::<V, 1>(&mut rows);
    merge_columns(&mut rows);
    if V::LANES == 16 {
        meet::<V, 8, 15>(&mut rows);
        between_lanes::<V, 4>(&mut rows);
        between_lanes::<V, 2>(&mut rows);
        between_lanes::<V, 1>(&mut rows);
        merge_columns(&mut rows);
        turn::<V, ROWS, 8>(&mut rows);
    }
    turn::<V, ROWS, 4>(&mut rows);
    turn::<V, ROWS, 2>(&mut rows);
    turn::<V, ROWS, 1>(&mut rows);
    for (i, row) in rows.into_iter().enumerate() {
        // Row i is now column i mod LANES, or a part of it.
        let (start, count) = within(i % V::LANES * ROWS + i / V::LANES * V::LANES);
        // SAFETY: start + count ≤ len.
        unsafe { row.store(to.add(start), count) };
    }
}
