//! burn's training steps, with the functions that its layers call.

use array_core::Array;
use burn::module::{Module, Param};
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::{gelu, log_softmax, relu};
use burn::tensor::module::{attention, conv2d, embedding, layer_norm, linear, max_pool2d};
use burn::tensor::ops::{AttentionModuleOptions, ConvOptions, MaxPoolOptions};
use burn::tensor::{Int, Tensor};

use super::models::{HEADS, LAYERS, VOCABULARY, WIDTH};
use super::{DECAY, RATE};
use crate::peers::{burn, burn_i64};

/// The weights of a model by rank, each in the order of ours.
#[derive(Module, Debug)]
struct Weights {
    vectors: Vec<Param<Tensor<1>>>,
    matrices: Vec<Param<Tensor<2>>>,
    kernels: Vec<Param<Tensor<4>>>,
}

impl Weights {
    fn new(weights: &[Array<f32>], differentiable: bool) -> Weights {
        let mut result = Weights { vectors: Vec::new(), matrices: Vec::new(), kernels: Vec::new() };
        for weight in weights {
            match weight.ndim() {
                1 => result.vectors.push(param(weight, differentiable)),
                2 => result.matrices.push(param(weight, differentiable)),
                _ => result.kernels.push(param(weight, differentiable)),
            }
        }
        result
    }

    /// Matrix i with vector j.
    fn linear<const D: usize>(&self, x: Tensor<D>, i: usize, j: usize) -> Tensor<D> {
        linear(x, self.matrices[i].val(), Some(self.vectors[j].val()))
    }

    /// Vectors i and i + 1.
    fn norm(&self, x: Tensor<3>, i: usize) -> Tensor<3> {
        layer_norm(x, self.vectors[i].val(), Some(self.vectors[i + 1].val()), 1e-5)
    }
}

fn param<const D: usize>(weight: &Array<f32>, differentiable: bool) -> Param<Tensor<D>> {
    let tensor = burn::<D>(weight);
    Param::from_tensor(if differentiable { tensor.autodiff() } else { tensor })
}

pub fn mlp(x: &Array<f32>, y: &Array<i64>, weights: &[Array<f32>]) -> impl FnMut() -> Tensor<1> + use<> {
    let (x, y) = (burn::<2>(x).autodiff(), burn_i64::<1>(y).autodiff());
    train(weights, adam(), move |weights| {
        let mut x = x.clone();
        let layers = weights.matrices.len();
        for i in 0..layers {
            x = weights.linear(x, i, i);
            if i + 1 < layers {
                x = relu(x);
            }
        }
        cross_entropy(x, y.clone())
    })
}

pub fn cnn(x: &Array<f32>, y: &Array<i64>, weights: &[Array<f32>]) -> impl FnMut() -> Tensor<1> + use<> {
    let (x, y) = (burn::<4>(x).autodiff(), burn_i64::<1>(y).autodiff());
    let pool = MaxPoolOptions {
        kernel_size: [2, 2],
        stride: [2, 2],
        padding: [(0, 0); 2],
        dilation: [1, 1],
        ceil_mode: false,
    };
    train(weights, adam(), move |weights| {
        let mut x = x.clone();
        for (kernel, bias) in weights.kernels.iter().zip(&weights.vectors) {
            let options = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
            x = max_pool2d(relu(conv2d(x, kernel.val(), Some(bias.val()), options)), pool.clone());
        }
        cross_entropy(weights.linear(x.flatten::<2>(1, 3), 0, 2), y.clone())
    })
}

pub fn gpt(x: &Array<i64>, y: &Array<i64>, weights: &[Array<f32>]) -> impl FnMut() -> Tensor<1> + use<> {
    let (x, y) = (burn_i64::<2>(x).autodiff(), burn_i64::<1>(&y.reshape(-1)).autodiff());
    let adamw = AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(DECAY as f32).init();
    train(weights, adamw, move |weights| gpt_loss(weights, x.clone(), y.clone()))
}

pub fn gpt_forward(
    x: &Array<i64>,
    y: &Array<i64>,
    weights: &[Array<f32>],
) -> impl FnMut() -> Tensor<1> + use<> {
    let (x, y) = (burn_i64::<2>(x), burn_i64::<1>(&y.reshape(-1)));
    let weights = Weights::new(weights, false);
    move || gpt_loss(&weights, x.clone(), y.clone())
}

fn adam() -> ModuleOptimizer {
    AdamConfig::new().with_epsilon(1e-8).init()
}

/// A step, which returns the loss before it.
fn train<F: Fn(&Weights) -> Tensor<1>>(
    weights: &[Array<f32>],
    mut optimizer: ModuleOptimizer,
    loss: F,
) -> impl FnMut() -> Tensor<1> + use<F> {
    let mut weights = Some(Weights::new(weights, true));
    move || {
        let before = weights.take().expect("put back by the step before");
        let loss = loss(&before);
        let gradients = GradientsParams::from_grads(loss.backward(), &before);
        weights = Some(optimizer.step(RATE, before, gradients));
        loss
    }
}

fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    -log_softmax(logits, 1).gather(1, labels.unsqueeze_dim(1)).mean()
}

fn gpt_loss(weights: &Weights, tokens: Tensor<2, Int>, next: Tensor<1, Int>) -> Tensor<1> {
    let [batch, time] = tokens.dims();
    let embedded = embedding(weights.matrices[0].val(), tokens);
    let mut x = embedded + weights.matrices[1].val().unsqueeze();
    for block in 0..LAYERS {
        // Of in_proj, out_proj, linear1 and linear2; of their biases and both normalisations.
        let (matrix, vector) = (2 + 4 * block, 8 * block);
        let qkv = weights.linear(weights.norm(x.clone(), vector + 4), matrix, vector);
        let heads = qkv.reshape([batch, time, 3, HEADS, WIDTH / HEADS]).permute([2, 0, 3, 1, 4]);
        let [q, k, v] = [0, 1, 2].map(|i| heads.clone().narrow(0, i, 1).squeeze_dim::<4>(0));
        let options = AttentionModuleOptions { is_causal: true, ..AttentionModuleOptions::default() };
        let mixed = attention(q, k, v, None, None, options).swap_dims(1, 2).reshape([batch, time, WIDTH]);
        x = x + weights.linear(mixed, matrix + 1, vector + 1);
        let hidden = gelu(weights.linear(weights.norm(x.clone(), vector + 6), matrix + 2, vector + 2));
        x = x + weights.linear(hidden, matrix + 3, vector + 3);
    }
    let logits = weights.linear(weights.norm(x, 8 * LAYERS), 2 + 4 * LAYERS, 8 * LAYERS + 2);
    cross_entropy(logits.reshape([batch * time, VOCABULARY]), next)
}
