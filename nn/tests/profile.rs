//! The profile: counts that equal those worked by hand, times that add up, files that viewers can read.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use array_core::machine::Machine;
use array_core::random::Generator;
use array_core::{Array, default_rng, set_num_threads};
use nn::profile::{Bound, Profile, Profiler, Stage};
use nn::{Adam, AttentionMask, Conv2d, Dense, Embedding, Flatten, MaxPool2d, Module, Relu, Sequential, Tape};
use nn::{TransformerBlock, TransformerEncoder, Var};

const BATCH: u64 = 32;

/// Profiles a few steps of a model on one thread.
fn profile<M: Module>(
    machine: &Machine,
    steps: usize,
    mut model: M,
    loss: impl for<'t> Fn(&'t Tape, &M) -> Var<'t>,
) -> Profile {
    set_num_threads(1);
    let profiler = Profiler::new(machine).time(Duration::ZERO).steps(steps);
    profiler.run(&mut model, &mut Adam::new(1e-3), loss).expect("every parameter has a gradient")
}

/// 40 → 64 → 10.
fn profiled(machine: &Machine, steps: usize) -> Profile {
    let rng = &mut default_rng(0);
    let model = Sequential::new()
        .add("l1", Dense::new(40, 64, rng))
        .add("act", Relu)
        .add("l2", Dense::new(64, 10, rng));
    classify(machine, steps, model, rng.uniform(-1.0, 1.0, [BATCH as usize, 40]), rng)
}

/// One convolution with pooling on images of 8×8.
fn profiled_cnn(machine: &Machine, steps: usize) -> Profile {
    let rng = &mut default_rng(0);
    let model = Sequential::new()
        .add("conv", Conv2d::new(2, 4, 3, rng).padding(1))
        .add("act", Relu)
        .add("pool", MaxPool2d::new(2))
        .add("flatten", Flatten::new())
        .add("out", Dense::new(4 * 4 * 4, 10, rng));
    classify(machine, steps, model, rng.uniform(-1.0, 1.0, [BATCH as usize, 2, 8, 8]), rng)
}

fn classify(
    machine: &Machine,
    steps: usize,
    model: Sequential,
    x: Array<f32>,
    rng: &mut Generator,
) -> Profile {
    let y = rng.integers(0, 10, BATCH as usize);
    profile(machine, steps, model, |tape, model| {
        tape.constant(x.clone()).apply("net", model).cross_entropy(&y)
    })
}

/// A small language model: so many positions, characters, and the width of one block.
const TIME: u64 = 16;
const CHARACTERS: u64 = 20;
const WIDTH: u64 = 8;

struct Transformer {
    tokens: Embedding,
    body: TransformerEncoder,
    head: Dense,
}
nn::module!(Transformer { tokens, body, head });

fn profiled_transformer(machine: &Machine, steps: usize) -> Profile {
    let rng = &mut default_rng(0);
    let block =
        TransformerBlock::new(WIDTH as usize, 2, 4 * WIDTH as usize, rng).dropout(0.0).pre_norm().gelu();
    let model = Transformer {
        tokens: Embedding::new(CHARACTERS as usize, WIDTH as usize, rng),
        body: TransformerEncoder::new(vec![block.rotary(10_000.0)]),
        head: Dense::new(WIDTH as usize, CHARACTERS as usize, rng),
    };
    let [x, y] = [(); 2].map(|()| rng.integers(0, CHARACTERS as i64, [BATCH as usize, TIME as usize]));
    profile(machine, steps, model, |tape, model| {
        let tokens = tape.apply("tokens", || model.tokens.forward(tape, &x));
        let body = tape.apply("body", || model.body.forward_masked(tokens, &AttentionMask::causal()));
        body.apply("head", &model.head).reshape([-1, CHARACTERS as isize]).cross_entropy(&y.reshape(-1))
    })
}

/// The operations of one row.
fn flops(profile: &Profile, path: &str, stage: Stage) -> u64 {
    let row = profile.rows.iter().find(|row| row.path == path && row.stage == stage);
    row.unwrap_or_else(|| panic!("{path} has a row: {profile}")).work.flops
}

/// One test at a time: measuring changes the number of threads and the instruction set of all.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn machine() -> Machine {
    set_num_threads(1);
    Machine::measure()
}

