//! What fused operations do with one row, in the first-level cache.

use array_core::{Array, fold_row, for_each_row, update_row};

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

/// The greatest element, −inf of none; NaN only if all are.
#[inline(always)]
pub(crate) fn max<T: Scalar>(x: &[T]) -> T {
    let greater = |a: T, b: T| if b > a { b } else { a };
    fold_row([x], T::from_f64(f64::NEG_INFINITY), |greatest, [x]| greater(greatest, x), greater)
}

/// y = y / Σ y
#[inline(always)]
pub(crate) fn divide_by_sum<T: Scalar>(y: &mut [T]) {
    let scale = T::ONE.div(sum(y));
    update_row(y, [], |y, []| y.mul(scale));
}

/// Rows of this length leave so little over beside whole vectors that each is better finished while it is in cache.
fn fills_vectors(len: usize) -> bool {
    len >= 256 || len.is_multiple_of(16)
}

/// e^(x − max) of every row of x, which cannot overflow, and what `finish` makes of each with max and x.
///
/// `finish` gets the row of exponentials, one of two elements, the first of which is max, and that of x. The arrays of both
/// are returned.
#[inline]
pub(crate) fn with_exponentials<T: Scalar>(
    x: &Array<T>,
    finish: impl Fn(&mut [T], &mut [T], &[T]) + Sync,
) -> [Array<T>; 2] {
    let mut shape = x.shape().to_vec();
    let len = shape.last().copied().unwrap_or(0);
    let mut y = Array::empty(&shape[..]);
    shape.last_mut().into_iter().for_each(|len| *len = 2);
    let mut found = Array::empty(&shape[..]);
    if fills_vectors(len) {
        for_each_row(
            [&mut y, &mut found],
            [x],
            #[inline(always)]
            |_, [y, found], [x]| {
                let greatest = max(x);
                found[0] = greatest;
                update_row(y, [x], |_, [x]| x.sub(greatest).exp());
                finish(y, found, x);
            },
        );
        return [y, found];
    }
    // Exponentials of all rows at once fill vectors whatever the length.
    for_each_row(
        [&mut y, &mut found],
        [x],
        #[inline(always)]
        |_, [y, found], [x]| {
            let greatest = max(x);
            found[0] = greatest;
            update_row(y, [x], |_, [x]| x.sub(greatest));
        },
    );
    let mut y = y.into_map(T::exp);
    for_each_row(
        [&mut y, &mut found],
        [x],
        #[inline(always)]
        |_, [y, found], [x]| finish(y, found, x),
    );
    [y, found]
}

/// Max and Σ e^(x − max) of every row, as [`with_exponentials`] finds them, for those who do not want the exponentials.
pub(crate) fn sums_of_exponentials<T: Scalar>(x: &Array<T>) -> Array<T> {
    let mut shape = x.shape().to_vec();
    if !fills_vectors(shape.last().copied().unwrap_or(0)) {
        let [_, found] = with_exponentials(
            x,
            #[inline(always)]
            |y, found, _| found[1] = sum(y),
        );
        return found;
    }
    shape.last_mut().into_iter().for_each(|len| *len = 2);
    let mut found = Array::empty(&shape[..]);
    for_each_row(
        [&mut found],
        [x],
        #[inline(always)]
        |_, [found], [x]| {
            let greatest = max(x);
            let sum = fold_row([x], T::ZERO, |sum, [x]| sum.add(x.sub(greatest).exp()), T::add);
            (found[0], found[1]) = (greatest, sum);
        },
    );
    found
}
