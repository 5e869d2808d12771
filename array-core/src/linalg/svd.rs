//! Singular values.

use std::borrow::Cow;

use super::grading::{column_order, gather, row_order, scatter_each};
use super::jacobi;
use super::rayleigh::{SMALL, have_norm, refine};
use super::scalar::Scalar;
use super::stack::{Stack, are_finite, parts, rescale, transposed, with_threads};
use crate::array::Array;
use crate::element::{Float, Num};
use crate::error::Result;
use crate::layout::shape::keepdims;
use crate::order::Ordered;

/// A = U·diag(s)·Vᴴ, for every matrix of a stack.
#[derive(Debug, Clone)]
pub struct Svd<T: Scalar> {
    /// Left singular vectors as columns: (…, m, k), or (…, m, m) from [`svd_full`].
    pub u: Array<T>,
    /// Singular values, descending: (…, k) with k = min(m, n).
    pub s: Array<T::Real>,
    /// Right singular vectors, conjugated, as rows: (…, k, n), or (…, n, n) from [`svd_full`].
    pub vt: Array<T>,
}

impl<T: Scalar> Svd<T> {
    /// U·diag(s)·Vᴴ, the matrices again.
    pub fn reconstruct(&self) -> Array<T> {
        let k = self.s.shape()[self.s.ndim() - 1];
        let u = self.u.slice((crate::Ellipsis, ..k));
        let vt = self.vt.slice((crate::Ellipsis, ..k, ..));
        (u * self.s.map(T::from_real).expand_dims(-2)).matmul(&vt)
    }

    /// How many singular values are above `tolerance`; `None` is for the greatest one times max(m, n)·ε.
    pub fn rank(&self, tolerance: impl Into<Option<f64>>) -> Array<i64> {
        let sides = [&self.u, &self.vt].map(|vectors| vectors.shape().iter().rev().take(2).max().copied());
        rank(&self.s, sides.into_iter().flatten().max().unwrap_or(0), tolerance.into())
    }
}

/// How many of the last axis of singular values, of matrices whose longer side is given, are above the tolerance.
pub(super) fn rank<R: Float>(s: &Array<R>, longer: usize, tolerance: Option<f64>) -> Array<i64> {
    if s.is_empty() {
        return s.cast::<i64>().sum_axis(-1);
    }
    let tolerance = match tolerance {
        Some(tolerance) => Array::scalar(R::from_f64(tolerance)),
        None => {
            let epsilon = R::from_f64(longer as f64).mul(R::EPSILON);
            s.max_axis(keepdims(-1)).map(|s| s.mul(epsilon))
        }
    };
    s.greater(&tolerance).sum_axis(-1)
}

/// The singular value decomposition with as many vectors as values: `numpy.linalg.svd(a, full_matrices=False)`.
///
/// (…, m, n) → U (…, m, k), s (…, k), Vᴴ (…, k, n) with k = min(m, n). The signs of vectors are not LAPACK's.
///
/// ```
/// use array_core::{array, linalg};
/// let a = array![[3.0, 0.0], [4.0, 5.0]];
/// let svd = linalg::svd(&a)?;
/// assert!(svd.s.allclose(&array![45.0_f64.sqrt(), 5.0_f64.sqrt()], 1e-14, 0.0));
/// assert!(svd.reconstruct().allclose(&a, 1e-14, 1e-14));
/// # Ok::<(), array_core::Error>(())
/// ```
///
/// # Errors
/// If the array has fewer than two axes or a value is not finite.
pub fn svd<T: Scalar>(a: &Array<T>) -> Result<Svd<T>> {
    decompose("svd", a, false)
}

/// As [`svd`], with all vectors: U (…, m, m) and Vᴴ (…, n, n). `numpy.linalg.svd(a)`.
///
/// # Errors
/// As [`svd`].
pub fn svd_full<T: Scalar>(a: &Array<T>) -> Result<Svd<T>> {
    decompose("svd_full", a, true)
}

/// The singular values alone, descending: (…, m, n) → (…, min(m, n)). `numpy.linalg.svdvals`.
///
/// # Errors
/// As [`svd`].
pub fn svdvals<T: Scalar>(a: &Array<T>) -> Result<Array<T::Real>> {
    values("svdvals", a)
}

/// As [`svdvals`], as a part of another operation.
pub(super) fn values<T: Scalar>(op: &'static str, a: &Array<T>) -> Result<Array<T::Real>> {
    let stack = Stack::new(op, a)?;
    if stack.side() < SMALL {
        // Vectors make them sharper: see `rayleigh`.
        return Ok(decompose(op, a, false)?.s);
    }
    let mut values = stack.results(&[stack.side()])?;
    stack.for_each(parts(&mut values, stack.count()), |i, s| values_alone(&stack, i, s))?;
    Ok(values)
}

