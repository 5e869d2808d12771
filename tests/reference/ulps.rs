//! Closeness in units in the last place.

use array_core::{Element, Number, f16};

/// The real and the imaginary part.
pub(crate) fn parts<T: Element>(x: T) -> [f64; 2] {
    match x.to_number() {
        Number::Signed(x) => [x as f64, 0.0],
        Number::Unsigned(x) => [x as f64, 0.0],
        Number::Single(x) => [x.into(), 0.0],
        Number::Double(x) => [x, 0.0],
        Number::Complex(z) => [z.re, z.im],
        Number::Dual(_) => unreachable!("NumPy has no dual numbers"),
    }
}

/// Whether two numbers differ by so many units in the last place at most, or by the least number there is.
pub fn within<T: Element>(a: T, b: T, ulps: f64) -> bool {
    let (epsilon, least) = match T::DTYPE.name() {
        "float64" | "complex128" => (f64::EPSILON, f64::from_bits(1)),
        "float32" | "complex64" => (f32::EPSILON.into(), f32::from_bits(1).into()),
        _ => (f16::EPSILON.into(), f16::from_bits(1).into()),
    };
    let (x, y) = (parts(a), parts(b));
    let apart = |x: f64, y: f64| if x == y { 0.0 } else { x - y };
    let finite = y.map(|y| if y.is_finite() { y } else { 0.0 });
    let (distance, size) = (apart(x[0], y[0]).hypot(apart(x[1], y[1])), finite[0].hypot(finite[1]));
    a == b || (a.is_nan() && b.is_nan()) || distance <= (ulps * epsilon * size).max(least)
}
