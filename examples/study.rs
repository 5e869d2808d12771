//! One digit on its way through a network: every intermediate value with its formula, and beside it the same computed
//! by hand. Writes a page that shows all of it.
//!
//! `cargo run --release --example study [PAGE]`; the page is `runs/study.html` unless told otherwise.

#[path = "common/mod.rs"]
mod common;

use std::path::{Path, PathBuf};

use array_core::{Array, default_rng, keepdims};
use common::digits;
use nn::data::batches;
use nn::{Adam, Dense, Module, Optimizer, Relu, Result, Sequential, Tape};

fn main() -> Result<()> {
    let page = std::env::args_os().nth(1).map_or(PathBuf::from("runs/study.html"), PathBuf::from);
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

    // The forward and the backward pass of one digit, watched.
    let digit = test.take(&Array::from_vec([0], 1));
    let tape = Tape::training(rng.spawn()).traced();
    let logits = tape.constant(digit.inputs.clone()).named("digit").apply("mlp", &model);
    let loss = logits.cross_entropy(&digit.labels).named("loss");
    let gradients = loss.backward();
    let trace = tape.trace();

    // The same by hand.
    let [w1, b1, w2, b2] =
        ["l1.weight", "l1.bias", "l2.weight", "l2.bias"].map(|path| parameter(&model, path));
    let x = &digit.inputs;
    let z1 = x.matmul(&w1) + &b1;
    let h = z1.map(|z| z.max(0.0));
    let z2 = h.matmul(&w2) + &b2;
    let e = (&z2 - z2.max_axis(keepdims(1))).exp();
    let p = &e / e.sum_axis(keepdims(1));
    let label = digit.labels.item() as usize;
    let cross_entropy = Array::scalar(-p[[0, label]].ln());
    // And back: the gradient of the loss with respect to the logits is p minus 1 at the label.
    let mut g2 = p;
    g2[[0, label]] -= 1.0;
    let gh = g2.matmul(&w2.t());
    let g1 = gh.zip_map(&h, |g, h| if h > 0.0 { g } else { 0.0 });

    println!("{}", x.reshape([8, 8]).map(|x| (16.0 * x) as i64));
    println!("The digit is a {label}, and is taken for a {}.\n", logits.value().argmax());
    let beside = [
        ("mlp.l1", &z1, &g1),
        ("mlp.act", &h, &gh),
        ("mlp.l2", &z2, &g2),
        ("loss", &cross_entropy, &Array::scalar(1.0)),
    ];
    for (path, value, gradient) in beside {
        let row = trace.row(path).expect("a value of this name");
        let formulas: Vec<&str> = row.formulas.iter().map(|(_, formula)| *formula).collect();
        println!("{path}: {} {:?} from {}", formulas.join("; "), value.shape(), row.inputs.join(", "));
        println!("{}", row.value);
        println!("by hand, the value differs by at most {:.1e}", furthest(&row.value, value));
        let traced = row.gradient.as_ref().expect("backward came through here");
        println!("and its gradient by {:.1e}\n", furthest(traced, gradient));
        assert!(row.value.allclose(value, 1e-4, 1e-5) && traced.allclose(gradient, 1e-4, 1e-5), "{path}");
    }
    // ∂W = xᵀ·g
    let by_hand = x.t().matmul(&g1);
    model.for_each_param(|path, param| {
        let gradient = param.gradient(&gradients).filter(|_| path == "l1.weight");
        assert!(gradient.is_none_or(|gradient| gradient.allclose(&by_hand, 1e-4, 1e-5)), "{path}");
    });

    println!("{trace}");
    std::fs::create_dir_all(page.parent().unwrap_or(Path::new("."))).map_err(|source| nn::Error::Io {
        path: page.clone(),
        action: "create",
        source,
    })?;
    trace.page().title("One digit on its way through a network").image("digit", 8, 8).write(&page)?;
    println!("wrote {}", page.display());
    Ok(())
}

fn parameter(model: &Sequential, wanted: &str) -> Array<f32> {
    let mut found = None;
    model.for_each_param(|path, param| {
        found = found.take().or((path == wanted).then(|| param.value().clone()))
    });
    found.expect("a parameter of this path")
}

/// The largest distance between two elements.
fn furthest(a: &Array<f32>, b: &Array<f32>) -> f32 {
    (a - b).abs().max()
}
