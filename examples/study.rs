//! One digit on its way through a network and back: every intermediate value with its formula, and beside it the same
//! computed by hand. Writes a page that shows all of it.
//!
//! `cargo run --release --example study [PAGE]`; the page is `runs/study.html` unless told otherwise.

#[path = "common/mod.rs"]
mod common;
#[path = "common/page.rs"]
mod page;

use std::path::Path;

use array_core::{Array, default_rng, keepdims};
use common::digits;
use nn::data::batches;
use nn::{Adam, Dense, Optimizer, Relu, Result, Sequential, Tape, Trace};

fn main() -> Result<()> {
    let rng = &mut default_rng(0);
    let (train, test) = digits::load_and_split(Path::new(digits::PATH), rng)?;

    // A network that has seen every digit thrice knows enough to be worth looking into.
    let mut model = Sequential::new()
        .add("l1", Dense::new(64, 32, rng))
        .add("act", Relu)
        .add("l2", Dense::new(32, 10, rng));
    let mut adam = Adam::new(3e-3);
    for _ in 0..3 {
        for (inputs, labels) in batches(&train, 32, rng) {
            let tape = Tape::training(rng.spawn());
            let loss = tape.constant(inputs).apply("", &model).cross_entropy(&labels);
            adam.step(&mut model, &loss.backward())?;
        }
    }

    // The forward and the backward pass of one digit, watched: `traced` is all it takes.
    let digit = test.take(&Array::from_vec([0], 1));
    let tape = Tape::training(rng.spawn()).traced();
    let logits = tape.constant(digit.inputs.clone()).named("digit").apply("mlp", &model);
    let _ = logits.cross_entropy(&digit.labels).named("loss").backward();
    let trace = tape.trace();

    // The same by hand, with nothing but arrays. `@` below is the product of matrices.
    let [w1, b1, w2, b2] = ["mlp.l1.weight", "mlp.l1.bias", "mlp.l2.weight", "mlp.l2.bias"]
        .map(|path| trace.get(path).expect("a parameter of this path"));
    let (x, label) = (&digit.inputs, digit.labels.item() as usize);
    let z1 = x.matmul(w1) + b1;
    let h = z1.map(|z| z.max(0.0));
    let z2 = h.matmul(w2) + b2;
    let e = (&z2 - z2.max_axis(keepdims(1))).exp();
    let p = &e / e.sum_axis(keepdims(1));
    let loss = Array::scalar(-p[[0, label]].ln());

    println!("A digit is 8 by 8 pixels from 0 to 16, which the network sees as 64 numbers from 0 to 1:\n");
    println!("{}\n", x.reshape([8, 8]).map(|x| (16.0 * x) as i64));
    println!("It is a {label}, and the network takes it for a {}.\n", logits.value().argmax());

    println!("FORWARD: from the digit to the loss\n");
    forward(&trace, "mlp.l1", "x @ w1 + b1", &z1, "Each of 32 units weighs all pixels, and adds its bias.");
    forward(
        &trace,
        "mlp.act",
        "max(z1, 0)",
        &h,
        "Units below 0 are silent. Without this, two layers would be one.",
    );
    forward(
        &trace,
        "mlp.l2",
        "h @ w2 + b2",
        &z2,
        "One number per digit, the logits: the greatest is the answer.",
    );
    let sure = 100.0 * p[[0, label]];
    let what_it_is = format!("softmax makes probabilities of logits; of {label}, which it is, {sure:.1} %.");
    forward(&trace, "loss", "-ln(softmax(z2)[label])", &loss, &what_it_is);

    println!(
        "BACKWARD: from the loss to the weights. A gradient says by how much the loss grows with each element.\n"
    );
    let mut g2 = p;
    g2[[0, label]] -= 1.0;
    let gh = g2.matmul(&w2.t());
    let g1 = gh.zip_map(&h, |g, h| if h > 0.0 { g } else { 0.0 });
    backward(&trace, "loss", "1", &Array::scalar(1.0), "The loss grows as itself.");
    backward(
        &trace,
        "mlp.l2",
        "softmax(z2) - onehot(label)",
        &g2,
        "Every logit is too large by its probability, but the right one.",
    );
    backward(
        &trace,
        "mlp.l2.weight",
        "h.T @ g2",
        &h.t().matmul(&g2),
        "A weight matters as much as what it multiplies.",
    );
    backward(&trace, "mlp.act", "g2 @ w2.T", &gh, "Back through the same weights.");
    backward(&trace, "mlp.l1", "gh where h > 0, else 0", &g1, "Silent units let nothing through.");
    backward(
        &trace,
        "mlp.l1.weight",
        "x.T @ g1",
        &x.t().matmul(&g1),
        "Where a pixel is black, its weights are left alone.",
    );

    println!("ALL OF IT as a table, a row per named value; ∇ is the gradient:\n\n{trace}");
    let page = trace.page().title("One digit on its way through a network").image("digit", 8, 8);
    page::write("study", |path| page.write(path))
}

/// Prints a value of the pass: its formula, shapes, what it is for, and how far what was computed by hand is from it.
fn forward(trace: &Trace, path: &str, code: &str, by_hand: &Array<f32>, about: &str) {
    let row = trace.row(path).expect("a value of this path");
    let formulas: Vec<&str> = row.formulas.iter().map(|(_, formula)| *formula).collect();
    let shape = |of: &str| trace.get(of).map(|value| format!("{of} {:?}", value.shape())).unwrap_or_default();
    let inputs: Vec<String> = row.inputs.iter().map(|input| shape(input)).collect();
    let layer = row.layer.as_ref().map(|layer| format!(" ({layer})")).unwrap_or_default();
    println!("{path}{layer}: {}", formulas.join("; "));
    println!("  from {} → {:?}. {about}", inputs.join(", "), row.value.shape());
    println!("{}", row.value);
    println!("  by hand: {code}, {}\n", distance(&row.value, by_hand));
}

/// Prints how a gradient is computed by hand, and how far that is from the network's own.
fn backward(trace: &Trace, path: &str, code: &str, by_hand: &Array<f32>, about: &str) {
    let gradient = trace.grad(path).expect("backward came through here");
    let shape = format!("{:?}", gradient.shape());
    println!("∂loss/∂{path} {shape} = {code}, {}", distance(gradient, by_hand));
    println!("  {about}");
    if (2..=10).contains(&gradient.size()) {
        println!("{gradient}");
    }
    println!();
}

/// The largest distance between two elements, which must be no more than rounding makes it.
fn distance(a: &Array<f32>, b: &Array<f32>) -> String {
    assert!(a.allclose(b, 1e-4, 1e-5), "what was computed by hand is something else");
    match (a - b).abs().max() {
        0.0 => "the same to the last bit".to_string(),
        furthest => format!("the same to {furthest:.0e}"),
    }
}
