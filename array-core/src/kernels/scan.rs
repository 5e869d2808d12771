//! Running results along an axis: `out[i]` is `a[0]`, …, `a[i]` folded.
//!
//! Elements are folded in runs, runs in blocks, and blocks in a [`Cascade`], so that the error of a running sum
//! is bounded as that of a sum is: by 2·log₂(i)·ε·Σ|x|.
//!
//! Within a run, every element takes in the one before it, then the one two before, then four: whole vectors at once,
//! none of which waits for its neighbour. G. Hillis and W. Steele, "Data Parallel Algorithms", CACM 29 (1986).

use super::isa::{Kernel, dispatch};
use super::operand::{In, Out, Ptr};
use super::parallel;
use super::reduce::{Cascade, Fold};
use crate::layout::walk::{Axis, Walk};

/// Elements of a run.
const RUN: usize = 16;
/// Elements of a block.
const BLOCK: usize = 8 * RUN;
/// Neighbouring lanes that are scanned at once.
const COLUMNS: usize = 1024;
/// From this many elements on, a scan is worth waking threads for.
const PARALLEL_SIZE: usize = 1 << 17;

/// Where results and elements are, and how to fold them. `In` and `Out` have checked that every offset lies inside;
/// inputs are not written meanwhile, and each lane of the output is written by one task.
struct Scan<T, O, F, G> {
    /// The axis the lanes of (output, input) lie along.
    along: Axis<2>,
    out: Ptr<O>,
    data: Ptr<T>,
    fold: F,
    finish: G,
}

impl<T: Copy, O, F: Fold<T>, G: Fn(F::Acc) -> O> Scan<T, O, F, G> {
    fn lane(&self, [o, x]: [isize; 2]) {
        let Axis { len, strides: [to, from] } = self.along;
        let combine = |a, b| self.fold.combine(a, b);
        let mut cascade = Cascade::new(1);
        let mut before = [self.fold.neutral()];
        for start in (0..len).step_by(BLOCK) {
            let at = [o + start as isize * to, x + start as isize * from];
            let total = dispatch(Block { scan: self, at, len: BLOCK.min(len - start), before: before[0] });
            cascade.push(total, |slot| slot[0] = total, combine);
            cascade.total(&mut before, combine);
        }
    }

    /// Scans `width` neighbouring lanes row by row.
    fn columns(&self, [o, x]: [isize; 2], width: usize, across: [isize; 2]) {
        let Axis { len, strides: [to, from] } = self.along;
        let combine = |a, b| self.fold.combine(a, b);
        let mut cascade = Cascade::new(width);
        let mut before = vec![self.fold.neutral(); width];
        for start in (0..len).step_by(RUN) {
            let scan_rows = |local: &mut [F::Acc]| {
                local.fill(self.fold.neutral());
                for i in start..len.min(start + RUN) {
                    let at = [o + i as isize * to, x + i as isize * from];
                    dispatch(Row { scan: self, at, across, before: &before, local });
                }
            };
            cascade.push(self.fold.neutral(), scan_rows, combine);
            cascade.total(&mut before, combine);
        }
    }
}

/// At most [`BLOCK`] elements, which come after ones that fold to `before`. Computes what they fold to.
struct Block<'a, T, O, F: Fold<T>, G>
where
    T: Copy,
{
    scan: &'a Scan<T, O, F, G>,
    at: [isize; 2],
    len: usize,
    before: F::Acc,
}

impl<T: Copy, O, F: Fold<T>, G: Fn(F::Acc) -> O> Kernel for Block<'_, T, O, F, G> {
    type Output = F::Acc;

    #[inline(always)]
    fn run(self) -> F::Acc {
        // A length and strides known to the compiler.
        match (self.len, self.scan.along.strides) {
            (BLOCK, [1, 1]) => self.scan(BLOCK, [1, 1]),
            (len, strides) => self.scan(len, strides),
        }
    }
}

