//! Whole models against PyTorch (`tests/reference/nn_models.py`): the losses of 50 training steps from the same weights
//! on the same batches, and weights that either side has saved.

use std::collections::BTreeMap;

use array_core::io::read_safetensors;
use array_core::random::{Generator, default_rng};
use array_core::{Array, concatenate};
use nn::optim::{Adam, AdamW, Sgd};
use nn::{
    AttentionMask, BatchNorm2d, Conv2d, Dense, Embedding, Gru, LearnedPositions, MaxPool2d, Module,
    Optimizer, Tape, TransformerBlock, TransformerEncoder, Unmatched, Var, WeightLayout, load_safetensors,
    save_safetensors,
};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/data/models");

/// A model that maps one batch of inputs to logits.
trait Model: Module {
    /// Batch number `i`: inputs and labels.
    fn batch(i: u64) -> (Array<f32>, Array<i64>);
    fn logits<'t>(&self, tape: &'t Tape, x: &Array<f32>) -> Var<'t>;
}

struct Mlp {
    l1: Dense,
    l2: Dense,
}
nn::module!(Mlp { l1, l2 });

impl Mlp {
    fn new(rng: &mut Generator) -> Mlp {
        Mlp { l1: Dense::new(16, 32, rng), l2: Dense::new(32, 5, rng) }
    }
}

impl Model for Mlp {
    fn batch(i: u64) -> (Array<f32>, Array<i64>) {
        greatest(i, &[16, 16], 5)
    }

    fn logits<'t>(&self, tape: &'t Tape, x: &Array<f32>) -> Var<'t> {
        tape.constant(x.clone()).apply("l1", &self.l1).relu().apply("l2", &self.l2)
    }
}

struct Cnn {
    conv1: Conv2d,
    bn: BatchNorm2d,
    conv2: Conv2d,
    head: Dense,
}
nn::module!(Cnn { conv1, bn, conv2, head });

impl Cnn {
    fn new(rng: &mut Generator) -> Cnn {
        let (conv1, conv2) = (Conv2d::new(1, 6, 3, rng).padding(1), Conv2d::new(6, 8, 3, rng).padding(1));
        Cnn { conv1, bn: BatchNorm2d::new(6), conv2, head: Dense::new(72, 5, rng) }
    }
}

impl Model for Cnn {
    fn batch(i: u64) -> (Array<f32>, Array<i64>) {
        greatest(i, &[8, 1, 12, 12], 5)
    }

    fn logits<'t>(&self, tape: &'t Tape, x: &Array<f32>) -> Var<'t> {
        let pool = MaxPool2d::new(2);
        let x = tape
            .constant(x.clone())
            .apply("conv1", &self.conv1)
            .apply("bn", &self.bn)
            .relu()
            .apply("", &pool);
        let x = x.apply("conv2", &self.conv2).relu().apply("", &pool);
        x.reshape([8, 72]).apply("head", &self.head)
    }
}

struct GruModel {
    gru: Gru,
    head: Dense,
}
nn::module!(GruModel { gru, head });

impl Model for GruModel {
    fn batch(i: u64) -> (Array<f32>, Array<i64>) {
        greatest(i, &[8, 10, 4], 4)
    }

    fn logits<'t>(&self, tape: &'t Tape, x: &Array<f32>) -> Var<'t> {
        tape.constant(x.clone()).apply("gru", &self.gru).slice((.., -1)).apply("head", &self.head)
    }
}

struct Transformer {
    tokens: Embedding,
    positions: LearnedPositions,
    body: TransformerEncoder,
    head: Dense,
}
nn::module!(Transformer { tokens, positions, body, head });

impl Transformer {
    fn new(rng: &mut Generator) -> Transformer {
        let block =
            |rng: &mut Generator| TransformerBlock::new(16, 4, 32, rng).dropout(0.0).pre_norm().gelu();
        Transformer {
            tokens: Embedding::new(11, 16, rng),
            positions: LearnedPositions::new(12, 16, rng),
            body: TransformerEncoder::new(vec![block(rng), block(rng)]),
            head: Dense::new(16, 11, rng),
        }
    }
}

impl Model for Transformer {
    fn batch(i: u64) -> (Array<f32>, Array<i64>) {
        let mut columns = vec![default_rng(100 + i).integers(0, 11, [4, 1])];
        for i in 0..12 {
            columns.push(columns[i].map(|token| (3 * token + 1) % 11));
        }
        let tokens = concatenate(&columns, 1);
        (tokens.slice((.., ..12)).map(|token| token as f32), tokens.slice((.., 1..)).reshape(-1))
    }

    fn logits<'t>(&self, tape: &'t Tape, x: &Array<f32>) -> Var<'t> {
        let tokens = x.map(|token| token as i64);
        let x =
            tape.apply("tokens", || self.tokens.forward(tape, &tokens)).apply("positions", &self.positions);
        let x = tape.apply("body", || self.body.forward_masked(x, &AttentionMask::causal()));
        x.apply("head", &self.head).reshape([-1, 11])
    }
}

/// Uniform inputs, and as the class the position of the greatest of the last elements.
fn greatest(i: u64, shape: &[usize], classes: usize) -> (Array<f32>, Array<i64>) {
    let x = default_rng(100 + i).uniform::<f64>(-1.0, 1.0, shape).map(|x| x as f32);
    let rows = x.reshape([shape[0] as isize, -1]);
    let last = rows.slice((.., rows.shape()[1] - classes..));
    (x, last.argmax_axis(1))
}

