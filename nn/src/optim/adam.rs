//! Adam.

use array_core::zip_update;

use super::{Optimizer, Stepper, Update, check_rate, penalised, running};
use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::scalar::Scalar;

/// Adam: steps scaled by running means of the gradient and of its square, corrected for their start at 0.
///
/// m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², θ ← θ − η·m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and
/// v̂ = v/(1 − β₂ᵗ), where g has λ·θ added to it. [`AdamW`](super::AdamW) decays weights by itself instead.
///
/// Source: D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1, with
/// PyTorch's defaults β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
#[derive(Debug, Clone)]
pub struct Adam<T: Scalar = f32> {
    stepper: Stepper<T>,
    moments: Moments,
}

impl<T: Scalar> Adam<T> {
    /// Adam with learning rate η.
    ///
    /// # Panics
    /// If it is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        Adam { stepper: Stepper::new("adam", learning_rate, 0.0), moments: Moments::default() }
    }

    /// Sets β₁ and β₂, 0.9 and 0.999 by default.
    ///
    /// # Panics
    /// If one does not lie in [0, 1).
    #[track_caller]
    pub fn betas(self, beta1: f64, beta2: f64) -> Self {
        Adam { moments: self.moments.betas("adam", beta1, beta2), ..self }
    }

    /// Sets ε, 1e-8 by default.
    pub fn epsilon(self, epsilon: f64) -> Self {
        Adam { moments: Moments { epsilon, ..self.moments }, ..self }
    }

    /// Divides by the root of the greatest v so far instead of the present one's.
    ///
    /// Source: S. Reddi, S. Kale and S. Kumar, "On the Convergence of Adam and Beyond", ICLR 2018.
    pub fn amsgrad(self) -> Self {
        Adam { moments: Moments { amsgrad: true, ..self.moments }, ..self }
    }
}

impl<T: Scalar> Optimizer<T> for Adam<T> {
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
        let moments = self.moments;
        self.stepper.step(model, gradients, |_, _| moments.names(), |p| moments.update(p, Decay::OfGradient))
    }

    fn stepper(&self) -> &Stepper<T> {
        &self.stepper
    }

    fn stepper_mut(&mut self) -> &mut Stepper<T> {
        &mut self.stepper
    }
}

/// What weight decay is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decay {
    /// g ← g + λ·θ, before all else: Adam.
    OfGradient,
    /// θ ← θ − η·λ·θ, before the update: AdamW.
    OfParameter,
}

/// The rule that Adam and AdamW share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub betas: [f64; 2],
    pub epsilon: f64,
    pub amsgrad: bool,
}

impl Default for Moments {
    fn default() -> Self {
        Moments { betas: [0.9, 0.999], epsilon: 1e-8, amsgrad: false }
    }
}

impl Moments {
    #[track_caller]
    pub fn betas(self, kind: &str, beta1: f64, beta2: f64) -> Self {
        check_rate(kind, beta1);
        check_rate(kind, beta2);
        Moments { betas: [beta1, beta2], ..self }
    }

    /// What is remembered of a parameter.
    pub fn names(self) -> &'static [&'static str] {
        if self.amsgrad { &["m", "v", "vmax"] } else { &["m", "v"] }
    }

    pub fn update<T: Scalar>(self, p: Update<'_, T>, decay: Decay) {
        let [beta1, beta2] = self.betas;
        let t = p.step as f64;
        // θ − (η/c₁)·m / (√v·(1/√c₂) + ε), cᵢ = 1 − βᵢᵗ: PyTorch's order of operations, but for the inverse of √c₂, since
        // a division takes as long as everything else that is done with an element.
        let scale = T::from_f64(p.learning_rate / (1.0 - beta1.powf(t)));
        let per_root = T::from_f64((1.0 - beta2.powf(t)).sqrt().recip());
        let (b1, r1) = (T::from_f64(beta1), T::from_f64(1.0 - beta1));
        let (b2, r2) = (T::from_f64(beta2), T::from_f64(1.0 - beta2));
        let epsilon = T::from_f64(self.epsilon);
        let (penalty, kept) = match decay {
            Decay::OfGradient => (T::from_f64(p.weight_decay), T::ONE),
            Decay::OfParameter => (T::ZERO, T::from_f64(1.0 - p.learning_rate * p.weight_decay)),
        };
        let means = move |theta: T, g: T, m: T, v: T| {
            let g = penalised(g, theta, penalty);
            (running(b1.mul(m).add(r1.mul(g))), b2.mul(v).add(r2.mul(g.mul(g))))
        };
        let moved = move |theta: T, m: T, v: T| {
            kept.mul(theta).sub(scale.mul(m).div(v.sqrt().mul(per_root).add(epsilon)))
        };
        match p.memory {
            [m, v, greatest] => {
                zip_update([p.theta, m, v, greatest], [p.gradient], move |[theta, m, v, greatest], [g]| {
                    let (m, v) = means(theta, g, m, v);
                    let greatest = greatest.maximum(v);
                    [moved(theta, m, greatest), m, v, greatest]
                });
            }
            [m, v] => zip_update([p.theta, m, v], [p.gradient], move |[theta, m, v], [g]| {
                let (m, v) = means(theta, g, m, v);
                [moved(theta, m, v), m, v]
            }),
            _ => unreachable!("`names` lists two or three arrays"),
        }
    }
}
