//! What nets are made of: softmax, cross entropy, layer normalisation, a dense layer with its rectifier.

use array_core::Array;
use burn::tensor::activation::{log_softmax, relu, softmax};
use burn::tensor::module;
use candle_nn::Module;
use ndarray::{Array2, ArrayView1, Ix1, Ix2};
use nn::{Dense, LayerNorm, Tape};

use super::normal;
use crate::contest::{Contest, Row};
use crate::peers::{Burn, burn, burn_i64, candle, nd};

pub fn functions() -> Vec<Row> {
    vec![
        Row::new("softmax_32x10", 2.0, 1e-5, |rng| softmaxes(normal(rng, [32, 10]))),
        Row::new("softmax_4096x1024", 1.2, 1e-5, |rng| softmaxes(normal(rng, [4096, 1024]))),
        Row::new("xent_fwd", 1.2, 1e-5, |rng| {
            cross_entropy(normal(rng, [256, 1000]), rng.integers(0, 1000, 256))
        }),
        Row::new("xent_fwdbwd", 1.5, 1e-5, |rng| {
            cross_entropy_gradient(normal(rng, [256, 1000]), rng.integers(0, 1000, 256))
        }),
        Row::new("layernorm_512x768", 1.0, 1e-5, |rng| {
            layer_norm(normal(rng, [512, 768]), normal(rng, [768]), normal(rng, [768]))
        }),
    ]
}

pub fn layers() -> Vec<Row> {
    vec![
        Row::new("dense_32x128x64", 1.3, 1e-5, |rng| {
            dense(normal(rng, [32, 128]), normal(rng, [128, 64]), normal(rng, [64]))
        }),
        Row::new("dense_256x1024x1024", 1.08, 1e-5, |rng| {
            dense(normal(rng, [256, 1024]), normal(rng, [1024, 1024]), normal(rng, [1024]))
        }),
    ]
}

/// Of every row.
fn softmaxes(x: Array<f32>) -> Contest {
    let (n, c, b) = (nd::<f32, Ix2>(&x), candle(&x), burn::<2>(&x));
    Contest::new([(&x).into()], move || {
        let tape = Tape::inference();
        tape.constant(x.clone()).softmax(-1).value()
    })
    .peer("ndarray", move || {
        let mut y = n.clone();
        for mut row in y.rows_mut() {
            let max = greatest(row.view());
            row.mapv_inplace(|x| (x - max).exp());
            let sum = row.sum();
            row.mapv_inplace(|x| x / sum);
        }
        y
    })
    .peer("candle", move || candle_nn::ops::softmax_last_dim(&c))
    .peer("burn", move || softmax(b.clone(), 1))
}

fn greatest(row: ArrayView1<'_, f32>) -> f32 {
    row.fold(f32::NEG_INFINITY, |max, x| max.max(*x))
}

/// The mean of −log softmax(x) at the labels.
fn cross_entropy(x: Array<f32>, labels: Array<i64>) -> Contest {
    let (n, c, b) = (nd::<f32, Ix2>(&x), candle(&x), burn::<2>(&x));
    let (nl, cl, bl) = (labels.to_vec(), candle(&labels), burn_i64::<1>(&labels));
    Contest::new([(&x).into(), (&labels).into()], move || {
        let tape = Tape::inference();
        tape.constant(x.clone()).cross_entropy(&labels).value()
    })
    .peer("ndarray", move || {
        let losses = n.rows().into_iter().zip(&nl).map(|(row, &label)| {
            let max = greatest(row);
            max + row.fold(0.0, |sum: f32, x| sum + (x - max).exp()).ln() - row[label as usize]
        });
        losses.sum::<f32>() / n.nrows() as f32
    })
    .peer("candle", move || candle_nn::loss::cross_entropy(&c, &cl))
    .peer("burn", move || burn_cross_entropy(b.clone(), bl.clone()))
}

fn burn_cross_entropy(x: Burn<2>, labels: burn::tensor::Tensor<1, burn::tensor::Int>) -> Burn<1> {
    -log_softmax(x, 1).gather(1, labels.unsqueeze_dim(1)).mean()
}

