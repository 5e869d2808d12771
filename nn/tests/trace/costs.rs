//! The work of layers against what follows from their formulas.

use array_core::{Array, default_rng};
use nn::{Conv2d, Dense, LayerNorm, MultiHeadAttention, Residual, Sequential, Tape, Trace, summary};

use super::{mlp, traced};

/// FLOPs of a value's layer, forward and backward.
fn flops(trace: &Trace, path: &str) -> (u64, u64) {
    let row = trace.row(path).unwrap_or_else(|| panic!("{path} in\n{trace}"));
    (row.forward.flops, row.backward.flops)
}

#[test]
fn dense_takes_two_flops_per_weight_and_row_and_one_per_bias() {
    let trace = traced(&mlp(), &[16, 64]);
    // x·W is 2·rows·in·out and + b rows·out; backward ∂W and ∂x take as much as x·W each, ∂b is a sum of rows.
    let product = 2 * 16 * 64 * 32;
    assert_eq!(flops(&trace, "net.l1"), (product + 16 * 32, 2 * product + 16 * 32));
    // x (64), W and b are read, y is written; 4 bytes each.
    let row = trace.row("net.l1").expect("l1");
    assert_eq!(row.forward.bytes, 4 * (16 * 64 + 64 * 32 + 32 + 16 * 32));
    assert_eq!(row.parameters, 64 * 32 + 32);
    // A layer of layers is the sum of these.
    let parts = ["net.l1", "net.act", "net.l2"].map(|path| flops(&trace, path));
    assert_eq!(flops(&trace, "net"), (parts.iter().map(|p| p.0).sum(), parts.iter().map(|p| p.1).sum()));
    // Where x needs no gradient, ∂x is not computed.
    let tape = Tape::training(default_rng(0)).traced();
    let _ = tape.constant(Array::ones([16, 64])).apply("net", &mlp()).sum().backward();
    assert_eq!(flops(&tape.trace(), "net.l1"), (product + 16 * 32, product + 16 * 32));
}

#[test]
fn conv_takes_two_flops_per_output_and_element_of_its_window() {
    let conv: Conv2d = Conv2d::new(3, 8, 3, &mut default_rng(0));
    let trace = traced(&conv, &[2, 3, 10, 12]);
    // (10 − 2)·(12 − 2) places; a window is 3 channels of 3·3, and one bias is added.
    let (outputs, window) = (2 * 8 * 8 * 10, 3 * 3 * 3);
    // Backward, ∂W and ∂x are a multiply-add for each of these again, and ∂b a sum of outputs.
    assert_eq!(flops(&trace, "net"), (outputs * (2 * window + 1), outputs * (2 * 2 * window + 1)));
}

#[test]
fn layer_norm_takes_seven_flops_per_element() {
    let norm: LayerNorm = LayerNorm::new(64);
    // Sum, difference, square, sum, product with 1/σ, with the weight, sum with the bias.
    // Backward, ∂bias is a sum; ∂weight is a product with the normalised x̂, and a sum; with h = g·weight,
    // ∂x = (h − mean h − x̂·mean(h·x̂))/σ: the product with the weight, that with x̂, two sums, the product of x̂ with
    // the mean, two differences, the product with 1/σ.
    assert_eq!(flops(&traced(&norm, &[16, 64]), "net"), (7 * 16 * 64, (1 + 2 + 8) * 16 * 64));
}

#[test]
fn softmax_takes_five_flops_per_element() {
    let tape = Tape::training(default_rng(0)).traced();
    let x = tape.variable(Array::ones([16, 64]));
    let _ = tape.apply("p", || x.softmax(-1)).backward_from(Array::ones([16, 64]));
    let trace = tape.trace();
    // Greatest, difference, exponential, sum, quotient. Backward, ∂x = (g − Σ g·p)·p: a product, a sum, a difference,
    // a product.
    assert_eq!(flops(&trace, "p"), (5 * 16 * 64, 4 * 16 * 64));
    assert_eq!(trace.total().0.flops, 5 * 16 * 64);
}

#[test]
fn attention_takes_two_products_of_tokens_by_tokens() {
    let (batch, heads, tokens, size) = (2, 4, 10, 8);
    let width = heads * size;
    let attn: MultiHeadAttention = MultiHeadAttention::new(width, heads, &mut default_rng(0));
    let run = |tape: &Tape| {
        tape.variable(Array::ones([batch, tokens, width])).apply("attn", &attn);
        tape.trace()
    };
    let trace = run(&Tape::inference().traced());
    let (batch, heads, tokens, size, width) =
        (batch as u64, heads as u64, tokens as u64, size as u64, width as u64);
    let (positions, scores) = (batch * tokens, batch * heads * tokens * tokens);
    // q is multiplied with kᵀ and the result scaled, softmax is taken, and the pattern multiplied with v.
    assert_eq!(flops(&trace, "attn.scores").0, scores * (2 * size + 1));
    assert_eq!(flops(&trace, "attn.pattern").0, scores * 5);
    let of_attention = scores * (2 * size + 1 + 5 + 2 * size);
    // Before that, every position goes through width × 3·width weights, afterwards through width × width.
    let of_projections = positions * (3 * width + width) * (2 * width + 1);
    assert_eq!(flops(&trace, "attn").0, of_projections + of_attention);
    // Where nobody looks, all of it is one operation, and the same work.
    assert_eq!(flops(&run(&Tape::inference()), "attn").0, of_projections + of_attention);

    // Backward, both factors of both products get a product each, softmax and scale are as above, and projections are
    // a product for the weights and one for the input.
    let tape = Tape::training(default_rng(0)).traced();
    let x = tape.variable(Array::ones([batch as usize, tokens as usize, width as usize]));
    let _ = x.apply("attn", &attn).sum().backward();
    let of_attention = scores * (2 * 2 * size + 1 + 4 + 2 * 2 * size);
    let of_projections = positions * (3 * width + width) * (2 * 2 * width + 1);
    assert_eq!(flops(&tape.trace(), "attn").1, of_projections + of_attention);
}

#[test]
fn a_summary_counts_shared_memory_once() {
    let rng = &mut default_rng(0);
    let model: Sequential = Sequential::new().add("block", Residual::new(Dense::new(4, 4, rng)));
    let summary = summary(&model, [2, 4]);
    let names: Vec<(usize, &str)> =
        summary.layers.iter().map(|layer| (layer.depth, layer.path.as_str())).collect();
    assert_eq!(names, [(0, "model"), (1, "model.block"), (2, "model.block.inner")]);
    // The dense output and the sum; 20 parameters.
    assert_eq!((summary.activation_bytes, summary.parameter_bytes), (2 * 8 * 4, 20 * 4));
    assert_eq!(summary.forward.flops, 2 * 2 * 4 * 4 + 8 + 8);
}
