//! Sharper values from vectors.
//!
//! faer's QR iteration, which does all matrices up to some size, lets values and the lengths of vectors drift by some
//! tens of ε. The error of a Rayleigh quotient uᴴ·A·v / ‖u‖‖v‖ is the square of that of its vectors' directions, and
//! what rounding makes of it is less.

use super::scalar::Scalar;
use super::stack::greatest_height;
use crate::element::{Field, Float, Num};
use crate::kernels::gemm::{Base, gemm};
use crate::kernels::operand::{In, Out};
use crate::layout::Layout;

/// From this many values on, faer divides and conquers, and drifts less: values need no vectors.
pub const SMALL: usize = 128;

/// Whether Σ|value|² = ‖A‖², to rounding: what shows that an iteration without vectors ended before its time.
pub fn have_norm<T: Scalar>(values: &[T::Real], a: &[T]) -> bool {
    let add = |sum, x| sum + x;
    // Sums of sums round less than one long sum.
    let expected = a.chunks(a.len().isqrt().max(1)).map(square_sum).fold(T::Real::ZERO, add);
    let found = square_sum(values);
    let bound = T::Real::from_f64(32.0 * values.len() as f64) * T::Real::EPSILON * expected;
    Num::abs(found - expected) <= bound
}

/// Σ|x|², in lanes that do not wait for each other.
fn square_sum<T: Scalar>(values: &[T]) -> T::Real {
    let mut lanes = [T::Real::ZERO; 8];
    for values in values.chunks(lanes.len()) {
        lanes.iter_mut().zip(values).for_each(|(lane, x)| *lane += x.abs_squared());
    }
    lanes.into_iter().fold(T::Real::ZERO, |sum, lane| sum + lane)
}

/// Replaces values by Rayleigh quotients where those differ by more than 4·ε times the greatest value.
///
/// The k vectors are rows: `left` (k, n), `right` (k, m); `transposed` is Aᵀ, row-major (m, n).
pub fn refine<T: Scalar>(values: &mut [T::Real], left: &[T], transposed: &[T], right: &[T]) {
    let k = values.len();
    if k == 0 || k >= SMALL {
        return;
    }
    let (n, m) = (left.len() / k, right.len() / k);
    let mut images = vec![T::ZERO; k * n];
    gemm(
        Out::new(&mut images, &Layout::contiguous(&[k, n])),
        In::new(right, &Layout::contiguous(&[k, m])),
        In::new(transposed, &Layout::contiguous(&[m, n])),
        Base::Zero,
    );
    let bound = T::Real::from_f64(4.0) * T::Real::EPSILON * greatest_height(values);
    let length = |x: &[T]| square_sum(x).sqrt();
    let vectors = left.chunks_exact(n).zip(right.chunks_exact(m)).zip(images.chunks_exact(n));
    for (value, ((left, right), image)) in values.iter_mut().zip(vectors) {
        let product = left.iter().zip(image).fold(T::ZERO, |sum, (&x, &y)| sum + x.conjugate() * y);
        let quotient = product.re() / (length(left) * length(right));
        if Num::abs(quotient - *value) > bound {
            *value = quotient;
        }
    }
}
