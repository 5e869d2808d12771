//! How long is a training step of the digits' model: forward, loss, backward, Adam? `cargo bench --bench training_step`

use array_core::{Array, default_rng, set_num_threads};
use criterion::{Criterion, criterion_group, criterion_main};
use nn::{Adam, Dense, Optimizer, Relu, Sequential, Tape};

/// One step of an MLP of these widths.
fn step(c: &mut Criterion, name: &str, [inputs, hidden, classes]: [usize; 3], batch: usize) {
    set_num_threads(1);
    let rng = &mut default_rng(0);
    let mut model = Sequential::new()
        .add("l1", Dense::new(inputs, hidden, rng))
        .add("act", Relu)
        .add("l2", Dense::new(hidden, classes, rng));
    let mut adam = Adam::new(1e-3);
    let x: Array<f32> = rng.uniform(0.0, 1.0, [batch, inputs]);
    let y = rng.integers(0, classes as i64, batch);
    c.bench_function(name, |bencher| {
        bencher.iter(|| {
            let tape = Tape::training(default_rng(0));
            let loss = tape.constant(x.clone()).apply("", &model).cross_entropy(&y);
            adam.step(&mut model, &loss.backward()).expect("every parameter has a gradient");
        });
    });
}

fn steps(c: &mut Criterion) {
    step(c, "mlp 64-128-10, batch 32, 1 thread", [64, 128, 10], 32);
    step(c, "mlp 784-256-10, batch 64, 1 thread", [784, 256, 10], 64);
}

criterion_group!(benches, steps);
criterion_main!(benches);
