//! Transformers: blocks of attention and a feed-forward network, encoder and decoder stacks.

use array_core::random::Generator;

use super::{Dense, KeyValueCache, LayerNorm, MultiHeadAttention};
use crate::autograd::Var;
use crate::autograd::ops::AttentionMask;
use crate::module::Layer;
use crate::scalar::Scalar;

/// What blocks of encoders and decoders have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Style {
    pre_norm: bool,
    gelu: bool,
    dropout: f64,
}

/// PyTorch's defaults.
const STYLE: Style = Style { pre_norm: false, gelu: false, dropout: 0.1 };

impl Style {
    /// x with what a sublayer makes of it, normalised before or after: x + f(norm(x)) or norm(x + f(x)).
    fn around<'t, T: Scalar>(
        self,
        x: Var<'t, T>,
        (name, norm): (&str, &LayerNorm<T>),
        f: impl FnOnce(Var<'t, T>) -> Var<'t, T>,
    ) -> Var<'t, T> {
        if self.pre_norm {
            x + f(x.apply(name, norm)).dropout(self.dropout)
        } else {
            (x + f(x).dropout(self.dropout)).apply(name, norm)
        }
    }

    /// The feed-forward network, on every position by itself.
    fn feed_forward<'t, T: Scalar>(
        self,
        x: Var<'t, T>,
        linear1: &Dense<T>,
        linear2: &Dense<T>,
    ) -> Var<'t, T> {
        let hidden = x.apply("linear1", linear1);
        let active = if self.gelu { hidden.gelu() } else { hidden.relu() };
        active.dropout(self.dropout).apply("linear2", linear2)
    }
}

/// All blocks of a stack, and the normalisation at its end.
#[track_caller]
fn through<'t, T: Scalar>(
    x: Var<'t, T>,
    norm: &Option<LayerNorm<T>>,
    blocks: usize,
    mut block: impl FnMut(usize, Var<'t, T>) -> Var<'t, T>,
) -> Var<'t, T> {
    let tape = x.tape();
    let x = tape.scope("layers", || (0..blocks).fold(x, |x, i| tape.apply(&i.to_string(), || block(i, x))));
    norm.iter().fold(x, |x, norm| x.apply("norm", norm))
}

/// Lists the setters of a block.
macro_rules! styled {
    ($block:ident) => {
        impl<T: Scalar> $block<T> {
            /// Normalises what goes into each sublayer, x + f(norm(x)), in place of the sum, norm(x + f(x)).
            pub fn pre_norm(mut self) -> Self {
                self.style.pre_norm = true;
                self
            }

            /// Takes [`Var::gelu`] in the feed-forward network in place of the rectifier.
            pub fn gelu(mut self) -> Self {
                self.style.gelu = true;
                self
            }
        }
    };
}
styled!(TransformerBlock);
styled!(TransformerDecoderBlock);

/// Self-attention and a feed-forward network, each with a way around it: (batch, positions, width) → the same.
/// PyTorch's `TransformerEncoderLayer` with `batch_first=True`, and its parameters' names.
///
/// A causal mask makes it a block of a GPT. At first, as in PyTorch, sums are normalised, the feed-forward network is
/// rectified, and dropout is 0.1.
#[derive(Debug, Clone)]
pub struct TransformerBlock<T: Scalar = f32> {
    /// The attention.
    pub self_attn: MultiHeadAttention<T>,
    /// The feed-forward network: width → hidden, …
    pub linear1: Dense<T>,
    /// … hidden → width.
    pub linear2: Dense<T>,
    /// The normalisation of the attention.
    pub norm1: LayerNorm<T>,
    /// The normalisation of the feed-forward network.
    pub norm2: LayerNorm<T>,
    style: Style,
}

crate::module!(TransformerBlock<T> { self_attn, linear1, linear2, norm1, norm2; style });

