//! What a trace shows: names, times, patches; its costs; its page.

mod costs;
mod page;

use array_core::{Array, default_rng};
use nn::{Dense, Layer, Module, Relu, Sequential, Tape, Trace, Var};

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
