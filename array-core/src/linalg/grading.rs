//! Rows and columns of very different size.
//!
//! Householder reflections are accurate relative to the whole matrix for any order of rows, but lose digits of
//! rows that follow smaller ones (Cox and Higham 1998). So the largest go first.

use super::scalar::{RealScalar, Scalar};
use super::stack::{greatest_height, larger};
use crate::element::Num;

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
    descending(a.chunks_exact(n).map(|row| exponent_of(greatest_height(row))).collect())
}

/// As [`row_order`], of columns.
pub fn column_order<T: Scalar>(a: &[T], n: usize) -> Option<Vec<usize>> {
    let mut heights = vec![T::Real::ZERO; n];
    for row in a.chunks_exact(n) {
        heights.iter_mut().zip(row).for_each(|(height, value)| *height = larger(*height, value.height()));
    }
    descending(heights.into_iter().map(exponent_of).collect())
}

/// Zeros count as the smallest of numbers.
fn exponent_of<R: RealScalar>(height: R) -> i32 {
    if height == R::ZERO { -2000 } else { height.exponent() }
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
