//! Rates that fall along a cosine, once or with restarts.
//!
//! Source: I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017,
//! equation 5.

use std::f64::consts::PI;

use super::Schedule;

/// From `high` at `done` = 0 to `low` at `done` = 1 along half a cosine, and up again beyond.
pub(super) fn half_cosine(high: f64, low: f64, done: f64) -> f64 {
    low + (high - low) * (1.0 + (PI * done).cos()) / 2.0
}

/// ηmin + (η − ηmin)·(1 + cos(π·t/period))/2: PyTorch's `CosineAnnealingLR`.
///
/// After `period` steps the rate rises again, as PyTorch's does; [`Schedule::then`] can keep it down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cosine {
    rate: f64,
    period: u64,
    minimum: f64,
}

impl Cosine {
    /// The rate η, falling to 0 within `period` steps: PyTorch's `T_max`.
    ///
    /// # Panics
    /// If `period` is 0.
    #[track_caller]
    pub fn new(rate: f64, period: u64) -> Self {
        assert!(period > 0, "Cosine: a period has at least one step");
        Cosine { rate, period, minimum: 0.0 }
    }

    /// Sets ηmin, 0 by default.
    pub fn minimum(self, minimum: f64) -> Self {
        Cosine { minimum, ..self }
    }
}

impl Schedule for Cosine {
    fn rate(&self, step: u64) -> f64 {
        half_cosine(self.rate, self.minimum, step as f64 / self.period as f64)
    }
}

/// [`Cosine`] again and again from the top, with periods that may grow: PyTorch's `CosineAnnealingWarmRestarts`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WarmRestarts {
    rate: f64,
    period: u64,
    growth: u64,
    minimum: f64,
}

impl WarmRestarts {
    /// The rate η, falling towards 0 in periods of this many steps: PyTorch's `T_0`.
    ///
    /// # Panics
    /// If `period` is 0.
    #[track_caller]
    pub fn new(rate: f64, period: u64) -> Self {
        assert!(period > 0, "WarmRestarts: a period has at least one step");
        WarmRestarts { rate, period, growth: 1, minimum: 0.0 }
    }

    /// Sets by which factor each period is longer than the one before, 1 by default: PyTorch's `T_mult`.
    ///
    /// # Panics
    /// If it is 0.
    #[track_caller]
    pub fn growth(self, growth: u64) -> Self {
        assert!(growth > 0, "WarmRestarts: periods cannot shrink to nothing");
        WarmRestarts { growth, ..self }
    }

    /// Sets ηmin, 0 by default.
    pub fn minimum(self, minimum: f64) -> Self {
        WarmRestarts { minimum, ..self }
    }
}

impl Schedule for WarmRestarts {
    fn rate(&self, step: u64) -> f64 {
        let (mut step, mut period) = (step, self.period);
        if self.growth == 1 {
            step %= period;
        }
        while step >= period {
            step -= period;
            period = period.saturating_mul(self.growth);
        }
        half_cosine(self.rate, self.minimum, step as f64 / period as f64)
    }
}
