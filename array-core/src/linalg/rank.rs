//! What singular values tell: ranks, pseudo-inverses, least squares, condition numbers.

use super::norm::{MatrixNorm, norm_of_last_two};
use super::scalar::Scalar;
use super::solve::inverse;
use super::svd;
use crate::array::Array;
use crate::element::{Field, Float, Num, Real};
use crate::error::{Error, Result};
use crate::layout::shape::keepdims;

/// How many singular values of every matrix are above `tolerance`: (…, m, n) → (…). `numpy.linalg.matrix_rank`.
///
/// `None` stands for the greatest singular value times max(m, n)·ε. An array of one axis has rank 1 unless all its
/// values are 0.
///
/// # Errors
/// If the array has no axes or a value is not finite.
pub fn matrix_rank<T: Scalar>(a: &Array<T>, tolerance: impl Into<Option<f64>>) -> Result<Array<i64>> {
    if a.ndim() == 1 {
        return Ok(Array::scalar(i64::from(a.iter().any(|&x| x != T::ZERO))));
    }
    let s = svd::values("matrix_rank", a)?;
    let longer = a.shape()[a.ndim() - 1].max(a.shape()[a.ndim() - 2]);
    Ok(svd::rank(&s, longer, tolerance.into()))
}

/// The Moore–Penrose pseudo-inverse of every matrix: (…, m, n) → (…, n, m). `numpy.linalg.pinv`.
///
/// Singular values of at most `rcond` times the greatest one count as 0; `None` is for max(m, n)·ε.
///
/// # Errors
/// If the array has fewer than two axes or a value is not finite.
pub fn pinv<T: Scalar>(a: &Array<T>, rcond: impl Into<Option<f64>>) -> Result<Array<T>> {
    let svd = svd::decompose("pinv", a, false)?;
    let [.., m, n] = *a.shape() else { return Ok(a.clone()) };
    if svd.s.is_empty() {
        return a.swapaxes(-1, -2).zeros_like().try_reshape(a.swapaxes(-1, -2).shape());
    }
    let bound = svd.s.max_axis(keepdims(-1)) * T::Real::from_f64(relative::<T>(rcond.into(), m, n));
    let reciprocal = svd.s.zip_map(&bound.broadcast_to(svd.s.shape()), |s, bound| {
        T::from_real(if s > bound { T::Real::ONE / s } else { T::Real::ZERO })
    });
    let adjoint = |vectors: &Array<T>| vectors.swapaxes(-1, -2).map(T::conjugate);
    Ok((adjoint(&svd.vt) * reciprocal.expand_dims(-2)).matmul(&adjoint(&svd.u)))
}

/// The fraction of the greatest singular value below which others count as 0.
fn relative<T: Scalar>(rcond: Option<f64>, m: usize, n: usize) -> f64 {
    rcond.unwrap_or(m.max(n) as f64 * <T::Real as Float>::EPSILON.to_f64())
}

/// The solution of a least squares problem.
#[derive(Debug, Clone)]
pub struct Lstsq<T: Scalar> {
    /// The X of least ‖B − A·X‖, and among those of least ‖X‖: (n, k), or (n) if B has one axis.
    pub solution: Array<T>,
    /// The sums of squares of the columns of B − A·X: (k), or no elements if A has not full rank or m ≤ n.
    pub residuals: Array<T::Real>,
    /// How many singular values of A do not count as 0.
    pub rank: usize,
    /// The singular values of A, descending.
    pub singular_values: Array<T::Real>,
}

