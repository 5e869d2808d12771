//! Adam with decoupled weight decay.

use super::adam::{Decay, Moments};
use super::{Optimizer, Stepper};
use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::scalar::Scalar;

/// [`Adam`](super::Adam) with decoupled weight decay: θ ← θ − η·λ·θ, then Adam's update from the gradient alone.
///
/// Source: I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2, with
/// PyTorch's defaults β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0.01.
#[derive(Debug, Clone)]
pub struct AdamW<T: Scalar = f32> {
    stepper: Stepper<T>,
    moments: Moments,
}

impl<T: Scalar> AdamW<T> {
    /// AdamW with learning rate η.
    ///
    /// # Panics
    /// If it is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        AdamW { stepper: Stepper::new("adamw", learning_rate, 0.01), moments: Moments::default() }
    }

    /// Sets β₁ and β₂, 0.9 and 0.999 by default.
    ///
    /// # Panics
    /// If one does not lie in [0, 1).
    #[track_caller]
    pub fn betas(self, beta1: f64, beta2: f64) -> Self {
        AdamW { moments: self.moments.betas("adamw", beta1, beta2), ..self }
    }

    /// Sets ε, 1e-8 by default.
    pub fn epsilon(self, epsilon: f64) -> Self {
        AdamW { moments: Moments { epsilon, ..self.moments }, ..self }
    }

    /// Divides by the root of the greatest v so far, as [`Adam::amsgrad`](super::Adam::amsgrad).
    pub fn amsgrad(self) -> Self {
        AdamW { moments: Moments { amsgrad: true, ..self.moments }, ..self }
    }
}

impl<T: Scalar> Optimizer<T> for AdamW<T> {
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
        let moments = self.moments;
        self.stepper.step(model, gradients, |_, _| moments.names(), |p| moments.update(p, Decay::OfParameter))
    }

    fn stepper(&self) -> &Stepper<T> {
        &self.stepper
    }

    fn stepper_mut(&mut self) -> &mut Stepper<T> {
        &mut self.stepper
    }
}
