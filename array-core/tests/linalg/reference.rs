//! Functions and the guide's lines against NumPy, singular values and eigenvalues against LAPACK
//! (`tests/reference/linalg.py`).

use std::collections::BTreeMap;

use array_core::linalg::{self, MatrixNorm::*, Scalar, matrix_norm};
use array_core::{Array, Cast, Complex, Element, Number, array, default_rng, keepdims, stack};

use crate::matrices::{Tested, matrix};
use crate::ratios::{mirrored, norm1};

/// A result as NumPy's are stored: its shape, and its values one by one, parts of complex ones too.
trait Stored {
    fn stored(&self) -> (Vec<usize>, Vec<f64>);
}

impl<T: Element> Stored for Array<T> {
    fn stored(&self) -> (Vec<usize>, Vec<f64>) {
        let parts = |x: &T| match x.to_number() {
            Number::Complex(z) => vec![z.re, z.im],
            real => vec![f64::from_number(real)],
        };
        (self.shape().to_vec(), self.iter().flat_map(parts).collect())
    }
}

impl Stored for f64 {
    fn stored(&self) -> (Vec<usize>, Vec<f64>) {
        (Vec::new(), vec![*self])
    }
}

impl Stored for &[usize] {
    fn stored(&self) -> (Vec<usize>, Vec<f64>) {
        (vec![self.len()], self.iter().map(|&n| n as f64).collect())
    }
}

impl Stored for usize {
    fn stored(&self) -> (Vec<usize>, Vec<f64>) {
        (Vec::new(), vec![*self as f64])
    }
}

/// The functions that the guide names, whose lines the documentation has.
const TOOLKIT: [&str; 7] = [
    "np.linalg.inv(A)",
    "np.linalg.solve(A, B)",
    "np.linalg.svdvals(S)",
    "np.sort_complex(np.linalg.eig(A).eigenvalues)",
    "np.linalg.norm(v)",
    "np.linalg.det(A)",
    "np.linalg.matrix_rank(A)",
];

