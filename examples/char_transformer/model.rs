//! A small language model: what comes next?

use array_core::Array;
use array_core::random::Generator;
use nn::{AttentionMask, Dense, Embedding, KeyValueCache, Tape, TransformerBlock, TransformerEncoder, Var};

/// Tokens → vectors → transformer blocks that look back → logits of the next token, at every position.
pub struct Model {
    tokens: Embedding,
    body: TransformerEncoder,
    head: Dense,
}
nn::module!(Model { tokens, body, head });

impl Model {
    pub fn new(vocabulary: usize, width: usize, heads: usize, layers: usize, rng: &mut Generator) -> Self {
        let tokens = Embedding::new(vocabulary, width, rng);
        let block = |_| {
            TransformerBlock::new(width, heads, 4 * width, rng)
                .dropout(0.0)
                .pre_norm()
                .gelu()
                .rotary(10_000.0)
        };
        let body = TransformerEncoder::new((0..layers).map(block).collect());
        Model { tokens, body, head: Dense::new(width, vocabulary, rng) }
    }

    /// (batch, time) tokens → (batch, time, vocabulary) logits.
    pub fn logits<'t>(&self, tape: &'t Tape, tokens: &Array<i64>) -> Var<'t> {
        self.run(tape, tokens, |x| self.body.forward_masked(x, &AttentionMask::causal()))
    }

    /// As [`Model::logits`], for tokens that follow those whose keys and values the caches hold.
    pub fn continued<'t>(
        &self,
        tape: &'t Tape,
        tokens: &Array<i64>,
        caches: &mut [KeyValueCache],
    ) -> Var<'t> {
        self.run(tape, tokens, |x| self.body.forward_cached(x, caches))
    }

    /// Empty caches.
    pub fn caches(&self) -> Vec<KeyValueCache> {
        self.body.caches()
    }

    fn run<'t>(&self, tape: &'t Tape, tokens: &Array<i64>, body: impl FnOnce(Var<'t>) -> Var<'t>) -> Var<'t> {
        let x = tape.apply("tokens", || self.tokens.forward(tape, tokens));
        tape.apply("body", || body(x)).apply("head", &self.head)
    }
}
