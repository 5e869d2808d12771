//! Eigenvalues by a plain single-shift QR iteration: slower than faer's, and the answer where that has none.

use super::scalar::{ComplexScalar, RealScalar};
use super::stack::{rescale, scale_of};
use crate::element::{Field, Float, Num};

/// Steps per eigenvalue; two or three are usual.
const STEPS: usize = 60;
/// Similar matrices that are tried. None has been seen to need a second.
const ATTEMPTS: u64 = 8;

/// Eigenvalues, and normalised eigenvectors column by column.
pub struct Eigen<C> {
    pub values: Vec<C>,
    pub vectors: Vec<C>,
}

/// The eigenvalues of a column-major n×n matrix of moderate scale; `None` if no attempt converges.
pub fn eig<C: ComplexScalar<Real: RealScalar>>(a: &[C], n: usize) -> Option<Eigen<C>> {
    (0..ATTEMPTS).find_map(|attempt| {
        let mut schur = Schur { n, t: a.to_vec(), z: vec![C::ZERO; n * n] };
        (0..n).for_each(|i| schur.z[i * n + i] = C::ONE);
        if attempt > 0 {
            // Seen from another direction, the matrix is another one to the iteration.
            let scattered = |i: usize| ((i as u64 + 1) * attempt) as f64 * 0.618_033_988_749_895 % 1.0 - 0.5;
            let direction: Vec<C> = (0..n).map(|i| C::from_f64(scattered(i))).collect();
            schur.reflect(&direction, 0);
        }
        schur.hessenberg();
        schur.iterate().then(|| Eigen { values: schur.values(), vectors: schur.vectors() })
    })
}

/// A = Z·T·Zᴴ, T on its way to being upper triangular; column-major.
struct Schur<C> {
    n: usize,
    t: Vec<C>,
    z: Vec<C>,
}

impl<C: ComplexScalar<Real: RealScalar>> Schur<C> {
    fn at(&self, i: usize, j: usize) -> C {
        self.t[j * self.n + i]
    }

    /// The similarity by the reflection 1 − 2vvᴴ/vᴴv, where v starts at row `first`.
    fn reflect(&mut self, v: &[C], first: usize) {
        let n = self.n;
        let square = v.iter().fold(C::Real::ZERO, |sum, x| sum + x.abs_squared());
        if square == C::Real::ZERO {
            return;
        }
        let factor = C::from_real(C::Real::from_f64(2.0) / square);
        for column in self.t.chunks_exact_mut(n) {
            let part = &mut column[first..][..v.len()];
            let dot = v.iter().zip(&*part).fold(C::ZERO, |sum, (v, x)| sum + v.conjugate() * *x) * factor;
            part.iter_mut().zip(v).for_each(|(x, v)| *x -= dot * *v);
        }
        for matrix in [&mut self.t, &mut self.z] {
            for i in 0..n {
                let row = |k: usize| (first + k) * n + i;
                let dot = (0..v.len()).fold(C::ZERO, |sum, k| sum + matrix[row(k)] * v[k]) * factor;
                (0..v.len()).for_each(|k| matrix[row(k)] -= dot * v[k].conjugate());
            }
        }
    }

    /// Makes T zero below its first subdiagonal.
    fn hessenberg(&mut self) {
        let n = self.n;
        for j in 0..n.saturating_sub(2) {
            let mut v = self.t[j * n + j + 1..(j + 1) * n].to_vec();
            if v[1..].iter().all(|&x| x == C::ZERO) {
                continue;
            }
            let norm = v.iter().fold(C::Real::ZERO, |sum, x| sum + x.abs_squared()).sqrt();
            let size = v[0].abs();
            let phase = if size == C::Real::ZERO { C::ONE } else { v[0] / C::from_real(size) };
            v[0] += phase * C::from_real(norm);
            self.reflect(&v, j + 1);
            self.t[j * n + j + 2..(j + 1) * n].fill(C::ZERO);
        }
    }

    /// QR steps until T is upper triangular; false if they are used up.
    fn iterate(&mut self) -> bool {
        let norm = self.t.iter().fold(C::Real::ZERO, |sum, x| sum + x.abs_squared()).sqrt();
        let mut end = self.n;
        for step in 0..STEPS * self.n.max(1) {
            // The active block is rows start..end: it ends where a subdiagonal is negligible.
            while end > 1 && self.is_negligible(end - 1, norm) {
                self.t[(end - 2) * self.n + end - 1] = C::ZERO;
                end -= 1;
            }
            if end <= 1 {
                return true;
            }
            let mut start = end - 1;
            while start > 0 && !self.is_negligible(start, norm) {
                start -= 1;
            }
            if start > 0 {
                self.t[(start - 1) * self.n + start] = C::ZERO;
            }
            let shift = if step % 11 == 10 {
                // An exceptional shift breaks cycles.
                self.at(end - 1, end - 1) + C::from_real(self.at(end - 1, end - 2).abs())
            } else {
                self.wilkinson_shift(end)
            };
            self.step(start, end, shift);
        }
        false
    }

    /// Whether the subdiagonal entry of row `i` is rounding error.
    fn is_negligible(&self, i: usize, norm: C::Real) -> bool {
        let neighbours = self.at(i, i).abs() + self.at(i - 1, i - 1).abs();
        let size = if neighbours == C::Real::ZERO { norm } else { neighbours };
        self.at(i, i - 1).abs() <= C::Real::EPSILON * size
    }

