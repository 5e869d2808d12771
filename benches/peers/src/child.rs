//! The process that measures, on the threads that its environment says.

use array_core::default_rng;
use serde::{Deserialize, Serialize};

use crate::measure::{Outcome, measure};
use crate::options::Options;
use crate::python::Python;
use crate::rows;

/// What it tells, a line each.
#[derive(Serialize, Deserialize)]
pub enum Message {
    /// A library in Python and its version.
    Version(String),
    /// Something is missing, and the run goes on without.
    Missing(String),
    Outcome(Outcome),
}

/// Python's libraries.
const LIBRARIES: [&str; 3] = ["numpy", "torch", "jax"];

pub fn run(options: &Options) -> Result<(), String> {
    let mut pythons = Vec::new();
    for library in LIBRARIES.iter().filter(|_| !options.ours) {
        match Python::start(library) {
            Ok(python) => {
                tell(&Message::Version(python.version.clone()))?;
                pythons.push(python);
            }
            Err(fault) => tell(&Message::Missing(format!("{library}: {fault}")))?,
        }
    }
    for row in rows::all().iter().filter(|row| options.wants(row.name)) {
        let mut contest = (row.prepare)(&mut default_rng(0));
        if options.ours {
            contest.candidates.truncate(1);
        }
        let mut faults = Vec::new();
        for python in &pythons {
            match python.candidates(row, &contest) {
                Ok(candidates) => contest.candidates.extend(candidates),
                Err(fault) => faults.push(format!("{}: {fault}", python.version)),
            }
        }
        let mut outcome = measure(row, contest.candidates, options.clock);
        outcome.faults.extend(faults);
        tell(&Message::Outcome(outcome))?;
    }
    Ok(())
}

fn tell(message: &Message) -> Result<(), String> {
    println!("{}", serde_json::to_string(message).map_err(|error| error.to_string())?);
    Ok(())
}
