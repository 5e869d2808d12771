//! Loops over whole rows, and over the elements of one.

use super::isa::{Kernel, dispatch};
use super::operand::Ptr;
use super::parallel;
use super::reduce::{LANES, absorb_all};

/// Elements per task, and from twice this number on, tasks are worth waking threads for.
const TASK: usize = 1 << 15;
/// Rows of fewer elements are folded one element after the other.
const IN_ORDER: usize = 16;

/// A block of several rows has at most so many elements, which stay in the first-level cache beside others'.
pub const BLOCK: usize = 1 << 9;
/// A block has at most so many rows.
pub const BLOCK_ROWS: usize = 64;

/// `f(i, outputs, inputs)` for row `i` of each of these slices, which consist of rows of the given length.
///
/// Panics if a slice has another length than `rows` times that of its rows.
pub fn for_each_row<T: Copy + Send + Sync, const M: usize, const N: usize>(
    rows: usize,
    outputs: [(&mut [T], usize); M],
    inputs: [(&[T], usize); N],
    f: impl Fn(usize, [&mut [T]; M], [&[T]; N]) + Sync,
) {
    in_blocks(1, rows, outputs, inputs, f);
}

/// As [`for_each_row`], for several rows at once if they are short: `f(i, outputs, inputs)` for a block of whole rows that
/// begins with row `i`.
pub fn for_each_block<T: Copy + Send + Sync, const M: usize, const N: usize>(
    rows: usize,
    outputs: [(&mut [T], usize); M],
    inputs: [(&[T], usize); N],
    f: impl Fn(usize, [&mut [T]; M], [&[T]; N]) + Sync,
) {
    in_blocks(BLOCK_ROWS, rows, outputs, inputs, f);
}

fn in_blocks<T: Copy + Send + Sync, const M: usize, const N: usize>(
    most_rows: usize,
    rows: usize,
    outputs: [(&mut [T], usize); M],
    inputs: [(&[T], usize); N],
    f: impl Fn(usize, [&mut [T]; M], [&[T]; N]) + Sync,
) {
    let longest = inputs.iter().map(|input| input.1).chain(outputs.iter().map(|output| output.1)).max();
    let outputs = outputs.map(|(data, len)| {
        assert!(data.len() == rows * len, "an output has as many rows as the others");
        (Ptr(data.as_mut_ptr()), len)
    });
    let inputs = inputs.map(|(data, len)| {
        assert!(data.len() == rows * len, "an input has as many rows as the others");
        (Ptr(data.as_ptr().cast_mut()), len)
    });
    let longest = longest.unwrap_or(0).max(1);
    let step = (BLOCK / longest).clamp(1, most_rows);
    let work = |first: usize, end: usize| dispatch(Rows { first, end, step, outputs, inputs, f: &f });
    if rows * longest < 2 * TASK {
        return work(0, rows);
    }
    let per_task = (TASK / longest).max(1);
    parallel::for_each_task(rows.div_ceil(per_task), |task| {
        work(task * per_task, rows.min((task + 1) * per_task));
    });
}

struct Rows<'a, T, F, const M: usize, const N: usize> {
    first: usize,
    end: usize,
    /// Rows of a block.
    step: usize,
    outputs: [(Ptr<T>, usize); M],
    inputs: [(Ptr<T>, usize); N],
    f: &'a F,
}

impl<T, F, const M: usize, const N: usize> Kernel for Rows<'_, T, F, M, N>
where
    F: Fn(usize, [&mut [T]; M], [&[T]; N]),
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Rows { first, end, step, outputs, inputs, f } = self;
        for i in (first..end).step_by(step) {
            let rows = step.min(end - i);
            let (start, len) = (|len: usize| (i * len) as isize, |len: usize| rows * len);
            // SAFETY: the slice holds every row, and these are this task's alone.
            let outputs = outputs.map(|(data, row)| unsafe { data.slice_mut(start(row), len(row)) });
            // SAFETY: the slice holds every row, and is borrowed for reading.
            let inputs = inputs.map(|(data, row)| unsafe { data.slice(start(row), len(row)) });
            f(i, outputs, inputs);
        }
    }
}

