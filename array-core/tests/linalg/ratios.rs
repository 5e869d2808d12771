//! Factorisations of more than 2,000 matrices: LAPACK's test ratios below 10, values in order, nothing that is not
//! finite.

use array_core::linalg::{self, Scalar};
use array_core::{Array, Error};

use crate::matrices::{Tested, matrix};

/// The bound that LAPACK's own tests use is 30.
const BOUND: f64 = 10.0;

/// The names of the matrices.
fn names() -> Vec<String> {
    let mut names = Vec::new();
    let shapes = [
        [1, 1],
        [2, 2],
        [3, 3],
        [5, 5],
        [8, 8],
        [12, 12],
        [20, 20],
        [33, 33],
        [1, 7],
        [7, 1],
        [3, 9],
        [9, 3],
        [20, 6],
        [6, 20],
        [40, 9],
    ];
    for [m, n] in shapes {
        for family in ["zeros", "ones", "identity", "hilbert", "kahan", "jordan", "repeated", "clustered"] {
            names.push(format!("{family} {m} {n}"));
        }
        for (family, seeds) in [
            ("random", 6),
            ("rank1", 2),
            ("graded", 3),
            ("graded_rows", 3),
            ("graded_up", 3),
            ("huge", 3),
            ("tiny", 3),
        ] {
            names.extend((1..=seeds).map(|seed| format!("{family} {m} {n} {seed}")));
        }
        if m == n {
            names.extend(["frank", "wilkinson", "cycle"].map(|family| format!("{family} {m} {n}")));
            names.extend((1..=3).map(|seed| format!("permutation {m} {n} {seed}")));
        }
    }
    let others = ["zeros 0 3", "zeros 3 0", "zeros 0 0", "jordan 60 60", "wilkinson 61 61"];
    // More than one block of columns, and more values than need vectors.
    names.extend(others.iter().chain(&["random 150 150 1", "ones 140 150"]).map(|&name| name.to_owned()));
    names
}

/// What is checked of one matrix, and the ratios found.
struct Check<'a, T: Tested> {
    name: &'a str,
    ratios: Vec<(&'static str, f64)>,
    element: std::marker::PhantomData<T>,
}

/// The greatest sum of absolute values of a column, of values times 2^exponent.
pub fn norm1<T: Tested>(a: &Array<T>, exponent: i32) -> f64 {
    let columns = a.shape()[1];
    let sum = |j: usize| a.slice((.., j)).iter().map(|x| x.size(exponent)).sum::<f64>();
    (0..columns).map(sum).fold(0.0, f64::max)
}

/// The conjugate transpose.
fn adjoint<T: Tested>(a: &Array<T>) -> Array<T> {
    a.t().map(T::conjugate)
}

/// The Hermitian matrix of which this one has the lower triangle.
pub fn mirrored<T: Tested>(a: &Array<T>) -> Array<T> {
    let below = a.tril(-1);
    let diagonal = a.diagonal(0, 0, 1).map(|x| T::from_real(x.re()));
    &below + adjoint(&below) + diagonal.diag(0)
}

fn assert_finite<T: Tested>(name: &str, a: &Array<T>) {
    assert!(a.iter().all(|x| x.size(0).is_finite()), "{name}: not finite: {a}");
}

