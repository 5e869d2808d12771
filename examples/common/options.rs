//! The command line.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use lexopt::prelude::*;
use nn::train::{Plan, Trainer};
use nn::{Checkpoint, Error, Module, Optimizer, Result};

/// An option that a program knows.
#[derive(Debug, Clone)]
pub struct Known {
    name: &'static str,
    default: String,
    help: &'static str,
    kind: Kind,
    kept: Kept,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// A whole number.
    Whole,
    /// A whole number above 0.
    Count,
    /// A number above 0.
    Positive,
    File,
    Directory,
    Checkpoint,
    Flag,
}

/// What becomes of an option when a run is resumed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kept {
    /// It is the new command line's.
    No,
    /// It stays as it was unless something else is asked for.
    UnlessGiven,
    /// It cannot change.
    Fixed,
}

impl Known {
    fn new(name: &'static str, kind: Kind, kept: Kept, default: impl Display, help: &'static str) -> Known {
        Known { name, default: default.to_string(), help, kind, kept }
    }

    /// A whole number above 0, which a resumed run keeps unless another one is asked for.
    pub fn count(name: &'static str, default: usize, help: &'static str) -> Known {
        Known::new(name, Kind::Count, Kept::UnlessGiven, default, help)
    }

    /// A number above 0, which a resumed run keeps unless another one is asked for.
    pub fn positive(name: &'static str, default: f64, help: &'static str) -> Known {
        Known::new(name, Kind::Positive, Kept::UnlessGiven, default, help)
    }

    /// A file to read.
    pub fn file(name: &'static str, default: &str, help: &'static str) -> Known {
        Known::new(name, Kind::File, Kept::No, default, help)
    }

    /// It cannot change when a run is resumed.
    pub fn fixed(self) -> Known {
        Known { kept: Kept::Fixed, ..self }
    }

    /// How many epochs there are by default.
    pub fn epochs(default: u64) -> Known {
        let help = "epochs in all, those of a resumed run included";
        Known::new("epochs", Kind::Count, Kept::No, default, help)
    }

    fn placeholder(&self) -> &'static str {
        match self.kind {
            Kind::Whole | Kind::Count => " N",
            Kind::Positive => " X",
            Kind::File => " FILE",
            Kind::Directory => " DIR",
            Kind::Checkpoint => " CHECKPOINT",
            Kind::Flag => "",
        }
    }

    /// What is expected instead of this value, if it does not fit.
    fn fault(&self, value: &str) -> Option<&'static str> {
        let (fits, expected) = match self.kind {
            Kind::Whole => (value.parse::<u64>().is_ok(), "a whole number"),
            Kind::Count => (value.parse::<u32>().is_ok_and(|n| n > 0), "a whole number above 0"),
            Kind::Positive => {
                (value.parse::<f64>().is_ok_and(|x| x > 0.0 && x.is_finite()), "a positive number")
            }
            _ => (true, ""),
        };
        (!fits).then_some(expected)
    }
}

/// The options of all programs.
pub fn common(name: &str) -> Vec<Known> {
    vec![
        Known::new(
            "seed",
            Kind::Whole,
            Kept::Fixed,
            0,
            "seed of everything random: data, weights, order of samples",
        ),
        Known::new(
            "threads",
            Kind::Count,
            Kept::No,
            "",
            "threads to compute with [as many as there are CPUs]",
        ),
        Known::new("out", Kind::Directory, Kept::No, format!("runs/{name}"), "where the run's files go"),
        Known::new("resume", Kind::Checkpoint, Kept::No, "", "continue a run, with its settings"),
        Known::new("quiet", Kind::Flag, Kept::No, "", "neither a progress bar nor a line per epoch"),
    ]
}

/// The text for `--help`.
pub fn help(name: &str, about: &str, known: &[Known]) -> String {
    let mut text = format!("{about}\n\nusage: {name} [options]\n\n");
    for option in known {
        let default =
            if option.default.is_empty() { String::new() } else { format!(" [{}]", option.default) };
        let left = format!("--{}{}", option.name, option.placeholder());
        text += &format!("  {left:<20} {}{default}\n", option.help);
    }
    text + &format!("  {:<20} this text\n", "--help")
}

