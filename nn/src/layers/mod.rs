//! Layers: each one file — what it computes, its shapes, its parameters.

mod activation;
mod attention;
mod batch_norm;
mod cache;
mod conv;
mod dense;
mod dropout;
mod embedding;
mod flatten;
mod group_norm;
mod layer_norm;
mod pool;
mod positions;
mod recurrent;
mod residual;
mod sequential;
mod transformer;

pub use activation::{
    Elu, Gelu, GeluTanh, Hardtanh, LeakyRelu, LogSoftmax, Relu, Sigmoid, Silu, Softmax, Softplus, Tanh,
};
pub use attention::MultiHeadAttention;
pub use batch_norm::{BatchNorm, BatchNorm1d, BatchNorm2d};
pub use cache::KeyValueCache;
pub use conv::{Conv, Conv1d, Conv2d, ConvTranspose, ConvTranspose1d, ConvTranspose2d};
pub use dense::Dense;
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use flatten::Flatten;
pub use group_norm::GroupNorm;
pub use layer_norm::{LayerNorm, RmsNorm};
pub use pool::{AdaptiveAvgPool, AdaptiveAvgPool1d, AdaptiveAvgPool2d};
pub use pool::{AvgPool, AvgPool1d, AvgPool2d, MaxPool, MaxPool1d, MaxPool2d};
pub use positions::{LearnedPositions, SinusoidalPositions};
pub use recurrent::{Gru, GruCell, Lstm, LstmCell, Recurrent, RecurrentCell, RecurrentState, Rnn, RnnCell};
pub use residual::Residual;
pub use sequential::Sequential;
pub use transformer::{
    DecoderCache, TransformerBlock, TransformerDecoder, TransformerDecoderBlock, TransformerEncoder,
};

use array_core::IntList;
use array_core::random::Generator;

use crate::module::Param;
use crate::scalar::Scalar;

/// One number for every axis, or one per axis.
#[track_caller]
fn per_axis<const D: usize>(what: &str, numbers: impl IntList) -> [usize; D] {
    let numbers = numbers.ints();
    let fits = (numbers.len() == D || numbers.len() == 1) && numbers.iter().all(|&n| n >= 0);
    assert!(fits, "{what}: {:?} for {D} axes", &numbers[..]);
    std::array::from_fn(|axis| numbers[axis % numbers.len()] as usize)
}

/// Drawn from U(−1/√fan, 1/√fan): what PyTorch draws the weights and biases of most layers from. In `f64`, then rounded,
/// so that `f32` and `f64` models start alike.
fn uniform<T: Scalar>(fan: usize, shape: &[usize], rng: &mut Generator) -> Param<T> {
    let limit = 1.0 / (fan.max(1) as f64).sqrt();
    Param::new(rng.uniform(-limit, limit, shape).map(T::from_f64))
}