impl<T: Tested> Check<'_, T> {
    /// Notes ‖difference‖₁ / (size·eps); where the size is 0, the difference must be 0.
    fn ratio(&mut self, what: &'static str, difference: &Array<T>, size: f64) {
        let norm = norm1(difference, 0);
        let ratio = if norm == 0.0 { 0.0 } else { norm / (size * T::EPS) };
        self.ratios.push((what, ratio));
    }

    /// Notes how far the columns are from orthonormal.
    fn orthonormal(&mut self, what: &'static str, q: &Array<T>) {
        assert_finite(self.name, q);
        let [m, n] = [q.shape()[0], q.shape()[1]];
        self.ratio(what, &(adjoint(q).matmul(q) - Array::eye(n)), m as f64);
    }

    fn svd(&mut self, a: &Array<T>, unit: &Array<T>, exponent: i32) {
        let [m, n] = [a.shape()[0], a.shape()[1]];
        let size = norm1(unit, 0) * m.max(n) as f64 + quantum::<T>(exponent) * n as f64;
        let s_only = linalg::svdvals(a).expect("an answer");
        for (full, svd) in [(false, linalg::svd(a)), (true, linalg::svd_full(a))] {
            if full && m.max(n) > 12 {
                continue;
            }
            let mut svd = svd.expect("an answer");
            let s = svd.s.to_vec();
            assert!(s.windows(2).all(|pair| pair[0] >= pair[1]), "{}: {s:?} descend", self.name);
            let zero = T::from_f64(0.0).re();
            assert!(s.iter().all(|&s| s >= zero), "{}: {s:?} are not negative", self.name);
            svd.s = svd.s.map(|s| s.times_power_of_two(-exponent));
            self.orthonormal("U", &svd.u);
            self.orthonormal("V", &adjoint(&svd.vt));
            self.ratio("USV", &(unit - svd.reconstruct()), size);
            let apart = (&svd.s - s_only.map(|s| s.times_power_of_two(-exponent))).map(T::from_real);
            self.ratio("s alone", &apart.expand_dims(-1), 8.0 * size / m.max(n).max(1) as f64);
        }
    }

    fn qr(&mut self, a: &Array<T>, unit: &Array<T>, exponent: i32) {
        let [m, n] = [a.shape()[0], a.shape()[1]];
        let size = norm1(unit, 0) * m.max(n) as f64 + quantum::<T>(exponent) * m as f64;
        for (full, qr) in [(false, linalg::qr(a)), (true, linalg::qr_complete(a))] {
            if full && m.max(n) > 12 {
                continue;
            }
            let mut qr = qr.expect("an answer");
            assert_eq!(qr.r, qr.r.triu(0), "{}: R is upper triangular", self.name);
            qr.r = qr.r.map(|x| x.times_power_of_two(-exponent));
            self.orthonormal("Q", &qr.q);
            self.ratio("QR", &(unit - qr.reconstruct()), size);
        }
    }

    /// Solving and inverting; what is refused must be singular to working precision.
    fn lu(&mut self, a: &Array<T>, unit: &Array<T>, exponent: i32) {
        let n = a.shape()[0];
        let b =
            Array::from_fn([n, 2], |index| T::from_f64(1.0 + (index[0] * 3 % 5) as f64 * index[1] as f64));
        match linalg::solve(a, &b) {
            Ok(x) => {
                assert_finite(self.name, &x);
                let x = x.map(|x| x.times_power_of_two(exponent));
                let residual = unit.matmul(&x) - &b;
                let subnormal = T::LEAST * norm1(unit, 0) * n as f64 / T::EPS;
                self.ratio("Ax = b", &residual, norm1(unit, 0) * norm1(&x, 0) * n as f64 + subnormal);
            }
            Err(Error::Singular { .. }) => {
                let s = linalg::svdvals(unit).expect("an answer").map(|s| T::from_real(s).size(0));
                assert!(s[-1] <= s[0] * n as f64 * T::EPS, "{}: is not singular: {s}", self.name);
            }
            Err(error) => panic!("{}: {error}", self.name),
        }
        if let Ok(inverse) = linalg::inv(a) {
            assert_finite(self.name, &inverse);
            let inverse = inverse.map(|x| x.times_power_of_two(exponent));
            let size = norm1(unit, 0) * norm1(&inverse, 0) * n as f64;
            self.ratio("A inv(A)", &(unit.matmul(&inverse) - Array::eye(n)), size);
        }
    }

    fn eigh(&mut self, a: &Array<T>, unit: &Array<T>, exponent: i32) {
        let n = a.shape()[0];
        let h = mirrored(unit);
        let size = (norm1(&h, 0) + quantum::<T>(exponent)) * n as f64;
        let eigh = linalg::eigh(a).expect("an answer");
        let w = eigh.values.to_vec();
        assert!(w.windows(2).all(|pair| pair[0] <= pair[1]), "{}: {w:?} ascend", self.name);
        self.orthonormal("V of eigh", &eigh.vectors);
        let lower = |w: &Array<T::Real>| w.map(|w| T::from_real(w.times_power_of_two(-exponent)));
        let w = lower(&eigh.values);
        self.ratio("HV = VW", &(h.matmul(&eigh.vectors) - &eigh.vectors * &w), size);
        let apart = w - lower(&linalg::eigvalsh(a).expect("an answer"));
        self.ratio("w alone", &apart.expand_dims(-1), 8.0 * size);
    }

    fn cholesky(&mut self, unit: &Array<T>, exponent: i32) {
        let n = unit.shape()[0];
        let h = mirrored(unit);
        let shift = T::from_f64(1.25 * norm1(&h, 0));
        let positive = h + Array::<T>::eye(n) * shift;
        let root = exponent / 2;
        let a = positive.map(|x| x.times_power_of_two(2 * root));
        if shift == T::ZERO || !a.iter().all(|x| x.size(0).is_finite()) {
            return;
        }
        let l = linalg::cholesky(&a).expect("positive definite").map(|x| x.times_power_of_two(-root));
        assert_eq!(l, l.tril(0), "{}: L is lower triangular", self.name);
        let size = (norm1(&positive, 0) + quantum::<T>(exponent)) * n as f64;
        self.ratio("LL", &(&positive - l.matmul(&adjoint(&l))), size);
    }

    fn eig(&mut self, a: &Array<T>, unit: &Array<T>, exponent: i32)
    where
        T::Complex: Tested,
    {
        let n = a.shape()[0];
        let complex = unit.map(T::to_complex);
        let eig = linalg::eig(a).expect("an answer");
        assert_finite(self.name, &eig.vectors);
        let lower = |w: &Array<T::Complex>| w.map(|w| w.times_power_of_two(-exponent));
        let w = lower(&eig.values);
        let residual = norm1(&(complex.matmul(&eig.vectors) - &eig.vectors * &w), 0);
        let size = (norm1(unit, 0) + quantum::<T>(exponent)) * n as f64 * norm1(&eig.vectors, 0);
        self.ratios.push(("AV = VW", if residual == 0.0 { 0.0 } else { residual / (size * T::EPS) }));
        let lengths = eig.vectors.norm_axis(0);
        assert!(
            lengths.iter().all(|&x| (T::from_real(x).size(0) - 1.0).abs() < 10.0 * n as f64 * T::EPS),
            "{}: vectors of length 1: {lengths:?}",
            self.name
        );
        let alone = lower(&linalg::eigvals(a).expect("an answer"));
        let trace = complex.diagonal(0, 0, 1).sum_axis(0);
        for w in [w, alone] {
            let apart = (w.sum_axis(0) - &trace).item().size(0);
            self.ratios.push(("trace", if apart == 0.0 { 0.0 } else { apart / (size * T::EPS) }));
        }
    }
}

