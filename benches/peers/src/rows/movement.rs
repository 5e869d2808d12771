//! Elements that move: broadcast, transposed, reversed, picked, sorted, summed up.

use array_core::{Array, step, zip_map};
use ndarray::{Axis, Ix1, Ix2, Zip, s};

use super::normal;
use crate::contest::{Contest, Row};
use crate::peers::{burn, burn_f64, burn_i64, candle, nd};

pub fn broadcasts() -> Vec<Row> {
    vec![
        Row::new("bcast_norm", 1.2, 1e-5, |rng| {
            normalised(normal(rng, [4096, 1024]), normal(rng, [1024]), rng.uniform(0.5, 2.0, 1024))
        }),
        Row::new("bias_add", 1.0, 1e-6, |rng| bias_add(normal(rng, [4096, 1024]), normal(rng, [1024]))),
        Row::new("transpose_copy_4096", 1.2, 0.0, |rng| transposed(normal(rng, [4096, 4096]))),
    ]
}

pub fn others() -> Vec<Row> {
    vec![
        Row::new("reverse_copy_10m", 1.2, 0.0, |rng| reversed(normal(rng, [10_000_000]))),
        Row::new("mask_f64_10m", 1.5, 0.0, |rng| masked(rng.standard_normal(10_000_000))),
        Row::new("gather_100k", 1.0, 0.0, |rng| {
            gathered(normal(rng, [100_000, 64]), rng.integers(0, 100_000, 100_000))
        }),
        Row::new("argsort_f64_1m", 1.0, 0.0, |rng| argsorted(rng.standard_normal(1_000_000))),
        Row::new("sort_f64_1m", 1.0, 0.0, |rng| sorted(rng.standard_normal(1_000_000))),
        Row::new("cumsum_f64_10m", 1.5, 1e-9, |rng| cumulative(rng.standard_normal(10_000_000))),
    ]
}

/// Columns less their means, over their deviations.
fn normalised(x: Array<f32>, mean: Array<f32>, deviation: Array<f32>) -> Contest {
    let ndarrays = || (nd::<f32, Ix2>(&x), nd::<f32, Ix1>(&mean), nd::<f32, Ix1>(&deviation));
    let ((n, m, d), (pn, pm, pd)) = (ndarrays(), ndarrays());
    let (c, cm, cd) = (candle(&x), candle(&mean), candle(&deviation));
    let (b, bm, bd) = (burn::<2>(&x), burn::<1>(&mean), burn::<1>(&deviation));
    let inputs = [(&x).into(), (&mean).into(), (&deviation).into()];
    Contest::new(inputs, move || {
        zip_map([&x, &mean, &deviation], |[x, mean, deviation]| (x - mean) / deviation)
    })
    .peer("ndarray", move || (&n - &m) / &d)
    .peer("ndarray-par", move || {
        let rows = pn.raw_dim();
        Zip::from(&pn)
            .and(pm.broadcast(rows).as_ref().expect("a row"))
            .and(pd.broadcast(rows).as_ref().expect("a row"))
            .par_map_collect(|x, m, d| (x - m) / d)
    })
    .peer("candle", move || c.broadcast_sub(&cm)?.broadcast_div(&cd))
    .peer("burn", move || (b.clone() - bm.clone().unsqueeze()) / bd.clone().unsqueeze())
}

fn bias_add(x: Array<f32>, bias: Array<f32>) -> Contest {
    let ([n, p], [nb, pb]) = ([(); 2].map(|()| nd::<f32, Ix2>(&x)), [(); 2].map(|()| nd::<f32, Ix1>(&bias)));
    let (c, cb, b, bb) = (candle(&x), candle(&bias), burn::<2>(&x), burn::<1>(&bias));
    Contest::new([(&x).into(), (&bias).into()], move || &x + &bias)
        .peer("ndarray", move || &n + &nb)
        .peer("ndarray-par", move || {
            let bias = pb.broadcast(p.raw_dim()).expect("a row");
            Zip::from(&p).and(&bias).par_map_collect(|x, b| x + b)
        })
        .peer("candle", move || c.broadcast_add(&cb))
        .peer("burn", move || b.clone() + bb.clone().unsqueeze())
}