/// Folds rows, element beside element, in partial results that are joined as a tree; the shortest counts.
#[inline(always)]
pub fn fold<T: Copy, const N: usize>(
    rows: [&[T]; N],
    start: T,
    step: impl Fn(T, [T; N]) -> T,
    join: impl Fn(T, T) -> T,
) -> T {
    let len = rows.iter().map(|row| row.len()).min().unwrap_or(0);
    if len < IN_ORDER {
        return (0..len).fold(start, |result, i| step(result, rows.map(|row| row[i])));
    }
    let mut lanes = [start; LANES];
    let parts = rows.map(|row| row[..len].as_chunks::<LANES>());
    for chunk in 0..len / LANES {
        let chunks = parts.map(|(chunks, _)| &chunks[chunk]);
        lanes = absorb_all(
            &lanes,
            #[inline(always)]
            |lane, i| {
                step(
                    lane,
                    chunks.map(
                        #[inline(always)]
                        |chunk| chunk[i],
                    ),
                )
            },
        );
    }
    let rest = parts.map(|(_, rest)| &rest[..len % LANES]);
    for (i, lane) in lanes.iter_mut().enumerate().take(len % LANES) {
        *lane = step(*lane, rest.map(|rest| rest[i]));
    }
    tree(&mut lanes, join)
}

/// Folds each of N rows of a block, of the same length, into its own result, one element after the other: the rows side by
/// side, so that none waits for its last step.
#[inline(always)]
pub fn fold_side_by_side<T: Copy, const N: usize>(
    block: &[T],
    mut results: [T; N],
    step: impl Fn(T, T) -> T,
) -> [T; N] {
    let len = block.len().checked_div(N).unwrap_or(0);
    for i in 0..len {
        results = absorb_all(
            &results,
            #[inline(always)]
            // SAFETY: row < N and i < len, and N rows of this length fit in the block.
            |result, row| step(result, unsafe { *block.get_unchecked(row * len + i) }),
        );
    }
    results
}

