//! The result of backward.

use array_core::Array;

use super::tape::LeafId;
use super::var::Var;
use crate::scalar::Scalar;

/// The gradient of every leaf that the loss depends on.
#[derive(Debug, Clone)]
pub struct Gradients<T: Scalar = f32> {
    /// Sorted by leaf.
    pub(super) leaves: Vec<Leaf<T>>,
}

#[derive(Debug, Clone)]
pub(super) struct Leaf<T: Scalar> {
    pub id: LeafId,
    pub node: u32,
    pub gradient: Array<T>,
}

impl<T: Scalar> Gradients<T> {
    /// The gradient of a leaf of the tape; `None` if the loss does not depend on it.
    pub fn get(&self, leaf: Var<'_, T>) -> Option<&Array<T>> {
        self.leaves.iter().find(|entry| entry.node == leaf.index).map(|entry| &entry.gradient)
    }

    /// The gradient of a parameter, by identity; `None` if the loss does not depend on it.
    pub fn of(&self, id: LeafId) -> Option<&Array<T>> {
        let at = self.leaves.binary_search_by_key(&id, |entry| entry.id).ok()?;
        Some(&self.leaves[at].gradient)
    }

    /// Adds the gradients of another pass, such as the next micro-batch. Leaves of either are in the result.
    ///
    /// # Panics
    /// If a leaf has changed its shape in between.
    #[track_caller]
    pub fn accumulate(&mut self, other: Gradients<T>) {
        for leaf in other.leaves {
            match self.leaves.binary_search_by_key(&leaf.id, |entry| entry.id) {
                Ok(at) => self.leaves[at].gradient += leaf.gradient,
                Err(at) => self.leaves.insert(at, leaf),
            }
        }
    }

    /// Multiplies every gradient by a factor.
    pub fn scale(&mut self, factor: T) {
        for leaf in &mut self.leaves {
            leaf.gradient *= factor;
        }
    }

    /// The 2-norm of all gradients taken as one vector, accumulated in `f64`.
    pub fn norm(&self) -> f64 {
        let squares = |leaf: &Leaf<T>| leaf.gradient.map(|g| g.to_f64() * g.to_f64()).sum();
        self.leaves.iter().map(squares).sum::<f64>().sqrt()
    }
}
