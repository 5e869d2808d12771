//! Every operation against central differences in f64, over plain, strided, size-1 and size-0 inputs;
//! that none is forgotten.

use array_core::random::default_rng;

use super::checks::Check;
use super::*;
use crate::autograd::{Tape, Var};

fn all_checks() -> Vec<Check> {
    let tables = [
        activation::checks(),
        arithmetic::checks(),
        choose::checks(),
        attention::checks(),
        conv::checks(),
        dropout::checks(),
        einsum::checks(),
        elementwise::checks(),
        embedding::checks(),
        index::checks(),
        join::checks(),
        linear::checks(),
        matmul::checks(),
        norm::checks(),
        order::checks(),
        pool::checks(),
        recurrent::checks(),
        reduce::checks(),
        rotary::checks(),
        shape::checks(),
        softmax::checks(),
    ];
    tables.into_iter().flatten().collect()
}

#[test]
fn every_operation_passes_gradcheck() {
    all_checks().iter().for_each(Check::run);
}

#[test]
fn every_operation_has_a_check() {
    let files = [
        include_str!("activation.rs"),
        include_str!("arithmetic.rs"),
        include_str!("choose.rs"),
        include_str!("attention.rs"),
        include_str!("conv.rs"),
        include_str!("dropout.rs"),
        include_str!("einsum.rs"),
        include_str!("elementwise.rs"),
        include_str!("embedding.rs"),
        include_str!("index.rs"),
        include_str!("join.rs"),
        include_str!("linear.rs"),
        include_str!("matmul.rs"),
        include_str!("norm.rs"),
        include_str!("order.rs"),
        include_str!("pool.rs"),
        include_str!("recurrent.rs"),
        include_str!("reduce.rs"),
        include_str!("rotary.rs"),
        include_str!("shape.rs"),
        include_str!("softmax.rs"),
    ];
    let checks = all_checks();
    let mut count = 0;
    for line in files.iter().flat_map(|file| file.lines()) {
        // `record("name", …)` names what an operation is called on the tape.
        let Some(name) = line.split("pub fn ").nth(1).and_then(|rest| rest.split(['(', '<']).next()) else {
            continue;
        };
        if name.starts_with('$') {
            continue; // A listing, which makes its own checks.
        }
        count += 1;
        assert!(checks.iter().any(|check| check.name == name), "{name} has no row in a table of checks");
    }
    assert!(count > 12, "the operations were found");
}

#[test]
fn every_operation_has_a_formula_and_a_cost() {
    for check in all_checks() {
        let tape = Tape::training(default_rng(0));
        let inputs: Vec<Var<'_, f64>> = check.inputs(0).into_iter().map(|x| tape.variable(x)).collect();
        let _ = (check.f)(&inputs);
        for node in tape.snapshot().nodes {
            let known = table::Operation::find(node.op).is_some();
            assert!(known, "{} has no row in nn/src/autograd/ops/table.rs", node.op);
        }
    }
}

/// Asserts that two ways of computing the same thing have the same value and the same gradients.
pub fn assert_twins<const N: usize>(
    shapes: [&[usize]; N],
    fused: impl for<'t> Fn([Var<'t, f64>; N]) -> Var<'t, f64>,
    composed: impl for<'t> Fn([Var<'t, f64>; N]) -> Var<'t, f64>,
) {
    let mut rng = default_rng(7);
    let inputs = shapes.map(|shape| rng.uniform(-2.0, 2.0, shape));
    let run = |f: &dyn for<'t> Fn([Var<'t, f64>; N]) -> Var<'t, f64>| {
        let tape = Tape::training(default_rng(0));
        let vars = std::array::from_fn(|i| tape.variable(inputs[i].clone()));
        let y = f(vars);
        let value = y.value();
        let gradients = y.backward_from(default_rng(1).uniform(-1.0, 1.0, value.shape()));
        let mut results = vec![value];
        results.extend(vars.map(|v| gradients.get(v).cloned().expect("every input matters")));
        results
    };
    for (a, b) in run(&fused).iter().zip(run(&composed)) {
        approx::assert_relative_eq!(a.to_vec()[..], b.to_vec()[..], epsilon = 1e-14, max_relative = 1e-13);
    }
}
