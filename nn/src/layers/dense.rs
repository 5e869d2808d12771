//! The fully connected layer.

use array_core::Array;
use array_core::random::Generator;

use crate::autograd::Var;
use crate::init::{self, Fans};
use crate::module::{Layer, Param};
use crate::scalar::Scalar;

/// y = x·W + b: (…, in) → (…, out). Elsewhere called Linear.
///
/// `weight` has shape (in, out), so that a forward pass needs no transpose; PyTorch stores (out, in), and
/// [`load_safetensors`](crate::load_safetensors) translates.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{Dense, Tape};
/// let layer: Dense = Dense::new(3, 2, &mut default_rng(0));
/// let tape = Tape::inference();
/// let y = tape.constant(Array::ones([5, 3])).apply("layer", &layer);
/// assert_eq!(y.shape(), [5, 2]);
/// ```
#[derive(Debug, Clone)]
pub struct Dense<T: Scalar = f32> {
    /// W, of shape (in, out).
    pub weight: Param<T>,
    /// b, of shape (out).
    pub bias: Param<T>,
}

crate::module!(Dense<T> { weight, bias });

impl<T: Scalar> Dense<T> {
    /// A layer with Xavier/Glorot-uniform weights ([`init::xavier_uniform`]) and a bias of zeros.
    pub fn new(inputs: usize, outputs: usize, rng: &mut Generator) -> Dense<T> {
        let shape = [inputs, outputs];
        let weight = Param::transposed_in_pytorch(init::xavier_uniform(shape, Fans::of_dense(shape), rng));
        Dense { weight, bias: Param::new(Array::zeros(outputs)) }
    }

    /// The size of the last axis of its input.
    pub fn inputs(&self) -> usize {
        self.weight.value().shape()[0]
    }

    /// The size of the last axis of its output.
    pub fn outputs(&self) -> usize {
        self.weight.value().shape()[1]
    }
}

impl<T: Scalar> Layer<T> for Dense<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        x.expect_axis(-1, self.inputs(), self);
        let tape = x.tape();
        x.linear(tape.param("weight", &self.weight), tape.param("bias", &self.bias))
    }

    fn describe(&self) -> String {
        format!("Dense {} → {}", self.inputs(), self.outputs())
    }
}
