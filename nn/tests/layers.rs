//! What holds for every layer: its parameters learn, have one name, and are saved; and mistakes say where they are.

use array_core::{Array, default_rng};
use nn::{
    AdaptiveAvgPool2d, AttentionMask, AvgPool2d, BatchNorm1d, BatchNorm2d, Checkpoint, Conv1d, Conv2d,
    ConvTranspose1d, ConvTranspose2d, Dense, Dropout, Embedding, Flatten, GroupNorm, Gru, Layer, LayerNorm,
    LearnedPositions, Lstm, MaxPool2d, Module, MultiHeadAttention, Optimizer, Param, Relu, Residual, RmsNorm,
    Rnn, Sequential, Sgd, SinusoidalPositions, Tape, TransformerBlock, TransformerDecoder,
    TransformerDecoderBlock, TransformerEncoder, Var,
};

/// The paths of a module's parameters, and its buffers if asked for.
fn paths(model: &impl Module, buffers: bool) -> Vec<String> {
    let mut paths = Vec::new();
    model.for_each_param(|path, param| {
        if buffers || !param.is_buffer() {
            paths.push(path.to_string());
        }
    });
    paths.sort();
    paths
}

/// The paths of the parameters in a tape's trace; sorted, since a layer may use them in another order than it has them.
fn traced(tape: &Tape) -> Vec<String> {
    let trace = tape.trace();
    let rows = trace.rows().iter().filter(|row| row.op == "parameter" || row.op == "buffer");
    let mut paths: Vec<String> = rows.map(|row| row.path.clone()).collect();
    paths.sort();
    paths
}

/// Laws 7 and 8 for one module: `forward` runs it on some input. Parameters whose path ends in one of `fixed` have
/// no influence on the result.
fn check<M: Module>(
    name: &str,
    mut model: M,
    fixed: &[&str],
    forward: impl for<'t> Fn(&M, &'t Tape) -> Var<'t>,
) {
    let mut before = Vec::new();
    model.for_each_param(|_, param| before.push(param.value().copy()));

    let inference = Tape::inference();
    forward(&model, &inference);
    assert_eq!(traced(&inference), paths(&model, true), "{name}: trace of an inference pass");

    // A traced tape may take another way, where every value is made.
    for tape in [Tape::training(default_rng(0)), Tape::training(default_rng(0)).traced()] {
        forward(&model, &tape);
        assert_eq!(traced(&tape), paths(&model, false), "{name}: trace of a training pass");
    }
    let tape = Tape::training(default_rng(0));
    let y = forward(&model, &tape);
    let weights = default_rng(1).uniform(-1.0, 1.0, y.shape());
    let gradients = y.backward_from(weights);
    model.for_each_param(|path, param| {
        assert_eq!(param.gradient(&gradients).is_some(), param.is_trainable(), "{name}: gradient of {path}");
    });
    Sgd::new(0.1).step(&mut model, &gradients).expect("all gradients are there");
    let mut before = before.into_iter();
    model.for_each_param(|path, param| {
        let moved = Some(param.value()) != before.next().as_ref();
        assert!(moved || fixed.iter().any(|end| path.ends_with(end)), "{name}: {path} has not moved");
    });

    let saved: Vec<String> = Checkpoint::of(&model).parameters().keys().cloned().collect();
    assert_eq!(saved, paths(&model, true), "{name}: checkpoint");
}

/// The same for a layer, on an input of a shape.
fn check_layer(layer: impl Layer, shape: &[usize]) {
    let input = default_rng(2).uniform(-1.0f32, 1.0, shape);
    check(&layer.describe(), layer, &[], move |layer, tape| tape.variable(input.clone()).apply("", layer));
}

