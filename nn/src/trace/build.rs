//! From what lies on a tape to the rows of a trace.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use array_core::Array;

use super::TraceRow;
use crate::autograd::ops::Cost;
use crate::autograd::ops::table::{Operands, Operation};
use crate::autograd::{Snapshot, SnapshotNode};
use crate::scalar::Scalar;

/// The elements of an array that lie in memory: axes that are stretched count once.
pub(super) fn stored<T: Scalar>(array: &Array<T>) -> u64 {
    let axes = array.shape().iter().zip(array.strides());
    axes.map(|(&size, &stride)| if stride == 0 && size > 0 { 1 } else { size as u64 }).product()
}

/// Whether a leaf is an array of the model.
pub(super) fn is_of_model(op: &str) -> bool {
    op == "parameter" || op == "buffer"
}

/// The work of a node, forward and backward; nothing if a shape is not known any more.
pub(crate) fn cost<T: Scalar>(snapshot: &Snapshot<T>, node: usize) -> (Cost, Cost) {
    let node = &snapshot.nodes[node];
    let known = || {
        let operation = Operation::find(node.op)?;
        let inputs: Option<Vec<&Array<T>>> =
            node.inputs.iter().map(|&i| snapshot.nodes[i as usize].value.as_ref()).collect();
        let (inputs, value) = (inputs?, node.value.as_ref()?);
        let of = Operands {
            stored: inputs.iter().map(|input| stored(input)).collect(),
            inputs: inputs.iter().map(|input| input.shape().to_vec()).collect(),
            value: value.shape().to_vec(),
            told: node.flops,
            itemsize: size_of::<T>(),
        };
        let differentiated =
            (0..node.inputs.len()).filter(|&i| snapshot.nodes[node.inputs[i] as usize].needs_gradient);
        Some((operation.forward(&of), differentiated.map(|i| operation.backward(&of, i)).sum()))
    };
    known().unwrap_or_default()
}

/// One row per name.
pub(super) fn rows<T: Scalar>(snapshot: &Snapshot<T>) -> Vec<TraceRow<T>> {
    let mut names: Vec<(u32, u32)> = snapshot.names.clone();
    names.retain(|&(_, scope)| !snapshot.scopes[scope as usize].1.is_empty());
    names.sort_by_key(|&(node, _)| node);
    let unique = unique_paths(snapshot, &names);
    let mut builder = Builder::new(snapshot, &names, &unique);
    let row = |(&(node, scope), path): (&(u32, u32), &String)| builder.row(node as usize, scope, path);
    names.iter().zip(&unique).filter_map(row).collect()
}

/// Paths, told apart where they are the same.
fn unique_paths<T: Scalar>(snapshot: &Snapshot<T>, names: &[(u32, u32)]) -> Vec<String> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let unique = |&(_, scope): &(u32, u32)| {
        let path = &snapshot.scopes[scope as usize].1;
        let count = seen.entry(path).or_default();
        *count += 1;
        if *count == 1 { path.clone() } else { format!("{path}#{count}") }
    };
    names.iter().map(unique).collect()
}

struct Builder<'a, T: Scalar> {
    snapshot: &'a Snapshot<T>,
    /// (scope, name) of every named node, the innermost scope's first.
    names: HashMap<usize, Vec<(u32, &'a str)>>,
    layers: HashMap<u32, &'a str>,
    /// Nodes whose work has been given to a named value that is no layer's output.
    claimed: BTreeSet<usize>,
}

impl<'a, T: Scalar> Builder<'a, T> {
    fn new(snapshot: &'a Snapshot<T>, names: &[(u32, u32)], unique: &'a [String]) -> Self {
        let mut of_node: HashMap<usize, Vec<(u32, &str)>> = HashMap::new();
        for (&(node, scope), path) in names.iter().zip(unique) {
            of_node.entry(node as usize).or_default().push((scope, path));
        }
        let layers = snapshot.layers.iter().map(|(scope, layer)| (*scope, layer.as_str())).collect();
        Builder { snapshot, names: of_node, layers, claimed: BTreeSet::new() }
    }

