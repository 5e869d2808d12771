//! What a small transformer attends to: it learns to read a word backwards, and a page draws every head's attention.
//!
//! `cargo run --release --example attention_map [PAGE]`; the page is `runs/attention_map.html` unless told otherwise.

use std::path::{Path, PathBuf};
use std::time::Instant;

use array_core::random::Generator;
use array_core::{Array, default_rng};
use nn::{Adam, Dense, Embedding, Error, Layer, LayerNorm, Module, Optimizer, Param, Relu, Residual, Result};
use nn::{Sequential, Tape, Var};

const LETTERS: usize = 26;
const TOKENS: usize = 12;
const WIDTH: usize = 32;
const HEADS: usize = 4;

/// softmax(q·kᵀ/√size)·v, each head on its part of the width. Written out, so that every step has its name.
struct Attention {
    q: Dense,
    k: Dense,
    v: Dense,
    out: Dense,
}
nn::module!(Attention { q, k, v, out });

impl Attention {
    fn new(rng: &mut Generator) -> Attention {
        let mut dense = || Dense::new(WIDTH, WIDTH, rng);
        Attention { q: dense(), k: dense(), v: dense(), out: dense() }
    }
}

impl Layer for Attention {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let (shape, size) = (x.shape(), WIDTH / HEADS);
        // (batch, tokens, width) → (batch, heads, tokens, size)
        let heads = |x: Var<'t>| x.reshape([shape[0], shape[1], HEADS, size]).permute([0, 2, 1, 3]);
        let q = heads(x.apply("q", &self.q));
        let k = heads(x.apply("k", &self.k));
        let v = heads(x.apply("v", &self.v));
        let scores = (q.matmul(k.permute([0, 1, 3, 2])) / (size as f32).sqrt()).named("scores");
        let pattern = scores.softmax(-1).named("pattern");
        pattern.matmul(v).permute([0, 2, 1, 3]).reshape(&shape[..]).apply("out", &self.out)
    }

    fn describe(&self) -> String {
        format!("Attention with {HEADS} heads")
    }
}

struct Model {
    tokens: Embedding,
    /// A vector for each place in the word.
    places: Param,
    blocks: Vec<Sequential>,
    head: Dense,
}
nn::module!(Model { tokens, places, blocks, head });

impl Model {
    fn new(rng: &mut Generator) -> Model {
        let mut block = || {
            let mlp = Sequential::new()
                .add("norm", LayerNorm::new(WIDTH))
                .add("up", Dense::new(WIDTH, 4 * WIDTH, rng))
                .add("act", Relu)
                .add("down", Dense::new(4 * WIDTH, WIDTH, rng));
            let attn = Sequential::new().add("norm", LayerNorm::new(WIDTH)).add("heads", Attention::new(rng));
            Sequential::new().add("attn", Residual::new(attn)).add("mlp", Residual::new(mlp))
        };
        let blocks = vec![block(), block()];
        let places = Param::new(rng.standard_normal([TOKENS, WIDTH]));
        Model {
            tokens: Embedding::new(LETTERS, WIDTH, rng),
            places,
            blocks,
            head: Dense::new(WIDTH, LETTERS, rng),
        }
    }

    /// (batch, tokens) → logits (batch·tokens, letters)
    fn forward<'t>(&self, tape: &'t Tape, words: &Array<i64>) -> Var<'t> {
        let x =
            tape.apply("tokens", || self.tokens.forward(tape, words)) + tape.param("places", &self.places);
        let x = tape.scope("blocks", || {
            self.blocks.iter().enumerate().fold(x, |x, (i, block)| x.apply(&i.to_string(), block))
        });
        x.apply("head", &self.head).reshape([-1, LETTERS as isize])
    }
}

/// What is to be read: every word backwards, letter by letter.
fn backwards(words: &Array<i64>) -> Array<i64> {
    words.flip(1).reshape(-1)
}

fn main() -> Result<()> {
    let page = std::env::args_os().nth(1).map_or(PathBuf::from("runs/attention_map.html"), PathBuf::from);
    let rng = &mut default_rng(0);
    let mut model = Model::new(rng);
    let mut adam = Adam::new(3e-3);
    for step in 1..=200 {
        let words = rng.integers(0, LETTERS as i64, [32, TOKENS]);
        let tape = Tape::training(rng.spawn());
        let loss = model.forward(&tape, &words).cross_entropy(&backwards(&words));
        adam.step(&mut model, &loss.backward())?;
        if step % 50 == 0 {
            println!("step {step}: loss {:.4}", loss.item());
        }
    }

    let word: Array<i64> = "transformers".bytes().map(|letter| i64::from(letter - b'a')).collect();
    let word = word.reshape([1, TOKENS]);
    let tape = Tape::training(rng.spawn()).traced();
    let logits = model.forward(&tape, &word);
    let spelled =
        |letters: &Array<i64>| letters.iter().map(|&i| char::from(b'a' + i as u8)).collect::<String>();
    println!("{} is read as {}", spelled(&word), spelled(&logits.value().argmax_axis(1).cast()));
    let _ = logits.cross_entropy(&backwards(&word)).named("loss").backward();

    // To read backwards, somebody has to look at the mirrored place.
    let trace = tape.trace();
    for row in trace.select("*.pattern") {
        let mirrored = row.value.flip(-1).diagonal(0, -2, -1).mean_axis(-1);
        println!("{}: attention paid to the mirrored place, by head: {}", row.path, mirrored.reshape(-1));
    }
    // What does the word become without one of the blocks' attention?
    for block in ["blocks.0.attn.inner", "blocks.1.attn.inner"] {
        let tape = Tape::inference().patch(block, |v| v * 0.0);
        println!("without {block}: {}", spelled(&model.forward(&tape, &word).value().argmax_axis(1).cast()));
    }

    let folder = page.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|source| Error::Io {
        path: folder.to_path_buf(),
        action: "create",
        source,
    })?;
    let begun = Instant::now();
    let letters = spelled(&word);
    trace.page().title("Reading backwards").tokens(letters.chars()).write(&page)?;
    let kilobytes = std::fs::metadata(&page).map_or(0, |file| file.len() / 1000);
    println!("wrote {} ({kilobytes} kB in {:.0} ms)", page.display(), 1e3 * begun.elapsed().as_secs_f64());
    println!("{} parameters", model.num_params());
    Ok(())
}