impl<T: Scalar> TransformerBlock<T> {
    /// A block whose feed-forward network has `hidden` units.
    ///
    /// # Panics
    /// If the width cannot be divided among the heads.
    #[track_caller]
    pub fn new(width: usize, heads: usize, hidden: usize, rng: &mut Generator) -> Self {
        TransformerBlock {
            self_attn: MultiHeadAttention::new(width, heads, rng).dropout(STYLE.dropout),
            linear1: Dense::new(width, hidden, rng),
            linear2: Dense::new(hidden, width, rng),
            norm1: LayerNorm::new(width),
            norm2: LayerNorm::new(width),
            style: STYLE,
        }
    }

    /// Sets the probability of dropout in the attention pattern, in the feed-forward network and behind both.
    ///
    /// # Panics
    /// If `p` is not in 0 ..= 1.
    #[track_caller]
    pub fn dropout(mut self, p: f64) -> Self {
        self.self_attn = self.self_attn.dropout(p);
        self.style.dropout = p;
        self
    }

    /// Gives queries and keys rotary positions: [`MultiHeadAttention::rotary`].
    ///
    /// # Panics
    /// If the width of a head is odd.
    #[track_caller]
    pub fn rotary(self, base: f64) -> Self {
        TransformerBlock { self_attn: self.self_attn.rotary(base), ..self }
    }

    /// Runs the block under a mask, whose array broadcasts to (batch, heads, positions, positions).
    #[track_caller]
    pub fn forward_masked<'t>(&self, x: Var<'t, T>, mask: &AttentionMask) -> Var<'t, T> {
        self.run(x, |x| self.self_attn.attend(x, mask))
    }

    /// Runs the next positions of a sequence, causally: [`MultiHeadAttention::attend_cached`].
    #[track_caller]
    pub fn forward_cached<'t>(&self, x: Var<'t, T>, cache: &mut KeyValueCache<T>) -> Var<'t, T> {
        self.run(x, |x| self.self_attn.attend_cached(x, cache))
    }

    #[track_caller]
    fn run<'t>(&self, x: Var<'t, T>, attend: impl FnOnce(Var<'t, T>) -> Var<'t, T>) -> Var<'t, T> {
        let tape = x.tape();
        let x = self.style.around(x, ("norm1", &self.norm1), |x| tape.apply("self_attn", || attend(x)));
        let feed_forward = |x| self.style.feed_forward(x, &self.linear1, &self.linear2);
        self.style.around(x, ("norm2", &self.norm2), feed_forward)
    }
}

/// Without mask.
impl<T: Scalar> Layer<T> for TransformerBlock<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.forward_masked(x, &AttentionMask::none())
    }

    fn describe(&self) -> String {
        format!("TransformerBlock of width {}", self.self_attn.width())
    }
}

/// Transformer blocks one after the other, and a normalisation at the end if the blocks normalise first. PyTorch's
/// `TransformerEncoder`, and its parameters' names. Under a causal mask, the body of a GPT.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{AttentionMask, Tape, TransformerBlock, TransformerEncoder};
/// let rng = &mut default_rng(0);
/// let blocks = (0..2).map(|_| TransformerBlock::new(8, 2, 32, rng).pre_norm().gelu()).collect();
/// let body: TransformerEncoder = TransformerEncoder::new(blocks);
///
/// // All positions at once, and one after the other with a cache.
/// let x: Array<f32> = rng.standard_normal([1, 5, 8]);
/// let tape = Tape::inference();
/// let whole = body.forward_masked(tape.constant(x.clone()), &AttentionMask::causal()).value();
/// let mut caches = body.caches();
/// for i in 0..5 {
///     let tape = Tape::inference();
///     let next = body.forward_cached(tape.constant(x.slice((.., i..i + 1))), &mut caches).value();
///     assert!(next.allclose(&whole.slice((.., i..i + 1)), 1e-5, 1e-6));
/// }
/// ```
#[derive(Debug, Clone)]
pub struct TransformerEncoder<T: Scalar = f32> {
    /// The blocks.
    pub layers: Vec<TransformerBlock<T>>,
    /// The normalisation at the end.
    pub norm: Option<LayerNorm<T>>,
}

crate::module!(TransformerEncoder<T> { layers, norm });

