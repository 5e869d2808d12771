//! Every layer against differences in f64, once and twice differentiated, with respect to its inputs and to every
//! parameter, over odd shapes.

use std::collections::{BTreeMap, BTreeSet};

use array_core::{Array, Dual, default_rng};
use nn::*;

use super::operations_of;

/// What a row checks. Inputs are parameters, so that everything is checked alike.
trait Subject<T: Scalar>: Module<T> {
    fn output<'t>(&self, tape: &'t Tape<T>) -> Var<'t, T>;
}

struct With<M, F, T: Scalar> {
    inputs: Vec<Param<T>>,
    module: M,
    f: F,
}

impl<M: Module<T>, F, T: Scalar> Module<T> for With<M, F, T> {
    fn visit(&self, path: &mut Path, f: &mut dyn FnMut(&Path, &Param<T>)) {
        path.within("inputs", |path| self.inputs.visit(path, f));
        path.within("layer", |path| self.module.visit(path, f));
    }

    fn visit_mut(&mut self, path: &mut Path, f: &mut dyn FnMut(&Path, &mut Param<T>)) {
        path.within("inputs", |path| self.inputs.visit_mut(path, f));
        path.within("layer", |path| self.module.visit_mut(path, f));
    }
}

impl<M: Module<T>, F, T: Scalar> Subject<T> for With<M, F, T>
where
    F: for<'t> Fn(&M, &'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
{
    fn output<'t>(&self, tape: &'t Tape<T>) -> Var<'t, T> {
        let inputs: Vec<_> = self.inputs.iter().map(|input| tape.param("input", input)).collect();
        (self.f)(&self.module, tape, &inputs)
    }
}

/// A layer in one setting, on inputs of some shapes.
struct Row<T: Scalar> {
    /// The layer's type.
    name: &'static str,
    shapes: Vec<&'static [usize]>,
    subject: Box<dyn Subject<T>>,
}

impl<T: Scalar> Row<T> {
    /// A module with inputs of these shapes. All is drawn again, as ones and zeros would hide mistakes: what is learned
    /// from −1..1, inputs from −2..2, statistics from 0.5..1.5.
    fn of<M: Module<T> + 'static>(
        name: &'static str,
        shapes: &[&'static [usize]],
        module: M,
        f: impl for<'t> Fn(&M, &'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T> + 'static,
    ) -> Row<T> {
        let inputs = shapes.iter().map(|shape| Param::new(Array::zeros(*shape))).collect();
        let mut subject = With { inputs, module, f };
        let mut rng = default_rng(0);
        subject.for_each_param_mut(|path, param| {
            let (low, high) = match param.is_buffer() {
                true => (0.5, 1.5),
                false if path.starts_with("inputs") => (-2.0, 2.0),
                false => (-1.0, 1.0),
            };
            *param.value_mut() = rng.uniform(low, high, param.value().shape()).map(T::from_f64);
        });
        Row { name, shapes: shapes.to_vec(), subject: Box::new(subject) }
    }

    /// A layer on inputs of different shapes, one at a time.
    fn layer<L: Layer<T> + Clone + 'static>(
        name: &'static str,
        shapes: &[&'static [usize]],
        layer: L,
    ) -> impl Iterator<Item = Row<T>> {
        let row = move |&shape| Row::of(name, &[shape], layer.clone(), |layer, _, v| v[0].apply("", layer));
        shapes.iter().map(row).collect::<Vec<_>>().into_iter()
    }
}

