//! Parts of arrays chosen by value: masks, index arrays, and choices between arrays.

mod choose;
mod count;
mod histogram;
mod mask;
mod pick;
mod search;
mod spec;
mod take;

pub use choose::{select, try_select};
pub use histogram::{Bins, Histogram};
pub use search::Side;
pub use spec::{IndexItem, IndexSpec, IntoIndexItem};
