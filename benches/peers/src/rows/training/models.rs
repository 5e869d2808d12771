//! The models, as a user of nn writes them.

use array_core::Array;
use array_core::random::Generator;
use nn::{AttentionMask, Conv2d, Dense, Embedding, Flatten, LearnedPositions, MaxPool2d, Relu, Sequential};
use nn::{Tape, TransformerBlock, TransformerEncoder, Var};

/// Characters that there are.
pub const VOCABULARY: usize = 65;
/// Characters of a text.
pub const BLOCK: usize = 64;
pub const WIDTH: usize = 128;
pub const HEADS: usize = 4;
pub const LAYERS: usize = 4;

/// Dense layers of these widths with rectifiers between them.
pub fn mlp(widths: &[usize], rng: &mut Generator) -> Sequential {
    let mut model = Sequential::new();
    for (i, pair) in widths.windows(2).enumerate() {
        if i > 0 {
            model = model.add(format!("act{i}"), Relu);
        }
        model = model.add(format!("l{}", i + 1), Dense::new(pair[0], pair[1], rng));
    }
    model
}

/// Two convolutions of 3×3 with rectifiers and pooling, and a dense layer.
pub fn cnn(rng: &mut Generator) -> Sequential {
    Sequential::new()
        .add("conv1", Conv2d::new(1, 16, 3, rng).padding(1))
        .add("act1", Relu)
        .add("pool1", MaxPool2d::new(2))
        .add("conv2", Conv2d::new(16, 32, 3, rng).padding(1))
        .add("act2", Relu)
        .add("pool2", MaxPool2d::new(2))
        .add("flat", Flatten::new())
        .add("head", Dense::new(32 * 7 * 7, 10, rng))
}

/// A small language model: learned positions, blocks that normalise first, GELU, no dropout.
pub struct Gpt {
    tokens: Embedding,
    positions: LearnedPositions,
    body: TransformerEncoder,
    head: Dense,
}
nn::module!(Gpt { tokens, positions, body, head });

impl Gpt {
    pub fn new(rng: &mut Generator) -> Gpt {
        let tokens = Embedding::new(VOCABULARY, WIDTH, rng);
        let positions = LearnedPositions::new(BLOCK, WIDTH, rng);
        let block = |_| TransformerBlock::new(WIDTH, HEADS, 4 * WIDTH, rng).dropout(0.0).pre_norm().gelu();
        let body = TransformerEncoder::new((0..LAYERS).map(block).collect());
        Gpt { tokens, positions, body, head: Dense::new(WIDTH, VOCABULARY, rng) }
    }

    /// The mean cross entropy of what follows every character.
    pub fn loss<'t>(&self, tape: &'t Tape, tokens: &Array<i64>, next: &Array<i64>) -> Var<'t> {
        let x =
            tape.apply("tokens", || self.tokens.forward(tape, tokens)).apply("positions", &self.positions);
        let body = tape.apply("body", || self.body.forward_masked(x, &AttentionMask::causal()));
        let logits = body.apply("head", &self.head);
        logits.reshape([-1, VOCABULARY as isize]).cross_entropy(&next.reshape(-1))
    }
}
