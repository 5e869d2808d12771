//! A function of every element: 10,000,000 of them, where memory is the limit, and 1,000, where the call is.

use array_core::Array;
use ndarray::{Ix1, Zip};

use super::normal;
use crate::contest::{Contest, Row};
use crate::peers::{Burn, burn, candle, nd};

const LARGE: [usize; 1] = [10_000_000];
const SMALL: [usize; 1] = [1_000];

pub fn rows() -> Vec<Row> {
    vec![
        Row::new("axpb_10m", 1.3, 1e-6, |rng| axpb(normal(rng, LARGE))),
        Row::new("exp_10m", 1.3, 1e-6, |rng| exp(normal(rng, LARGE))),
        Row::new("tanh_10m", 1.0, 1e-6, |rng| tanh(normal(rng, LARGE))),
        Row::new("relu_10m", 1.0, 0.0, |rng| relu(normal(rng, LARGE))),
        Row::new("gt_10m", 1.0, 0.0, |rng| greater(normal(rng, LARGE))),
        Row::new("where_10m", 1.0, 0.0, |rng| choose([(); 3].map(|()| normal(rng, LARGE)))),
        Row::new("axpb_1k", 1.0, 1e-6, |rng| axpb(normal(rng, SMALL))),
        Row::new("exp_1k", 1.5, 1e-6, |rng| exp(normal(rng, SMALL))),
        Row::new("tanh_1k", 1.5, 1e-6, |rng| tanh(normal(rng, SMALL))),
        Row::new("relu_1k", 1.0, 0.0, |rng| relu(normal(rng, SMALL))),
        Row::new("gt_1k", 1.0, 0.0, |rng| greater(normal(rng, SMALL))),
        Row::new("where_1k", 1.0, 0.0, |rng| choose([(); 3].map(|()| normal(rng, SMALL)))),
    ]
}

/// 2.5 x + 1.5
fn axpb(x: Array<f32>) -> Contest {
    let ([n, p], c, b) = ([(); 2].map(|()| nd::<f32, Ix1>(&x)), candle(&x), burn::<1>(&x));
    Contest::new([(&x).into()], move || x.map(|x| 2.5 * x + 1.5))
        .peer("ndarray", move || n.mapv(|x| 2.5 * x + 1.5))
        .peer("ndarray-par", move || Zip::from(&p).par_map_collect(|x| 2.5 * x + 1.5))
        .peer("candle", move || c.affine(2.5, 1.5))
        .peer("burn", move || b.clone() * 2.5 + 1.5)
}

fn exp(x: Array<f32>) -> Contest {
    let ([n, p], c, b) = ([(); 2].map(|()| nd::<f32, Ix1>(&x)), candle(&x), burn::<1>(&x));
    Contest::new([(&x).into()], move || x.exp())
        .peer("ndarray", move || n.exp())
        .peer("ndarray-par", move || Zip::from(&p).par_map_collect(|x| x.exp()))
        .peer("candle", move || c.exp())
        .peer("burn", move || b.clone().exp())
}

fn tanh(x: Array<f32>) -> Contest {
    let ([n, p], c, b) = ([(); 2].map(|()| nd::<f32, Ix1>(&x)), candle(&x), burn::<1>(&x));
    Contest::new([(&x).into()], move || x.tanh())
        .peer("ndarray", move || n.tanh())
        .peer("ndarray-par", move || Zip::from(&p).par_map_collect(|x| x.tanh()))
        .peer("candle", move || c.tanh())
        .peer("burn", move || b.clone().tanh())
}

fn relu(x: Array<f32>) -> Contest {
    let ([n, p], c, b) = ([(); 2].map(|()| nd::<f32, Ix1>(&x)), candle(&x), burn::<1>(&x));
    Contest::new([(&x).into()], move || x.relu())
        .peer("ndarray", move || n.mapv(|x| x.max(0.0)))
        .peer("ndarray-par", move || Zip::from(&p).par_map_collect(|x| x.max(0.0)))
        .peer("candle", move || c.relu())
        .peer("burn", move || ::burn::tensor::activation::relu(b.clone()))
}

/// x > 0, as truth values.
fn greater(x: Array<f32>) -> Contest {
    let ([n, p], c, b) = ([(); 2].map(|()| nd::<f32, Ix1>(&x)), candle(&x), burn::<1>(&x));
    Contest::new([(&x).into()], move || x.greater(0.0))
        .peer("ndarray", move || n.mapv(|x| x > 0.0))
        .peer("ndarray-par", move || Zip::from(&p).par_map_collect(|x| *x > 0.0))
        .peer("candle", move || c.gt(0.0f32))
        .peer("burn", move || b.clone().greater_scalar(0.0))
}

/// x where a mask is true, else y.
fn choose([x, y, m]: [Array<f32>; 3]) -> Contest {
    let mask = m.greater(0.0);
    let ndarrays = || (nd::<bool, Ix1>(&mask), nd::<f32, Ix1>(&x), nd::<f32, Ix1>(&y));
    let ((n, nx, ny), (p, px, py)) = (ndarrays(), ndarrays());
    let (c, cx, cy) = (candle(&mask.cast::<u8>()), candle(&x), candle(&y));
    let (b, bx, by): (_, Burn<1>, Burn<1>) = (burn::<1>(&m).greater_scalar(0.0), burn(&x), burn(&y));
    Contest::new([(&mask).into(), (&x).into(), (&y).into()], move || mask.where_(&x, &y))
        .peer("ndarray", move || {
            Zip::from(&n).and(&nx).and(&ny).map_collect(|&m, &x, &y| if m { x } else { y })
        })
        .peer("ndarray-par", move || {
            Zip::from(&p).and(&px).and(&py).par_map_collect(|&m, &x, &y| if m { x } else { y })
        })
        .peer("candle", move || c.where_cond(&cx, &cy))
        .peer("burn", move || by.clone().mask_where(b.clone(), bx.clone()))
}
