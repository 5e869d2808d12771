//! Batch normalisation.

use array_core::Array;

use crate::autograd::Var;
use crate::module::{Layer, Param};
use crate::scalar::Scalar;

/// Normalises each channel over the batch and all places, then scales and shifts it:
/// (batch, channels, …) → the same, with `D` axes of places. PyTorch's `BatchNorm1d`, `BatchNorm2d`, ….
///
/// In training, a channel is normalised by its mean and biased variance in the batch, (x − mean)/√(var + ε),
/// and the running statistics move toward the mean and the *unbiased* variance:
/// running ← (1 − momentum)·running + momentum·batch. At inference the running statistics normalise.
///
/// The running statistics are buffers: saved in checkpoints, without gradient, updated when an optimizer makes
/// its step (see [`Tape::update_buffer`](crate::Tape::update_buffer)).
///
/// Source: S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing
/// Internal Covariate Shift", ICML 2015.
#[derive(Debug, Clone)]
pub struct BatchNorm<const D: usize, T: Scalar = f32> {
    /// The scale of each channel; 1 at first.
    pub weight: Param<T>,
    /// The shift of each channel; 0 at first.
    pub bias: Param<T>,
    /// The mean of each channel that inference subtracts; 0 at first.
    pub running_mean: Param<T>,
    /// The variance of each channel that inference divides by the root of; 1 at first.
    pub running_var: Param<T>,
    momentum: f64,
    epsilon: f64,
}

/// Batch normalisation of (batch, channels) or (batch, channels, length).
pub type BatchNorm1d<T = f32> = BatchNorm<1, T>;
/// Batch normalisation of (batch, channels, height, width).
pub type BatchNorm2d<T = f32> = BatchNorm<2, T>;

crate::module!(BatchNorm<const D, T> { weight, bias, running_mean, running_var; momentum, epsilon });

impl<const D: usize, T: Scalar> BatchNorm<D, T> {
    /// Normalises this many channels, with momentum 0.1 and ε = 1e-5.
    pub fn new(channels: usize) -> Self {
        BatchNorm {
            weight: Param::new(Array::ones(channels)),
            bias: Param::new(Array::zeros(channels)),
            running_mean: Param::buffer(Array::zeros(channels)),
            running_var: Param::buffer(Array::ones(channels)),
            momentum: 0.1,
            epsilon: 1e-5,
        }
    }

    /// Sets ε.
    pub fn epsilon(self, epsilon: f64) -> Self {
        BatchNorm { epsilon, ..self }
    }

    /// Sets how far the running statistics move toward those of a batch.
    pub fn momentum(self, momentum: f64) -> Self {
        BatchNorm { momentum, ..self }
    }

    fn in_training<'t>(&self, x: Var<'t, T>, weight: Var<'t, T>, bias: Var<'t, T>) -> Var<'t, T> {
        let (shape, channels) = (x.shape(), self.weight.value().size());
        let count = shape.iter().product::<usize>() / channels.max(1);
        x.expect_input(count != 1, self, || "a single value per channel has no variance".to_string());
        let axes: Vec<usize> = (0..shape.len()).filter(|&axis| axis != 1).collect();
        let result = x.normalize(axes, weight, bias, self.epsilon);
        let unbiased = result.variance * T::from_f64(count as f64 / (count as f64 - 1.0));
        let tape = x.tape();
        tape.update_buffer(&self.running_mean, result.mean.reshape(channels), self.momentum);
        tape.update_buffer(&self.running_var, unbiased.reshape(channels), self.momentum);
        result.value
    }
}

impl<const D: usize, T: Scalar> Layer<T> for BatchNorm<D, T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let channels = self.weight.value().size();
        let ndim = x.ndim();
        let fits = ndim == D + 2 || (D == 1 && ndim == 2);
        x.expect_input(fits, self, || format!("input has {ndim} axes, expected {}", D + 2));
        x.expect_axis(1, channels, self);
        let mut per_channel = vec![1; ndim - 1];
        per_channel[0] = channels;
        let of_channels = |name, param| x.tape().param(name, param).reshape(&per_channel);
        let (weight, bias) = (of_channels("weight", &self.weight), of_channels("bias", &self.bias));
        if x.tape().is_training() {
            return self.in_training(x, weight, bias);
        }
        let mean = of_channels("running_mean", &self.running_mean);
        let variance = of_channels("running_var", &self.running_var);
        let scale = weight / (variance + T::from_f64(self.epsilon)).sqrt();
        x * scale + (bias - mean * scale)
    }

    fn describe(&self) -> String {
        format!("BatchNorm{D}d of {} channels", self.weight.value().size())
    }
}
