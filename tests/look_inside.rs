//! A trace against PyTorch's record of the same transformer block: every value, every gradient, every statistic; and
//! where it says that a planted fault is; and the names of the examples' models.

#[path = "../examples/autoencoder/model.rs"]
mod autoencoder;
#[path = "../examples/char_transformer/model.rs"]
#[allow(dead_code, reason = "generation is not looked at")]
mod char_transformer;
#[path = "../examples/gru_sequence/model.rs"]
mod gru_sequence;

use array_core::io::{SafeTensors, read_safetensors};
use array_core::{Array, default_rng};
use nn::trace::{DifferenceKind, Stats};
use nn::{Checkpoint, Dense, Layer, LayerNorm, Module, Tape, Trace, Var, WeightLayout, load_safetensors};

struct Attention {
    q: Dense,
    k: Dense,
    v: Dense,
    out: Dense,
    heads: usize,
}
nn::module!(Attention { q, k, v, out; heads });

impl Layer for Attention {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let [batch, tokens, width] = <[usize; 3]>::try_from(x.shape()).expect("(batch, tokens, width)");
        let size = width / self.heads;
        let split = |y: Var<'t>| y.reshape([batch, tokens, self.heads, size]).permute([0, 2, 1, 3]);
        let [q, k, v] =
            [("q", &self.q), ("k", &self.k), ("v", &self.v)].map(|(name, layer)| x.apply(name, layer));
        let scores = split(q).matmul(split(k).permute([0, 1, 3, 2])) / (size as f32).sqrt();
        let pattern = scores.named("scores").softmax(-1).named("pattern");
        let mixed = pattern.matmul(split(v)).permute([0, 2, 1, 3]).reshape([batch, tokens, width]);
        mixed.apply("out", &self.out)
    }

    fn describe(&self) -> String {
        format!("Attention with {} heads", self.heads)
    }
}

struct Block {
    ln1: LayerNorm,
    attn: Attention,
    ln2: LayerNorm,
    up: Dense,
    down: Dense,
}
nn::module!(Block { ln1, attn, ln2, up, down });

impl Layer for Block {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let x = (x + x.apply("ln1", &self.ln1).apply("attn", &self.attn)).named("middle");
        let h = x.apply("ln2", &self.ln2).apply("up", &self.up).relu().named("act");
        (x + h.apply("down", &self.down)).named("result")
    }

    fn describe(&self) -> String {
        "Block".to_string()
    }
}

fn data(name: &str) -> String {
    format!("{}/tests/reference/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn block() -> Block {
    let rng = &mut default_rng(0);
    let mut dense = |inputs, outputs| Dense::new(inputs, outputs, rng);
    let attn =
        Attention { q: dense(16, 16), k: dense(16, 16), v: dense(16, 16), out: dense(16, 16), heads: 2 };
    let (up, down) = (dense(16, 32), dense(32, 16));
    let mut block = Block { ln1: LayerNorm::new(16), attn, ln2: LayerNorm::new(16), up, down };
    load_safetensors(&mut block, data("block_weights.safetensors"), WeightLayout::PyTorch, true)
        .expect("PyTorch's file");
    block
}

fn reference() -> SafeTensors {
    read_safetensors(data("block.safetensors")).expect("PyTorch's record")
}

fn trace(block: &Block, reference: &SafeTensors) -> Trace {
    let x = reference.tensors.iter().find(|(name, _)| name == "x").expect("x").1.clone();
    let tape = Tape::training(default_rng(0)).traced();
    let x = tape.variable(x.try_into().expect("float32")).named("x");
    let _ = x.apply("", block).square().mean().named("loss").backward();
    tape.trace()
}

#[test]
fn every_value_and_every_gradient_is_pytorchs() {
    let (block, reference) = (block(), reference());
    let trace = trace(&block, &reference);
    assert_eq!(trace.first_difference(&reference, 1e-5), None);
    // Nothing that PyTorch has recorded was passed over.
    for (name, _) in &reference.tensors {
        assert!(trace.arrays().any(|(ours, _)| ours == *name), "{name} is not in the trace");
    }
    assert!(reference.tensors.len() > 40);
}

#[test]
fn a_planted_fault_is_located_at_its_layer() {
    let reference = reference();
    // What a weight first shows in: the output of the layer that it belongs to.
    let layers = ["ln1", "attn.q", "attn.k", "attn.v", "attn.out", "ln2", "up", "down"];
    for layer in layers {
        let mut block = block();
        let mut weight = String::new();
        block.for_each_param_mut(|path, param| {
            if path == format!("{layer}.weight") {
                weight = path.to_string();
                let value = param.value_mut();
                let last = value.size() - 1;
                value.as_mut_slice().expect("contiguous")[last] += 0.05;
            }
        });
        assert!(!weight.is_empty(), "{layer}");
        let difference = trace(&block, &reference).first_difference(&reference, 1e-5).expect("a difference");
        // That of v is first seen where it is used if nothing before has its name; here all have.
        assert_eq!((difference.path.as_str(), difference.in_gradient), (layer, false), "{difference}");
        assert!(matches!(difference.kind, DifferenceKind::Elements { count, size, .. } if count < size));
    }
}

#[test]
fn a_fault_of_backward_alone_is_found_in_a_gradient() {
    let (block, mut reference) = (block(), reference());
    let trace = trace(&block, &reference);
    let gradient =
        reference.tensors.iter_mut().find(|(name, _)| name == "attn.pattern:grad").expect("recorded");
    gradient.1 = (gradient.1.cast::<f32>() * 1.01).into();
    let difference = trace.first_difference(&reference, 1e-5).expect("a difference");
    assert_eq!((difference.path.as_str(), difference.in_gradient), ("attn.pattern", true));
}

#[test]
fn statistics_are_numpys() {
    let reference = reference();
    let text = std::fs::read_to_string(data("block_stats.txt")).expect("NumPy's statistics");
    let mut count = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, figures) = line.split_once(' ').expect("a name");
        let expected: Vec<f64> = figures.split(' ').map(|figure| figure.parse().expect("a number")).collect();
        let array = &reference.tensors.iter().find(|(of, _)| of == name).expect("recorded").1;
        let stats = Stats::of(&array.cast::<f32>());
        let ours = [stats.mean, stats.std, stats.min, stats.max, stats.zeros, stats.norm];
        // Relative to the largest element, but for the fraction of zeros, and the norm relative to itself.
        let largest = expected[2].abs().max(expected[3].abs());
        let scales = [largest, largest, largest, largest, 1.0, expected[5]];
        for ((ours, expected), scale) in ours.iter().zip(&expected).zip(scales) {
            assert!((ours - expected).abs() <= 1e-6 * scale, "{name}: {ours} and {expected}");
        }
        count += 1;
    }
    assert_eq!(count, reference.tensors.len());
}

