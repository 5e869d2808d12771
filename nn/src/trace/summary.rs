//! A model as a table: layers, shapes, parameters, memory, work.

use std::fmt;

use array_core::{Array, IntList};

use super::build::is_of_model;
use super::tree::Branch;
use super::{Trace, TraceRow};
use crate::autograd::Tape;
use crate::autograd::ops::Cost;
use crate::module::Layer;
use crate::scalar::Scalar;
use crate::text::count;

/// The layers of a model with their sizes; printed as a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The layers, each before those in it.
    pub layers: Vec<SummaryLayer>,
    /// The bytes of all parameters and buffers.
    pub parameter_bytes: u64,
    /// The bytes of all values that a forward pass makes and keeps for backward.
    pub activation_bytes: u64,
    /// The work of the whole forward pass.
    pub forward: Cost,
}

/// One layer.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryLayer {
    /// Its path.
    pub path: String,
    /// How many layers it lies in.
    pub depth: usize,
    /// What it calls itself; empty for a scope that is no layer.
    pub description: String,
    /// The shape of its output.
    pub output: Vec<usize>,
    /// The number of elements of its parameters and buffers, and of those below.
    pub parameters: usize,
    /// The work of its forward pass.
    pub forward: Cost,
}

/// Runs a model on zeros of this shape and lists its layers.
///
/// A parameter that is used in two places counts in the first. A model with other inputs than one array of numbers has
/// a summary by its trace: [`Trace::summary`].
///
/// # Panics
/// If the model does not take inputs of this shape.
///
/// ```
/// use array_core::default_rng;
/// use nn::{Dense, Relu, Sequential, summary};
/// let rng = &mut default_rng(0);
/// let model: Sequential =
///     Sequential::new().add("l1", Dense::new(64, 128, rng)).add("act", Relu).add("l2", Dense::new(128, 10, rng));
/// let summary = summary(&model, [32, 64]);
/// assert_eq!(summary.layers[0].parameters, 64 * 128 + 128 + 128 * 10 + 10);
/// assert_eq!(
///     summary.to_string(),
///     "layer  description             output     parameters    FLOPs
/// model  Sequential of 3 layers  [32, 10]         9610  614.7 k
///   l1   Dense 64 → 128          [32, 128]        8320  528.4 k
///   act  Relu                    [32, 128]           0     4096
///   l2   Dense 128 → 10          [32, 10]         1290   82.2 k
/// 9610 parameters (38.4 kB), 34.0 kB of activations, 614.7 k FLOPs forward
/// "
/// );
/// ```
#[track_caller]
pub fn summary<T: Scalar>(model: &impl Layer<T>, input_shape: impl IntList) -> Summary {
    let tape = Tape::inference().traced();
    let shape: Vec<usize> = input_shape.ints().iter().map(|&size| size.max(0) as usize).collect();
    tape.constant(Array::zeros(&shape[..])).apply("model", model);
    tape.trace().summary()
}

impl<T: Scalar> Trace<T> {
    /// The layers of the forward pass, by the scopes they ran in.
    pub fn summary(&self) -> Summary {
        let mut layers = Vec::new();
        let root = Branch::of(self.rows());
        root.children.iter().for_each(|child| list(child, 0, self.rows(), &mut layers));
        let parameters = || self.snapshot.nodes.iter().filter(|node| is_of_model(node.op));
        let bytes = |array: &Array<T>| super::build::stored(array) * size_of::<T>() as u64;
        let made = self.snapshot.nodes.iter().filter(|node| {
            // A view of an input has no memory of its own.
            let value = node.value.as_ref();
            let shares = |&input: &u32| {
                let input = self.snapshot.nodes[input as usize].value.as_ref();
                value.zip(input).is_some_and(|(value, input)| value.shares_buffer_with(input))
            };
            !node.inputs.is_empty() && !node.inputs.iter().any(shares)
        });
        Summary {
            layers,
            parameter_bytes: parameters().filter_map(|node| node.value.as_ref()).map(bytes).sum(),
            activation_bytes: made.filter_map(|node| node.value.as_ref()).map(bytes).sum(),
            forward: self.total().0,
        }
    }
}

/// Lists the layers at and below a branch.
fn list<T: Scalar>(branch: &Branch, depth: usize, rows: &[TraceRow<T>], layers: &mut Vec<SummaryLayer>) {
    let row = branch.row.map(|row| &rows[row]).filter(|row| row.is_scope);
    if let Some(row) = row {
        layers.push(SummaryLayer {
            path: branch.path.clone(),
            depth,
            description: row.layer.clone().unwrap_or_default(),
            output: row.value.shape().to_vec(),
            parameters: row.parameters,
            forward: row.forward,
        });
    }
    let below = depth + usize::from(row.is_some());
    branch.children.iter().for_each(|child| list(child, below, rows, layers));
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["layer", "description", "output", "parameters", "FLOPs"].map(str::to_string);
        let cells = self.layers.iter().map(|layer| {
            let name = layer.path.rsplit('.').next().unwrap_or_default();
            [
                format!("{}{name}", "  ".repeat(layer.depth)),
                layer.description.clone(),
                format!("{:?}", layer.output),
                count(layer.parameters as f64),
                count(layer.forward.flops as f64),
            ]
        });
        let table: Vec<[String; 5]> = std::iter::once(head).chain(cells).collect();
        let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let [name, description, output, parameters, flops] = std::array::from_fn(width);
        for [a, b, c, d, e] in &table {
            writeln!(f, "{a:<name$}  {b:<description$}  {c:<output$}  {d:>parameters$}  {e:>flops$}")?;
        }
        let parameters: usize =
            self.layers.iter().filter(|layer| layer.depth == 0).map(|layer| layer.parameters).sum();
        let bytes = |bytes: u64| format!("{}B", with_space(count(bytes as f64)));
        writeln!(
            f,
            "{} parameters ({}), {} of activations, {} FLOPs forward",
            count(parameters as f64),
            bytes(self.parameter_bytes),
            bytes(self.activation_bytes),
            count(self.forward.flops as f64)
        )
    }
}

/// A count with a space before its unit, also where it has no prefix.
fn with_space(count: String) -> String {
    if count.contains(' ') { count } else { count + " " }
}
