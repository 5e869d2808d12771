//! Looking inside: the named values of a forward pass, and what has become of them on the way back.

mod build;
mod difference;
mod export;
mod findings;
mod histogram;
mod page;
mod stats;
mod summary;
mod table;
mod tree;

use std::sync::OnceLock;
use std::time::Duration;

use array_core::Array;

use crate::autograd::ops::Cost;
use crate::autograd::{Fault, Snapshot, Tape};
use crate::pattern::matches;
use crate::scalar::Scalar;
pub(crate) use build::cost as node_cost;
pub use difference::{Activations, Difference, DifferenceKind};
pub use findings::{Finding, FindingKind};
pub use histogram::Histogram;
pub use page::Page;
pub use stats::Stats;
pub use summary::{Summary, SummaryLayer, summary};

/// The named values of a tape, in the order of their making.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{Dense, Relu, Sequential, Tape};
/// let rng = &mut default_rng(0);
/// let model: Sequential = Sequential::new().add("l1", Dense::new(4, 8, rng)).add("act", Relu).add("l2", Dense::new(8, 3, rng));
/// let tape = Tape::training(rng.spawn()).traced();
/// let _ = tape.constant(Array::ones([2, 4])).apply("net", &model).cross_entropy(&Array::from_vec([0, 2], 2)).backward();
///
/// let trace = tape.trace();
/// println!("{trace}"); // path, op, shape, mean, std, …: one line per value
/// assert_eq!(trace.get("net.act").unwrap().shape(), [2, 8]);
/// assert_eq!(trace.grad("net.l1.bias").unwrap().shape(), [8]);
/// let weights: Vec<&str> = trace.select("net.*.weight").map(|row| row.path.as_str()).collect();
/// assert_eq!(weights, ["net.l1.weight", "net.l2.weight"]);
/// ```
#[derive(Debug, Clone)]
pub struct Trace<T: Scalar = f32> {
    rows: Vec<TraceRow<T>>,
    snapshot: Snapshot<T>,
}

/// One named value.
///
/// What only a [traced](Tape::traced) tape knows is `None` in the trace of another.
#[derive(Debug, Clone)]
pub struct TraceRow<T: Scalar = f32> {
    /// Its name: the path of the scope it is the output of, or of the parameter. Where a scope is entered
    /// repeatedly, its second value is called `path#2`, and so on.
    pub path: String,
    /// The operation that made it.
    pub op: &'static str,
    /// What the layer whose output it is calls itself, such as `Dense 64 → 32`.
    pub layer: Option<String>,
    /// The names of what it was computed from. Of the parameters, those of the layer itself.
    pub inputs: Vec<String>,
    /// The value.
    pub value: Array<T>,
    /// The gradient of the loss with respect to it.
    pub gradient: Option<Array<T>>,
    /// The number of elements of the parameters in the layer, and below it.
    pub parameters: usize,
    /// The work of the layer, forward; of a value that is no layer's output, the work since the last named value.
    pub forward: Cost,
    /// The work of backward for the same.
    pub backward: Cost,
    /// The time that took, forward.
    pub forward_time: Option<Duration>,
    /// The time that took, backward.
    pub backward_time: Option<Duration>,
    /// The operations directly in the layer, in order, each with its formula.
    pub formulas: Vec<(&'static str, &'static str)>,
    /// Whether its name is that of a scope in which something was computed.
    is_scope: bool,
    /// Whether a gradient has to come through it.
    trainable: bool,
    /// Statistics of value and gradient, from the first time that somebody asks.
    stats: [OnceLock<Stats>; 2],
}

impl<T: Scalar> Tape<T> {
    /// The named values so far: outputs of [`apply`](crate::Var::apply), parameters, and what
    /// [`named`](crate::Var::named) has named. A value that is the output of several nested scopes has a row for
    /// each.
    ///
    /// After backward, parameters are left out, and with them the costs of what they were used in, unless the tape is
    /// [traced](Tape::traced).
    pub fn trace(&self) -> Trace<T> {
        let snapshot = self.snapshot();
        Trace { rows: build::rows(&snapshot), snapshot }
    }
}

impl<T: Scalar> TraceRow<T> {
    /// Statistics of the value.
    pub fn stats(&self) -> Stats {
        *self.stats[0].get_or_init(|| Stats::of(&self.value))
    }

    /// Statistics of the gradient.
    pub fn gradient_stats(&self) -> Option<Stats> {
        self.gradient.as_ref().map(|gradient| *self.stats[1].get_or_init(|| Stats::of(gradient)))
    }
}

impl<T: Scalar> Trace<T> {
    /// All rows, in the order of making.
    pub fn rows(&self) -> &[TraceRow<T>] {
        &self.rows
    }

    /// The rows whose paths a pattern matches: `block0` matches itself and what is below, `*` any characters, as in
    /// `block*.attn.*`.
    pub fn select<'a>(&'a self, pattern: &'a str) -> impl Iterator<Item = &'a TraceRow<T>> {
        self.rows.iter().filter(move |row| matches(pattern, &row.path))
    }

    /// The row of this path.
    pub fn row(&self, path: &str) -> Option<&TraceRow<T>> {
        self.rows.iter().find(|row| row.path == path)
    }

    /// The value of this path.
    pub fn get(&self, path: &str) -> Option<&Array<T>> {
        self.row(path).map(|row| &row.value)
    }

    /// The gradient of the value of this path; `None` as long as there was no backward, if the loss does not depend
    /// on it, or if the tape was not [traced](Tape::traced).
    pub fn grad(&self, path: &str) -> Option<&Array<T>> {
        self.row(path)?.gradient.as_ref()
    }

    /// What the pass has stopped at, if it did: see [`Tape::attempt`].
    pub fn fault(&self) -> Option<&Fault> {
        self.snapshot.fault.as_ref()
    }

    /// The work of all operations, forward and backward, those included that made values without a name.
    pub fn total(&self) -> (Cost, Cost) {
        let costs = (0..self.snapshot.nodes.len()).map(|node| build::cost(&self.snapshot, node));
        costs.fold(Default::default(), |(a, b), (forward, backward)| (a + forward, b + backward))
    }
}
