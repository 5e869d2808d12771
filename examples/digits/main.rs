//! Trains a multilayer perceptron on 1,797 handwritten digits, and shows how well it reads the 360 it never saw.
//!
//! `cargo run --release --example digits -- --help` lists the options.

mod data;
mod options;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use array_core::random::Generator;
use array_core::{Array, default_rng};
use nn::train::{Evaluation, History, Trainer, evaluate, plot_history};
use nn::{Adam, Checkpoint, Dense, Module, Optimizer, Relu, Result, Sequential};
use options::Options;

fn main() -> ExitCode {
    let options = match Options::from_command_line() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("digits: {message}; --help lists the options");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("digits: {error}");
            ExitCode::FAILURE
        }
    }
}

/// 64 pixels → hidden → 10 logits.
fn model(hidden: usize, rng: &mut Generator) -> Sequential {
    Sequential::new()
        .add("l1", Dense::new(64, hidden, rng))
        .add("act", Relu)
        .add("l2", Dense::new(hidden, 10, rng))
}

fn run(options: &Options) -> Result<()> {
    if let Some(threads) = options.threads {
        array_core::set_num_threads(threads);
    }
    let resumed = options.resume.as_ref().map(Checkpoint::load).transpose()?;
    let settings = options.settings(resumed.as_ref())?;

    let mut rng = default_rng(settings.seed);
    let (train, test) = data::load_and_split(&options.data, &mut rng)?;
    let mut model = model(settings.hidden, &mut rng);
    let mut adam = Adam::new(settings.learning_rate);
    let mut history = History::default();
    if let Some(checkpoint) = &resumed {
        checkpoint.restore(&mut model)?;
        checkpoint.restore_optimizer(&mut adam)?;
        adam.set_learning_rate(settings.learning_rate);
        rng = checkpoint.generator().unwrap_or(rng);
        history = checkpoint.history().clone();
    }
    println!("{} parameters, {} training and {} test digits", model.num_params(), train.len(), test.len());

    let out = &options.out;
    std::fs::create_dir_all(out).map_err(|source| nn::Error::Io {
        path: out.clone(),
        action: "create",
        source,
    })?;
    let path = out.join("checkpoint.nn");
    let save = |model: &Sequential, adam: &Adam, rng: &Generator, history: &History| {
        let checkpoint = Checkpoint::of(model).with_optimizer(adam).with_generator(rng).with_history(history);
        settings.note(checkpoint).save(&path)
    };
    let start = Instant::now();
    let mut saved = start;
    let trainer = Trainer { epochs: options.epochs, batch_size: settings.batch, quiet: options.quiet };
    trainer.fit(
        &mut model,
        &mut adam,
        &train,
        &test,
        &mut rng,
        &mut history,
        |model, adam, rng, history| {
            // Not after every epoch: they take some milliseconds, and so does the disk.
            if saved.elapsed() >= Duration::from_secs(1) {
                save(model, adam, rng, history)?;
                saved = Instant::now();
            }
            Ok(())
        },
    )?;
    println!("{} epochs in {:.2} s", history.epochs.len(), start.elapsed().as_secs_f64());

    save(&model, &adam, &rng, &history)?;
    history.save_json(out.join("history.json"))?;
    plot_history(&history, out.join("curves.svg"))?;
    report(&evaluate(&model, &test), &test.labels, out);
    Ok(())
}

/// Prints where the run's files are, which digits are taken for which, and the accuracy.
fn report(Evaluation { correct, predictions, .. }: &Evaluation, labels: &Array<i64>, out: &Path) {
    println!("wrote checkpoint.nn, history.json and curves.svg to {}", out.display());
    let mut confusion = Array::<i64>::zeros([10, 10]);
    for (&label, &prediction) in labels.iter().zip(predictions) {
        confusion[[label as usize, prediction as usize]] += 1;
    }
    println!("confusion matrix (row: the digit, column: what it was taken for)");
    println!("{confusion}");
    println!("test accuracy {:.4} ({correct} of {})", *correct as f64 / labels.size() as f64, labels.size());
}
