//! Derivatives along a direction: forward mode, and forward over reverse.
//!
//! A tape of [`Dual`] numbers computes values together with their derivatives along one direction; walking it back gives
//! gradients together with *their* derivatives, which are Hessian-vector products. Every operation takes part without a
//! line of its own, as operations are generic over the scalar.

use array_core::random::default_rng;
use array_core::{Array, Dual};

use super::{Gradients, Tape, Var};

/// Inputs that move along tangents, as leaves of a tape.
#[track_caller]
fn moving<'t>(
    op: &str,
    tape: &'t Tape<Dual>,
    inputs: &[Array<f64>],
    tangents: &[Array<f64>],
) -> Vec<Var<'t, Dual>> {
    assert!(inputs.len() == tangents.len(), "{op}: {} inputs, {} tangents", inputs.len(), tangents.len());
    let pairs = inputs.iter().zip(tangents).enumerate();
    let leaf = |(i, (x, v)): (usize, (&Array<f64>, &Array<f64>))| {
        let shapes = [x.shape(), v.shape()];
        assert!(
            shapes[0] == shapes[1],
            "{op}: input {i} has shape {:?}, its tangent {:?}",
            shapes[0],
            shapes[1]
        );
        tape.variable(Array::dual(x, v))
    };
    pairs.map(leaf).collect()
}

/// The value of a function and its derivative along a direction: f(x) and J·v with the Jacobian J, of one forward pass.
/// PyTorch's `torch.func.jvp`.
///
/// ```
/// use array_core::Array;
/// use nn::autograd::forward::jvp;
/// // d/dt of (x + t·v)² at t = 0 is 2·x·v.
/// let (value, tangent) =
///     jvp(&[Array::from_vec([1.0, 3.0], 2)], &[Array::from_vec([1.0, 0.5], 2)], |x| x[0].square());
/// assert_eq!((value.to_vec(), tangent.to_vec()), (vec![1.0, 9.0], vec![2.0, 3.0]));
/// ```
///
/// # Panics
/// If there is not one tangent of the same shape for each input.
#[track_caller]
pub fn jvp<F>(inputs: &[Array<f64>], tangents: &[Array<f64>], f: F) -> (Array<f64>, Array<f64>)
where
    F: for<'t> Fn(&[Var<'t, Dual>]) -> Var<'t, Dual>,
{
    let tape = Tape::inference();
    let y = f(&moving("jvp", &tape, inputs, tangents)).value();
    (y.values(), y.tangents())
}

/// What [`hvp`] finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Hvp {
    /// The function's value.
    pub value: f64,
    /// Its gradient with respect to each input.
    pub gradients: Vec<Array<f64>>,
    /// The Hessian times the vector: for each input, the derivative of the gradient along the vector.
    pub products: Vec<Array<f64>>,
}

/// The gradient of a function of one element, and its Hessian times a vector: one pass forward and one back, of dual
/// numbers. The vector is an array for each input. PyTorch's `torch.autograd.functional.hvp`.
///
/// What is random in the function (dropout) is drawn from a fixed seed.
///
/// ```
/// use array_core::Array;
/// use nn::autograd::forward::hvp;
/// // The Hessian of x²·y is [[2y, 2x], [2x, 0]].
/// let [x, y] = [3.0, 5.0].map(Array::scalar);
/// let [v, w] = [1.0, 2.0].map(Array::scalar);
/// let found = hvp(&[x, y], &[v, w], |x| x[0].square() * x[1]);
/// assert_eq!(found.products.iter().map(Array::item).collect::<Vec<_>>(), [22.0, 6.0]);
/// ```
///
/// Source: B. A. Pearlmutter, "Fast Exact Multiplication by the Hessian", Neural Computation 6, 1994.
///
/// # Panics
/// If there is not one array of the same shape for each input, or the function's value has more than one element.
#[track_caller]
pub fn hvp<F>(inputs: &[Array<f64>], vector: &[Array<f64>], f: F) -> Hvp
where
    F: for<'t> Fn(&[Var<'t, Dual>]) -> Var<'t, Dual>,
{
    let tape = Tape::training(default_rng(0));
    let vars = moving("hvp", &tape, inputs, vector);
    let y = f(&vars);
    let value = y.item().value;
    let gradients: Gradients<Dual> = y.backward();
    // An input that the value does not depend on has gradient 0.
    let of = |(var, input): (&Var<'_, Dual>, &Array<f64>)| {
        gradients.get(*var).cloned().unwrap_or_else(|| Array::zeros(input.shape()))
    };
    let gradients: Vec<Array<Dual>> = vars.iter().zip(inputs).map(of).collect();
    Hvp {
        value,
        products: gradients.iter().map(Array::tangents).collect(),
        gradients: gradients.iter().map(Array::values).collect(),
    }
}