/// The values of all options: those asked for, else those of the resumed run, else the defaults.
#[derive(Debug)]
pub struct Options {
    known: Vec<Known>,
    values: BTreeMap<&'static str, String>,
    /// The run to go on with.
    pub resumed: Option<Checkpoint>,
}

impl Options {
    /// What was asked for; `None` if it is help.
    pub fn from_command_line(known: Vec<Known>) -> std::result::Result<Option<Options>, String> {
        let mut values = BTreeMap::new();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
            let option = match &argument {
                Long("help") | Short('h') => return Ok(None),
                Long(name) => known.iter().find(|option| option.name == *name),
                _ => None,
            };
            let Some(option) = option else { return Err(argument.unexpected().to_string()) };
            let value = match option.kind {
                Kind::Flag => "yes".to_string(),
                _ => {
                    let value = parser.value().map_err(|_| format!("--{} needs a value", option.name))?;
                    value
                        .into_string()
                        .map_err(|value| format!("{}: expected UTF-8 text", value.display()))?
                }
            };
            if let Some(expected) = option.fault(&value) {
                return Err(format!("--{} {value}: expected {expected}", option.name));
            }
            values.insert(option.name, value);
        }
        Ok(Some(Options { known, values, resumed: None }))
    }

    /// Reads the run to go on with, fills in what was not said, sets the number of threads, makes the directory.
    pub fn prepare(mut self) -> Result<Options> {
        let path = self.values.get("resume").map(PathBuf::from);
        self.resumed = path.as_ref().map(Checkpoint::load).transpose()?;
        for option in self.known.clone() {
            let noted = self.resumed.as_ref().and_then(|run| run.note(option.name)).map(str::to_string);
            let (noted, given) =
                (noted.filter(|_| option.kept != Kept::No), self.values.get(option.name).cloned());
            let differs = noted.is_some() && given.is_some() && noted != given;
            if let Some(path) = path.as_ref().filter(|_| option.kept == Kept::Fixed && differs) {
                let message = format!("the run was started with another --{}", option.name);
                return Err(Error::Checkpoint { path: path.clone(), message });
            }
            let damaged = noted.as_ref().and_then(|noted| option.fault(noted));
            if let (Some(path), Some(expected)) = (&path, damaged) {
                let message = format!("it notes for --{} what is not {expected}", option.name);
                return Err(Error::Checkpoint { path: path.clone(), message });
            }
            self.values.insert(option.name, given.or(noted).unwrap_or(option.default));
        }
        if !self.text("threads").is_empty() {
            array_core::set_num_threads(self.number("threads"));
        }
        let out = self.path("out");
        std::fs::create_dir_all(&out).map_err(|source| Error::Io { path: out, action: "create", source })?;
        Ok(self)
    }

    fn text(&self, name: &str) -> &str {
        self.values.get(name).unwrap_or_else(|| panic!("the program has no option --{name}"))
    }

    /// The value of a numeric option.
    pub fn number<N: FromStr>(&self, name: &str) -> N {
        let text = self.text(name);
        text.parse().unwrap_or_else(|_| panic!("--{name} {text} is of another type in the program"))
    }

    /// The value of an option that is a file or a directory.
    pub fn path(&self, name: &str) -> PathBuf {
        PathBuf::from(self.text(name))
    }

    /// A plan of so many epochs that saves to the directory.
    pub fn plan(&self) -> Plan {
        let (epochs, quiet) = (self.number("epochs"), !self.text("quiet").is_empty());
        Plan { epochs, quiet, directory: Some(self.path("out")), ..Plan::default() }
    }

    /// Lets a run go on where the resumed one stopped, if there is one, and notes what it must keep.
    pub fn resume<M: Module, O: Optimizer>(&self, trainer: &mut Trainer<M, O>) -> Result<()> {
        if let Some(checkpoint) = &self.resumed {
            let rate = trainer.optimizer.learning_rate();
            trainer.restore(checkpoint)?;
            trainer.optimizer.set_learning_rate(rate);
        }
        let kept = self.known.iter().filter(|option| option.kept != Kept::No);
        trainer.notes =
            kept.map(|option| (option.name.to_string(), self.text(option.name).to_string())).collect();
        Ok(())
    }
}
