//! Differentiable operations: each is its value and one vector-Jacobian product per input, side by side.
//!
//! In the comments, `g` is the gradient of an operation's value.

mod activation;
mod arithmetic;
mod choose;
mod conv;
mod dropout;
mod einsum;
mod elementwise;
mod embedding;
mod index;
mod join;
mod linear;
mod matmul;
mod norm;
mod order;
mod pool;
mod reduce;
mod shape;
mod softmax;
pub(crate) mod table;

pub use einsum::einsum;
pub use join::{concatenate, stack};
pub use norm::Normalized;
pub use table::Cost;

#[cfg(test)]
mod tests;
