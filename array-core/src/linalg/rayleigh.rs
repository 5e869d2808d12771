//! Sharper values from vectors.
//!
//! faer's QR iteration, which does all matrices up to some size, lets values and the lengths of vectors drift by some
//! tens of ε. The error of a Rayleigh quotient uᴴ·A·v / ‖u‖‖v‖ is the square of that of its vectors' directions, and
//! what rounding makes of it is less.

use super::scalar::Scalar;
use crate::element::{Field, Float, Num};
use crate::kernels::gemm::{Base, gemm};
use crate::kernels::operand::{In, Out};
use crate::layout::Layout;

/// From this many values on, faer divides and conquers, and drifts less.
const SMALL: usize = 128;

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
    let zero = T::Real::ZERO;
    let greatest = values.iter().map(|&x| Num::abs(x)).fold(zero, |a, b| if b > a { b } else { a });
    let bound = T::Real::from_f64(4.0) * T::Real::EPSILON * greatest;
    let length = |x: &[T]| x.iter().fold(zero, |sum, x| sum + x.abs_squared()).sqrt();
    let vectors = left.chunks_exact(n).zip(right.chunks_exact(m)).zip(images.chunks_exact(n));
    for (value, ((left, right), image)) in values.iter_mut().zip(vectors) {
        let product = left.iter().zip(image).fold(T::ZERO, |sum, (&x, &y)| sum + x.conjugate() * y);
        let quotient = product.re() / (length(left) * length(right));
        if Num::abs(quotient - *value) > bound {
            *value = quotient;
        }
    }
}
