//! What a trace shows: work, names, times, patches; and the page.

use array_core::{Array, default_rng};
use nn::Conv2d;
use nn::{
    BatchNorm1d, BatchNorm2d, Checkpoint, Dense, Embedding, GroupNorm, Layer, LayerNorm, Module, Relu,
    Residual,
};
use nn::{RmsNorm, Sequential, Tape, Trace, Var, summary};

fn mlp() -> Sequential {
    let rng = &mut default_rng(0);
    Sequential::new().add("l1", Dense::new(64, 32, rng)).add("act", Relu).add("l2", Dense::new(32, 10, rng))
}

/// A forward and backward pass on ones.
fn traced(model: &impl Layer, shape: &[usize]) -> Trace {
    let tape = Tape::training(default_rng(0)).traced();
    let _ = tape.variable(Array::ones(shape)).named("x").apply("net", model).sum().backward();
    tape.trace()
}

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
    let outputs = 2 * 8 * 8 * 10;
    assert_eq!(flops(&trace, "net").0, outputs * (2 * 3 * 3 * 3 + 1));
}

#[test]
fn layer_norm_takes_seven_flops_per_element() {
    let norm: LayerNorm = LayerNorm::new(64);
    // Sum, difference, square, sum, product with 1/σ, with the weight, sum with the bias.
    assert_eq!(flops(&traced(&norm, &[16, 64]), "net").0, 7 * 16 * 64);
}

#[test]
fn softmax_takes_five_flops_per_element() {
    let tape = Tape::inference().traced();
    // Greatest, difference, exponential, sum, quotient.
    tape.apply("p", || tape.constant(Array::<f32>::ones([16, 64])).softmax(-1));
    let trace = tape.trace();
    assert_eq!((trace.row("p").expect("p").forward.flops, trace.total().0.flops), (5 * 16 * 64, 5 * 16 * 64));
}

#[test]
fn attention_takes_two_products_of_tokens_by_tokens() {
    let (batch, heads, tokens, size) = (2, 4, 10, 8);
    let tape = Tape::inference().traced();
    let [q, k, v] = [(); 3].map(|()| tape.constant(Array::<f32>::ones([batch, heads, tokens, size])));
    tape.apply("attn", || {
        let scores = (q.matmul(k.permute([0, 1, 3, 2])) * 0.5).named("scores");
        scores.softmax(-1).named("pattern").matmul(v)
    });
    let trace = tape.trace();
    let squares = (batch * heads * tokens * tokens) as u64;
    // q·kᵀ and its scale, softmax, and pattern·v.
    assert_eq!(flops(&trace, "attn.scores").0, squares * (2 * size as u64 + 1));
    assert_eq!(flops(&trace, "attn.pattern").0, squares * 5);
    assert_eq!(flops(&trace, "attn").0, squares * (2 * size as u64 + 1 + 5 + 2 * size as u64));
}

#[test]
fn names_in_traces_are_those_of_parameters_and_checkpoints() {
    fn check(name: &str, model: &impl Layer, shape: &[usize]) {
        let mut fields = Vec::new();
        model.for_each_param(|path, _| fields.push(path.to_string()));
        let tape = Tape::training(default_rng(0)).traced();
        let _ = tape.constant(default_rng(1).standard_normal(shape)).apply("", model).sum().backward();
        let trace = tape.trace();
        let mut traced: Vec<String> = trace
            .rows()
            .iter()
            .filter(|row| row.op == "parameter" || row.op == "buffer")
            .map(|row| row.path.clone())
            .collect();
        let mut saved: Vec<String> = Checkpoint::of(model).parameters().keys().cloned().collect();
        // Buffers that training only writes are not on its tape.
        let inference = Tape::inference();
        let _ = inference.constant(Array::ones(shape)).apply("", model);
        let known: Vec<String> = inference.trace().rows().iter().map(|row| row.path.clone()).collect();
        traced.extend(fields.iter().filter(|path| known.contains(path)).cloned());
        [&mut fields, &mut traced, &mut saved].into_iter().for_each(|names| {
            names.sort();
            names.dedup();
        });
        assert_eq!(traced, fields, "{name}: trace");
        assert_eq!(saved, fields, "{name}: checkpoint");
    }
    let rng = &mut default_rng(0);
    check("Dense", &Dense::new(4, 3, rng), &[2, 4]);
    check("LayerNorm", &LayerNorm::<f32>::new(4), &[2, 4]);
    check("RmsNorm", &RmsNorm::<f32>::new(4), &[2, 4]);
    check("GroupNorm", &GroupNorm::<f32>::new(2, 4), &[2, 4, 3]);
    check("BatchNorm1d", &BatchNorm1d::<f32>::new(4), &[3, 4]);
    check("BatchNorm2d", &BatchNorm2d::<f32>::new(4), &[3, 4, 2, 2]);
    check("Residual", &Residual::new(Dense::new(4, 4, rng)), &[2, 4]);
    check("Sequential", &mlp(), &[2, 64]);
    let deep = Sequential::new().add("a", mlp()).add("b", Sequential::new().add("c", Dense::new(10, 2, rng)));
    check("nested", &deep, &[1, 64]);

    let embedding: Embedding = Embedding::new(5, 3, rng);
    let tape = Tape::inference();
    let _ = embedding.forward(&tape, &Array::from_vec([1, 4], 2));
    assert_eq!(tape.trace().rows()[0].path, "weight");
}

