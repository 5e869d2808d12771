//! Pools: one number per window of each plane of an image.

use std::array::from_fn;
use std::ops::Range;

use super::isa::{Kernel, dispatch};
use super::operand::Ptr;
use super::parallel;
use crate::element::{Float, Num};
use crate::layout::window::Window;
use crate::order::Ordered;

/// Elements per task, and from twice this number on, tasks are worth waking threads for.
const TASK: usize = 1 << 15;

/// Windows along height and width, the size of a plane, and the number of places.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    pub windows: [Window; 2],
    pub size: [usize; 2],
    pub places: [usize; 2],
}

impl Pool {
    fn input_len(&self) -> usize {
        self.size[0] * self.size[1]
    }

    fn output_len(&self) -> usize {
        self.places[0] * self.places[1]
    }
}

/// The greatest element of every window and where it lies in its plane. Of equals the first counts, of NaNs the last.
///
/// Every window must show at least one element.
pub fn max<T: Float>(pool: &Pool, values: &mut [T], positions: &mut [u32], x: &[T]) {
    let (input, output) = (pool.input_len(), pool.output_len());
    let planes = values.len() / output.max(1);
    assert!(
        positions.len() == planes * output && values.len() == planes * output && x.len() == planes * input
    );
    let (values, positions) = (Ptr(values.as_mut_ptr()), Ptr(positions.as_mut_ptr()));
    for_each_range(planes, input, |range| {
        let (start, len) = ((range.start * output) as isize, range.len() * output);
        // SAFETY: the lengths were checked above; no two ranges have a plane in common.
        let (values, positions) = unsafe { (values.slice_mut(start, len), positions.slice_mut(start, len)) };
        dispatch(Max { pool, values, positions, x: &x[range.start * input..range.end * input] });
    });
}

/// Calls `f` with ranges of planes that cover all of them, on threads if there is enough to do.
fn for_each_range(planes: usize, input: usize, f: impl Fn(Range<usize>) + Sync) {
    if planes * input < 2 * TASK {
        return f(0..planes);
    }
    let per_task = (TASK / input).max(1);
    parallel::for_each_task(planes.div_ceil(per_task), |task| {
        f(task * per_task..planes.min((task + 1) * per_task));
    });
}

struct Max<'a, T> {
    pool: &'a Pool,
    values: &'a mut [T],
    positions: &'a mut [u32],
    x: &'a [T],
}

/// Neighbouring places that are worked on at once: a vector of the widest kind.
const LANES: usize = 16;

impl<T: Float> Kernel for Max<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // The distance of places is a constant in the usual cases, so that they are vectorised.
        match self.pool.windows[1].stride {
            1 => self.of_stride::<1>(),
            2 => self.of_stride::<2>(),
            3 => self.of_stride::<3>(),
            _ => self.of_stride::<0>(),
        }
    }
}

impl<T: Float> Max<'_, T> {
    /// All planes; a `STRIDE` of 0 stands for any.
    #[inline(always)]
    fn of_stride<const STRIDE: usize>(self) {
        let Max { pool, values, positions, x } = self;
        let Pool { windows: [high, wide], size: [height, width], places: [rows, columns] } = *pool;
        // The places whose windows lie inside along the width.
        let first = wide.inside(0..columns, 0, width).start;
        let last = wide.inside(0..columns, wide.size.saturating_sub(1), width).end.max(first);
        let whole = if STRIDE == 0 { 0..0 } else { first..last };
        for plane in 0..values.len().checked_div(rows * columns).unwrap_or(0) {
            let x = &x[plane * pool.input_len()..];
            for row in 0..rows {
                let (shown, at) = (high.shown(row, height), (plane * rows + row) * columns);
                for column in whole.clone().step_by(LANES) {
                    let start = column * STRIDE - wide.padding;
                    let (value, position) = greatest::<T, STRIDE>(x, &shown, start, wide.size, width);
                    // What comes behind the places inside is overwritten, and written after this.
                    let (at, len) = (at + column, LANES.min(whole.end - column));
                    let len = if at + LANES <= values.len() { LANES } else { len };
                    values[at..at + len].copy_from_slice(&value[..len]);
                    positions[at..at + len].copy_from_slice(&position[..len]);
                }
                for column in (0..whole.start).chain(whole.end..columns) {
                    let columns = wide.shown(column, width);
                    let one = greatest::<T, 0>(x, &shown, columns.start, columns.len(), width);
                    (values[at + column], positions[at + column]) = (one.0[0], one.1[0]);
                }
            }
        }
    }
}

