//! Squeezes digits of 64 pixels through a few numbers and back, and draws what comes out.
//!
//! `cargo run --release --example autoencoder -- --help` lists the options.

#[path = "../common/mod.rs"]
mod common;
mod model;
mod picture;

use std::process::ExitCode;
use std::time::Instant;

use array_core::{default_rng, keepdims};
use common::{Known, Options, digits};
use model::Autoencoder;
use nn::data::{batches, in_order};
use nn::optim::schedule::Cosine;
use nn::train::{Measured, Plan, Rate, Trainer, metrics};
use nn::{AdamW, Module, Result, Tape};

fn main() -> ExitCode {
    let options = [
        Known::epochs(60),
        Known::count("batch", 32, "samples per step").fixed(),
        Known::positive("lr", 0.003, "learning rate of AdamW at the start"),
        Known::count("code", 8, "numbers that a digit is squeezed into").fixed(),
        Known::file("data", digits::PATH, "the digits"),
    ];
    common::run(
        "autoencoder",
        "Squeezes handwritten digits into a few numbers, and draws them again.",
        options,
        run,
    )
}

fn run(options: &Options) -> Result<()> {
    let mut rng = default_rng(options.number::<u64>("seed"));
    let (train, test) = digits::load_and_split(&options.path("data"), &mut rng)?;
    let model = Autoencoder::new(options.number("code"), &mut rng);
    println!("{} parameters, {} training and {} test digits", model.num_params(), train.len(), test.len());

    let batch: usize = options.number("batch");
    let plan = options.plan();
    let steps = plan.epochs * train.len().div_ceil(batch) as u64;
    let plan = Plan { rate: Rate::scheduled(Cosine::new(options.number("lr"), steps)), ..plan };
    let mut trainer = Trainer::new(model, AdamW::new(0.0), rng, plan);
    options.resume(&mut trainer)?;
    let start = Instant::now();
    let ended = trainer.fit(
        |rng| batches(&train.inputs, batch, rng),
        || in_order(&test.inputs, test.len()),
        |tape, model, pixels| {
            let error = tape.constant(pixels.clone()).apply("", model) - tape.constant(pixels);
            Measured::new(error.square().mean())
        },
    )?;
    let out = options.path("out");
    common::report(ended, start, &trainer.history, &out)?;

    let tape = Tape::inference();
    let drawn = tape.constant(test.inputs.clone()).apply("", &trainer.model).value();
    let path = out.join("reconstructions.svg");
    picture::draw(&test, &drawn, &path)?;
    println!("the first two test digits of each kind, above what became of them: {}", path.display());
    let mean = train.inputs.mean_axis(keepdims(0)).broadcast_to(test.inputs.shape());
    let error = |drawn| (&test.inputs - drawn).square().mean();
    println!("R² {:.4}", metrics::r2_score(&drawn, &test.inputs));
    println!("mean squared error {:.4} (of the mean digit: {:.4})", error(&drawn), error(&mean));
    Ok(())
}
