//! Attention with several heads.

use array_core::Array;
use array_core::random::Generator;

use super::positions::angles;
use super::{Dense, KeyValueCache};
use crate::autograd::Var;
use crate::autograd::ops::{AttentionMask, attention_scale};
use crate::init::{self, Fans};
use crate::module::{Layer, Param};
use crate::scalar::Scalar;

/// Attention with several heads: (batch, queries, width) → the same. PyTorch's `MultiheadAttention` with
/// `batch_first=True`.
///
/// q = x·W_q + b_q, and k and v likewise from x or, in cross attention, from a memory of (batch, keys, width). Each head
/// sees a slice of width/heads of them and computes softmax(q·kᵀ/√(width/heads))·v; the heads' results, side by side, go
/// through `out_proj`.
///
/// Parameters have PyTorch's names: `in_proj_weight`, here (width, 3·width) with W_q, W_k, W_v side by side,
/// `in_proj_bias`, and `out_proj`. Weights are drawn Xavier/Glorot-uniform, biases are zeros.
///
/// On a tape that is [traced](crate::Tape::traced) or [patched](crate::Tape::patch), `q`, `k` and `v` of shape (batch,
/// heads, positions, width/heads) and `scores` and `pattern` (batch, heads, queries, keys) are values with names; on
/// others, scores are computed a tile at a time and never kept as a whole.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{AttentionMask, MultiHeadAttention, Tape};
/// let attn: MultiHeadAttention = MultiHeadAttention::new(16, 4, &mut default_rng(0));
/// let tape = Tape::inference().traced();
/// let x = tape.constant(Array::ones([2, 5, 16]));
/// let y = tape.apply("attn", || attn.attend(x, &AttentionMask::causal()));
/// assert_eq!(y.shape(), [2, 5, 16]);
/// assert_eq!(tape.trace().get("attn.pattern").unwrap().shape(), [2, 4, 5, 5]);
/// ```
#[derive(Debug, Clone)]
pub struct MultiHeadAttention<T: Scalar = f32> {
    /// W_q, W_k and W_v side by side: (width, 3·width).
    pub in_proj_weight: Param<T>,
    /// b_q, b_k and b_v, one after the other: (3·width).
    pub in_proj_bias: Param<T>,
    /// What makes the result of the heads' results.
    pub out_proj: Dense<T>,
    heads: usize,
    dropout: f64,
    rotary_base: Option<f64>,
}

crate::module!(MultiHeadAttention<T> { in_proj_weight, in_proj_bias, out_proj; heads, dropout, rotary_base });

impl<T: Scalar> MultiHeadAttention<T> {
    /// Attention on vectors of this width.
    ///
    /// # Panics
    /// If the width cannot be divided among the heads.
    #[track_caller]
    pub fn new(width: usize, heads: usize, rng: &mut Generator) -> Self {
        let divides = heads > 0 && width.is_multiple_of(heads);
        assert!(divides, "MultiHeadAttention: {heads} heads cannot share a width of {width}");
        let shape = [width, 3 * width];
        let in_proj_weight = init::xavier_uniform(shape, Fans::of_dense(shape), rng);
        MultiHeadAttention {
            in_proj_weight: Param::transposed_in_pytorch(in_proj_weight),
            in_proj_bias: Param::new(Array::zeros(3 * width)),
            out_proj: Dense::new(width, width, rng),
            heads,
            dropout: 0.0,
            rotary_base: None,
        }
    }

    /// Leaves out elements of the attention pattern with probability `p` in training.
    ///
    /// # Panics
    /// If `p` is not in 0 ..= 1.
    #[track_caller]
    pub fn dropout(self, p: f64) -> Self {
        assert!((0.0..=1.0).contains(&p), "MultiHeadAttention: {p} is no probability");
        MultiHeadAttention { dropout: p, ..self }
    }

    /// Turns pairs of elements of q and k by angles that grow with their position: rotary positions. Pair i of a
    /// head's vector turns by base^(−2i/(width/heads)) per position; the usual base is 10000.
    ///
    /// Only for self-attention. Source: J. Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding",
    /// 2021.
    ///
    /// # Panics
    /// If the width of a head is odd.
    #[track_caller]
    pub fn rotary(self, base: f64) -> Self {
        let of_head = self.width() / self.heads;
        assert!(
            of_head.is_multiple_of(2),
            "MultiHeadAttention: rotary positions need heads of even width, not {of_head}"
        );
        MultiHeadAttention { rotary_base: Some(base), ..self }
    }

    /// The size of the last axis of its input and output.
    pub fn width(&self) -> usize {
        self.in_proj_weight.value().shape()[0]
    }

