//! Linear algebra. Ours stands on faer too; the peer is faer called as it is.

use array_core::random::Generator;
use array_core::{Array, linalg};

use crate::contest::{Contest, Row};
use crate::peers::faer;

pub fn rows() -> Vec<Row> {
    vec![
        Row::new("svd_500x50", 1.0, 1e-9, |rng| svd(normal(rng, [500, 50]))).magnitudes(),
        Row::new("svd_500", 1.0, 1e-9, |rng| svd(normal(rng, [500, 500]))).magnitudes(),
        Row::new("eigh_500", 1.0, 1e-9, |rng| eigh(normal(rng, [500, 500]))).magnitudes(),
        Row::new("eig_200", 1.0, 1e-9, |rng| eig(normal(rng, [200, 200]))).magnitudes(),
        Row::new("solve_1000", 1.0, 1e-8, |rng| solve(normal(rng, [1000, 1000]), normal(rng, [1000, 1]))),
        Row::new("inv_1000", 1.0, 1e-8, |rng| inverse(normal(rng, [1000, 1000]))),
        Row::new("det_1000", 1.0, 1e-9, |rng| determinant(normal(rng, [1000, 1000]))),
        Row::new("qr_1000x200", 1.0, 1e-9, |rng| qr(normal(rng, [1000, 200]))).magnitudes(),
    ]
}

fn normal<const N: usize>(rng: &mut Generator, shape: [usize; N]) -> Array<f64> {
    rng.standard_normal(shape)
}

/// U, σ and Vᵀ.
fn svd(a: Array<f64>) -> Contest {
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::svd(&a).map(|svd| (svd.u, svd.s, svd.vt)))
        .peer("faer", move || peers_faer::svd(&f))
}

fn eigh(a: Array<f64>) -> Contest {
    let a = &a + a.t();
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::eigh(&a).map(|eigen| (eigen.values, eigen.vectors)))
        .peer("faer", move || peers_faer::eigh(&f))
}

fn eig(a: Array<f64>) -> Contest {
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::eig(&a).map(|eigen| (eigen.values, eigen.vectors)))
        .peer("faer", move || peers_faer::eig(&f))
}

fn solve(a: Array<f64>, b: Array<f64>) -> Contest {
    let (f, g) = (faer(&a), faer(&b));
    Contest::new([(&a).into(), (&b).into()], move || linalg::solve(&a, &b))
        .peer("faer", move || peers_faer::solve(&f, &g))
}

fn inverse(a: Array<f64>) -> Contest {
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::inv(&a)).peer("faer", move || peers_faer::inverse(&f))
}

/// The logarithm of its size: the determinant itself is beyond all floats.
fn determinant(a: Array<f64>) -> Contest {
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::slogdet(&a).map(|det| det.logabsdet))
        .peer("faer", move || peers_faer::log_determinant(&f))
}

fn qr(a: Array<f64>) -> Contest {
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::qr(&a).map(|qr| (qr.q, qr.r)))
        .peer("faer", move || peers_faer::qr(&f))
}
