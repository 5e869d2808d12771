//! One-sided Jacobi: singular values without an iteration that could fail.
//!
//! Rotations of pairs of columns make them orthogonal (Hestenes 1958); their lengths are then the singular values.
//! Slower than what faer does, and the answer where that has none.

use super::scalar::{RealScalar, Scalar};
use super::stack::transposed;
use crate::element::{Field, Float, Num};
use crate::order::Ordered;

/// Sweeps over all pairs of columns. Six to ten are enough for any matrix known; the last one only ends the loop.
const SWEEPS: usize = 64;

/// The factors of A = U·diag(s)·Vᴴ, column-major.
pub struct Factors<T: Scalar> {
    pub u: Vec<T>,
    pub s: Vec<T::Real>,
    pub v: Vec<T>,
}

/// The singular values, descending, and vectors of a column-major matrix of at least as many rows as columns,
/// whose values are of moderate scale. U has `u_columns` columns: n or m.
pub fn svd<T: Scalar>(a: &[T], [m, n]: [usize; 2], u_columns: usize) -> Factors<T> {
    let mut columns: Vec<Vec<T>> = a.chunks_exact(m).map(<[T]>::to_vec).collect();
    let identity = |j| (0..n).map(|i| if i == j { T::ONE } else { T::ZERO }).collect();
    let mut v: Vec<Vec<T>> = (0..n).map(identity).collect();
    for _ in 0..SWEEPS {
        let mut orthogonal = true;
        for p in 0..n {
            for q in p + 1..n {
                if let Some(rotation) = Rotation::between(&columns[p], &columns[q]) {
                    orthogonal = false;
                    for columns in [&mut columns, &mut v] {
                        let (left, right) = columns.split_at_mut(q);
                        rotation.turn(&mut left[p], &mut right[0]);
                    }
                }
            }
        }
        if orthogonal {
            break;
        }
    }
    let lengths: Vec<T::Real> = columns.iter().map(|column| norm(column)).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| lengths[j].order(lengths[i]));
    let s: Vec<T::Real> = order.iter().map(|&j| lengths[j]).collect();
    let rank = s.iter().take_while(|&&s| s > T::Real::TINY).count();
    let unit = |&j: &usize| {
        let length = lengths[j];
        columns[j].iter().map(move |&x| quotient(x, length))
    };
    let mut u: Vec<T> = order[..rank].iter().flat_map(unit).collect();
    complete(&mut u, m, u_columns);
    Factors { u, s, v: order.iter().flat_map(|&j| v[j].iter().copied()).collect() }
}

/// As [`svd`], of a row-major matrix of any shape: U with m and V with n rows, both with min(m, n) columns or all.
pub fn svd_any<T: Scalar>(a: &[T], [m, n]: [usize; 2], full: bool) -> Factors<T> {
    let long = m.max(n);
    let columns = if full { long } else { m.min(n) };
    if m >= n {
        return svd(&transposed(a, m, n), [m, n], columns);
    }
    // A row-major matrix is its own transpose, column-major: Aᴴ = U·S·Vᴴ, so A = V·S·Uᴴ.
    let adjoint: Vec<T> = a.iter().map(|x| x.conjugate()).collect();
    let Factors { u, s, v } = svd(&adjoint, [n, m], columns);
    Factors { u: v, s, v: u }
}

/// Eigenvalues, ascending, and eigenvectors of a Hermitian matrix, column-major.
///
/// A + ‖A‖·1 has no negative eigenvalue, so that they are its singular values.
pub fn eigh<T: Scalar>(a: &[T], n: usize) -> (Vec<T::Real>, Vec<T>) {
    let mut shifted = a.to_vec();
    let shift = norm(&shifted);
    for j in 0..n {
        shifted[j * n + j] += T::from_real(shift);
    }
    let Factors { s, v, .. } = svd(&shifted, [n, n], n);
    let values = s.iter().rev().map(|&s| s - shift).collect();
    (values, v.chunks_exact(n).rev().flatten().copied().collect())
}

/// Adds columns that are orthonormal to those that are there.
fn complete<T: Scalar>(u: &mut Vec<T>, m: usize, columns: usize) {
    let rank = u.len() / m;
    if rank == columns {
        return;
    }
    let mut q = vec![T::ZERO; m * m];
    if rank == 0 {
        (0..m).for_each(|i| q[i * m + i] = T::ONE);
    } else {
        T::qr(&mut u.clone(), [m, rank], Some(&mut q));
    }
    u.extend(&q[rank * m..columns * m]);
}

/// x / size, where the square of the size, which complex division takes, may be 0.
fn quotient<T: Scalar>(x: T, size: T::Real) -> T {
    let exponent = -size.exponent();
    x.times_power_of_two(exponent) / T::from_real(size.times_power_of_two(exponent))
}

fn norm<T: Scalar>(values: &[T]) -> T::Real {
    values.iter().fold(T::Real::ZERO, |sum, x| sum + x.abs_squared()).sqrt()
}

