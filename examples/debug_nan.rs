//! A training run that goes wrong, and how to find out where: the same model three times, with three faults.
//!
//! `cargo run --release --example debug_nan [PAGE]`; the page is `runs/debug_nan.html` unless told otherwise.

#[path = "common/page.rs"]
mod page;

use array_core::{Array, default_rng};
use nn::{Dense, Fault, LayerNorm, Optimizer, Relu, Result, Sequential, Sgd, Tape, Trace};

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
    // The fault comes back as a value; the panic it travels in need not be printed as well.
    std::panic::set_hook(Box::new(|_| {}));
    let (x, y) = data();

    println!("As it should be:");
    assert!(train(0.1, &x, &y, false)?.is_none());
    println!("  100 steps, and every value and every gradient is finite.\n");

    println!(
        "A number in the data is NaN. The place is the data's own name, not the layer that met it first:"
    );
    let mut damaged = x.clone();
    damaged[[12, 3]] = f32::NAN;
    let (fault, _) = train(0.1, &damaged, &y, false)?.expect("a fault");
    println!("  {fault}\n");
    assert_eq!(fault.path, "x");

    println!("The learning rate is far too high. One step later, the weights tell:");
    let (fault, _) = train(1e25, &x, &y, false)?.expect("a fault");
    println!("  {fault}\n");

    println!(
        "The loss is -ln(softmax(x)) instead of a cross entropy of logits. A probability is so small that it is 0:"
    );
    let (fault, trace) = train(0.1, &x, &y, true)?.expect("a fault");
    println!("  {fault}\n");
    assert_eq!(fault.path, "loss");

    println!("Everything of that step, up to there:\n\n{trace}");
    let page = trace.page().title("The step that went wrong");
    page::write("debug_nan", |path| page.write(path))
}