#[test]
fn work_of_dense_layers_is_what_the_shapes_say() {
    let _turn = turn();
    let profile = profiled(&machine(), 2);
    // y = x·W + b: a multiply-add per input, and the bias. Backward: ∂W = xᵀ·g, ∂b = Σ g, and for the second layer
    // ∂x = g·Wᵀ; the data need no gradient.
    let (l1, l2) = (BATCH * 64, BATCH * 10);
    assert_eq!(flops(&profile, "net.l1", Stage::Forward), l1 * (2 * 40 + 1));
    assert_eq!(flops(&profile, "net.l1", Stage::Backward), l1 * (2 * 40 + 1));
    assert_eq!(flops(&profile, "net.l2", Stage::Forward), l2 * (2 * 64 + 1));
    assert_eq!(flops(&profile, "net.l2", Stage::Backward), l2 * (2 * 2 * 64 + 1));
    assert_eq!(flops(&profile, "net.act", Stage::Forward), l1);
    assert_eq!(flops(&profile, "(adam)", Stage::Optimizer), 12 * (40 * 64 + 64 + 64 * 10 + 10));
    // θ, m and v are read and written, g is read.
    let adam = profile.rows.iter().find(|row| row.stage == Stage::Optimizer).expect("a row");
    assert_eq!(adam.work.bytes, 7 * 4 * (40 * 64 + 64 + 64 * 10 + 10));
}

#[test]
fn work_of_a_convolution_is_what_the_shapes_say() {
    let _turn = turn();
    let profile = profiled_cnn(&machine(), 2);
    // A multiply-add per element of a filter, of 2 channels and 3×3, and the bias; backward the same for filter and bias.
    let pixels = BATCH * 4 * 8 * 8;
    assert_eq!(flops(&profile, "net.conv", Stage::Forward), pixels * (2 * 2 * 9 + 1));
    assert_eq!(flops(&profile, "net.conv", Stage::Backward), pixels * (2 * 2 * 9 + 1));
    // A comparison per element, backward an addition.
    assert_eq!(flops(&profile, "net.pool", Stage::Forward), pixels);
    assert_eq!(flops(&profile, "net.pool", Stage::Backward), pixels);
    assert_eq!(flops(&profile, "net.out", Stage::Forward), BATCH * 10 * (2 * 64 + 1));
}

#[test]
fn work_of_a_transformer_is_what_the_shapes_say() {
    let _turn = turn();
    let profile = profiled_transformer(&machine(), 2);
    let elements = BATCH * TIME * WIDTH;
    let attention = "body.layers.0.self_attn";
    // The projection to q, k and v; 3 per element of q and k that is turned; a multiply-add per width of a head for the
    // scores of every pair of positions, and one for the values mixed by them; 6 per score and head for its scale and
    // its softmax.
    let [projection, rotary, scores] =
        [3 * elements * (2 * WIDTH + 1), 2 * 3 * elements, 2 * elements * TIME];
    let softmax = 6 * BATCH * 2 * TIME * TIME;
    assert_eq!(flops(&profile, attention, Stage::Forward), projection + rotary + 2 * scores + softmax);
    // Weight and input of the projection; the gradients of pattern, v, scores, q and k, and the scores once more.
    let projection = 3 * elements * (2 * 2 * WIDTH + 1);
    assert_eq!(flops(&profile, attention, Stage::Backward), projection + rotary + 5 * scores);

    // The feed-forward network is four times as wide.
    assert_eq!(flops(&profile, "body.layers.0.linear1", Stage::Forward), 4 * elements * (2 * WIDTH + 1));
    assert_eq!(flops(&profile, "body.layers.0.linear2", Stage::Forward), elements * (2 * 4 * WIDTH + 1));
    assert_eq!(flops(&profile, "body.layers.0.linear2", Stage::Backward), elements * (2 * 2 * 4 * WIDTH + 1));
    assert_eq!(flops(&profile, "body.layers.0.norm1", Stage::Forward), 7 * elements);
    assert_eq!(flops(&profile, "head", Stage::Forward), BATCH * TIME * CHARACTERS * (2 * WIDTH + 1));
    // Rows are copied; the gradients of equal tokens are added up.
    assert_eq!(flops(&profile, "tokens", Stage::Forward), 0);
    assert_eq!(flops(&profile, "tokens", Stage::Backward), elements);
}

#[test]
fn rows_add_up_to_the_stages_and_nothing_is_above_its_roof() {
    let _turn = turn();
    for profiled in [profiled, profiled_cnn, profiled_transformer] {
        // A fault in counting exceeds the roof in every try; a disturbed measurement of the machine does not.
        let above = (0..3).all(|_| {
            let profile = profiled(&machine(), 200);
            let stages: Duration = Stage::ALL.into_iter().map(|stage| profile.time(stage)).sum();
            assert_eq!(stages, profile.sum());
            // Each row's mean is rounded down to a nanosecond.
            let lost = profile.timed_step.abs_diff(profile.sum());
            assert!(lost < Duration::from_micros(1), "{:?} and {:?}", profile.timed_step, profile.sum());
            for row in &profile.rows {
                assert_eq!(row.bound.is_some(), row.work.bytes > 0, "{row:?}");
                let is_overhead = row.of_roof().is_some_and(|share| share < 0.25);
                assert_eq!(row.bound == Some(Bound::Overhead), is_overhead, "{row:?}");
            }
            profile.rows.iter().filter_map(|row| row.of_roof()).any(|share| share > 1.0)
        });
        assert!(!above, "a row is faster than the machine can be");
    }
}

