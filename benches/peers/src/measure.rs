//! Candidates agree, then take turns: what else the machine does falls on all of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::contest::{Candidate, Clock, Row};

/// Seconds of one turn, about: shorter work is repeated within it.
const TURN: f64 = 0.005;
/// Turns of every candidate; then those who are left behind leave.
const FIRST_TURNS: usize = 3;
/// Who takes so many times longer than the best peer is left behind.
const BEHIND: f64 = 1.5;
/// Turns of the others, at most.
const TURNS: usize = 25;
/// Seconds after which they end anyway.
const SECONDS: f64 = 2.5;

/// What came of a row.
#[derive(Serialize, Deserialize)]
pub struct Outcome {
    pub row: String,
    pub target: f64,
    /// Ours first.
    pub times: Vec<Times>,
    /// Who cannot take part, and why.
    pub faults: Vec<String>,
}

/// Seconds that a candidate takes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Times {
    pub name: String,
    pub best: f64,
    pub median: f64,
}

impl Outcome {
    pub fn ours(&self) -> Option<&Times> {
        self.times.iter().find(|times| times.name == "ours")
    }

    /// The fastest of all peers.
    pub fn best_peer(&self) -> Option<&Times> {
        best(self.times.iter().filter(|times| times.name != "ours"))
    }

    /// The fastest variant of one library.
    pub fn best_of(&self, library: &str) -> Option<&Times> {
        // `ndarray-par` is a variant of `ndarray`.
        best(self.times.iter().filter(|times| times.name.split('-').next() == Some(library)))
    }

    /// The best peer's time over ours; above 1 is faster than everybody.
    pub fn ratio(&self) -> Option<f64> {
        Some(self.best_peer()?.best / self.ours()?.best)
    }
}

fn best<'a>(times: impl Iterator<Item = &'a Times>) -> Option<&'a Times> {
    times.min_by(|a, b| a.best.total_cmp(&b.best))
}

/// Checks that the candidates agree with the first and measures those that do.
pub fn measure(row: &Row, candidates: Vec<Candidate>, clock: Clock) -> Outcome {
    let mut faults = Vec::new();
    let mut runners = Vec::new();
    let mut ours: Option<Vec<f64>> = None;
    for mut candidate in candidates {
        let answers = (0..row.repeats).map(|_| attempt(|| candidate.work.answer()));
        let checked =
            answers.collect::<Result<Vec<_>, _>>().map(|answers| answers.concat()).and_then(|numbers| {
                match &ours {
                    Some(ours) => row.agreement.check(ours, &numbers),
                    None => {
                        ours = Some(numbers);
                        Ok(())
                    }
                }
            });
        let name = candidate.name.clone();
        match checked.and_then(|()| Runner::new(candidate, clock)) {
            Ok(runner) => runners.push(runner),
            Err(fault) => faults.push(format!("{name}: {fault}")),
        }
    }
    faults.extend(take_turns(&mut runners));
    let times = runners.iter().filter_map(Runner::times).collect();
    Outcome { row: row.name.to_string(), target: row.target, times, faults }
}

/// Lets the candidates take turns; what went wrong.
fn take_turns(runners: &mut Vec<Runner>) -> Vec<String> {
    let mut faults = Vec::new();
    let start = Instant::now();
    for turn in 0..TURNS {
        if turn == FIRST_TURNS {
            let peers = runners.iter().filter(|runner| !runner.is_ours());
            let best = peers.map(Runner::best).fold(f64::INFINITY, f64::min);
            for runner in runners.iter_mut() {
                runner.is_behind = !runner.is_ours() && runner.best() > BEHIND * best;
            }
        }
        if turn >= FIRST_TURNS && start.elapsed().as_secs_f64() > SECONDS {
            break;
        }
        runners.retain_mut(|runner| match runner.turn() {
            Ok(()) => true,
            Err(fault) => {
                faults.push(format!("{}: {fault}", runner.candidate.name));
                false
            }
        });
    }
    faults
}

/// A candidate and its times.
struct Runner {
    candidate: Candidate,
    clock: Clock,
    /// How often the work is done in one turn.
    count: usize,
    times: Vec<f64>,
    is_behind: bool,
}

impl Runner {
    /// Finds out how often the work fits into a turn; it is warm then.
    fn new(mut candidate: Candidate, clock: Clock) -> Result<Runner, String> {
        let mut count = 1;
        loop {
            let seconds = attempt(|| candidate.work.seconds(count, clock))?.max(1e-9);
            if seconds * count as f64 >= TURN / 2.0 {
                return Ok(Runner { candidate, clock, count, times: Vec::new(), is_behind: false });
            }
            // The first calls are slow: not more than ten times as many at once.
            count = ((TURN / seconds).ceil() as usize).clamp(count + 1, 10 * count);
        }
    }

    fn is_ours(&self) -> bool {
        self.candidate.name == "ours"
    }

    fn turn(&mut self) -> Result<(), String> {
        if !self.is_behind {
            if self.count > 1 {
                // Its threads are awake then, and the caches hold what its own calls leave there; else a variant whose
                // turn follows another's on the same arrays would be ahead of whoever follows a stranger.
                attempt(|| self.candidate.work.seconds(1, self.clock))?;
            }
            self.times.push(attempt(|| self.candidate.work.seconds(self.count, self.clock))?);
        }
        Ok(())
    }

    fn best(&self) -> f64 {
        self.times.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn times(&self) -> Option<Times> {
        let mut sorted = self.times.clone();
        sorted.sort_by(f64::total_cmp);
        let median = *sorted.get(sorted.len() / 2)?;
        Some(Times { name: self.candidate.name.clone(), best: self.best(), median })
    }
}

/// A peer that panics must not end the run.
fn attempt<R>(work: impl FnOnce() -> Result<R, String>) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("panicked; see its message above".to_string()))
}