pub(super) fn decompose<T: Scalar>(op: &'static str, a: &Array<T>, full: bool) -> Result<Svd<T>> {
    let stack = Stack::new(op, a)?;
    let (m, n, k, count) = (stack.rows, stack.columns, stack.side(), stack.count());
    let columns = if full { [m, n] } else { [k, k] };
    // U comes column by column.
    let mut u = stack.results(&[columns[0], m])?;
    let mut s = stack.results(&[k])?;
    let mut vt = stack.results(&[columns[1], n])?;
    let jobs = parts(&mut u, count).into_iter().zip(parts(&mut s, count)).zip(parts(&mut vt, count));
    stack.for_each(jobs.collect(), |i, ((u, s), vt)| one(&stack, i, s, u, vt))?;
    Ok(Svd { u: u.swapaxes(-1, -2), s, vt })
}

/// The decomposition of matrix `i`: U column-major, Vᴴ row-major.
fn one<T: Scalar>(stack: &Stack<T>, i: usize, s: &mut [T::Real], u: &mut [T], vt: &mut [T]) -> Result<()> {
    let (m, n) = (stack.rows, stack.columns);
    let exponent = stack.scale(i)?;
    if m == 0 || n == 0 {
        [(u, m), (vt, n)].into_iter().for_each(|(square, n)| fill_identity(square, n));
        return Ok(());
    }
    let Sorted { a, rows, columns } = Sorted::new(stack.matrix(i), [m, n], exponent);
    let a = &a[..];
    // What is row-major is the transpose, column-major, for faer: Aᵀ = U'·S·V'ᴴ, so A = conj(V')·S·U'ᵀ.
    // It writes only what is not 0 into vectors beyond those that have values.
    let k = s.len();
    u[k * m..].fill(T::ZERO);
    vt[k * n..].fill(T::ZERO);
    let converged = with_threads(s.len(), || T::svd(a, [n, m], s, Some(vt), Some(u))).is_ok();
    if converged && are_sizes(s) && are_finite(u) && are_finite(vt) {
        if !s.is_sorted_by(|a, b| a >= b) {
            // faer leaves values that are rounding errors in any order.
            let mut order: Vec<usize> = (0..k).collect();
            order.sort_by(|&i, &j| s[j].order(s[i]));
            reorder(s, 1, &order);
            reorder(u, m, &order);
            reorder(vt, n, &order);
        }
        refine(s, &vt[..k * n], a, &u[..k * m]);
        s.iter_mut().for_each(|s| *s = Num::abs(*s));
        s.sort_by(|a, b| b.order(*a));
        conjugate(u);
    } else {
        let full = u.len() + vt.len() > (m + n) * s.len();
        let factors = jacobi::svd_any(a, [m, n], full);
        u.copy_from_slice(&factors.u);
        s.copy_from_slice(&factors.s);
        vt.copy_from_slice(&factors.v);
        conjugate(vt);
    }
    rows.iter().for_each(|order| scatter_each(u, order));
    columns.iter().for_each(|order| scatter_each(vt, order));
    rescale(s, -exponent);
    Ok(())
}

/// The singular values of matrix `i`, which has at least one.
fn values_alone<T: Scalar>(stack: &Stack<T>, i: usize, s: &mut [T::Real]) -> Result<()> {
    let (m, n) = (stack.rows, stack.columns);
    let exponent = stack.scale(i)?;
    let Sorted { a, .. } = Sorted::new(stack.matrix(i), [m, n], exponent);
    let converged = with_threads(s.len(), || T::svd(&a, [n, m], s, None, None)).is_ok();
    if converged && are_sizes(s) && have_norm(s, &a) {
        s.sort_by(|a, b| b.order(*a));
    } else {
        s.copy_from_slice(&jacobi::svd_any(&a, [m, n], false).s);
    }
    rescale(s, -exponent);
    Ok(())
}

/// A matrix divided by 2^exponent, its rows and columns in an order that loses no digits.
struct Sorted<'a, T: Scalar> {
    a: Cow<'a, [T]>,
    rows: Option<Vec<usize>>,
    columns: Option<Vec<usize>>,
}

impl<'a, T: Scalar> Sorted<'a, T> {
    fn new(matrix: &'a [T], [m, n]: [usize; 2], exponent: i32) -> Self {
        let mut a = Cow::Borrowed(matrix);
        if exponent != 0 {
            rescale(a.to_mut(), exponent);
        }
        let rows = row_order(&a, n);
        if let Some(order) = &rows {
            a = gather(&a, n, order).into();
        }
        let columns = column_order(&a, n);
        if let Some(order) = &columns {
            a = transposed(&gather(&transposed(&a, m, n), m, order), n, m).into();
        }
        Sorted { a, rows, columns }
    }
}

/// Whether these are what singular values can be.
fn are_sizes<R: Float>(s: &[R]) -> bool {
    s.iter().all(|&s| s >= R::ZERO && s.is_finite())
}

/// Puts as many pieces of this length as the order has in that order.
fn reorder<T: Copy>(values: &mut [T], length: usize, order: &[usize]) {
    let pieces = gather(values, length, order);
    values[..pieces.len()].copy_from_slice(&pieces);
}

fn conjugate<T: Scalar>(values: &mut [T]) {
    values.iter_mut().for_each(|value| *value = value.conjugate());
}

/// Writes the identity; nothing where there are no vectors.
fn fill_identity<T: Scalar>(values: &mut [T], n: usize) {
    values.fill(T::ZERO);
    values.iter_mut().step_by(n + 1).for_each(|value| *value = T::ONE);
}
