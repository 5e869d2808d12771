//! candle's training steps. Softmax and layer normalisation take the forms that have gradients.

use array_core::Array;
use candle_core::{D, DType, Device, Result, Tensor, Var};
use candle_nn::loss::cross_entropy;
use candle_nn::ops::{layer_norm, layer_norm_slow, softmax, softmax_last_dim};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};

use super::models::{HEADS, LAYERS, VOCABULARY, WIDTH};
use super::{DECAY, RATE};
use crate::peers::candle;

pub fn mlp(x: &Array<f32>, y: &Array<i64>, weights: &[Array<f32>]) -> impl FnMut() -> Result<Tensor> + use<> {
    let (x, y, layers) = (candle(x), candle(y), weights.len() / 2);
    train(weights, 0.0, move |weights| {
        let mut x = x.clone();
        for (i, layer) in weights.chunks(2).enumerate() {
            x = dense(&x, &layer[0], &layer[1])?;
            if i + 1 < layers {
                x = x.relu()?;
            }
        }
        cross_entropy(&x, &y)
    })
}

pub fn cnn(x: &Array<f32>, y: &Array<i64>, weights: &[Array<f32>]) -> impl FnMut() -> Result<Tensor> + use<> {
    let (x, y) = (candle(x), candle(y));
    train(weights, 0.0, move |weights| {
        let mut x = x.clone();
        for layer in weights.chunks(2).take(2) {
            let channels = layer[1].dims1()?;
            x = x.conv2d(&layer[0], 1, 1, 1, 1)?.broadcast_add(&layer[1].reshape((1, channels, 1, 1))?)?;
            x = x.relu()?.max_pool2d(2)?;
        }
        cross_entropy(&dense(&x.flatten_from(1)?, &weights[4], &weights[5])?, &y)
    })
}

pub fn gpt(x: &Array<i64>, y: &Array<i64>, weights: &[Array<f32>]) -> impl FnMut() -> Result<Tensor> + use<> {
    let (x, y) = (candle(x), candle(&y.reshape(-1)));
    train(weights, DECAY, move |weights| gpt_loss(&x, &y, weights, true))
}

pub fn gpt_forward(
    x: &Array<i64>,
    y: &Array<i64>,
    weights: &[Array<f32>],
) -> impl FnMut() -> Result<Tensor> + use<> {
    let (x, y) = (candle(x), candle(&y.reshape(-1)));
    let weights: Vec<Tensor> = weights.iter().map(candle).collect();
    move || gpt_loss(&x, &y, &weights, false)
}

/// A step, which returns the loss before it.
fn train<F: Fn(&[Tensor]) -> Result<Tensor>>(
    weights: &[Array<f32>],
    decay: f64,
    loss: F,
) -> impl FnMut() -> Result<Tensor> + use<F> {
    let variables: Result<Vec<Var>> =
        weights.iter().map(|weight| Var::from_tensor(&candle(weight))).collect();
    let variables = variables.expect("tensors become variables");
    let weights: Vec<Tensor> = variables.iter().map(|variable| variable.as_tensor().clone()).collect();
    let settings = ParamsAdamW { lr: RATE, weight_decay: decay, ..ParamsAdamW::default() };
    let mut adam = AdamW::new(variables, settings).expect("variables have moments");
    move || {
        let loss = loss(&weights)?;
        adam.backward_step(&loss)?;
        Ok(loss)
    }
}

/// The last axis through a dense layer.
fn dense(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    x.broadcast_matmul(weight)?.broadcast_add(bias)
}

fn gpt_loss(tokens: &Tensor, next: &Tensor, weights: &[Tensor], gradients: bool) -> Result<Tensor> {
    let norm = |x: &Tensor, weights: &[Tensor]| {
        let norm = if gradients { layer_norm_slow } else { layer_norm };
        norm(&x.contiguous()?, &weights[0], &weights[1], 1e-5)
    };
    let (batch, time) = tokens.dims2()?;
    let mask = causal_mask(time)?;
    let embedded = weights[0].index_select(&tokens.flatten_all()?, 0)?.reshape((batch, time, WIDTH))?;
    let mut x = embedded.broadcast_add(&weights[1])?;
    for block in weights[2..].chunks(12).take(LAYERS) {
        let qkv = dense(&norm(&x, &block[8..])?, &block[0], &block[1])?;
        let heads =
            qkv.reshape((batch, time, 3, HEADS, WIDTH / HEADS))?.permute((2, 0, 3, 1, 4))?.contiguous()?;
        let [q, k, v] = [heads.get(0)?, heads.get(1)?, heads.get(2)?];
        let scores = (q.matmul(&k.t()?)? * ((WIDTH / HEADS) as f64).powf(-0.5))?.broadcast_add(&mask)?;
        let pattern = if gradients { softmax(&scores, D::Minus1)? } else { softmax_last_dim(&scores)? };
        let mixed = pattern.matmul(&v)?.transpose(1, 2)?.reshape((batch, time, WIDTH))?;
        x = (x + dense(&mixed, &block[2], &block[3])?)?;
        let hidden = dense(&norm(&x, &block[10..])?, &block[4], &block[5])?.gelu_erf()?;
        x = (x + dense(&hidden, &block[6], &block[7])?)?;
    }
    let end = &weights[2 + 12 * LAYERS..];
    let logits = dense(&norm(&x, end)?, &end[2], &end[3])?;
    cross_entropy(&logits.reshape(((), VOCABULARY))?, next)
}

/// 0 where a position may look, −∞ at those after it.
fn causal_mask(time: usize) -> Result<Tensor> {
    let row = |i: usize| (0..time).map(move |j| if j <= i { 0.0 } else { f32::NEG_INFINITY });
    Tensor::from_iter((0..time).flat_map(row), &Device::Cpu)?.reshape((time, time))?.to_dtype(DType::F32)
}
