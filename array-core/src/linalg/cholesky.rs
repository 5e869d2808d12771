//! The triangular square root of positive definite matrices.

use super::eigh::lower_triangle;
use super::scalar::Scalar;
use super::stack::{Stack, parts, rescale};
use crate::array::Array;
use crate::error::{Error, Result};

/// The lower triangular L with A = L·Lᴴ for every matrix: (…, n, n) → (…, n, n). `numpy.linalg.cholesky`.
///
/// Only the lower triangle is read, as if the upper one were its mirror image.
///
/// ```
/// use array_core::{array, linalg};
/// let l = linalg::cholesky(&array![[4.0, 0.0], [2.0, 10.0]])?;
/// assert_eq!(l, array![[2.0, 0.0], [1.0, 3.0]]);
/// let error = linalg::cholesky(&array![[1.0, 2.0], [2.0, 1.0]]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "cholesky: the matrix is not positive definite: its leading minor of order 2 is not positive"
/// );
/// # Ok::<(), array_core::Error>(())
/// ```
///
/// # Errors
/// If the matrices are not square, a value of the lower triangle is not finite or a matrix is not positive definite.
pub fn cholesky<T: Scalar>(a: &Array<T>) -> Result<Array<T>> {
    let op = "cholesky";
    let stack = Stack::square(op, a)?;
    let n = stack.rows;
    // Column by column.
    let mut factors = stack.results(&[n, n])?;
    stack.for_each(parts(&mut factors, stack.count()), |i, l| {
        let (mut lower, exponent) = lower_triangle(&stack, i)?;
        // An even power has a root.
        let root = exponent / 2;
        rescale(&mut lower, 2 * root);
        l.copy_from_slice(&lower);
        if n > 0 {
            T::cholesky(l, n).map_err(|row| Error::NotPositiveDefinite {
                op,
                minor: row + 1,
                batch: stack.place(i),
            })?;
        }
        (0..n).for_each(|j| l[j * n..][..j].fill(T::ZERO));
        rescale(l, -root);
        Ok(())
    })?;
    Ok(factors.swapaxes(-1, -2))
}
