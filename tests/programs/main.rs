//! Programs of random operations, replayed against what NumPy makes of them; `tests/reference/programs.py` writes
//! them and says what they are made of. `ARRAY_CORE_PROGRAMS=<file>` replays a fresh set instead of the stored one.
//!
//! What is to be the same to the bit is stored as a checksum. Where an error is allowed, NumPy's values are stored;
//! ours must lie within the stated bound, and the program goes on with NumPy's. Where NumPy raises an error, the
//! `try_` form must fail, and what it was to write to must be as before.

#[path = "../reference/bits.rs"]
mod bits;
mod bound;
mod call;
mod compare;
mod input;
mod ops;

use std::collections::BTreeMap;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use call::{Call, Machine};

/// The text of the programs, one a line.
fn programs() -> String {
    let stored = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/data/programs.txt.gz");
    let path = std::env::var("ARRAY_CORE_PROGRAMS").unwrap_or_else(|_| stored.to_string());
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    text
}

/// Runs one step. What went wrong, if anything did.
fn run(machine: &mut Machine, step: &str) -> Result<(), String> {
    let Some((operation, expected)) = step.split_once(" = ") else {
        let words: Vec<&str> = step.split(' ').collect();
        machine.push(Some(input::make(&words[1..])));
        return Ok(());
    };
    let mut call = Call::new(machine, operation);
    let bound = expected.starts_with('~').then(|| bound::Bound::of(&call));
    let result = catch_unwind(AssertUnwindSafe(|| ops::run(&mut call)))
        .map_err(|panic| match panic.downcast_ref::<String>() {
            Some(message) => format!("panic: {message}"),
            None => "panic".to_string(),
        })?
        .ok_or("no such operation on this dtype")?;
    let result = compare::compare(result, expected, bound)?;
    machine.push(result);
    Ok(())
}

#[test]
fn programs_give_what_numpy_gives() {
    let text = programs();
    // Several of the same kind tell more than the first of all.
    let mut failures: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut count = 0;
    for program in text.lines() {
        count += 1;
        let mut machine = Machine::new(program);
        for (number, step) in program.split('|').enumerate() {
            if let Err(message) = run(&mut machine, step) {
                let name = step.split(' ').next().unwrap_or_default();
                let failure = format!("step {number}: {step}\n  {message}\n  of {program}");
                failures.entry(name.to_string()).or_default().push(failure);
                break;
            }
        }
    }
    let mut report = String::new();
    for (name, failures) in &failures {
        report += &format!(
            "{name}: {} failures\n{}\n",
            failures.len(),
            failures[..failures.len().min(3)].join("\n")
        );
    }
    assert!(failures.is_empty(), "of {count} programs, some fail\n{report}");
    assert!(count >= 5000, "{count} programs");
}
