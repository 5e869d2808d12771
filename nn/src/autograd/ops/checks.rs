//! Tables of checks: the gradients of an operation in a row are compared with differences of its values.

use std::ops::Range;

use array_core::random::default_rng;
use array_core::{Array, step};

use crate::autograd::Var;
use crate::autograd::check::gradcheck;

/// One row of the tables: an operation on inputs of given shapes.
pub(crate) struct Check {
    pub name: &'static str,
    /// The sets of shapes to check with.
    pub shapes: Vec<Vec<&'static [usize]>>,
    /// The interval that each input is drawn from; the last one also serves the inputs behind it.
    domains: Vec<Range<f64>>,
    pub f: Operation,
}

type Operation = Box<dyn for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>>;

impl Check {
    /// One set of shapes.
    pub fn shapes<const N: usize>(
        name: &'static str,
        shapes: [&'static [usize]; N],
        f: impl for<'t> Fn([Var<'t, f64>; N]) -> Var<'t, f64> + 'static,
    ) -> Self {
        // Through a function, whose signature tells the compiler that this works for every tape.
        fn on_slice<const N: usize>(
            f: impl for<'t> Fn([Var<'t, f64>; N]) -> Var<'t, f64> + 'static,
        ) -> impl for<'t, 'v> Fn(&'v [Var<'t, f64>]) -> Var<'t, f64> + 'static {
            move |v| f(std::array::from_fn(|i| v[i]))
        }
        Check { name, shapes: vec![shapes.to_vec()], domains: vec![-2.0..2.0], f: Box::new(on_slice(f)) }
    }

    /// One input, of ordinary shapes and of sizes 1 and 0.
    pub fn each(name: &'static str, f: impl for<'t> Fn([Var<'t, f64>; 1]) -> Var<'t, f64> + 'static) -> Self {
        let shapes: [&'static [usize]; 6] = [&[], &[5], &[2, 3], &[2, 1, 3], &[1, 1], &[0, 3]];
        Check { shapes: shapes.map(|shape| vec![shape]).to_vec(), ..Check::shapes(name, [&[]], f) }
    }

    /// Two inputs, of equal and of broadcasting shapes.
    pub fn pairs(
        name: &'static str,
        f: impl for<'t> Fn([Var<'t, f64>; 2]) -> Var<'t, f64> + 'static,
    ) -> Self {
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

    /// Two inputs of one shape.
    pub fn equal_pairs(
        name: &'static str,
        f: impl for<'t> Fn([Var<'t, f64>; 2]) -> Var<'t, f64> + 'static,
    ) -> Self {
        let shapes: [&'static [usize]; 4] = [&[], &[4], &[2, 3], &[0, 3]];
        Check { shapes: shapes.map(|shape| vec![shape; 2]).to_vec(), ..Check::shapes(name, [&[], &[]], f) }
    }

    /// The interval that inputs are drawn from, if the operation is not smooth on −2..2.
    pub fn on(self, domain: Range<f64>) -> Self {
        Check { domains: vec![domain], ..self }
    }

    /// As [`Check::on`], the second input from an interval of its own.
    pub fn on_each(self, domains: [Range<f64>; 2]) -> Self {
        Check { domains: domains.to_vec(), ..self }
    }

    /// Leaves out shapes without elements.
    pub fn nonempty(mut self) -> Self {
        self.shapes.retain(|set| set.iter().all(|shape| shape.iter().all(|&n| n > 0)));
        self
    }

    /// Inputs of one set of shapes.
    pub fn inputs(&self, set: usize) -> Vec<Array<f64>> {
        let mut rng = default_rng(set as u64);
        let draw = |(i, shape): (usize, &&[usize])| {
            let domain = &self.domains[i.min(self.domains.len() - 1)];
            rng.uniform(domain.start, domain.end, *shape)
        };
        self.shapes[set].iter().enumerate().map(draw).collect()
    }

    /// Backward against differences of values, on plain and on scattered inputs.
    pub fn run(&self) {
        for (set, shapes) in self.shapes.iter().enumerate() {
            let plain = self.inputs(set);
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