impl<T: Scalar> TransformerEncoder<T> {
    /// These blocks; with a normalisation at the end if they have been made to normalise first.
    pub fn new(layers: Vec<TransformerBlock<T>>) -> Self {
        let last = layers.last().filter(|block| block.style.pre_norm);
        let norm = last.map(|block| LayerNorm::new(block.self_attn.width()));
        TransformerEncoder { layers, norm }
    }

    /// Runs all blocks under a mask, whose array broadcasts to (batch, heads, positions, positions).
    #[track_caller]
    pub fn forward_masked<'t>(&self, x: Var<'t, T>, mask: &AttentionMask) -> Var<'t, T> {
        through(x, &self.norm, self.layers.len(), |i, x| self.layers[i].forward_masked(x, mask))
    }

    /// An empty cache for every block.
    pub fn caches(&self) -> Vec<KeyValueCache<T>> {
        vec![KeyValueCache::new(); self.layers.len()]
    }

    /// Runs the next positions of a sequence, causally: the same as those rows of a pass over the whole sequence under
    /// [`AttentionMask::causal`]. The caches, one per block, then hold these positions as well.
    ///
    /// # Panics
    /// If there is not one cache per block.
    #[track_caller]
    pub fn forward_cached<'t>(&self, x: Var<'t, T>, caches: &mut [KeyValueCache<T>]) -> Var<'t, T> {
        x.expect_input(caches.len() == self.layers.len(), self, || format!("{} caches", caches.len()));
        through(x, &self.norm, self.layers.len(), |i, x| self.layers[i].forward_cached(x, &mut caches[i]))
    }
}

/// Without mask.
impl<T: Scalar> Layer<T> for TransformerEncoder<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.forward_masked(x, &AttentionMask::none())
    }

    fn describe(&self) -> String {
        format!("TransformerEncoder of {} blocks", self.layers.len())
    }
}

/// Causal self-attention, attention to a memory and a feed-forward network, each with a way around it: (batch,
/// positions, width) and a memory of (batch, keys, width) → (batch, positions, width). PyTorch's
/// `TransformerDecoderLayer` with `batch_first=True`, and its parameters' names.
#[derive(Debug, Clone)]
pub struct TransformerDecoderBlock<T: Scalar = f32> {
    /// The attention to positions of the same sequence.
    pub self_attn: MultiHeadAttention<T>,
    /// The attention to the memory.
    pub multihead_attn: MultiHeadAttention<T>,
    /// The feed-forward network: width → hidden, …
    pub linear1: Dense<T>,
    /// … hidden → width.
    pub linear2: Dense<T>,
    /// The normalisation of the self-attention.
    pub norm1: LayerNorm<T>,
    /// The normalisation of the attention to the memory.
    pub norm2: LayerNorm<T>,
    /// The normalisation of the feed-forward network.
    pub norm3: LayerNorm<T>,
    style: Style,
}

crate::module!(TransformerDecoderBlock<T> { self_attn, multihead_attn, linear1, linear2, norm1, norm2, norm3; style });

impl<T: Scalar> TransformerDecoderBlock<T> {
    /// A block whose feed-forward network has `hidden` units; settings at first as [`TransformerBlock`]'s.
    ///
    /// # Panics
    /// If the width cannot be divided among the heads.
    #[track_caller]
    pub fn new(width: usize, heads: usize, hidden: usize, rng: &mut Generator) -> Self {
        TransformerDecoderBlock {
            self_attn: MultiHeadAttention::new(width, heads, rng).dropout(STYLE.dropout),
            multihead_attn: MultiHeadAttention::new(width, heads, rng).dropout(STYLE.dropout),
            linear1: Dense::new(width, hidden, rng),
            linear2: Dense::new(hidden, width, rng),
            norm1: LayerNorm::new(width),
            norm2: LayerNorm::new(width),
            norm3: LayerNorm::new(width),
            style: STYLE,
        }
    }

    /// Sets the probability of dropout in both attention patterns, in the feed-forward network and behind all three.
    ///
    /// # Panics
    /// If `p` is not in 0 ..= 1.
    #[track_caller]
    pub fn dropout(mut self, p: f64) -> Self {
        self.self_attn = self.self_attn.dropout(p);
        self.multihead_attn = self.multihead_attn.dropout(p);
        self.style.dropout = p;
        self
    }

