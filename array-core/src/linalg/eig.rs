//! Eigenvalues of general matrices.

use super::balance::balance;
use super::scalar::{ComplexScalar, RealScalar, Scalar};
use super::schur::{self, Eigen, normalise};
use super::solve::solve;
use super::stack::{Stack, are_finite, parts, rescale};
use crate::array::Array;
use crate::element::{Field, Float, Num};
use crate::error::{Error, Result};
use crate::kernels::gemm::{Base, gemm};
use crate::kernels::operand::{In, Out};
use crate::layout::Layout;

/// A·V = V·diag(w), for every matrix of a stack.
///
/// Values and vectors are complex, whatever the matrices are; [`Array::real_if_close`] makes them real where they can
/// be, as `numpy.linalg.eig` does: real matrices have real eigenvalues with imaginary parts of exactly 0, or
/// conjugate pairs side by side.
#[derive(Debug, Clone)]
pub struct Eig<T: Scalar> {
    /// Eigenvalues in no particular order: (…, n).
    pub values: Array<T::Complex>,
    /// Eigenvectors of length 1 as columns: (…, n, n).
    pub vectors: Array<T::Complex>,
}

impl<T: Scalar> Eig<T> {
    /// V·diag(w)·V⁻¹, the matrices again.
    ///
    /// # Errors
    /// If the vectors are not independent: then the matrix has no such decomposition.
    pub fn reconstruct(&self) -> Result<Array<T::Complex>> {
        let scaled = &self.vectors * self.values.expand_dims(-2);
        // X·V = B is Vᵀ·Xᵀ = Bᵀ.
        Ok(solve(&self.vectors.swapaxes(-1, -2), &scaled.swapaxes(-1, -2))?.swapaxes(-1, -2))
    }
}

/// Eigenvalues and right eigenvectors: `numpy.linalg.eig`.
///
/// (…, n, n) → values (…, n), vectors (…, n, n), both complex.
///
/// ```
/// use array_core::{array, linalg};
/// let eig = linalg::eig(&array![[2.0, 0.0], [1.0, 3.0]])?;
/// let values = eig.values.real_if_close(0.0).expect("real eigenvalues");
/// assert!(values.sort(-1).allclose(&array![2.0, 3.0], 1e-14, 0.0));
///
/// let quarter_turn = array![[0.0, -1.0], [1.0, 0.0]];
/// assert!(linalg::eigvals(&quarter_turn)?.real_if_close(0.0).is_none());
/// # Ok::<(), array_core::Error>(())
/// ```
///
/// # Errors
/// If the matrices are not square or a value is not finite. [`Error::NoConvergence`] if neither faer's iteration nor
/// one of several of ours converges, which has not been seen.
pub fn eig<T: Scalar>(a: &Array<T>) -> Result<Eig<T>> {
    let stack = Stack::square("eig", a)?;
    let (n, count) = (stack.rows, stack.count());
    let mut values = stack.results(&[n])?;
    // Vectors come column by column.
    let mut vectors = stack.results(&[n, n])?;
    let jobs = parts(&mut values, count).into_iter().zip(parts(&mut vectors, count));
    stack.for_each(jobs.collect(), |i, (w, v)| with_vectors("eig", &stack, i, w, v))?;
    Ok(Eig { values, vectors: vectors.swapaxes(-1, -2) })
}

/// The eigenvalues alone: (…, n, n) → (…, n). `numpy.linalg.eigvals`.
///
/// # Errors
/// As [`eig`].
pub fn eigvals<T: Scalar>(a: &Array<T>) -> Result<Array<T::Complex>> {
    let stack = Stack::square("eigvals", a)?;
    let mut values = stack.results(&[stack.rows])?;
    stack.for_each(parts(&mut values, stack.count()), |i, w| values_alone("eigvals", &stack, i, w))?;
    Ok(values)
}

fn values_alone<T: Scalar>(op: &'static str, stack: &Stack<T>, i: usize, w: &mut [T::Complex]) -> Result<()> {
    let n = stack.rows;
    let exponent = stack.scale(i)?;
    if n == 0 {
        return Ok(());
    }
    let mut a = stack.column_major(i);
    rescale(&mut a, exponent);
    balance(&mut a, n);
    if T::eig(&a, n, w, None).is_err() || !have_moments(w, &a, n) {
        let Eigen { values, .. } =
            fallback(&a, n).ok_or_else(|| Error::NoConvergence { op, batch: stack.place(i) })?;
        w.copy_from_slice(&values);
    }
    rescale(w, -exponent);
    Ok(())
}

