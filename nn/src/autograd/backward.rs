//! The walk back: from a loss to the gradients of its leaves.

use array_core::Array;

use super::gradients::{Gradients, Leaf};
use super::tape::Node;
use super::var::Var;
use crate::scalar::Scalar;

impl<T: Scalar> Var<'_, T> {
    /// The gradients of a loss of one element with respect to every leaf it depends on.
    ///
    /// Drains the tape: derivatives are used up, and parameters are given back so that the optimizer can
    /// write them in place. Other values stay readable.
    ///
    /// # Panics
    /// If the value does not have exactly one element, or the tape has been walked back before.
    #[track_caller]
    pub fn backward(self) -> Gradients<T> {
        let value = self.value();
        assert!(
            value.size() == 1,
            "backward: a loss has one element, but {} has shape {:?}",
            self.describe(),
            value.shape()
        );
        self.backward_from(Array::full(value.shape(), T::ONE))
    }

    /// As [`Var::backward`], for a value of any shape and a gradient of it to start from.
    ///
    /// # Panics
    /// If the shapes differ, or the tape has been walked back before.
    #[track_caller]
    pub fn backward_from(self, gradient: Array<T>) -> Gradients<T> {
        let shape = self.shape();
        assert!(
            shape == gradient.shape(),
            "backward: a gradient of shape {:?} for {}, which has shape {shape:?}",
            gradient.shape(),
            self.describe()
        );
        // The nodes are taken out while closures run, and put back without their derivatives.
        let (mut nodes, buffer_updates) = self.tape.with_state(|state| {
            assert!(!state.drained, "backward: the tape has been walked back already; make a new one");
            state.drained = true;
            (std::mem::take(&mut state.nodes), std::mem::take(&mut state.buffer_updates))
        });
        let leaves = walk_back(&mut nodes, self.index as usize, gradient);
        for node in &mut nodes {
            node.edges.clear();
            if node.in_parameter {
                node.value = None;
            }
        }
        self.tape.with_state(|state| state.nodes = nodes);
        Gradients { leaves, buffer_updates }
    }
}

/// Hands the gradient of each node to its inputs, last node first. A node's own gradient is complete when its
/// turn comes, because everything that uses it was made later.
fn walk_back<T: Scalar>(nodes: &mut [Node<T>], root: usize, gradient: Array<T>) -> Vec<Leaf<T>> {
    let mut gradients: Vec<Option<Array<T>>> = vec![None; root + 1];
    gradients[root] = nodes[root].needs_gradient.then_some(gradient);
    let mut leaves = Vec::new();
    for index in (0..=root).rev() {
        let Some(gradient) = gradients[index].take() else { continue };
        let node = &mut nodes[index];
        if let Some(id) = node.leaf {
            leaves.push(Leaf { id, node: index as u32, gradient });
            continue;
        }
        let op = node.op;
        let mut edges: Vec<_> =
            node.edges.drain(..).filter_map(|edge| Some((edge.input as usize, edge.vjp?))).collect();
        // The last input gets the gradient itself, whose buffer the result may take over.
        let last = edges.pop();
        for (input, vjp) in edges {
            add(&mut gradients[input], vjp(gradient.clone()), &nodes[input], op);
        }
        if let Some((input, vjp)) = last {
            add(&mut gradients[input], vjp(gradient), &nodes[input], op);
        }
    }
    leaves.sort_unstable_by_key(|leaf| leaf.id);
    leaves
}

/// Adds a contribution to the gradient of an input.
fn add<T: Scalar>(sum: &mut Option<Array<T>>, part: Array<T>, input: &Node<T>, op: &'static str) {
    if let Some(value) = &input.value {
        assert_eq!(part.shape(), value.shape(), "{op}: the gradient of an input has the input's shape");
    }
    match sum {
        Some(sum) => *sum += part,
        None => *sum = Some(part),
    }
}
