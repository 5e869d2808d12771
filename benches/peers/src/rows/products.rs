//! Products of matrices: squares, what layers make of them, transposed ones, stacks of small ones.

use array_core::Array;
use array_core::io::AnyArray;
use array_core::random::Generator;
use ndarray::linalg::general_mat_mul;
use ndarray::{Ix2, Ix3};

use super::normal;
use crate::contest::{Contest, Row};
use crate::peers::{Operands, Product};
use crate::peers::{burn, burn_f64, candle, faer_product, gemm, gemmkit, matrixmultiply, nd};

pub fn rows() -> Vec<Row> {
    vec![
        single("matmul_f32_64", 1.0, |rng| square(rng, 64)),
        single("matmul_f32_128", 1.03, |rng| square(rng, 128)),
        single("matmul_f32_256", 1.03, |rng| square(rng, 256)),
        single("matmul_f32_512", 1.03, |rng| square(rng, 512)),
        single("matmul_f32_1024", 1.03, |rng| square(rng, 1024)),
        single("matmul_f32_2048", 1.03, |rng| square(rng, 2048)),
        double("matmul_f64_64", 1.0, |rng| square(rng, 64)),
        double("matmul_f64_128", 1.03, |rng| square(rng, 128)),
        double("matmul_f64_256", 1.03, |rng| square(rng, 256)),
        double("matmul_f64_512", 1.03, |rng| square(rng, 512)),
        double("matmul_f64_1024", 1.03, |rng| square(rng, 1024)),
        double("matmul_f64_2048", 1.03, |rng| square(rng, 2048)),
        single("matmul_f32_32x784x256", 1.03, |rng| (normal(rng, [32, 784]), normal(rng, [784, 256]))),
        single("matmul_f32_64x1024x1024", 1.0, |rng| (normal(rng, [64, 1024]), normal(rng, [1024, 1024]))),
        single("matmul_f32_256x1024x1024", 1.03, |rng| (normal(rng, [256, 1024]), normal(rng, [1024, 1024]))),
        single("matmul_f32_1x1024x1024", 1.0, |rng| (normal(rng, [1, 1024]), normal(rng, [1024, 1024]))),
        single("matmul_f32_tn_512", 1.03, |rng| (normal(rng, [512, 512]).t(), normal(rng, [512, 512]))),
        single("matmul_f32_nt_512", 1.03, |rng| (normal(rng, [512, 512]), normal(rng, [512, 512]).t())),
        Row::new("bmm_f32_32x64", 1.1, 1e-5, |rng| {
            stack(normal(rng, [32, 64, 64]), normal(rng, [32, 64, 64]))
        }),
        Row::new("bmm_f32_32x64x32x64", 1.1, 1e-5, |rng| {
            stack(normal(rng, [32, 64, 32]), normal(rng, [32, 32, 64]))
        }),
    ]
}

fn square<T: array_core::random::RandomFloat>(rng: &mut Generator, n: usize) -> (Array<T>, Array<T>) {
    (rng.standard_normal([n, n]), rng.standard_normal([n, n]))
}

/// The product of two matrices of `f32`.
fn single(
    name: &'static str,
    target: f64,
    operands: impl Fn(&mut Generator) -> (Array<f32>, Array<f32>) + 'static,
) -> Row {
    Row::new(name, target, 1e-5, move |rng| {
        let (a, b) = operands(rng);
        let (theirs, other) = (burn::<2>(&a), burn::<2>(&b));
        matmul([(&a).into(), (&b).into()], a, b).peer("burn", move || theirs.clone().matmul(other.clone()))
    })
}

/// The product of two matrices of `f64`.
fn double(
    name: &'static str,
    target: f64,
    operands: impl Fn(&mut Generator) -> (Array<f64>, Array<f64>) + 'static,
) -> Row {
    Row::new(name, target, 1e-13, move |rng| {
        let (a, b) = operands(rng);
        let (theirs, other) = (burn_f64::<2>(&a), burn_f64::<2>(&b));
        matmul([(&a).into(), (&b).into()], a, b).peer("burn", move || theirs.clone().matmul(other.clone()))
    })
}

/// The inputs are the two matrices.
fn matmul<T: Product>(inputs: [AnyArray; 2], a: Array<T>, b: Array<T>) -> Contest {
    let (n, m) = (nd::<T, Ix2>(&a), nd::<T, Ix2>(&b));
    let (c, d) = (candle(&a), candle(&b));
    let operands = || Operands::new(&a, &b);
    let (mm, gm, gk, fa) = (operands(), operands(), operands(), operands());
    Contest::new(inputs, move || a.matmul(&b))
        .peer("ndarray", move || n.dot(&m))
        .peer("candle", move || c.matmul(&d))
        .peer("gemm", gemm(gm))
        .peer("gemmkit", gemmkit(gk))
        .peer("matrixmultiply", matrixmultiply(mm))
        .peer("faer", faer_product(fa))
}

/// Products of as many pairs of matrices.
fn stack(a: Array<f32>, b: Array<f32>) -> Contest {
    let (n, m) = (nd::<f32, Ix3>(&a), nd::<f32, Ix3>(&b));
    let (c, d) = (candle(&a), candle(&b));
    let (e, f) = (burn::<3>(&a), burn::<3>(&b));
    let operands = || Operands::new(&a, &b);
    let (mm, gm, gk) = (operands(), operands(), operands());
    Contest::new([(&a).into(), (&b).into()], move || a.matmul(&b))
        .peer("ndarray", move || {
            let mut products = ndarray::Array3::zeros((n.dim().0, n.dim().1, m.dim().2));
            for ((a, b), mut c) in n.outer_iter().zip(m.outer_iter()).zip(products.outer_iter_mut()) {
                general_mat_mul(1.0, &a, &b, 0.0, &mut c);
            }
            products
        })
        .peer("candle", move || c.matmul(&d))
        .peer("burn", move || e.clone().matmul(f.clone()))
        .peer("gemm", gemm(gm))
        .peer("gemmkit", gemmkit(gk))
        .peer("matrixmultiply", matrixmultiply(mm))
}
