//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use lexopt::prelude::*;
use nn::{Checkpoint, Error, Result};

pub const HELP: &str = "\
Trains a multilayer perceptron on handwritten digits.

usage: digits [options]

  --epochs N           epochs in all, those of a resumed run included [30]
  --batch N            samples per step [32]
  --lr X               learning rate of Adam [0.003]
  --hidden N           units of the hidden layer [128]
  --seed N             seed of the split, the weights and the order of samples [0]
  --threads N          threads to compute with [as many as there are CPUs]
  --out DIR            where checkpoint, history and curves go [runs/digits]
  --resume CHECKPOINT  continue a run; --hidden and --seed are taken from it
  --data FILE          the digits [examples/data/digits.csv]
  --quiet              neither a progress bar nor a line per epoch
  --help               this text
";

/// What the user asked for; `None` where nothing was said.
#[derive(Debug)]
pub struct Options {
    pub epochs: u64,
    batch: Option<usize>,
    learning_rate: Option<f64>,
    hidden: Option<usize>,
    seed: Option<u64>,
    pub threads: Option<usize>,
    pub out: PathBuf,
    pub resume: Option<PathBuf>,
    pub data: PathBuf,
    pub quiet: bool,
}

/// What a run must keep when it is resumed.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub batch: usize,
    pub learning_rate: f64,
    pub hidden: usize,
    pub seed: u64,
}

impl Options {
    /// Reads the command line; `None` if only help is wanted.
    pub fn from_command_line() -> std::result::Result<Option<Options>, String> {
        let mut options = Options {
            epochs: 30,
            batch: None,
            learning_rate: None,
            hidden: None,
            seed: None,
            threads: None,
            out: PathBuf::from("runs/digits"),
            resume: None,
            data: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv")),
            quiet: false,
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
            match argument {
                Long("epochs") => {
                    options.epochs = number(&mut parser, "epochs", "a whole number", |&n| n > 0)?
                }
                Long("batch") => options.batch = Some(count(&mut parser, "batch")?),
                Long("lr") => {
                    let positive = |x: &f64| *x > 0.0 && x.is_finite();
                    options.learning_rate = Some(number(&mut parser, "lr", "a positive number", positive)?);
                }
                Long("hidden") => options.hidden = Some(count(&mut parser, "hidden")?),
                Long("seed") => options.seed = Some(number(&mut parser, "seed", "a whole number", |_| true)?),
                Long("threads") => options.threads = Some(count(&mut parser, "threads")?),
                Long("out") => options.out = path(&mut parser, "out")?,
                Long("resume") => options.resume = Some(path(&mut parser, "resume")?),
                Long("data") => options.data = path(&mut parser, "data")?,
                Long("quiet") => options.quiet = true,
                Long("help") | Short('h') => return Ok(None),
                other => return Err(other.unexpected().to_string()),
            }
        }
        Ok(Some(options))
    }

    /// The settings of the run: those asked for, else those of the resumed run, else the defaults.
    pub fn settings(&self, resumed: Option<&Checkpoint>) -> Result<Settings> {
        let settings = Settings {
            batch: self.batch.or(noted(resumed, "batch")).unwrap_or(32),
            learning_rate: self.learning_rate.or(noted(resumed, "lr")).unwrap_or(0.003),
            hidden: noted(resumed, "hidden").or(self.hidden).unwrap_or(128),
            seed: noted(resumed, "seed").or(self.seed).unwrap_or(0),
        };
        // The weights and the split of the digits cannot change half-way.
        let changed = [
            ("hidden", self.hidden.is_some_and(|hidden| hidden != settings.hidden)),
            ("seed", self.seed.is_some_and(|seed| seed != settings.seed)),
        ];
        match (changed.iter().find(|(_, changed)| *changed), &self.resume) {
            (Some((name, _)), Some(path)) => Err(Error::Checkpoint {
                path: path.clone(),
                message: format!("the run was started with another --{name}"),
            }),
            _ => Ok(settings),
        }
    }
}

impl Settings {
    /// Writes the settings into a checkpoint.
    pub fn note(&self, checkpoint: Checkpoint) -> Checkpoint {
        checkpoint
            .with_note("batch", self.batch)
            .with_note("lr", self.learning_rate)
            .with_note("hidden", self.hidden)
            .with_note("seed", self.seed)
    }
}

/// A setting of a resumed run.
fn noted<V: FromStr>(resumed: Option<&Checkpoint>, name: &str) -> Option<V> {
    resumed?.note(name)?.parse().ok()
}

fn value(parser: &mut lexopt::Parser, option: &str) -> std::result::Result<std::ffi::OsString, String> {
    parser.value().map_err(|_| format!("--{option} needs a value"))
}

fn path(parser: &mut lexopt::Parser, option: &str) -> std::result::Result<PathBuf, String> {
    value(parser, option).map(PathBuf::from)
}

fn number<V: FromStr>(
    parser: &mut lexopt::Parser,
    option: &str,
    expected: &str,
    fits: impl Fn(&V) -> bool,
) -> std::result::Result<V, String> {
    let text = value(parser, option)?;
    let parsed = text.to_str().and_then(|text| text.parse().ok()).filter(fits);
    parsed.ok_or_else(|| format!("--{option} {}: expected {expected}", text.display()))
}

fn count(parser: &mut lexopt::Parser, option: &str) -> std::result::Result<usize, String> {
    number(parser, option, "a whole number above 0", |&n| n > 0)
}
