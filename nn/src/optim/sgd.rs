//! Stochastic gradient descent.

use array_core::zip_update;

use super::slots::Slots;
use super::{Optimizer, OptimizerState, demand_gradients};
use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::scalar::Scalar;

/// Stochastic gradient descent with momentum: v ← μ·v + g, θ ← θ − η·v.
///
/// PyTorch's `SGD` without dampening, weight decay and Nesterov's form.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{Optimizer, Param, Sgd, Tape};
/// let mut x = Param::new(Array::from_vec([3.0f32], 1));
/// let mut sgd = Sgd::new(0.1).momentum(0.9);
/// for _ in 0..200 {
///     let tape = Tape::training(default_rng(0));
///     let loss = tape.param("x", &x).square().sum();
///     let gradients = loss.backward();
///     sgd.step(&mut x, &gradients)?;
/// }
/// assert!(x.value()[0].abs() < 1e-3);
/// # Ok::<(), nn::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sgd<T: Scalar = f32> {
    learning_rate: f64,
    momentum: f64,
    steps: u64,
    velocity: Slots<T, 1>,
}

impl<T: Scalar> Sgd<T> {
    /// Plain descent with learning rate η.
    pub fn new(learning_rate: f64) -> Self {
        Sgd { learning_rate, momentum: 0.0, steps: 0, velocity: Slots::new(["v"]) }
    }

    /// Sets the momentum μ, 0 by default.
    pub fn momentum(self, momentum: f64) -> Self {
        Sgd { momentum, ..self }
    }
}

impl<T: Scalar> Optimizer<T> for Sgd<T> {
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
        demand_gradients(model, gradients)?;
        self.steps += 1;
        let (rate, momentum) = (T::from_f64(self.learning_rate), T::from_f64(self.momentum));
        let mut hint = 0;
        model.for_each_param_mut(|path, param| {
            let Some(gradient) = gradients.of(param.id()).filter(|_| param.is_trainable()) else { return };
            let theta = param.value_mut();
            if self.momentum == 0.0 {
                zip_update([theta], [gradient], move |[theta], [g]| [theta.sub(rate.mul(g))]);
                return;
            }
            let [velocity] = self.velocity.get(hint, path, theta.shape());
            hint += 1;
            zip_update([theta, velocity], [gradient], move |[theta, v], [g]| {
                let v = momentum.mul(v).add(g);
                [theta.sub(rate.mul(v)), v]
            });
        });
        Ok(())
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.learning_rate = rate;
    }

    fn steps(&self) -> u64 {
        self.steps
    }

    fn state(&self) -> OptimizerState<T> {
        self.velocity.state("sgd", self.steps, self.learning_rate)
    }

    fn set_state(&mut self, state: OptimizerState<T>) -> Result<()> {
        let (steps, learning_rate) = (state.steps, state.learning_rate);
        self.velocity.set_state("sgd", state)?;
        (self.steps, self.learning_rate) = (steps, learning_rate);
        Ok(())
    }
}
