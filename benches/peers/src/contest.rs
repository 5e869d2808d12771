//! What is compared: the same work, done by ours and by others, from the same numbers.

use std::hint::black_box;
use std::time::Instant;

use array_core::io::AnyArray;
use array_core::random::Generator;

use cpu_time::ProcessTime;

use crate::answer::{Agreement, Answer};

/// One line of the table.
pub struct Row {
    pub name: &'static str,
    /// The best peer's time over ours is to reach this.
    pub target: f64,
    pub agreement: Agreement,
    /// How often the work is done for the answer that is compared: each training step builds on those before.
    pub repeats: usize,
    /// Makes the inputs and whoever works on them.
    pub prepare: Box<dyn Fn(&mut Generator) -> Contest>,
}

impl Row {
    /// A row whose answers agree to `tolerance` of the largest number in them.
    pub fn new(
        name: &'static str,
        target: f64,
        tolerance: f64,
        prepare: impl Fn(&mut Generator) -> Contest + 'static,
    ) -> Row {
        let agreement = Agreement::Values(tolerance);
        Row { name, target, agreement, repeats: 1, prepare: Box::new(prepare) }
    }

    /// Lets signs, phases and order within the answers differ, as those of eigenvectors may.
    pub fn magnitudes(mut self) -> Row {
        self.agreement = Agreement::Magnitudes(self.agreement.tolerance());
        self
    }

    /// Compares the answers of so many repeats.
    pub fn repeated(mut self, repeats: usize) -> Row {
        self.repeats = repeats;
        self
    }
}

/// The inputs of a row and whoever works on them in this process; Python's rows are in `python/`.
pub struct Contest {
    /// Handed to Python.
    pub inputs: Vec<AnyArray>,
    /// Ours first.
    pub candidates: Vec<Candidate>,
}

impl Contest {
    /// Our side: a function that owns what was made of the inputs.
    pub fn new<R: Answer>(inputs: impl Into<Vec<AnyArray>>, ours: impl FnMut() -> R + 'static) -> Contest {
        Contest { inputs: inputs.into(), candidates: Vec::new() }.peer("ours", ours)
    }

    /// Another library's. What stands behind a dash tells its variants apart: `ndarray-par` is one of `ndarray`.
    pub fn peer<R: Answer>(mut self, name: &str, run: impl FnMut() -> R + 'static) -> Contest {
        self.candidates.push(Candidate::boxed(name, Box::new(Here(run))));
        self
    }
}

/// One library's way to do a row's work.
pub struct Candidate {
    pub name: String,
    pub work: Box<dyn Work>,
}

impl Candidate {
    pub fn boxed(name: &str, work: Box<dyn Work>) -> Candidate {
        Candidate { name: name.to_string(), work }
    }
}

/// Work that can be checked and timed.
pub trait Work {
    /// Does it once; the numbers of the answer.
    fn answer(&mut self) -> Result<Vec<f64>, String>;

    /// Does it so many times; seconds per time. Dropping the answers counts.
    fn seconds(&mut self, count: usize, clock: Clock) -> Result<f64, String>;
}

/// What time is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// What passes.
    Wall,
    /// What the process is given: on one thread the same, but for what else the machine does meanwhile.
    Cpu,
}

/// Work of this process. The loop is compiled around the function: calling it costs nothing.
struct Here<F>(F);

impl<R: Answer, F: FnMut() -> R> Work for Here<F> {
    fn answer(&mut self) -> Result<Vec<f64>, String> {
        (self.0)().numbers()
    }

    fn seconds(&mut self, count: usize, clock: Clock) -> Result<f64, String> {
        let (start, cpu) = (Instant::now(), ProcessTime::now());
        for _ in 0..count {
            black_box((self.0)());
        }
        let time = match clock {
            Clock::Wall => start.elapsed(),
            Clock::Cpu => cpu.elapsed(),
        };
        Ok(time.as_secs_f64() / count as f64)
    }
}
