//! The result of backward.

use array_core::Array;

use super::tape::LeafId;
use super::var::Var;
use crate::scalar::Scalar;

/// The gradient of every leaf that the loss depends on, and what the forward pass wants buffers to become.
#[derive(Debug, Clone)]
#[must_use = "gradients change nothing until an optimizer makes a step with them"]
pub struct Gradients<T: Scalar = f32> {
    /// Sorted by leaf.
    pub(super) leaves: Vec<Leaf<T>>,
    /// In the order of the forward pass.
    pub(crate) buffer_updates: Vec<BufferUpdate<T>>,
}

#[derive(Debug, Clone)]
pub(super) struct Leaf<T: Scalar> {
    pub id: LeafId,
    pub node: u32,
    pub gradient: Array<T>,
}

/// What a buffer is to become: (1 − weight)·value + weight·toward.
#[derive(Debug, Clone)]
pub(crate) struct BufferUpdate<T: Scalar> {
    pub id: LeafId,
    pub toward: Array<T>,
    pub weight: f64,
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

    /// Adds the gradients of another pass, such as the next micro-batch. Leaves of either are in the result, and
    /// buffers are updated for this pass and then for the other.
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
        self.buffer_updates.extend(other.buffer_updates);
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

    /// Scales all gradients by one factor so that their [`norm`](Gradients::norm) is at most `max_norm`; returns
    /// the norm they had. PyTorch's `clip_grad_norm_`.
    ///
    /// The factor is max_norm/(norm + 1e-6), if that is less than 1. A norm that is not finite means that the
    /// gradients are of no use: check what is returned.
    pub fn clip_norm(&mut self, max_norm: f64) -> f64 {
        let norm = self.norm();
        let factor = max_norm / (norm + 1e-6);
        if factor < 1.0 {
            self.scale(T::from_f64(factor));
        }
        norm
    }

    /// Limits every element to −limit..limit; NaN stays NaN. PyTorch's `clip_grad_value_`.
    pub fn clip_value(&mut self, limit: f64) {
        let (low, high) = (T::from_f64(-limit), T::from_f64(limit));
        for leaf in &mut self.leaves {
            leaf.gradient.map_inplace(move |g| g.maximum(low).minimum(high));
        }
    }
}
