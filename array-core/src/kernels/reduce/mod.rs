//! Reductions: many elements into one, along some axes.
//!
//! Every reduction is a balanced tree whose form depends on shape and strides alone: sums are as
//! accurate as pairwise summation (error ≤ 2·log₂ n · ε · Σ|x|), and threads never change a bit.
//!
//! Two loops do all the work. Where a reduced axis is the one that lies closest in memory, each result is
//! folded by itself (*horizontally*); where a kept axis is, whole rows of results are folded at once
//! (*vertically*). Either way the elements of one leaf of the tree are few enough to stay in the first-level
//! cache, so that a [`Fold`] may look at them more than once and still read memory once.

mod cascade;
mod lanes;
mod loops;
mod moments;
mod sum_exp;

pub use cascade::Cascade;
pub use lanes::{FEW_LANES, LANES, MOST, ROUNDS, absorb_all, fold_lanes, fold_rows};
pub(super) use loops::fold_leaves;
pub use moments::{FoldMoments, Moments};
pub use sum_exp::{ExpSum, SumExp, shift};

use super::operand::{In, Out, Ptr};
use super::parallel;
use crate::layout::Layout;
use crate::layout::walk::{Axis, Walk};
use loops::{COLUMNS, Elements, is_vertical};

/// How to fold elements of type `T` into one. The order of elements is not kept.
///
/// # Safety
/// [`Fold::leaf`] and [`Fold::leaves`] ask for no element beyond the bounds they are given.
pub unsafe trait Fold<T: Copy>: Copy + Sync {
    /// What the elements are folded in.
    type Acc: Copy + Send + Sync;
    /// Elements side by side that a leaf holds at most.
    const LEAF: usize = MOST;
    /// Neighbouring leaves that are folded at once at most.
    const LEAVES: usize = LANES;
    /// The result for no elements.
    fn neutral(self) -> Self::Acc;
    /// The result for one element.
    fn lift(self, x: T) -> Self::Acc;
    /// Joins two results.
    fn combine(self, a: Self::Acc, b: Self::Acc) -> Self::Acc;

    /// The result for one leaf: the elements `get(0)`, `get(STEP)`, …, `get((n − 1)·STEP)`. The parameters are those
    /// of [`fold_lanes`].
    #[inline(always)]
    fn leaf<const L: usize, const STEP: usize>(
        self,
        n: usize,
        get: impl Fn(usize) -> T + Copy,
        ahead: impl Fn(usize),
    ) -> Self::Acc {
        fold_lanes::<_, L, STEP>(
            n,
            self.neutral(),
            ahead,
            #[inline(always)]
            |acc, i| self.combine(acc, self.lift(get(i))),
            #[inline(always)]
            |a, b| self.combine(a, b),
        )
    }

    /// The results of neighbouring leaves, at most [`Fold::LEAVES`]: `accs[j]` for the elements `get(0, j)`, …,
    /// `get(rows − 1, j)`.
    #[inline(always)]
    fn leaves(self, accs: &mut [Self::Acc], rows: usize, get: impl Fn(usize, usize) -> T + Copy) {
        fold_rows(
            accs,
            rows,
            self.neutral(),
            #[inline(always)]
            |acc, i, j| self.combine(acc, self.lift(get(i, j))),
        );
    }
}

/// A fold by a function of two results that has a neutral element, such as addition and 0.
#[derive(Clone, Copy)]
pub struct By<A, L, C> {
    neutral: A,
    lift: L,
    combine: C,
}

impl<A, L, C> By<A, L, C> {
    /// From the result for no elements, that for one, and the joint one of two. Mark closures
    /// `#[inline(always)]`.
    pub fn new(neutral: A, lift: L, combine: C) -> Self {
        By { neutral, lift, combine }
    }
}

// SAFETY: the given `leaf` and `leaves` keep to the bounds.
unsafe impl<T, A, L, C> Fold<T> for By<A, L, C>
where
    T: Copy,
    A: Copy + Send + Sync,
    L: Fn(T) -> A + Copy + Sync,
    C: Fn(A, A) -> A + Copy + Sync,
{
    type Acc = A;
    const LEAVES: usize = COLUMNS;
    #[inline(always)]
    fn neutral(self) -> A {
        self.neutral
    }
    #[inline(always)]
    fn lift(self, x: T) -> A {
        (self.lift)(x)
    }
    #[inline(always)]
    fn combine(self, a: A, b: A) -> A {
        (self.combine)(a, b)
    }
}

/// Elements folded by one task.
const TASK: usize = 1 << 16;
/// From this many elements on, a reduction is worth waking threads for.
const PARALLEL_SIZE: usize = 1 << 17;
/// Up to so many results, the elements of each are dealt out to threads, and not the results.
const FEW_ROWS: usize = 16;
/// Where results lie side by side, so many elements of each are dealt out at least: every task goes through whole rows,
/// as they lie in memory, and what joins its results to the others' costs little.
const TASK_ROWS: usize = 256;

