//! Arrays rearranged: axes moved, shapes changed, parts joined, split, repeated and padded.

mod axes;
mod diagonal;
mod edit;
mod join;
mod pad;
mod repeat;
mod reshape;
mod split;

pub use join::{concatenate, dstack, hstack, stack, try_concatenate, try_dstack, try_hstack, try_stack};
pub use join::{try_vstack, vstack};
pub use pad::{Pad, PadWidths};
pub use reshape::{broadcast_arrays, try_broadcast_arrays};
