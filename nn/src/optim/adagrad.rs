//! Adagrad.

use array_core::zip_update;

use super::{Optimizer, Stepper, penalised};
use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::scalar::Scalar;

/// Adagrad: steps divided by the root of the sum of all squared gradients so far.
///
/// s ← s + g², θ ← θ − ηₜ·g / (√s + ε) with ηₜ = η/(1 + (t − 1)·κ), where g has λ·θ added to it.
///
/// Source: J. Duchi, E. Hazan and Y. Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
/// Optimization", JMLR 12, 2011. PyTorch's `Adagrad`, with its default ε = 1e-10.
#[derive(Debug, Clone)]
pub struct Adagrad<T: Scalar = f32> {
    stepper: Stepper<T>,
    learning_rate_decay: f64,
    initial_sum: f64,
    epsilon: f64,
}

impl<T: Scalar> Adagrad<T> {
    /// Adagrad with learning rate η.
    ///
    /// # Panics
    /// If it is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        let stepper = Stepper::new("adagrad", learning_rate, 0.0);
        Adagrad { stepper, learning_rate_decay: 0.0, initial_sum: 0.0, epsilon: 1e-10 }
    }

    /// Sets κ, by which the learning rate decays, 0 by default.
    pub fn learning_rate_decay(self, decay: f64) -> Self {
        Adagrad { learning_rate_decay: decay, ..self }
    }

    /// Sets what s starts from, 0 by default. PyTorch's `initial_accumulator_value`.
    pub fn initial_sum(self, sum: f64) -> Self {
        Adagrad { initial_sum: sum, ..self }
    }

    /// Sets ε, 1e-10 by default.
    pub fn epsilon(self, epsilon: f64) -> Self {
        Adagrad { epsilon, ..self }
    }
}

impl<T: Scalar> Optimizer<T> for Adagrad<T> {
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
        let epsilon = T::from_f64(self.epsilon);
        self.stepper.step(
            model,
            gradients,
            |_, _| &["sum"],
            |p| {
                let past = (p.step - 1) as f64;
                let rate = T::from_f64(p.learning_rate / (1.0 + past * self.learning_rate_decay));
                let initial = T::from_f64(if p.step == 1 { self.initial_sum } else { 0.0 });
                let decay = T::from_f64(p.weight_decay);
                let sum = &mut p.memory[0];
                zip_update([p.theta, sum], [p.gradient], move |[theta, sum], [g]| {
                    let g = penalised(g, theta, decay);
                    let sum = initial.add(sum).add(g.mul(g));
                    [theta.sub(rate.mul(g.div(sum.sqrt().add(epsilon)))), sum]
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
