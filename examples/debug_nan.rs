//! A training run that goes wrong, and how to find out where: the same model three times, with three faults.
//!
//! `cargo run --release --example debug_nan [PAGE]`; the page is `runs/debug_nan.html` unless told otherwise.

use std::path::{Path, PathBuf};

use array_core::{Array, default_rng};
use nn::{Dense, Error, Fault, LayerNorm, Optimizer, Relu, Result, Sequential, Sgd, Tape, Trace};

/// 8 numbers → whether their sum is positive.
fn data() -> (Array<f32>, Array<i64>) {
    let x: Array<f32> = default_rng(1).standard_normal([64, 8]);
    let y = x.sum_axis(1).map(|sum| i64::from(sum > 0.0));
    (x, y)
}

fn model() -> Sequential {
    let rng = &mut default_rng(0);
    Sequential::new()
        .add("l1", Dense::new(8, 16, rng))
        .add("act", Relu)
        .add("norm", LayerNorm::new(16))
        .add("l2", Dense::new(16, 2, rng))
}

/// Trains on a checked tape until something is not finite; returns what, and the trace of the step up to there.
fn train(
    learning_rate: f64,
    x: &Array<f32>,
    y: &Array<i64>,
    careless: bool,
) -> Result<Option<(Fault, Trace)>> {
    let (mut model, mut sgd) = (model(), Sgd::new(learning_rate));
    for step in 0..100 {
        let tape = Tape::training(default_rng(step)).traced().checked().at_step(step);
        let gradients = tape.attempt(|| {
            let logits = tape.constant(x.clone()).named("x").apply("net", &model);
            let loss = match careless {
                // The logarithm of a probability that may have become 0.
                true => tape.apply("loss", || -((logits * 40.0).softmax(1).ln().mean())),
                false => tape.apply("loss", || logits.cross_entropy(y)),
            };
            loss.backward()
        });
        match gradients {
            Ok(gradients) => sgd.step(&mut model, &gradients)?,
            Err(fault) => return Ok(Some((fault, tape.trace()))),
        }
    }
    Ok(None)
}

fn main() -> Result<()> {
    let page = std::env::args_os().nth(1).map_or(PathBuf::from("runs/debug_nan.html"), PathBuf::from);
    // The fault comes back as a value; the panic it travels in need not be printed as well.
    std::panic::set_hook(Box::new(|_| {}));
    let (x, y) = data();

    assert!(train(0.1, &x, &y, false)?.is_none());
    println!("As it should be: 100 steps, and every value and every gradient is finite.\n");

    println!("A number in the data is NaN:");
    let mut damaged = x.clone();
    damaged[[12, 3]] = f32::NAN;
    let (fault, _) = train(0.1, &damaged, &y, false)?.expect("a fault");
    println!("  {fault}\n");
    assert_eq!(fault.path, "x");

    println!("The learning rate is far too high:");
    let (fault, _) = train(1e25, &x, &y, false)?.expect("a fault");
    println!("  {fault}\n");

    println!("The loss is -ln(softmax(x)) instead of a cross entropy of logits:");
    let (fault, trace) = train(0.1, &x, &y, true)?.expect("a fault");
    println!("  {fault}\n");
    assert_eq!(fault.path, "loss");

    println!("Everything up to there:\n{trace}");
    let folder = page.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|source| Error::Io {
        path: folder.to_path_buf(),
        action: "create",
        source,
    })?;
    trace.page().title("The step that went wrong").write(&page)?;
    println!("wrote {}", page.display());
    Ok(())
}
