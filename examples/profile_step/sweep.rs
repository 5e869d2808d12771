//! Several settings beside each other.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use array_core::io::atomic_write;
use array_core::machine::Machine;
use nn::profile::{Cost, Profile, Stage};
use nn::{Error, Result};
use serde_json::{Value, json};

use super::options::{Options, Setting};
use super::plot::draw;
use super::{measure, profile};

/// How often each setting gets its turn.
const ROUNDS: u32 = 3;

/// What came out for one setting: the fastest of its turns.
pub struct Outcome<'a> {
    pub setting: &'a Setting,
    /// The time of a step.
    pub seconds: f64,
    pub flops: f64,
    /// The machine's peak for this setting, in FLOP/s.
    pub peak: f64,
}

impl Outcome<'_> {
    /// FLOP/s
    pub fn rate(&self) -> f64 {
        self.flops / self.seconds
    }
}

/// Measures all settings by turns, prints a table, writes CSV, JSON and a plot.
pub fn run<'s>(options: &Options, settings: &'s [Setting]) -> Result<()> {
    let mut threads: Vec<usize> = settings.iter().map(|setting| setting.threads).collect();
    threads.sort_unstable();
    threads.dedup();
    let machines: Vec<(usize, Machine)> =
        threads.into_iter().map(|threads| (threads, measure(threads))).collect();
    let machine = |setting: &Setting| {
        let found = machines.iter().find(|(threads, _)| *threads == setting.threads);
        &found.unwrap_or(&machines[0]).1
    };

    let mut best: Vec<Option<Profile>> = settings.iter().map(|_| None).collect();
    for _ in 0..ROUNDS {
        for (setting, best) in settings.iter().zip(&mut best) {
            let profile = profile(machine(setting), setting, options.time / ROUNDS)?;
            if best.as_ref().is_none_or(|best| profile.step < best.step) {
                *best = Some(profile);
            }
        }
    }
    let outcome = |(setting, profile): (&'s Setting, Option<Profile>)| {
        let profile = profile?;
        let work: Cost = Stage::ALL.into_iter().map(|stage| profile.work(stage)).sum();
        let peak = profile.machine.peak(setting.dtype, setting.isa, setting.threads)?;
        Some(Outcome { setting, seconds: profile.step.as_secs_f64(), flops: work.flops as f64, peak })
    };
    let outcomes: Vec<Outcome<'s>> = settings.iter().zip(best).filter_map(outcome).collect();

    let table = csv(&outcomes);
    let out = &options.out;
    save(&out.join("sweep.csv"), &table)?;
    let json = json(&machines[0].1, &outcomes);
    save(&out.join("sweep.json"), &format!("{json:#}\n"))?;
    let plot = out.join("sweep.svg");
    let key = options.swept.last().map_or("batch", String::as_str);
    let svg = draw(key, &outcomes)
        .map_err(|error| Error::Plot { path: plot.clone(), message: error.to_string() })?;
    save(&plot, &svg)?;
    if options.json {
        println!("{json:#}");
        return Ok(());
    }
    print!("{}", aligned(&table));
    println!("wrote sweep.csv, sweep.json and sweep.svg to {}", out.display());
    Ok(())
}

fn save(path: &Path, text: &str) -> Result<()> {
    atomic_write(path, |file| file.write_all(text.as_bytes())).map_err(|source| Error::Io {
        path: path.to_path_buf(),
        action: "write",
        source,
    })
}

fn csv(outcomes: &[Outcome<'_>]) -> String {
    let mut text =
        "model,batch,width,depth,dtype,isa,engine,threads,seconds,gflop_per_s,of_peak\n".to_string();
    for outcome in outcomes {
        let Setting { model, batch, width, depth, dtype, threads, isa, engine } = outcome.setting;
        let (model, isa, engine) = (model.name(), isa.name(), engine.name());
        let (rate, share) = (outcome.rate() / 1e9, outcome.rate() / outcome.peak);
        let seconds = outcome.seconds;
        let _ = writeln!(
            text,
            "{model},{batch},{width},{depth},{dtype},{isa},{engine},{threads},{seconds:.3e},{rate:.2},{share:.4}"
        );
    }
    text
}

/// The CSV with its columns below each other.
fn aligned(csv: &str) -> String {
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
        text += &cells.collect::<Vec<_>>().join("  ");
        text.push('\n');
    }
    text
}

fn json(machine: &Machine, outcomes: &[Outcome<'_>]) -> Value {
    let rows = outcomes.iter().map(|outcome| {
        let Setting { model, batch, width, depth, dtype, threads, isa, engine } = outcome.setting;
        json!({
            "model": model.name(), "batch": batch, "width": width, "depth": depth, "dtype": dtype.to_string(),
            "isa": isa.name(), "engine": engine.name(), "threads": threads,
            "seconds": outcome.seconds, "flops": outcome.flops, "peak": outcome.peak,
        })
    });
    json!({"version": 1, "cpu": machine.cpu, "rows": rows.collect::<Vec<_>>()})
}