/// What results next to the least positive number lack of precision, relative to ε, after scaling.
fn quantum<T: Tested>(exponent: i32) -> f64 {
    (T::LEAST / T::EPS).times_power_of_two(-exponent)
}

/// Checks all factorisations of one matrix.
fn check<T: Tested<Complex: Tested>>(name: &str) -> Vec<(&'static str, f64)> {
    let a = matrix::<T>(name);
    let [m, n] = [a.shape()[0], a.shape()[1]];
    let greatest = a.iter().map(|x| x.size(0)).fold(0.0, f64::max);
    let exponent = if greatest == 0.0 { 0 } else { greatest.log2() as i32 };
    let unit = a.map(|x| x.times_power_of_two(-exponent));
    let mut check = Check { name, ratios: Vec::new(), element: std::marker::PhantomData };
    check.svd(&a, &unit, exponent);
    check.qr(&a, &unit, exponent);
    if m == n && n > 0 {
        check.lu(&a, &unit, exponent);
        check.eigh(&a, &unit, exponent);
        check.cholesky(&unit, exponent);
        check.eig(&a, &unit, exponent);
    }
    check.ratios
}

/// Checks all matrices, says what was worst, and how many there were.
fn check_all<T: Tested<Complex: Tested>>(names: &[String]) -> usize {
    let mut worst = std::collections::BTreeMap::new();
    let mut failures = Vec::new();
    for name in names {
        for (what, ratio) in check::<T>(name) {
            let entry = worst.entry(what).or_insert((0.0, String::new()));
            if ratio > entry.0 || ratio.is_nan() {
                *entry = (ratio, name.clone());
            }
            if ratio.is_nan() || ratio >= BOUND {
                failures.push(format!("{name}: {what} {ratio:.3e}"));
            }
        }
    }
    println!("{}: {worst:#.2?}", T::DTYPE);
    assert!(failures.is_empty(), "{}: {} failures\n{}", T::DTYPE, failures.len(), failures.join("\n"));
    names.len()
}

#[test]
fn there_are_enough_matrices() {
    assert!(4 * names().len() >= 2000, "{}", names().len());
}

macro_rules! ratios {
    ($($test:ident $t:ty;)*) => {$(
        #[test]
        fn $test() {
            check_all::<$t>(&names());
        }
    )*};
}
ratios! {
    ratios_of_f64 f64;
    ratios_of_f32 f32;
    ratios_of_complex_f64 array_core::Complex<f64>;
    ratios_of_complex_f32 array_core::Complex<f32>;
}
