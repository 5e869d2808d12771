//! Systems of equations and inverses.

use super::lu::Lu;
use super::scalar::Scalar;
use super::stack::{Stack, parts, rescale};
use crate::array::Array;
use crate::error::{Error, Result};
use crate::layout::Shape;
use crate::layout::broadcast::broadcast_shapes;

/// The solution X of A·X = B for every matrix: `numpy.linalg.solve`.
///
/// A (…, n, n) and B (…, n, k) → (…, n, k), the leading axes broadcast. B counts as a vector only if it has
/// one axis: then X has the shape (…, n).
///
/// ```
/// use array_core::{Error, array, linalg};
/// let a = array![[2.0, 1.0], [1.0, 3.0]];
/// assert!(linalg::solve(&a, &array![5.0, 10.0])?.allclose(&array![1.0, 3.0], 1e-14, 0.0));
///
/// let error = linalg::solve(&array![[1.0, 2.0], [2.0, 4.0]], &array![1.0, 1.0]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "solve: the matrix is singular: its row 1 is a combination of the rows before it"
/// );
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// If the matrices are not square, the shapes do not fit, a value is not finite or a matrix is singular.
pub fn solve<T: Scalar>(a: &Array<T>, b: &Array<T>) -> Result<Array<T>> {
    let op = "solve";
    let error = |rule| Error::Shapes { op, shapes: [a.shape().to_vec(), b.shape().to_vec()], rule };
    Stack::square(op, a)?;
    let n = a.shape()[a.ndim() - 1];
    let columns = match b.shape() {
        [] => return Err(error("the right-hand side needs an axis")),
        [_] => b.try_expand_dims(-1)?,
        _ => b.clone(),
    };
    let [batch_b @ .., rows, k] = columns.shape() else {
        return Err(error("the right-hand side needs an axis"));
    };
    if *rows != n {
        return Err(error("the right-hand side must have as many rows as the matrix"));
    }
    let batch_a = &a.shape()[..a.ndim() - 2];
    let batch =
        broadcast_shapes(op, batch_a, batch_b).map_err(|_| error("the leading axes do not broadcast"))?;
    let with_batch = |tail: [usize; 2]| -> Shape { batch.iter().copied().chain(tail).collect() };

    let matrices = Stack::square(op, &a.try_broadcast_to(&with_batch([n, n])[..])?)?;
    let sides = Stack::new(op, &columns.try_broadcast_to(&with_batch([n, *k])[..])?)?;
    let mut x = sides.results(&[n, *k])?;
    matrices.for_each(parts(&mut x, matrices.count()), |i, x| {
        let lu = Lu::of(&matrices, i)?.regular(op, &matrices, i)?;
        let exponent = sides.scale(i).map_err(|error| match error {
            // The second axis of a vector is ours.
            Error::NonFinite { mut index, value, .. } if b.ndim() == 1 => {
                index.pop();
                Error::NonFinite { op, index, shape: b.shape().to_vec(), value }
            }
            error => error,
        })?;
        x.copy_from_slice(sides.matrix(i));
        rescale(x, exponent);
        lu.solve(x);
        rescale(x, -exponent);
        Ok(())
    })?;
    if b.ndim() == 1 { x.try_squeeze(-1) } else { Ok(x) }
}

/// The inverse of every matrix: (…, n, n) → (…, n, n). `numpy.linalg.inv`.
///
/// To solve equations, [`solve`] is faster and more accurate.
///
/// # Errors
/// If the matrices are not square, a value is not finite or a matrix is singular.
pub fn inv<T: Scalar>(a: &Array<T>) -> Result<Array<T>> {
    inverse("inv", a)
}

/// As [`inv`], as a part of another operation.
pub(super) fn inverse<T: Scalar>(op: &'static str, a: &Array<T>) -> Result<Array<T>> {
    let stack = Stack::square(op, a)?;
    // Column by column.
    let mut inverse = stack.results(&[stack.rows, stack.rows])?;
    stack.for_each(parts(&mut inverse, stack.count()), |i, inverse| {
        Lu::of(&stack, i)?.regular(op, &stack, i)?.invert(inverse);
        Ok(())
    })?;
    Ok(inverse.swapaxes(-1, -2))
}
