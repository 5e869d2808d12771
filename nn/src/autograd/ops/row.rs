//! What fused operations do with one row, in the first-level cache.

use array_core::{
    Array, BLOCK, BLOCK_ROWS, fold_row, fold_side_by_side, fold_updated_row, for_each_block, for_each_row,
    update_row,
};

use crate::scalar::Scalar;

/// Σ x
#[inline(always)]
pub(crate) fn sum<T: Scalar>(x: &[T]) -> T {
    fold_row([x], T::ZERO, |sum, [x]| sum.add(x), T::add)
}

/// Σ x·y
#[inline(always)]
pub(crate) fn dot<T: Scalar>(x: &[T], y: &[T]) -> T {
    fold_row([x, y], T::ZERO, |sum, [x, y]| sum.add(x.mul(y)), T::add)
}

/// The greater one; the first if one is NaN.
#[inline(always)]
fn greater<T: Scalar>(a: T, b: T) -> T {
    if b > a { b } else { a }
}

/// The greatest element, −inf of none; NaN only if all are.
#[inline(always)]
pub(crate) fn max<T: Scalar>(x: &[T]) -> T {
    fold_row([x], T::from_f64(f64::NEG_INFINITY), |greatest, [x]| greater(greatest, x), greater)
}

/// y = y / Σ y, given Σ y.
#[inline(always)]
pub(crate) fn divide_by_sum<T: Scalar>(y: &mut [T], sum: T) {
    let scale = T::ONE.div(sum);
    update_row(y, [], |y, []| y.mul(scale));
}

/// From this length on, rows leave so little over beside whole vectors that each is better finished by itself.
const LONG: usize = 256;

/// A number for each row of a block; there may be fewer.
type Numbers<T> = [T; BLOCK_ROWS];

/// The rows of this length in a block; none if they have no elements.
#[inline(always)]
pub(crate) fn count<T>(len: usize, block: &[T]) -> usize {
    block.len().checked_div(len).unwrap_or(0)
}

/// What `of_row(y, x)` makes of each long row, or `of_block(length, y, x)` of each block of short ones.
#[inline(always)]
pub(crate) fn map_rows<T: Scalar>(
    x: &Array<T>,
    of_row: impl Fn(&mut [T], &[T]) + Sync,
    of_block: impl Fn(usize, &mut [T], &[T]) + Sync,
) -> Array<T> {
    let (len, mut y) = (row_length(x), Array::empty(x.shape()));
    if len >= LONG {
        for_each_row(
            [&mut y],
            [x],
            #[inline(always)]
            |_, [y], [x]| of_row(y, x),
        );
    } else {
        for_each_block(
            [&mut y],
            [x],
            #[inline(always)]
            |_, [y], [x]| of_block(len, y, x),
        );
    }
    y
}

/// y = f(x) for every element of a block of rows of a length, where f is what `of_row` makes of the row's number.
#[inline(always)]
pub(crate) fn map_each<T: Scalar, F: Fn(T) -> T>(
    len: usize,
    y: &mut [T],
    x: &[T],
    of_row: impl Fn(usize) -> F,
) {
    const VECTOR: usize = 16;
    for i in 0..count(len, x) {
        let f = of_row(i);
        let (y, x) = (&mut y[i * len..], &x[i * len..]);
        match (y.first_chunk_mut::<VECTOR>(), x.first_chunk::<VECTOR>()) {
            // What this writes into the next rows is overwritten there.
            (Some(y), Some(x)) if len <= VECTOR => *y = x.map(f),
            _ => update_row(&mut y[..len], [&x[..len]], |_, [x]| f(x)),
        }
    }
}

