//! Reductions: many elements into one, along some axes.
//!
//! Every reduction is a balanced tree whose form depends on shape and strides alone: sums are as
//! accurate as pairwise summation (error ≤ 2·log₂ n · ε · Σ|x|), and threads never change a bit.
//!
//! Two loops do all the work. Where a reduced axis is the one that lies closest in memory, each result is
//! folded by itself (*horizontally*); where a kept axis is, whole rows of results are folded at once
//! (*vertically*).

use super::isa::{Kernel, dispatch};
use super::operand::{In, Out, Ptr};
use super::parallel;
use crate::layout::Layout;
use crate::layout::walk::Walk;

/// How to fold elements of type `T` into one.
pub trait Fold<T>: Copy + Sync {
    /// What the elements are folded in.
    type Acc: Copy + Send + Sync;
    /// The result for no elements.
    fn identity(self) -> Self::Acc;
    /// Takes in one element.
    fn absorb(self, acc: Self::Acc, x: T) -> Self::Acc;
    /// Joins two results; the left one comes from earlier elements.
    fn combine(self, left: Self::Acc, right: Self::Acc) -> Self::Acc;
}

/// Independent accumulators of a horizontal fold: four vectors of the widest kind in flight.
const LANES: usize = 64;
/// Elements folded by one set of lanes: each lane takes 16 in sequence.
const BLOCK: usize = 16 * LANES;
/// Elements folded by one task: a power of two of blocks, so that tasks are subtrees of the whole.
const TASK: usize = 64 * BLOCK;
/// Rows that a vertical fold takes in sequence.
const ROWS: usize = 16;
/// Results that a vertical fold works on at once, so that they stay in the first-level cache.
const COLUMNS: usize = 1024;
/// From this many elements on, a reduction is worth waking threads for.
const PARALLEL_SIZE: usize = 1 << 17;

/// Joins partial results pairwise, as they come: after 2^k of them they form a balanced tree.
struct Cascade<A> {
    /// Partial results with the number of leaves below each; numbers descend.
    stack: Vec<(A, usize)>,
}

impl<A> Cascade<A> {
    #[inline(always)]
    fn new() -> Self {
        Cascade { stack: Vec::new() }
    }

    #[inline(always)]
    fn push(&mut self, mut partial: A, combine: impl Fn(A, A) -> A) {
        let mut leaves = 1;
        while let Some((left, n)) = self.stack.pop() {
            if n != leaves {
                self.stack.push((left, n));
                break;
            }
            partial = combine(left, partial);
            leaves += n;
        }
        self.stack.push((partial, leaves));
    }

    #[inline(always)]
    fn finish(mut self, combine: impl Fn(A, A) -> A) -> Option<A> {
        let (mut result, _) = self.stack.pop()?;
        while let Some((left, _)) = self.stack.pop() {
            result = combine(left, result);
        }
        Some(result)
    }
}