#[test]
fn statistics_of_what_is_not_finite_are_numpys() {
    // numpy.mean, std, min and max of these are nan; of the second min is -inf, max inf.
    let with_nan = Stats::of(&Array::from_vec([1.0f32, f32::NAN, 0.0, -2.0], 4));
    assert!(
        [with_nan.mean, with_nan.std, with_nan.min, with_nan.max, with_nan.norm].iter().all(|x| x.is_nan())
    );
    assert_eq!((with_nan.nans, with_nan.infinities, with_nan.zeros), (0.25, 0.0, 0.25));
    let infinite = Stats::of(&Array::from_vec([f64::INFINITY, f64::NEG_INFINITY, 1.0, 0.0], [2, 2]));
    assert_eq!((infinite.min, infinite.max, infinite.infinities), (f64::NEG_INFINITY, f64::INFINITY, 0.5));
    assert!(infinite.mean.is_nan() && infinite.norm == f64::INFINITY);
    let empty = Stats::of(&Array::<f32>::zeros([0, 3]));
    assert!(empty.mean.is_nan() && empty.min.is_nan() && empty.norm == 0.0);
}

#[test]
fn exported_arrays_are_the_values() {
    let (block, reference) = (block(), reference());
    let trace = trace(&block, &reference);
    let directory = std::env::temp_dir().join(format!("look-inside-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let [npz, safetensors] = ["t.npz", "t.safetensors"].map(|name| directory.join(name));
    trace.save_npz(&npz).expect("npz");
    trace.save_safetensors(&safetensors).expect("safetensors");
    let (npz, safetensors) =
        (array_core::io::read_npz(&npz).expect("npz"), read_safetensors(&safetensors).expect("safetensors"));
    assert_eq!(trace.first_difference(&npz, 0.0), None);
    assert_eq!(trace.first_difference(&safetensors, 0.0), None);
    assert_eq!(npz.len(), trace.arrays().count());

    let path = directory.join("t.json");
    trace.save_json(&path).expect("json");
    let json: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&path).expect("text")).expect("JSON");
    let pattern =
        json["values"].as_array().and_then(|rows| rows.iter().find(|row| row["path"] == "attn.pattern"));
    let pattern = pattern.expect("a row for attn.pattern");
    assert_eq!(pattern["shape"], serde_json::json!([2, 2, 6, 6]));
    assert!((pattern["value"]["mean"].as_f64().expect("a number") - 1.0 / 6.0).abs() < 1e-6);
    assert_eq!(pattern["inputs"], serde_json::json!(["attn.scores"]));
    std::fs::remove_dir_all(&directory).expect("removed");
}

/// A model's parameters by the names that its fields, a trace and a checkpoint give them.
fn check_names(model: &impl Module, forward: impl for<'t> Fn(&'t Tape) -> Var<'t>) {
    let mut fields = Vec::new();
    model.for_each_param(|path, _| fields.push(path.to_string()));
    let tape = Tape::training(default_rng(0)).traced();
    let _ = forward(&tape).square().mean().backward();
    let trace = tape.trace();
    let rows = trace.rows().iter().filter(|row| row.op == "parameter");
    let mut traced: Vec<String> = rows.map(|row| row.path.clone()).collect();
    let saved: Vec<String> = Checkpoint::of(model).parameters().keys().cloned().collect();
    fields.sort();
    traced.sort();
    assert!(fields.len() > 3 && traced == fields && saved == fields, "{fields:?} {traced:?} {saved:?}");
}

#[test]
fn the_examples_models_have_one_name_per_parameter() {
    let rng = &mut default_rng(0);
    let autoencoder = autoencoder::Autoencoder::new(8, rng);
    check_names(&autoencoder, |tape| tape.constant(Array::ones([2, 64])).apply("", &autoencoder));
    let adder = gru_sequence::Adder::new(4, rng);
    check_names(&adder, |tape| tape.constant(Array::ones([2, 5, 2])).apply("", &adder));
    let transformer = char_transformer::Model::new(11, 16, 2, 2, rng);
    check_names(&transformer, |tape| transformer.logits(tape, &Array::from_vec([3, 1, 4, 10], [1, 4])));
}
