//! How fast is this beside other libraries? `benches/README.md` says how to run it and how to read it.
//!
//! Thread pools are made once per process, so every thread count has a process of its own: this program again, with
//! `--child`, which measures and prints a line of JSON for what it did.

mod answer;
mod child;
mod contest;
mod measure;
mod options;
mod parent;
mod peers;
mod python;
mod report;
mod rows;

use std::process::ExitCode;

use options::Options;

fn run() -> Result<(), String> {
    let Some(options) = Options::parse().map_err(|error| error.to_string())? else { return Ok(()) };
    if options.list {
        rows::all().iter().for_each(|row| println!("{}", row.name));
        return Ok(());
    }
    if options.child { child::run(&options) } else { parent::run(&options) }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}
