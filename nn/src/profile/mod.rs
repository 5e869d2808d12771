//! Where the time of a training step goes, against what the machine can do.
//!
//! [`profile`] makes training steps, every other one with the times of all operations kept, and says for each layer,
//! forward, backward and in the optimizer: time, floating-point operations, bytes, and how much of the attainable
//! *roof* that is. The roof of an operation is the time that its arithmetic takes at the machine's peak, or its bytes
//! at the bandwidth of the caches they fit, whichever is longer ([`Machine::roof`]); that of a layer is the sum over
//! its operations. Costs are those of the operations' own table, which traces print too. Times are means over the faster
//! half of the steps: what else the machine does makes steps slower, never faster.

mod events;
mod json;
mod measure;
mod plot;
mod table;

use std::time::Duration;

use array_core::machine::Machine;
use array_core::{DType, Engine, Isa};
use serde::Serialize;

pub use crate::autograd::ops::Cost;
pub use measure::{Profiler, profile};

/// A part of a training step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// From the inputs to the loss.
    Forward,
    /// From the loss to the gradients.
    Backward,
    /// From the gradients to better parameters.
    Optimizer,
    /// Giving back what the step has allocated.
    Release,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Stage; 4] = [Stage::Forward, Stage::Backward, Stage::Optimizer, Stage::Release];

    /// What tables call it.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Forward => "forward",
            Stage::Backward => "backward",
            Stage::Optimizer => "optimizer",
            Stage::Release => "release",
        }
    }
}

/// What keeps a part of the step from being faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bound {
    /// Arithmetic.
    Compute,
    /// Reading and writing.
    Memory,
    /// Neither: less than a quarter of the roof is reached, so that most of the time is spent on what comes with
    /// every operation whatever its size.
    Overhead,
}

impl Bound {
    /// What tables call it.
    pub const fn name(self) -> &'static str {
        match self {
            Bound::Compute => "compute",
            Bound::Memory => "memory",
            Bound::Overhead => "overhead",
        }
    }
}

/// One layer's share of one stage. What a layer's own layers do is theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileRow {
    /// The path of the layer; in parentheses, what belongs to none: an operation's name, or what the time between
    /// operations went to.
    pub path: String,
    /// What the layer calls itself, such as `Dense 64 → 32`.
    pub layer: Option<String>,
    /// The part of the step.
    pub stage: Stage,
    /// The operations, each once.
    pub ops: Vec<&'static str>,
    /// The mean time over the faster half of the steps.
    pub time: Duration,
    /// The work of a step.
    pub work: Cost,
    /// The least time that the work can take on this machine; zero if there is no work.
    pub roof: Duration,
    /// What binds; `None` if there is no work.
    pub bound: Option<Bound>,
}

impl ProfileRow {
    /// Floating-point operations per second.
    pub fn flops_per_second(&self) -> f64 {
        self.work.flops as f64 / self.time.as_secs_f64()
    }

    /// Bytes per second.
    pub fn bytes_per_second(&self) -> f64 {
        self.work.bytes as f64 / self.time.as_secs_f64()
    }

    /// Floating-point operations per byte: the arithmetic intensity.
    pub fn intensity(&self) -> f64 {
        self.work.flops as f64 / self.work.bytes as f64
    }

    /// The fraction of the roof that is reached, from 0 to 1; `None` if there is no work.
    pub fn of_roof(&self) -> Option<f64> {
        self.bound.map(|_| self.roof.as_secs_f64() / self.time.as_secs_f64())
    }
}

/// Where the time of a training step went.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The machine, as measured.
    pub machine: Machine,
    /// The element type.
    pub dtype: DType,
    /// The instruction set in use.
    pub isa: Isa,
    /// The engine of matrix products in use.
    pub engine: Engine,
    /// How many threads operations could use.
    pub threads: usize,
    /// How many steps were made of either kind.
    pub steps: usize,
    /// The most bytes of buffers in use at once, over what the caller had before, such as parameters and data: the
    /// tape's values, gradients, the optimizer's state. Sizes are those of recycled buffers, up to a quarter larger than
    /// their arrays.
    pub memory: u64,
    /// The mean time over the faster half of the steps that nobody looked at.
    pub step: Duration,
    /// The mean time over the faster half of the steps with the times of operations kept.
    pub timed_step: Duration,
    /// Layers in the order of the pass, stage by stage.
    pub rows: Vec<ProfileRow>,
}

impl Profile {
    /// The work of a stage.
    pub fn work(&self, stage: Stage) -> Cost {
        self.rows.iter().filter(|row| row.stage == stage).map(|row| row.work).sum()
    }

    /// The time of a stage.
    pub fn time(&self, stage: Stage) -> Duration {
        self.rows.iter().filter(|row| row.stage == stage).map(|row| row.time).sum()
    }

    /// The sum of all rows' times: that of [`timed_step`](Profile::timed_step), and that of [`step`](Profile::step) but
    /// for what keeping times costs.
    pub fn sum(&self) -> Duration {
        self.rows.iter().map(|row| row.time).sum()
    }
}
