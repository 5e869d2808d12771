//! The adding problem: a recurrent network reads a sequence of numbers, two of them marked, and says their sum.
//!
//! Whoever ignores the marks does best by answering 1, and is wrong by 1/6 in the mean square; to do better, a network
//! has to carry what it read at the first mark to the end. Source: S. Hochreiter and J. Schmidhuber, "Long Short-Term
//! Memory", Neural Computation 9, 1997, experiment 4.
//!
//! `cargo run --release --example gru_sequence -- --help` lists the options.

#[path = "../common/mod.rs"]
mod common;
mod model;

use std::process::ExitCode;
use std::time::Instant;

use array_core::random::Generator;
use array_core::{Array, default_rng};
use common::{Known, Options};
use model::Adder;
use nn::data::in_order;
use nn::optim::schedule::Cosine;
use nn::train::{Measured, Plan, Rate, Trainer, metrics};
use nn::{Adam, Module, Result, Tape};

/// The problems are made as they are needed, so that an epoch is a matter of taste.
const STEPS_PER_EPOCH: u64 = 100;

/// The mean square error of always answering 1: the variance of the sum of two numbers, uniform on 0..1.
const BASELINE: f64 = 1.0 / 6.0;

fn main() -> ExitCode {
    let options = [
        Known::epochs(20),
        Known::count("batch", 64, "sequences per step").fixed(),
        Known::positive("lr", 0.005, "learning rate of Adam at the start"),
        Known::count("hidden", 32, "units of the recurrent layer").fixed(),
        Known::count("length", 30, "numbers per sequence, at least 2").fixed(),
    ];
    common::run(
        "gru_sequence",
        "Trains a recurrent network to add two marked numbers of a sequence.",
        options,
        run,
    )
}

/// So many problems: sequences (count, length, 2) of a number from 0..1 and a mark, and sums (count, 1). One number of
/// each half is marked by 1, the others by 0.
fn problems(count: usize, length: usize, rng: &mut Generator) -> (Array<f32>, Array<f32>) {
    let (half, end) = (length as i64 / 2, length as i64);
    let marked = [rng.integers(0, half, count), rng.integers(half, end, count)];
    let mut sequences = Array::zeros([count, length, 2]);
    sequences.slice_mut((.., .., 0)).assign(rng.random::<f32>([count, length]));
    let mut sums = Array::zeros([count, 1]);
    for marked in &marked {
        for (i, &time) in marked.iter().enumerate() {
            sequences[[i, time as usize, 1]] = 1.0;
            sums[[i, 0]] += sequences[[i, time as usize, 0]];
        }
    }
    (sequences, sums)
}

fn run(options: &Options) -> Result<()> {
    let mut rng = default_rng(options.number::<u64>("seed"));
    let (batch, length, hidden): (usize, usize, usize) =
        (options.number("batch"), options.number::<usize>("length").max(2), options.number("hidden"));
    let test = problems(1000, length, &mut rng);
    let model = Adder::new(hidden, &mut rng);
    println!("{} parameters, sequences of {length} numbers", model.num_params());

    let plan = options.plan();
    let rate = Rate::scheduled(Cosine::new(options.number("lr"), plan.epochs * STEPS_PER_EPOCH));
    let plan = Plan { rate, clip_norm: Some(1.0), ..plan };
    let mut trainer = Trainer::new(model, Adam::new(0.0), rng, plan);
    options.resume(&mut trainer)?;
    let start = Instant::now();
    let ended = trainer.fit(
        |rng| {
            let mut rng = rng.spawn();
            (0..STEPS_PER_EPOCH).map(move |_| problems(batch, length, &mut rng))
        },
        || in_order(&test, 250),
        |tape, model, (sequences, sums)| {
            let error = tape.constant(sequences).apply("", model) - tape.constant(sums);
            Measured::new(error.square().mean())
        },
    )?;
    common::report(ended, start, &trainer.history, &options.path("out"))?;

    let tape = Tape::inference();
    let answers = tape.constant(test.0.clone()).apply("", &trainer.model).value();
    println!("mean absolute error {:.4}", metrics::mean_absolute_error(&answers, &test.1));
    let error = (&answers - &test.1).square().mean();
    println!("mean squared error {error:.5} (always answering 1: {BASELINE:.5})");
    Ok(())
}
