//! einsum, with its planning. Peers that have none do by hand what the plan would be.

use array_core::{Array, einsum};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array3, Ix2, Ix3};

use super::normal;
use crate::contest::{Contest, Row};
use crate::peers::{Operands, burn, candle, gemm, gemmkit, matrixmultiply, nd};

pub fn rows() -> Vec<Row> {
    vec![
        Row::new("einsum_bhid_bhjd", 1.1, 1e-5, |rng| scores([(); 2].map(|()| normal(rng, [4, 8, 64, 32])))),
        Row::new("einsum_ijk_jl", 1.1, 1e-5, |rng| middle(normal(rng, [64, 64, 64]), normal(rng, [64, 64]))),
        Row::new("einsum_chain", 1.2, 1e-5, |rng| chain([(); 4].map(|()| normal(rng, [64, 64])))),
    ]
}

/// Attention's scores: (batch, heads, queries, width) and (batch, heads, keys, width).
fn scores([q, k]: [Array<f32>; 2]) -> Contest {
    let [stack_q, stack_k] = [&q, &k].map(|x| x.reshape([-1, 64, 32]));
    let (n, m) = (nd::<f32, Ix3>(&stack_q), nd::<f32, Ix3>(&stack_k));
    let (c, d, e, f) = (candle(&q), candle(&k), burn::<4>(&q), burn::<4>(&k));
    let operands = || Operands::new(&stack_q, &stack_k.swapaxes(1, 2));
    let (mm, gm, gk) = (operands(), operands(), operands());
    Contest::new([(&q).into(), (&k).into()], move || einsum("bhid,bhjd->bhij", &[&q, &k]))
        .peer("ndarray", move || {
            let mut products = Array3::zeros((n.dim().0, n.dim().1, m.dim().1));
            for ((q, k), mut c) in n.outer_iter().zip(m.outer_iter()).zip(products.outer_iter_mut()) {
                general_mat_mul(1.0, &q, &k.t(), 0.0, &mut c);
            }
            products
        })
        .peer("candle", move || c.matmul(&d.t()?))
        .peer("burn", move || e.clone().matmul(f.clone().transpose()))
        .peer("gemm", gemm(gm))
        .peer("gemmkit", gemmkit(gk))
        .peer("matrixmultiply", matrixmultiply(mm))
}

/// ijk,jl→ikl: over the axis in the middle.
fn middle(a: Array<f32>, b: Array<f32>) -> Contest {
    let (n, m) = (nd::<f32, Ix3>(&a), nd::<f32, Ix2>(&b));
    let (c, d, e, f) = (candle(&a), candle(&b), burn::<3>(&a), burn::<2>(&b));
    Contest::new([(&a).into(), (&b).into()], move || einsum("ijk,jl->ikl", &[&a, &b]))
        .peer("ndarray", move || {
            let mut products = Array3::zeros((n.dim().0, n.dim().2, m.dim().1));
            for (a, mut c) in n.outer_iter().zip(products.outer_iter_mut()) {
                general_mat_mul(1.0, &a.t(), &m, 0.0, &mut c);
            }
            products
        })
        .peer("candle", move || c.transpose(1, 2)?.contiguous()?.broadcast_matmul(&d))
        .peer("burn", move || e.clone().swap_dims(1, 2).matmul(f.clone().unsqueeze()))
}

/// ij,jk,kl,lm→im
fn chain(matrices: [Array<f32>; 4]) -> Contest {
    let n = matrices.each_ref().map(nd::<f32, Ix2>);
    let (c, b) = (matrices.each_ref().map(candle), matrices.each_ref().map(burn::<2>));
    let inputs = matrices.each_ref().map(|a| a.into());
    Contest::new(inputs, move || einsum("ij,jk,kl,lm->im", &matrices.each_ref()))
        .peer("ndarray", move || n[0].dot(&n[1]).dot(&n[2]).dot(&n[3]))
        .peer("candle", move || c[0].matmul(&c[1])?.matmul(&c[2])?.matmul(&c[3]))
        .peer("burn", move || {
            let [a, b, c, d] = b.clone();
            a.matmul(b).matmul(c).matmul(d)
        })
}
