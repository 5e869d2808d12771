//! Attention that is looked at, and generation with a cache: the same numbers by other ways.

use array_core::{Array, default_rng};
use nn::{
    AttentionMask, MultiHeadAttention, Scalar, Tape, TransformerBlock, TransformerDecoder,
    TransformerDecoderBlock, TransformerEncoder,
};

/// A stack's rows, all at once and in parts of these sizes with caches.
fn check_encoder<T: Scalar>(block: impl Fn() -> TransformerBlock<T>, bound: f64) {
    let model = TransformerEncoder::new(vec![block(), block()]);
    let x: Array<T> = default_rng(1).standard_normal::<f64>([2, 9, 8]).map(T::from_f64);
    let tape = Tape::inference();
    let whole = model.forward_masked(tape.constant(x.clone()), &AttentionMask::causal()).value();
    let (mut caches, mut start) = (model.caches(), 0);
    for size in [3, 1, 1, 2, 1, 1] {
        let tape = Tape::inference();
        let part = tape.constant(x.slice((.., start..start + size)));
        let y = model.forward_cached(part, &mut caches).value();
        let error = (y - whole.slice((.., start..start + size))).map(|d| d.to_f64().abs()).max();
        assert!(error < bound, "positions {start}..{}: {error:e}", start + size);
        start += size;
        assert!(caches.iter().all(|cache| cache.len() == start));
    }
}

#[test]
fn cached_steps_are_the_rows_of_the_whole_pass() {
    let block = || TransformerBlock::new(8, 2, 16, &mut default_rng(0));
    check_encoder::<f64>(|| TransformerBlock::new(8, 2, 16, &mut default_rng(0)), 1e-13);
    check_encoder::<f32>(block, 1e-5);
    check_encoder::<f32>(|| block().pre_norm().gelu(), 1e-5);
    check_encoder::<f32>(|| block().pre_norm().rotary(10_000.0), 1e-5);
}

#[test]
fn cached_steps_of_a_decoder_are_the_rows_of_the_whole_pass() {
    let rng = &mut default_rng(0);
    let model = TransformerDecoder::new(vec![TransformerDecoderBlock::new(8, 2, 16, rng).pre_norm(); 2]);
    let (x, memory): (Array<f32>, Array<f32>) =
        (rng.standard_normal([2, 5, 8]), rng.standard_normal([2, 3, 8]));
    let to_memory = AttentionMask::allowed(Array::from_fn([2, 1, 1, 3], |i| i[3] < 2 + i[0]));
    let tape = Tape::inference();
    let [all, of_memory] = [&x, &memory].map(|a| tape.constant(a.clone()));
    let whole = model.forward(all, of_memory, &AttentionMask::causal(), &to_memory).value();
    let mut caches = model.caches();
    for i in 0..5 {
        let tape = Tape::inference();
        let [next, memory] = [x.slice((.., i..i + 1)), memory.clone()].map(|a| tape.constant(a));
        let y = model.forward_cached(next, memory, &to_memory, &mut caches).value();
        assert!(y.allclose(whole.slice((.., i..i + 1)), 1e-5, 1e-6), "position {i}");
    }
}

/// Values and gradients on an ordinary tape and on one that is traced: the same bits, also with dropout.
#[test]
fn attention_that_is_looked_at_is_the_same() {
    let attn: MultiHeadAttention = MultiHeadAttention::new(8, 2, &mut default_rng(0)).dropout(0.3);
    let x: Array<f32> = default_rng(1).standard_normal([3, 5, 8]);
    let mask = AttentionMask::causal().and_allowed(Array::from_fn([3, 1, 1, 5], |i| i[3] != i[0]));
    let run = |tape: Tape| {
        let x = tape.variable(x.clone());
        let y = tape.apply("attn", || attn.attend(x, &mask));
        let gradients = y.square().sum().backward();
        let trace = tape.trace();
        let pattern = trace.get("attn.pattern").cloned();
        (y.value(), gradients.get(x).cloned(), pattern)
    };
    let (y, gradient, pattern) = run(Tape::training(default_rng(2)));
    assert!(pattern.is_none());
    let (traced_y, traced_gradient, pattern) = run(Tape::training(default_rng(2)).traced());
    assert!(y == traced_y && gradient == traced_gradient);
    let pattern = pattern.expect("a traced tape has the pattern");
    assert_eq!(pattern.shape(), [3, 2, 5, 5]);
    // The first query of the first sequence may attend to nothing, every other row sums to 1.
    let sums = pattern.sum_axis(-1);
    assert_eq!(sums[[0, 0, 0]], 0.0);
    assert!(sums.slice(1..).iter().all(|sum| (sum - 1.0).abs() < 1e-6));
}

#[test]
fn a_pattern_can_be_replaced() {
    let attn: MultiHeadAttention = MultiHeadAttention::new(4, 1, &mut default_rng(0));
    let x: Array<f32> = default_rng(1).standard_normal([1, 3, 4]);
    let run = |tape: Tape| {
        let x = tape.constant(x.clone());
        tape.apply("attn", || attn.attend(x, &AttentionMask::none())).value()
    };
    let without = run(Tape::inference().patch("attn.pattern", |pattern| pattern * 0.0));
    // Nothing is attended to: the bias of the last layer, which is 0, is all that is left.
    assert!(without.iter().all(|&y| y == 0.0) && run(Tape::inference()) != without);
}

#[test]
#[should_panic(expected = "attn (MultiHeadAttention of 2 heads, width 8): input axis 2 is 7, expected 8")]
fn a_wrong_width_names_the_layer() {
    let attn: MultiHeadAttention = MultiHeadAttention::new(8, 2, &mut default_rng(0));
    let tape = Tape::inference();
    let x = tape.constant(Array::zeros([1, 3, 7]));
    tape.apply("attn", || attn.attend(x, &AttentionMask::none()));
}