/// What was computed: NumPy's line, ours as text, and the result.
type Lines = Vec<(&'static str, String, (Vec<usize>, Vec<f64>))>;

macro_rules! lines {
    ($($numpy:literal => $ours:expr;)*) => {
        vec![$(($numpy, stringify!($ours).to_string(), Stored::stored(&$ours))),*]
    };
}

fn numbers<N: std::str::FromStr>(text: &str, separator: char) -> Vec<N> {
    text.split(separator).filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn functions_and_the_guide_agree_with_numpy() {
    let text = include_str!("../../../tests/reference/data/linalg.txt");
    let mut reference: BTreeMap<&str, &str> =
        text.split(">>> ").filter_map(|entry| entry.trim_end().split_once('\n')).collect();
    let documentation: String =
        include_str!("../../src/guide.md").chars().filter(|c| !c.is_whitespace()).collect();
    let (functions, guide) = (functions(), guide());
    for (numpy, _, (shape, values)) in functions.iter().chain(&guide) {
        let expected = reference.remove(numpy).unwrap_or_else(|| panic!("{numpy} is not in the reference"));
        let (expected_shape, expected) = expected.split_once(':').expect("a shape and values");
        assert_eq!(*shape, numbers::<usize>(expected_shape, ','), "{numpy}");
        let expected: Vec<f64> = numbers(expected, ' ');
        assert_eq!(values.len(), expected.len(), "{numpy}");
        let greatest = expected.iter().fold(0.0, |greatest: f64, x| greatest.max(x.abs()));
        for (a, b) in values.iter().zip(&expected) {
            assert!(a == b || (a - b).abs() <= 1e-12 * greatest, "{numpy}: {values:?} and {expected:?}");
        }
    }
    assert!(reference.is_empty(), "not run: {:?}", reference.keys());
    let toolkit = functions.iter().filter(|(numpy, ..)| TOOLKIT.contains(numpy));
    for (numpy, ours, _) in toolkit.chain(&guide) {
        let row = format!("| `{numpy}` | `{}` |", ours.replace(".unwrap()", "?"));
        let squeezed: String = row.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(documentation.contains(&squeezed), "the documentation's table lacks\n{row}");
    }
}

fn functions() -> Lines {
    let rng = &mut default_rng(5);
    let a: Array<f64> = rng.standard_normal([3, 3]);
    let s: Array<f64> = rng.standard_normal([2, 3, 3]);
    let w: Array<f64> = rng.standard_normal([4, 2]);
    let v: Array<f64> = rng.standard_normal(5);
    let b: Array<f64> = rng.standard_normal([3, 2]);
    let z = s.slice(0).zip_map(&s.slice(1), Complex::new);
    let h = a.matmul(&a.t()) + Array::eye(3);
    let r = Array::from_fn([4, 3], |i| ((i[0] + 1) * (i[1] + 1)) as f64);
    let sorted = |w: Array<Complex<f64>>| w.sort(-1);
    lines! {
        "np.linalg.norm(v)" => v.norm();
        "np.linalg.norm(v, 0)" => v.vector_norm(0.0);
        "np.linalg.norm(v, 1)" => v.vector_norm(1.0);
        "np.linalg.norm(v, -1)" => v.vector_norm(-1.0);
        "np.linalg.norm(v, 3)" => v.vector_norm(3.0);
        "np.linalg.norm(v, 2.5)" => v.vector_norm(2.5);
        "np.linalg.norm(v, np.inf)" => v.vector_norm(f64::INFINITY);
        "np.linalg.norm(v, -np.inf)" => v.vector_norm(f64::NEG_INFINITY);
        "np.linalg.norm(Z)" => z.norm();
        "np.linalg.norm(S, axis=1)" => s.norm_axis(1);
        "np.linalg.norm(S, axis=(0, 2))" => s.norm_axis([0, 2]);
        "np.linalg.norm(S, axis=1, keepdims=True)" => s.norm_axis(keepdims(1));
        "np.linalg.norm(S, 1, axis=-1)" => s.vector_norm_axis(-1, 1.0);
        "np.linalg.norm(W, \"fro\")" => matrix_norm(&w, Frobenius, ..).unwrap();
        "np.linalg.norm(W, \"nuc\")" => matrix_norm(&w, Nuclear, ..).unwrap();
        "np.linalg.norm(W, 1)" => matrix_norm(&w, One, ..).unwrap();
        "np.linalg.norm(W, -1)" => matrix_norm(&w, MinusOne, ..).unwrap();
        "np.linalg.norm(W, 2)" => matrix_norm(&w, Two, ..).unwrap();
        "np.linalg.norm(W, -2)" => matrix_norm(&w, MinusTwo, ..).unwrap();
        "np.linalg.norm(W, np.inf)" => matrix_norm(&w, Infinity, ..).unwrap();
        "np.linalg.norm(W, -np.inf)" => matrix_norm(&w, MinusInfinity, ..).unwrap();
        "np.linalg.norm(Z, 1)" => matrix_norm(&z, One, ..).unwrap();
        "np.linalg.norm(Z, 2)" => matrix_norm(&z, Two, ..).unwrap();
        "np.linalg.norm(S, 1, axis=(0, 2))" => matrix_norm(&s, One, [0, 2]).unwrap();
        "np.linalg.norm(S, 1, axis=(2, 0))" => matrix_norm(&s, One, [2, 0]).unwrap();
        "np.linalg.norm(S, 2, axis=(-2, -1), keepdims=True)" => matrix_norm(&s, Two, keepdims([-2, -1])).unwrap();
        "np.linalg.det(A)" => linalg::det(&a).unwrap();
        "np.linalg.det(S)" => linalg::det(&s).unwrap();
        "np.linalg.det(Z)" => linalg::det(&z).unwrap();
        "np.linalg.det(np.zeros((0, 0)))" => linalg::det(&Array::<f64>::zeros([0, 0])).unwrap();
        "np.linalg.det(np.zeros((2, 0, 0)))" => linalg::det(&Array::<f64>::zeros([2, 0, 0])).unwrap();
        "np.linalg.slogdet(A).sign" => linalg::slogdet(&a).unwrap().sign;
        "np.linalg.slogdet(S).logabsdet" => linalg::slogdet(&s).unwrap().logabsdet;
        "np.linalg.slogdet(Z).sign" => linalg::slogdet(&z).unwrap().sign;
        "np.linalg.slogdet(Z).logabsdet" => linalg::slogdet(&z).unwrap().logabsdet;
        "np.linalg.slogdet(1e200 * A).logabsdet" => linalg::slogdet(&(&a * 1e200)).unwrap().logabsdet;
        "np.linalg.inv(A)" => linalg::inv(&a).unwrap();
        "np.linalg.inv(S)" => linalg::inv(&s).unwrap();
        "np.linalg.inv(Z)" => linalg::inv(&z).unwrap();
        "np.linalg.inv(np.zeros((2, 0, 0)))" => linalg::inv(&Array::<f64>::zeros([2, 0, 0])).unwrap();
        "np.linalg.solve(A, v[:3])" => linalg::solve(&a, &v.slice(..3)).unwrap();
        "np.linalg.solve(A, B)" => linalg::solve(&a, &b).unwrap();
        "np.linalg.solve(S, v[:3])" => linalg::solve(&s, &v.slice(..3)).unwrap();
        "np.linalg.solve(S, B)" => linalg::solve(&s, &b).unwrap();
        "np.linalg.solve(A, np.stack([B, 2 * B]))" => linalg::solve(&a, &stack(&[&b, &(&b * 2.0)], 0)).unwrap();
        "np.linalg.solve(Z, B.astype(complex))" => linalg::solve(&z, &b.map(|x| x.to_complex())).unwrap();
        "np.linalg.solve(np.zeros((0, 0)), np.zeros((0, 2)))" =>
            linalg::solve(&Array::<f64>::zeros([0, 0]), &Array::zeros([0, 2])).unwrap();
        "np.linalg.lstsq(W, v[:4], rcond=None)[0]" => linalg::lstsq(&w, &v.slice(..4), None).unwrap().solution;
        "np.linalg.lstsq(W, v[:4], rcond=None)[1]" => linalg::lstsq(&w, &v.slice(..4), None).unwrap().residuals;
        "np.linalg.lstsq(W.T, B[:2], rcond=None)[0]" => linalg::lstsq(&w.t(), &b.slice(..2), None).unwrap().solution;
        "np.linalg.lstsq(W.T, B[:2], rcond=None)[1]" => linalg::lstsq(&w.t(), &b.slice(..2), None).unwrap().residuals;
        "np.linalg.lstsq(R, v[:4], rcond=None)[0]" => linalg::lstsq(&r, &v.slice(..4), None).unwrap().solution;
        "np.linalg.lstsq(R, v[:4], rcond=None)[2]" => linalg::lstsq(&r, &v.slice(..4), None).unwrap().rank;
        "np.linalg.lstsq(W, v[:4], rcond=0.9)[2]" => linalg::lstsq(&w, &v.slice(..4), 0.9).unwrap().rank;
        "np.linalg.pinv(W)" => linalg::pinv(&w, None).unwrap();
        "np.linalg.pinv(R)" => linalg::pinv(&r, None).unwrap();
        "np.linalg.pinv(Z)" => linalg::pinv(&z, None).unwrap();
        "np.linalg.pinv(np.zeros((2, 3)))" => linalg::pinv(&Array::<f64>::zeros([2, 3]), None).unwrap();
        "np.linalg.pinv(np.zeros((0, 3)))" => linalg::pinv(&Array::<f64>::zeros([0, 3]), None).unwrap();
        "np.linalg.matrix_rank(A)" => linalg::matrix_rank(&a, None).unwrap();
        "np.linalg.matrix_rank(R)" => linalg::matrix_rank(&r, None).unwrap();
        "np.linalg.matrix_rank(S)" => linalg::matrix_rank(&s, None).unwrap();
        "np.linalg.matrix_rank(np.diag([1.0, 1e-3, 0.0]), tol=1e-2)" =>
            linalg::matrix_rank(&array![1.0, 1e-3, 0.0].diag(0), 1e-2).unwrap();
        "np.linalg.matrix_rank(np.zeros(3))" => linalg::matrix_rank(&Array::<f64>::zeros(3), None).unwrap();
        "np.linalg.matrix_rank(v)" => linalg::matrix_rank(&v, None).unwrap();
        "np.linalg.matrix_rank(np.zeros((2, 2)))" => linalg::matrix_rank(&Array::<f64>::zeros([2, 2]), None).unwrap();
        "np.linalg.cond(A)" => linalg::cond(&a, Two).unwrap();
        "np.linalg.cond(W)" => linalg::cond(&w, Two).unwrap();
        "np.linalg.cond(S, 1)" => linalg::cond(&s, One).unwrap();
        "np.linalg.cond(A, -2)" => linalg::cond(&a, MinusTwo).unwrap();
        "np.linalg.cond(A, \"fro\")" => linalg::cond(&a, Frobenius).unwrap();
        "np.linalg.cond(Z, np.inf)" => linalg::cond(&z, Infinity).unwrap();
        "np.linalg.cholesky(H)" => linalg::cholesky(&h).unwrap();
        "np.linalg.eigvalsh(H)" => linalg::eigvalsh(&h).unwrap();
        "np.linalg.eigvalsh(S)" => linalg::eigvalsh(&s).unwrap();
        "np.linalg.eigvalsh(Z)" => linalg::eigvalsh(&z).unwrap();
        "np.linalg.svdvals(S)" => linalg::svdvals(&s).unwrap();
        "np.linalg.svdvals(Z)" => linalg::svdvals(&z).unwrap();
        "np.abs(np.linalg.qr(S).R)" => linalg::qr(&s).unwrap().r.abs();
        "np.abs(np.linalg.qr(W, mode=\"complete\").R)" => linalg::qr_complete(&w).unwrap().r.abs();
        "np.abs(np.linalg.qr(Z, mode=\"r\"))" => linalg::qr_r(&z).unwrap().abs();
        "np.sort_complex(np.linalg.eig(A).eigenvalues)" => linalg::eig(&a).unwrap().values.sort(-1);
        "np.sort_complex(np.linalg.eigvals(A))" => sorted(linalg::eigvals(&a).unwrap());
        "np.sort_complex(np.linalg.eigvals(Z))" => sorted(linalg::eigvals(&z).unwrap());
        "np.linalg.matrix_power(A, 0)" => linalg::matrix_power(&a, 0).unwrap();
        "np.linalg.matrix_power(A, 5)" => linalg::matrix_power(&a, 5).unwrap();
        "np.linalg.matrix_power(A, -3)" => linalg::matrix_power(&a, -3).unwrap();
        "np.linalg.matrix_power(Z, 2)" => linalg::matrix_power(&z, 2).unwrap();
    }
}

/// The guide's toolkit and its principal components, in the order of its random draws.
fn guide() -> Lines {
    let rng = &mut default_rng(42);
    let limit = (6.0f64 / (128.0 + 64.0)).sqrt();
    let _weights = rng.uniform(-limit, limit, [128, 64]);
    let _x = rng.standard_normal::<f64>([32, 128]);
    let _logits = rng.standard_normal::<f64>([32, 10]);
    let _labels = rng.integers(0, 10, 32);
    let data = rng.standard_normal::<f64>([500, 50]);
    let centred = &data - data.mean_axis(0);
    let svd = linalg::svd(&centred).unwrap();
    let k = 10;
    let projected = centred.matmul(&svd.vt.slice(..k).t());
    let pca = linalg::pca(&data, k).unwrap();
    assert!(pca.transform(&data).abs().allclose(projected.abs(), 1e-10, 1e-10), "the same by the helper");
    let share = pca.explained_variance_ratio.sum();
    assert!((share - 0.29564173867087656).abs() < 1e-10, "NumPy's share of the variance");
    lines! {
        "S" => svd.s;
        "(data_centred @ Vt[:k].T).shape" => projected.shape();
        "np.abs(data_centred @ Vt[:k].T)[:20]" => projected.abs().slice(..20);
        "(S[:k]**2).sum() / (S**2).sum()" => svd.s.slice(..k).square().sum() / svd.s.square().sum();
    }
}

/// How far values are from LAPACK's, in units of ε·‖A‖₁; what the least positive number blurs is left out.
fn distance<T: Tested>(what: &str, name: &str, lapack: &[f64]) -> f64 {
    let a = matrix::<T>(name);
    let (values, norm) = match what {
        "svd" => (linalg::svdvals(&a), norm1(&a, 0)),
        _ => (linalg::eigvalsh(&a), norm1(&mirrored(&a), 0)),
    };
    let values = values.unwrap_or_else(|error| panic!("{name}: {error}")).map(T::from_real);
    assert_eq!(values.size(), lapack.len(), "{what} of {name}");
    let apart = values.iter().zip(lapack).map(|(&value, &expected)| (value - T::from_f64(expected)).size(0));
    apart.fold(0.0, |greatest: f64, apart| greatest.max((apart - T::LEAST) / (T::EPS * norm)))
}

#[test]
fn singular_values_and_eigenvalues_are_lapacks() {
    let text = include_str!("../../../tests/reference/data/linalg_values.txt");
    let mut far = Vec::new();
    let mut count = 0;
    for line in text.lines() {
        let (head, values) = line.split_once(':').expect("a matrix and its values");
        let mut words = head.splitn(3, ' ');
        let [what, dtype, name] = [(); 3].map(|()| words.next().expect("a word"));
        let values: Vec<f64> = numbers(values, ' ');
        let distance = match dtype {
            "float64" => distance::<f64>(what, name, &values),
            "float32" => distance::<f32>(what, name, &values),
            "complex128" => distance::<Complex<f64>>(what, name, &values),
            "complex64" => distance::<Complex<f32>>(what, name, &values),
            other => panic!("dtype {other}"),
        };
        if distance.is_nan() || distance > 8.0 {
            far.push(format!("{head}: {distance:.1}"));
        }
        count += 1;
    }
    assert!(count > 600, "{count} lines");
    assert!(far.is_empty(), "{} of {count}:\n{}", far.len(), far.join("\n"));
}
