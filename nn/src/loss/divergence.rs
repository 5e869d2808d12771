//! Distances of distributions.

use super::elementwise::{expect_same_shape, of_pairs};
use super::losses;
use crate::autograd::Var;
use crate::scalar::Scalar;

losses! {
    /// The Kullback-Leibler divergence y·(ln y − x) of log-probabilities x and probabilities y, 0 where y is 0: PyTorch's
    /// `KLDivLoss`.
    ///
    /// The mean is over all elements. The divergence itself, summed over classes, is the mean over rows:
    /// see [`KlDivergence::batch_mean`].
    KlDivergence() {
        /// Whether targets are log-probabilities too.
        log_target: bool = false;
        /// Whether the sum is divided by the size of the first axis: PyTorch's `reduction="batchmean"`. The reduction
        /// does not matter then.
        batch_mean: bool = false;
    }
}

impl KlDivergence {
    /// The loss of log-probabilities and targets of one shape.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, log_probabilities: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        let op = "kl_divergence";
        expect_same_shape(op, log_probabilities, target);
        let losses = if self.log_target {
            let f = |x: T, y: T| y.exp().mul(y.sub(x));
            let by_y = |x: T, y: T| y.exp().mul(y.sub(x).add(T::ONE));
            of_pairs(op, log_probabilities, target, f, |_, y| y.exp().neg(), by_y)
        } else {
            let f = |x: T, y: T| if y == T::ZERO { T::ZERO } else { y.mul(y.ln().sub(x)) };
            let by_y = |x: T, y: T| if y == T::ZERO { x.neg() } else { y.ln().add(T::ONE).sub(x) };
            of_pairs(op, log_probabilities, target, f, |_, y| y.neg(), by_y)
        };
        if self.batch_mean {
            let rows = losses.shape().first().copied().unwrap_or(1);
            return losses.sum() / T::from_f64(rows as f64);
        }
        self.reduction.apply(losses)
    }
}
