//! The two ways through the elements: along one result, and across neighbouring results.
//!
//! Only the leaves of the tree are compiled for every instruction set: small functions, in which the compiler
//! keeps all accumulators in registers.

use super::super::isa::{Kernel, dispatch};
use super::super::operand::Ptr;
use super::super::prefetch::prefetch;
use super::cascade::Cascade;
use super::lanes::{FEW_LANES, LANES, ROUNDS};
use super::{Fold, Sink};
use crate::layout::walk::{Axis, Walk};

/// How far ahead memory is asked for. Sums of what lies in memory are a tenth faster for it; from 1 KB on, loops with more
/// arithmetic than theirs take half as long again.
const AHEAD_BYTES: usize = 512;

/// Results that a vertical fold works on at once.
pub const COLUMNS: usize = 4096;

/// Results that are leaves of their own: rows of `len` elements, `along` apart, `across` from one row to the next,
/// all of which the data must hold. `L` and `STEP` are those of [`super::fold_lanes`]; `AHEAD` is for elements side by side
/// that have to come from memory.
struct Rows<'a, T, F: Fold<T>, const L: usize, const STEP: usize, const AHEAD: bool>
where
    T: Copy,
{
    accs: &'a mut [F::Acc],
    data: Ptr<T>,
    from: isize,
    across: isize,
    along: isize,
    len: usize,
    fold: F,
}

impl<T: Copy, F: Fold<T>, const L: usize, const STEP: usize, const AHEAD: bool> Kernel
    for Rows<'_, T, F, L, STEP, AHEAD>
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Rows { accs, data, from, across, along, len, fold } = self;
        // A stride known to the compiler.
        let along = if L == LANES { 1 } else { along };
        for (row, acc) in accs.iter_mut().enumerate() {
            let from = from + row as isize * across;
            *acc = fold.leaf::<L, STEP>(
                len,
                // SAFETY: the promise of `fold_leaves`; `Fold` keeps to the number of elements.
                #[inline(always)]
                |i| unsafe { *data.at(from + i as isize * along) },
                #[inline(always)]
                |i| {
                    if AHEAD {
                        let next = from + i as isize + (AHEAD_BYTES / size_of::<T>().max(1)) as isize;
                        prefetch(data.0.wrapping_offset(next), LANES);
                    }
                },
            );
        }
    }
}

/// How many elements this far apart are a leaf at most.
fn leaf<T: Copy, F: Fold<T>>(along: isize) -> usize {
    match along {
        1 => F::LEAF,
        2 => F::LEAF / 2,
        _ => FEW_LANES * ROUNDS,
    }
}

/// Folds each row of `len` elements, `along` apart, as one leaf; the rows start at `from`, `from + across`, …. `far` says
/// that they have to come from memory.
///
/// # Safety
/// The data must hold the elements, and nobody may write them, or what lies between, meanwhile.
pub unsafe fn fold_leaves<T: Copy, F: Fold<T>>(
    accs: &mut [F::Acc],
    data: Ptr<T>,
    [from, across, along]: [isize; 3],
    len: usize,
    fold: F,
    far: bool,
) {
    match along {
        1 if far => dispatch(Rows::<T, F, LANES, 1, true> { accs, data, from, across, along, len, fold }),
        1 => dispatch(Rows::<T, F, LANES, 1, false> { accs, data, from, across, along, len, fold }),
        2 => dispatch(Rows::<T, F, LANES, 2, false> { accs, data, from, across, along, len, fold }),
        _ => dispatch(Rows::<T, F, FEW_LANES, 1, false> { accs, data, from, across, along, len, fold }),
    }
}

/// Neighbouring results, `across` apart, each folded from one element per row; likewise for `STRIDE`. If the rows are `EVEN`,
/// as far from one to the next everywhere, their places are computed: looked up, they take a tenth longer.
struct Leaves<'a, T, F: Fold<T>, const STRIDE: isize, const EVEN: bool>
where
    T: Copy,
{
    accs: &'a mut [F::Acc],
    data: Ptr<T>,
    rows: &'a [isize],
    across: isize,
    fold: F,
}

impl<T: Copy, F: Fold<T>, const STRIDE: isize, const EVEN: bool> Kernel for Leaves<'_, T, F, STRIDE, EVEN> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Leaves { accs, data, rows, across, fold } = self;
        let across = if STRIDE == 0 { across } else { STRIDE };
        let (start, step) = (rows[0], rows.get(1).map_or(0, |second| second - rows[0]));
        for (chunk, accs) in accs.chunks_mut(F::LEAVES).enumerate() {
            let first = (chunk * F::LEAVES) as isize;
            fold.leaves(
                accs,
                rows.len(),
                // SAFETY: see `Elements::data`; `Fold` keeps to the number of rows and of results.
                #[inline(always)]
                |i, j| unsafe {
                    let row = if EVEN { start + i as isize * step } else { *rows.get_unchecked(i) };
                    *data.at(row + (first + j as isize) * across)
                },
            );
        }
    }
}