/// The transpose, in row-major order.
fn transposed(x: Array<f32>) -> Contest {
    let (n, c, b) = (nd::<f32, Ix2>(&x), candle(&x), burn::<2>(&x));
    Contest::new([(&x).into()], move || x.t().copy())
        .peer("ndarray", move || n.t().as_standard_layout().into_owned())
        .peer("candle", move || c.t()?.contiguous())
        // Adding 0 makes burn carry out what it otherwise only notes.
        .peer("burn", move || b.clone().transpose() + 0.0)
}

fn reversed(x: Array<f32>) -> Contest {
    let (n, c, b) = (nd::<f32, Ix1>(&x), candle(&x), burn::<1>(&x));
    Contest::new([(&x).into()], move || x.slice(step(.., -1)).copy())
        .peer("ndarray", move || n.slice(s![..;-1]).as_standard_layout().into_owned())
        .peer("candle", move || c.flip(&[0]))
        .peer("burn", move || b.clone().flip([0]) + 0.0)
}

/// The elements above 0.
fn masked(x: Array<f64>) -> Contest {
    let (n, b) = (nd::<f64, Ix1>(&x), burn_f64::<1>(&x));
    Contest::new([(&x).into()], move || x.mask(&x.greater(0.0)))
        .peer("ndarray", move || n.iter().copied().filter(|x| *x > 0.0).collect::<ndarray::Array1<f64>>())
        .peer("burn", move || {
            let mask = b.clone().greater_scalar(0.0);
            b.clone().mask_select(mask)
        })
}

/// Rows of a table, by their numbers.
fn gathered(table: Array<f32>, rows: Array<i64>) -> Contest {
    let (n, c, b) = (nd::<f32, Ix2>(&table), candle(&table), burn::<2>(&table));
    let (ni, ci, bi) =
        (rows.iter().map(|i| *i as usize).collect::<Vec<_>>(), candle(&rows), burn_i64::<1>(&rows));
    Contest::new([(&table).into(), (&rows).into()], move || table.take(&rows, 0))
        .peer("ndarray", move || n.select(Axis(0), &ni))
        .peer("candle", move || c.index_select(&ci, 0))
        .peer("burn", move || b.clone().select(0, bi.clone()))
}

fn argsorted(x: Array<f64>) -> Contest {
    let (v, c, b) = (x.to_vec(), candle(&x), burn_f64::<1>(&x));
    Contest::new([(&x).into()], move || x.argsort(0))
        .peer("ndarray", move || {
            let mut order: Vec<u32> = (0..v.len() as u32).collect();
            order.sort_unstable_by(|i, j| v[*i as usize].total_cmp(&v[*j as usize]));
            ndarray::Array1::from_vec(order)
        })
        .peer("candle", move || c.arg_sort_last_dim(true))
        .peer("burn", move || b.clone().argsort(0))
}

fn sorted(x: Array<f64>) -> Contest {
    let (n, c, b) = (nd::<f64, Ix1>(&x), candle(&x), burn_f64::<1>(&x));
    Contest::new([(&x).into()], move || x.sort(0))
        .peer("ndarray", move || {
            let mut sorted = n.to_vec();
            sorted.sort_unstable_by(f64::total_cmp);
            ndarray::Array1::from_vec(sorted)
        })
        .peer("candle", move || Ok::<_, candle_core::Error>(c.sort_last_dim(true)?.0))
        .peer("burn", move || b.clone().sort(0))
}

fn cumulative(x: Array<f64>) -> Contest {
    let (n, b) = (nd::<f64, Ix1>(&x), burn_f64::<1>(&x));
    Contest::new([(&x).into()], move || x.cumsum())
        .peer("ndarray", move || {
            let mut sums = n.clone();
            sums.accumulate_axis_inplace(Axis(0), |before, x| *x += before);
            sums
        })
        .peer("burn", move || b.clone().cumsum(0))
}
