//! Operations, activations, losses and layers: values and gradients in f32 and f64, Hessian-vector products in dual
//! numbers. Operations and losses against PyTorch, layers, which `tests/nn_layers` compares with PyTorch, against
//! differences.

mod layers;
#[allow(dead_code, reason = "values are compared here in another scalar than they are stored in")]
#[path = "../nn_cases/mod.rs"]
mod nn_cases;
mod pytorch;

use nn::Tape;

/// The operations that a tape has recorded in scopes.
fn operations_of(tape: &Tape<f64>) -> Vec<&'static str> {
    let trace = tape.trace();
    trace.rows().iter().flat_map(|row| &row.formulas).map(|&(operation, _)| operation).collect()
}

/// `table.rs` lists all operations, which the library's own tests see to.
#[test]
fn second_derivatives_of_every_operation_are_checked() {
    let mut checked = pytorch::operations();
    checked.extend(layers::operations());
    let table = include_str!("../../nn/src/autograd/ops/table.rs");
    let rows = table.lines().filter_map(|line| line.strip_prefix("    \"")?.split_once("\": \""));
    // What is no leaf has a formula.
    let operations: Vec<&str> = rows.filter(|(_, rest)| rest.contains(" = ")).map(|(name, _)| name).collect();
    assert!(operations.len() > 90, "the operations were found");
    let unchecked: Vec<&&str> = operations.iter().filter(|name| !checked.contains(**name)).collect();
    assert!(unchecked.is_empty(), "without a case in tests/nn_ops: {unchecked:?}");
}
