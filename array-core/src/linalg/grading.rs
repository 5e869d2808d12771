//! Rows and columns of very different size.
//!
//! Householder reflections are accurate relative to the whole matrix for any order of rows, but lose digits of
//! rows that follow smaller ones (Cox and Higham 1998). So the largest go first.

use super::scalar::{RealScalar, Scalar};

/// Ratios of less than 2 to this power leave the order as it is.
const MODERATE: i32 = 12;

/// The positions by descending size, if the sizes differ much; equal ones keep their order.
fn descending(exponents: Vec<i32>) -> Option<Vec<usize>> {
    let (least, most) = (exponents.iter().min()?, exponents.iter().max()?);
    if most - least < MODERATE {
        return None;
    }
    let mut order: Vec<usize> = (0..exponents.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(exponents[i]));
    Some(order)
}

/// The order by descending size of the rows of a row-major matrix of `n` columns, if their sizes differ much.
pub fn row_order<T: Scalar>(a: &[T], n: usize) -> Option<Vec<usize>> {
    descending(a.chunks_exact(n).map(largest_exponent).collect())
}

/// As [`row_order`], of columns.
pub fn column_order<T: Scalar>(a: &[T], n: usize) -> Option<Vec<usize>> {
    let mut exponents = vec![i32::MIN; n];
    for row in a.chunks_exact(n) {
        for (exponent, value) in exponents.iter_mut().zip(row) {
            *exponent = (*exponent).max(exponent_of(*value));
        }
    }
    descending(exponents)
}

fn largest_exponent<T: Scalar>(values: &[T]) -> i32 {
    values.iter().map(|&value| exponent_of(value)).max().unwrap_or(0)
}

/// Zeros count as the smallest of numbers.
fn exponent_of<T: Scalar>(value: T) -> i32 {
    if value == T::ZERO { -2000 } else { value.height().exponent() }
}

/// Piece `i` of the result is piece `order[i]` of `values`.
pub fn gather<T: Copy>(values: &[T], length: usize, order: &[usize]) -> Vec<T> {
    order.iter().flat_map(|&from| &values[from * length..][..length]).copied().collect()
}

/// Undoes [`gather`] by the same order, in each of consecutive sets of pieces of one element.
pub fn scatter_each<T: Copy>(values: &mut [T], order: &[usize]) {
    for set in values.chunks_exact_mut(order.len()) {
        let old = set.to_vec();
        order.iter().zip(old).for_each(|(&to, value)| set[to] = value);
    }
}
