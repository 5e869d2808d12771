//! Training steps: forward, loss, backward and Adam's update, from the same weights in every library.
//!
//! Weights go to the peers in the order in which our models list theirs; weights of dense layers are (in, out).

mod burn;
mod candle;
mod models;

use array_core::io::AnyArray;
use array_core::random::Generator;
use array_core::{Array, default_rng};
use nn::{Adam, AdamW, Module, Optimizer, Tape, Var};

use crate::contest::{Contest, Row};
use models::{BLOCK, Gpt, VOCABULARY};

/// How fast everybody learns; otherwise Adam's and AdamW's settings are PyTorch's.
const RATE: f64 = 1e-3;
/// The decay of AdamW.
const DECAY: f64 = 0.01;
/// Steps whose losses must agree.
const STEPS: usize = 3;

pub fn rows() -> Vec<Row> {
    vec![
        Row::new("train_mlp_digits", 2.5, 1e-4, |rng| mlp(rng, &[64, 128, 10], 32)).repeated(STEPS),
        Row::new("train_mlp_784", 2.0, 1e-4, |rng| mlp(rng, &[784, 256, 128, 10], 64)).repeated(STEPS),
        Row::new("train_mlp_1024", 1.15, 1e-4, |rng| mlp(rng, &[1024, 1024, 1024, 1024, 10], 256))
            .repeated(STEPS),
        Row::new("train_cnn", 1.5, 1e-4, cnn).repeated(STEPS),
        Row::new("train_gpt", 1.5, 1e-4, gpt).repeated(STEPS),
        Row::new("train_gpt_fwd", 1.5, 1e-4, gpt_forward),
    ]
}

fn mlp(rng: &mut Generator, widths: &[usize], batch: usize) -> Contest {
    let model = models::mlp(widths, rng);
    let x: Array<f32> = rng.uniform(0.0, 1.0, [batch, widths[0]]);
    let y = rng.integers(0, 10, batch);
    let weights = weights(&model);
    let inputs = inputs([(&x).into(), (&y).into()], &weights);
    let (candle, burn) = (candle::mlp(&x, &y, &weights), burn::mlp(&x, &y, &weights));
    Contest::new(inputs, step(model, Adam::new(RATE), move |tape, model| classify(tape, &x, &y, model)))
        .peer("candle", candle)
        .peer("burn", burn)
}

/// Images of 28×28.
fn cnn(rng: &mut Generator) -> Contest {
    let model = models::cnn(rng);
    let x: Array<f32> = rng.uniform(0.0, 1.0, [32, 1, 28, 28]);
    let y = rng.integers(0, 10, 32);
    let weights = weights(&model);
    let inputs = inputs([(&x).into(), (&y).into()], &weights);
    let (candle, burn) = (candle::cnn(&x, &y, &weights), burn::cnn(&x, &y, &weights));
    Contest::new(inputs, step(model, Adam::new(RATE), move |tape, model| classify(tape, &x, &y, model)))
        .peer("candle", candle)
        .peer("burn", burn)
}

/// A batch of 12 texts of so many characters, and what follows each.
fn gpt(rng: &mut Generator) -> Contest {
    let (model, x, y) = gpt_parts(rng);
    let weights = weights(&model);
    let inputs = inputs([(&x).into(), (&y).into()], &weights);
    let (candle, burn) = (candle::gpt(&x, &y, &weights), burn::gpt(&x, &y, &weights));
    let adamw = AdamW::new(RATE).weight_decay(DECAY);
    Contest::new(inputs, step(model, adamw, move |tape, model| model.loss(tape, &x, &y)))
        .peer("candle", candle)
        .peer("burn", burn)
}

/// The same without gradients.
fn gpt_forward(rng: &mut Generator) -> Contest {
    let (model, x, y) = gpt_parts(rng);
    let weights = weights(&model);
    let inputs = inputs([(&x).into(), (&y).into()], &weights);
    let (candle, burn) = (candle::gpt_forward(&x, &y, &weights), burn::gpt_forward(&x, &y, &weights));
    Contest::new(inputs, move || model.loss(&Tape::inference(), &x, &y).value())
        .peer("candle", candle)
        .peer("burn", burn)
}

fn gpt_parts(rng: &mut Generator) -> (Gpt, Array<i64>, Array<i64>) {
    let model = Gpt::new(rng);
    let tokens = || [12, BLOCK];
    let (x, y) = (rng.integers(0, VOCABULARY as i64, tokens()), rng.integers(0, VOCABULARY as i64, tokens()));
    (model, x, y)
}

/// The mean cross entropy of what a model says of a batch.
fn classify<'t>(tape: &'t Tape, x: &Array<f32>, y: &Array<i64>, model: &nn::Sequential) -> Var<'t> {
    tape.constant(x.clone()).apply("model", model).cross_entropy(y)
}

/// Our training step, which returns the loss before it.
fn step<M: Module>(
    mut model: M,
    mut optimizer: impl Optimizer,
    loss: impl for<'t> Fn(&'t Tape, &M) -> Var<'t>,
) -> impl FnMut() -> Result<Array<f32>, nn::Error> {
    let mut rng = default_rng(0);
    move || {
        let tape = Tape::training(rng.spawn());
        let loss = loss(&tape, &model);
        optimizer.step(&mut model, &loss.backward())?;
        Ok(loss.value())
    }
}

fn weights(model: &impl Module) -> Vec<Array<f32>> {
    let mut weights = Vec::new();
    model.for_each_param(|_, param| weights.push(param.value().copy()));
    weights
}

fn inputs(batch: [AnyArray; 2], weights: &[Array<f32>]) -> Vec<AnyArray> {
    batch.into_iter().chain(weights.iter().map(AnyArray::from)).collect()
}
