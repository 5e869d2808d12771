//! Trains a small transformer to write like the text it has read, character by character.
//!
//! `cargo run --release --example char_transformer -- --help` lists the options.

#[path = "../common/mod.rs"]
mod common;
mod model;
mod text;

use std::f64::consts::LN_2;
use std::process::ExitCode;
use std::time::Instant;

use array_core::random::{Choice, Generator};
use array_core::{Array, default_rng};
use common::{Known, Options};
use model::Model;
use nn::data::text::{Characters, Tokenizer, Windows};
use nn::data::{Samples, batches, in_order};
use nn::optim::schedule::{Cosine, Schedule};
use nn::optim::{AdamW, Group};
use nn::train::{Measured, Plan, Rate, Trainer, evaluate};
use nn::{Error, Module, Optimizer, Result, Tape, Var};

/// What part of the text, its last, is not trained on: a tenth.
const HELD_OUT: usize = 10;

fn main() -> ExitCode {
    let options = [
        Known::epochs(4),
        Known::count("batch", 16, "windows of text per step").fixed(),
        Known::positive("lr", 0.003, "greatest learning rate of AdamW"),
        Known::count("width", 64, "width of the model").fixed(),
        Known::count("heads", 4, "attention heads").fixed(),
        Known::count("layers", 2, "transformer blocks").fixed(),
        Known::count("context", 64, "characters per window").fixed(),
        Known::count("sample", 300, "characters to write at the end"),
        Known::positive("temperature", 0.8, "how freely to write: near 0 only what is most likely"),
        Known::file("text", "", "the text to learn from [the workspace's own documentation]"),
    ];
    common::run("char_transformer", "Trains a transformer to write like a text.", options, run)
}

/// The mean cross entropy of the next characters.
fn loss<'t>(tape: &'t Tape, model: &Model, (tokens, targets): (Array<i64>, Array<i64>)) -> Measured<'t> {
    let logits = model.logits(tape, &tokens);
    let classes = logits.shape()[2] as isize;
    Measured::new(logits.reshape([-1, classes]).cross_entropy(&targets.reshape(-1)))
}

fn run(options: &Options) -> Result<()> {
    let path = options.path("text");
    let text = if path.as_os_str().is_empty() { text::documentation()? } else { text::read(&path)? };
    let tokenizer = Characters::of(&text);
    let tokens = tokenizer.encode(&text)?;
    let (batch, context): (usize, usize) = (options.number("batch"), options.number("context"));
    let held_out = tokens.size() / HELD_OUT;
    if held_out <= context {
        let fault =
            std::io::Error::other(format!("more than {} characters are needed", HELD_OUT * (context + 1)));
        return Err(Error::Io { path, action: "learn from", source: fault });
    }
    let cut = tokens.size() - held_out;
    let train = Windows::new(tokens.slice(..cut), context, context.div_ceil(2));
    let held_out = Windows::new(tokens.slice(cut..), context, context);

    let mut rng = default_rng(options.number::<u64>("seed"));
    let [width, heads, layers] = ["width", "heads", "layers"].map(|name| options.number(name));
    let model = Model::new(tokenizer.vocabulary(), width, heads, layers, &mut rng);
    let vocabulary = tokenizer.vocabulary();
    println!("{} parameters, {} characters, {vocabulary} different ones", model.num_params(), tokens.size());

    let plan = options.plan();
    let steps = plan.epochs * train.count().div_ceil(batch) as u64;
    let warm_up = steps.div_ceil(20).max(1);
    let cosine =
        Cosine::new(options.number("lr"), steps.saturating_sub(warm_up).max(1)).warm_up(warm_up, 0.01);
    let plan = Plan { rate: Rate::scheduled(cosine), clip_norm: Some(1.0), ..plan };
    let adamw = AdamW::new(0.0).weight_decay(0.1).group(Group::new("*.bias").weight_decay(0.0));
    let mut trainer = Trainer::new(model, adamw, rng, plan);
    options.resume(&mut trainer)?;
    let start = Instant::now();
    let ended = trainer.fit(|rng| batches(&train, batch, rng), || in_order(&held_out, 64), loss)?;
    common::report(ended, start, &trainer.history, &options.path("out"))?;

    let figures = evaluate(&trainer.model, in_order(&held_out, 64), loss);
    let bits = figures.get("loss").copied().unwrap_or(f64::NAN) / LN_2;
    println!("held-out bits per character {bits:.3}");
    let prompt = tokens.slice(cut..cut + context.div_ceil(2));
    let (length, temperature) = (options.number("sample"), options.number("temperature"));
    let written = write(&trainer.model, &prompt, context, length, temperature, &mut trainer.rng);
    println!("{:?} → {:?}", tokenizer.decode(&prompt), tokenizer.decode(&written));
    Ok(())
}

/// So many tokens that follow a prompt, each drawn from softmax(logits/temperature).
///
/// The keys and values of what was read and written are kept, so that a token costs a pass of one position. When the
/// context that the model was trained on is full, its second half is read again as a new prompt.
fn write(
    model: &Model,
    prompt: &Array<i64>,
    context: usize,
    length: usize,
    temperature: f64,
    rng: &mut Generator,
) -> Array<i64> {
    let mut tokens = prompt.to_vec();
    let (mut caches, mut unread) = (model.caches(), tokens.len());
    while tokens.len() < prompt.size() + length {
        if caches[0].len() + unread > context {
            (caches, unread) = (model.caches(), context.div_ceil(2).min(tokens.len()));
        }
        let tape = Tape::inference();
        let next = Array::from_vec(&tokens[tokens.len() - unread..], [1, unread]);
        let logits: Var = model.continued(&tape, &next, &mut caches).slice((0, -1));
        let logits = logits.value().map(f64::from) / temperature;
        let p = (&logits - logits.max()).exp();
        let p = &p / p.sum();
        tokens.push(rng.choice_with(p.size(), 1, Choice { p: Some(p), ..Choice::default() })[0]);
        unread = 1;
    }
    tokens.drain(..prompt.size());
    let written = tokens.len();
    Array::from_vec(tokens, written)
}
