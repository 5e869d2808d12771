//! Where the time of a training step goes, layer by layer, against what this machine can do.
//!
//! ```text
//! cargo run --release --example profile_step -- --model mlp --batch 256
//! cargo run --release --example profile_step -- --compare engine=own,matrixmultiply
//! cargo run --release --example profile_step -- --sweep batch=1..1024,width=64..1024 --threads 1,2
//! ```

mod models;
mod options;
mod plot;
mod sweep;
mod transformer;

use std::process::ExitCode;
use std::time::Duration;

use array_core::machine::Machine;
use array_core::{set_num_threads, with_engine, with_isa};
use nn::profile::{Profile, Profiler};
use nn::{Error, Result};
use options::{HELP, Options, Setting};

fn main() -> ExitCode {
    let options = match Options::from_command_line() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("profile_step: {message}; --help lists the options");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("profile_step: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let out = &options.out;
    std::fs::create_dir_all(out).map_err(|source| Error::Io {
        path: out.clone(),
        action: "create",
        source,
    })?;
    let settings = options.settings();
    match &settings[..] {
        [setting] => one(options, setting),
        _ => sweep::run(options, &settings),
    }
}

/// What the machine can do with so many threads.
fn measure(threads: usize) -> Machine {
    set_num_threads(threads);
    Machine::measure()
}

/// Profiles one setting.
fn profile(machine: &Machine, setting: &Setting, time: Duration) -> Result<Profile> {
    set_num_threads(setting.threads);
    let profiler = Profiler::new(machine).time(time);
    with_isa(setting.isa, || with_engine(setting.engine, || models::profile(&profiler, setting)))
}

/// One setting in all detail.
fn one(options: &Options, setting: &Setting) -> Result<()> {
    let profile = profile(&measure(setting.threads), setting, options.time)?;
    let out = &options.out;
    profile.save_json(out.join("profile.json"))?;
    profile.save_trace_events(out.join("trace_events.json"))?;
    profile.plot_roofline(out.join("roofline.svg"))?;
    if options.json {
        println!("{:#}", profile.to_json());
        return Ok(());
    }
    println!("{setting}");
    print!("{profile}");
    println!(
        "wrote profile.json, roofline.svg and trace_events.json (for ui.perfetto.dev) to {}",
        out.display()
    );
    Ok(())
}
