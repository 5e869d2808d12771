//! Determinants.

use super::lu::Lu;
use super::scalar::{RealScalar, Scalar};
use super::stack::{Stack, parts};
use crate::array::Array;
use crate::element::Field;
use crate::error::Result;

/// The determinant of every matrix: (…, n, n) → (…), of no axes for a single matrix. `numpy.linalg.det`.
///
/// The determinant of a 0×0 matrix is 1. Products that would leave the range of numbers on the way do no harm.
///
/// ```
/// use array_core::{array, linalg};
/// assert_eq!(linalg::det(&array![[0.0, 2.0], [3.0, 4.0]])?.item(), -6.0);
/// # Ok::<(), array_core::Error>(())
/// ```
///
/// # Errors
/// If the matrices are not square or a value is not finite.
pub fn det<T: Scalar>(a: &Array<T>) -> Result<Array<T>> {
    let stack = Stack::square("det", a)?;
    let mut det = stack.results(&[])?;
    stack.for_each(parts(&mut det, stack.count()), |i, det| {
        let (product, exponent) = Lu::of(&stack, i)?.determinant();
        let bounded = exponent.clamp(i64::from(i32::MIN / 2), i64::from(i32::MAX / 2));
        det[0] = product.times_power_of_two(bounded as i32);
        Ok(())
    })?;
    Ok(det)
}

/// Sign and logarithm of a determinant.
#[derive(Debug, Clone)]
pub struct SlogDet<T: Scalar> {
    /// det/|det|; 0 for singular matrices.
    pub sign: Array<T>,
    /// ln|det|; −inf for singular matrices.
    pub logabsdet: Array<T::Real>,
}

/// Sign and logarithm of the determinant of every matrix: (…, n, n) → (…) each. `numpy.linalg.slogdet`.
///
/// # Errors
/// As [`det`].
pub fn slogdet<T: Scalar>(a: &Array<T>) -> Result<SlogDet<T>> {
    let stack = Stack::square("slogdet", a)?;
    let mut sign = stack.results(&[])?;
    let mut logabsdet = stack.results(&[])?;
    let jobs = parts(&mut sign, stack.count()).into_iter().zip(parts(&mut logabsdet, stack.count()));
    stack.for_each(jobs.collect(), |i, (sign, logabsdet)| {
        let (product, exponent) = Lu::of(&stack, i)?.determinant();
        let size = product.abs();
        sign[0] = if product == T::ZERO { product } else { product / T::from_real(size) };
        let power = T::Real::from_f64(exponent as f64 * std::f64::consts::LN_2);
        logabsdet[0] = if product == T::ZERO { size.ln() } else { size.ln() + power };
        Ok(())
    })?;
    Ok(SlogDet { sign, logabsdet })
}
