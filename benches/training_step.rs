//! How long is a training step of the digits' model: forward, loss, backward, Adam? `cargo bench --bench training_step`

use array_core::{Array, default_rng, set_num_threads};
use criterion::{Criterion, criterion_group, criterion_main};
use nn::{Adam, Conv2d, Dense, Flatten, MaxPool2d, Optimizer, Relu, Sequential, Tape};

/// One step of an MLP of these widths.
fn step(c: &mut Criterion, name: &str, [inputs, hidden, classes]: [usize; 3], batch: usize) {
    set_num_threads(1);
    let rng = &mut default_rng(0);
    let model = Sequential::new()
        .add("l1", Dense::new(inputs, hidden, rng))
        .add("act", Relu)
        .add("l2", Dense::new(hidden, classes, rng));
    let x: Array<f32> = rng.uniform(0.0, 1.0, [batch, inputs]);
    train(c, name, model, x, rng.integers(0, classes as i64, batch));
}

/// One step of two 3×3 convolutions with pooling and a dense layer, on images of 28×28.
fn cnn_step(c: &mut Criterion, name: &str, batch: usize) {
    set_num_threads(1);
    let rng = &mut default_rng(0);
    let model = Sequential::new()
        .add("conv1", Conv2d::new(1, 16, 3, rng).padding(1))
        .add("act1", Relu)
        .add("pool1", MaxPool2d::new(2))
        .add("conv2", Conv2d::new(16, 32, 3, rng).padding(1))
        .add("act2", Relu)
        .add("pool2", MaxPool2d::new(2))
        .add("flat", Flatten::new())
        .add("head", Dense::new(32 * 7 * 7, 10, rng));
    let x: Array<f32> = rng.uniform(0.0, 1.0, [batch, 1, 28, 28]);
    train(c, name, model, x, rng.integers(0, 10, batch));
}

/// Forward pass, loss, backward and Adam, again and again.
fn train(c: &mut Criterion, name: &str, mut model: Sequential, x: Array<f32>, y: Array<i64>) {
    let mut adam = Adam::new(1e-3);
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
    cnn_step(c, "cnn 1×28×28, batch 32, 1 thread", 32);
}

criterion_group!(benches, steps);
criterion_main!(benches);
