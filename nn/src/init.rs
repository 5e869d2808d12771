//! Initial weights: PyTorch's `torch.nn.init`.
//!
//! | | for |
//! |---|---|
//! | [`xavier_uniform`], [`xavier_normal`] | layers before tanh, the logistic function, or none |
//! | [`kaiming_uniform`], [`kaiming_normal`] | layers before a rectifier |
//! | [`orthogonal`] | recurrent layers |
//! | [`truncated_normal`] | embeddings and transformers |
//!
//! Zeros, ones and constants are [`Array::zeros`], [`Array::ones`] and [`Array::full`]. How wide the first four are
//! depends on the [`Fans`] of a weight.
//!
//! Everything is drawn in `f64` from the generator's stream, then rounded, so that `f32` and `f64` models start alike.

use array_core::random::Generator;
use array_core::{Array, IntList};

use crate::scalar::Scalar;

/// How many values a unit of a layer is computed from, and how many units a value goes into.
///
/// ```
/// use nn::init::Fans;
/// assert_eq!(Fans::of_dense([784, 10]), Fans { fan_in: 784, fan_out: 10 });
/// assert_eq!(Fans::of_conv([16, 3, 5, 5]), Fans { fan_in: 75, fan_out: 400 });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fans {
    /// Inputs per unit.
    pub fan_in: usize,
    /// Units per input.
    pub fan_out: usize,
}

impl Fans {
    /// Those of a weight of shape (in, out).
    pub fn of_dense([fan_in, fan_out]: [usize; 2]) -> Fans {
        Fans { fan_in, fan_out }
    }

    /// Those of a convolution's weight of shape (out, in, k…): in·∏k and out·∏k.
    pub fn of_conv<const N: usize>(shape: [usize; N]) -> Fans {
        let mut sizes = shape.into_iter();
        let (out, channels) = (sizes.next().unwrap_or(1), sizes.next().unwrap_or(1));
        let taps: usize = sizes.product();
        Fans { fan_in: channels * taps, fan_out: out * taps }
    }
}

/// What follows a layer, and so by how much its weights should be greater than a linear layer's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Nonlinearity {
    /// Nothing, or the logistic function: gain 1.
    Linear,
    /// tanh: gain 5/3.
    Tanh,
    /// max(x, 0), which loses half of the variance: gain √2.
    Relu,
    /// x, or this multiple of it if x is negative: gain √(2 / (1 + slope²)).
    LeakyRelu(f64),
    /// The self-normalising exponential unit: gain 3/4.
    Selu,
}

impl Nonlinearity {
    /// The factor for weights: PyTorch's `calculate_gain`.
    pub fn gain(self) -> f64 {
        match self {
            Nonlinearity::Linear => 1.0,
            Nonlinearity::Tanh => 5.0 / 3.0,
            Nonlinearity::Relu => 2f64.sqrt(),
            Nonlinearity::LeakyRelu(slope) => (2.0 / (1.0 + slope * slope)).sqrt(),
            Nonlinearity::Selu => 0.75,
        }
    }
}

/// Uniform numbers of mean 0 and this standard deviation: on ±√3·std.
fn uniform<T: Scalar>(shape: impl IntList, std: f64, rng: &mut Generator) -> Array<T> {
    let limit = 3f64.sqrt() * std;
    rng.uniform(-limit, limit, shape).map(T::from_f64)
}

fn normal<T: Scalar>(shape: impl IntList, std: f64, rng: &mut Generator) -> Array<T> {
    rng.normal(0.0, std, shape).map(T::from_f64)
}

/// √(2 / (fan_in + fan_out)), which keeps the variance of values and gradients alike from layer to layer.
fn xavier_std(Fans { fan_in, fan_out }: Fans) -> f64 {
    (2.0 / (fan_in + fan_out).max(1) as f64).sqrt()
}

