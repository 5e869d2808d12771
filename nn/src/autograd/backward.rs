//! The walk back: from a loss to the gradients of its leaves.

use array_core::Array;
use smallvec::SmallVec;

use super::gradients::{Gradients, Leaf};
use super::inspect::{Inspection, check_gradient, makes_non_finite};
use super::tape::{Node, Vjp};
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
        let unused = self.tape.unused_patches();
        assert!(unused.is_empty(), "patch: no value was named {}", unused.join(" or "));
        let (mut nodes, mut inspection, buffer_updates) = self.tape.with_state(|state| {
            assert!(!state.drained, "backward: the tape has been walked back already; make a new one");
            state.drained = true;
            let buffer_updates = std::mem::take(&mut state.buffer_updates);
            (std::mem::take(&mut state.nodes), state.inspection.take(), buffer_updates)
        });
        let leaves = walk_back(&mut nodes, self.index as usize, gradient, inspection.as_deref_mut());
        let keep = inspection.as_ref().is_some_and(|inspection| inspection.traced);
        for node in &mut nodes {
            node.edges.iter_mut().for_each(|edge| edge.vjp = None);
            if node.in_parameter && !keep {
                node.value = None;
            }
        }
        let leaves = self.tape.with_state(|state| {
            (state.nodes, state.inspection) = (nodes, inspection);
            leaves.map_err(|bad| check_gradient(state, bad.node, &bad.given, &bad.made))
        });
        match leaves {
            Ok(leaves) => Gradients { leaves, buffer_updates },
            Err(fault) => self.tape.stop(fault),
        }
    }
}

/// A gradient that is not finite, made by a node's derivative from one that is.
struct NotFinite<T: Scalar> {
    node: usize,
    given: Array<T>,
    made: Array<T>,
}

/// Hands the gradient of each node to its inputs, last node first. A node's own gradient is complete when its
/// turn comes, because everything that uses it was made later.
fn walk_back<T: Scalar>(
    nodes: &mut [Node<T>],
    root: usize,
    gradient: Array<T>,
    mut inspection: Option<&mut Inspection<T>>,
) -> Result<Vec<Leaf<T>>, Box<NotFinite<T>>> {
    let checked = inspection.as_ref().is_some_and(|inspection| inspection.checked);
    let mut gradients: Vec<Option<Array<T>>> = vec![None; root + 1];
    gradients[root] = nodes[root].needs_gradient.then_some(gradient);
    let mut leaves = Vec::new();
    for index in (0..=root).rev() {
        let Some(gradient) = gradients[index].take() else { continue };
        let timed = inspection.as_mut().and_then(|inspection| inspection.record_gradient(index, &gradient));
        let node = &mut nodes[index];
        if let Some(id) = node.leaf {
            leaves.push(Leaf { id, node: index as u32, gradient });
            continue;
        }
        let mut edges: SmallVec<[_; 3]> =
            node.edges.iter_mut().filter_map(|edge| Some((edge.input as usize, edge.vjp.take()?))).collect();
        let (op, given) = (node.op, checked.then(|| gradient.clone()));
        // The last input gets the gradient itself, whose buffer the result may take over.
        let last = edges.pop();
        for (input, vjp) in edges {
            contribute(&mut gradients[input], vjp, gradient.clone(), &nodes[input], op);
            check(&gradients[input], &given, index)?;
        }
        if let Some((input, vjp)) = last {
            contribute(&mut gradients[input], vjp, gradient, &nodes[input], op);
            check(&gradients[input], &given, index)?;
        }
        if let Some((record, begun)) = timed {
            record.backward = begun.elapsed();
        }
    }
    leaves.sort_unstable_by_key(|leaf| leaf.id);
    Ok(leaves)
}

/// Whether a gradient is still finite after a node, whose own gradient was `given`, has contributed to it.
fn check<T: Scalar>(
    made: &Option<Array<T>>,
    given: &Option<Array<T>>,
    node: usize,
) -> Result<(), Box<NotFinite<T>>> {
    let pair = given.as_ref().zip(made.as_ref()).filter(|(given, made)| makes_non_finite(given, made));
    let fault =
        |(given, made): (&Array<T>, &Array<T>)| NotFinite { node, given: given.clone(), made: made.clone() };
    pair.map_or(Ok(()), |pair| Err(Box::new(fault(pair))))
}

/// Adds what a value contributes to the gradient of an input.
fn contribute<T: Scalar>(
    sum: &mut Option<Array<T>>,
    vjp: Vjp<T>,
    gradient: Array<T>,
    input: &Node<T>,
    op: &'static str,
) {
    let shape = input.value.as_ref().expect("values are released after the walk").shape();
    match (vjp, sum) {
        (Vjp::Map(vjp), sum) => {
            let part = vjp(gradient);
            assert_eq!(part.shape(), shape, "{op}: the gradient of an input has the input's shape");
            match sum {
                Some(sum) => *sum += part,
                None => *sum = Some(part),
            }
        }
        (Vjp::Add(vjp), sum) => vjp(gradient, sum.get_or_insert_with(|| Array::zeros(shape))),
    }
}
