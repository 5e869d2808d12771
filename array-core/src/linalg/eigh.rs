//! Eigenvalues of Hermitian matrices.

use super::jacobi;
use super::rayleigh::{SMALL, have_norm, refine};
use super::scalar::Scalar;
use super::stack::{Stack, are_finite, parts, rescale, scale_of, with_threads};
use crate::array::Array;
use crate::element::Float;
use crate::error::Result;
use crate::order::Ordered;

/// A = V·diag(w)·Vᴴ, for every matrix of a stack.
#[derive(Debug, Clone)]
pub struct Eigh<T: Scalar> {
    /// Eigenvalues, ascending: (…, n).
    pub values: Array<T::Real>,
    /// Orthonormal eigenvectors as columns: (…, n, n).
    pub vectors: Array<T>,
}

impl<T: Scalar> Eigh<T> {
    /// V·diag(w)·Vᴴ, the matrices again.
    pub fn reconstruct(&self) -> Array<T> {
        let adjoint = self.vectors.swapaxes(-1, -2).map(T::conjugate);
        (&self.vectors * self.values.map(T::from_real).expand_dims(-2)).matmul(&adjoint)
    }
}

/// Eigenvalues and eigenvectors of symmetric or Hermitian matrices: `numpy.linalg.eigh`.
///
/// (…, n, n) → values (…, n), ascending, and vectors (…, n, n). Only the lower triangle is read, as if the upper one
/// were its mirror image; to have the upper one read, pass the conjugate transpose.
///
/// ```
/// use array_core::{array, linalg};
/// let eigh = linalg::eigh(&array![[2.0, f64::NAN], [1.0, 2.0]])?;
/// assert!(eigh.values.allclose(&array![1.0, 3.0], 1e-14, 0.0));
/// assert!(eigh.reconstruct().allclose(&array![[2.0, 1.0], [1.0, 2.0]], 1e-14, 0.0));
/// # Ok::<(), array_core::Error>(())
/// ```
///
/// # Errors
/// If the matrices are not square or a value of the lower triangle is not finite.
pub fn eigh<T: Scalar>(a: &Array<T>) -> Result<Eigh<T>> {
    decompose("eigh", a)
}

fn decompose<T: Scalar>(op: &'static str, a: &Array<T>) -> Result<Eigh<T>> {
    let stack = Stack::square(op, a)?;
    let (n, count) = (stack.rows, stack.count());
    let mut values = stack.results(&[n])?;
    // Vectors come column by column.
    let mut vectors = stack.results(&[n, n])?;
    let jobs = parts(&mut values, count).into_iter().zip(parts(&mut vectors, count));
    stack.for_each(jobs.collect(), |i, (w, v)| one(&stack, i, w, v))?;
    Ok(Eigh { values, vectors: vectors.swapaxes(-1, -2) })
}

/// The eigenvalues alone, ascending: (…, n, n) → (…, n). `numpy.linalg.eigvalsh`.
///
/// # Errors
/// As [`eigh`].
pub fn eigvalsh<T: Scalar>(a: &Array<T>) -> Result<Array<T::Real>> {
    let stack = Stack::square("eigvalsh", a)?;
    if stack.rows < SMALL {
        // Vectors make them sharper: see `rayleigh`.
        return Ok(decompose("eigvalsh", a)?.values);
    }
    let mut values = stack.results(&[stack.rows])?;
    stack.for_each(parts(&mut values, stack.count()), |i, w| values_alone(&stack, i, w))?;
    Ok(values)
}

/// The eigenvalues of matrix `i`, and its eigenvectors column by column.
fn one<T: Scalar>(stack: &Stack<T>, i: usize, w: &mut [T::Real], v: &mut [T]) -> Result<()> {
    let n = stack.rows;
    let (mut a, exponent) = lower_triangle(stack, i)?;
    if n == 0 {
        return Ok(());
    }
    rescale(&mut a, exponent);
    mirror(&mut a, n);
    if with_threads(n, || T::eigh(&a, n, w, Some(v))).is_ok() && is_ascending(w) && are_finite(v) {
        refine(w, v, &a, v);
        w.sort_by(|a, b| a.order(*b));
    } else {
        let (values, vectors) = jacobi::eigh(&a, n);
        w.copy_from_slice(&values);
        v.copy_from_slice(&vectors);
    }
    rescale(w, -exponent);
    Ok(())
}

/// The eigenvalues of matrix `i`.
fn values_alone<T: Scalar>(stack: &Stack<T>, i: usize, w: &mut [T::Real]) -> Result<()> {
    let n = stack.rows;
    let (mut a, exponent) = lower_triangle(stack, i)?;
    rescale(&mut a, exponent);
    mirror(&mut a, n);
    if !(with_threads(n, || T::eigh(&a, n, w, None)).is_ok() && is_ascending(w) && have_norm(w, &a)) {
        w.copy_from_slice(&jacobi::eigh(&a, n).0);
    }
    rescale(w, -exponent);
    Ok(())
}

/// Makes the upper triangle the mirror image of the lower one.
fn mirror<T: Scalar>(a: &mut [T], n: usize) {
    for j in 0..n {
        for i in 0..j {
            a[j * n + i] = a[i * n + j].conjugate();
        }
    }
}

/// The lower triangle of matrix `i`, column-major, with zeros above it and a real diagonal; and the exponent to
/// scale it by.
pub(super) fn lower_triangle<T: Scalar>(stack: &Stack<T>, i: usize) -> Result<(Vec<T>, i32)> {
    let n = stack.rows;
    let mut lower = stack.column_major(i);
    for j in 0..n {
        lower[j * n..][..j].fill(T::ZERO);
        lower[j * n + j] = T::from_real(lower[j * n + j].re());
    }
    match scale_of(&lower) {
        Some(exponent) => Ok((lower, exponent)),
        None => Err(stack.not_finite(i, |row, column| column <= row)),
    }
}

/// Whether these are what eigenvalues must be; not if one is NaN.
fn is_ascending<R: Float>(w: &[R]) -> bool {
    w.windows(2).all(|pair| pair[0] <= pair[1]) && w.iter().all(|w| w.is_finite())
}
