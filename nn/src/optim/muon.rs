//! Muon.

use array_core::{Array, zip_update};

use super::adam::{Decay, Moments};
use super::{Optimizer, Stepper, Update, check_rate};
use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::pattern::matches;
use crate::scalar::Scalar;

/// Muon: matrices are updated by the nearly orthogonal matrix nearest to their momentum, all else by AdamW.
///
/// b ← μ·b + (1 − μ)·g, o = orthogonalised((1 − μ)·g + μ·b), θ ← θ − η·λ·θ, θ ← θ − η·s·o, where
/// s = √max(1, out/in) for a weight of shape (in, out).
///
/// Embeddings and last layers, although matrices, are better left to AdamW ([`Muon::adamw_on`]).
///
/// Source: K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024. PyTorch's `Muon`
/// with its defaults μ = 0.95, λ = 0.1 and 5 iterations, but computed in the parameter's own type where it uses
/// bfloat16.
#[derive(Debug, Clone)]
pub struct Muon<T: Scalar = f32> {
    stepper: Stepper<T>,
    matrices: Orthogonal,
    others: Moments,
    adamw_on: Vec<String>,
}

impl<T: Scalar> Muon<T> {
    /// Muon with learning rate η.
    ///
    /// # Panics
    /// If it is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        let matrices = Orthogonal { momentum: 0.95, nesterov: true, iterations: 5, match_adamw: false };
        let (stepper, others) = (Stepper::new("muon", learning_rate, 0.1), Moments::default());
        Muon { stepper, matrices, others, adamw_on: Vec::new() }
    }

    /// Sets the momentum μ, 0.95 by default.
    ///
    /// # Panics
    /// If it does not lie in [0, 1).
    #[track_caller]
    pub fn momentum(mut self, momentum: f64) -> Self {
        check_rate("muon", momentum);
        self.matrices.momentum = momentum;
        self
    }

    /// Whether to look ahead, as by default, or to orthogonalise b itself.
    pub fn nesterov(mut self, nesterov: bool) -> Self {
        self.matrices.nesterov = nesterov;
        self
    }

    /// Sets the number of Newton–Schulz iterations, 5 by default.
    pub fn iterations(mut self, iterations: u32) -> Self {
        self.matrices.iterations = iterations;
        self
    }

    /// Chooses s = 0.2·√max(in, out), which gives updates the size that AdamW's have, so that both do well with
    /// one learning rate.
    ///
    /// Source: J. Liu et al., "Muon is Scalable for LLM Training", 2025.
    pub fn match_adamw(mut self) -> Self {
        self.matrices.match_adamw = true;
        self
    }

    /// Leaves the matrices whose paths this pattern matches to AdamW, too.
    pub fn adamw_on(mut self, pattern: impl Into<String>) -> Self {
        self.adamw_on.push(pattern.into());
        self
    }

    /// Sets AdamW's β₁ and β₂, 0.9 and 0.999 by default.
    ///
    /// # Panics
    /// If one does not lie in [0, 1).
    #[track_caller]
    pub fn adamw_betas(self, beta1: f64, beta2: f64) -> Self {
        Muon { others: self.others.betas("muon", beta1, beta2), ..self }
    }
}

/// The rule for matrices.
#[derive(Debug, Clone, Copy)]
struct Orthogonal {
    momentum: f64,
    nesterov: bool,
    iterations: u32,
    match_adamw: bool,
}

impl Orthogonal {
    fn update<T: Scalar>(self, p: Update<'_, T>) {
        let (mu, rest) = (T::from_f64(self.momentum), T::from_f64(1.0 - self.momentum));
        let momentum = &mut p.memory[0];
        zip_update([&mut *momentum], [p.gradient], move |[b], [g]| [mu.mul(b).add(rest.mul(g))]);
        let direction = match self.nesterov {
            true => p.gradient.zip_map(momentum, move |g, b| rest.mul(g).add(mu.mul(b))),
            false => momentum.clone(),
        };
        let direction = orthogonalised(direction, self.iterations);
        let [inputs, outputs] = [0, 1].map(|axis| p.theta.shape()[axis] as f64);
        let size = match self.match_adamw {
            true => 0.2 * inputs.max(outputs).sqrt(),
            false => (outputs / inputs).max(1.0).sqrt(),
        };
        let kept = T::from_f64(1.0 - p.learning_rate * p.weight_decay);
        let rate = T::from_f64(p.learning_rate * size);
        zip_update([p.theta], [&direction], move |[theta], [o]| [kept.mul(theta).sub(rate.mul(o))]);
    }
}

/// A matrix with about the singular vectors of `x`, and singular values about 1: between 0.7 and 1.2 after
/// 5 iterations, unless they are very small in `x`.
///
/// With x scaled to norm 1, and A = x·xᵀ: x ← a·x + (b·A + c·A²)·x, which maps every singular value by
/// σ ↦ a·σ + b·σ³ + c·σ⁵. The coefficients, from the source of [`Muon`], are those of the steepest slope at 0.
fn orthogonalised<T: Scalar>(x: Array<T>, iterations: u32) -> Array<T> {
    let [a, b, c] = [3.4445, -4.775, 2.0315].map(T::from_f64);
    // The smaller of x·xᵀ and xᵀ·x.
    let tall = x.shape()[0] > x.shape()[1];
    let x = if tall { x.t() } else { x };
    let norm = x.square().sum().sqrt().maximum(T::from_f64(1e-7));
    let mut x = x / norm;
    for _ in 0..iterations {
        let gram = x.matmul(&x.t());
        let polynomial = &gram * b + gram.matmul(&gram) * c;
        x = polynomial.matmul(&x) + &x * a;
    }
    if tall { x.t() } else { x }
}

impl<T: Scalar> Optimizer<T> for Muon<T> {
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
        let Muon { stepper, matrices, others, adamw_on } = self;
        let is_matrix = |path: &str, shape: &[usize]| {
            shape.len() == 2 && !adamw_on.iter().any(|pattern| matches(pattern, path))
        };
        stepper.step(
            model,
            gradients,
            |path, shape| if is_matrix(path, shape) { &["momentum"] } else { others.names() },
            |p| match p.memory {
                [_] => matrices.update(p),
                _ => others.update(p, Decay::OfParameter),
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
