//! The settings of a run.

use std::path::PathBuf;
use std::time::Duration;

use super::history::{History, Monitor};
use crate::error::{Error, Result};
use crate::optim::schedule::{ReduceOnPlateau, Schedule};

/// How to train. What is not said is as in [`Plan::default`].
///
/// ```
/// use nn::optim::schedule::{Cosine, Schedule};
/// use nn::train::{Monitor, Plan, Rate};
/// let plan = Plan {
///     epochs: 30,
///     rate: Rate::scheduled(Cosine::new(1e-3, 1000).warm_up(100, 0.01)),
///     clip_norm: Some(1.0),
///     monitor: Monitor::greatest("accuracy"),
///     patience: Some(5),
///     directory: Some("runs/mine".into()),
///     ..Plan::default()
/// };
/// ```
#[derive(Debug)]
pub struct Plan {
    /// Epochs in all, those of a resumed run included; 10 by default.
    pub epochs: u64,
    /// Steps in all, within an epoch if need be; not limited by default.
    pub steps: Option<u64>,
    /// Where the learning rate comes from.
    pub rate: Rate,
    /// Batches per step: their gradients are averaged; 1 by default. What remains at the end of an epoch makes a step,
    /// too.
    pub accumulate: usize,
    /// The greatest 2-norm of the gradient: [`Gradients::clip_norm`](crate::Gradients::clip_norm).
    pub clip_norm: Option<f64>,
    /// The greatest element of the gradient: [`Gradients::clip_value`](crate::Gradients::clip_value).
    pub clip_value: Option<f64>,
    /// The decay of an average of the weights, which validation then uses: [`Ema`](crate::optim::Ema).
    pub ema: Option<f64>,
    /// Whether to stop with [`Error::Fault`] at the first value or gradient that is not finite, instead of training on:
    /// [`Tape::checked`](crate::Tape::checked).
    pub checked: bool,
    /// What tells the best epoch.
    pub monitor: Monitor,
    /// Stop after so many epochs that were no better than the best one before them.
    pub patience: Option<u64>,
    /// Where to keep `checkpoint.nn`, everything that is needed to go on, and `best.nn`, the model after the best epoch
    /// (with averaged weights, if there are any). With it, Ctrl-C ends training after the present step, and saves.
    pub directory: Option<PathBuf>,
    /// How much work may get lost: a checkpoint is written after a step or an epoch when the last one is so old, and at
    /// the end; 10 s by default.
    pub save_every: Duration,
    /// Whether to show neither a progress bar nor lines.
    pub quiet: bool,
}

/// Where the learning rate comes from.
pub enum Rate {
    /// From the optimizer, unchanged.
    Own,
    /// From a schedule, by the optimizer's count of steps.
    Scheduled(Box<dyn Schedule>),
    /// From the figure that is monitored, observed after every epoch.
    OnPlateau(ReduceOnPlateau),
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            epochs: 10,
            steps: None,
            rate: Rate::Own,
            accumulate: 1,
            clip_norm: None,
            clip_value: None,
            ema: None,
            checked: false,
            monitor: Monitor::default(),
            patience: None,
            directory: None,
            save_every: Duration::from_secs(10),
            quiet: false,
        }
    }
}

impl Rate {
    /// From a schedule, by the optimizer's count of steps.
    pub fn scheduled(schedule: impl Schedule + 'static) -> Self {
        Rate::Scheduled(Box::new(schedule))
    }

    /// The rate of the next step; `None` for the optimizer's own.
    ///
    /// A function of what has happened, so that there is nothing to save: a plateau sees the whole history again.
    pub(super) fn of_step(&self, steps: u64, history: &History, monitor: &Monitor) -> Option<f64> {
        match self {
            Rate::Own => None,
            Rate::Scheduled(schedule) => Some(schedule.rate(steps)),
            Rate::OnPlateau(plateau) => {
                let mut plateau = plateau.clone();
                for epoch in &history.epochs {
                    plateau.observe(monitor.of(epoch));
                }
                Some(plateau.rate())
            }
        }
    }
}

impl Plan {
    /// Fails if the plan goes by a figure that the last epoch does not have.
    pub(super) fn check(&self, history: &History) -> Result<()> {
        let goes_by_it = self.patience.is_some() || matches!(self.rate, Rate::OnPlateau(_));
        match history.epochs.last() {
            Some(epoch) if goes_by_it && !epoch.validation.contains_key(&self.monitor.figure) => {
                let measured = epoch.validation.keys().cloned().collect();
                Err(Error::NotMeasured { figure: self.monitor.figure.clone(), measured })
            }
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Rate::Own => f.write_str("Own"),
            Rate::Scheduled(_) => f.write_str("Scheduled(…)"),
            Rate::OnPlateau(plateau) => f.debug_tuple("OnPlateau").field(plateau).finish(),
        }
    }
}