#[test]
fn a_trace_shows_inputs_gradients_times_and_all_names() {
    let trace = traced(&mlp(), &[2, 64]);
    let paths: Vec<&str> = trace.rows().iter().map(|row| row.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "x",
            "net.l1.weight",
            "net.l1.bias",
            "net.l1",
            "net.act",
            "net.l2.weight",
            "net.l2.bias",
            "net.l2",
            "net"
        ]
    );
    let inputs = |path: &str| trace.row(path).expect("a row").inputs.join(" ");
    assert_eq!(inputs("net.l1"), "x net.l1.weight net.l1.bias");
    assert_eq!((inputs("net.act"), inputs("net"), inputs("x")), ("net.l1".into(), "x".into(), String::new()));
    assert_eq!(trace.row("net.l1").and_then(|row| row.layer.as_deref()), Some("Dense 64 → 32"));
    assert_eq!(trace.row("net.act").expect("a row").formulas, [("relu", "y = max(x, 0)")]);
    for row in trace.rows() {
        assert_eq!(row.gradient.as_ref().map(Array::shape), Some(row.value.shape()), "{}", row.path);
        assert!(row.forward_time.is_some_and(|time| !time.is_zero()), "{}", row.path);
    }
    assert!(trace.row("net.l1").and_then(|row| row.backward_time).is_some_and(|time| !time.is_zero()));
    assert_eq!(trace.select("net.*.bias").count(), 2);
}

#[test]
fn an_ordinary_tape_keeps_neither_gradients_nor_parameters() {
    let tape = Tape::training(default_rng(0));
    let _ = tape.constant(Array::ones([2, 64])).apply("net", &mlp()).sum().backward();
    let trace = tape.trace();
    let paths: Vec<&str> = trace.rows().iter().map(|row| row.path.as_str()).collect();
    assert_eq!(paths, ["net.l1", "net.act", "net.l2", "net"]);
    assert!(trace.rows().iter().all(|row| row.gradient.is_none() && row.forward_time.is_none()));
}

#[test]
fn tracing_and_checking_change_no_bit() {
    let run = |tape: Tape| {
        let model = mlp();
        let y = tape.constant(default_rng(2).standard_normal([4, 64])).apply("net", &model);
        let gradients = y.dropout(0.3).square().mean().backward();
        let mut all = vec![y.value()];
        model.for_each_param(|_, param| all.push(param.gradient(&gradients).expect("a gradient").clone()));
        all
    };
    let tape = || Tape::training(default_rng(0));
    let plain = run(tape());
    assert!(
        plain == run(tape().traced())
            && plain == run(tape().checked())
            && plain == run(tape().traced().checked())
    );
}

#[test]
fn a_repeated_name_is_numbered() {
    let layer: Dense = Dense::new(3, 3, &mut default_rng(0));
    let tape = Tape::inference();
    let x = tape.constant(Array::ones([1, 3])).apply("cell", &layer).apply("cell", &layer);
    let trace = tape.trace();
    assert_eq!(trace.get("cell#2"), Some(&x.value()));
    assert_ne!(trace.get("cell"), trace.get("cell#2"));
}

