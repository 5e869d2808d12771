//! Reverse-mode automatic differentiation: one tape per step.
//!
//! A [`Tape`] records every operation on its [`Var`]s in the order of their making, which is a topological
//! order: [`Var::backward`] walks it once, from the end, without recursion. An operation is recorded together
//! with one vector-Jacobian product per input, and there is no way to record it without: a gradient cannot
//! get lost. What has no derivative returns a plain [`Array`](array_core::Array).

mod backward;
pub mod check;
pub mod forward;
mod gradients;
mod inspect;
pub mod ops;
mod scope;
mod tape;
mod var;

pub(crate) use gradients::BufferUpdate;
pub use gradients::Gradients;
pub use inspect::{Fault, NonFinite, Phase};
pub(crate) use inspect::{Snapshot, SnapshotNode};
pub use tape::{LeafId, Tape};
pub use var::Var;
