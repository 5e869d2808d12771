//! Trains a convolutional network on the digits of the example `digits`, each shifted at random by up to a pixel, and
//! shows how well the average of its weights reads the 360 it never saw.
//!
//! `cargo run --release --example digits_cnn -- --help` lists the options.

#[path = "../common/mod.rs"]
mod common;

use std::process::ExitCode;
use std::time::Instant;

use array_core::default_rng;
use array_core::random::Generator;
use common::{Known, Options, digits};
use nn::data::{Dataset, augment, batches, in_order};
use nn::optim::schedule::OneCycle;
use nn::train::{Measured, Plan, Rate, Trainer, metrics};
use nn::{
    AdamW, BatchNorm2d, Conv2d, Dense, Dropout, Flatten, MaxPool2d, Module, Optimizer, Relu, Result,
    Sequential,
};

fn main() -> ExitCode {
    let options = [
        Known::epochs(50),
        Known::count("batch", 64, "samples per step").fixed(),
        Known::positive("lr", 0.003, "greatest learning rate of AdamW"),
        Known::count("channels", 32, "channels of the first two convolutions; the third has twice as many")
            .fixed(),
        Known::file("data", digits::PATH, "the digits"),
    ];
    common::run("digits_cnn", "Trains a convolutional network on handwritten digits.", options, run)
}

/// (batch, 1, 8, 8) → two convolutions → (batch, c, 4, 4) → one more → (batch, 2c, 4, 4) → 10 logits.
fn model(c: usize, rng: &mut Generator) -> Sequential {
    Sequential::new()
        .add("conv1", Conv2d::new(1, c, [3, 3], rng).padding([1, 1]))
        .add("norm1", BatchNorm2d::new(c))
        .add("act1", Relu)
        .add("conv2", Conv2d::new(c, c, [3, 3], rng).padding([1, 1]))
        .add("norm2", BatchNorm2d::new(c))
        .add("act2", Relu)
        .add("pool", MaxPool2d::new([2, 2]))
        .add("conv3", Conv2d::new(c, 2 * c, [3, 3], rng).padding([1, 1]))
        .add("norm3", BatchNorm2d::new(2 * c))
        .add("act3", Relu)
        .add("dropout", Dropout::new(0.3))
        .add("flat", Flatten::new())
        .add("head", Dense::new(2 * c * 16, 10, rng))
}

fn run(options: &Options) -> Result<()> {
    let mut rng = default_rng(options.number::<u64>("seed"));
    let (train, test) = digits::load_and_split(&options.path("data"), &mut rng)?;
    let [train, test] =
        [train, test].map(|part| Dataset::new(part.inputs.reshape([-1, 1, 8, 8]), part.labels));
    let model = model(options.number("channels"), &mut rng);
    println!("{} parameters, {} training and {} test digits", model.num_params(), train.len(), test.len());

    let batch: usize = options.number("batch");
    let plan = options.plan();
    let steps = plan.epochs * train.len().div_ceil(batch) as u64;
    let rate = Rate::scheduled(OneCycle::new(options.number("lr"), steps));
    let plan = Plan { rate, ema: Some(0.99), ..plan };
    let adamw = AdamW::new(0.0).weight_decay(0.01);
    let mut trainer = Trainer::new(model, adamw, rng, plan);
    options.resume(&mut trainer)?;
    let start = Instant::now();
    let ended = trainer.fit(
        |rng| {
            let (shuffled, mut rng) = (batches(&train, batch, rng), rng.spawn());
            shuffled.map(move |(pixels, labels)| (augment::shift(&pixels, 1, &mut rng), labels))
        },
        || in_order(&test, test.len()),
        |tape, model, (pixels, labels)| {
            let logits = tape.constant(pixels).apply("", model);
            let accuracy = metrics::accuracy(&logits.value(), &labels);
            Measured::new(logits.cross_entropy(&labels)).with("accuracy", accuracy)
        },
    )?;
    common::report(ended, start, &trainer.history, &options.path("out"))?;
    trainer.swap_averages();
    digits::report(&trainer.model, &test);
    Ok(())
}