#[test]
fn laws_7_and_8_every_parameter_of_every_layer_has_one_name_and_learns() {
    let rng = &mut default_rng(0);
    check_layer(Dense::new(3, 2, rng), &[4, 3]);
    check_layer(LayerNorm::new(3), &[4, 3]);
    check_layer(RmsNorm::new([2, 3]), &[4, 2, 3]);
    check_layer(GroupNorm::new(2, 4), &[3, 4, 5]);
    check_layer(BatchNorm1d::new(3), &[6, 3]);
    check_layer(BatchNorm2d::new(3), &[2, 3, 4, 4]);
    check_layer(Residual::new(Sequential::new().add("l1", Dense::new(3, 3, rng)).add("act", Relu)), &[4, 3]);
    check_layer(Flatten::new(), &[4, 3, 2]);
    check_layer(Dropout::new(0.5), &[4, 3]);
    check_layer(Conv1d::new(2, 3, 3, rng).stride(2).padding(1), &[2, 2, 7]);
    check_layer(Conv2d::grouped(2, 4, 6, [3, 2], rng).dilation([1, 2]), &[2, 4, 5, 6]);
    check_layer(ConvTranspose1d::new(2, 3, 3, rng).stride(2).output_padding(1), &[2, 2, 4]);
    check_layer(ConvTranspose2d::new(2, 3, [2, 3], rng), &[2, 2, 3, 3]);
    check_layer(MaxPool2d::new(2), &[2, 2, 4, 4]);
    check_layer(AvgPool2d::new(3).stride(1).padding(1), &[2, 2, 4, 4]);
    check_layer(AdaptiveAvgPool2d::new(2), &[2, 2, 5, 4]);
    check_layer(Rnn::new(3, 2, rng), &[2, 4, 3]);
    check_layer(Gru::stacked(2, true, 3, 2, rng), &[2, 4, 3]);
    check_layer(Lstm::stacked(2, false, 3, 2, rng).dropout(0.1), &[2, 4, 3]);
    check_layer(MultiHeadAttention::new(4, 2, rng).rotary(10_000.0).dropout(0.1), &[2, 3, 4]);
    check_layer(LearnedPositions::new(3, 4, rng), &[2, 3, 4]);
    check_layer(SinusoidalPositions, &[2, 3, 4]);
    check_layer(TransformerBlock::new(4, 2, 6, rng), &[2, 3, 4]);
    let blocks = vec![TransformerBlock::new(4, 2, 6, rng).pre_norm().gelu(); 2];
    check_layer(TransformerEncoder::new(blocks), &[2, 3, 4]);
    let decoder = TransformerDecoder::new(vec![TransformerDecoderBlock::new(4, 2, 6, rng); 2]);
    check("TransformerDecoder", decoder, &[], |decoder, tape| {
        let [x, memory] = [2, 3].map(|seed| tape.constant(default_rng(seed).uniform(-1.0, 1.0, [2, 3, 4])));
        decoder.forward(x, memory, &AttentionMask::causal(), &AttentionMask::none())
    });
    check("Embedding", Embedding::new(5, 3, rng), &[], |embedding, tape| {
        tape.apply("", || embedding.forward(tape, &Array::from_vec([0, 2, 4, 2], [2, 2])))
    });
}

#[test]
fn no_layer_was_forgotten_above() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/layers");
    let files = std::fs::read_dir(folder).expect("the layers").map(|entry| entry.expect("an entry").path());
    let text: String = files.map(|file| std::fs::read_to_string(file).expect("text")).collect();
    // Types with parameters are those that list their fields, and those that visit them by hand.
    let listed = text.split("\ncrate::module!(").skip(1);
    let by_hand = text.split("Module<T> for ").skip(1);
    let name = |rest: &str| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_string();
    let layers: Vec<String> = listed.chain(by_hand).map(name).filter(|name| !name.is_empty()).collect();
    assert!(layers.len() > 15, "{layers:?}");
    let here: Vec<&str> = include_str!("layers.rs").split(|c: char| !c.is_alphanumeric()).collect();
    for layer in layers {
        // `Recurrent` is checked as what it is the common form of.
        let checked = here.iter().any(|word| word.starts_with(&layer)) || layer == "Recurrent";
        assert!(checked, "{layer} is not checked");
    }
}