/// Uniform on ±√(6 / (fan_in + fan_out)): PyTorch's `xavier_uniform_`.
///
/// Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
/// networks", AISTATS 2010, equation 16.
pub fn xavier_uniform<T: Scalar>(shape: impl IntList, fans: Fans, rng: &mut Generator) -> Array<T> {
    uniform(shape, xavier_std(fans), rng)
}

/// Normal of standard deviation √(2 / (fan_in + fan_out)): PyTorch's `xavier_normal_`; see [`xavier_uniform`].
pub fn xavier_normal<T: Scalar>(shape: impl IntList, fans: Fans, rng: &mut Generator) -> Array<T> {
    normal(shape, xavier_std(fans), rng)
}

/// gain/√fan, with fan_in to keep the variance of values, fan_out that of gradients.
fn kaiming_std(fan: usize, before: Nonlinearity) -> f64 {
    before.gain() / (fan.max(1) as f64).sqrt()
}

/// Uniform on ±gain·√(3 / fan): PyTorch's `kaiming_uniform_`.
///
/// `fan` is usually `fan_in`, which keeps the variance of values from layer to layer; `fan_out` keeps that of gradients.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::init::{self, Fans, Nonlinearity};
/// let shape = [600, 10];
/// let fan = Fans::of_dense(shape).fan_in;
/// let weight: Array<f32> = init::kaiming_uniform(shape, fan, Nonlinearity::Relu, &mut default_rng(0));
/// assert!(weight.abs().max() <= 0.1); // √2·√(3/600)
/// ```
///
/// Source: K. He et al., "Delving deep into rectifiers", ICCV 2015, equations 10 and 14.
pub fn kaiming_uniform<T: Scalar>(
    shape: impl IntList,
    fan: usize,
    before: Nonlinearity,
    rng: &mut Generator,
) -> Array<T> {
    uniform(shape, kaiming_std(fan, before), rng)
}

/// Normal of standard deviation gain/√fan: PyTorch's `kaiming_normal_`; see [`kaiming_uniform`].
pub fn kaiming_normal<T: Scalar>(
    shape: impl IntList,
    fan: usize,
    before: Nonlinearity,
    rng: &mut Generator,
) -> Array<T> {
    normal(shape, kaiming_std(fan, before), rng)
}

/// A random matrix whose rows, or columns if there are fewer of them, are orthogonal and of length 1: PyTorch's
/// `orthogonal_`. With more than two axes, all but the first count as one.
///
/// Every such matrix is as likely as every other: the vectors are normal numbers made orthonormal one after the
/// other.
///
/// ```
/// use array_core::{Array, default_rng};
/// let q: Array<f64> = nn::init::orthogonal([2, 5], &mut default_rng(0));
/// assert!(q.matmul(&q.t()).allclose(&Array::identity(2), 0.0, 1e-14));
/// ```
///
/// # Panics
/// If there are fewer than two axes.
///
/// Source: A. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
/// ICLR 2014.
#[track_caller]
pub fn orthogonal<T: Scalar>(shape: impl IntList, rng: &mut Generator) -> Array<T> {
    let normal: Array<f64> = rng.standard_normal(shape);
    assert!(normal.ndim() >= 2, "orthogonal: shape {:?} is not that of a matrix", normal.shape());
    if normal.is_empty() {
        return normal.cast();
    }
    let matrix = normal.reshape([normal.shape()[0] as isize, -1]);
    let is_tall = matrix.shape()[0] > matrix.shape()[1];
    let rows = orthonormal(if is_tall { matrix.t() } else { matrix });
    let result = if is_tall { rows.t() } else { rows };
    result.reshape(normal.shape()).map(T::from_f64)
}

/// Modified Gram-Schmidt on the rows of a matrix that has no more rows than columns. Done twice, it leaves no more than
/// rounding errors (Giraud, Langou and Rozložník, 2005).
fn orthonormal(mut rows: Array<f64>) -> Array<f64> {
    let count = rows.shape()[0];
    for i in 0..count {
        let mut row = rows.slice(i).copy();
        for j in (0..i).chain(0..i) {
            let other = rows.slice(j);
            row -= &other * (&row * &other).sum();
        }
        row /= row.square().sum().sqrt();
        rows.slice_mut(i).assign(&row);
    }
    rows
}