    #[track_caller]
    fn run<'t>(
        &self,
        x: Var<'t, T>,
        attend: impl FnOnce(Var<'t, T>) -> Var<'t, T>,
        attend_to_memory: impl FnOnce(Var<'t, T>) -> Var<'t, T>,
    ) -> Var<'t, T> {
        let tape = x.tape();
        let x = self.style.around(x, ("norm1", &self.norm1), |x| tape.apply("self_attn", || attend(x)));
        let to_memory = |x| tape.apply("multihead_attn", || attend_to_memory(x));
        let x = self.style.around(x, ("norm2", &self.norm2), to_memory);
        let feed_forward = |x| self.style.feed_forward(x, &self.linear1, &self.linear2);
        self.style.around(x, ("norm3", &self.norm3), feed_forward)
    }
}

/// Decoder blocks one after the other, and a normalisation at the end if the blocks normalise first. PyTorch's
/// `TransformerDecoder`, and its parameters' names.
#[derive(Debug, Clone)]
pub struct TransformerDecoder<T: Scalar = f32> {
    /// The blocks.
    pub layers: Vec<TransformerDecoderBlock<T>>,
    /// The normalisation at the end.
    pub norm: Option<LayerNorm<T>>,
}

crate::module!(TransformerDecoder<T> { layers, norm });

/// What one block of a [`TransformerDecoder`] has computed already: keys and values of its own sequence, and of the
/// memory.
#[derive(Debug, Clone, Default)]
pub struct DecoderCache<T: Scalar = f32> {
    own: KeyValueCache<T>,
    memory: KeyValueCache<T>,
}

impl<T: Scalar> TransformerDecoder<T> {
    /// These blocks; with a normalisation at the end if they have been made to normalise first.
    pub fn new(layers: Vec<TransformerDecoderBlock<T>>) -> Self {
        let last = layers.last().filter(|block| block.style.pre_norm);
        let norm = last.map(|block| LayerNorm::new(block.self_attn.width()));
        TransformerDecoder { layers, norm }
    }

    /// Runs all blocks on a sequence, (batch, positions, width), and a memory, (batch, keys, width). `mask` is that of
    /// the sequence's attention to itself, usually [`AttentionMask::causal`], `memory_mask` that of its attention to
    /// the memory.
    #[track_caller]
    pub fn forward<'t>(
        &self,
        x: Var<'t, T>,
        memory: Var<'t, T>,
        mask: &AttentionMask,
        memory_mask: &AttentionMask,
    ) -> Var<'t, T> {
        through(x, &self.norm, self.layers.len(), |i, x| {
            let block = &self.layers[i];
            block.run(
                x,
                |x| block.self_attn.attend(x, mask),
                |x| block.multihead_attn.attend_to(x, memory, memory_mask),
            )
        })
    }

    /// Empty caches, one for every block.
    pub fn caches(&self) -> Vec<DecoderCache<T>> {
        vec![DecoderCache::default(); self.layers.len()]
    }

    /// Runs the next positions of a sequence, causally: the same as those rows of a pass over the whole sequence. The
    /// caches, one per block, then hold these positions as well; the first call puts the memory into them.
    ///
    /// # Panics
    /// If there is not one cache per block, or the tape is for training.
    #[track_caller]
    pub fn forward_cached<'t>(
        &self,
        x: Var<'t, T>,
        memory: Var<'t, T>,
        memory_mask: &AttentionMask,
        caches: &mut [DecoderCache<T>],
    ) -> Var<'t, T> {
        assert!(
            caches.len() == self.layers.len(),
            "TransformerDecoder: {} caches for {} blocks",
            caches.len(),
            self.layers.len()
        );
        through(x, &self.norm, self.layers.len(), |i, x| {
            let block = &self.layers[i];
            let DecoderCache { own, memory: of_memory } = &mut caches[i];
            block.run(
                x,
                |x| block.self_attn.attend_cached(x, own),
                |x| block.multihead_attn.attend_to_cached(x, memory, memory_mask, of_memory),
            )
        })
    }
}
