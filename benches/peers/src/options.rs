//! The command line.

use std::path::PathBuf;

use lexopt::Arg::{Long, Short};
use lexopt::{Parser, ValueExt};

use crate::contest::Clock;

const HELP: &str = "\
Rows of work next to other libraries, in one run

    cargo run --release --manifest-path benches/peers/Cargo.toml -- [OPTIONS]

    --rows WORDS       rows whose names contain one of these words, separated by commas; all without it
    --threads COUNTS   thread counts, separated by commas; 1,2 without it
    --ours             only ours, without peers
    --list             the names of the rows
    --markdown FILE    also writes the tables to a file
    --cpu-time         on a busy machine: measures CPU time, on 1 thread only
";

pub struct Options {
    /// Parts of names; none picks every row.
    pub rows: Vec<String>,
    pub threads: Vec<usize>,
    pub ours: bool,
    pub list: bool,
    pub markdown: Option<PathBuf>,
    pub clock: Clock,
    /// This process measures, on so many threads; its environment says so too.
    pub child: bool,
}

impl Options {
    /// `None` if help was asked for.
    pub fn parse() -> Result<Option<Options>, lexopt::Error> {
        let (rows, threads) = (Vec::new(), vec![1, 2]);
        let (markdown, clock) = (None, Clock::Wall);
        let mut options = Options { rows, threads, ours: false, list: false, markdown, clock, child: false };
        let mut parser = Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("rows") => options.rows = words(&parser.value()?.string()?),
                Long("threads") => {
                    let counts = words(&parser.value()?.string()?);
                    options.threads = counts.iter().map(|word| count(word)).collect::<Result<_, _>>()?;
                }
                Long("ours") => options.ours = true,
                Long("list") => options.list = true,
                Long("markdown") => options.markdown = Some(parser.value()?.into()),
                Long("cpu-time") => options.clock = Clock::Cpu,
                Long("child") => options.child = true,
                Long("help") | Short('h') => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(other.unexpected()),
            }
        }
        if options.clock == Clock::Cpu {
            options.threads = vec![1];
        }
        Ok(Some(options))
    }

    pub fn wants(&self, row: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|word| row.contains(word.as_str()))
    }
}

fn words(list: &str) -> Vec<String> {
    list.split(',').filter(|word| !word.is_empty()).map(str::to_string).collect()
}

fn count(word: &str) -> Result<usize, String> {
    word.parse().ok().filter(|&count| count > 0).ok_or_else(|| format!("--threads: {word:?} is no count"))
}
