//! The models to profile, each with data of its shape.

use array_core::{Array, DType, default_rng};
use nn::profile::{Profile, Profiler};
use nn::{Adam, AdamW, Conv2d, Dense, Flatten, MaxPool2d, Relu, Result, Scalar, Sequential};

use super::options::Setting;
use super::transformer::{CONTEXT, Transformer, VOCABULARY};

/// A model that can be profiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// A multilayer perceptron whose products are large: the GEMM-bound step.
    Mlp,
    /// The model of the digits example.
    Digits,
    /// Two 3×3 convolutions with pooling on images of 28×28, and a dense layer.
    Cnn,
    /// The small language model of the char_transformer example.
    Transformer,
}

impl Model {
    pub const ALL: [Model; 4] = [Model::Mlp, Model::Digits, Model::Cnn, Model::Transformer];

    pub const fn name(self) -> &'static str {
        match self {
            Model::Mlp => "mlp",
            Model::Digits => "digits",
            Model::Cnn => "cnn",
            Model::Transformer => "transformer",
        }
    }

    /// Batch, width and depth unless something else is asked for.
    pub const fn defaults(self) -> [usize; 3] {
        match self {
            Model::Mlp => [256, 1024, 3],
            Model::Digits => [32, 128, 1],
            Model::Cnn => [32, 16, 2],
            Model::Transformer => [16, 64, 2],
        }
    }
}

/// Makes steps of a setting's model and profiles them.
pub fn profile(profiler: &Profiler, setting: &Setting) -> Result<Profile> {
    match setting.dtype {
        DType::Float64 => profile_in::<f64>(profiler, setting),
        _ => profile_in::<f32>(profiler, setting),
    }
}

fn profile_in<T: Scalar>(profiler: &Profiler, setting: &Setting) -> Result<Profile> {
    match setting.model {
        Model::Mlp => mlp::<T>(profiler, setting, 1024.max(setting.width)),
        Model::Digits => mlp::<T>(profiler, setting, 64),
        Model::Cnn => cnn::<T>(profiler, setting),
        Model::Transformer => transformer::<T>(profiler, setting),
    }
}

/// inputs → width → … → width → 10, with ReLU between.
fn mlp<T: Scalar>(profiler: &Profiler, setting: &Setting, inputs: usize) -> Result<Profile> {
    let &Setting { batch, width, depth, .. } = setting;
    let rng = &mut default_rng(0);
    let mut model = Sequential::new();
    for layer in 0..depth {
        let inputs = if layer == 0 { inputs } else { width };
        model = model.add(format!("l{}", layer + 1), Dense::new(inputs, width, rng));
        model = model.add(format!("act{}", layer + 1), Relu);
    }
    let mut model: Sequential<T> = model.add("out", Dense::new(width, 10, rng));
    let (x, y): (Array<T>, _) =
        (rng.uniform(-1.0, 1.0, [batch, inputs]).map(T::from_f64), rng.integers(0, 10, batch));
    profiler.run(&mut model, &mut Adam::new(1e-3), |tape, model| {
        tape.constant(x.clone()).apply("mlp", model).cross_entropy(&y)
    })
}

/// Images of 28×28 through blocks of a 3×3 convolution, ReLU and 2×2 pooling, each with twice the channels, and a dense
/// layer to 10 logits.
fn cnn<T: Scalar>(profiler: &Profiler, setting: &Setting) -> Result<Profile> {
    let &Setting { batch, width, depth, .. } = setting;
    let rng = &mut default_rng(0);
    let (mut model, mut channels, mut side) = (Sequential::new(), 1, 28);
    for block in 0..depth {
        let outputs = width << block;
        model = model
            .add(format!("conv{}", block + 1), Conv2d::new(channels, outputs, 3, rng).padding(1))
            .add(format!("act{}", block + 1), Relu)
            .add(format!("pool{}", block + 1), MaxPool2d::new(2));
        (channels, side) = (outputs, side / 2);
    }
    let mut model: Sequential<T> =
        model.add("flatten", Flatten::new()).add("out", Dense::new(channels * side * side, 10, rng));
    let x: Array<T> = rng.uniform(-1.0, 1.0, [batch, 1, 28, 28]).map(T::from_f64);
    let y = rng.integers(0, 10, batch);
    profiler.run(&mut model, &mut Adam::new(1e-3), |tape, model| {
        tape.constant(x.clone()).apply("cnn", model).cross_entropy(&y)
    })
}

/// Texts of so many characters, and what follows each.
fn transformer<T: Scalar>(profiler: &Profiler, setting: &Setting) -> Result<Profile> {
    let &Setting { batch, width, depth, .. } = setting;
    let rng = &mut default_rng(0);
    let mut model: Transformer<T> = Transformer::new(width, depth, rng);
    let [tokens, next] = [(); 2].map(|()| rng.integers(0, VOCABULARY as i64, [batch, CONTEXT]));
    profiler.run(&mut model, &mut AdamW::new(1e-3), |tape, model| model.loss(tape, &tokens, &next))
}