/// Folds each row of a block, of rows of a length, into its result, which holds what folding begins with: short rows side by
/// side, each one element after the other, and others as `of_row` does.
#[inline(always)]
fn fold_each<T: Scalar>(
    len: usize,
    block: &[T],
    results: &mut Numbers<T>,
    step: impl Fn(T, T) -> T,
    of_row: impl Fn(&[T]) -> T,
) {
    /// Rows side by side: enough that none waits for its last step.
    const ROWS: usize = 8;
    let rows = count(len, block);
    // A block has fewer rows that are longer, and these have enough elements to fold side by side.
    if len > BLOCK / ROWS {
        for (row, result) in block.chunks_exact(len).zip(results) {
            *result = of_row(row);
        }
        return;
    }
    let (together, rest) = results[..rows].as_chunks_mut::<ROWS>();
    let (whole, left) = block.split_at(together.len() * ROWS * len);
    for (rows, results) in whole.chunks_exact(ROWS * len.max(1)).zip(together) {
        *results = fold_side_by_side(rows, *results, &step);
    }
    for (row, result) in left.chunks_exact(len.max(1)).zip(rest) {
        [*result] = fold_side_by_side(row, [*result], &step);
    }
}

/// y = e^(x − max) in a block of rows of a length, which cannot overflow; max and Σ y of each row.
#[inline(always)]
pub(crate) fn exponentials<T: Scalar>(len: usize, y: &mut [T], x: &[T]) -> [Numbers<T>; 2] {
    let lowest = T::from_f64(f64::NEG_INFINITY);
    let (mut greatest, mut sums) = ([lowest; BLOCK_ROWS], [T::ZERO; BLOCK_ROWS]);
    fold_each(len, x, &mut greatest, greater, max);
    map_each(len, y, x, |row| {
        let greatest = greatest[row];
        move |x: T| x.sub(greatest)
    });
    update_row(y, [], |y, []| y.exp_nonpositive());
    fold_each(len, y, &mut sums, T::add, sum);
    [greatest, sums]
}

/// y = e^(x − max) in one row; max and Σ y.
#[inline(always)]
pub(crate) fn exponentials_of_row<T: Scalar>(y: &mut [T], x: &[T]) -> [T; 2] {
    let greatest = max(x);
    let sum = fold_updated_row(y, [x], |_, [x]| x.sub(greatest).exp_nonpositive(), T::ZERO, T::add);
    [greatest, sum]
}

/// e^(x − max) of every row; and ln Σ eˣ and Σ e^(x − max), in an array of two elements along the last axis.
pub(crate) fn with_sums_of_exponentials<T: Scalar>(x: &Array<T>) -> [Array<T>; 2] {
    let (len, mut found) = (row_length(x), pairs(x));
    let mut y = Array::empty(x.shape());
    if len >= LONG {
        for_each_row(
            [&mut y, &mut found],
            [x],
            #[inline(always)]
            |_, [y, found], [x]| {
                let [greatest, sum] = exponentials_of_row(y, x);
                (found[0], found[1]) = (greatest.add(sum.ln()), sum);
            },
        );
        return [y, found];
    }
    for_each_block(
        [&mut y, &mut found],
        [x],
        #[inline(always)]
        |_, [y, found], [x]| {
            let [mut logs, sums] = exponentials(len, y, x);
            update_row(&mut logs[..count(len, x)], [&sums], |greatest, [sum]| greatest.add(sum.ln()));
            for ((found, log), sum) in found.as_chunks_mut().0.iter_mut().zip(logs).zip(sums) {
                *found = [log, sum];
            }
        },
    );
    [y, found]
}

/// As [`with_sums_of_exponentials`], for those who do not want the exponentials.
pub(crate) fn sums_of_exponentials<T: Scalar>(x: &Array<T>) -> Array<T> {
    if row_length(x) < LONG {
        let [_, found] = with_sums_of_exponentials(x);
        return found;
    }
    let mut found = pairs(x);
    for_each_row(
        [&mut found],
        [x],
        #[inline(always)]
        |_, [found], [x]| {
            let greatest = max(x);
            let sum = fold_row([x], T::ZERO, |sum, [x]| sum.add(x.sub(greatest).exp_nonpositive()), T::add);
            (found[0], found[1]) = (greatest.add(sum.ln()), sum);
        },
    );
    found
}

/// The length of rows.
fn row_length<T: Scalar>(x: &Array<T>) -> usize {
    x.shape().last().copied().unwrap_or(0)
}

/// Room for two numbers per row.
fn pairs<T: Scalar>(x: &Array<T>) -> Array<T> {
    let mut shape = x.shape().to_vec();
    shape.last_mut().into_iter().for_each(|len| *len = 2);
    Array::empty(&shape[..])
}