fn with_vectors<T: Scalar>(
    op: &'static str,
    stack: &Stack<T>,
    i: usize,
    w: &mut [T::Complex],
    v: &mut [T::Complex],
) -> Result<()> {
    let n = stack.rows;
    let exponent = stack.scale(i)?;
    if n == 0 {
        return Ok(());
    }
    let mut a = stack.column_major(i);
    rescale(&mut a, exponent);
    let mut balanced = a.clone();
    let exponents = balance(&mut balanced, n);
    let converged = T::eig(&balanced, n, w, Some(v)).is_ok() && are_finite(v) && {
        v.chunks_exact_mut(n).for_each(normalise);
        if exponents.iter().any(|&shift| shift != 0) {
            // The vectors of A itself are D times those of D⁻¹·A·D.
            for column in v.chunks_exact_mut(n) {
                column.iter_mut().zip(&exponents).for_each(|(x, &shift)| *x = x.times_power_of_two(shift));
                normalise(column);
            }
        }
        are_eigenvectors(&a, n, w, v)
    };
    if !converged {
        let Eigen { values, vectors } =
            fallback(&a, n).ok_or_else(|| Error::NoConvergence { op, batch: stack.place(i) })?;
        w.copy_from_slice(&values);
        v.copy_from_slice(&vectors);
    }
    rescale(w, -exponent);
    Ok(())
}

fn fallback<T: Scalar>(a: &[T], n: usize) -> Option<Eigen<T::Complex>> {
    let complex: Vec<T::Complex> = a.iter().map(|x| x.to_complex()).collect();
    schur::eig(&complex, n)
}

/// Whether Σλ = tr A and Σλ² = tr A², to rounding: what shows that an iteration ended before its time.
fn have_moments<T: Scalar>(w: &[T::Complex], a: &[T], n: usize) -> bool {
    let norm = a.iter().fold(T::Real::ZERO, |sum, x| sum + x.abs_squared()).sqrt();
    let near = |x: T::Complex, y: T, size: T::Real| {
        let bound = T::Real::from_f64(32.0 * n as f64) * T::Real::EPSILON * size;
        (x - y.to_complex()).abs() <= bound + T::Real::TINY
    };
    let trace = a.iter().step_by(n + 1).fold(T::ZERO, |sum, &x| sum + x);
    let square = (0..n * n).fold(T::ZERO, |sum, k| sum + a[k] * a[k % n * n + k / n]);
    let sum = w.iter().fold(T::Complex::ZERO, |sum, &w| sum + w);
    let sum_of_squares = w.iter().fold(T::Complex::ZERO, |sum, &w| sum + w * w);
    near(sum, trace, norm) && near(sum_of_squares, square, norm * norm)
}

/// Whether A·v = λ·v for every column v of length 1, to rounding.
fn are_eigenvectors<T: Scalar>(a: &[T], n: usize, w: &[T::Complex], v: &[T::Complex]) -> bool {
    let norm = a.iter().fold(T::Real::ZERO, |sum, x| sum + x.abs_squared()).sqrt();
    let bound = T::Real::from_f64(4.0 * n as f64) * T::Real::EPSILON * norm + T::Real::TINY;
    let images = images(a, n, v);
    let (re, im) = images.split_at(n * n);
    let images = re.chunks_exact(n).zip(im.chunks_exact(n));
    w.iter().zip(v.chunks_exact(n)).zip(images).all(|((&value, v), (re, im))| {
        let square = v.iter().zip(re.iter().zip(im)).fold(T::Real::ZERO, |sum, (&x, (&re, &im))| {
            sum + (T::Complex::from_parts(re, im) - value * x).abs_squared()
        });
        square.sqrt() <= bound
    })
}

/// A·v for every column v: the real parts of all, then the imaginary ones.
fn images<T: Scalar>(a: &[T], n: usize, v: &[T::Complex]) -> Vec<T::Real> {
    // Real products are the fast ones. What is column-major is the transpose, row-major: Vᵀ·Aᵀ = (A·V)ᵀ.
    let [re, im] = [|x: &T::Complex| x.re(), |x: &T::Complex| x.im()];
    let mut images = vec![T::Real::ZERO; 2 * n * n];
    let mut add_product = |left: Vec<T::Real>, right: Vec<T::Real>, base| {
        gemm(
            Out::new(&mut images, &Layout::contiguous(&[2 * n, n])),
            In::new(&left, &Layout::contiguous(&[2 * n, n])),
            In::new(&right, &Layout::contiguous(&[n, n])),
            base,
        );
    };
    add_product(
        v.iter().map(re).chain(v.iter().map(im)).collect(),
        a.iter().map(|x| x.re()).collect(),
        Base::Zero,
    );
    let imaginary: Vec<T::Real> = a.iter().map(|x| x.to_complex().im()).collect();
    if imaginary.iter().any(|&x| x != T::Real::ZERO) {
        let turned = v.iter().map(|x| -x.im()).chain(v.iter().map(re)).collect();
        add_product(turned, imaginary, Base::C);
    }
    images
}
