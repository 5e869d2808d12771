//! Sums, means and variances, of all elements and along an axis: bandwidth of reading.

use array_core::{Array, step};
use ndarray::parallel::prelude::*;
use ndarray::{Axis, Ix1, Ix2, Zip, s};

use super::normal;
use crate::contest::{Contest, Row};
use crate::peers::{burn, burn_f64, candle, nd};

const SQUARE: [usize; 2] = [4096, 4096];

pub fn sums() -> Vec<Row> {
    vec![
        Row::new("sum_f64_10m", 1.0, 1e-12, |rng| sum(rng.uniform(0.0, 1.0, 10_000_000))),
        Row::new("sum_ax0_4096", 1.3, 1e-4, |rng| sum_axis(normal(rng, SQUARE), 0)),
        Row::new("sum_ax1_4096", 1.0, 1e-4, |rng| sum_axis(normal(rng, SQUARE), 1)),
        Row::new("mean_last_4096", 1.0, 1e-4, |rng| mean_last(normal(rng, SQUARE))),
        Row::new("var_last_4096", 1.5, 1e-4, |rng| var_last(normal(rng, SQUARE))),
    ]
}

pub fn strided() -> Vec<Row> {
    vec![Row::new("strided_sum_4096", 1.0, 1e-4, |rng| strided_sum(rng.uniform(0.0, 1.0, SQUARE)))]
}

fn sum(x: Array<f64>) -> Contest {
    let ([n, p], c, b) = ([(); 2].map(|()| nd::<f64, Ix1>(&x)), candle(&x), burn_f64::<1>(&x));
    Contest::new([(&x).into()], move || x.sum())
        .peer("ndarray", move || n.sum())
        .peer("ndarray-par", move || {
            p.axis_chunks_iter(Axis(0), 100_000).into_par_iter().map(|x| x.sum()).sum::<f64>()
        })
        .peer("candle", move || c.sum_all())
        .peer("burn", move || b.clone().sum())
}

fn sum_axis(x: Array<f32>, axis: usize) -> Contest {
    let (n, c, b) = (nd::<f32, Ix2>(&x), candle(&x), burn::<2>(&x));
    let p = n.clone();
    let contest = Contest::new([(&x).into()], move || x.sum_axis(axis as isize))
        .peer("ndarray", move || n.sum_axis(Axis(axis)))
        .peer("candle", move || c.sum(axis))
        .peer("burn", move || b.clone().sum_dim(axis));
    if axis == 0 {
        return contest;
    }
    contest.peer("ndarray-par", move || Zip::from(p.rows()).par_map_collect(|row| row.sum()))
}

fn mean_last(x: Array<f32>) -> Contest {
    let (n, c, b) = (nd::<f32, Ix2>(&x), candle(&x), burn::<2>(&x));
    let p = n.clone();
    Contest::new([(&x).into()], move || x.mean_axis(-1))
        .peer("ndarray", move || n.mean_axis(Axis(1)).unwrap_or_default())
        .peer("ndarray-par", move || {
            Zip::from(p.rows()).par_map_collect(|row| row.mean().unwrap_or_default())
        })
        .peer("candle", move || c.mean(1))
        .peer("burn", move || b.clone().mean_dim(1))
}

/// The biased variance.
fn var_last(x: Array<f32>) -> Contest {
    let (n, c, b) = (nd::<f32, Ix2>(&x), candle(&x), burn::<2>(&x));
    let p = n.clone();
    Contest::new([(&x).into()], move || x.var_axis(-1, 0))
        .peer("ndarray", move || n.var_axis(Axis(1), 0.0))
        .peer("ndarray-par", move || Zip::from(p.rows()).par_map_collect(|row| row.var(0.0)))
        .peer("candle", move || c.broadcast_sub(&c.mean_keepdim(1)?)?.sqr()?.mean(1))
        .peer("burn", move || b.clone().var_bias(1))
}

/// Of every other element of every other row.
fn strided_sum(x: Array<f32>) -> Contest {
    let (n, b) = (nd::<f32, Ix2>(&x), burn::<2>(&x));
    let p = n.clone();
    Contest::new([(&x).into()], move || x.slice((step(.., 2), step(.., 2))).sum())
        .peer("ndarray", move || n.slice(s![..;2, ..;2]).sum())
        .peer("ndarray-par", move || {
            p.slice(s![..;2, ..;2]).outer_iter().into_par_iter().map(|row| row.sum()).sum::<f32>()
        })
        .peer("burn", move || b.clone().slice(::burn::tensor::s![..;2, ..;2]).sum())
}