/// The elements of one result, as seen from the first, and how to fold them.
pub struct Elements<'a, T, F> {
    pub walk: &'a Walk<1>,
    /// The input; `In` has checked that every offset of the walk lies inside, and it is not written meanwhile.
    pub data: Ptr<T>,
    pub fold: F,
    /// Whether the input is so large that it has to come from memory.
    pub far: bool,
}

impl<T: Copy, F: Fold<T>> Elements<'_, T, F> {
    /// Folds the result whose first element lies at `first`.
    pub fn row(&self, first: isize) -> F::Acc {
        let mut acc = [self.fold.neutral()];
        self.rows(&mut acc, first, 0);
        acc[0]
    }

    /// Folds results whose first elements lie at `first`, `first + across`, …, each by itself.
    fn rows(&self, accs: &mut [F::Acc], first: isize, across: isize) {
        let Elements { walk, data, fold, far } = *self;
        let Axis { len, strides: [along] } = walk.run();
        let most = leaf::<T, F>(along);
        if len == walk.len() && len <= most {
            // SAFETY: see `Elements::data`.
            walk.for_each_run(|[r]| unsafe {
                fold_leaves(accs, data, [first + r, across, along], len, fold, far)
            });
            return;
        }
        for (row, acc) in accs.iter_mut().enumerate() {
            let mut cascade = Cascade::new(1);
            walk.for_each_run(|[r]| {
                for start in (0..len).step_by(most) {
                    let from = first + row as isize * across + r + start as isize * along;
                    let fill = |acc: &mut [F::Acc]| {
                        // SAFETY: see `Elements::data`.
                        unsafe { fold_leaves(acc, data, [from, 0, along], most.min(len - start), fold, far) }
                    };
                    cascade.push(fold.neutral(), fill, |a, b| fold.combine(a, b));
                }
            });
            *acc = cascade.finish(|a, b| fold.combine(a, b))[0];
        }
    }

    /// Folds `width` neighbouring results, whose first elements lie at `first`, `first + across`, ….
    fn columns(&self, first: isize, across: isize, width: usize, take: impl FnOnce(&[F::Acc])) {
        let Elements { walk, data, fold, .. } = *self;
        let mut cascade = Cascade::new(width);
        let mut push = |rows: &[isize], even: bool| {
            let fill = |accs: &mut [F::Acc]| match (across, even) {
                (1, true) => dispatch(Leaves::<T, F, 1, true> { accs, data, rows, across, fold }),
                (1, false) => dispatch(Leaves::<T, F, 1, false> { accs, data, rows, across, fold }),
                _ => dispatch(Leaves::<T, F, 0, false> { accs, data, rows, across, fold }),
            };
            cascade.push(fold.neutral(), fill, |a, b| fold.combine(a, b));
        };
        let (mut rows, mut filled) = ([0; ROUNDS], 0);
        let Axis { len, strides: [along] } = walk.run();
        walk.for_each_run(|[r]| {
            for i in 0..len as isize {
                rows[filled] = first + r + i * along;
                filled += 1;
                if filled == ROUNDS {
                    // Rows are even if all of them belong to one run.
                    push(&rows, i as usize >= ROUNDS - 1);
                    filled = 0;
                }
            }
        });
        if filled > 0 {
            push(&rows[..filled], len == walk.len());
        }
        take(cascade.finish(|a, b| fold.combine(a, b)));
    }

    /// Folds many results: `results` walks over their offsets in the output and those of their first elements.
    pub fn each(&self, results: &Walk<2>, sink: &Sink<'_, F::Acc>) {
        /// Results of horizontal folds that are handed over together.
        const BATCH: usize = 64;
        let Axis { len, strides: [stride, across] } = results.run();
        if is_vertical(results, self.walk) {
            results.for_each_run(|[o, x]| {
                for start in (0..len).step_by(COLUMNS) {
                    let (o, x) = (o + start as isize * stride, x + start as isize * across);
                    self.columns(x, across, COLUMNS.min(len - start), |accs| sink(o, stride, accs));
                }
            });
        } else {
            let mut accs = [self.fold.neutral(); BATCH];
            results.for_each_run(|[o, x]| {
                for start in (0..len).step_by(BATCH) {
                    let batch = &mut accs[..BATCH.min(len - start)];
                    self.rows(batch, x + start as isize * across, across);
                    sink(o + start as isize * stride, stride, batch);
                }
            });
        }
    }
}

/// Whether neighbouring results lie closer together than neighbouring elements of one result.
pub fn is_vertical(results: &Walk<2>, elements: &Walk<1>) -> bool {
    let (Axis { len, strides: [_, across] }, Axis { strides: [along], .. }) = (results.run(), elements.run());
    len > 1 && across.unsigned_abs() < along.unsigned_abs()
}