#[test]
fn patches_replace_scale_and_zero_what_they_match() {
    let model = mlp();
    let x: Array<f32> = default_rng(3).standard_normal([2, 64]);
    let run = |tape: &Tape| tape.constant(x.clone()).apply("net", &model).value();
    let plain = run(&Tape::inference());

    // With the hidden layer zeroed, the bias of the output is left: zeros.
    assert_eq!(run(&Tape::inference().patch("net.act", |v| v * 0.0)), Array::zeros([2, 10]));
    // A linear layer without bias doubles its output with its input.
    assert!(run(&Tape::inference().patch("net.act", |v| v * 2.0)).allclose(
        &(plain.clone() * 2.0),
        1e-6,
        1e-6
    ));
    // Replaced by what it was, nothing changes; by a pattern, both dense layers are met.
    let tape = Tape::inference();
    run(&tape);
    let hidden = tape.trace().get("net.act").expect("recorded").clone();
    assert_eq!(run(&Tape::inference().patch("net.act", move |v| v.tape().constant(hidden.clone()))), plain);
    assert_eq!(run(&Tape::inference().patch("net.l*.bias", |b| b * 3.0)), plain);
    // The trace shows what stands in the place.
    let tape = Tape::inference().patch("net.l1", |v| v * 0.0);
    run(&tape);
    assert_eq!(tape.trace().row("net.l1").map(|row| (row.op, row.stats().norm)), Some(("mul_scalar", 0.0)));
    // A parameter that is patched is so at every use.
    let tape = Tape::inference().patch("*.weight", |w| w * 0.0);
    assert_eq!(run(&tape), Array::zeros([2, 10]));
}

#[test]
fn gradients_flow_through_patches_and_a_patch_that_matches_nothing_is_an_error() {
    let tape = Tape::training(default_rng(0)).patch("x", |v: Var<'_>| v * 3.0);
    let x = tape.variable(Array::ones([2]));
    let y = x.named("x");
    assert_eq!(y.sum().backward().get(x).map(Array::to_vec), Some(vec![3.0, 3.0]));

    let tape: Tape = Tape::training(default_rng(0)).patch("blok0", |v| v * 0.0);
    let loss = tape.variable(Array::ones([2])).named("block0").sum();
    assert_eq!(tape.unused_patches(), ["blok0"]);
    let fault = tape.attempt(|| loss.backward()).expect_err("a typing error");
    assert_eq!(fault.message, "patch: no value was named blok0");
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

/// A model whose numbers are small integers: the same bits on every machine.
fn integers() -> Trace {
    let layer = |inputs: usize, outputs: usize| {
        let mut layer: Dense = Dense::new(inputs, outputs, &mut default_rng(0));
        let weight = Array::from_fn([inputs, outputs], |i| (((3 * i[0] + 5 * i[1]) % 7) as f32) - 3.0);
        layer.weight = nn::Param::new(weight);
        layer
    };
    let model = Sequential::new().add("l1", layer(9, 8)).add("act", Relu).add("l2", layer(8, 4));
    let tape = Tape::training(default_rng(0)).traced();
    let x = tape.constant(Array::from_fn([2, 9], |i| ((i[0] + 2 * i[1]) % 5) as f32)).named("x");
    let _ = x.apply("net", &model).sum().named("loss").backward();
    tape.trace()
}

#[test]
fn a_page_is_the_same_byte_for_byte() {
    let page = || integers().page().title("Small integers").image("x", 3, 3).without_times().to_html();
    let first = page();
    assert_eq!(first, page());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/page.html");
    if std::fs::read_to_string(path).ok().as_deref() != Some(&first) {
        let new = std::env::temp_dir().join("page.html");
        std::fs::write(&new, first).expect("written");
        panic!(
            "the page has changed: look at {}; if it is meant to be so, it is the new {path}",
            new.display()
        );
    }
}

#[test]
fn a_page_of_a_pass_that_failed_ends_at_the_fault() {
    let rng = &mut default_rng(0);
    let wrong: Sequential = Sequential::new().add("fc", Dense::new(30, 10, rng));
    let model = Sequential::new().add("l1", Dense::new(8, 16, rng)).add("block", wrong);
    let tape = Tape::inference().traced();
    let x = tape.constant(Array::ones([2, 8])).named("x");
    let fault = tape.attempt(|| x.apply("net", &model)).expect_err("a mistake");
    let html = tape.trace().page().without_times().to_html();
    // The layer that was finished has its card, and the place of the fault its message.
    let (finished, place) = (html.find("id=\"net.l1\""), html.find("id=\"net.block.fc\""));
    let message = html.rfind("input axis 1 is 16, expected 30");
    assert!(finished.is_some() && finished < place && place < message, "{fault}");
    assert!(html.contains("Dense 30 → 10"));
    assert!(tape.trace().to_string().ends_with(&format!("stopped: {fault}\n")));
}

#[test]
fn a_page_escapes_what_it_is_given_and_loads_nothing() {
    let tape: Tape = Tape::inference();
    tape.constant(Array::ones([2, 2])).named("<script>alert(1)</script>");
    let html = tape.trace().page().title("a < b").to_html();
    assert!(!html.contains("<script>alert") && html.contains("<title>a &lt; b</title>"));
    assert!(!html.contains("http://") && !html.contains("https://") && html.contains("default-src 'none'"));
}
