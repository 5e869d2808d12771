//! Where in a sequence something stands.

use array_core::Array;
use array_core::random::Generator;

use crate::autograd::Var;
use crate::module::{Layer, Module, Param, Path};
use crate::scalar::Scalar;

/// The angles p·base^(−2i/width) of positions `start`, `start` + 1, … and i < width/2, in `f64`.
pub(super) fn angles(start: usize, positions: usize, width: usize, base: f64) -> Array<f64> {
    Array::from_fn([positions, width / 2], |i| {
        (start + i[0]) as f64 * base.powf(-2.0 * i[1] as f64 / width as f64)
    })
}

/// Adds to every position of (batch, positions, width) a vector made of sines and cosines of many wavelengths:
/// sin(p/10000^(2i/width)) at 2i and the cosine of the same at 2i + 1.
///
/// Source: A. Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 3.5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SinusoidalPositions;

impl SinusoidalPositions {
    /// The vectors of positions `start`, `start` + 1, …: (positions, width).
    pub fn table<T: Scalar>(start: usize, positions: usize, width: usize) -> Array<T> {
        let angles = angles(start, positions, width + width % 2, 10_000.0);
        let wave = |i: [usize; 2]| {
            let angle = angles[[i[0], i[1] / 2]];
            T::from_f64(if i[1].is_multiple_of(2) { angle.sin() } else { angle.cos() })
        };
        Array::from_fn([positions, width], |i| wave([i[0], i[1]]))
    }

    /// As the layer, for a part of a sequence that begins at position `start`.
    #[track_caller]
    pub fn forward_from<'t, T: Scalar>(&self, x: Var<'t, T>, start: usize) -> Var<'t, T> {
        let shape = x.shape();
        x.expect_input(shape.len() == 3, self, || format!("input has {} axes, expected 3", shape.len()));
        x + x.tape().constant(Self::table(start, shape[1], shape[2]))
    }
}

impl<T: Scalar> Module<T> for SinusoidalPositions {
    fn visit(&self, _: &mut Path, _: &mut dyn FnMut(&Path, &Param<T>)) {}
    fn visit_mut(&mut self, _: &mut Path, _: &mut dyn FnMut(&Path, &mut Param<T>)) {}
}

impl<T: Scalar> Layer<T> for SinusoidalPositions {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.forward_from(x, 0)
    }

    fn describe(&self) -> String {
        "SinusoidalPositions".to_string()
    }
}

/// Adds to every position of (batch, positions, width) a vector that is learned.
#[derive(Debug, Clone)]
pub struct LearnedPositions<T: Scalar = f32> {
    /// The vectors, of shape (positions, width).
    pub weight: Param<T>,
}

crate::module!(LearnedPositions<T> { weight });

impl<T: Scalar> LearnedPositions<T> {
    /// Vectors for this many positions, drawn from a normal distribution with standard deviation 0.02, as GPT-2's.
    pub fn new(positions: usize, width: usize, rng: &mut Generator) -> Self {
        let weight = rng.normal(0.0, 0.02, [positions, width]).map(T::from_f64);
        LearnedPositions { weight: Param::new(weight) }
    }

    /// As the layer, for a part of a sequence that begins at position `start`.
    #[track_caller]
    pub fn forward_from<'t>(&self, x: Var<'t, T>, start: usize) -> Var<'t, T> {
        let (shape, table) = (x.shape(), self.weight.value().shape());
        x.expect_input(shape.len() == 3, self, || format!("input has {} axes, expected 3", shape.len()));
        x.expect_axis(2, table[1], self);
        let end = start + shape[1];
        x.expect_input(end <= table[0], self, || {
            format!("positions up to {end} of {} are asked for", table[0])
        });
        x + x.tape().param("weight", &self.weight).slice(start..end)
    }
}

impl<T: Scalar> Layer<T> for LearnedPositions<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.forward_from(x, 0)
    }

    fn describe(&self) -> String {
        let shape = self.weight.value().shape();
        format!("LearnedPositions, {} in {} dimensions", shape[0], shape[1])
    }
}
