//! The models to profile, each with data of its shape.

use array_core::{Array, DType, default_rng};
use nn::profile::{Profile, Profiler};
use nn::{Adam, Dense, Relu, Result, Scalar, Sequential};

use super::options::Setting;

/// A model that can be profiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// A multilayer perceptron whose products are large: the GEMM-bound step.
    Mlp,
    /// The model of the digits example.
    Digits,
}

impl Model {
    pub const ALL: [Model; 2] = [Model::Mlp, Model::Digits];

    pub const fn name(self) -> &'static str {
        match self {
            Model::Mlp => "mlp",
            Model::Digits => "digits",
        }
    }

    /// Batch, width and depth unless something else is asked for.
    pub const fn defaults(self) -> [usize; 3] {
        match self {
            Model::Mlp => [256, 1024, 3],
            Model::Digits => [32, 128, 1],
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
