//! Trains a multilayer perceptron on 1,797 handwritten digits, and shows how well it reads the 360 it never saw.
//!
//! `cargo run --release --example digits -- --help` lists the options.

#[path = "../common/mod.rs"]
mod common;

use std::process::ExitCode;
use std::time::Instant;

use array_core::default_rng;
use array_core::random::Generator;
use common::{Known, Options, digits};
use nn::data::{batches, in_order};
use nn::train::{Measured, Trainer, metrics};
use nn::{Adam, Dense, Module, Relu, Result, Sequential};

fn main() -> ExitCode {
    let options = [
        Known::epochs(30),
        Known::count("batch", 32, "samples per step"),
        Known::positive("lr", 0.003, "learning rate of Adam"),
        Known::count("hidden", 128, "units of the hidden layer").fixed(),
        Known::file("data", digits::PATH, "the digits"),
    ];
    common::run("digits", "Trains a multilayer perceptron on handwritten digits.", options, run)
}

/// 64 pixels → hidden → 10 logits.
fn model(hidden: usize, rng: &mut Generator) -> Sequential {
    Sequential::new()
        .add("l1", Dense::new(64, hidden, rng))
        .add("act", Relu)
        .add("l2", Dense::new(hidden, 10, rng))
}

fn run(options: &Options) -> Result<()> {
    let mut rng = default_rng(options.number::<u64>("seed"));
    let (train, test) = digits::load_and_split(&options.path("data"), &mut rng)?;
    let model = model(options.number("hidden"), &mut rng);
    println!("{} parameters, {} training and {} test digits", model.num_params(), train.len(), test.len());

    let mut trainer = Trainer::new(model, Adam::new(options.number("lr")), rng, options.plan());
    options.resume(&mut trainer)?;
    let (batch, start) = (options.number("batch"), Instant::now());
    let ended = trainer.fit(
        |rng| batches(&train, batch, rng),
        || in_order(&test, test.len()),
        |tape, model, (pixels, labels)| {
            let logits = tape.constant(pixels).apply("", model);
            let accuracy = metrics::accuracy(&logits.value(), &labels);
            Measured::new(logits.cross_entropy(&labels)).with("accuracy", accuracy)
        },
    )?;
    common::report(ended, start, &trainer.history, &options.path("out"))?;
    digits::report(&trainer.model, &test);
    Ok(())
}
