//! Parts of arrays chosen by value: masks, index arrays, and choices between arrays.

mod choose;
mod mask;
mod pick;
mod spec;
mod take;

pub use choose::{select, try_select};
pub use spec::{IndexItem, IndexSpec, IntoIndexItem};
