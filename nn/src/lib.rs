//! A minimal neural-network framework on [`array_core`].
#![forbid(unsafe_code)]

pub mod autograd;
mod error;
pub mod init;
mod layers;
mod module;
pub mod optim;
mod scalar;

pub use autograd::{Gradients, Tape, Var};
pub use error::{Error, Result};
pub use layers::{Dense, Relu, Sequential, Sigmoid, Tanh};
pub use module::{Layer, Module, Param, Path};
pub use optim::{Adam, Optimizer, Sgd};
pub use scalar::Scalar;
