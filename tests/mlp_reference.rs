//! The digits' MLP against the same network in NumPy (`tests/reference/mlp.py`): weights, logits, loss, gradients.

use array_core::{Array, concatenate, default_rng};
use nn::data::csv;
use nn::{Dense, Module, Relu, Scalar, Sequential, Tape};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Everything the script stores, computed here.
fn ours<T: Scalar>() -> Vec<(String, Array<T>)> {
    let table = csv::read(format!("{ROOT}/examples/data/digits.csv")).expect("the digits");
    let mut rng = default_rng(0);
    let order = rng.permutation(1797);
    let model = Sequential::<T>::new()
        .add("l1", Dense::new(64, 128, &mut rng))
        .add("act", Relu)
        .add("l2", Dense::new(128, 10, &mut rng));
    let batch = table.values.take(&order.slice(360..392), 0);
    let pixels = batch.slice((.., ..64)).map(|pixel| T::from_f64(pixel / 16.0));
    let labels = batch.slice((.., 64)).map(|label| label as i64);

    let tape = Tape::training(rng.spawn());
    let logits = tape.constant(pixels).apply("", &model);
    let loss = logits.cross_entropy(&labels);
    let mut parts = vec![("logits".to_string(), logits.value()), ("loss".to_string(), loss.value())];
    let gradients = loss.backward();
    model.for_each_param(|path, param| {
        parts.push((path.to_string(), param.gradient(&gradients).expect("every parameter matters").clone()));
    });
    parts
}

/// ‖ours − theirs‖ / ‖theirs‖ of every part stays below `bound`.
fn compare<T: Scalar>(bound: f64) {
    let bytes =
        std::fs::read(format!("{ROOT}/tests/reference/data/mlp_{}.bin", T::DTYPE)).expect("the reference");
    let count = bytes.len() / size_of::<T>();
    let theirs = Array::<T>::try_from_le_bytes(&bytes, count).expect("whole numbers").map(T::to_f64);
    let parts = ours::<T>();
    let all: Vec<Array<f64>> = parts.iter().map(|(_, part)| part.ravel().map(T::to_f64)).collect();
    assert_eq!(concatenate(&all.iter().collect::<Vec<_>>(), 0).size(), count, "the same parts");
    let norm = |a: &Array<f64>| a.square().sum().sqrt();
    let mut start = 0;
    for ((name, _), ours) in parts.iter().zip(&all) {
        let theirs = theirs.slice(start..start + ours.size());
        start += ours.size();
        let error = norm(&(ours - &theirs)) / norm(&theirs);
        assert!(error <= bound, "{name}: relative error {error:e}");
    }
}

#[test]
fn f64_agrees_to_1e_12() {
    compare::<f64>(1e-12);
}

#[test]
fn f32_agrees_to_1e_6() {
    compare::<f32>(1e-6);
}