/// The same with its gradient.
fn cross_entropy_gradient(x: Array<f32>, labels: Array<i64>) -> Contest {
    let (n, c, b) = (nd::<f32, Ix2>(&x), candle_core::Var::from_tensor(&candle(&x)), burn::<2>(&x));
    let (nl, cl, bl) = (labels.to_vec(), candle(&labels), burn_i64::<1>(&labels));
    Contest::new([(&x).into(), (&labels).into()], move || {
        let tape = Tape::training(array_core::default_rng(0));
        let x = tape.variable(x.clone());
        let loss = x.cross_entropy(&labels);
        let gradients = loss.backward();
        (loss.value(), gradients.get(x).cloned().ok_or("no gradient").expect("x is a leaf"))
    })
    .peer("ndarray", move || {
        let (mut gradient, mut loss) = (n.clone(), 0.0);
        let count = n.nrows() as f32;
        for (mut row, &label) in gradient.rows_mut().into_iter().zip(&nl) {
            let (max, at_label) = (greatest(row.view()), row[label as usize]);
            row.mapv_inplace(|x| (x - max).exp());
            let sum = row.sum();
            loss += max + sum.ln() - at_label;
            row.mapv_inplace(|x| x / sum / count);
            row[label as usize] -= 1.0 / count;
        }
        (loss / count, gradient)
    })
    .peer("candle", move || {
        let x = c.as_ref().map_err(|error| error.to_string())?;
        let differentiate = || {
            let loss = candle_nn::loss::cross_entropy(x, &cl)?;
            let gradient = loss.backward()?.get(x).cloned();
            candle_core::Result::Ok((loss, gradient))
        };
        let (loss, gradient) = differentiate().map_err(|error| error.to_string())?;
        Ok::<_, String>((loss, gradient.ok_or("no gradient")?))
    })
    .peer("burn", move || {
        let x = b.clone().autodiff().require_grad();
        let loss = burn_cross_entropy(x.clone(), bl.clone().autodiff());
        let gradients = loss.backward();
        (loss, x.grad(&gradients).ok_or("no gradient".to_string()))
    })
}

/// Over the last axis, then scaled and shifted.
fn layer_norm(x: Array<f32>, weight: Array<f32>, bias: Array<f32>) -> Contest {
    let (n, nw, nb) = (nd::<f32, Ix2>(&x), nd::<f32, Ix1>(&weight), nd::<f32, Ix1>(&bias));
    let (c, cw, cb) = (candle(&x), candle(&weight), candle(&bias));
    let (b, bw, bb) = (burn::<2>(&x), burn::<1>(&weight), burn::<1>(&bias));
    let inputs = [(&x).into(), (&weight).into(), (&bias).into()];
    let mut norm: LayerNorm = LayerNorm::new(weight.shape()[0]);
    *norm.weight.value_mut() = weight;
    *norm.bias.value_mut() = bias;
    Contest::new(inputs, move || {
        let tape = Tape::inference();
        tape.constant(x.clone()).apply("norm", &norm).value()
    })
    .peer("ndarray", move || {
        let mut y = n.clone();
        for mut row in y.rows_mut() {
            let mean = row.mean().unwrap_or_default();
            row.mapv_inplace(|x| x - mean);
            let scale = 1.0 / (row.dot(&row) / row.len() as f32 + 1e-5).sqrt();
            row.zip_mut_with(&nw, |x, w| *x *= scale * w);
            row += &nb;
        }
        y
    })
    .peer("candle", move || candle_nn::ops::layer_norm(&c, &cw, &cb, 1e-5))
    .peer("burn", move || module::layer_norm(b.clone(), bw.clone(), Some(bb.clone()), 1e-5))
}

/// max(x·W + b, 0)
fn dense(x: Array<f32>, weight: Array<f32>, bias: Array<f32>) -> Contest {
    let (n, nw, nb) = (nd::<f32, Ix2>(&x), nd::<f32, Ix2>(&weight), nd::<f32, Ix1>(&bias));
    let (c, linear) = (candle(&x), candle_nn::Linear::new(candle(&weight.t()), Some(candle(&bias))));
    let (b, bw, bb) = (burn::<2>(&x), burn::<2>(&weight), burn::<1>(&bias));
    let inputs = [(&x).into(), (&weight).into(), (&bias).into()];
    let mut layer: Dense = Dense::new(weight.shape()[0], weight.shape()[1], &mut array_core::default_rng(0));
    *layer.weight.value_mut() = weight;
    *layer.bias.value_mut() = bias;
    Contest::new(inputs, move || {
        let tape = Tape::inference();
        tape.constant(x.clone()).apply("dense", &layer).relu().value()
    })
    .peer("ndarray", move || {
        let mut y: Array2<f32> = n.dot(&nw);
        y += &nb;
        y.mapv_inplace(|x| x.max(0.0));
        y
    })
    .peer("candle", move || linear.forward(&c)?.relu())
    .peer("burn", move || relu(module::linear(b.clone(), bw.clone(), Some(bb.clone()))))
}