/// The X that minimises ‖B − A·X‖: `numpy.linalg.lstsq`.
///
/// A (m, n) and B (m, k) → X (n, k); B may have one axis. Singular values of at most `rcond` times the greatest one
/// count as 0; `None` is for max(m, n)·ε.
///
/// ```
/// use array_core::{array, linalg};
/// // The line through (0, 1), (1, 3), (2, 4).
/// let a = array![[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]];
/// let line = linalg::lstsq(&a, &array![1.0, 3.0, 4.0], None)?;
/// assert!(line.solution.allclose(&array![1.5, 7.0 / 6.0], 1e-14, 0.0));
/// assert_eq!((line.rank, line.residuals.shape()), (2, &[1][..]));
/// # Ok::<(), array_core::Error>(())
/// ```
///
/// # Errors
/// If the shapes do not fit or a value is not finite.
pub fn lstsq<T: Scalar>(a: &Array<T>, b: &Array<T>, rcond: impl Into<Option<f64>>) -> Result<Lstsq<T>> {
    let op = "lstsq";
    let error = |rule| Error::Shapes { op, shapes: [a.shape().to_vec(), b.shape().to_vec()], rule };
    let [m, n] = *a.shape() else { return Err(error("the matrix must have two axes")) };
    if !matches!(b.ndim(), 1 | 2) || b.shape()[0] != m {
        return Err(error("the right-hand side must have one or two axes and as many rows as the matrix"));
    }
    let columns = if b.ndim() == 1 { b.expand_dims(-1) } else { b.clone() };
    super::stack::Stack::new(op, &columns)?.scale(0)?;
    let svd = svd::decompose(op, a, false)?;
    let s = svd.s.to_vec();
    let greatest = s.first().copied().unwrap_or(T::Real::ZERO);
    let bound = greatest * T::Real::from_f64(relative::<T>(rcond.into(), m, n));
    let rank = s.iter().filter(|&&s| s > bound).count();
    // X = V·diag(1/s)·Uᴴ·B over the first `rank` values.
    let rotated = svd.u.slice((.., ..rank)).t().map(T::conjugate).matmul(&columns);
    let scaled = rotated / svd.s.slice(..rank).map(T::from_real).expand_dims(-1);
    let x = svd.vt.slice((..rank, ..)).t().map(T::conjugate).matmul(&scaled);
    let residuals = if rank == n && m > n {
        (&columns - a.matmul(&x)).map(T::abs_squared).sum_axis(0)
    } else {
        Array::zeros(0)
    };
    let solution = if b.ndim() == 1 { x.squeeze(-1) } else { x };
    Ok(Lstsq { solution, residuals, rank, singular_values: svd.s })
}

/// How much relative errors grow when solving with every matrix, ‖A‖·‖A⁻¹‖: (…, m, n) → (…). `numpy.linalg.cond`.
///
/// With [`MatrixNorm::Two`], the greatest singular value over the least; other norms need square matrices. Infinite
/// for singular matrices.
///
/// # Errors
/// If the array has fewer than two axes or no elements, matrices must be square and are not, or a value is not finite.
pub fn cond<T: Scalar>(a: &Array<T>, norm: MatrixNorm) -> Result<Array<T::Real>> {
    let op = "cond";
    let infinite = T::Real::ONE / T::Real::ZERO;
    if matches!(norm, MatrixNorm::Two | MatrixNorm::MinusTwo) {
        let s = svd::values(op, a)?;
        if s.shape()[s.ndim() - 1] == 0 {
            return Err(Error::Empty { op, shape: a.shape().to_vec() });
        }
        let (first, last) = (s.slice((crate::Ellipsis, 0)), s.slice((crate::Ellipsis, -1)));
        // A matrix of zeros is singular, whatever 0/0 is.
        return Ok(first.zip_map(&last, |first, last| match norm {
            MatrixNorm::Two if last == T::Real::ZERO => infinite,
            MatrixNorm::Two => first / last,
            _ => last / first,
        }));
    }
    let stack = super::stack::Stack::square(op, a)?;
    if stack.rows == 0 {
        return Err(Error::Empty { op, shape: a.shape().to_vec() });
    }
    // One by one, because singular matrices have no inverse.
    let mut cond = stack.results(&[])?;
    stack.for_each(super::stack::parts(&mut cond, stack.count()), |i, cond| {
        let one = Array::try_from_vec(stack.matrix(i), [stack.rows, stack.rows])?;
        cond[0] = match inverse(op, &one) {
            Ok(inverse) => {
                norm_of_last_two(op, &one, norm)?.item() * norm_of_last_two(op, &inverse, norm)?.item()
            }
            Err(Error::Singular { .. }) => infinite,
            Err(error) => return Err(error),
        };
        Ok(())
    })?;
    Ok(cond)
}
