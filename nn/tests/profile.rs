//! The profile: counts that equal those worked by hand, times that add up, files that viewers can read.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use array_core::machine::Machine;
use array_core::{Array, default_rng, set_num_threads};
use nn::profile::{Bound, Profile, Profiler, Stage};
use nn::{Adam, Dense, Relu, Sequential};

const BATCH: u64 = 32;

/// 40 → 64 → 10, profiled for a few steps on one thread.
fn profiled(machine: &Machine, steps: usize) -> Profile {
    set_num_threads(1);
    let rng = &mut default_rng(0);
    let mut model = Sequential::new()
        .add("l1", Dense::new(40, 64, rng))
        .add("act", Relu)
        .add("l2", Dense::new(64, 10, rng));
    let x: Array<f32> = rng.uniform(-1.0, 1.0, [BATCH as usize, 40]);
    let y = rng.integers(0, 10, BATCH as usize);
    let profiler = Profiler::new(machine).time(Duration::ZERO).steps(steps);
    let profile = profiler.run(&mut model, &mut Adam::new(1e-3), |tape, model| {
        tape.constant(x.clone()).apply("mlp", model).cross_entropy(&y)
    });
    profile.expect("every parameter has a gradient")
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
fn work_is_what_the_shapes_say() {
    let _turn = turn();
    let profile = profiled(&machine(), 2);
    let flops = |path: &str, stage| {
        let row = profile.rows.iter().find(|row| row.path == path && row.stage == stage);
        row.unwrap_or_else(|| panic!("{path} has a row: {profile}")).work.flops
    };
    // y = x·W + b: a multiply-add per input, and the bias. Backward: ∂W = xᵀ·g, ∂b = Σ g, and for the second layer
    // ∂x = g·Wᵀ; the data need no gradient.
    let (l1, l2) = (BATCH * 64, BATCH * 10);
    assert_eq!(flops("mlp.l1", Stage::Forward), l1 * (2 * 40 + 1));
    assert_eq!(flops("mlp.l1", Stage::Backward), l1 * (2 * 40 + 1));
    assert_eq!(flops("mlp.l2", Stage::Forward), l2 * (2 * 64 + 1));
    assert_eq!(flops("mlp.l2", Stage::Backward), l2 * (2 * 2 * 64 + 1));
    assert_eq!(flops("mlp.act", Stage::Forward), l1);
    assert_eq!(flops("(adam)", Stage::Optimizer), 12 * (40 * 64 + 64 + 64 * 10 + 10));
    // θ, m and v are read and written, g is read.
    let adam = profile.rows.iter().find(|row| row.stage == Stage::Optimizer).expect("a row");
    assert_eq!(adam.work.bytes, 7 * 4 * (40 * 64 + 64 + 64 * 10 + 10));
}

#[test]
fn rows_add_up_to_the_stages_and_nothing_is_above_its_roof() {
    let _turn = turn();
    // A fault in counting exceeds the roof in every try; a disturbed measurement of the machine does not.
    let above = (0..3).all(|_| {
        let profile = profiled(&machine(), 200);
        let stages: Duration = Stage::ALL.into_iter().map(|stage| profile.time(stage)).sum();
        assert_eq!(stages, profile.sum());
        for row in &profile.rows {
            assert_eq!(row.bound.is_some(), row.work.bytes > 0, "{row:?}");
            let share = row.of_roof();
            assert_eq!(
                row.bound == Some(Bound::Overhead),
                share.is_some_and(|share| share < 0.25),
                "{row:?}"
            );
        }
        profile.rows.iter().filter_map(|row| row.of_roof()).any(|share| share > 1.0)
    });
    assert!(!above, "a row is faster than the machine can be");
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