/// Gives a model the weights that the script gives it.
fn initialize(model: &mut impl Model) {
    let mut shapes = BTreeMap::new();
    model.for_each_param(|path, param| {
        let mut shape = param.value().shape().to_vec();
        if param.is_transposed_in_pytorch() {
            shape.reverse();
        }
        if !param.is_buffer() {
            shapes.insert(path.to_string(), shape);
        }
    });
    let rng = &mut default_rng(0);
    let mut values = BTreeMap::new();
    for (path, shape) in shapes {
        let drawn: Array<f64> = rng.uniform(-1.0, 1.0, &shape);
        let scale = path.contains("norm") || path.contains("bn");
        let value = match shape[..] {
            [_] => drawn / 10.0 + if scale && path.ends_with("weight") { 1.0 } else { 0.0 },
            _ => drawn / (shape[shape.len() - 1] as f64).sqrt(),
        };
        values.insert(path, value.map(|x| x as f32));
    }
    model.for_each_param_mut(|path, param| {
        if let Some(value) = values.get(path) {
            let value = if param.is_transposed_in_pytorch() { value.t() } else { value.clone() };
            *param.value_mut() = value.copy();
        }
    });
}

fn follows<M: Model>(name: &str, mut model: M, mut optimizer: impl Optimizer) {
    let file = std::fs::read_to_string(format!("{DATA}/losses.txt")).expect("the losses");
    let line = file.lines().find(|line| line.starts_with(name)).expect("a line per model");
    let expected: Vec<f64> = line.split(' ').skip(1).map(|loss| loss.parse().expect("a loss")).collect();
    assert_eq!(expected.len(), 50);
    initialize(&mut model);
    for (step, expected) in expected.into_iter().enumerate() {
        let (x, y) = M::batch(step as u64);
        let tape = Tape::training(default_rng(0));
        let loss = model.logits(&tape, &x).cross_entropy(&y);
        let error = (f64::from(loss.item()) - expected).abs() / expected;
        assert!(error < 1e-4, "{name}, step {step}: loss {} is off by {error:e}", loss.item());
        optimizer.step(&mut model, &loss.backward()).expect("all gradients are there");
    }
}

#[test]
fn losses_of_50_steps_follow_pytorchs_to_1e_4() {
    let rng = &mut default_rng(1);
    follows("mlp", Mlp::new(rng), Adam::new(3e-3));
    follows("cnn", Cnn::new(rng), Sgd::new(0.05).momentum(0.9));
    let gru = GruModel { gru: Gru::new(4, 12, rng), head: Dense::new(12, 4, rng) };
    follows("gru", gru, Adam::new(5e-3));
    follows("transformer", Transformer::new(rng), AdamW::new(3e-3).weight_decay(0.01));
}

/// PyTorch's file gives PyTorch's logits; and a file of ours has its tensors, by name, shape and bits.
fn exchanges<M: Model>(name: &str, mut model: M, unexpected: &[&str]) {
    let path = format!("{DATA}/{name}.safetensors");
    let unmatched =
        load_safetensors(&mut model, &path, WeightLayout::PyTorch, unexpected.is_empty()).expect(name);
    let rest = unexpected.iter().map(|name| name.to_string()).collect();
    assert_eq!(unmatched, Unmatched { missing: Vec::new(), unexpected: rest });

    let bytes = std::fs::read(format!("{DATA}/{name}.bin")).expect("the logits");
    let expected = Array::<f32>::try_from_le_bytes(&bytes, bytes.len() / 4).expect("whole numbers");
    let tape = Tape::inference();
    let logits = model.logits(&tape, &M::batch(0).0).value().reshape(-1);
    let error = (logits - &expected).abs().max() / expected.abs().max();
    assert!(error < 1e-5, "{name}: logits are off by {error:e}");

    let ours = std::env::temp_dir().join(format!("nn-models-{}-{name}.safetensors", std::process::id()));
    save_safetensors(&model, &ours, WeightLayout::PyTorch).expect(name);
    let tensors = |path: &std::path::Path| -> BTreeMap<String, Array<f32>> {
        let file = read_safetensors(path).expect("a readable file");
        let known = file.tensors.into_iter().filter(|(name, _)| !unexpected.contains(&name.as_str()));
        known.map(|(name, tensor)| (name, tensor.cast())).collect()
    };
    assert!(tensors(&ours) == tensors(path.as_ref()), "{name}: the file that PyTorch would load");
    // For `tests/reference/nn_models.py FOLDER`, which has PyTorch load them.
    if let Some(folder) = std::env::var_os("NN_MODELS_FOLDER") {
        std::fs::copy(&ours, std::path::Path::new(&folder).join(format!("{name}.safetensors")))
            .expect("a copy");
    }
    std::fs::remove_file(ours).expect("our file");
}

#[test]
fn weights_are_exchanged_with_pytorch() {
    let rng = &mut default_rng(2);
    exchanges("mlp", Mlp::new(rng), &[]);
    exchanges("cnn", Cnn::new(rng), &["bn.num_batches_tracked"]);
    exchanges("transformer", Transformer::new(rng), &[]);
}
