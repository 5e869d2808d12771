//! What holds for every model and every step.

use array_core::{Array, default_rng, memory_stats};
use nn::{
    Adam, AttentionMask, Checkpoint, Conv2d, Dense, Flatten, Gru, Layer, MaxPool2d, Module, Optimizer, Relu,
    Sequential, Sgd, Tape, TransformerBlock, TransformerEncoder, Var,
};

fn mlp(hidden: usize) -> Sequential {
    let rng = &mut default_rng(0);
    Sequential::new()
        .add("l1", Dense::new(8, hidden, rng))
        .add("act", Relu)
        .add("l2", Dense::new(hidden, 3, rng))
}

fn step(
    model: &mut Sequential,
    optimizer: &mut impl Optimizer,
    inputs: &Array<f32>,
    labels: &Array<i64>,
) -> f32 {
    let tape = Tape::training(default_rng(0));
    let loss = tape.constant(inputs.clone()).apply("", model).cross_entropy(labels);
    let gradients = loss.backward();
    optimizer.step(model, &gradients).expect("all gradients are there");
    loss.item()
}

fn batch() -> (Array<f32>, Array<i64>) {
    let mut rng = default_rng(1);
    (rng.standard_normal([16, 8]), rng.integers(0, 3, 16))
}

#[test]
fn law_7_every_parameter_moves_in_one_step() {
    let (inputs, labels) = batch();
    let mut model = mlp(12);
    let mut before = Vec::new();
    model.for_each_param(|path, param| before.push((path.to_string(), param.value().copy())));
    step(&mut model, &mut Adam::new(0.01), &inputs, &labels);
    let mut before = before.into_iter();
    model.for_each_param(|path, param| {
        assert_ne!(Some((path.to_string(), param.value().clone())), before.next(), "{path} has not moved");
    });
}

#[test]
fn law_8_one_name_per_parameter() {
    struct Net {
        stem: Dense,
        blocks: Vec<Sequential>,
        head: Option<Dense>,
        depth: usize,
    }
    nn::module!(Net { stem, blocks, head; depth });
    impl Layer for Net {
        fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
            assert_eq!(self.depth, self.blocks.len());
            let x = x.apply("stem", &self.stem);
            let x = x.tape().scope("blocks", || {
                self.blocks.iter().enumerate().fold(x, |x, (i, block)| x.apply(&i.to_string(), block))
            });
            self.head.iter().fold(x, |x, head| x.apply("head", head))
        }
        fn describe(&self) -> String {
            "Net".to_string()
        }
    }
    let rng = &mut default_rng(0);
    let mut model = Net {
        stem: Dense::new(8, 8, rng),
        blocks: (0..2).map(|_| Sequential::new().add("fc", Dense::new(8, 8, rng)).add("act", Relu)).collect(),
        head: Some(Dense::new(8, 3, rng)),
        depth: 2,
    };
    let (inputs, labels) = batch();

    let mut fields = Vec::new();
    model.for_each_param(|path, _| fields.push(path.to_string()));
    assert_eq!(
        fields,
        [
            "stem.weight",
            "stem.bias",
            "blocks.0.fc.weight",
            "blocks.0.fc.bias",
            "blocks.1.fc.weight",
            "blocks.1.fc.bias",
            "head.weight",
            "head.bias"
        ]
    );
    let tape = Tape::training(default_rng(0));
    let loss = tape.constant(inputs).apply("", &model).cross_entropy(&labels);
    let trace = tape.trace();
    let traced: Vec<&str> =
        trace.rows().iter().filter(|row| row.op == "parameter").map(|row| row.path.as_str()).collect();
    assert_eq!(traced, fields, "trace");

    let gradients = loss.backward();
    let mut sgd = Sgd::new(0.1).momentum(0.9);
    sgd.step(&mut model, &gradients).expect("all gradients are there");
    let remembered: Vec<String> =
        sgd.state().arrays.into_iter().map(|(name, _)| name.replace(":v", "")).collect();
    assert_eq!(remembered, fields, "optimizer state");

    let checkpoint = Checkpoint::of(&model);
    let mut saved: Vec<&str> = checkpoint.parameters().keys().map(String::as_str).collect();
    saved.sort_by_key(|name| fields.iter().position(|field| field == name));
    assert_eq!(saved, fields, "checkpoint");
}

