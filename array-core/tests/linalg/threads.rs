//! Matrices that several threads work on: the same bits for every number of threads, and accurate.

use array_core::linalg;
use array_core::{Array, default_rng, set_num_threads};

/// All results for one matrix, one after the other.
fn results(a: &Array<f64>) -> Vec<f64> {
    let n = a.shape()[0];
    let symmetric = a + a.t();
    let mut results = Vec::new();
    let mut note = |what: &str, found: Array<f64>, residual: Array<f64>| {
        let error = residual.norm() / (n as f64 * f64::EPSILON);
        assert!(error < 100.0, "{what}: {error}");
        results.extend(found.to_vec());
    };
    let b = a.slice((.., ..n / 2));
    let x = linalg::solve(a, &b).expect("an answer");
    note("solve", x.clone(), (a.matmul(&x) - b) / x.norm());
    let x = linalg::inv(a).expect("an answer");
    note("inv", x.clone(), (a.matmul(&x) - Array::eye(n)) / x.norm());
    let svd = linalg::svd(a).expect("an answer");
    note("svd", svd.u.clone(), (svd.reconstruct() - a) / a.norm());
    let sizes = linalg::svdvals(a).expect("an answer");
    note("svdvals", sizes.clone(), (&sizes - svd.s) / a.norm());
    let eigh = linalg::eigh(&symmetric).expect("an answer");
    note("eigh", eigh.vectors.clone(), (eigh.reconstruct() - &symmetric) / a.norm());
    let values = linalg::eigvalsh(&symmetric).expect("an answer");
    note("eigvalsh", values.clone(), (values - eigh.values) / a.norm());
    let det = linalg::slogdet(a).expect("an answer");
    note("slogdet", det.logabsdet.clone(), det.logabsdet / sizes.ln().sum() - 1.0);
    results.push(det.sign.item());
    results
}

#[test]
fn the_same_bits_for_every_number_of_threads() {
    // Three blocks of columns, the last one narrow, and large enough for threads.
    let a: Array<f64> = default_rng(7).standard_normal([270, 270]);
    // As parts of a stack, which is dealt out itself.
    let stack = array_core::stack(&[&a, &a], 0);
    let mut expected = None;
    for threads in [1, 2, 4] {
        set_num_threads(threads);
        let found: Vec<u64> = results(&a).into_iter().map(f64::to_bits).collect();
        assert!(expected.get_or_insert_with(|| found.clone()) == &found, "{threads} threads");
        let values = linalg::eigvalsh(&stack).expect("an answer");
        assert_eq!(values.slice(0), values.slice(1));
        assert_eq!(values.slice(0), linalg::eigvalsh(&a).expect("an answer"));
    }
}
