//! Differentiable operations: each is its value and one vector-Jacobian product per input, side by side.
//!
//! In the comments, `g` is the gradient of an operation's value.

mod arithmetic;
mod elementwise;
mod index;
mod linear;
mod matmul;
mod reduce;
mod shape;
mod softmax;

pub use index::concatenate;

#[cfg(test)]
mod tests;