impl<T: Copy, O, F: Fold<T>, G: Fn(F::Acc) -> O> Block<'_, T, O, F, G> {
    #[inline(always)]
    fn scan(&self, len: usize, [to, from]: [isize; 2]) -> F::Acc {
        let Block { scan: &Scan { out, data, fold, ref finish, .. }, at: [o, x], before, .. } = *self;
        let mut local = [fold.neutral(); BLOCK];
        let mut runs = fold.neutral();
        for (start, place) in (0..len).step_by(RUN).zip(local.as_chunks_mut::<RUN>().0) {
            let mut run = [fold.neutral(); RUN];
            for (i, acc) in run.iter_mut().enumerate().take(len - start) {
                // SAFETY: see `Scan`.
                *acc = fold.lift(unsafe { *data.at(x + (start + i) as isize * from) });
            }
            let run = self.folded(run);
            let before = fold.combine(before, runs);
            for (place, acc) in place.iter_mut().zip(run) {
                *place = fold.combine(before, acc);
            }
            runs = fold.combine(runs, run[RUN - 1]);
        }
        if to != 1 {
            for (at, &acc) in local[..len].iter().enumerate() {
                // SAFETY: see `Scan`.
                unsafe { *out.at(o + at as isize * to) = finish(acc) };
            }
            return runs;
        }
        // SAFETY: see `Scan`.
        for (out, acc) in unsafe { out.slice_mut(o, len) }.iter_mut().zip(local) {
            *out = finish(acc);
        }
        runs
    }

    /// The elements of a run with those before them folded in. By value and with loops over all of it: that is what the
    /// compiler turns into shuffles of vectors.
    #[inline(always)]
    fn folded(&self, mut run: [F::Acc; RUN]) -> [F::Acc; RUN] {
        let fold = self.scan.fold;
        let mut distance = 1;
        while distance < RUN {
            let mut before = [fold.neutral(); RUN];
            before[distance..].copy_from_slice(&run[..RUN - distance]);
            for i in 0..RUN {
                run[i] = fold.combine(before[i], run[i]);
            }
            distance *= 2;
        }
        run
    }
}

/// One row of neighbouring lanes. `local` is what the rows of the same run fold to, `before` what all earlier
/// ones do.
struct Row<'a, T, O, F: Fold<T>, G>
where
    T: Copy,
{
    scan: &'a Scan<T, O, F, G>,
    at: [isize; 2],
    across: [isize; 2],
    before: &'a [F::Acc],
    local: &'a mut [F::Acc],
}

impl<T: Copy, O, F: Fold<T>, G: Fn(F::Acc) -> O> Kernel for Row<'_, T, O, F, G> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Row { scan: Scan { out, data, fold, finish, .. }, at: [o, x], across, before, local } = self;
        let step = |new: T, before: F::Acc, acc: &mut F::Acc| {
            *acc = fold.combine(*acc, fold.lift(new));
            finish(fold.combine(before, *acc))
        };
        if across == [1, 1] {
            // SAFETY: see `Scan`.
            let (out, data) = unsafe { (out.slice_mut(o, before.len()), data.slice(x, before.len())) };
            for (((out, &new), &before), acc) in out.iter_mut().zip(data).zip(before).zip(local) {
                *out = step(new, before, acc);
            }
        } else {
            for (j, (&before, acc)) in before.iter().zip(local).enumerate() {
                let j = j as isize;
                // SAFETY: see `Scan`.
                unsafe { *out.at(o + j * across[0]) = step(*data.at(x + j * across[1]), before, acc) };
            }
        }
    }
}

/// `finish` of what the elements up to each along `axis` fold to; `out` has the shape of `a`.
pub fn scan<T: Copy + Send + Sync, O: Send + Sync, F: Fold<T>>(
    mut out: Out<'_, O>,
    a: In<'_, T>,
    axis: usize,
    fold: F,
    finish: impl Fn(F::Acc) -> O + Copy + Sync,
) {
    let (to, from) = (out.layout(), a.layout());
    assert_eq!(to.shape(), from.shape(), "the result has the shape of the input");
    let along = Axis { len: from.shape()[axis], strides: [to.strides()[axis], from.strides()[axis]] };
    if along.len == 0 {
        return;
    }
    let lanes = Walk::new([&to.without_axis(axis, 0), &from.without_axis(axis, 0)]);
    let scan = Scan { along, out: out.ptr(), data: a.ptr(), fold, finish };
    let across = lanes.run().strides;
    let vertical = lanes.run().len > 1 && across[0].unsigned_abs() < along.strides[0].unsigned_abs();
    let each = |lanes: &Walk<2>| {
        let len = lanes.run().len;
        lanes.for_each_run(|[o, x]| {
            if vertical {
                for start in (0..len).step_by(COLUMNS) {
                    let at = [o + start as isize * across[0], x + start as isize * across[1]];
                    scan.columns(at, COLUMNS.min(len - start), across);
                }
            } else {
                for j in 0..len as isize {
                    scan.lane([o + j * across[0], x + j * across[1]]);
                }
            }
        });
    };
    let count = lanes.len();
    let parts = if from.size() < PARALLEL_SIZE { 1 } else { (4 * parallel::num_threads()).min(count) };
    parallel::for_each_task(parts, |i| each(&lanes.part(i, parts)));
}
