//! Where the greatest or the least element is.
//!
//! Positions count the elements of one result in row-major order. Of several equal elements the first is meant,
//! and the first NaN beats every number.

use super::isa::{Kernel, dispatch};
use super::operand::{In, Out, Ptr};
use super::parallel;
use super::reduce::{By, LANES, fold_leaves};
use crate::layout::Layout;
use crate::layout::walk::{Axis, Walk};
use crate::order::Ordered;

/// Elements among which a winner is found before anybody asks where it is.
const BLOCK: usize = 16 * LANES;
/// From this many elements on, a search is worth waking threads for.
const PARALLEL_SIZE: usize = 1 << 17;

/// What the search goes through, and what it looks for.
#[derive(Clone, Copy)]
struct Search<'a, T, C> {
    /// The elements of one result in row-major order, as seen from the first.
    walk: &'a Walk<1>,
    /// The input; `In` has checked that every offset of the walk lies inside, and it is not written meanwhile.
    data: Ptr<T>,
    /// Loses against every element, or is equal to it.
    loser: T,
    /// The winner of two elements, the first if they are equal; NaN if either is.
    choose: C,
}

/// Whether `winner`, chosen from `best` and another, is the other.
#[inline(always)]
fn is_new<T: Ordered + PartialEq>(winner: T, best: T) -> bool {
    winner != best && !best.is_nan()
}

impl<T: Ordered + PartialEq + Send + Sync, C: Fn(T, T) -> T + Copy + Sync> Search<'_, T, C> {
    /// The position for the result whose first element lies at `first`: the block that has the winner, and then
    /// the winner in it.
    fn row(&self, first: isize) -> i64 {
        let Search { walk, data, loser, choose } = *self;
        let Axis { len, strides: [along] } = walk.run();
        let pick = By::new(
            loser,
            #[inline(always)]
            |x| x,
            choose,
        );
        let (mut best, mut block) = (loser, None);
        let mut at = 0;
        walk.for_each_run(|[r]| {
            for start in (0..len).step_by(BLOCK) {
                let (from, len) = (first + r + start as isize * along, BLOCK.min(len - start));
                let mut winner = [loser];
                // SAFETY: see `Search::data`.
                unsafe { fold_leaves(&mut winner, data, [from, 0, along], len, pick, false) };
                let winner = choose(best, winner[0]);
                if is_new(winner, best) || block.is_none() {
                    (best, block) = (winner, Some((at, Find { data, from, along, len, best: winner })));
                }
                at += len;
            }
        });
        block.map_or(0, |(at, find)| (at + dispatch(find)) as i64)
    }
}

/// The first of `len` elements, `along` apart, that is `best`, which one of them is; or the first NaN.
struct Find<T> {
    data: Ptr<T>,
    from: isize,
    along: isize,
    len: usize,
    best: T,
}

impl<T: Ordered + PartialEq> Kernel for Find<T> {
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        let Find { data, from, along, len, best } = self;
        let is_best = |i: usize| {
            // SAFETY: see `Search::data`.
            let x = unsafe { *data.at(from + i as isize * along) };
            x == best || x.is_nan()
        };
        // Whole vectors first, without a branch per element.
        let vectors = (0..len / LANES).map(|i| i * LANES);
        let start =
            vectors.clone().find(|start| (0..LANES).fold(false, |any, lane| any | is_best(start + lane)));
        let start = start.unwrap_or(len - len % LANES);
        (start..len).find(|&i| is_best(i)).unwrap_or(0)
    }
}

/// The positions for neighbouring results, at most [`LANES`], whose first elements lie `across` apart from
/// `first`. The elements of each are one run.
struct Columns<'a, T, C> {
    search: Search<'a, T, C>,
    first: isize,
    across: isize,
    width: usize,
}

impl<T: Ordered + PartialEq, C: Fn(T, T) -> T> Kernel for Columns<'_, T, C> {
    type Output = [i64; LANES];

    #[inline(always)]
    fn run(self) -> [i64; LANES] {
        let Columns { search: Search { walk, data, loser, choose }, first, across, width } = self;
        let Axis { len, strides: [along] } = walk.run();
        let (mut best, mut at) = ([loser; LANES], [0; LANES]);
        let mut row = |i: usize, width: usize| {
            for j in 0..width {
                // SAFETY: see `Search::data`.
                let x = unsafe { *data.at(first + i as isize * along + j as isize * across) };
                let winner = choose(best[j], x);
                at[j] = if is_new(winner, best[j]) { i as i64 } else { at[j] };
                best[j] = winner;
            }
        };
        for i in 0..len {
            // A width known to the compiler.
            if width == LANES { row(i, LANES) } else { row(i, width) }
        }
        at
    }
}

/// The position of the element that `choose` picks from all, which are some, in row-major order. `loser` loses
/// against every element, or is equal to it.
pub fn position<T: Ordered + PartialEq + Send + Sync>(
    a: In<'_, T>,
    loser: T,
    choose: impl Fn(T, T) -> T + Copy + Sync,
) -> usize {
    let walk = &Walk::in_order([a.layout()]);
    Search { walk, data: a.ptr(), loser, choose }.row(0) as usize
}

/// The positions of the elements that `choose` picks along an axis of a size other than 0; `out` has the shape of
/// the other axes. `loser` loses against every element, or is equal to it.
pub fn positions_along<T: Ordered + PartialEq + Send + Sync>(
    mut out: Out<'_, i64>,
    a: In<'_, T>,
    axis: usize,
    loser: T,
    choose: impl Fn(T, T) -> T + Copy + Sync,
) {
    let layout = a.layout();
    let first = layout.without_axis(axis, 0);
    assert_eq!(out.layout().shape(), first.shape(), "the result has the shape of the other axes");
    let lane = Layout::from_parts(
        [layout.shape()[axis]].into_iter().collect(),
        [layout.strides()[axis]].into_iter().collect(),
        0,
    );
    let (results, walk) = (Walk::new([out.layout(), &first]), &Walk::in_order([&lane]));
    let (out, search) = (out.ptr(), Search { walk, data: a.ptr(), loser, choose });
    let [along] = walk.run().strides;
    let Axis { len, strides: [stride, across] } = results.run();
    let vertical = len > 1 && across.unsigned_abs() < along.unsigned_abs();
    let each = |results: &Walk<2>| {
        let len = results.run().len;
        results.for_each_run(|[o, x]| {
            for start in (0..len).step_by(LANES) {
                let (x, width) = (x + start as isize * across, LANES.min(len - start));
                let positions = if vertical {
                    dispatch(Columns { search, first: x, across, width })
                } else {
                    std::array::from_fn(|j| if j < width { search.row(x + j as isize * across) } else { 0 })
                };
                for (j, &position) in positions.iter().take(width).enumerate() {
                    // SAFETY: `Out` has checked the results' offsets, and each result is written by one task.
                    unsafe { *out.at(o + (start + j) as isize * stride) = position };
                }
            }
        });
    };
    let count = results.len();
    let parts = if layout.size() < PARALLEL_SIZE { 1 } else { (4 * parallel::num_threads()).min(count) };
    parallel::for_each_task(parts, |i| each(&results.part(i, parts)));
}
