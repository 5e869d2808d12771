//! Products of many matrices.

use crate::array::Array;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::gemm::Gemm;

/// The product of two or more matrices in the order with the fewest multiplications: `numpy.linalg.multi_dot`.
///
/// The first may be a row and the last a column, of one axis each.
///
/// ```
/// use array_core::{Array, multi_dot};
/// let (a, b, c) = (Array::<f64>::ones([1000, 5]), Array::ones([5, 1000]), Array::ones([1000, 5]));
/// assert_eq!(multi_dot(&[&a, &b, &c]).shape(), [1000, 5]); // a·(b·c): 50 thousand multiplications, not 10 million
/// ```
///
/// # Panics
/// If there are fewer than two operands, one has another number of axes, or neighbours do not fit.
#[track_caller]
pub fn multi_dot<T: Gemm>(matrices: &[&Array<T>]) -> Array<T> {
    try_multi_dot(matrices).or_panic()
}

/// As [`multi_dot`]; fails where it panics.
pub fn try_multi_dot<T: Gemm>(matrices: &[&Array<T>]) -> Result<Array<T>> {
    let op = "multi_dot";
    let ([first, .., last], n) = (matrices, matrices.len()) else {
        let message = format!("{} operands, at least 2 are needed", matrices.len());
        return Err(Error::Value { op, message });
    };
    for (i, matrix) in matrices.iter().enumerate() {
        if matrix.ndim() != 2 && !(matrix.ndim() == 1 && (i == 0 || i == n - 1)) {
            return Err(Error::Rank { op, what: "axes expected", given: 2, shape: matrix.shape().to_vec() });
        }
    }
    let mut chain: Vec<Array<T>> = matrices.iter().map(|&matrix| matrix.clone()).collect();
    if first.ndim() == 1 {
        chain[0] = first.expand_dims(0);
    }
    if last.ndim() == 1 {
        chain[n - 1] = last.expand_dims(1);
    }
    for (pair, given) in chain.windows(2).zip(matrices.windows(2)) {
        if pair[0].shape()[1] != pair[1].shape()[0] {
            let shapes = [given[0].shape().to_vec(), given[1].shape().to_vec()];
            let rule = "the last axis of each matrix must equal the first of the next";
            return Err(Error::Shapes { op, shapes, rule });
        }
    }
    let product = product(&chain, &splits(&chain), 0, n)?;
    let product = if first.ndim() == 1 { product.squeeze(0) } else { product };
    Ok(if last.ndim() == 1 { product.squeeze(-1) } else { product })
}

/// For every part of a chain, `[from][to]`, before which of its matrices to split it: T. H. Cormen et al.,
/// "Introduction to Algorithms", section "Matrix-chain multiplication".
fn splits<T: Gemm>(chain: &[Array<T>]) -> Vec<Vec<usize>> {
    let n = chain.len();
    let size = |i: usize| (if i < n { chain[i].shape()[0] } else { chain[n - 1].shape()[1] }) as u128;
    let mut cost = vec![vec![0u128; n + 1]; n];
    let mut split = vec![vec![0; n + 1]; n];
    for length in 2..=n {
        for from in 0..=n - length {
            let to = from + length;
            let of = |at: usize| {
                let product = size(from).saturating_mul(size(at)).saturating_mul(size(to));
                cost[from][at].saturating_add(cost[at][to]).saturating_add(product)
            };
            let best = (from + 1..to).min_by_key(|&at| of(at)).unwrap_or(from + 1);
            (cost[from][to], split[from][to]) = (of(best), best);
        }
    }
    split
}

/// The product of the matrices from `from` to before `to`.
fn product<T: Gemm>(chain: &[Array<T>], splits: &[Vec<usize>], from: usize, to: usize) -> Result<Array<T>> {
    if to - from == 1 {
        return Ok(chain[from].clone());
    }
    let at = splits[from][to];
    product(chain, splits, from, at)?.try_matmul(&product(chain, splits, at, to)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_textbooks_chain_is_split_as_in_the_textbook() {
        // Matrices of 30×35, 35×15, 15×5, 5×10, 10×20, 20×25: ((A₁(A₂A₃))((A₄A₅)A₆)).
        let sizes = [30, 35, 15, 5, 10, 20, 25];
        let chain: Vec<Array<f64>> = sizes.windows(2).map(|pair| Array::zeros([pair[0], pair[1]])).collect();
        let splits = splits(&chain);
        assert_eq!((splits[0][6], splits[0][3], splits[3][6]), (3, 1, 5));
    }
}
