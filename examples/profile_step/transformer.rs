//! The model of the char_transformer example, for any float type.

use array_core::Array;
use array_core::random::Generator;
use nn::{AttentionMask, Dense, Embedding, Scalar, Tape, TransformerBlock, TransformerEncoder, Var};

/// Characters of a text.
pub const CONTEXT: usize = 64;
/// Different characters.
pub const VOCABULARY: usize = 96;
/// Attention heads of a block.
const HEADS: usize = 4;
/// Heads share the width, and rotary positions turn pairs.
pub const WIDTHS: usize = 2 * HEADS;

/// Tokens → vectors → transformer blocks that look back → logits of the next token, at every position.
pub struct Transformer<T: Scalar> {
    tokens: Embedding<T>,
    body: TransformerEncoder<T>,
    head: Dense<T>,
}
nn::module!(Transformer<T> { tokens, body, head });

impl<T: Scalar> Transformer<T> {
    pub fn new(width: usize, depth: usize, rng: &mut Generator) -> Self {
        let tokens = Embedding::new(VOCABULARY, width, rng);
        let block = |_| {
            let block = TransformerBlock::new(width, HEADS, 4 * width, rng);
            block.dropout(0.0).pre_norm().gelu().rotary(10_000.0)
        };
        let body = TransformerEncoder::new((0..depth).map(block).collect());
        Transformer { tokens, body, head: Dense::new(width, VOCABULARY, rng) }
    }

    /// The mean cross entropy of what follows every token: (batch, time) each.
    pub fn loss<'t>(&self, tape: &'t Tape<T>, tokens: &Array<i64>, next: &Array<i64>) -> Var<'t, T> {
        let x = tape.apply("tokens", || self.tokens.forward(tape, tokens));
        let x = tape.apply("body", || self.body.forward_masked(x, &AttentionMask::causal()));
        let logits = x.apply("head", &self.head);
        logits.reshape([-1, VOCABULARY as isize]).cross_entropy(&next.reshape(-1))
    }
}
