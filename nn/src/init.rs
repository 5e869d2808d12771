//! Initial weights.

use array_core::Array;
use array_core::random::Generator;

use crate::scalar::Scalar;

/// Uniform on ±√(6 / (fan_in + fan_out)): the weights of a (fan_in, fan_out) matrix that keep the variance of
/// values and gradients alike from layer to layer.
///
/// Drawn in `f64` from the generator's stream, then rounded, so that `f32` and `f64` models start alike.
///
/// Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
/// networks", AISTATS 2010, equation 16; PyTorch's `xavier_uniform_`.
pub fn xavier_uniform<T: Scalar>([fan_in, fan_out]: [usize; 2], rng: &mut Generator) -> Array<T> {
    let limit = (6.0 / (fan_in + fan_out).max(1) as f64).sqrt();
    rng.uniform(-limit, limit, [fan_in, fan_out]).map(T::from_f64)
}
