//! Rates that fall, or rise, by a simple formula; η is the rate given, t the step.

use super::Schedule;

/// η, always.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constant {
    rate: f64,
}

impl Constant {
    /// The rate η at every step.
    pub fn new(rate: f64) -> Self {
        Constant { rate }
    }
}

impl Schedule for Constant {
    fn rate(&self, _: u64) -> f64 {
        self.rate
    }
}

/// From one rate to another in equal steps; then it stays. PyTorch's `LinearLR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linear {
    from: f64,
    to: f64,
    steps: u64,
}

impl Linear {
    /// From the rate `from` at step 0 to the rate `to` at step `steps`.
    ///
    /// # Panics
    /// If `steps` is 0.
    #[track_caller]
    pub fn new(from: f64, to: f64, steps: u64) -> Self {
        assert!(steps > 0, "Linear: at least one step is needed");
        Linear { from, to, steps }
    }
}

impl Schedule for Linear {
    fn rate(&self, step: u64) -> f64 {
        let done = step.min(self.steps) as f64 / self.steps as f64;
        self.from + (self.to - self.from) * done
    }
}

/// η·γ^⌊t/every⌋: PyTorch's `StepLR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepDecay {
    rate: f64,
    every: u64,
    gamma: f64,
}

impl StepDecay {
    /// The rate η, multiplied by γ every so many steps.
    ///
    /// # Panics
    /// If `every` is 0.
    #[track_caller]
    pub fn new(rate: f64, every: u64, gamma: f64) -> Self {
        assert!(every > 0, "StepDecay: at least one step is needed");
        StepDecay { rate, every, gamma }
    }
}

impl Schedule for StepDecay {
    fn rate(&self, step: u64) -> f64 {
        self.rate * self.gamma.powf((step / self.every) as f64)
    }
}

/// η·γⁿ, where n is the number of milestones reached: PyTorch's `MultiStepLR`.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiStep {
    rate: f64,
    milestones: Vec<u64>,
    gamma: f64,
}

impl MultiStep {
    /// The rate η, multiplied by γ at each of these steps. One that is given repeatedly counts as often.
    pub fn new(rate: f64, milestones: impl Into<Vec<u64>>, gamma: f64) -> Self {
        MultiStep { rate, milestones: milestones.into(), gamma }
    }
}

impl Schedule for MultiStep {
    fn rate(&self, step: u64) -> f64 {
        let reached = self.milestones.iter().filter(|&&milestone| milestone <= step).count();
        self.rate * self.gamma.powf(reached as f64)
    }
}

/// η·γᵗ: PyTorch's `ExponentialLR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exponential {
    rate: f64,
    gamma: f64,
}

impl Exponential {
    /// The rate η, multiplied by γ at every step.
    pub fn new(rate: f64, gamma: f64) -> Self {
        Exponential { rate, gamma }
    }
}

impl Schedule for Exponential {
    fn rate(&self, step: u64) -> f64 {
        self.rate * self.gamma.powf(step as f64)
    }
}

/// η·(1 − t/steps)^power down to 0, where it stays: PyTorch's `PolynomialLR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polynomial {
    rate: f64,
    steps: u64,
    power: f64,
}

impl Polynomial {
    /// The rate η, falling to 0 within so many steps; linearly for power 1.
    ///
    /// # Panics
    /// If `steps` is 0.
    #[track_caller]
    pub fn new(rate: f64, steps: u64, power: f64) -> Self {
        assert!(steps > 0, "Polynomial: at least one step is needed");
        Polynomial { rate, steps, power }
    }
}

impl Schedule for Polynomial {
    fn rate(&self, step: u64) -> f64 {
        let done = step.min(self.steps) as f64 / self.steps as f64;
        self.rate * (1.0 - done).powf(self.power)
    }
}
