//! The first value, or gradient, that is not finite.

use std::fmt;

use array_core::Array;

use super::Fault;
use crate::autograd::tape::{Edge, Node, State};
use crate::scalar::Scalar;
use crate::text::figure;

/// Which way values were going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// From inputs to the loss.
    Forward,
    /// From the loss to gradients.
    Backward,
}

/// A value that is not finite, and what it was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct NonFinite {
    /// The operation that made it: `constant`, `variable` or `parameter` if it came in from outside.
    pub op: &'static str,
    /// Whether it is a value or a gradient.
    pub phase: Phase,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Where in it the first element is that is not finite.
    pub element: Vec<usize>,
    /// What that element is.
    pub value: f64,
    /// The number of the training step, if the tape was [told](crate::Tape::at_step).
    pub step: Option<u64>,
    /// What the operation's inputs are, with their least and greatest element.
    pub inputs: Vec<(String, f64, f64)>,
}

impl NonFinite {
    /// The sample of the batch that it is in: the position along axis 0.
    pub fn row(&self) -> Option<usize> {
        self.element.first().copied()
    }
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NonFinite { op, phase, shape, element, value, step, inputs } = self;
        match (*op, phase) {
            ("constant" | "variable" | "parameter" | "buffer", _) => write!(f, "the {op} holds {value}")?,
            (_, Phase::Forward) => write!(f, "{op} makes {value} out of finite values")?,
            (_, Phase::Backward) => write!(f, "backward of {op} makes {value} out of a finite gradient")?,
        }
        if let Some(row) = self.row() {
            write!(f, ", first at {element:?} (row {row}) of {shape:?}")?;
        }
        for (i, (name, low, high)) in inputs.iter().enumerate() {
            let head = match (i, inputs.len()) {
                (0, 1) => "; its input is",
                (0, _) => "; its inputs are",
                _ => ",",
            };
            write!(f, "{head} {name} in {} ..= {}", figure(*low), figure(*high))?;
        }
        match step {
            Some(step) => write!(f, "; step {step}"),
            None => Ok(()),
        }
    }
}

/// What is wrong with the elements of an array.
struct Bad {
    element: Vec<usize>,
    value: f64,
}

/// Whether all elements are finite. A run is judged as a whole, which takes vector instructions.
fn all_finite<T: Scalar>(array: &Array<T>) -> bool {
    let finite = |run: &[T]| run.iter().fold(true, |all, x| all & x.to_f64().is_finite());
    match array.as_slice() {
        Some(values) => values.chunks(1024).all(finite),
        None => array.iter().all(|x| x.to_f64().is_finite()),
    }
}

/// The first NaN or, if there is none, the first infinity.
fn first_bad<T: Scalar>(array: &Array<T>) -> Option<Bad> {
    if all_finite(array) {
        return None;
    }
    let values = || array.iter().map(|x| x.to_f64());
    let infinite = values().position(|x| !x.is_finite())?;
    let at = values().position(f64::is_nan).unwrap_or(infinite);
    let value = values().nth(at)?;
    let mut rest = at;
    let mut element: Vec<usize> = array
        .shape()
        .iter()
        .rev()
        .map(|&size| {
            let index = rest % size;
            rest /= size;
            index
        })
        .collect();
    element.reverse();
    Some(Bad { element, value })
}

fn range<T: Scalar>(array: &Array<T>) -> (f64, f64) {
    let fold = |(low, high): (f64, f64), x: &T| (low.min(x.to_f64()), high.max(x.to_f64()));
    array.iter().fold((f64::INFINITY, f64::NEG_INFINITY), fold)
}

/// What is wrong with a value that has just been made.
pub(in crate::autograd) fn check_value<T: Scalar>(state: &State<T>, node: &Node<T>) -> Option<Fault> {
    // Leaves are judged when they are used: then they have their names.
    if node.edges.is_empty() {
        return None;
    }
    let bad = first_bad(node.value.as_ref()?)?;
    for edge in &node.edges {
        let input = &state.nodes[edge.input as usize];
        let Some(of_input) = input.value.as_ref().and_then(first_bad) else { continue };
        // Infinity in data may be meant, such as that of a mask; infinity out of infinity is no news.
        let of_model = matches!(input.op, "parameter" | "buffer");
        if input.edges.is_empty() && (of_input.value.is_nan() || of_model) {
            let path = state.name_of(edge.input).unwrap_or_else(|| state.scopes.path(node.scope));
            return Some(fault(state, path, input, Phase::Forward, of_input, Vec::new()));
        }
        if of_input.value.is_nan() || !bad.value.is_nan() {
            return None;
        }
    }
    // An operation whose work is to put infinities in masked places.
    if node.op == "masked_fill" && !bad.value.is_nan() {
        return None;
    }
    let inputs = inputs_of(state, node);
    Some(fault(state, state.scopes.path(node.scope), node, Phase::Forward, bad, inputs))
}

/// Whether a derivative has made what is not finite out of a gradient that is.
pub(in crate::autograd) fn makes_non_finite<T: Scalar>(given: &Array<T>, made: &Array<T>) -> bool {
    !all_finite(made) && all_finite(given)
}

/// The fault of a gradient that a node's derivative has made for one of its inputs.
pub(in crate::autograd) fn check_gradient<T: Scalar>(
    state: &State<T>,
    node: usize,
    given: &Array<T>,
    made: &Array<T>,
) -> Fault {
    let bad = first_bad(made).unwrap_or(Bad { element: Vec::new(), value: f64::NAN });
    let node = &state.nodes[node];
    let mut inputs = inputs_of(state, node);
    let (low, high) = range(given);
    inputs.push(("the gradient".to_string(), low, high));
    let mut fault = fault(state, state.scopes.path(node.scope), node, Phase::Backward, bad, inputs);
    if let Some(non_finite) = &mut fault.non_finite {
        non_finite.shape = made.shape().to_vec();
    }
    fault
}

/// What a node was computed from, with ranges.
fn inputs_of<T: Scalar>(state: &State<T>, node: &Node<T>) -> Vec<(String, f64, f64)> {
    let of = |edge: &Edge<T>| {
        let (low, high) = range(state.nodes[edge.input as usize].value.as_ref()?);
        Some((state.describe(edge.input), low, high))
    };
    node.edges.iter().filter_map(of).collect()
}

fn fault<T: Scalar>(
    state: &State<T>,
    path: String,
    node: &Node<T>,
    phase: Phase,
    Bad { element, value }: Bad,
    inputs: Vec<(String, f64, f64)>,
) -> Fault {
    let step = state.inspection.as_ref().and_then(|inspection| inspection.step);
    let shape = node.value.as_ref().map(|value| value.shape().to_vec()).unwrap_or_default();
    let non_finite = NonFinite { op: node.op, phase, shape, element, value, step, inputs };
    let message = if path.is_empty() { non_finite.to_string() } else { format!("{path}: {non_finite}") };
    Fault { non_finite: Some(Box::new(non_finite)), ..Fault::new(path, message) }
}
