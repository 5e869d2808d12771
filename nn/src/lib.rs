//! A minimal neural-network framework on [`array_core`].
#![forbid(unsafe_code)]

pub mod autograd;
mod checkpoint;
pub mod data;
mod error;
pub mod init;
mod layers;
pub mod loss;
mod module;
pub mod optim;
mod page;
mod pattern;
pub mod profile;
mod scalar;
mod text;
pub mod trace;
pub mod train;

pub use autograd::ops::AttentionMask;
pub use autograd::{Fault, Gradients, Tape, Var};
pub use checkpoint::{Checkpoint, Unmatched, WeightLayout, load_safetensors, save_safetensors};
pub use error::{Error, Result};
pub use layers::{AdaptiveAvgPool, AdaptiveAvgPool1d, AdaptiveAvgPool2d};
pub use layers::{AvgPool, AvgPool1d, AvgPool2d, MaxPool, MaxPool1d, MaxPool2d};
pub use layers::{BatchNorm, BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RmsNorm};
pub use layers::{Conv, Conv1d, Conv2d, ConvTranspose, ConvTranspose1d, ConvTranspose2d};
pub use layers::{
    DecoderCache, TransformerBlock, TransformerDecoder, TransformerDecoderBlock, TransformerEncoder,
};
pub use layers::{Dense, Dropout, Embedding, Flatten, Residual, Sequential};
pub use layers::{
    Elu, Gelu, GeluTanh, Hardtanh, LeakyRelu, LogSoftmax, Relu, Sigmoid, Silu, Softmax, Softplus, Tanh,
};
pub use layers::{Gru, GruCell, Lstm, LstmCell, Recurrent, RecurrentCell, RecurrentState, Rnn, RnnCell};
pub use layers::{KeyValueCache, LearnedPositions, MultiHeadAttention, SinusoidalPositions};
pub use module::{Layer, Module, Param, Path, gradcheck_of_parameters, hvp_of_parameters};
pub use optim::{Adam, AdamW, Optimizer, Sgd};
pub use scalar::Scalar;
pub use trace::{Trace, TraceRow, summary};

/// The programs of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