/// Normal numbers of this mean and standard deviation, given that they lie between two bounds: PyTorch's
/// `trunc_normal_`.
///
/// ```
/// use array_core::{Array, default_rng};
/// let embedding: Array<f32> = nn::init::truncated_normal([100, 8], 0.0, 0.02, [-0.04, 0.04], &mut default_rng(0));
/// assert!(embedding.abs().max() <= 0.04);
/// ```
///
/// # Panics
/// If the standard deviation is not positive and finite, the mean is not finite, or the bounds do not ascend.
#[track_caller]
pub fn truncated_normal<T: Scalar>(
    shape: impl IntList,
    mean: f64,
    std: f64,
    [low, high]: [f64; 2],
    rng: &mut Generator,
) -> Array<T> {
    assert!(
        std > 0.0 && std.is_finite() && mean.is_finite() && low < high,
        "truncated_normal: mean {mean}, standard deviation {std}, bounds {low} and {high}"
    );
    let (from, to) = ((low - mean) / std, (high - mean) / std);
    // Where the density is greatest. Ten standard deviations beyond it, all that is left is less than rounding errors.
    let peak = 0f64.clamp(from, to);
    let (from, to) = (from.max(peak - 10.0), to.min(peak + 10.0));
    // √2π: from this width on, a normal number lies between the bounds about as often as a uniform one below the density.
    let by_normal = from <= 0.0 && to >= 0.0 && to - from > 2.5;
    let mut draw = || loop {
        if by_normal {
            let x = rng.standard_normal::<f64>(()).item();
            if (from..=to).contains(&x) {
                return x;
            }
        } else {
            let x = rng.uniform(from, to, ()).item();
            let density = ((peak * peak - x * x) / 2.0).exp();
            if rng.random::<f64>(()).item() < density {
                return x;
            }
        }
    };
    // Rounding must not carry a number over its bound.
    Array::from_fn(shape, |_| T::from_f64((mean + std * draw()).clamp(low, high)))
}

#[cfg(test)]
mod tests {
    use array_core::default_rng;

    use super::*;

    const SHAPE: [usize; 2] = [300, 200];

    /// Mean and variance of many numbers, within five standard errors of what they should be.
    #[track_caller]
    fn has_moments(a: &Array<f64>, mean: f64, variance: f64) {
        let n = a.size() as f64;
        assert!((a.mean() - mean).abs() < 5.0 * (variance / n).sqrt(), "mean {} for {mean}", a.mean());
        // The variance of x² is at most 2·variance² for what is no wider than a normal density.
        let error = 5.0 * variance * (2.0 / n).sqrt();
        assert!((a.var(0) - variance).abs() < error, "variance {} for {variance}", a.var(0));
    }

    #[test]
    fn fans() {
        assert_eq!(Fans::of_conv([8, 4]), Fans { fan_in: 4, fan_out: 8 });
        assert_eq!(Fans::of_conv([8, 4, 3]), Fans { fan_in: 12, fan_out: 24 });
    }

    #[test]
    fn gains_are_pytorchs() {
        let gains = [
            (Nonlinearity::Linear, 1.0),
            (Nonlinearity::Tanh, 1.666_666_666_666_666_7),
            (Nonlinearity::Relu, std::f64::consts::SQRT_2),
            (Nonlinearity::LeakyRelu(0.2), 1.386_750_490_563_073),
            (Nonlinearity::Selu, 0.75),
        ];
        for (nonlinearity, gain) in gains {
            assert!((nonlinearity.gain() - gain).abs() < 1e-15, "{nonlinearity:?}");
        }
    }