    /// Attention of a sequence to itself; the mask's array broadcasts to (batch, heads, positions, positions).
    ///
    /// # Panics
    /// If the input or mask does not have the shape it should have.
    #[track_caller]
    pub fn attend<'t>(&self, x: Var<'t, T>, mask: &AttentionMask) -> Var<'t, T> {
        let [q, k, v] = self.project(x, 0);
        self.mix(q, k, v, mask)
    }

    /// Attention of a sequence, (batch, queries, width), to another, (batch, keys, width); the mask's array broadcasts
    /// to (batch, heads, queries, keys).
    ///
    /// # Panics
    /// If an input or the mask does not have the shape it should have.
    #[track_caller]
    pub fn attend_to<'t>(&self, x: Var<'t, T>, memory: Var<'t, T>, mask: &AttentionMask) -> Var<'t, T> {
        let [k, v] = self.project_memory(memory);
        self.mix(self.project_query(x), k, v, mask)
    }

    /// Causal attention of the next positions of a sequence to themselves and to all before, whose keys and values the
    /// cache holds: the same as those rows of [`MultiHeadAttention::attend`] of the whole sequence. The cache then
    /// holds these positions as well.
    ///
    /// For inference: no gradient flows to what went into the cache.
    ///
    /// # Panics
    /// If the input does not have the shape it should have, or the tape is not for inference.
    #[track_caller]
    pub fn attend_cached<'t>(&self, x: Var<'t, T>, cache: &mut KeyValueCache<T>) -> Var<'t, T> {
        x.expect_input(!x.tape().is_differentiable(), self, || "a cache is for inference tapes".to_string());
        let start = cache.len();
        let [q, k, v] = self.project(x, start);
        let (k, v) = cache.append(&k.value(), &v.value());
        let [k, v] = [k, v].map(|all| x.tape().constant(all));
        self.mix(q, k, v, &AttentionMask::causal_from(start))
    }

    /// As [`MultiHeadAttention::attend_to`] without mask, with the memory's keys and values out of a cache, where the
    /// first call puts them.
    #[track_caller]
    pub(super) fn attend_to_cached<'t>(
        &self,
        x: Var<'t, T>,
        memory: Var<'t, T>,
        mask: &AttentionMask,
        cache: &mut KeyValueCache<T>,
    ) -> Var<'t, T> {
        if cache.is_empty() {
            let [k, v] = self.project_memory(memory);
            cache.append(&k.value(), &v.value());
        }
        let (k, v) = cache.held();
        let [k, v] = [k, v].map(|all| x.tape().constant(all));
        self.mix(self.project_query(x), k, v, mask)
    }

    /// q, k and v of a sequence whose first element stands at position `start`: (batch, heads, positions, width/heads).
    #[track_caller]
    fn project<'t>(&self, x: Var<'t, T>, start: usize) -> [Var<'t, T>; 3] {
        self.expect_sequence(x);
        let (tape, width) = (x.tape(), self.width());
        let weight = tape.param("in_proj_weight", &self.in_proj_weight);
        let all = x.linear(weight, tape.param("in_proj_bias", &self.in_proj_bias));
        let part = |i: usize| self.split(all.slice((.., .., i * width..(i + 1) * width)));
        let (mut q, mut k) = (part(0), part(1));
        if let Some(base) = self.rotary_base {
            let angles = angles(start, x.shape()[1], width / self.heads, base);
            let (cos, sin) = (angles.cos().map(T::from_f64), angles.sin().map(T::from_f64));
            (q, k) = (q.rotary(&cos, &sin), k.rotary(&cos, &sin));
        }
        [q.named("q"), k.named("k"), part(2).named("v")]
    }

    #[track_caller]
    fn project_query<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.expect_sequence(x);
        let (tape, width) = (x.tape(), self.width());
        x.expect_input(self.rotary_base.is_none(), self, || {
            "rotary positions are for self-attention".to_string()
        });
        let weight = tape.param("in_proj_weight", &self.in_proj_weight).slice((.., ..width));
        let bias = tape.param("in_proj_bias", &self.in_proj_bias).slice(..width);
        self.split(x.linear(weight, bias)).named("q")
    }

    #[track_caller]
    fn project_memory<'t>(&self, memory: Var<'t, T>) -> [Var<'t, T>; 2] {
        self.expect_sequence(memory);
        let (tape, width) = (memory.tape(), self.width());
        let weight = tape.param("in_proj_weight", &self.in_proj_weight).slice((.., width..));
        let bias = tape.param("in_proj_bias", &self.in_proj_bias).slice(width..);
        let both = memory.linear(weight, bias);
        let [k, v] =
            [both.slice((.., .., ..width)), both.slice((.., .., width..))].map(|part| self.split(part));
        [k.named("k"), v.named("v")]
    }

    #[track_caller]
    fn expect_sequence(&self, x: Var<'_, T>) {
        let ndim = x.ndim();
        x.expect_input(ndim == 3, self, || format!("input has {ndim} axes, expected 3"));
        x.expect_axis(2, self.width(), self);
    }

    /// (batch, positions, width) → (batch, heads, positions, width/heads)
    fn split<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let shape = x.shape();
        x.reshape([shape[0], shape[1], self.heads, shape[2] / self.heads]).permute([0, 2, 1, 3])
    }

    /// The heads' results, put together.
    #[track_caller]
    fn mix<'t>(&self, q: Var<'t, T>, k: Var<'t, T>, v: Var<'t, T>, mask: &AttentionMask) -> Var<'t, T> {
        let mixed = if q.tape().is_looked_at() {
            let scale: T = attention_scale(self.width() / self.heads);
            let scores = (q.matmul(k.permute([0, 1, 3, 2])) * scale).named("scores");
            scores.masked_softmax(mask).named("pattern").dropout_apart(self.dropout).matmul(v)
        } else {
            q.attention(k, v, mask, self.dropout)
        };
        let shape = mixed.shape();
        let joined = mixed.permute([0, 2, 1, 3]).reshape([shape[0], shape[2], self.width()]);
        joined.apply("out_proj", &self.out_proj)
    }
}

/// Self-attention without mask.
impl<T: Scalar> Layer<T> for MultiHeadAttention<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.attend(x, &AttentionMask::none())
    }

    fn describe(&self) -> String {
        format!("MultiHeadAttention of {} heads, width {}", self.heads, self.width())
    }
}
