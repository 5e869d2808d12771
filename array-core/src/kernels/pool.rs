//! Pools: one number per window of each plane of an image.

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
    let (wide, width) = (pool.windows[1], pool.size[1]);
    let tap = |tap: usize| {
        let inside = wide.inside(0..pool.places[1], tap, width);
        Some((wide.index(inside.start, tap, width)?, inside))
    };
    let taps: Vec<_> = (0..wide.size).filter_map(tap).collect();
    let first: Vec<u32> = (0..pool.places[1]).map(|column| wide.shown(column, width).start as u32).collect();
    for_each_range(planes, input, |range| {
        let (start, len) = ((range.start * output) as isize, range.len() * output);
        // SAFETY: the lengths were checked above; no two ranges have a plane in common.
        let (values, positions) = unsafe { (values.slice_mut(start, len), positions.slice_mut(start, len)) };
        dispatch(Max {
            pool,
            taps: &taps,
            first: &first,
            values,
            positions,
            x: &x[range.start * input..range.end * input],
        });
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
    /// For every tap along the width: the column it meets first, and the places at which it meets one.
    taps: &'a [(usize, Range<usize>)],
    /// For every place along the width, the first column of its window.
    first: &'a [u32],
    values: &'a mut [T],
    positions: &'a mut [u32],
    x: &'a [T],
}

impl<T: Float> Kernel for Max<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Max { pool, taps, first, values, positions, x } = self;
        let Pool { windows: [high, wide], size: [height, width], places: [_, columns] } = *pool;
        if columns == 0 {
            return;
        }
        let planes =
            values.chunks_exact_mut(pool.output_len()).zip(positions.chunks_exact_mut(pool.output_len()));
        for ((values, positions), x) in planes.zip(x.chunks_exact(pool.input_len())) {
            let rows = values.chunks_exact_mut(columns).zip(positions.chunks_exact_mut(columns));
            for (place, (values, positions)) in rows.enumerate() {
                values.fill(<T as Ordered>::LOWEST);
                let top = (0..high.size).find_map(|y| high.index(place, y, height)).unwrap_or(0);
                for (position, first) in positions.iter_mut().zip(first) {
                    *position = (top * width) as u32 + first;
                }
                for row in (0..high.size).filter_map(|y| high.index(place, y, height)) {
                    for (column, inside) in taps {
                        let (values, positions) =
                            (&mut values[inside.clone()], &mut positions[inside.clone()]);
                        let at = row * width + column;
                        let source = &x[at..(row + 1) * width];
                        // The distance is a constant in the first two, so that they are vectorised.
                        match wide.stride {
                            1 => raise(values, positions, source, at as u32, 1),
                            2 => raise(values, positions, source, at as u32, 2),
                            stride => raise(values, positions, source, at as u32, stride),
                        }
                    }
                }
            }
        }
    }
}

/// Replaces what is less than its counterpart in `source`, whose elements count `stride` apart; `at` is the position
/// of the first.
#[inline(always)]
fn raise<T: Float>(values: &mut [T], positions: &mut [u32], source: &[T], at: u32, stride: usize) {
    // Of the last step, only the first element need be there.
    let (Some((last_value, values)), Some((last_position, positions))) =
        (values.split_last_mut(), positions.split_last_mut())
    else {
        return;
    };
    let last = values.len();
    let steps = source[..last * stride].chunks_exact(stride);
    for (i, ((value, position), x)) in values.iter_mut().zip(positions).zip(steps).enumerate() {
        raise_one(value, position, x[0], at + (i * stride) as u32);
    }
    raise_one(last_value, last_position, source[last * stride], at + (last * stride) as u32);
}

#[inline(always)]
fn raise_one<T: Float>(value: &mut T, position: &mut u32, x: T, at: u32) {
    let replaces = x > *value || x.is_nan();
    *value = if replaces { x } else { *value };
    *position = if replaces { at } else { *position };
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