    #[test]
    fn xavier_has_its_width() {
        let rng = &mut default_rng(1);
        let fans = Fans::of_dense(SHAPE);
        // √(6/500) and 2/500.
        let a: Array<f64> = xavier_uniform(SHAPE, fans, rng);
        let top = a.abs().max();
        assert!(top <= 0.109_544_511_501_033_23 && top > 0.1095, "{top}");
        has_moments(&a, 0.0, 0.004);
        has_moments(&xavier_normal(SHAPE, fans, rng), 0.0, 0.004);
    }

    #[test]
    fn kaiming_has_its_width() {
        let rng = &mut default_rng(2);
        // √2·√(3/300), 2/300; with leaks of a half, 1.6/200.
        let a: Array<f64> = kaiming_uniform(SHAPE, 300, Nonlinearity::Relu, rng);
        let top = a.abs().max();
        assert!(top <= 0.141_421_356_237_309_5 && top > 0.1414, "{top}");
        has_moments(&a, 0.0, 2.0 / 300.0);
        has_moments(&kaiming_normal(SHAPE, 200, Nonlinearity::LeakyRelu(0.5), rng), 0.0, 1.6 / 200.0);
    }

    #[test]
    fn singles_are_rounded_doubles() {
        let fans = Fans::of_dense([30, 20]);
        let a: Array<f32> = xavier_uniform([30, 20], fans, &mut default_rng(3));
        let b: Array<f64> = xavier_uniform([30, 20], fans, &mut default_rng(3));
        assert_eq!(a, b.cast());
    }

    #[test]
    fn orthogonal_matrices() {
        let rng = &mut default_rng(4);
        for shape in [[1, 1], [5, 5], [40, 60], [60, 40], [64, 64]] {
            let q: Array<f64> = orthogonal(shape, rng);
            let product = if shape[0] <= shape[1] { q.matmul(&q.t()) } else { q.t().matmul(&q) };
            assert!(product.allclose(Array::identity(shape[0].min(shape[1])), 0.0, 1e-13), "{shape:?}");
        }
        assert_eq!(orthogonal::<f32>([2, 3, 4, 5], rng).shape(), [2, 3, 4, 5]);
        assert_eq!(orthogonal::<f32>([0, 3], rng).shape(), [0, 3]);
        // Each entry of a random rotation in n dimensions has mean 0 and variance 1/n.
        let entries: Array<f64> = (0..4000).map(|_| orthogonal::<f64>([3, 3], rng)[[1, 2]]).collect();
        has_moments(&entries, 0.0, 1.0 / 3.0);
    }

    #[test]
    fn truncated_normals_have_the_moments_of_their_density() {
        let rng = &mut default_rng(5);
        // With φ and Φ of the standard normal density at the bounds a and b, and Z = Φ(b) − Φ(a):
        // mean (φ(a) − φ(b))/Z, variance 1 + (a·φ(a) − b·φ(b))/Z − mean².
        let cases = [
            ([-2.0, 2.0], 0.0, 0.773_741_303_549_923),
            ([-0.5, 0.5], 0.0, 0.080_589_154_600_812),
            ([1.0, f64::INFINITY], 1.525_135_276_160_981, 0.199_097_665_570_349),
            ([5.0, 6.0], 5.183_147_090_477_174, 0.029_452_430_768_483),
        ];
        for ([low, high], mean, variance) in cases {
            let a: Array<f64> = truncated_normal(40_000, 0.0, 1.0, [low, high], rng);
            assert!(a.min() >= low && a.max() <= high);
            has_moments(&a, mean, variance);
            let moved: Array<f64> =
                truncated_normal(40_000, 3.0, 0.5, [3.0 + low / 2.0, 3.0 + high / 2.0], rng);
            has_moments(&moved, 3.0 + mean / 2.0, variance / 4.0);
        }
    }

    #[test]
    #[should_panic(expected = "bounds 1 and 1")]
    fn bounds_must_ascend() {
        truncated_normal::<f32>(3, 0.0, 1.0, [1.0, 1.0], &mut default_rng(0));
    }
}
