//! Schedules: the learning rate as a function of the step.
//!
//! A schedule is a pure function, so that there is nothing to save and a resumed run goes on with the right
//! rate: the optimizer counts the steps. Steps may be batches or epochs, as one likes.
//!
//! ```
//! use nn::optim::schedule::{Cosine, Schedule};
//! use nn::{Adam, Optimizer};
//! let schedule = Cosine::new(1e-3, 900).warm_up(100, 0.01);
//! let mut adam: Adam = Adam::new(0.0);
//! // Before every step:
//! adam.set_learning_rate(schedule.rate(adam.steps()));
//! assert_eq!(adam.learning_rate(), 1e-5);
//! ```
//!
//! [`ReduceOnPlateau`] looks at a measured quantity instead and has a state.

mod combine;
mod cosine;
mod decay;
mod one_cycle;
mod plateau;

pub use combine::{Then, Times};
pub use cosine::{Cosine, WarmRestarts};
pub use decay::{Constant, Exponential, Linear, MultiStep, Polynomial, StepDecay};
pub use one_cycle::OneCycle;
pub use plateau::ReduceOnPlateau;

/// A learning rate as a function of the step, counted from 0. Closures are schedules, too.
pub trait Schedule {
    /// The learning rate of a step.
    fn rate(&self, step: u64) -> f64;

    /// From step `milestone` on, another schedule, which counts its steps from there. PyTorch's `SequentialLR`.
    fn then<S: Schedule>(self, milestone: u64, next: S) -> Then<Self, S>
    where
        Self: Sized,
    {
        Then { first: self, milestone, next }
    }

    /// Begins with `steps` steps in which the rate rises linearly, from this schedule's first one times
    /// `start_factor`.
    ///
    /// # Panics
    /// If `steps` is 0.
    #[track_caller]
    fn warm_up(self, steps: u64, start_factor: f64) -> Then<Linear, Self>
    where
        Self: Sized,
    {
        let rate = self.rate(0);
        Linear::new(rate * start_factor, rate, steps).then(steps, self)
    }

    /// The product with another schedule, of rate about 1. PyTorch's `ChainedScheduler`.
    fn times<S: Schedule>(self, factor: S) -> Times<Self, S>
    where
        Self: Sized,
    {
        Times { schedule: self, factor }
    }
}

impl<F: Fn(u64) -> f64> Schedule for F {
    fn rate(&self, step: u64) -> f64 {
        self(step)
    }
}
