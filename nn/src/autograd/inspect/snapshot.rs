//! What is on a tape, for reading.

use std::time::Duration;

use array_core::Array;

use super::Fault;
use crate::autograd::Tape;
use crate::autograd::tape::Node;
use crate::scalar::Scalar;

/// All that is on a tape. Values are shared with it.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot<T: Scalar> {
    pub nodes: Vec<SnapshotNode<T>>,
    /// (scope around it, path), the root first.
    pub scopes: Vec<(u32, String)>,
    /// (node, scope whose path is a name of it), in the order of naming.
    pub names: Vec<(u32, u32)>,
    /// What layers call themselves, by scope.
    pub layers: Vec<(u32, String)>,
    pub fault: Option<Fault>,
}

/// One value.
#[derive(Debug, Clone)]
pub(crate) struct SnapshotNode<T: Scalar> {
    pub op: &'static str,
    /// `None` if backward has given it back to a parameter.
    pub value: Option<Array<T>>,
    pub inputs: Vec<u32>,
    pub needs_gradient: bool,
    pub scope: u32,
    pub flops: Option<u64>,
    /// What a traced tape has kept.
    pub gradient: Option<Array<T>>,
    pub forward: Option<Duration>,
    pub backward: Option<Duration>,
}

impl<T: Scalar> Tape<T> {
    /// Everything on the tape so far.
    pub(crate) fn snapshot(&self) -> Snapshot<T> {
        let state = self.state();
        let inspection = state.inspection.as_deref();
        let node = |(index, node): (usize, &Node<T>)| {
            let record = inspection.and_then(|inspection| inspection.records.get(index));
            SnapshotNode {
                op: node.op,
                value: node.value.clone(),
                inputs: node.edges.iter().map(|edge| edge.input).collect(),
                needs_gradient: node.needs_gradient,
                scope: node.scope,
                flops: node.flops,
                gradient: record.and_then(|record| record.gradient.clone()),
                forward: record.map(|record| record.forward),
                backward: record.map(|record| record.backward),
            }
        };
        Snapshot {
            nodes: state.nodes.iter().enumerate().map(node).collect(),
            scopes: state.scopes.all(),
            names: state.names.clone(),
            layers: inspection.map(|inspection| inspection.layers.clone()).unwrap_or_default(),
            fault: state.fault.clone(),
        }
    }
}