    fn row(&mut self, node: usize, scope: u32, path: &str) -> Option<TraceRow<T>> {
        let SnapshotNode { op, value, gradient, .. } = &self.snapshot.nodes[node];
        let value = value.clone()?;
        let members = self.members(node, scope);
        let costs = members.iter().map(|&member| cost(self.snapshot, member));
        let (forward, backward) =
            costs.fold((Cost::default(), Cost::default()), |sum, cost| (sum.0 + cost.0, sum.1 + cost.1));
        let of_members = || members.iter().map(|&member| &self.snapshot.nodes[member]);
        let parameters = of_members().filter(|member| is_of_model(member.op));
        Some(TraceRow {
            path: path.to_string(),
            op,
            layer: self.layers.get(&scope).map(|layer| layer.to_string()),
            inputs: self.inputs(node, scope),
            value,
            gradient: gradient.clone(),
            parameters: parameters.filter_map(|p| p.value.as_ref()).map(Array::size).sum(),
            forward,
            backward,
            forward_time: of_members().map(|member| member.forward).sum::<Option<Duration>>(),
            backward_time: of_members().map(|member| member.backward).sum::<Option<Duration>>(),
            formulas: self.formulas(&members, scope),
            is_scope: of_members().any(|member| self.inside(member.scope, scope)),
            trainable: self.snapshot.nodes[node].needs_gradient,
            stats: Default::default(),
        })
    }

    /// What is computed directly in a scope, each operation once; of a mere name, what its members compute.
    fn formulas(&self, members: &[usize], scope: u32) -> Vec<(&'static str, &'static str)> {
        let mut formulas = Vec::new();
        for node in members.iter().map(|&member| &self.snapshot.nodes[member]) {
            let direct = node.scope == scope || !self.inside(node.scope, scope);
            let formula = Operation::find(node.op).filter(|_| direct && !node.inputs.is_empty());
            let formula = formula.map(|operation| (operation.name, operation.formula));
            formulas.extend(formula.filter(|formula| !formulas.contains(formula)));
        }
        formulas
    }

    /// Whether a scope lies in another, or is it.
    fn inside(&self, mut scope: u32, outer: u32) -> bool {
        // A scope is made after the one around it.
        while scope > outer {
            scope = self.snapshot.scopes[scope as usize].0;
        }
        scope == outer
    }

    /// The nodes whose work is that of a row: all that lie in its scope or, if the scope is a mere name, what the
    /// value was computed from in the scope around it since the last name.
    fn members(&mut self, node: usize, scope: u32) -> Vec<usize> {
        let in_scope = |&index: &usize| self.inside(self.snapshot.nodes[index].scope, scope);
        let members: Vec<usize> = (0..=node).filter(in_scope).collect();
        if !members.is_empty() {
            return members;
        }
        let (mut members, mut open) = (Vec::new(), vec![node]);
        let home = self.snapshot.nodes[node].scope;
        while let Some(index) = open.pop() {
            let named_before = index != node && self.names.contains_key(&index);
            if named_before || self.snapshot.nodes[index].scope != home || !self.claimed.insert(index) {
                continue;
            }
            members.push(index);
            open.extend(self.snapshot.nodes[index].inputs.iter().map(|&input| input as usize));
        }
        members.sort_unstable();
        members
    }

    /// The names of the values outside of a row's scope that the row's value was computed from, and of the
    /// parameters directly in it.
    fn inputs(&self, node: usize, scope: u32) -> Vec<String> {
        let own = |name: &(u32, &str)| name.0 == scope;
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([node]);
        let mut open: Vec<usize> = self.snapshot.nodes[node].inputs.iter().map(|&i| i as usize).collect();
        while let Some(index) = open.pop() {
            if !seen.insert(index) {
                continue;
            }
            let input = &self.snapshot.nodes[index];
            let names = self.names.get(&index).filter(|names| !names.iter().any(own));
            // A name inside of the scope hides nothing: the way goes on to what came in from outside.
            let outside = names.and_then(|names| names.iter().find(|(of, _)| !self.inside(*of, scope)));
            let direct = names
                .and_then(|names| names.iter().find(|(of, _)| self.snapshot.scopes[*of as usize].0 == scope));
            match (outside, direct) {
                (Some((_, name)), _) => drop(found.insert((index, name.to_string()))),
                (None, Some((_, name))) if is_of_model(input.op) => {
                    found.insert((index, name.to_string()));
                }
                _ if input.inputs.is_empty() && !is_of_model(input.op) => {
                    found.insert((index, input.op.to_string()));
                }
                _ => open.extend(input.inputs.iter().map(|&i| i as usize)),
            }
        }
        found.into_iter().map(|(_, name)| name).collect()
    }
}
