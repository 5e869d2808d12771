//! Normalisations, embedding, shapes.

use array_core::default_rng;
use nn::{
    BatchNorm1d, BatchNorm2d, Dense, Embedding, Flatten, Gelu, GroupNorm, LayerNorm, Relu, Residual, RmsNorm,
    Scalar, Sequential, Tanh,
};

use super::cases::{Case, replay, replay_all, replay_layer};

/// Replays a case of any kind.
fn check<T: Scalar>(case: &Case, bound: f64) {
    let rng = &mut default_rng(0);
    let width = |name| case.size("param", name, 0);
    match case.kind.as_str() {
        "layer_norm" => {
            let layer = LayerNorm::<T>::new(case.list("shape")).epsilon(case.option("eps"));
            replay_layer(case, bound, layer);
        }
        "rms_norm" => {
            let layer = RmsNorm::<T>::new(case.list("shape")).epsilon(case.option("eps"));
            replay_layer(case, bound, layer);
        }
        "group_norm" => {
            replay_layer(case, bound, GroupNorm::<T>::new(case.option("groups"), width("weight")));
        }
        "batch_norm1d" => {
            let layer = BatchNorm1d::<T>::new(width("weight"));
            replay_layer(case, bound, layer.epsilon(case.option("eps")).momentum(case.option("momentum")));
        }
        "batch_norm2d" => {
            let layer = BatchNorm2d::<T>::new(width("weight"));
            replay_layer(case, bound, layer.epsilon(case.option("eps")).momentum(case.option("momentum")));
        }
        "embedding" => {
            let weight = case.get::<T>("param", "weight");
            let layer = Embedding::<T>::new(weight.shape()[0], weight.shape()[1], rng);
            let padding: String = case.option("padding");
            let layer = if padding == "-" { layer } else { layer.padding(case.option("padding")) };
            replay(case, bound, layer, |layer, inputs, tape| {
                let tokens = inputs["tokens"].value().map(|token| token.to_f64() as i64);
                vec![("y", layer.forward(tape, &tokens))]
            });
        }
        "flatten" => replay_layer::<T>(case, bound, Flatten::axes(case.option("first"), case.option("last"))),
        "residual" => {
            let width = width("inner.l1.bias");
            let inner = Sequential::<T>::new().add("l1", Dense::new(width, width, rng)).add("act", Relu);
            replay_layer(case, bound, Residual::new(inner));
        }
        "dense" => {
            let outputs = width("bias");
            let inputs = case.get::<f64>("in", "x").shape().last().copied().unwrap_or(0);
            replay_layer(case, bound, Dense::<T>::new(inputs, outputs, rng));
        }
        "sequential" => {
            let model = Sequential::<T>::new().add("l1", Dense::new(3, 5, rng));
            let model = match case.option::<String>("activation").as_str() {
                "gelu" => model.add("act", Gelu),
                _ => model.add("act", Tanh),
            };
            replay_layer(case, bound, model.add("l2", Dense::new(5, 2, rng)));
        }
        kind => panic!("no layer is called {kind}"),
    }
}

#[test]
fn layers_agree_with_pytorch() {
    replay_all("nn_layers", 69, [check::<f64>, check::<f32>]);
}