fn activations<T: Scalar>() -> Vec<Row<T>> {
    let shapes: &[&'static [usize]] = &[&[3, 4], &[1], &[2, 1, 3]];
    let mut rows = Vec::new();
    rows.extend(Row::layer("Relu", shapes, Relu));
    rows.extend(Row::layer("LeakyRelu", shapes, LeakyRelu::new(0.1)));
    rows.extend(Row::layer("Elu", shapes, Elu::new(0.7)));
    rows.extend(Row::layer("Gelu", shapes, Gelu));
    rows.extend(Row::layer("GeluTanh", shapes, GeluTanh));
    rows.extend(Row::layer("Silu", shapes, Silu));
    rows.extend(Row::layer("Tanh", shapes, Tanh));
    rows.extend(Row::layer("Sigmoid", shapes, Sigmoid));
    rows.extend(Row::layer("Softplus", shapes, Softplus::new(2.0, 20.0)));
    rows.extend(Row::layer("Hardtanh", shapes, Hardtanh::new(-1.0, 0.5)));
    rows.extend(Row::layer("Softmax", shapes, Softmax::new(-1)));
    rows.extend(Row::layer("LogSoftmax", shapes, LogSoftmax::new(0)));
    rows
}

fn basic<T: Scalar>() -> Vec<Row<T>> {
    let rng = &mut default_rng(0);
    let mut rows = Vec::new();
    rows.extend(Row::layer("Dense", &[&[4, 3], &[1, 3], &[2, 1, 3], &[3]], Dense::new(3, 2, rng)));
    rows.extend(Row::layer("Dense", &[&[1, 1]], Dense::new(1, 1, rng)));
    rows.push(Row::of("Embedding", &[], Embedding::new(5, 3, rng), |layer, tape, _| {
        layer.forward(tape, &Array::from_vec([2, 0, 2, 4, 1, 2], [2, 3]))
    }));
    rows.extend(Row::layer("Flatten", &[&[2, 3, 2], &[1, 1, 1]], Flatten::new()));
    rows.extend(Row::layer("Flatten", &[&[2, 1, 3]], Flatten::axes(0, 1)));
    rows.extend(Row::layer("Dropout", &[&[3, 4], &[1], &[2, 5, 1]], Dropout::new(0.4)));
    rows.extend(Row::layer("LayerNorm", &[&[2, 5], &[1, 2, 5], &[5]], LayerNorm::new(5)));
    rows.extend(Row::layer("LayerNorm", &[&[2, 3, 2]], LayerNorm::new([3, 2])));
    rows.extend(Row::layer("RmsNorm", &[&[2, 5], &[1, 2, 5], &[5]], RmsNorm::new(5)));
    rows.extend(Row::layer("RmsNorm", &[&[2, 3, 1]], RmsNorm::new([3, 1])));
    rows.extend(Row::layer("BatchNorm1d", &[&[5, 3], &[2, 3, 4], &[1, 3, 4]], BatchNorm1d::new(3)));
    rows.extend(Row::layer("BatchNorm2d", &[&[2, 2, 3, 1], &[1, 2, 2, 3]], BatchNorm2d::new(2)));
    rows.extend(Row::layer("GroupNorm", &[&[2, 4, 3], &[1, 4], &[1, 4, 1, 3]], GroupNorm::new(2, 4)));
    rows.extend(Row::layer("GroupNorm", &[&[2, 4, 3]], GroupNorm::new(4, 4)));
    rows.extend(Row::layer("GroupNorm", &[&[2, 3]], GroupNorm::new(1, 3)));
    let inner = || Dense::new(3, 3, &mut default_rng(1));
    rows.extend(Row::layer("Residual", &[&[2, 3], &[1, 3]], Residual::new(inner())));
    let sequential = Sequential::new().add("l1", inner()).add("act", Gelu).add("drop", Dropout::new(0.3));
    let sequential =
        sequential.add("block", Residual::new(Sequential::new().add("l", inner()).add("tanh", Tanh)));
    rows.push(Row::of("Sequential", &[&[2, 3]], sequential, |layer, _, v| v[0].apply("", layer)));
    rows
}

fn images<T: Scalar>() -> Vec<Row<T>> {
    let rng = &mut default_rng(0);
    let mut rows = Vec::new();
    let short: &[&'static [usize]] = &[&[2, 2, 7], &[1, 2, 4]];
    rows.extend(Row::layer("Conv1d", short, Conv1d::new(2, 3, 3, rng)));
    rows.extend(Row::layer("Conv1d", short, Conv1d::new(2, 1, 2, rng).stride(2).padding(1).dilation(2)));
    rows.extend(Row::layer("Conv1d", short, Conv1d::grouped(2, 2, 4, 3, rng).stride(3).padding(2)));
    rows.extend(Row::layer("Conv1d", &[&[1, 1, 1]], Conv1d::new(1, 1, 1, rng).without_bias()));
    let wide: &[&'static [usize]] = &[&[2, 2, 4, 5], &[1, 2, 3, 3]];
    rows.extend(Row::layer("Conv2d", wide, Conv2d::new(2, 3, [3, 2], rng)));
    rows.extend(Row::layer(
        "Conv2d",
        wide,
        Conv2d::new(2, 1, 2, rng).stride([2, 1]).padding([1, 2]).dilation([1, 2]),
    ));
    rows.extend(Row::layer(
        "Conv2d",
        wide,
        Conv2d::grouped(2, 2, 2, 3, rng).stride(2).padding(1).without_bias(),
    ));
    rows.extend(Row::layer("Conv2d", &[&[1, 1, 1, 1]], Conv2d::new(1, 1, 1, rng)));
    let short: &[&'static [usize]] = &[&[2, 2, 3], &[1, 2, 1]];
    rows.extend(Row::layer("ConvTranspose1d", short, ConvTranspose1d::new(2, 3, 3, rng)));
    let transpose = ConvTranspose1d::new(2, 1, 3, rng).stride(3).padding(1).output_padding(1).dilation(2);
    rows.extend(Row::layer("ConvTranspose1d", short, transpose));
    let transpose = ConvTranspose1d::grouped(2, 2, 4, 2, rng).stride(2).without_bias();
    rows.extend(Row::layer("ConvTranspose1d", short, transpose));
    let wide: &[&'static [usize]] = &[&[2, 2, 2, 3], &[1, 2, 1, 2]];
    rows.extend(Row::layer("ConvTranspose2d", wide, ConvTranspose2d::new(2, 3, [2, 3], rng)));
    let transpose = ConvTranspose2d::new(2, 1, [3, 2], rng).stride([2, 3]).padding([1, 0]);
    rows.extend(Row::layer("ConvTranspose2d", wide, transpose.output_padding([1, 2]).dilation([1, 2])));
    rows.extend(Row::layer("ConvTranspose2d", wide, ConvTranspose2d::grouped(2, 2, 2, 2, rng)));
    rows.extend(Row::layer(
        "MaxPool1d",
        &[&[2, 1, 7], &[1, 2, 3]],
        MaxPool1d::new(3).stride(2).padding(1).ceil_mode(true),
    ));
    rows.extend(Row::layer("MaxPool2d", &[&[2, 1, 4, 5], &[1, 2, 2, 2]], MaxPool2d::new(2)));
    rows.extend(Row::layer(
        "MaxPool2d",
        &[&[1, 2, 5, 4]],
        MaxPool2d::new([3, 2]).stride([1, 2]).padding([1, 0]),
    ));
    rows.extend(Row::layer(
        "AvgPool1d",
        &[&[2, 1, 7], &[1, 2, 3]],
        AvgPool1d::new(3).stride(2).padding(1).ceil_mode(true),
    ));
    rows.extend(Row::layer("AvgPool2d", &[&[2, 1, 4, 5], &[1, 2, 2, 2]], AvgPool2d::new(2)));
    let pool = AvgPool2d::new([3, 2]).stride([1, 2]).padding([1, 0]).count_include_pad(false);
    rows.extend(Row::layer("AvgPool2d", &[&[1, 2, 5, 4]], pool));
    rows.extend(Row::layer("AdaptiveAvgPool1d", &[&[2, 2, 7], &[1, 1, 2]], AdaptiveAvgPool1d::new(3)));
    rows.extend(Row::layer(
        "AdaptiveAvgPool2d",
        &[&[1, 2, 5, 3], &[2, 1, 1, 1]],
        AdaptiveAvgPool2d::new([3, 2]),
    ));
    rows
}

fn recurrent<T: Scalar>() -> Vec<Row<T>> {
    let rng = &mut default_rng(0);
    let mut rows = Vec::new();
    let shapes: &[&'static [usize]] = &[&[2, 3, 2], &[1, 1, 2]];
    rows.extend(Row::layer("Rnn", shapes, Rnn::new(2, 3, rng)));
    rows.extend(Row::layer("Rnn", shapes, Rnn::stacked(2, true, 2, 1, rng).relu().dropout(0.3)));
    rows.extend(Row::layer("Gru", shapes, Gru::new(2, 3, rng)));
    rows.extend(Row::layer("Gru", shapes, Gru::stacked(2, true, 2, 1, rng).dropout(0.3)));
    rows.extend(Row::layer("Lstm", shapes, Lstm::new(2, 3, rng)));
    rows.extend(Row::layer("Lstm", shapes, Lstm::stacked(2, true, 2, 1, rng).dropout(0.3)));
    // From a given state; the last state matters as well.
    rows.push(Row::of("Gru", &[&[2, 2, 1], &[2, 2, 2]], Gru::stacked(1, true, 1, 2, rng), |gru, _, v| {
        let (y, last) = gru.run(v[0], Some(RecurrentState { h: v[1], c: None }));
        y.sum() * last.h
    }));
    let lstm = Lstm::stacked(2, false, 1, 2, rng);
    rows.push(Row::of("Lstm", &[&[2, 2, 1], &[2, 2, 2], &[2, 2, 2]], lstm, |lstm, _, v| {
        let (y, last) = lstm.run(v[0], Some(RecurrentState { h: v[1], c: Some(v[2]) }));
        last.c.map_or(y, |c| y.sum() * last.h + c)
    }));
    rows
}

/// Of 3 queries and 3 keys: the second query may attend to nothing.
fn some() -> AttentionMask {
    AttentionMask::allowed(Array::from_vec(
        [true, false, true, false, false, false, true, true, false],
        [3, 3],
    ))
}

fn sequences<T: Scalar>() -> Vec<Row<T>> {
    let rng = &mut default_rng(0);
    let mut rows = Vec::new();
    let shapes: &[&'static [usize]] = &[&[2, 3, 4], &[1, 1, 4]];
    let attention = MultiHeadAttention::new(4, 2, rng);
    rows.extend(Row::layer("MultiHeadAttention", shapes, attention.clone()));
    rows.extend(Row::layer("MultiHeadAttention", shapes, attention.clone().rotary(100.0).dropout(0.3)));
    rows.push(Row::of("MultiHeadAttention", &[&[2, 3, 4]], attention.clone(), |attention, _, v| {
        attention.attend(v[0], &some())
    }));
    rows.push(Row::of("MultiHeadAttention", &[&[1, 3, 4]], attention.clone(), |attention, _, v| {
        attention.attend(v[0], &AttentionMask::causal().and_allowed(Array::from_vec([true, false, true], 3)))
    }));
    rows.push(Row::of("MultiHeadAttention", &[&[2, 1, 4], &[2, 5, 4]], attention, |attention, _, v| {
        attention.attend_to(v[0], v[1], &AttentionMask::none())
    }));
    let one_head = MultiHeadAttention::new(2, 1, rng);
    rows.push(Row::of("MultiHeadAttention", &[&[1, 3, 2], &[1, 3, 2]], one_head, |attention, _, v| {
        attention.attend_to(v[0], v[1], &some())
    }));
    rows.extend(Row::layer("SinusoidalPositions", &[&[2, 3, 4], &[1, 1, 3]], SinusoidalPositions));
    rows.extend(Row::layer("LearnedPositions", &[&[2, 3, 2], &[1, 1, 2]], LearnedPositions::new(4, 2, rng)));
    let block = TransformerBlock::new(4, 2, 3, rng).dropout(0.2);
    rows.extend(Row::layer("TransformerBlock", &[&[2, 2, 4], &[1, 1, 4]], block.clone()));
    let block = block.pre_norm().gelu().rotary(100.0);
    rows.push(Row::of("TransformerBlock", &[&[1, 3, 4]], block.clone(), |block, _, v| {
        block.forward_masked(v[0], &some())
    }));
    let small = TransformerBlock::new(2, 1, 3, rng).dropout(0.0);
    for block in [small.clone(), small.pre_norm().gelu()] {
        let encoder = TransformerEncoder::new(vec![block.clone(), block]);
        rows.push(Row::of("TransformerEncoder", &[&[2, 3, 2]], encoder, |encoder, _, v| {
            encoder.forward_masked(v[0], &AttentionMask::causal())
        }));
    }
    let block = TransformerDecoderBlock::new(2, 1, 3, rng).dropout(0.0);
    for block in [block.clone(), block.pre_norm().gelu()] {
        let decoder = TransformerDecoder::new(vec![block.clone(), block]);
        rows.push(Row::of("TransformerDecoder", &[&[1, 2, 2], &[1, 3, 2]], decoder, |decoder, _, v| {
            decoder.forward(v[0], v[1], &AttentionMask::causal(), &AttentionMask::none())
        }));
    }
    rows
}

/// Operations that layers make in other forms only, and PyTorch has not under one name.
fn operations_alone<T: Scalar>() -> Vec<Row<T>> {
    vec![
        Row::of("mul_scalar", &[&[2, 3]], Vec::<Param<T>>::new(), |_, _, v| v[0].tanh() * T::from_f64(1.5)),
        Row::of("masked_softmax", &[&[2, 3, 3]], Vec::<Param<T>>::new(), |_, _, v| {
            v[0].masked_softmax(&some())
        }),
    ]
}

fn all<T: Scalar>() -> Vec<Row<T>> {
    [activations(), basic(), images(), recurrent(), sequences(), operations_alone()]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn every_layer_passes_gradcheck() {
    for Row { name, shapes, mut subject } in all::<f64>() {
        let worst = gradcheck_of_parameters(&mut *subject, |subject, tape| subject.output(tape));
        let worst = worst.expect("there are inputs or parameters");
        assert!(worst.error < 1e-6, "{name} on {shapes:?}: {worst}");
    }
}

/// What weights the value of a row.
fn weights(shape: &[usize]) -> Array<f64> {
    default_rng(2).uniform(-1.0, 1.0, shape)
}

/// The gradients of what is learned, by path, at `start` + `step`·`vector`.
fn gradients(
    subject: &mut dyn Subject<f64>,
    [start, vector]: [&BTreeMap<String, Array<f64>>; 2],
    step: f64,
) -> BTreeMap<String, Array<f64>> {
    subject.visit_mut(&mut Path::default(), &mut |path, param| {
        if let Some(start) = start.get(path.as_str()) {
            *param.value_mut() = start + &vector[path.as_str()] * step;
        }
    });
    let tape = Tape::training(default_rng(0));
    let y = subject.output(&tape);
    let gradients = y.backward_from(weights(&y.shape()));
    let mut found = BTreeMap::new();
    subject.visit(&mut Path::default(), &mut |path, param| {
        if let Some(gradient) = param.gradient(&gradients) {
            found.insert(path.as_str().to_string(), gradient.clone());
        }
    });
    found
}

#[test]
fn every_layer_has_second_derivatives() {
    for (Row { name, shapes, mut subject }, mut dual) in all::<f64>().into_iter().zip(all::<Dual>()) {
        let (mut start, mut vector, mut rng) = (BTreeMap::new(), BTreeMap::new(), default_rng(1));
        subject.visit(&mut Path::default(), &mut |path, param| {
            if param.is_trainable() {
                start.insert(path.as_str().to_string(), param.value().copy());
                vector.insert(path.as_str().to_string(), rng.uniform(-1.0, 1.0, param.value().shape()));
            }
        });
        let products = hvp_of_parameters(&mut *dual.subject, &vector, |subject, tape| {
            let y = subject.output(tape);
            (y * tape.constant(weights(&y.shape()).map(Dual::constant))).sum()
        });
        assert!(products.keys().eq(vector.keys()), "{name} on {shapes:?}: {:?}", products.keys());
        let h = 1e-5;
        let [ahead, behind] = [h, -h].map(|step| gradients(&mut *subject, [&start, &vector], step));
        for (path, product) in &products {
            let numeric = (&ahead[path] - &behind[path]) / (2.0 * h);
            for (a, b) in product.iter().zip(&numeric) {
                let error = (a - b).abs() / 1f64.max(a.abs()).max(b.abs());
                assert!(error < 1e-5, "{name} on {shapes:?}, {path}: H·v {product} is not {numeric}");
            }
        }
    }
}

/// The operations of all rows.
pub fn operations() -> BTreeSet<&'static str> {
    let mut operations = BTreeSet::new();
    for row in all::<f64>() {
        let tape = Tape::training(default_rng(0));
        tape.apply("row", || row.subject.output(&tape));
        operations.extend(operations_of(&tape));
    }
    operations
}

/// What the module makes public besides what has rows: layers' forms for any number of axes or any cell, whose aliases
/// have them; cells; what layers remember; and the block that runs in a decoder only.
const NO_LAYERS: [&str; 15] = [
    "AdaptiveAvgPool",
    "AvgPool",
    "BatchNorm",
    "Conv",
    "ConvTranspose",
    "DecoderCache",
    "GruCell",
    "KeyValueCache",
    "LstmCell",
    "MaxPool",
    "Recurrent",
    "RecurrentCell",
    "RecurrentState",
    "RnnCell",
    "TransformerDecoderBlock",
];

#[test]
fn every_layer_has_a_row() {
    let rows = all::<f64>();
    let public = include_str!("../../nn/src/layers/mod.rs").split("pub use ").skip(1).map(|rest| {
        let names = rest.split(';').next().and_then(|path| path.split("::").last());
        names.expect("a path").trim_matches(|c: char| "{} \n".contains(c))
    });
    let mut count = 0;
    for name in public.flat_map(|names| names.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
        count += 1;
        let known = rows.iter().any(|row| row.name == name) || NO_LAYERS.contains(&name);
        assert!(known, "{name} has no row in tests/nn_ops/layers.rs");
    }
    assert!(count > 50, "the layers were found");
}