#[test]
fn memory_is_that_of_values_gradients_and_moments() {
    let _turn = turn();
    let parameters = 40 * 64 + 64 + 64 * 10 + 10;
    // What is there when the walk back begins, then the gradients and Adam's moments; what lives for a moment, and the
    // sizes of recycled buffers, take less than that again.
    let values = BATCH * (64 + 64 + 10);
    let least = 4 * (values + 3 * parameters);
    let memory = profiled(&machine(), 3).memory;
    assert!((least..2 * least).contains(&memory), "{memory} bytes, of which {least} are needed");
    assert_eq!(profiled(&machine(), 30).memory, memory, "steps that follow need no more");
}

#[test]
fn json_has_its_keys() {
    let _turn = turn();
    let json = profiled(&machine(), 1).to_json();
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    let sorted = |list: &[&str]| {
        let mut list: Vec<String> = list.iter().map(|key| key.to_string()).collect();
        list.sort();
        list
    };
    let top = [
        "version",
        "machine",
        "dtype",
        "isa",
        "engine",
        "threads",
        "steps",
        "memory",
        "step",
        "timed_step",
        "sum",
        "rows",
    ];
    assert_eq!(keys(&json), sorted(&top));
    let row = ["path", "layer", "stage", "ops", "time", "flops", "bytes", "roof", "of_roof", "bound"];
    assert_eq!(keys(&json["rows"][0]), sorted(&row));
    assert_eq!(json["rows"][0]["layer"], "Dense 40 → 64");
    assert_eq!(json["rows"][0]["stage"], "forward");
    assert_eq!(keys(&json["machine"]), sorted(&["cpu", "caches", "warnings", "peaks", "bandwidths"]));
}

/// Every event is complete, and lies in the one around it: what the trace event format asks of `"ph": "X"`.
#[test]
fn trace_events_nest() {
    let _turn = turn();
    let profile = profiled(&machine(), 1);
    let json = profile.to_trace_events();
    let events = json["traceEvents"].as_array().expect("a list of events");
    let span = |event: &serde_json::Value| {
        for key in ["name", "cat", "ph"] {
            assert!(event[key].is_string(), "{key} in {event}");
        }
        for key in ["pid", "tid"] {
            assert!(event[key].is_u64(), "{key} in {event}");
        }
        assert_eq!(event["ph"], "X");
        let (start, duration) = (event["ts"].as_f64().expect("ts"), event["dur"].as_f64().expect("dur"));
        assert!(start >= 0.0 && duration >= 0.0, "{event}");
        (start, start + duration)
    };
    let of = |category: &str| -> Vec<(f64, f64)> {
        events.iter().filter(|event| event["cat"] == category).map(span).collect()
    };
    let (step, stages, layers) = (of("step"), of("stage"), of("layer"));
    assert_eq!((step.len(), stages.len(), layers.len()), (1, 4, profile.rows.len()));
    let inside =
        |inner: &(f64, f64), outer: &(f64, f64)| outer.0 <= inner.0 + 1e-6 && inner.1 <= outer.1 + 1e-6;
    assert!(stages.iter().all(|stage| inside(stage, &step[0])));
    assert!(layers.iter().all(|layer| stages.iter().any(|stage| inside(layer, stage))));
    for neighbours in layers.windows(2) {
        assert!((neighbours[0].1 - neighbours[1].0).abs() < 1e-6, "no gap and no overlap");
    }
}

#[test]
#[should_panic(expected = "the same operations in every step")]
fn a_pass_that_changes_is_refused() {
    let _turn = turn();
    let rng = &mut default_rng(0);
    let mut model: Dense = Dense::new(2, 2, rng);
    let calls = std::cell::Cell::new(0);
    let profiler = Profiler::new(&machine()).time(Duration::ZERO).steps(5);
    let _ = profiler.run(&mut model, &mut Adam::new(1e-3), |tape, model| {
        calls.set(calls.get() + 1);
        let y = tape.constant(Array::ones([1, 2])).apply("", model).sum();
        if calls.get() > 3 { y * 2.0 } else { y }
    });
}