/// Folds at most [`BLOCK`] elements with `L` accumulators, then the accumulators as a tree.
#[inline(always)]
fn fold_block<T, F: Fold<T>, const L: usize>(n: usize, get: impl Fn(usize) -> T, fold: F) -> F::Acc {
    let mut lanes = [fold.identity(); L];
    let full = n - n % L;
    let mut at = 0;
    while at < full {
        for (lane, acc) in lanes.iter_mut().enumerate() {
            *acc = fold.absorb(*acc, get(at + lane));
        }
        at += L;
    }
    for (lane, acc) in lanes.iter_mut().enumerate().take(n - full) {
        *acc = fold.absorb(*acc, get(full + lane));
    }
    let mut width = L / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = fold.combine(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// Folds `n` elements.
#[inline(always)]
fn fold_run<T, F: Fold<T>>(n: usize, get: impl Fn(usize) -> T, fold: F) -> F::Acc {
    if n < LANES {
        return fold_block::<T, F, 8>(n, get, fold);
    }
    if n <= BLOCK {
        return fold_block::<T, F, LANES>(n, get, fold);
    }
    let mut cascade = Cascade::new();
    for start in (0..n).step_by(BLOCK) {
        let len = BLOCK.min(n - start);
        let partial = fold_block::<T, F, LANES>(
            len,
            #[inline(always)]
            |i| get(start + i),
            fold,
        );
        cascade.push(partial, |a, b| fold.combine(a, b));
    }
    cascade.finish(|a, b| fold.combine(a, b)).unwrap_or(fold.identity())
}

/// Folds one run of constant stride.
struct Run<T, F> {
    data: Ptr<T>,
    start: isize,
    stride: isize,
    len: usize,
    fold: F,
}

impl<T: Copy, F: Fold<T>> Kernel for Run<T, F> {
    type Output = F::Acc;

    #[inline(always)]
    fn run(self) -> F::Acc {
        let Run { data, start, stride, len, fold } = self;
        if stride == 1 {
            // SAFETY: the run's offsets were checked by `In`, and inputs are not written while borrowed.
            let xs = unsafe { data.slice(start, len) };
            fold_run(
                len,
                #[inline(always)]
                |i| xs[i],
                fold,
            )
        } else {
            // SAFETY: as above.
            fold_run(
                len,
                #[inline(always)]
                |i| unsafe { *data.at(start + i as isize * stride) },
                fold,
            )
        }
    }
}

/// Folds each result by itself: `kept` walks over (result, first element), `reduced` over a result's elements.
struct Horizontal<'a, T, O, F, G> {
    kept: &'a Walk<2>,
    reduced: &'a Walk<1>,
    data: Ptr<T>,
    out: Ptr<O>,
    fold: F,
    finish: G,
}

impl<T: Copy, O, F: Fold<T>, G: Fn(F::Acc) -> O> Kernel for Horizontal<'_, T, O, F, G> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Horizontal { kept, reduced, data, out, fold, finish } = self;
        let (results, run) = (kept.run(), reduced.run());
        kept.for_each_run(|[o, x]| {
            for i in 0..results.len as isize {
                let first = x + i * results.strides[1];
                let mut cascade = Cascade::new();
                let mut single = None;
                reduced.for_each_run(|[r]| {
                    let stride = run.strides[0];
                    let acc = Run { data, start: first + r, stride, len: run.len, fold }.run();
                    if let Some(before) = single.replace(acc) {
                        cascade.push(before, |a, b| fold.combine(a, b));
                    }
                });
                let acc = match single {
                    None => fold.identity(),
                    Some(last) if cascade.stack.is_empty() => last,
                    Some(last) => {
                        cascade.push(last, |a, b| fold.combine(a, b));
                        cascade.finish(|a, b| fold.combine(a, b)).unwrap_or(last)
                    }
                };
                // SAFETY: `Out` has checked the result's offset, and each result is written by one task.
                unsafe { *out.at(o + i * results.strides[0]) = finish(acc) };
            }
        });
    }
}

/// Folds rows of neighbouring results at once.
struct Vertical<'a, T, O, F, G> {
    kept: &'a Walk<2>,
    reduced: &'a Walk<1>,
    data: Ptr<T>,
    out: Ptr<O>,
    fold: F,
    finish: G,
}

impl<T: Copy, O, F: Fold<T>, G: Fn(F::Acc) -> O> Kernel for Vertical<'_, T, O, F, G> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Vertical { kept, reduced, data, out, fold, finish } = self;
        let (results, run) = (kept.run(), reduced.run());
        let [out_stride, stride] = results.strides;
        kept.for_each_run(|[o, x]| {
            for column in (0..results.len).step_by(COLUMNS) {
                let width = COLUMNS.min(results.len - column);
                let first = x + column as isize * stride;
                let mut cascade = Cascade::new();
                let mut acc = vec![fold.identity(); width];
                let mut rows = 0;
                let join = |mut left: Vec<F::Acc>, right: Vec<F::Acc>| {
                    for (l, r) in left.iter_mut().zip(right) {
                        *l = fold.combine(*l, r);
                    }
                    left
                };
                reduced.for_each_run(|[r]| {
                    for i in 0..run.len as isize {
                        if rows == ROWS {
                            let full = std::mem::replace(&mut acc, vec![fold.identity(); width]);
                            cascade.push(full, join);
                            rows = 0;
                        }
                        rows += 1;
                        let row = first + r + i * run.strides[0];
                        if stride == 1 {
                            // SAFETY: `In` has checked these offsets, and inputs are not written while borrowed.
                            let xs = unsafe { data.slice(row, width) };
                            for (acc, &x) in acc.iter_mut().zip(xs) {
                                *acc = fold.absorb(*acc, x);
                            }
                        } else {
                            for (j, acc) in acc.iter_mut().enumerate() {
                                // SAFETY: as above.
                                *acc = fold.absorb(*acc, unsafe { *data.at(row + j as isize * stride) });
                            }
                        }
                    }
                });
                cascade.push(acc, join);
                for (j, acc) in cascade.finish(join).into_iter().flatten().enumerate() {
                    // SAFETY: `Out` has checked the result's offset, and each result is written by one task.
                    unsafe { *out.at(o + (column + j) as isize * out_stride) = finish(acc) };
                }
            }
        });
    }
}

