//! Functions of whole rows in one pass over memory, such as softmax and normalisation.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::rows;
pub use crate::kernels::rows::{BLOCK, BLOCK_ROWS};

/// Calls `f(i, outputs, inputs)` with row `i` of several arrays at once, for every row, on several threads where there
/// is enough to do. Rows run along the last axis; they may differ in length, but the axes before it must be the same.
///
/// `f` is compiled for the instruction set in use if it can be inlined: begin it with `#[inline(always)]`. Inside,
/// [`fold_row`] and [`update_row`] are loops that the compiler turns into vector instructions.
///
/// ```
/// use array_core::{Array, array, fold_row, for_each_row, update_row};
/// let x = array![[3.0, 4.0], [6.0, 8.0]];
/// let (mut unit, mut length) = (Array::zeros([2, 2]), Array::zeros([2, 1]));
/// for_each_row(
///     [&mut unit, &mut length],
///     [&x],
///     #[inline(always)]
///     |_, [unit, length], [x]| {
///         length[0] = fold_row([x], 0.0_f64, |sum, [x]| sum + x * x, |a, b| a + b).sqrt();
///         update_row(unit, [x], |_, [x]| x / length[0]);
///     },
/// );
/// assert_eq!(unit, array![[0.6, 0.8], [0.6, 0.8]]);
/// assert_eq!(length, array![[5.0], [10.0]]);
/// ```
///
/// # Panics
/// If an array has no axis, or the axes before the last differ.
#[track_caller]
pub fn for_each_row<T: Element, const M: usize, const N: usize>(
    outputs: [&mut Array<T>; M],
    inputs: [&Array<T>; N],
    f: impl Fn(usize, [&mut [T]; M], [&[T]; N]) + Sync,
) {
    try_for_each_row(outputs, inputs, f).or_panic();
}

/// As [`for_each_row`]; fails, and writes nothing, where it panics.
pub fn try_for_each_row<T: Element, const M: usize, const N: usize>(
    outputs: [&mut Array<T>; M],
    inputs: [&Array<T>; N],
    f: impl Fn(usize, [&mut [T]; M], [&[T]; N]) + Sync,
) -> Result<()> {
    with_rows("for_each_row", outputs, inputs, |rows, outputs, inputs| {
        rows::for_each_row(rows, outputs, inputs, f);
    })
}

/// As [`for_each_row`], for several rows at once where they are short: `f(i, outputs, inputs)` gets blocks of whole rows,
/// side by side in memory, that begin with row `i`. So what is done with every element fills vectors, however short
/// rows are. There are at most [`BLOCK_ROWS`] of them, and [`BLOCK`] elements unless it is a single row.
///
/// # Panics
/// Where [`for_each_row`] does.
#[track_caller]
pub fn for_each_block<T: Element, const M: usize, const N: usize>(
    outputs: [&mut Array<T>; M],
    inputs: [&Array<T>; N],
    f: impl Fn(usize, [&mut [T]; M], [&[T]; N]) + Sync,
) {
    with_rows("for_each_block", outputs, inputs, |rows, outputs, inputs| {
        rows::for_each_block(rows, outputs, inputs, f);
    })
    .or_panic();
}

/// Calls `run` with the number of rows, and with each array's elements and the length of its rows.
fn with_rows<T: Element, const M: usize, const N: usize>(
    op: &'static str,
    mut outputs: [&mut Array<T>; M],
    inputs: [&Array<T>; N],
    run: impl FnOnce(usize, [(&mut [T], usize); M], [(&[T], usize); N]),
) -> Result<()> {
    let shapes =
        || outputs.iter().map(|output| output.shape()).chain(inputs.iter().map(|input| input.shape()));
    let Some(first) = shapes().next() else { return Ok(()) };
    let differs = |other: &&[usize]| {
        other.len() != first.len() || other.is_empty() || other[..other.len() - 1] != first[..first.len() - 1]
    };
    if let Some(other) = shapes().find(differs) {
        let rule = "arrays must have an axis, and the same axes before it";
        return Err(Error::Shapes { op, shapes: [first.to_vec(), other.to_vec()], rule });
    }
    let rows = first.split_last().map_or(0, |(_, leading)| leading.iter().product());
    let length = |array: &Array<T>| array.shape().last().copied().unwrap_or(0);
    for output in &mut outputs {
        if !output.is_contiguous() {
            **output = output.copy();
        }
    }
    let outputs = outputs.map(|output| {
        let length = length(output);
        (output.as_mut_slice().unwrap_or_default(), length)
    });
    let inputs = inputs.map(Array::row_major);
    let inputs = inputs.each_ref().map(|input| (input.as_slice().unwrap_or_default(), length(input)));
    run(rows, outputs, inputs);
    Ok(())
}

/// Folds rows, element beside element: `step` takes the next ones into one of 64 partial results, which begin with
/// `start`, and `join` makes one of them all, as a tree; fewer than 16 elements follow one another. How they are
/// grouped depends on the length alone. Rows count as far as the shortest goes.
#[inline(always)]
pub fn fold_row<T: Element, const N: usize>(
    rows: [&[T]; N],
    start: T,
    step: impl Fn(T, [T; N]) -> T,
    join: impl Fn(T, T) -> T,
) -> T {
    rows::fold(rows, start, step, join)
}

/// Folds each of N rows of the same length, which follow one another in `block`, into its own result, which holds what
/// folding begins with: one element after the other, but the rows side by side, so that none waits for its last step.
/// Fewer than N elements that are left at the end of the block count for nothing.
///
/// ```
/// use array_core::fold_side_by_side;
/// let sums = fold_side_by_side(&[1, 2, 3, 4, 5, 6], [0, 100], |sum, x| sum + x);
/// assert_eq!(sums, [6, 115]);
/// ```
#[inline(always)]
pub fn fold_side_by_side<T: Element, const N: usize>(
    block: &[T],
    results: [T; N],
    step: impl Fn(T, T) -> T,
) -> [T; N] {
    rows::fold_side_by_side(block, results, step)
}

/// Replaces every element of a row by a function of it and those beside it in other rows, as far as the shortest goes.
#[inline(always)]
pub fn update_row<T: Element, const N: usize>(y: &mut [T], rows: [&[T]; N], f: impl Fn(T, [T; N]) -> T) {
    rows::update(y, rows, f);
}

/// [`update_row`], and what [`fold_row`] makes of the new elements with `join` for its step, in one pass. Joining `start` to
/// something must not change it.
///
/// ```
/// use array_core::fold_updated_row;
/// let mut y = [1.0, 2.0, 3.0];
/// let sum = fold_updated_row(&mut y, [&[1.0; 3]], |y, [x]| y + x, 0.0, |a, b| a + b);
/// assert_eq!((y, sum), ([2.0, 3.0, 4.0], 9.0));
/// ```
#[inline(always)]
pub fn fold_updated_row<T: Element, const N: usize>(
    y: &mut [T],
    rows: [&[T]; N],
    f: impl Fn(T, [T; N]) -> T,
    start: T,
    join: impl Fn(T, T) -> T,
) -> T {
    rows::fold_updated(y, rows, f, start, join)
}
