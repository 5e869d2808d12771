//! Powers of matrices.

use super::scalar::Scalar;
use super::solve::inverse;
use super::stack::Stack;
use crate::array::Array;
use crate::error::Result;

/// Every matrix multiplied by itself: (…, n, n) → (…, n, n). `numpy.linalg.matrix_power`.
///
/// Power 0 is the identity; negative ones are powers of the inverse. Takes about 2·log₂ |power| products.
///
/// ```
/// use array_core::{array, linalg};
/// let fibonacci = array![[1.0, 1.0], [1.0, 0.0]];
/// assert_eq!(linalg::matrix_power(&fibonacci, 10)?[[0, 1]], 55.0);
/// # Ok::<(), array_core::Error>(())
/// ```
///
/// # Errors
/// If the matrices are not square; for negative powers, if a matrix is singular or a value is not finite.
pub fn matrix_power<T: Scalar>(a: &Array<T>, power: i64) -> Result<Array<T>> {
    let stack = Stack::square("matrix_power", a)?;
    let mut square = if power < 0 { inverse("matrix_power", a)? } else { a.clone() };
    let mut product: Option<Array<T>> = None;
    let mut rest = power.unsigned_abs();
    while rest > 0 {
        if rest % 2 == 1 {
            product = Some(product.map_or_else(|| square.clone(), |product| product.matmul(&square)));
        }
        rest /= 2;
        if rest > 0 {
            square = square.matmul(&square);
        }
    }
    match product {
        Some(product) => Ok(product),
        None => Ok(Array::eye(stack.rows).try_broadcast_to(a.shape())?.copy()),
    }
}
