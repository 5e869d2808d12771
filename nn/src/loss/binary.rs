//! Cross entropies of yes-or-no questions. Targets y are probabilities in 0 ..= 1.

use super::elementwise::of_pairs;
use super::losses;
use crate::autograd::Var;
use crate::scalar::Scalar;

losses! {
    /// −y·ln p − (1 − y)·ln(1 − p) of probabilities p, with logarithms not below −100: PyTorch's `BCELoss`.
    ///
    /// Prefer [`BceWithLogits`], which is exact where probabilities round to 0 or 1.
    Bce() {}

    /// The cross entropy of σ(x) and y, from logits x: −y·ln σ(x) − (1 − y)·ln(1 − σ(x)), computed without overflow:
    /// PyTorch's `BCEWithLogitsLoss`.
    BceWithLogits() {
        /// A factor for the first term, which weighs positive answers against negative ones.
        pos_weight: f64 = 1.0;
    }
}

impl Bce {
    /// The loss of probabilities and targets of one shape.
    ///
    /// # Panics
    /// If the shapes differ, or a probability lies outside 0 ..= 1.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, probabilities: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        if let Some(p) = probabilities.value().iter().find(|&&p| p < T::ZERO || p > T::ONE) {
            panic!("bce: {p:?} is no probability; for logits, use BceWithLogits");
        }
        // PyTorch's 1e-12 is an f32.
        let (least, tiny) = (T::from_f64(-100.0), T::from_f64(f64::from(1e-12_f32)));
        let ln = move |p: T| p.ln().maximum(least);
        let ln_not = move |p: T| p.neg().log1p().maximum(least);
        let f = move |p: T, y: T| y.sub(T::ONE).mul(ln_not(p)).sub(y.mul(ln(p)));
        // The denominator is kept from 0 as PyTorch's is.
        let by_p = move |p: T, y: T| p.sub(y).div(p.mul(T::ONE.sub(p)).maximum(tiny));
        let by_y = move |p: T, _| ln_not(p).sub(ln(p));
        self.reduction.apply(of_pairs("bce", probabilities, target, f, by_p, by_y))
    }
}

/// ln(1 + eˣ), without overflow: max(x, 0) + ln(1 + e^−|x|).
#[inline(always)]
fn softplus<T: Scalar>(x: T) -> T {
    x.maximum(T::ZERO).add(x.abs().neg().exp().log1p())
}

impl BceWithLogits {
    /// The loss of logits and targets of one shape.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, logits: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        let w = T::from_f64(self.pos_weight);
        // −ln σ(x) = softplus(−x) and −ln(1 − σ(x)) = softplus(x) = x + softplus(−x):
        // w·y·softplus(−x) + (1 − y)·softplus(x) = (1 − y)·x + (1 + (w − 1)·y)·softplus(−x).
        let scale = move |y: T| T::ONE.add(w.sub(T::ONE).mul(y));
        let f = move |x: T, y: T| T::ONE.sub(y).mul(x).add(scale(y).mul(softplus(x.neg())));
        let by_x = move |x: T, y: T| T::ONE.sub(y).sub(scale(y).mul(x.neg().sigmoid()));
        let by_y = move |x: T, _| w.sub(T::ONE).mul(softplus(x.neg())).sub(x);
        self.reduction.apply(of_pairs("bce_with_logits", logits, target, f, by_x, by_y))
    }
}
