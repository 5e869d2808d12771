//! The rate that follows what is measured.

use serde::{Deserialize, Serialize};

/// Reductions by less than this are not worth it.
const LEAST_CHANGE: f64 = 1e-8;

/// Reduces the learning rate when a measured quantity, such as the loss on test data, no longer improves:
/// PyTorch's `ReduceLROnPlateau`.
///
/// ```
/// use nn::optim::schedule::ReduceOnPlateau;
/// let mut plateau = ReduceOnPlateau::new(0.1).patience(1);
/// let rates = [1.0, 0.5, 0.5, 0.5, 0.4].map(|loss| plateau.observe(loss));
/// assert_eq!(rates, [0.1, 0.1, 0.1, 0.010000000000000002, 0.010000000000000002]);
/// ```
///
/// It has a state, which serde can save and restore.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReduceOnPlateau {
    rate: f64,
    maximize: bool,
    factor: f64,
    patience: u64,
    threshold: f64,
    relative: bool,
    cooldown: u64,
    minimum: f64,
    /// The best value so far, if any was good enough to count.
    best: Option<f64>,
    /// Observations without improvement.
    bad: u64,
    /// Observations until bad ones count again.
    cooling: u64,
}

impl ReduceOnPlateau {
    /// Starts with this rate, for a quantity that should fall.
    pub fn new(rate: f64) -> Self {
        ReduceOnPlateau {
            rate,
            maximize: false,
            factor: 0.1,
            patience: 10,
            threshold: 1e-4,
            relative: true,
            cooldown: 0,
            minimum: 0.0,
            best: None,
            bad: 0,
            cooling: 0,
        }
    }

    /// For a quantity that should rise, such as an accuracy.
    pub fn maximize(self) -> Self {
        ReduceOnPlateau { maximize: true, ..self }
    }

    /// Sets the factor of each reduction, 0.1 by default.
    ///
    /// # Panics
    /// If it does not lie in [0, 1).
    #[track_caller]
    pub fn factor(self, factor: f64) -> Self {
        assert!((0.0..1.0).contains(&factor), "ReduceOnPlateau: a factor of {factor} reduces nothing");
        ReduceOnPlateau { factor, ..self }
    }

    /// Sets how many observations without improvement are borne before the rate is reduced, 10 by default.
    pub fn patience(self, observations: u64) -> Self {
        ReduceOnPlateau { patience: observations, ..self }
    }

    /// Sets which part of the best value an improvement must exceed, 1e-4 by default.
    pub fn threshold(self, part: f64) -> Self {
        ReduceOnPlateau { threshold: part, relative: true, ..self }
    }

    /// Sets the amount that an improvement must exceed.
    pub fn absolute_threshold(self, amount: f64) -> Self {
        ReduceOnPlateau { threshold: amount, relative: false, ..self }
    }

    /// Sets for how many observations after a reduction bad ones do not count, 0 by default.
    pub fn cooldown(self, observations: u64) -> Self {
        ReduceOnPlateau { cooldown: observations, ..self }
    }

    /// Sets the least rate, 0 by default.
    pub fn minimum(self, rate: f64) -> Self {
        ReduceOnPlateau { minimum: rate, ..self }
    }

    /// The learning rate.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Takes note of a measurement; returns the learning rate from now on. NaN is no improvement.
    pub fn observe(&mut self, value: f64) -> f64 {
        if self.improves(value) {
            self.best = Some(value);
            self.bad = 0;
        } else {
            self.bad += 1;
        }
        if self.cooling > 0 {
            self.cooling -= 1;
            self.bad = 0;
        }
        if self.bad > self.patience {
            let reduced = (self.rate * self.factor).max(self.minimum);
            if self.rate - reduced > LEAST_CHANGE {
                self.rate = reduced;
            }
            self.cooling = self.cooldown;
            self.bad = 0;
        }
        self.rate
    }

    fn improves(&self, value: f64) -> bool {
        let sign = if self.maximize { 1.0 } else { -1.0 };
        let best = self.best.unwrap_or(-sign * f64::INFINITY);
        let (part, amount) = if self.relative { (self.threshold, 0.0) } else { (0.0, self.threshold) };
        sign * value > sign * (best * (1.0 + sign * part) + sign * amount)
    }
}
