//! The command line.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use array_core::{DType, Engine, Isa, engine, isa, num_threads};
use lexopt::prelude::*;

use super::models::Model;
use super::transformer::WIDTHS;

pub const HELP: &str = "\
Profiles a training step: where the time goes, layer by layer, against what this machine can do.

usage: profile_step [options]

  --model NAME         mlp (1024-1024-1024-1024-10), digits (64-128-10), cnn (28×28 images) or transformer
                       (64 characters) [mlp]
  --batch N            samples per step [the model's own: 256, 32, 32, 16]
  --width N            units of the hidden layers, channels, or the width of tokens [the model's own]
  --depth N            hidden layers or blocks [the model's own]
  --dtype NAME         f32 or f64 [f32]
  --threads N          threads to compute with [as many as there are CPUs]
  --isa NAME           portable, avx2 or avx512 [the best there is]
  --engine NAME        own or matrixmultiply: which code multiplies matrices [own]
  --seconds X          how long to measure each setting [1]
  --sweep KEY=A..B     several sizes: batch, width or depth, doubling from A to B; several keys with commas between
  --compare KEY=A,B    several ways of computing: engine, isa or dtype; may be repeated
  --out DIR            where the files go [runs/profile_step]
  --json               print JSON instead of the table
  --help               this text

--threads takes several numbers, too: --threads 1,2. Several settings are measured by turns, so that what slows the
machine down hits all of them, and come out as a table, sweep.csv, sweep.json and sweep.svg.
";

/// One thing to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    pub model: Model,
    pub batch: usize,
    pub width: usize,
    pub depth: usize,
    pub dtype: DType,
    pub threads: usize,
    pub isa: Isa,
    pub engine: Engine,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Setting { model, batch, width, depth, .. } = self;
        write!(f, "{} of width {width} and depth {depth}, batch {batch}", model.name())
    }
}

/// What the user asked for.
#[derive(Debug)]
pub struct Options {
    model: Model,
    batch: Vec<usize>,
    width: Vec<usize>,
    depth: Vec<usize>,
    dtype: Vec<DType>,
    threads: Vec<usize>,
    isa: Vec<Isa>,
    engine: Vec<Engine>,
    /// The keys of --sweep, in order.
    pub swept: Vec<String>,
    pub time: Duration,
    pub out: PathBuf,
    pub json: bool,
}

type Parsed<T> = Result<T, String>;

impl Options {
    /// Reads the command line; `None` if only help is wanted.
    pub fn from_command_line() -> Parsed<Option<Options>> {
        let mut options = Options {
            model: Model::Mlp,
            batch: Vec::new(),
            width: Vec::new(),
            depth: Vec::new(),
            dtype: vec![DType::Float32],
            threads: vec![num_threads()],
            isa: vec![isa()],
            engine: vec![engine()],
            swept: Vec::new(),
            time: Duration::from_secs(1),
            out: PathBuf::from("runs/profile_step"),
            json: false,
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
            let Long(name) = argument else {
                if argument == Short('h') {
                    return Ok(None);
                }
                return Err(argument.unexpected().to_string());
            };
            let name = name.to_string();
            match &name[..] {
                "help" => return Ok(None),
                "json" => {
                    options.json = true;
                    continue;
                }
                _ => {}
            }
            let value = parser.value().map_err(|_| format!("--{name} needs a value"))?;
            let value =
                value.into_string().map_err(|value| format!("{}: expected UTF-8", value.display()))?;
            options.set(&name, &value)?;
        }
        if options.model == Model::Cnn && options.depth.iter().any(|&depth| depth > 4) {
            return Err("--depth: images of 28×28 can be halved four times".to_string());
        }
        if options.model == Model::Transformer && options.width.iter().any(|width| width % WIDTHS != 0) {
            return Err(format!("--width: the transformer's is a multiple of {WIDTHS}"));
        }
        Ok(Some(options))
    }

    fn set(&mut self, name: &str, value: &str) -> Parsed<()> {
        match name {
            "model" => self.model = one_of(name, value, &Model::ALL, |model| model.name())?,
            "batch" => self.batch = vec![count(name, value)?],
            "width" => self.width = vec![count(name, value)?],
            "depth" => self.depth = vec![count(name, value)?],
            "threads" => self.threads = list(value, |value| count(name, value))?,
            "dtype" | "isa" | "engine" => self.choose(name, value)?,
            "seconds" => {
                let seconds = value.parse().ok().filter(|x: &f64| *x > 0.0 && *x < 1e4);
                let seconds =
                    seconds.ok_or_else(|| format!("--seconds {value}: expected a positive number"))?;
                self.time = Duration::from_secs_f64(seconds);
            }
            "sweep" => {
                for part in value.split(',') {
                    self.sweep(part)?;
                }
            }
            "compare" => {
                let (key, values) =
                    value.split_once('=').ok_or_else(|| format!("--compare {value}: expected KEY=A,B"))?;
                self.choose(key, values)?;
            }
            "out" => self.out = PathBuf::from(value),
            _ => return Err(format!("invalid option '--{name}'")),
        }
        Ok(())
    }

    /// The ways of computing that a key names.
    fn choose(&mut self, key: &str, values: &str) -> Parsed<()> {
        match key {
            "dtype" => {
                let names = |dtype: &DType| if *dtype == DType::Float32 { "f32" } else { "f64" };
                let dtypes = [DType::Float32, DType::Float64];
                self.dtype = list(values, |value| one_of(key, value, &dtypes, names))?;
            }
            "isa" => {
                let available: Vec<Isa> =
                    Isa::ALL.into_iter().filter(|&candidate| candidate <= isa()).collect();
                self.isa = list(values, |value| one_of(key, value, &available, |isa| isa.name()))?;
            }
            "engine" => {
                self.engine = list(values, |value| one_of(key, value, &Engine::ALL, |engine| engine.name()))?;
            }
            _ => return Err(format!("--compare {key}: expected engine, isa or dtype")),
        }
        Ok(())
    }

    /// The sizes from A to B, each twice the one before.
    fn sweep(&mut self, part: &str) -> Parsed<()> {
        let expected = || format!("--sweep {part}: expected KEY=A..B with batch, width or depth");
        let (key, range) = part.split_once('=').ok_or_else(expected)?;
        let (first, last) = range.split_once("..").ok_or_else(expected)?;
        let (first, last) = (count("sweep", first)?, count("sweep", last)?);
        let sizes =
            std::iter::successors(Some(first), |&size| size.checked_mul(2)).take_while(|&size| size <= last);
        let sizes: Vec<usize> = sizes.collect();
        if sizes.is_empty() {
            return Err(format!("--sweep {part}: the first size is above the last"));
        }
        match key {
            "batch" => self.batch = sizes,
            "width" => self.width = sizes,
            "depth" => self.depth = sizes,
            _ => return Err(expected()),
        }
        self.swept.push(key.to_string());
        Ok(())
    }

    /// Everything to measure: each size in each way of computing.
    pub fn settings(&self) -> Vec<Setting> {
        let [batch, width, depth] = self.model.defaults();
        let or =
            |sizes: &[usize], default: usize| if sizes.is_empty() { vec![default] } else { sizes.to_vec() };
        let (batches, widths, depths) =
            (or(&self.batch, batch), or(&self.width, width), or(&self.depth, depth));
        let mut settings = vec![Setting {
            model: self.model,
            batch,
            width,
            depth,
            dtype: DType::Float32,
            threads: 1,
            isa: isa(),
            engine: Engine::Own,
        }];
        vary(&mut settings, &depths, |setting, depth| setting.depth = depth);
        vary(&mut settings, &widths, |setting, width| setting.width = width);
        vary(&mut settings, &batches, |setting, batch| setting.batch = batch);
        vary(&mut settings, &self.dtype, |setting, dtype| setting.dtype = dtype);
        vary(&mut settings, &self.isa, |setting, isa| setting.isa = isa);
        vary(&mut settings, &self.engine, |setting, engine| setting.engine = engine);
        vary(&mut settings, &self.threads, |setting, threads| setting.threads = threads);
        settings
    }
}

/// Every setting with each of the values.
fn vary<V: Copy>(settings: &mut Vec<Setting>, values: &[V], set: impl Fn(&mut Setting, V)) {
    let all = settings.iter().flat_map(|setting| {
        let with = |&value: &V| {
            let mut setting = setting.clone();
            set(&mut setting, value);
            setting
        };
        values.iter().map(with).collect::<Vec<_>>()
    });
    *settings = all.collect();
}

fn list<V>(values: &str, parse: impl Fn(&str) -> Parsed<V>) -> Parsed<Vec<V>> {
    values.split(',').map(parse).collect()
}

fn count(option: &str, value: &str) -> Parsed<usize> {
    let parsed = value.parse::<u32>().ok().filter(|&n| n > 0);
    parsed.map(|n| n as usize).ok_or_else(|| format!("--{option} {value}: expected a whole number above 0"))
}

fn one_of<V: Copy>(option: &str, value: &str, all: &[V], name: impl Fn(&V) -> &'static str) -> Parsed<V> {
    let found = all.iter().find(|candidate| name(candidate) == value).copied();
    let names = || all.iter().map(&name).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| format!("--{option} {value}: expected one of {}", names()))
}
