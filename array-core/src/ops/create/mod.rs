//! New arrays: from values, from rules, like others.

mod basic;
mod grid;
mod matrix;
mod nested;
mod ranges;

pub use grid::{Indexing, indices, meshgrid, try_indices, try_meshgrid};
pub use nested::{Nested, NestedVec};
pub use ranges::{Points, half_open};
