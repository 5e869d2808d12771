//! Arrays rearranged: joined, split, repeated, padded, rolled.

mod join;

pub use join::{concatenate, stack, try_concatenate, try_stack};
