//! Linear algebra. Ours stands on faer too; the peer is faer called as it is.

use array_core::random::Generator;
use array_core::{Array, linalg};
use faer::Side;
use faer::linalg::solvers::{DenseSolveCore, Solve};

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
    Contest::new([(&a).into()], move || linalg::svd(&a).map(|svd| (svd.u, svd.s, svd.vt))).peer(
        "faer",
        move || {
            let svd = f.thin_svd().map_err(|error| format!("{error:?}"))?;
            let values: Vec<f64> = svd.S().column_vector().iter().copied().collect();
            Ok::<_, String>((svd.U().to_owned(), values, svd.V().transpose().to_owned()))
        },
    )
}

fn eigh(a: Array<f64>) -> Contest {
    let symmetric = &a + a.t();
    let f = faer(&symmetric);
    Contest::new([(&symmetric).into()], move || {
        linalg::eigh(&symmetric).map(|eigen| (eigen.values, eigen.vectors))
    })
    .peer("faer", move || {
        let eigen = f.self_adjoint_eigen(Side::Lower).map_err(|error| format!("{error:?}"))?;
        let values: Vec<f64> = eigen.S().column_vector().iter().copied().collect();
        Ok::<_, String>((values, eigen.U().to_owned()))
    })
}

fn eig(a: Array<f64>) -> Contest {
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::eig(&a).map(|eigen| (eigen.values, eigen.vectors))).peer(
        "faer",
        move || {
            let eigen = f.eigen().map_err(|error| format!("{error:?}"))?;
            let values: Vec<_> = eigen.S().column_vector().iter().copied().collect();
            // LAPACK's and our vectors have length 1.
            let mut vectors = eigen.U().to_owned();
            for vector in vectors.col_iter_mut() {
                let length = vector.norm_l2();
                vector.iter_mut().for_each(|x| *x /= length);
            }
            Ok::<_, String>((values, vectors))
        },
    )
}

fn solve(a: Array<f64>, b: Array<f64>) -> Contest {
    let (f, g) = (faer(&a), faer(&b));
    Contest::new([(&a).into(), (&b).into()], move || linalg::solve(&a, &b))
        .peer("faer", move || f.partial_piv_lu().solve(&g))
}

fn inverse(a: Array<f64>) -> Contest {
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::inv(&a)).peer("faer", move || f.partial_piv_lu().inverse())
}

/// The logarithm of its size: the determinant itself is beyond all floats.
fn determinant(a: Array<f64>) -> Contest {
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::slogdet(&a).map(|det| det.logabsdet)).peer(
        "faer",
        move || {
            let lu = f.partial_piv_lu();
            lu.U().diagonal().column_vector().iter().map(|x| x.abs().ln()).sum::<f64>()
        },
    )
}

fn qr(a: Array<f64>) -> Contest {
    let f = faer(&a);
    Contest::new([(&a).into()], move || linalg::qr(&a).map(|qr| (qr.q, qr.r))).peer("faer", move || {
        let qr = f.qr();
        (qr.compute_thin_Q(), qr.thin_R().to_owned())
    })
}