/// The greatest elements of [`LANES`] windows, `STRIDE` apart, and their positions in the plane; with a `STRIDE` of 0, of
/// one. Windows show these rows, and `size` columns from `start` on in the first one.
#[inline(always)]
fn greatest<T: Float, const STRIDE: usize>(
    x: &[T],
    rows: &Range<usize>,
    start: usize,
    size: usize,
    width: usize,
) -> ([T; LANES], [u32; LANES]) {
    let mut values = [<T as Ordered>::LOWEST; LANES];
    let mut positions = every::<STRIDE>(rows.start * width + start);
    for row in rows.clone() {
        for at in (row * width + start..).take(size) {
            let seen: [T; LANES] = match x.get(at..at + (LANES - 1) * STRIDE + 1) {
                Some(x) => from_fn(
                    #[inline(always)]
                    |lane| x[lane * STRIDE],
                ),
                // Behind the last plane: lanes that have no element there are not needed.
                None => from_fn(|lane| x.get(at + lane * STRIDE).copied().unwrap_or(T::ZERO)),
            };
            let (at, old) = (every::<STRIDE>(at), values);
            let replaces = |lane: usize| (seen[lane] > old[lane]) | seen[lane].is_nan();
            values = from_fn(
                #[inline(always)]
                |lane| if replaces(lane) { seen[lane] } else { old[lane] },
            );
            positions = from_fn(
                #[inline(always)]
                |lane| if replaces(lane) { at[lane] } else { positions[lane] },
            );
        }
    }
    (values, positions)
}

/// Positions `STRIDE` apart.
#[inline(always)]
fn every<const STRIDE: usize>(first: usize) -> [u32; LANES] {
    from_fn(
        #[inline(always)]
        |lane| first as u32 + (lane * STRIDE) as u32,
    )
}

/// Adds to every plane the gradients of its pool, each at its position.
pub fn max_gradient<T: Num>(
    input_len: usize,
    output_len: usize,
    gradient: &mut [T],
    of_pool: &[T],
    positions: &[u32],
) {
    let pools = of_pool.chunks_exact(output_len.max(1)).zip(positions.chunks_exact(output_len.max(1)));
    for (plane, (of_pool, positions)) in gradient.chunks_exact_mut(input_len.max(1)).zip(pools) {
        for (&g, &position) in of_pool.iter().zip(positions) {
            let target = &mut plane[position as usize];
            *target = target.add(g);
        }
    }
}

/// The windows along one axis as ranges of it, and the number that sums over each are divided by.
pub type Means = [(Range<usize>, usize)];

/// The mean of every window, a product of a range of rows and a range of columns.
pub fn mean<T: Float>(y: &mut [T], x: &[T], width: usize, rows: &Means, columns: &Means) {
    let input_len = x.len() / (y.len() / (rows.len() * columns.len()).max(1)).max(1);
    for (x, y) in
        x.chunks_exact(input_len.max(1)).zip(y.chunks_exact_mut((rows.len() * columns.len()).max(1)))
    {
        for ((rows, high), y) in rows.iter().zip(y.chunks_exact_mut(columns.len())) {
            for ((columns, wide), y) in columns.iter().zip(y) {
                let of_row =
                    |row: usize| x[row * width..][columns.clone()].iter().fold(T::ZERO, |sum, &x| sum.add(x));
                let sum = rows.clone().fold(T::ZERO, |sum, row| sum.add(of_row(row)));
                *y = sum.div(T::from_f64((high * wide) as f64));
            }
        }
    }
}

/// Adds to every plane the gradients of its means, spread over the windows.
pub fn mean_gradient<T: Float>(x: &mut [T], y: &[T], width: usize, rows: &Means, columns: &Means) {
    let input_len = x.len() / (y.len() / (rows.len() * columns.len()).max(1)).max(1);
    for (x, y) in
        x.chunks_exact_mut(input_len.max(1)).zip(y.chunks_exact((rows.len() * columns.len()).max(1)))
    {
        for ((rows, high), y) in rows.iter().zip(y.chunks_exact(columns.len())) {
            for ((columns, wide), &y) in columns.iter().zip(y) {
                let share = y.div(T::from_f64((high * wide) as f64));
                for row in rows.clone() {
                    x[row * width..][columns.clone()].iter_mut().for_each(|x| *x = x.add(share));
                }
            }
        }
    }
}