#[test]
fn law_9_a_steady_state_step_allocates_no_buffer_and_copies_none() {
    let (inputs, labels) = batch();
    let rng = &mut default_rng(0);
    let of_shape = |shape: &[usize]| inputs.ravel().slice(..shape.iter().product::<usize>()).reshape(shape);

    steady("mlp", mlp(40), |model, tape| {
        tape.constant(inputs.clone()).apply("", model).cross_entropy(&labels)
    });

    let cnn = Sequential::new()
        .add("conv", Conv2d::new(2, 4, 3, rng).padding(1))
        .add("act", Relu)
        .add("pool", MaxPool2d::new(2))
        .add("conv2", Conv2d::new(4, 4, 2, rng))
        .add("flat", Flatten::new())
        .add("head", Dense::new(4, 3, rng));
    let (images, of_images) = (of_shape(&[4, 2, 4, 4]), labels.slice(..4));
    steady("cnn", cnn, |model, tape| {
        tape.constant(images.clone()).apply("", model).cross_entropy(&of_images)
    });

    let blocks = vec![TransformerBlock::new(8, 2, 16, rng).pre_norm().gelu(); 2];
    let sequences = of_shape(&[4, 4, 8]);
    steady("transformer", TransformerEncoder::new(blocks), |model, tape| {
        let x = tape.constant(sequences.clone());
        model.forward_masked(x, &AttentionMask::causal()).reshape([16, 8]).cross_entropy(&labels)
    });

    steady("gru", Gru::new(8, 8, rng), |model, tape| {
        tape.constant(sequences.clone()).apply("", model).reshape([16, 8]).cross_entropy(&labels)
    });
}

/// Trains until nothing is new any more, then asserts that nothing is.
fn steady<M: Module>(name: &str, mut model: M, loss: impl for<'t> Fn(&M, &'t Tape) -> Var<'t>) {
    let mut adam = Adam::new(0.01);
    let mut step = || {
        let tape = Tape::training(default_rng(0));
        let gradients = loss(&model, &tape).backward();
        adam.step(&mut model, &gradients).expect("all gradients are there");
    };
    (0..3).for_each(|_| step());
    let before = memory_stats();
    (0..10).for_each(|_| step());
    assert_eq!(memory_stats(), before, "{name}");
}

#[test]
fn a_gradient_accumulates_where_a_parameter_is_used_twice() {
    let mut layer: Dense = Dense::new(2, 2, &mut default_rng(0));
    layer.weight.value_mut().view_mut().assign(Array::from_vec([2.0, 0.0, 0.0, 3.0], [2, 2]));
    let tape = Tape::training(default_rng(0));
    let x = tape.constant(Array::ones([1, 2]));
    // y = x·W², ∂(Σy)/∂W = xᵀ·(1·Wᵀ) + (x·W)ᵀ·1
    let gradients = x.apply("a", &layer).apply("b", &layer).sum().backward();
    let gradient = layer.weight.gradient(&gradients).expect("used twice");
    assert_eq!(gradient.to_vec(), [2.0 + 2.0, 3.0 + 2.0, 2.0 + 3.0, 3.0 + 3.0]);
}

#[test]
fn gradients_of_micro_batches_add_up_to_those_of_the_batch() {
    let (inputs, labels) = batch();
    let model = mlp(5);
    let gradients = |rows: std::ops::Range<usize>| {
        let tape = Tape::training(default_rng(0));
        let logits = tape.constant(inputs.slice(rows.clone())).apply("", &model);
        logits.cross_entropy(&labels.slice(rows)).backward()
    };
    let mut halves = gradients(0..8);
    halves.accumulate(gradients(8..16));
    halves.scale(0.5);
    let whole = gradients(0..16);
    assert!((halves.norm() - whole.norm()).abs() < 1e-6 * whole.norm());
    model.for_each_param(|path, param| {
        let (a, b) = (param.gradient(&halves).expect(path), param.gradient(&whole).expect(path));
        assert!(a.allclose(b, 1e-4, 1e-6), "{path}");
    });
}

#[test]
fn a_long_chain_runs_back_in_constant_stack_depth() {
    let tape = Tape::<f64>::training(default_rng(0));
    let x = tape.variable(Array::from_vec([1.0], 1));
    let y = (0..100_000).fold(x, |y, _| y * 1.00001);
    let gradient = y.sum().backward().get(x).expect("x matters")[0];
    assert!((gradient - 1.00001f64.powi(100_000)).abs() < 1e-9);
}

#[test]
fn inference_records_no_derivatives_and_the_same_values() {
    let (inputs, _) = batch();
    let model = mlp(7);
    let (training, inference) = (Tape::training(default_rng(0)), Tape::inference());
    let a = training.constant(inputs.clone()).apply("net", &model);
    let b = inference.constant(inputs).apply("net", &model);
    assert!(a.needs_gradient() && !b.needs_gradient());
    assert_eq!(a.value(), b.value());
}
