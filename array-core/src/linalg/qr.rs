//! Orthogonal times triangular.

use super::grading::{gather, row_order, scatter_each};
use super::scalar::Scalar;
use super::stack::{Stack, parts, rescale, transposed};
use crate::array::Array;
use crate::error::Result;

/// A = Q·R, for every matrix of a stack.
#[derive(Debug, Clone)]
pub struct Qr<T: Scalar> {
    /// Orthonormal columns: (…, m, k), or (…, m, m) from [`qr_complete`].
    pub q: Array<T>,
    /// Upper triangular: (…, k, n), or (…, m, n) from [`qr_complete`].
    pub r: Array<T>,
}

impl<T: Scalar> Qr<T> {
    /// Q·R, the matrices again.
    pub fn reconstruct(&self) -> Array<T> {
        self.q.matmul(&self.r)
    }
}

/// The QR decomposition by Householder reflections: `numpy.linalg.qr(a)`.
///
/// (…, m, n) → Q (…, m, k), R (…, k, n) with k = min(m, n). The signs of rows are not LAPACK's.
///
/// # Errors
/// If the array has fewer than two axes or a value is not finite.
pub fn qr<T: Scalar>(a: &Array<T>) -> Result<Qr<T>> {
    let stack = Stack::new("qr", a)?;
    with_q(&stack, stack.side())
}

/// As [`qr`], with a square Q: Q (…, m, m), R (…, m, n). `numpy.linalg.qr(a, mode="complete")`.
///
/// # Errors
/// As [`qr`].
pub fn qr_complete<T: Scalar>(a: &Array<T>) -> Result<Qr<T>> {
    let stack = Stack::new("qr_complete", a)?;
    with_q(&stack, stack.rows)
}

/// R alone: (…, m, n) → (…, min(m, n), n). `numpy.linalg.qr(a, mode="r")`.
///
/// # Errors
/// As [`qr`].
pub fn qr_r<T: Scalar>(a: &Array<T>) -> Result<Array<T>> {
    let stack = Stack::new("qr_r", a)?;
    let mut r = stack.results(&[stack.side(), stack.columns])?;
    stack.for_each(parts(&mut r, stack.count()), |i, r| one(&stack, i, None, r))?;
    Ok(r)
}

/// The decomposition with this many columns of Q.
fn with_q<T: Scalar>(stack: &Stack<T>, columns: usize) -> Result<Qr<T>> {
    // Q comes column by column.
    let mut q = stack.results(&[columns, stack.rows])?;
    let mut r = stack.results(&[columns, stack.columns])?;
    let jobs = parts(&mut q, stack.count()).into_iter().zip(parts(&mut r, stack.count()));
    stack.for_each(jobs.collect(), |i, (q, r)| one(stack, i, Some(q), r))?;
    Ok(Qr { q: q.swapaxes(-1, -2), r })
}

/// The decomposition of matrix `i`: Q column-major, R row-major with as many rows as there is space for.
fn one<T: Scalar>(stack: &Stack<T>, i: usize, q: Option<&mut [T]>, r: &mut [T]) -> Result<()> {
    let (m, n) = (stack.rows, stack.columns);
    let exponent = stack.scale(i)?;
    if m == 0 || n == 0 {
        if let Some(q) = q {
            q.fill(T::ZERO);
            q.iter_mut().step_by(m + 1).for_each(|value| *value = T::ONE);
        }
        return Ok(());
    }
    let rows = row_order(stack.matrix(i), n);
    let mut a = match &rows {
        Some(order) => transposed(&gather(stack.matrix(i), n, order), m, n),
        None => transposed(stack.matrix(i), m, n),
    };
    rescale(&mut a, exponent);
    match q {
        None => T::qr(&mut a, [m, n], None),
        Some(q) => {
            T::qr(&mut a, [m, n], Some(q));
            rows.iter().for_each(|order| scatter_each(q, order));
        }
    }
    for (i, row) in r.chunks_exact_mut(n).enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            *value = if i <= j && i < m.min(n) { a[j * m + i] } else { T::ZERO };
        }
    }
    rescale(r, -exponent);
    Ok(())
}
