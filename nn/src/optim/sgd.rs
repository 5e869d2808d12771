//! Stochastic gradient descent.

use array_core::zip_update;

use super::{Optimizer, Stepper, penalised, running};
use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::scalar::Scalar;

/// Stochastic gradient descent with momentum: v ← μ·v + (1 − d)·g, θ ← θ − η·v, where g has λ·θ added to it.
///
/// The first v is g, whatever the dampening d. PyTorch's `SGD`.
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
    stepper: Stepper<T>,
    momentum: f64,
    dampening: f64,
    nesterov: bool,
}

impl<T: Scalar> Sgd<T> {
    /// Plain descent with learning rate η.
    ///
    /// # Panics
    /// If it is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        let stepper = Stepper::new("sgd", learning_rate, 0.0);
        Sgd { stepper, momentum: 0.0, dampening: 0.0, nesterov: false }
    }

    /// Sets the momentum μ, 0 by default.
    pub fn momentum(self, momentum: f64) -> Self {
        Sgd { momentum, ..self }
    }

    /// Sets the dampening d of the momentum, 0 by default.
    pub fn dampening(self, dampening: f64) -> Self {
        Sgd { dampening, ..self }
    }

    /// Chooses Nesterov's form of the momentum: θ ← θ − η·(g + μ·v).
    pub fn nesterov(self) -> Self {
        Sgd { nesterov: true, ..self }
    }
}

impl<T: Scalar> Optimizer<T> for Sgd<T> {
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
        let names: &[_] = if self.momentum == 0.0 { &[] } else { &["v"] };
        let (momentum, nesterov) = (T::from_f64(self.momentum), self.nesterov);
        self.stepper.step(
            model,
            gradients,
            |_, _| names,
            |p| {
                let (rate, decay) = (T::from_f64(p.learning_rate), T::from_f64(p.weight_decay));
                let [velocity] = p.memory else {
                    return zip_update([p.theta], [p.gradient], move |[theta], [g]| {
                        [theta.sub(rate.mul(penalised(g, theta, decay)))]
                    });
                };
                let fresh = T::from_f64(if p.step == 1 { 1.0 } else { 1.0 - self.dampening });
                zip_update([p.theta, velocity], [p.gradient], move |[theta, v], [g]| {
                    let g = penalised(g, theta, decay);
                    let v = running(momentum.mul(v).add(fresh.mul(g)));
                    let step = if nesterov { g.add(momentum.mul(v)) } else { v };
                    [theta.sub(rate.mul(step)), v]
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
