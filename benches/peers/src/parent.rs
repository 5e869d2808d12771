//! The process that starts the others and shows what they tell.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::child::Message;
use crate::contest::Clock;
use crate::measure::Outcome;
use crate::options::Options;
use crate::report;

/// The variables that set the numbers of threads: of rayon (ours, ndarray, candle, burn, gemm, gemmkit, faer), of
/// matrixmultiply, and of Python's libraries, the last one that of XLA inside JAX.
const THREADS: [&str; 6] = [
    "RAYON_NUM_THREADS",
    "MATMUL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "PJRT_NPROC",
];

/// The rows on one number of threads.
pub struct Run {
    pub threads: usize,
    pub versions: Vec<String>,
    pub outcomes: Vec<Outcome>,
}

pub fn run(options: &Options) -> Result<(), String> {
    let mut runs = Vec::new();
    for &threads in &options.threads {
        runs.push(measure(options, threads)?);
    }
    if let Some(path) = &options.markdown {
        std::fs::write(path, report::markdown(&runs))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        println!("\nwritten to {}", path.display());
    }
    Ok(())
}

fn measure(options: &Options, threads: usize) -> Result<Run, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg("--child").args(options.ours.then_some("--ours"));
    command.args((options.clock == Clock::Cpu).then_some("--cpu-time"));
    command.arg("--rows").arg(options.rows.join(","));
    command.envs(THREADS.map(|variable| (variable, threads.to_string()))).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let stdout = child.stdout.take().ok_or("the process that measures has no output")?;
    let mut run = Run { threads, versions: Vec::new(), outcomes: Vec::new() };
    println!("\n{}", report::heading(threads));
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(|error| error.to_string())?;
        match serde_json::from_str(&line) {
            Ok(Message::Version(version)) => run.versions.push(version),
            Ok(Message::Missing(what)) => println!("without {what}"),
            Ok(Message::Outcome(outcome)) => {
                println!("{}", report::line(&outcome));
                run.outcomes.push(outcome);
            }
            Err(_) => println!("{line}"),
        }
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    println!("{}", report::footing(&run));
    if !status.success() {
        // What it has told is worth keeping.
        println!("the process that measures ended early: {status}");
    }
    Ok(run)
}
