//! What a small transformer attends to: it learns to read a word backwards, and a page draws every head's attention.
//!
//! `cargo run --release --example attention_map [PAGE]`; the page is `runs/attention_map.html` unless told otherwise.

#[path = "common/page.rs"]
mod page;

use array_core::random::Generator;
use array_core::{Array, default_rng};
use nn::{Adam, Dense, Embedding, Module, Optimizer, Result, SinusoidalPositions, Tape};
use nn::{TransformerBlock, TransformerEncoder, Var};

const LETTERS: usize = 26;
const TOKENS: usize = 12;
const WIDTH: usize = 32;
const HEADS: usize = 4;
const STEPS: usize = 300;

/// Letters → vectors, with their places → two transformer blocks → logits of the letter that is to be read.
struct Model {
    letters: Embedding,
    places: SinusoidalPositions,
    body: TransformerEncoder,
    head: Dense,
}
nn::module!(Model { letters, places, body, head });

impl Model {
    fn new(rng: &mut Generator) -> Model {
        let block = |_| TransformerBlock::new(WIDTH, HEADS, 2 * WIDTH, rng).dropout(0.0).pre_norm();
        let body = TransformerEncoder::new((0..2).map(block).collect());
        Model {
            letters: Embedding::new(LETTERS, WIDTH, rng),
            places: SinusoidalPositions,
            body,
            head: Dense::new(WIDTH, LETTERS, rng),
        }
    }

    /// (batch, tokens) → logits (batch·tokens, letters)
    fn forward<'t>(&self, tape: &'t Tape, words: &Array<i64>) -> Var<'t> {
        let letters = tape.apply("letters", || self.letters.forward(tape, words));
        let x = letters.apply("places", &self.places).apply("body", &self.body);
        x.apply("head", &self.head).reshape([-1, LETTERS as isize])
    }

    fn read(&self, tape: &Tape, word: &Array<i64>) -> String {
        spelled(&self.forward(tape, word).value().argmax_axis(1).cast())
    }
}

/// What is to be read: every word backwards, letter by letter.
fn backwards(words: &Array<i64>) -> Array<i64> {
    words.flip(1).reshape(-1)
}

fn spelled(letters: &Array<i64>) -> String {
    letters.iter().map(|&i| char::from(b'a' + i as u8)).collect()
}

fn main() -> Result<()> {
    let rng = &mut default_rng(0);
    let mut model = Model::new(rng);
    println!("A transformer of {} parameters learns to read {TOKENS} letters backwards.", model.num_params());
    let mut adam = Adam::new(3e-3);
    for step in 1..=STEPS {
        let words = rng.integers(0, LETTERS as i64, [64, TOKENS]);
        let tape = Tape::training(rng.spawn());
        let loss = model.forward(&tape, &words).cross_entropy(&backwards(&words));
        adam.step(&mut model, &loss.backward())?;
        if step % 50 == 0 {
            println!("  step {step}: loss {:.4}", loss.item());
        }
    }

    let word: Array<i64> = "transformers".bytes().map(|letter| i64::from(letter - b'a')).collect();
    let word = word.reshape([1, TOKENS]);
    let tape = Tape::training(rng.spawn()).traced();
    let logits = model.forward(&tape, &word);
    println!("\nIt reads {} as {}.", spelled(&word), spelled(&logits.value().argmax_axis(1).cast()));
    let _ = logits.cross_entropy(&backwards(&word)).named("loss").backward();

    println!(
        "\nTo read backwards, somebody has to look at the mirrored place. How much of its attention each head"
    );
    println!("pays to it, on average over the places:");
    let trace = tape.trace();
    for row in trace.select("*.pattern") {
        let mirrored = row.value.flip(-1).diagonal(0, -2, -1).mean_axis(-1);
        let heads: Vec<String> = mirrored.iter().map(|share| format!("{:3.0} %", 100.0 * share)).collect();
        println!("  {:<32} {}", row.path, heads.join("  "));
    }

    println!("\nAnd what is read if a block's attention is put to zero?");
    for block in ["body.layers.0.self_attn", "body.layers.1.self_attn"] {
        let tape = Tape::inference().patch(block, |v| v * 0.0);
        println!("  without {block}: {}", model.read(&tape, &word));
    }

    println!();
    let page = trace.page().title("Reading backwards").tokens(spelled(&word).chars());
    page::write("attention_map", |path| page.write(path))
}