/// So many bytes come from memory, whatever was done with them before.
const FAR_BYTES: usize = 1 << 25;

/// Folds all elements of `a` into one.
pub fn fold_all<T: Copy + Send + Sync, F: Fold<T>>(a: In<'_, T>, fold: F) -> F::Acc {
    let (walk, data, size) = (Walk::new([a.layout()]), a.ptr(), a.layout().size());
    let far = size * size_of::<T>() >= FAR_BYTES;
    if size < PARALLEL_SIZE {
        return Elements { walk: &walk, data, fold, far }.row(0);
    }
    let parts = size.div_ceil(TASK);
    let mut partials = vec![fold.neutral(); parts];
    let slots = Ptr(partials.as_mut_ptr());
    parallel::for_each_task(parts, |part| {
        let acc = Elements { walk: &walk.part(part, parts), data, fold, far }.row(0);
        // SAFETY: every part has a slot of its own.
        unsafe { *slots.at(part as isize) = acc };
    });
    join(&partials, 1, fold).first().copied().unwrap_or(fold.neutral())
}

/// Joins rows of `width` partial results into one row.
fn join<T: Copy, F: Fold<T>>(partials: &[F::Acc], width: usize, fold: F) -> Vec<F::Acc> {
    let mut cascade = Cascade::new(width);
    for row in partials.chunks_exact(width) {
        cascade.push(fold.neutral(), |slots| slots.copy_from_slice(row), |a, b| fold.combine(a, b));
    }
    cascade.finish(|a, b| fold.combine(a, b)).to_vec()
}

/// Folds `a` along the axes marked in `reduced`; `out` has the shape of the axes that are left.
pub fn fold_axes<T: Copy + Send + Sync, O: Send + Sync, F: Fold<T>>(
    mut out: Out<'_, O>,
    a: In<'_, T>,
    reduced: &[bool],
    fold: F,
    finish: impl Fn(F::Acc) -> O + Copy + Sync,
) {
    let (to, out) = (out.layout(), out.ptr());
    fold_into(to, a, reduced, fold, &|o, stride, accs| {
        for (j, &acc) in accs.iter().enumerate() {
            // SAFETY: `Out` has checked the results' offsets, and each result is handed over once.
            unsafe { *out.at(o + j as isize * stride) = finish(acc) };
        }
    });
}

/// Takes some results and where they belong: the offset of the first in the output, and the stride from each
/// to the next. Every result is handed over once.
type Sink<'a, A> = dyn Fn(isize, isize, &[A]) + Sync + 'a;

/// Folds `a` along the axes marked in `reduced`; `to` is the layout of the results.
fn fold_into<T: Copy + Send + Sync, F: Fold<T>>(
    to: &Layout,
    a: In<'_, T>,
    reduced: &[bool],
    fold: F,
    sink: &Sink<'_, F::Acc>,
) {
    let (first, inner) = a.layout().parted(|axis| !reduced[axis]);
    assert_eq!(to.shape(), first.shape(), "the result has the shape of the axes that are left");
    let (data, walk, results) = (a.ptr(), &Walk::new([&inner]), &Walk::new([to, &first]));
    let (count, size) = (to.size(), a.layout().size());
    let far = size * size_of::<T>() >= FAR_BYTES;
    if size < PARALLEL_SIZE {
        return Elements { walk, data, fold, far }.each(results, sink);
    }
    let parts = match is_vertical(results, walk) {
        true => (size / count.max(1) / TASK_ROWS).min(size / TASK),
        false if count <= FEW_ROWS => size.div_ceil(TASK),
        false => 1,
    };
    if parts <= 1 {
        // Results do not depend on each other, so how they are dealt out changes none of them.
        let parts = (4 * parallel::num_threads()).min(count).min(size / (PARALLEL_SIZE / 4));
        return parallel::for_each_task(parts, |i| {
            Elements { walk, data, fold, far }.each(&results.part(i, parts), sink);
        });
    }
    let numbers = Layout::contiguous(to.shape());
    let results = &Walk::new([&numbers, &first]);
    let mut partials = vec![fold.neutral(); parts * count];
    let slots = Ptr(partials.as_mut_ptr());
    parallel::for_each_task(parts, |part| {
        let own = (part * count) as isize;
        let sink: &Sink<'_, F::Acc> = &|number, stride, accs| {
            for (j, &acc) in accs.iter().enumerate() {
                // SAFETY: `numbers` counts the results, and every part has as many slots of its own.
                unsafe { *slots.at(own + number + j as isize * stride) = acc };
            }
        };
        Elements { walk: &walk.part(part, parts), data, fold, far }.each(results, sink);
    });
    let joined = join(&partials, count, fold);
    let walk = Walk::new([to, &numbers]);
    let Axis { len, strides: [stride, step] } = walk.run();
    walk.for_each_run(|[o, number]| match step {
        1 => sink(o, stride, &joined[number as usize..][..len]),
        _ => (0..len as isize).for_each(|j| {
            sink(o + j * stride, stride, &joined[(number + j * step) as usize..][..1]);
        }),
    });
}
