//! RMSprop.

use array_core::zip_update;

use super::{Optimizer, Stepper, check_rate, penalised, running};
use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::scalar::Scalar;

/// RMSprop: steps divided by the root of a running mean of the squared gradient.
///
/// v ← α·v + (1 − α)·g², θ ← θ − η·g / (√v + ε), where g has λ·θ added to it. Centred, v is replaced by
/// v − ḡ², the variance, with ḡ ← α·ḡ + (1 − α)·g. With momentum, u ← μ·u + g / (√v + ε), θ ← θ − η·u.
///
/// Source: T. Tieleman and G. Hinton, Coursera lecture 6.5, 2012; centred: A. Graves, "Generating Sequences With
/// Recurrent Neural Networks", 2013. PyTorch's `RMSprop`, with its defaults α = 0.99, ε = 1e-8, and like it with
/// ε outside the root.
#[derive(Debug, Clone)]
pub struct RmsProp<T: Scalar = f32> {
    stepper: Stepper<T>,
    alpha: f64,
    epsilon: f64,
    momentum: f64,
    centered: bool,
}

impl<T: Scalar> RmsProp<T> {
    /// RMSprop with learning rate η.
    ///
    /// # Panics
    /// If it is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        let stepper = Stepper::new("rmsprop", learning_rate, 0.0);
        RmsProp { stepper, alpha: 0.99, epsilon: 1e-8, momentum: 0.0, centered: false }
    }

    /// Sets α, 0.99 by default.
    ///
    /// # Panics
    /// If it does not lie in [0, 1).
    #[track_caller]
    pub fn alpha(self, alpha: f64) -> Self {
        check_rate("rmsprop", alpha);
        RmsProp { alpha, ..self }
    }

    /// Sets ε, 1e-8 by default.
    pub fn epsilon(self, epsilon: f64) -> Self {
        RmsProp { epsilon, ..self }
    }

    /// Sets the momentum μ, 0 by default.
    pub fn momentum(self, momentum: f64) -> Self {
        RmsProp { momentum, ..self }
    }

    /// Divides by the root of the gradient's variance instead of its mean square.
    pub fn centered(self) -> Self {
        RmsProp { centered: true, ..self }
    }
}

impl<T: Scalar> Optimizer<T> for RmsProp<T> {
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
        let centered = self.centered;
        let names: &[_] = match (centered, self.momentum != 0.0) {
            (true, true) => &["v", "centre", "u"],
            (true, false) => &["v", "centre"],
            (false, true) => &["v", "u"],
            (false, false) => &["v"],
        };
        let (alpha, rest) = (T::from_f64(self.alpha), T::from_f64(1.0 - self.alpha));
        let (epsilon, momentum) = (T::from_f64(self.epsilon), T::from_f64(self.momentum));
        self.stepper.step(
            model,
            gradients,
            |_, _| names,
            |p| {
                let (rate, decay) = (T::from_f64(p.learning_rate), T::from_f64(p.weight_decay));
                let mean = move |mean: T, x: T| running(alpha.mul(mean).add(rest.mul(x)));
                // What is not remembered is 0, before and after.
                let rule = move |[theta, v, centre, u]: [T; 4], g: T| {
                    let g = penalised(g, theta, decay);
                    let v = mean(v, g.mul(g));
                    let centre = if centered { mean(centre, g) } else { T::ZERO };
                    let variance = v.sub(centre.mul(centre));
                    let u = running(momentum.mul(u).add(g.div(variance.sqrt().add(epsilon))));
                    [theta.sub(rate.mul(u)), v, centre, u]
                };
                match p.memory {
                    [v, centre, u] => {
                        zip_update([p.theta, v, centre, u], [p.gradient], move |x, [g]| rule(x, g))
                    }
                    [v, centre] if centered => {
                        zip_update([p.theta, v, centre], [p.gradient], move |[theta, v, centre], [g]| {
                            let [theta, v, centre, _] = rule([theta, v, centre, T::ZERO], g);
                            [theta, v, centre]
                        });
                    }
                    [v, u] => zip_update([p.theta, v, u], [p.gradient], move |[theta, v, u], [g]| {
                        let [theta, v, _, u] = rule([theta, v, T::ZERO, u], g);
                        [theta, v, u]
                    }),
                    [v] => zip_update([p.theta, v], [p.gradient], move |[theta, v], [g]| {
                        let [theta, v, ..] = rule([theta, v, T::ZERO, T::ZERO], g);
                        [theta, v]
                    }),
                    _ => unreachable!("one to three arrays are named"),
                }
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
