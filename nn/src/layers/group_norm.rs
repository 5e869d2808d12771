//! Group normalisation.

use array_core::Array;

use crate::autograd::Var;
use crate::module::{Layer, Param};
use crate::scalar::Scalar;

/// Normalises groups of channels of each sample to mean 0 and variance 1, then scales and shifts each channel:
/// (batch, channels, …) → the same. PyTorch's `GroupNorm`.
///
/// With one group this is layer normalisation over channels and space, with as many groups as channels instance
/// normalisation.
///
/// Source: Y. Wu and K. He, "Group Normalization", ECCV 2018.
#[derive(Debug, Clone)]
pub struct GroupNorm<T: Scalar = f32> {
    /// The scale of each channel; 1 at first.
    pub weight: Param<T>,
    /// The shift of each channel; 0 at first.
    pub bias: Param<T>,
    groups: usize,
    epsilon: f64,
}

crate::module!(GroupNorm<T> { weight, bias; groups, epsilon });

impl<T: Scalar> GroupNorm<T> {
    /// Normalises `channels` in groups of equal size, with ε = 1e-5.
    ///
    /// # Panics
    /// If the channels cannot be grouped so.
    #[track_caller]
    pub fn new(groups: usize, channels: usize) -> GroupNorm<T> {
        assert!(
            groups > 0 && channels.is_multiple_of(groups),
            "GroupNorm: {channels} channels do not make {groups} groups"
        );
        let (weight, bias) = (Param::new(Array::ones(channels)), Param::new(Array::zeros(channels)));
        GroupNorm { weight, bias, groups, epsilon: 1e-5 }
    }

    /// Sets ε.
    pub fn epsilon(self, epsilon: f64) -> GroupNorm<T> {
        GroupNorm { epsilon, ..self }
    }
}

impl<T: Scalar> Layer<T> for GroupNorm<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let channels = self.weight.value().size();
        x.expect_axis(1, channels, self);
        let shape = x.shape();
        // (batch, groups, channels per group, …)
        let mut grouped = shape.clone();
        grouped.splice(1..2, [self.groups, channels / self.groups]);
        let mut per_channel = vec![1; shape.len()];
        per_channel[..2].copy_from_slice(&grouped[1..3]);
        let of_channels = |name, param| x.tape().param(name, param).reshape(&per_channel);
        let (weight, bias) = (of_channels("weight", &self.weight), of_channels("bias", &self.bias));
        let axes: Vec<usize> = (2..grouped.len()).collect();
        x.reshape(grouped).normalize(axes, weight, bias, self.epsilon).value.reshape(shape)
    }

    fn describe(&self) -> String {
        format!("GroupNorm of {} channels in {} groups", self.weight.value().size(), self.groups)
    }
}