/// Joins the upper half of the lanes to the lower, until they are one. By reference: an array that is handed over is copied.
#[inline(always)]
fn tree<T: Copy>(lanes: &mut [T; LANES], join: impl Fn(T, T) -> T) -> T {
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] = join(lanes[i], lanes[i + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// `y = f(y, rows)`, element by element, as far as the shortest goes.
#[inline(always)]
pub fn update<T: Copy, const N: usize>(y: &mut [T], rows: [&[T]; N], f: impl Fn(T, [T; N]) -> T) {
    let len = rows.iter().map(|row| row.len()).min().unwrap_or(y.len()).min(y.len());
    let rows = rows.map(|row| &row[..len]);
    for (i, y) in y[..len].iter_mut().enumerate() {
        // SAFETY: i < len. Checked, it would be known to hold too late: the last vector would be left to a scalar loop.
        *y = f(*y, rows.map(|row| unsafe { *row.get_unchecked(i) }));
    }
}

/// As [`update`], and what [`fold`] makes of the new elements with `join` for its step.
#[inline(always)]
pub fn fold_updated<T: Copy, const N: usize>(
    y: &mut [T],
    rows: [&[T]; N],
    f: impl Fn(T, [T; N]) -> T,
    start: T,
    join: impl Fn(T, T) -> T,
) -> T {
    let len = rows.iter().map(|row| row.len()).min().unwrap_or(y.len()).min(y.len());
    let (y, rows) = (&mut y[..len], rows.map(|row| &row[..len]));
    if len < IN_ORDER {
        update(y, rows, f);
        return y.iter().fold(start, |result, &y| join(result, y));
    }
    let mut lanes = [start; LANES];
    let (chunks, rest) = y.as_chunks_mut::<LANES>();
    let parts = rows.map(|row| row.as_chunks::<LANES>());
    for (i, y) in chunks.iter_mut().enumerate() {
        let old = parts.map(|(chunks, _)| &chunks[i]);
        let new = absorb_all(
            y,
            #[inline(always)]
            |y, lane| {
                f(
                    y,
                    old.map(
                        #[inline(always)]
                        |chunk| chunk[lane],
                    ),
                )
            },
        );
        *y = new;
        lanes = absorb_all(
            &lanes,
            #[inline(always)]
            |result, lane| join(result, new[lane]),
        );
    }
    for (i, (lane, y)) in lanes.iter_mut().zip(rest).enumerate() {
        *y = f(*y, parts.map(|(_, rest)| rest[i]));
        *lane = join(*lane, *y);
    }
    tree(&mut lanes, join)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whole numbers, so that sums are exact in every order.
    fn numbers(count: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 7919) % 31) as f64 - 15.0).collect()
    }

    #[test]
    fn rows_of_every_length_are_folded_and_updated() {
        for len in (0..200).chain([1023, 4096]) {
            let (x, y) = (numbers(len), numbers(len + 1));
            let dot = fold([&x, &y], 1.0, |sum, [x, y]| sum + x * y, |a, b| a + b - 1.0);
            assert_eq!(dot, 1.0 + x.iter().zip(&y).map(|(x, y)| x * y).sum::<f64>(), "{len}");
            let mut z = y.clone();
            update(&mut z, [&x], |z, [x]| 2.0 * z + x);
            let expected = y.iter().enumerate().map(|(i, y)| x.get(i).map_or(*y, |x| 2.0 * y + x));
            assert_eq!(z, expected.collect::<Vec<_>>(), "{len}");
            let (mut w, twice) = (y.clone(), |w: f64, [x]: [f64; 1]| 2.0 * w + x);
            let sum = fold_updated(&mut w, [&x], twice, 0.0, |a, b| a + b);
            assert_eq!((w, sum), (z.clone(), z[..len].iter().sum::<f64>()), "{len}");
        }
    }

    #[test]
    fn blocks_are_whole_rows_and_visited_once() {
        // The last two are cut into tasks.
        for (rows, len) in [(0, 3), (3, 0), (1, 1), (200, 7), (5, 3000), (9000, 10), (300, 1000)] {
            let x = numbers(rows * len);
            let (mut y, mut first) = (numbers(rows * len), vec![0.0; rows]);
            for_each_block(rows, [(&mut y, len), (&mut first, 1)], [(&x, len)], |i, [y, first], [x]| {
                let count = first.len();
                assert!(count == 1 || (count <= BLOCK_ROWS && count * len <= BLOCK), "{rows} {len}");
                assert!(y.len() == count * len && x.len() == count * len, "{rows} {len}");
                update(y, [x], |y, [x]| y + x);
                first.fill(i as f64);
            });
            assert!(y.iter().zip(&x).all(|(y, x)| *y == 2.0 * x), "{rows} {len}");
            let covered = |(i, &first): (usize, &f64)| first as usize <= i && i < first as usize + BLOCK_ROWS;
            assert!(first.iter().enumerate().all(covered), "{rows} {len}");
        }
    }

    #[test]
    fn every_row_is_visited_once_whatever_its_length() {
        // The last one is cut into tasks.
        for (rows, len) in [(0, 3), (3, 0), (1, 1), (5, 7), (300, 1000)] {
            let x = numbers(rows * len);
            let (mut y, mut sums) = (numbers(rows * len), vec![0.0; rows]);
            for_each_row(rows, [(&mut y, len), (&mut sums, 1)], [(&x, len)], |i, [y, sum], [x]| {
                update(y, [x], |y, [x]| y + x);
                sum[0] += i as f64 + fold([x], 0.0, |sum, [x]| sum + x, |a, b| a + b);
            });
            assert!(y.iter().zip(&x).all(|(y, x)| *y == 2.0 * x), "{rows} {len}");
            for (i, sum) in sums.iter().enumerate() {
                assert_eq!(*sum, i as f64 + x[i * len..][..len].iter().sum::<f64>(), "{rows} {len}");
            }
        }
    }
}