#[test]
fn a_step_updates_statistics_once_per_pass_and_checkpoints_hold_them() {
    let mut norm: BatchNorm1d = BatchNorm1d::new(1).momentum(0.5);
    let pass = |norm: &BatchNorm1d, values: [f32; 2]| {
        let tape = Tape::training(default_rng(0));
        tape.constant(Array::from_vec(values, [2, 1])).apply("norm", norm).sum().backward()
    };
    // Means 2 and 8; unbiased variances 2 and 8. Two micro-batches: ½·(½·0 + ½·2) + ½·8 and likewise from 1.
    let mut gradients = pass(&norm, [1.0, 3.0]);
    gradients.accumulate(pass(&norm, [6.0, 10.0]));
    Sgd::new(0.1).step(&mut norm, &gradients).expect("a step");
    assert_eq!((norm.running_mean.value()[0], norm.running_var.value()[0]), (4.5, 4.75));

    let mut restored: BatchNorm1d = BatchNorm1d::new(1);
    Checkpoint::of(&norm).restore(&mut restored).expect("the same parameters");
    assert_eq!(restored.running_mean.value(), norm.running_mean.value());
    assert_eq!(restored.running_var.value(), norm.running_var.value());
}

#[test]
fn buffers_are_neither_trained_nor_counted() {
    let mut norm: BatchNorm2d = BatchNorm2d::new(3);
    norm.set_trainable("", true);
    assert!(!norm.running_mean.is_trainable());
    assert_eq!(norm.num_params(), 6);
}

#[test]
fn an_evaluation_pass_uses_statistics_and_has_gradients() {
    let rng = &mut default_rng(0);
    let mut norm: BatchNorm1d<f64> = BatchNorm1d::new(3).epsilon(0.0);
    norm.for_each_param_mut(|_, param| *param.value_mut() = rng.uniform(0.5, 2.0, 3));
    let [x, g] = [(); 2].map(|()| rng.uniform::<f64>(-1.0, 1.0, [4, 3]));
    let tape = Tape::evaluation();
    let input = tape.variable(x.clone());
    let y = input.apply("norm", &norm).apply("drop", &Dropout::new(0.5));
    // y = x̂·w + b with x̂ = (x − mean)/√var, which do not depend on x.
    let scale = 1.0 / norm.running_var.value().sqrt();
    let normed = (&x - norm.running_mean.value()) * &scale;
    assert!(y.value().allclose(&(&normed * norm.weight.value() + norm.bias.value()), 1e-13, 1e-13));
    let gradients = y.backward_from(g.clone());
    let of_input = gradients.get(input).expect("it matters");
    assert!(of_input.allclose(&(&g * norm.weight.value() * scale), 1e-13, 1e-13));
    let of = |param: &Param<f64>| param.gradient(&gradients).expect("it matters").clone();
    assert!(of(&norm.weight).allclose((&g * normed).sum_axis(0), 1e-13, 1e-13));
    assert!(of(&norm.bias).allclose(g.sum_axis(0), 1e-13, 1e-13));
    let before = norm.running_mean.value().copy();
    gradients.update_buffers(&mut norm);
    assert_eq!(norm.running_mean.value(), &before);
}

#[test]
fn tied_weights_are_one_parameter_whose_gradient_is_the_sum() {
    let tokens: Embedding<f64> = Embedding::new(5, 3, &mut default_rng(0));
    let ids = Array::from_vec([1, 4, 1], 3);
    let gradient = |detached: [bool; 2]| {
        let tape = Tape::training(default_rng(0));
        let x = tokens.forward(&tape, &ids);
        let x = if detached[0] { x.detach() } else { x };
        let logits = match detached[1] {
            true => x.matmul(tape.constant(tokens.weight.value().t())),
            false => tokens.unembed(x),
        };
        logits.square().sum().backward().of(tokens.weight.id()).expect("it matters").clone()
    };
    let sum = gradient([true, false]) + gradient([false, true]);
    assert!(gradient([false, false]).allclose(sum, 1e-13, 1e-13));
    let mut paths = Vec::new();
    tokens.for_each_param(|path, _| paths.push(path.to_string()));
    assert_eq!(paths, ["weight"]);
}

#[test]
fn an_inference_pass_leaves_statistics_alone_and_uses_them() {
    let mut norm: BatchNorm1d = BatchNorm1d::new(1).epsilon(0.0);
    *norm.running_mean.value_mut() = Array::from_vec([1.0], 1);
    *norm.running_var.value_mut() = Array::from_vec([4.0], 1);
    let tape = Tape::inference();
    let y = tape.constant(Array::from_vec([1.0, 5.0], [2, 1])).apply("norm", &norm);
    assert_eq!(y.value().to_vec(), [0.0, 2.0]);
}
