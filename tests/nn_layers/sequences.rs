//! Recurrent networks, attention, positions, transformers.

use std::collections::BTreeMap;

use array_core::default_rng;
use nn::{
    AttentionMask, Gru, LearnedPositions, Lstm, MultiHeadAttention, Recurrent, RecurrentCell, RecurrentState,
    Rnn, Scalar, SinusoidalPositions, TransformerBlock, TransformerDecoder, TransformerDecoderBlock,
    TransformerEncoder, Var,
};

use super::cases::{Case, replay, replay_all};

type Inputs<'c, 't, T> = BTreeMap<&'c str, Var<'t, T>>;

fn recurrent<C: RecurrentCell + Default, T: Scalar>(case: &Case) -> Recurrent<C, T> {
    let bidirectional = case.option::<u8>("bidirectional") == 1;
    let (inputs, hidden) = (case.size("in", "x", 2), case.option("hidden"));
    Recurrent::stacked(case.option("layers"), bidirectional, inputs, hidden, &mut default_rng(0))
}

fn replay_recurrent<C: RecurrentCell, T: Scalar>(case: &Case, bound: f64, network: Recurrent<C, T>) {
    replay(case, bound, network, |network, inputs, _| {
        let state = inputs.get("h").map(|&h| RecurrentState { h, c: inputs.get("c").copied() });
        let (y, last) = network.run(inputs["x"], state);
        let mut outputs = vec![("y", y), ("hn", last.h)];
        outputs.extend(last.c.map(|c| ("cn", c)));
        outputs
    });
}

fn mask<T: Scalar>(case: &Case, inputs: &Inputs<'_, '_, T>) -> AttentionMask {
    let allowed = || inputs["allowed"].value().map(|allowed| allowed != T::ZERO);
    match case.option::<String>("mask").as_str() {
        "none" => AttentionMask::none(),
        "causal" => AttentionMask::causal(),
        "array" => AttentionMask::allowed(allowed()),
        "both" => AttentionMask::causal().and_allowed(allowed()),
        other => panic!("no mask is called {other}"),
    }
}

fn attention<T: Scalar>(case: &Case) -> MultiHeadAttention<T> {
    MultiHeadAttention::new(case.size("in", "x", 2), case.option("heads"), &mut default_rng(0))
}

fn block<T: Scalar>(case: &Case) -> TransformerBlock<T> {
    let (width, heads, hidden) = (case.size("in", "x", 2), case.option("heads"), case.option("hidden"));
    let mut block = TransformerBlock::new(width, heads, hidden, &mut default_rng(0)).dropout(0.0);
    block = if case.option::<u8>("pre_norm") == 1 { block.pre_norm() } else { block };
    if case.option::<u8>("gelu") == 1 { block.gelu() } else { block }
}

fn decoder<T: Scalar>(case: &Case) -> TransformerDecoder<T> {
    let (width, heads, hidden) = (case.size("in", "x", 2), case.option("heads"), case.option("hidden"));
    let mut block = TransformerDecoderBlock::new(width, heads, hidden, &mut default_rng(0)).dropout(0.0);
    block = if case.option::<u8>("pre_norm") == 1 { block.pre_norm() } else { block };
    block = if case.option::<u8>("gelu") == 1 { block.gelu() } else { block };
    TransformerDecoder::new(vec![block; case.option("layers")])
}

fn check<T: Scalar>(case: &Case, bound: f64) {
    match case.kind.as_str() {
        "rnn" => {
            let network: Rnn<T> = recurrent(case);
            replay_recurrent(
                case,
                bound,
                if case.option::<u8>("relu") == 1 { network.relu() } else { network },
            );
        }
        "gru" => replay_recurrent::<_, T>(case, bound, recurrent(case) as Gru<T>),
        "lstm" => replay_recurrent::<_, T>(case, bound, recurrent(case) as Lstm<T>),
        "attention" => replay::<T, _>(case, bound, Vec::<MultiHeadAttention<T>>::new(), |_, v, _| {
            vec![("y", v["q"].attention(v["k"], v["v"], &mask(case, v), 0.0))]
        }),
        "self_attention" => {
            replay(case, bound, attention::<T>(case), |layer, v, _| {
                vec![("y", layer.attend(v["x"], &mask(case, v)))]
            });
        }
        "cross_attention" => replay(case, bound, attention::<T>(case), |layer, v, _| {
            vec![("y", layer.attend_to(v["x"], v["memory"], &mask(case, v)))]
        }),
        "rotary_attention" => {
            replay(case, bound, attention::<T>(case).rotary(case.option("base")), |layer, v, _| {
                vec![("y", layer.attend(v["x"], &AttentionMask::causal()))]
            });
        }
        "sinusoidal" => replay::<T, _>(case, bound, SinusoidalPositions, |layer, v, _| {
            vec![("y", layer.forward_from(v["x"], case.option("start")))]
        }),
        "learned" => {
            let [positions, width] = [0, 1].map(|axis| case.size("param", "weight", axis));
            let layer = LearnedPositions::<T>::new(positions, width, &mut default_rng(0));
            replay(case, bound, layer, |layer, v, _| {
                vec![("y", layer.forward_from(v["x"], case.option("start")))]
            });
        }
        "transformer_block" => replay(case, bound, block::<T>(case), |block, v, _| {
            vec![("y", block.forward_masked(v["x"], &mask(case, v)))]
        }),
        "transformer_encoder" => {
            let encoder = TransformerEncoder::new(vec![block::<T>(case); 2]);
            replay(case, bound, encoder, |encoder, v, _| {
                vec![("y", encoder.forward_masked(v["x"], &mask(case, v)))]
            });
        }
        "transformer_decoder" => replay(case, bound, decoder::<T>(case), |decoder, v, _| {
            let masks = (AttentionMask::causal(), AttentionMask::none());
            vec![("y", decoder.forward(v["x"], v["memory"], &masks.0, &masks.1))]
        }),
        kind => panic!("no layer is called {kind}"),
    }
}

#[test]
fn sequence_layers_agree_with_pytorch() {
    replay_all("nn_sequences", 127, [check::<f64>, check::<f32>]);
}
