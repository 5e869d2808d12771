//! Differentiable operations: each is its value and one vector-Jacobian product per input, side by side.
//!
//! In the comments, `g` is the gradient of an operation's value.

mod activation;
mod arithmetic;
mod attention;
mod attention_mask;
mod choose;
mod conv;
mod dropout;
mod einsum;
mod elementwise;
mod embedding;
mod index;
mod join;
mod joint;
mod linear;
mod matmul;
mod norm;
mod order;
mod pool;
mod recurrent;
mod reduce;
mod rotary;
pub(crate) mod row;
mod shape;
mod softmax;
pub(crate) mod table;

pub(crate) use attention::attention_scale;
pub use attention_mask::AttentionMask;
pub use einsum::einsum;
pub use join::{concatenate, stack};
pub use norm::Normalized;
pub use table::Cost;

#[cfg(test)]
pub(crate) mod checks;
#[cfg(test)]
mod tests;