    /// The eigenvalue of the last 2×2 block that is nearer to its last entry.
    fn wilkinson_shift(&self, end: usize) -> C {
        let (a, b) = (self.at(end - 2, end - 2), self.at(end - 2, end - 1));
        let (c, d) = (self.at(end - 1, end - 2), self.at(end - 1, end - 1));
        let half = (a - d) / C::from_f64(2.0);
        let root = (half * half + b * c).sqrt();
        let (plus, minus) = (half + root, half - root);
        let denominator = if plus.abs() > minus.abs() { plus } else { minus };
        if denominator == C::ZERO { d } else { d - b * c / denominator }
    }

    /// One QR step on rows start..end, by rotations of neighbouring rows and columns.
    fn step(&mut self, start: usize, end: usize, shift: C) {
        let n = self.n;
        (start..end).for_each(|i| self.t[i * n + i] -= shift);
        let mut rotations = Vec::with_capacity(end - start);
        for k in start..end - 1 {
            let (x, y) = (self.at(k, k), self.at(k + 1, k));
            let length = C::from_real((x.abs_squared() + y.abs_squared()).sqrt());
            let (c, s) = if length == C::ZERO { (C::ONE, C::ZERO) } else { (x / length, y / length) };
            for column in self.t[k * n..].chunks_exact_mut(n) {
                let (above, below) = (column[k], column[k + 1]);
                column[k] = c.conjugate() * above + s.conjugate() * below;
                column[k + 1] = c * below - s * above;
            }
            rotations.push((c, s));
        }
        for (k, (c, s)) in (start..).zip(rotations) {
            for (matrix, rows) in [(&mut self.t, end), (&mut self.z, n)] {
                for i in 0..rows {
                    let (left, right) = (matrix[k * n + i], matrix[(k + 1) * n + i]);
                    matrix[k * n + i] = left * c + right * s;
                    matrix[(k + 1) * n + i] = right * c.conjugate() - left * s.conjugate();
                }
            }
        }
        (start..end).for_each(|i| self.t[i * n + i] += shift);
    }

    fn values(&self) -> Vec<C> {
        self.t.iter().step_by(self.n + 1).copied().collect()
    }

    /// The eigenvectors Z·x with T·x = λ·x, by back substitution that is scaled before it can overflow (as LAPACK's
    /// trevc), each of length 1.
    fn vectors(&self) -> Vec<C> {
        let n = self.n;
        let norm = self.t.iter().fold(C::Real::ZERO, |sum, x| sum + x.abs_squared()).sqrt();
        let least = C::Real::EPSILON * norm + C::Real::TINY;
        let greatest = C::Real::TINY.exponent() / -2;
        let mut vectors = Vec::with_capacity(n * n);
        for (k, value) in self.values().into_iter().enumerate() {
            let mut x = vec![C::ZERO; k + 1];
            x[k] = C::ONE;
            // x[..i] holds −Σ t·x over the columns done, until it is divided by the diagonal.
            (0..k).for_each(|i| x[i] = -self.at(i, k));
            for i in (0..k).rev() {
                let mut divisor = self.at(i, i) - value;
                if divisor.abs() < least {
                    divisor = C::from_real(least);
                }
                let excess = (x[i].height().exponent() - divisor.height().exponent()).max(0) - greatest;
                if excess > 0 {
                    x.iter_mut().for_each(|x| *x = x.times_power_of_two(-excess - greatest / 2));
                }
                x[i] /= divisor;
                let known = x[i];
                (0..i).for_each(|above| x[above] -= self.at(above, i) * known);
            }
            let mut vector = vec![C::ZERO; n];
            let largest = x.iter().map(|x| x.height().exponent()).max().unwrap_or(0);
            for (column, x) in self.z.chunks_exact(n).zip(x) {
                let x = x.times_power_of_two(-largest);
                vector.iter_mut().zip(column).for_each(|(v, z)| *v += *z * x);
            }
            normalise(&mut vector);
            vectors.extend(vector);
        }
        vectors
    }
}

/// Divides a vector by its length.
pub fn normalise<C: ComplexScalar>(vector: &mut [C]) {
    rescale(vector, scale_of(vector).unwrap_or(0));
    let length = vector.iter().fold(C::Real::ZERO, |sum, x| sum + x.abs_squared()).sqrt();
    vector.iter_mut().for_each(|x| *x = C::from_parts(x.re() / length, x.im() / length));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::scalar::Scalar;
    use crate::{Array, Complex, default_rng};

    /// ‖A·V − V·W‖ of a row-major matrix.
    fn residual(a: &Array<Complex<f64>>) -> f64 {
        let n = a.shape()[0];
        let Eigen { values, vectors } = eig(&a.t().to_vec(), n).expect("it converges");
        let v = Array::from_vec(vectors, [n, n]).t();
        assert!(v.norm_axis(0).allclose(1.0, 1e-13, 0.0), "vectors of length 1");
        (a.matmul(&v) - &v * Array::from_vec(values, n)).norm()
    }

    #[test]
    fn eigenvalues_by_the_plain_iteration() {
        let rng = &mut default_rng(3);
        for n in [1, 2, 3, 10, 30] {
            let a: Array<f64> = rng.standard_normal([n, n]);
            let z = a.zip_map(&rng.standard_normal([n, n]), Complex::new);
            // A cyclic permutation stands still under unshifted steps; a Jordan block's vectors overflow unscaled.
            let cycle = Array::from_fn([n, n], |i| f64::from((i[0] + 1) % n == i[1])).map(|x| x.to_complex());
            let jordan = Array::from_fn([n, n], |i| f64::from(i[0] + 1 >= i[1] && i[0] <= i[1]));
            for a in [a.map(|x| x.to_complex()), z, cycle, jordan.map(|x| x.to_complex())] {
                assert!(residual(&a) < 1e-13 * n as f64, "{n}: {}", residual(&a));
            }
        }
    }
}