/// What makes two columns orthogonal.
#[derive(Clone, Copy)]
struct Rotation<T: Scalar> {
    phase: T,
    cosine: T,
    sine: T,
}

impl<T: Scalar> Rotation<T> {
    /// `None` if the columns are orthogonal.
    fn between(p: &[T], q: &[T]) -> Option<Rotation<T>> {
        let (alpha, beta) = (norm(p), norm(q));
        let gamma = p.iter().zip(q).fold(T::ZERO, |sum, (&p, &q)| sum + p.conjugate() * q);
        let size = gamma.abs();
        // Written so that what is not a number counts as orthogonal.
        let oblique = size > T::Real::EPSILON * alpha * beta && size > T::Real::TINY;
        if !oblique {
            return None;
        }
        let one = T::Real::ONE;
        let zeta = (beta - alpha) * (beta + alpha) / (size + size);
        let sign = if zeta < T::Real::ZERO { -one } else { one };
        let tangent = sign / (Num::abs(zeta) + (one + zeta * zeta).sqrt());
        let cosine = one / (one + tangent * tangent).sqrt();
        Some(Rotation {
            phase: quotient(gamma, size),
            cosine: T::from_real(cosine),
            sine: T::from_real(cosine * tangent),
        })
    }

    fn turn(self, p: &mut [T], q: &mut [T]) {
        for (p, q) in p.iter_mut().zip(q) {
            let aligned = self.phase.conjugate() * *q;
            *q = self.sine * *p + self.cosine * aligned;
            *p = self.cosine * *p - self.sine * aligned;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Array, Complex, Real, default_rng};

    /// The greatest of LAPACK's test ratios: ‖A − U·S·Vᴴ‖/(‖A‖·max(m, n)·ε), ‖UᴴU − 1‖/(m·ε), ‖VᴴV − 1‖/(n·ε).
    fn errors<T: Scalar>(a: &Array<T>, full: bool) -> f64 {
        let [m, n] = [a.shape()[0], a.shape()[1]];
        let Factors { u, s, v } = svd_any(a.as_slice().unwrap(), [m, n], full);
        assert!(s.windows(2).all(|pair| pair[0] >= pair[1]));
        let columns = |values: &[T], rows: usize| Array::from_vec(values, [values.len() / rows, rows]).t();
        let (u, v) = (columns(&u, m), columns(&v, n));
        assert_eq!((u.shape()[1], v.shape()[1]), if full { (m, n) } else { (s.len(), s.len()) });
        let adjoint = |a: &Array<T>| a.t().map(T::conjugate);
        let k = s.len();
        let scaled = u.slice((.., ..k)) * Array::from_vec(s, k).map(T::from_real);
        let unit = |q: &Array<T>| adjoint(q).matmul(q) - Array::eye(q.shape()[1]);
        let size = |x: &Array<T>| x.norm().to_f64();
        let residual = size(&(a - scaled.matmul(&adjoint(&v.slice((.., ..k))))));
        let scale = size(a).max(f64::MIN_POSITIVE) * m.max(n) as f64;
        let ratios = [residual / scale, size(&unit(&u)) / m as f64, size(&unit(&v)) / n as f64];
        ratios.into_iter().fold(0.0, f64::max) / T::Real::EPSILON.to_f64()
    }

    #[test]
    fn singular_values_by_rotations_alone() {
        let rng = &mut default_rng(1);
        for shape in [[1, 1], [6, 6], [9, 4], [4, 9], [30, 20]] {
            let a: Array<f64> = rng.standard_normal(shape);
            let z = a.zip_map(&rng.standard_normal(shape), Complex::new);
            let rank_one = a.slice((.., ..1)) * a.slice((..1, ..));
            for full in [false, true] {
                for error in [
                    errors(&a, full),
                    errors(&z, full),
                    errors(&rank_one, full),
                    errors(&a.zeros_like(), full),
                ] {
                    assert!(error < 10.0, "{shape:?}: {error}");
                }
            }
        }
    }

    #[test]
    fn squares_of_small_sizes_may_vanish() {
        let ones = Array::<Complex<f32>>::ones([33, 33]);
        assert!(errors(&ones, false) < 10.0);
        let tiny = Array::from_fn([4, 3], |i| Complex::new((i[0] * i[0] + i[1]) as f32 * 1e-20, 0.0));
        assert!(errors(&tiny, false).is_finite());
    }

    #[test]
    fn eigenvalues_by_rotations_alone() {
        let rng = &mut default_rng(2);
        for n in [1, 2, 7, 20] {
            let a: Array<f64> = rng.standard_normal([n, n]);
            let h = &a + a.t();
            let (w, v) = eigh(h.as_slice().unwrap(), n);
            let v = Array::from_vec(v, [n, n]).t();
            let residual = h.matmul(&v) - &v * Array::from_vec(&w, n);
            assert!(residual.norm() < 1e-13 * n as f64 && w.is_sorted(), "{n}: {residual}");
        }
    }
}
