//! Schedules made of two.

use super::Schedule;

/// One schedule after the other: [`Schedule::then`].
#[derive(Debug, Clone, PartialEq)]
pub struct Then<A, B> {
    pub(super) first: A,
    pub(super) milestone: u64,
    pub(super) next: B,
}

impl<A: Schedule, B: Schedule> Schedule for Then<A, B> {
    fn rate(&self, step: u64) -> f64 {
        match step.checked_sub(self.milestone) {
            None => self.first.rate(step),
            Some(step) => self.next.rate(step),
        }
    }
}

/// The product of two schedules: [`Schedule::times`].
#[derive(Debug, Clone, PartialEq)]
pub struct Times<A, B> {
    pub(super) schedule: A,
    pub(super) factor: B,
}

impl<A: Schedule, B: Schedule> Schedule for Times<A, B> {
    fn rate(&self, step: u64) -> f64 {
        self.schedule.rate(step) * self.factor.rate(step)
    }
}
