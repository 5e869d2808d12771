//! Every operation against central differences in f64, over plain, strided, size-1 and size-0 inputs.

use std::ops::Range;

use array_core::random::default_rng;
use array_core::{Array, step};

use super::*;
use crate::autograd::check::gradcheck;
use crate::autograd::{Tape, Var};

/// One row of the tables: an operation on inputs of given shapes.
pub struct Check {
    name: &'static str,
    /// The sets of shapes to check with.
    shapes: Vec<Vec<&'static [usize]>>,
    domain: Range<f64>,
    f: Operation,
}

type Operation = Box<dyn for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>>;

impl Check {
    /// One set of shapes.
    pub fn shapes<const N: usize>(
        name: &'static str,
        shapes: [&'static [usize]; N],
        f: impl for<'t> Fn([Var<'t, f64>; N]) -> Var<'t, f64> + 'static,
    ) -> Check {
        // Through a function, whose signature tells the compiler that this works for every tape.
        fn on_slice<const N: usize>(
            f: impl for<'t> Fn([Var<'t, f64>; N]) -> Var<'t, f64> + 'static,
        ) -> impl for<'t, 'v> Fn(&'v [Var<'t, f64>]) -> Var<'t, f64> + 'static {
            move |v| f(std::array::from_fn(|i| v[i]))
        }
        Check { name, shapes: vec![shapes.to_vec()], domain: -2.0..2.0, f: Box::new(on_slice(f)) }
    }

    /// One input, of ordinary shapes and of sizes 1 and 0.
    pub fn each(
        name: &'static str,
        f: impl for<'t> Fn([Var<'t, f64>; 1]) -> Var<'t, f64> + 'static,
    ) -> Check {
        let shapes: [&'static [usize]; 6] = [&[], &[5], &[2, 3], &[2, 1, 3], &[1, 1], &[0, 3]];
        Check { shapes: shapes.map(|shape| vec![shape]).to_vec(), ..Check::shapes(name, [&[]], f) }
    }

    /// Two inputs, of equal and of broadcasting shapes.
    pub fn pairs(
        name: &'static str,
        f: impl for<'t> Fn([Var<'t, f64>; 2]) -> Var<'t, f64> + 'static,
    ) -> Check {
        let shapes: [[&'static [usize]; 2]; 8] = [
            [&[2, 3], &[2, 3]],
            [&[2, 3], &[3]],
            [&[3], &[2, 3]],
            [&[2, 1, 3], &[4, 1]],
            [&[], &[2, 2]],
            [&[1], &[1, 1]],
            [&[0, 3], &[3]],
            [&[2, 0], &[2, 1]],
        ];
        Check { shapes: shapes.map(|pair| pair.to_vec()).to_vec(), ..Check::shapes(name, [&[], &[]], f) }
    }

    /// The interval that inputs are drawn from, if the operation is not smooth on −2..2.
    pub fn on(self, domain: Range<f64>) -> Check {
        Check { domain, ..self }
    }

    /// Leaves out shapes without elements.
    pub fn nonempty(mut self) -> Check {
        self.shapes.retain(|set| set.iter().all(|shape| shape.iter().all(|&n| n > 0)));
        self
    }

    fn run(&self) {
        for (case, shapes) in self.shapes.iter().enumerate() {
            let mut rng = default_rng(case as u64);
            let mut draw = |shape: &&[usize]| rng.uniform(self.domain.start, self.domain.end, *shape);
            let plain: Vec<Array<f64>> = shapes.iter().map(&mut draw).collect();
            let strided: Vec<Array<f64>> = plain.iter().map(scattered).collect();
            assert_eq!(plain, strided);
            for inputs in [plain, strided] {
                if let Some(worst) = gradcheck(&inputs, &self.f) {
                    assert!(worst.error < 1e-6, "{} on {shapes:?}: {worst}", self.name);
                }
            }
        }
    }
}

/// The same values in memory that is reversed, transposed and has gaps.
fn scattered(a: &Array<f64>) -> Array<f64> {
    let mut shape = a.t().shape().to_vec();
    shape.iter_mut().for_each(|n| *n *= 2);
    let mut memory = Array::full(shape, f64::NAN).t();
    let spec = vec![step(.., -2); a.ndim()];
    memory.slice_mut(&spec[..]).assign(a);
    memory.slice(&spec[..])
}

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
        let (tape, mut rng) = (Tape::training(default_rng(0)), default_rng(0));
        let draw =
            |shape: &&[usize]| tape.variable(rng.uniform(check.domain.start, check.domain.end, *shape));
        let inputs: Vec<Var<'_, f64>> = check.shapes[0].iter().map(draw).collect();
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
