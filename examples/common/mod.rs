//! What the examples share: the command line, and the digits.

#![allow(dead_code, reason = "no example uses all of it")]

pub mod digits;
pub mod options;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use nn::Result;
use nn::train::{Ended, History, plot_history};

pub use options::{Known, Options};

/// Runs a program: exit code 2 and one line if the command line is wrong, 1 and one line if something else is.
pub fn run(
    name: &str,
    about: &str,
    known: impl IntoIterator<Item = Known>,
    program: impl Fn(&Options) -> Result<()>,
) -> ExitCode {
    let known: Vec<Known> = known.into_iter().chain(options::common(name)).collect();
    let options = match Options::from_command_line(known.clone()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{}", options::help(name, about, &known));
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{name}: {message}; --help lists the options");
            return ExitCode::from(2);
        }
    };
    let result = options.prepare().and_then(|options| program(&options));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says how training has ended, and writes the history beside the checkpoint.
pub fn report(ended: Ended, start: Instant, history: &History, out: &Path) -> Result<()> {
    println!("{} epochs in {:.2} s", history.epochs.len(), start.elapsed().as_secs_f64());
    if ended == Ended::Interrupted {
        println!("interrupted; --resume {} goes on", out.join("checkpoint.nn").display());
    }
    history.save_json(out.join("history.json"))?;
    history.save_csv(out.join("history.csv"))?;
    plot_history(history, out.join("curves.svg"))?;
    history.write_html(out.join("report.html"))?;
    println!(
        "wrote checkpoint.nn, history.json, history.csv, curves.svg and report.html to {}",
        out.display()
    );
    Ok(())
}
