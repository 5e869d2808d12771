//! What does looking inside cost: names that nobody reads, a traced tape, a checked one, the page?
//! `cargo bench --bench inspection`
//!
//! The first lines are ratios, measured by taking turns in one run, best and median of many: a step of forward and
//! backward with named layers over the same operations without any name.

use std::hint::black_box;
use std::time::{Duration, Instant};

use array_core::{Array, default_rng, set_num_threads};
use criterion::{Criterion, criterion_group, criterion_main};
use nn::{Dense, Relu, Sequential, Tape, TransformerBlock, TransformerEncoder, Var};

const WIDTH: usize = 128;
const BATCH: usize = 64;
const TOKENS: usize = 64;

fn layers() -> (Dense, Dense) {
    let rng = &mut default_rng(0);
    (Dense::new(WIDTH, WIDTH, rng), Dense::new(WIDTH, 10, rng))
}

/// Forward and backward of two layers: the time it takes.
fn step(forward: impl for<'t> Fn(&'t Tape, Var<'t>) -> Var<'t>, x: &Array<f32>, y: &Array<i64>) -> Duration {
    let begun = Instant::now();
    let tape = Tape::training(default_rng(0));
    let gradients = forward(&tape, tape.constant(x.clone())).cross_entropy(y).backward();
    black_box(&gradients);
    drop(tape);
    begun.elapsed()
}

fn ratio(_: &mut Criterion) {
    set_num_threads(1);
    let (l1, l2) = layers();
    let model = Sequential::new().add("l1", l1.clone()).add("act", Relu).add("l2", l2.clone());
    let rng = &mut default_rng(1);
    let (x, y) = (rng.standard_normal([BATCH, WIDTH]), rng.integers(0, 10, BATCH));
    let (mut named, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..20_000 {
        named.push(step(|_, x| x.apply("net", &model), &x, &y));
        bare.push(step(
            |tape, x| {
                let leaf = |array: &Array<f32>| tape.variable(array.clone());
                let h = x.linear(leaf(l1.weight.value()), leaf(l1.bias.value())).relu();
                h.linear(leaf(l2.weight.value()), leaf(l2.bias.value()))
            },
            &x,
            &y,
        ));
    }
    [&mut named, &mut bare].iter_mut().for_each(|times| times.sort_unstable());
    for (what, at) in [("best", 0), ("median", named.len() / 2)] {
        let (named, bare) = (named[at], bare[at]);
        let ratio = named.as_secs_f64() / bare.as_secs_f64();
        println!(
            "a step with names nobody reads, {what}: {named:?}, without names: {bare:?}, ratio {ratio:.4}"
        );
    }
}

/// A transformer of 4 layers with 4 heads, width 128, on 64 tokens.
fn transformer() -> TransformerEncoder {
    let rng = &mut default_rng(0);
    let block = |_| TransformerBlock::new(WIDTH, 4, 4 * WIDTH, rng).pre_norm().gelu();
    TransformerEncoder::new((0..4).map(block).collect())
}

fn looking(c: &mut Criterion) {
    set_num_threads(1);
    let model = transformer();
    let x: Array<f32> = default_rng(1).standard_normal([1, TOKENS, WIDTH]);
    let run = |tape: Tape| {
        let _ = tape.constant(x.clone()).apply("net", &model).square().mean().backward();
        tape
    };
    let tape = || Tape::training(default_rng(0));
    c.bench_function("step of a transformer of 4 layers, 64 tokens", |b| b.iter(|| run(tape())));
    c.bench_function("the same, traced", |b| b.iter(|| run(tape().traced())));
    c.bench_function("the same, checked", |b| b.iter(|| run(tape().checked())));
    let tape = run(tape().traced());
    println!("its page has {} bytes", tape.trace().page().to_html().len());
    let path = std::env::temp_dir().join(format!("inspection-{}.html", std::process::id()));
    // A trace keeps its statistics: every page is to be made from a new one.
    c.bench_function("its trace and page, written", |b| {
        b.iter(|| tape.trace().write_html(&path).expect("a page"))
    });
    let _ = std::fs::remove_file(&path);
}

criterion_group!(benches, ratio, looking);
criterion_main!(benches);
