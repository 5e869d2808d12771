//! NumPy's tables, computed once.
//!
//! The normal ones follow from the textbook's recurrence in `f64`, each function rounded correctly; the
//! exponential ones from the same recurrence in higher precision, rounded at the end.

use std::sync::LazyLock;

use super::wide::Wide;
use super::{EXPONENTIAL_R, Layer, NORMAL_R, Ziggurat};

pub static NORMAL_F64: LazyLock<Ziggurat<f64>> = LazyLock::new(|| {
    let (x, y) = normal();
    let k = |i| (quotient(&x, i) * scale(52)).round_ties_even() as u64;
    Ziggurat::new(|i| Layer { k: k(i), w: x[i] / scale(52) }, |i| y[i])
});

pub static NORMAL_F32: LazyLock<Ziggurat<f32>> = LazyLock::new(|| {
    let (x, y) = normal();
    let k = |i| (quotient(&x, i) * scale(23)).round_ties_even() as u64;
    Ziggurat::new(|i| Layer { k: k(i), w: (x[i] / scale(23)) as f32 }, |i| y[i] as f32)
});

pub static EXPONENTIAL_F64: LazyLock<Ziggurat<f64>> = LazyLock::new(|| {
    let (x, y) = exponential();
    let k = |i| 2 * (quotient(&x, i) * scale(52).into()).floor() as u64;
    Ziggurat::new(|i| Layer { k: k(i), w: x[i].0 / scale(53) }, |i| y[i].0)
});

pub static EXPONENTIAL_F32: LazyLock<Ziggurat<f32>> = LazyLock::new(|| {
    let (x, y) = exponential();
    let k = |i| (quotient(&x, i).0 * scale(23)).round_ties_even() as u64;
    Ziggurat::new(|i| Layer { k: k(i), w: nine_digits(x[i].0 / scale(23)) }, |i| nine_digits(y[i].0))
});

/// 2^bits
fn scale(bits: u32) -> f64 {
    (1u64 << bits) as f64
}

/// The nearest `f32` to the first nine digits: NumPy's table was printed with as many.
fn nine_digits(x: f64) -> f32 {
    format!("{x:.8e}").parse().unwrap_or(x as f32)
}

/// Which part of layer `i` lies under the density for sure: what is left of the next edge above it, or, in the
/// base, of the tail.
fn quotient<F: Copy + Default + std::ops::Div<Output = F>>(x: &[F; 256], i: usize) -> F {
    match i {
        0 => x[255] / x[0],
        1 => F::default(),
        _ => x[i - 1] / x[i],
    }
}

/// The right edges x of the layers from the top (1) to the bottom (255), the width of the base as a rectangle
/// (0), and the density y at these edges, 1 for the base: yᵢ = yᵢ₊₁ + v/xᵢ₊₁, with v the area of each layer.
fn normal() -> ([f64; 256], [f64; 256]) {
    const V: f64 = 0.004_928_673_233_974_652;
    let density = |x: f64| Wide::from(-0.5 * x * x).exp().0;
    let (mut x, mut y) = ([0.0; 256], [1.0; 256]);
    x[255] = NORMAL_R;
    y[255] = density(NORMAL_R);
    x[0] = V / y[255];
    for i in (1..255).rev() {
        x[i] = (-2.0 * Wide::from(V / x[i + 1] + y[i + 1]).ln().0).sqrt();
        y[i] = density(x[i]);
        if i == 38 {
            // NumPy's is one unit in the last place up here, and all layers above follow from it.
            y[i] = y[i].next_up();
        }
    }
    (x, y)
}

/// As [`normal`], for the exponential density.
fn exponential() -> ([Wide; 256], [Wide; 256]) {
    let r = Wide(EXPONENTIAL_R, -3.624_870_366_239_748_4e-16);
    let (mut x, mut y) = ([r; 256], [Wide::from(1.0); 256]);
    y[255] = (-r).exp();
    // The lowest layer: a rectangle of width r, and the tail, whose area is the density at r.
    let v = (r + 1.0.into()) * y[255];
    x[0] = v / y[255];
    for i in (1..255).rev() {
        y[i] = y[i + 1] + v / x[i + 1];
        x[i] = -y[i].ln();
    }
    (x, y)
}
