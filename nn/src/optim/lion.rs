//! Lion.

use array_core::zip_update;

use super::{Optimizer, Stepper, check_rate};
use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::scalar::Scalar;

/// Lion: steps of one size, in the direction of the sign of a running mean of the gradient.
///
/// θ ← θ − η·λ·θ − η·sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g.
///
/// Source: X. Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023, program 1, with its
/// defaults β₁ = 0.9, β₂ = 0.99. It advises a learning rate 3 to 10 times smaller than AdamW's.
#[derive(Debug, Clone)]
pub struct Lion<T: Scalar = f32> {
    stepper: Stepper<T>,
    betas: [f64; 2],
}

impl<T: Scalar> Lion<T> {
    /// Lion with learning rate η.
    ///
    /// # Panics
    /// If it is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        Lion { stepper: Stepper::new("lion", learning_rate, 0.0), betas: [0.9, 0.99] }
    }

    /// Sets β₁ and β₂, 0.9 and 0.99 by default.
    ///
    /// # Panics
    /// If one does not lie in [0, 1).
    #[track_caller]
    pub fn betas(self, beta1: f64, beta2: f64) -> Self {
        check_rate("lion", beta1);
        check_rate("lion", beta2);
        Lion { betas: [beta1, beta2], ..self }
    }
}

impl<T: Scalar> Optimizer<T> for Lion<T> {
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
        let [b1, b2] = self.betas.map(T::from_f64);
        let [r1, r2] = self.betas.map(|beta| T::from_f64(1.0 - beta));
        self.stepper.step(
            model,
            gradients,
            |_, _| &["m"],
            |p| {
                let rate = T::from_f64(p.learning_rate);
                let kept = T::from_f64(1.0 - p.learning_rate * p.weight_decay);
                let m = &mut p.memory[0];
                zip_update([p.theta, m], [p.gradient], move |[theta, m], [g]| {
                    let direction = b1.mul(m).add(r1.mul(g)).sign();
                    [kept.mul(theta).sub(rate.mul(direction)), b2.mul(m).add(r2.mul(g))]
                });
            },
        )
    }

    fn stepper(&self) -> &Stepper<T> {
        &self.stepper
    }

    fn stepper_mut(&mut self) -> &mut Stepper<T> {
        &mut self.stepper
    }
}