/// Folds `a` along the axes marked in `reduced`; `out` has the shape of the axes that are left.
pub fn reduce<T, O, F>(
    mut out: Out<'_, O>,
    a: In<'_, T>,
    reduced: &[bool],
    fold: F,
    finish: impl Fn(F::Acc) -> O + Copy + Sync,
) where
    T: Copy + Send + Sync,
    O: Send + Sync,
    F: Fold<T>,
{
    let (first, inner) = a.layout().split_axes(reduced);
    assert_eq!(out.layout().shape(), first.shape(), "the result has the shape of the axes that are left");
    let (kept, reduced) = (Walk::new([out.layout(), &first]), Walk::new([&inner]));
    let (data, out) = (a.ptr(), out.ptr());
    let size = kept.len() * reduced.len();
    if size == 0 {
        return dispatch(Horizontal { kept: &kept, reduced: &reduced, data, out, fold, finish });
    }
    let (results, run) = (kept.run(), reduced.run());

    if kept.len() == 1 && run.len == size && size > TASK {
        // One long run into one result: the tasks are the subtrees.
        let tasks = size.div_ceil(TASK);
        let mut partials = vec![fold.identity(); tasks];
        let slots = Ptr(partials.as_mut_ptr());
        let (mut origin, mut target) = (0, 0);
        kept.for_each_run(|[o, x]| (target, origin) = (o, x));
        reduced.for_each_run(|[r]| origin += r);
        let stride = run.strides[0];
        parallel::for_each_task(tasks, |i| {
            let (start, len) = (origin + (i * TASK) as isize * stride, TASK.min(size - i * TASK));
            // SAFETY: slot `i` exists and belongs to task `i` alone.
            unsafe { *slots.at(i as isize) = dispatch(Run { data, start, stride, len, fold }) };
        });
        let mut cascade = Cascade::new();
        partials.into_iter().for_each(|partial| cascade.push(partial, |a, b| fold.combine(a, b)));
        let acc = cascade.finish(|a, b| fold.combine(a, b)).unwrap_or(fold.identity());
        // SAFETY: the one result, whose offset `Out` has checked.
        unsafe { *out.at(target) = finish(acc) };
        return;
    }

    let vertical = results.len > 1 && results.strides[1].unsigned_abs() < run.strides[0].unsigned_abs();
    let fold_part = |kept: &Walk<2>| {
        if vertical {
            dispatch(Vertical { kept, reduced: &reduced, data, out, fold, finish });
        } else {
            dispatch(Horizontal { kept, reduced: &reduced, data, out, fold, finish });
        }
    };
    if size < PARALLEL_SIZE || kept.len() == 1 {
        fold_part(&kept);
    } else {
        // Results do not depend on each other, so how they are dealt out changes none of them.
        let parts = (4 * parallel::num_threads()).min(kept.len()).min(size / (PARALLEL_SIZE / 4));
        parallel::for_each_task(parts, |i| fold_part(&kept.part(i, parts)));
    }
}

impl Layout {
    /// Splits into the axes that stay, and the marked axes as seen from offset 0.
    fn split_axes(&self, marked: &[bool]) -> (Layout, Layout) {
        let pick = |wanted: bool, offset: usize| {
            let axes = (0..self.ndim()).filter(|&axis| marked[axis] == wanted);
            let (shape, strides) = axes.map(|axis| (self.shape()[axis], self.strides()[axis])).unzip();
            Layout::from_parts(shape, strides, offset)
        };
        (pick(false, self.offset()), pick(true, 0))
    }
}
