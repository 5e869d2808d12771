//! Layer normalisation, with and without the mean.

use array_core::{Array, IntList};

use crate::autograd::Var;
use crate::module::{Layer, Param};
use crate::scalar::Scalar;

/// Normalises the last axes of each sample to mean 0 and variance 1, then scales and shifts them:
/// (x − mean)/√(var + ε)·weight + bias, with the biased variance. PyTorch's `LayerNorm`.
///
/// Source: J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization", 2016.
///
/// ```
/// use array_core::Array;
/// use nn::{LayerNorm, Tape};
/// let tape = Tape::inference();
/// let norm: LayerNorm = LayerNorm::new(3);
/// let y = tape.constant(Array::from_vec([1.0, 2.0, 3.0], [1, 3])).apply("norm", &norm).value();
/// assert!(y.mean().abs() < 1e-6 && (y.square().mean() - 1.0).abs() < 1e-4);
/// ```
#[derive(Debug, Clone)]
pub struct LayerNorm<T: Scalar = f32> {
    /// The scale, of the normalised axes' shape; 1 at first.
    pub weight: Param<T>,
    /// The shift, of the same shape; 0 at first.
    pub bias: Param<T>,
    epsilon: f64,
}

crate::module!(LayerNorm<T> { weight, bias; epsilon });

impl<T: Scalar> LayerNorm<T> {
    /// Normalises last axes of this shape, with ε = 1e-5.
    #[track_caller]
    pub fn new(shape: impl IntList) -> LayerNorm<T> {
        let weight = Param::new(Array::ones(&shape.ints()[..]));
        LayerNorm { weight, bias: Param::new(Array::zeros(&shape.ints()[..])), epsilon: 1e-5 }
    }

    /// Sets ε.
    pub fn epsilon(self, epsilon: f64) -> LayerNorm<T> {
        LayerNorm { epsilon, ..self }
    }
}

impl<T: Scalar> Layer<T> for LayerNorm<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        last_axes(x, self.weight.value().shape(), self);
        let tape = x.tape();
        let (weight, bias) = (tape.param("weight", &self.weight), tape.param("bias", &self.bias));
        x.layer_normalize(weight, bias, self.epsilon)
    }

    fn describe(&self) -> String {
        format!("LayerNorm of {:?}", self.weight.value().shape())
    }
}

/// Divides the last axes of each sample by the root of their mean square, then scales them:
/// x/√(mean(x²) + ε)·weight. PyTorch's `RMSNorm`.
///
/// Source: B. Zhang and R. Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019.
#[derive(Debug, Clone)]
pub struct RmsNorm<T: Scalar = f32> {
    /// The scale, of the normalised axes' shape; 1 at first.
    pub weight: Param<T>,
    epsilon: f64,
}

crate::module!(RmsNorm<T> { weight; epsilon });

impl<T: Scalar> RmsNorm<T> {
    /// Normalises last axes of this shape, with the ε of PyTorch: the distance from 1 to the next number.
    #[track_caller]
    pub fn new(shape: impl IntList) -> RmsNorm<T> {
        RmsNorm { weight: Param::new(Array::ones(&shape.ints()[..])), epsilon: T::EPSILON.to_f64() }
    }

    /// Sets ε.
    pub fn epsilon(self, epsilon: f64) -> RmsNorm<T> {
        RmsNorm { epsilon, ..self }
    }
}

impl<T: Scalar> Layer<T> for RmsNorm<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let axes = last_axes(x, self.weight.value().shape(), self);
        x.rms_normalize(axes, x.tape().param("weight", &self.weight), self.epsilon)
    }

    fn describe(&self) -> String {
        format!("RmsNorm of {:?}", self.weight.value().shape())
    }
}

/// The last axes of `x`, which must have this shape.
#[track_caller]
fn last_axes<T: Scalar>(x: Var<'_, T>, shape: &[usize], layer: &impl Layer<T>) -> Vec<isize> {
    let axes: Vec<isize> = (-(shape.len() as isize)..0).collect();
    for (&axis, &size) in axes.iter().zip(shape) {
        x.expect_axis(axis, size, layer);
    }
    axes
}
