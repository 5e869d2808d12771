//! Layers: each one file — what it computes, its shapes, its parameters.

mod activation;
mod dense;
mod sequential;

pub use activation::{Relu, Sigmoid, Tanh};
pub use dense::Dense;
pub use sequential::Sequential;
