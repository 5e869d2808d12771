//! Norms of matrices.

use super::scalar::Scalar;
use super::svd;
use crate::array::Array;
use crate::error::{Error, Result};
use crate::layout::shape::Axes;

/// Which norm of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatrixNorm {
    /// √Σ|a|²: `"fro"`.
    Frobenius,
    /// The sum of the singular values: `"nuc"`.
    Nuclear,
    /// The greatest sum of absolute values of a column: `1`.
    One,
    /// The least sum of absolute values of a column: `-1`.
    MinusOne,
    /// The greatest singular value: `2`.
    Two,
    /// The least singular value: `-2`.
    MinusTwo,
    /// The greatest sum of absolute values of a row: `numpy.inf`.
    Infinity,
    /// The least sum of absolute values of a row: `-numpy.inf`.
    MinusInfinity,
}

/// A norm of the matrices in two axes, rows first: `numpy.linalg.norm(a, ord, axis=(rows, columns))`.
///
/// The axes go, or stay with size 1 if [`keepdims`](crate::keepdims) is around them; `..` is for an array of two axes.
/// [`Array::norm`] and [`Array::vector_norm_axis`] are the norms of vectors.
///
/// ```
/// use array_core::linalg::{MatrixNorm, matrix_norm};
/// let a = array_core::array![[1.0, -2.0], [3.0, 4.0]];
/// assert_eq!(matrix_norm(&a, MatrixNorm::One, [-2, -1])?.item(), 6.0);
/// assert_eq!(matrix_norm(&a, MatrixNorm::Infinity, [-2, -1])?.item(), 7.0);
/// # Ok::<(), array_core::Error>(())
/// ```
///
/// # Errors
/// If there are not two axes, one does not exist or both are the same; if an extreme is asked for and there is
/// nothing; and, for norms made of singular values, if a value is not finite.
pub fn matrix_norm<T: Scalar>(
    a: &Array<T>,
    norm: MatrixNorm,
    axes: impl Into<Axes>,
) -> Result<Array<T::Real>> {
    let (op, axes) = ("matrix_norm", axes.into());
    let reduced = axes.reduced(op, a.shape())?;
    let [rows, columns] = axes.in_order(op, a.shape())?[..] else {
        let given = reduced.iter().filter(|&&gone| gone).count();
        return Err(Error::Rank { op, what: "axes of a matrix", given, shape: a.shape().to_vec() });
    };
    let norms = norm_of_last_two(op, &a.try_moveaxis([rows, columns], [-2, -1])?, norm)?;
    norms.try_reshape(&axes.result_shape(a.shape(), &reduced)[..])
}

/// The norms of the matrices in the last two axes.
pub(super) fn norm_of_last_two<T: Scalar>(
    op: &'static str,
    a: &Array<T>,
    norm: MatrixNorm,
) -> Result<Array<T::Real>> {
    let sums = |axis: isize| a.abs().try_sum_axis(axis);
    match norm {
        MatrixNorm::Frobenius => a.try_norm_axis([-2, -1]),
        MatrixNorm::One => sums(-2)?.try_max_axis(-1),
        MatrixNorm::MinusOne => sums(-2)?.try_min_axis(-1),
        MatrixNorm::Infinity => sums(-1)?.try_max_axis(-1),
        MatrixNorm::MinusInfinity => sums(-1)?.try_min_axis(-1),
        MatrixNorm::Nuclear => svd::values(op, a)?.try_sum_axis(-1),
        MatrixNorm::Two => svd::values(op, a)?.try_max_axis(-1),
        MatrixNorm::MinusTwo => svd::values(op, a)?.try_min_axis(-1),
    }
}
