//! Adam.

use array_core::zip_update;

use super::slots::Slots;
use super::{Optimizer, OptimizerState, demand_gradients};
use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::scalar::Scalar;

/// Adam: steps scaled by running means of the gradient and of its square, corrected for their start at 0.
///
/// m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², θ ← θ − η·m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and
/// v̂ = v/(1 − β₂ᵗ).
///
/// Source: D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1, with
/// PyTorch's defaults β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
#[derive(Debug, Clone)]
pub struct Adam<T: Scalar = f32> {
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    steps: u64,
    moments: Slots<T, 2>,
}

impl<T: Scalar> Adam<T> {
    /// Adam with learning rate η.
    pub fn new(learning_rate: f64) -> Self {
        Adam { learning_rate, betas: [0.9, 0.999], epsilon: 1e-8, steps: 0, moments: Slots::new(["m", "v"]) }
    }

    /// Sets β₁ and β₂, 0.9 and 0.999 by default.
    pub fn betas(self, beta1: f64, beta2: f64) -> Self {
        Adam { betas: [beta1, beta2], ..self }
    }

    /// Sets ε, 1e-8 by default.
    pub fn epsilon(self, epsilon: f64) -> Self {
        Adam { epsilon, ..self }
    }
}

impl<T: Scalar> Optimizer<T> for Adam<T> {
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
        demand_gradients(model, gradients)?;
        self.steps += 1;
        let [beta1, beta2] = self.betas;
        let t = self.steps as f64;
        // θ − (η/c₁)·m / (√v/√c₂ + ε), PyTorch's order of operations; cᵢ = 1 − βᵢᵗ.
        let scale = T::from_f64(self.learning_rate / (1.0 - beta1.powf(t)));
        let root = T::from_f64((1.0 - beta2.powf(t)).sqrt());
        let (b1, r1) = (T::from_f64(beta1), T::from_f64(1.0 - beta1));
        let (b2, r2) = (T::from_f64(beta2), T::from_f64(1.0 - beta2));
        let epsilon = T::from_f64(self.epsilon);
        let mut hint = 0;
        model.for_each_param_mut(|path, param| {
            let Some(gradient) = gradients.of(param.id()).filter(|_| param.is_trainable()) else { return };
            let theta = param.value_mut();
            let [m, v] = self.moments.get(hint, path, theta.shape());
            hint += 1;
            zip_update([theta, m, v], [gradient], move |[theta, m, v], [g]| {
                let m = b1.mul(m).add(r1.mul(g));
                let v = b2.mul(v).add(r2.mul(g.mul(g)));
                [theta.sub(scale.mul(m).div(v.sqrt().div(root).add(epsilon))), m, v]
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
        self.moments.state("adam", self.steps, self.learning_rate)
    }

    fn set_state(&mut self, state: OptimizerState<T>) -> Result<()> {
        let (steps, learning_rate) = (state.steps, state.learning_rate);
        self.moments.set_state("adam", state)?;
        (self.steps, self.learning_rate) = (steps, learning_rate);
        Ok(())
    }
}
