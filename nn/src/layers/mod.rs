//! Layers: each one file — what it computes, its shapes, its parameters.

mod activation;
mod batch_norm;
mod dense;
mod dropout;
mod embedding;
mod flatten;
mod group_norm;
mod layer_norm;
mod residual;
mod sequential;

pub use activation::{Relu, Sigmoid, Tanh};
pub use batch_norm::{BatchNorm, BatchNorm1d, BatchNorm2d};
pub use dense::Dense;
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use flatten::Flatten;
pub use group_norm::GroupNorm;
pub use layer_norm::{LayerNorm, RmsNorm};
pub use residual::Residual;
pub use sequential::Sequential;
