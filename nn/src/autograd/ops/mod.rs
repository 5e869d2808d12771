//! Differentiable operations: each is its value and one vector-Jacobian product per input, side by side.
//!
//! In the comments, `g` is the gradient of an operation's value.

mod arithmetic;
mod conv;
mod dropout;
mod elementwise;
mod embedding;
mod index;
mod linear;
mod matmul;
mod norm;
mod pool;
mod reduce;
mod shape;
mod softmax;
pub(crate) mod table;

pub use index::concatenate;
pub use norm::Normalized;
pub use table::Cost;

#[cfg(test)]
mod tests;
