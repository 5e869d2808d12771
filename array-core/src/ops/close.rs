//! Equality of arrays: up to a tolerance, and exactly.

use num_complex::Complex;

use super::binary;
use crate::array::Array;
use crate::dtype::DType;
use crate::element::{Element, Float};
use crate::error::{OrPanic, Result};
use crate::operand::{Operand, Source};

/// What an array is compared with: an array or a scalar, perhaps in [`equal_nan`].
pub trait Comparand<T: Element> {
    /// The array or scalar, and whether NaN equals NaN.
    fn comparand(&self) -> (Source<'_, T>, bool);
}

/// Lists the operands.
macro_rules! comparands {
    ($($operand:ty),*) => {$(
        impl<T: Element> Comparand<T> for $operand {
            fn comparand(&self) -> (Source<'_, T>, bool) { (self.source(), false) }
        }
    )*};
}

comparands! { T, Array<T>, &Array<T> }

/// An operand whose NaNs equal NaN: made by [`equal_nan`].
#[derive(Debug, Clone, Copy)]
pub struct EqualNan<R>(R);

impl<T: Element, R: Operand<T>> Comparand<T> for EqualNan<R> {
    fn comparand(&self) -> (Source<'_, T>, bool) {
        (self.0.source(), true)
    }
}

/// Lets NaN equal NaN in [`Array::isclose`], [`Array::allclose`] and [`Array::array_equal`]: NumPy's
/// `equal_nan=True`.
///
/// ```
/// use array_core::{Array, equal_nan};
/// let a = Array::from_vec([1.0, f64::NAN], 2);
/// assert!(!a.allclose(&a, 1e-5, 1e-8));
/// assert!(a.allclose(equal_nan(&a), 1e-5, 1e-8));
/// ```
pub fn equal_nan<R>(other: R) -> EqualNan<R> {
    EqualNan(other)
}

/// |a − b| ≤ atol + rtol·|b|, in the arithmetic of the type, as in NumPy.
#[derive(Clone, Copy)]
struct Tolerance {
    rtol: f64,
    atol: f64,
}

impl Tolerance {
    /// Integers and `bool` are compared as `f64`.
    #[inline(always)]
    fn holds<T: Element>(self, a: T, b: T) -> bool {
        match T::DTYPE {
            DType::Float32 => self.floats::<f32>(a.cast(), b.cast()),
            DType::Float16 => self.floats::<half::f16>(a.cast(), b.cast()),
            DType::BFloat16 => self.floats::<half::bf16>(a.cast(), b.cast()),
            DType::Complex128 => self.complexes::<f64>(a.cast(), b.cast()),
            DType::Complex64 => self.complexes::<f32>(a.cast(), b.cast()),
            _ => self.floats::<f64>(a.cast(), b.cast()),
        }
    }

    #[inline(always)]
    fn floats<T: Float>(self, a: T, b: T) -> bool {
        self.bounds(a.sub(b).abs(), b.abs()) & b.is_finite() | (a == b)
    }

    #[inline(always)]
    fn complexes<T: Float + num_traits::Float>(self, a: Complex<T>, b: Complex<T>) -> bool {
        let is_finite = Float::is_finite(b.re) & Float::is_finite(b.im);
        self.bounds((a - b).norm(), b.norm()) & is_finite | (a == b)
    }

    #[inline(always)]
    fn bounds<T: Float>(self, difference: T, size: T) -> bool {
        difference <= T::from_f64(self.atol).add(T::from_f64(self.rtol).mul(size))
    }
}

/// Only NaN, or a complex number with one, differs from itself.
#[inline(always)]
fn is_nan<T: Element>(x: T) -> bool {
    x.ne(&x)
}

/// [`Array::isclose`], compiled once for all comparands.
fn close<T: Element>(
    a: &Array<T>,
    (b, equal_nan): (Source<'_, T>, bool),
    tolerance: Tolerance,
) -> Result<Array<bool>> {
    binary(
        "isclose",
        a,
        b,
        #[inline(always)]
        move |a, b| tolerance.holds(a, b) | (equal_nan & is_nan(a) & is_nan(b)),
    )
}

impl<T: Element> Array<T> {
    /// Where elements are close, |a − b| ≤ atol + rtol·|b|, or equal: `numpy.isclose(a, b, rtol, atol)`.
    ///
    /// An infinity is close to itself only. NaN is close to nothing, or in [`equal_nan`] to NaN. NumPy's default
    /// tolerances are `rtol` 1e-5, `atol` 1e-8.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([1e10, 1e-8, f64::INFINITY], 3);
    /// let b = Array::from_vec([1.00001e10, 1e-7, f64::INFINITY], 3);
    /// assert_eq!(a.isclose(&b, 1e-5, 1e-8).to_vec(), [true, false, true]);
    /// ```
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn isclose(&self, other: impl Comparand<T>, rtol: f64, atol: f64) -> Array<bool> {
        self.try_isclose(other, rtol, atol).or_panic()
    }

    /// As [`Array::isclose`]; fails if the shapes do not broadcast.
    pub fn try_isclose(&self, other: impl Comparand<T>, rtol: f64, atol: f64) -> Result<Array<bool>> {
        close(self, other.comparand(), Tolerance { rtol, atol })
    }

    /// Whether all elements are close, as [`Array::isclose`] has it: `numpy.allclose(a, b, rtol, atol)`.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn allclose(&self, other: impl Comparand<T>, rtol: f64, atol: f64) -> bool {
        self.try_allclose(other, rtol, atol).or_panic()
    }

    /// As [`Array::allclose`]; fails if the shapes do not broadcast.
    pub fn try_allclose(&self, other: impl Comparand<T>, rtol: f64, atol: f64) -> Result<bool> {
        let close = close(self, other.comparand(), Tolerance { rtol, atol })?;
        Ok(close.iter().all(|&close| close))
    }

    /// Whether shapes and elements are equal: `numpy.array_equal`. The same as `==`, except that the other may
    /// stand in [`equal_nan`].
    pub fn array_equal(&self, other: impl Comparand<T>) -> bool {
        let (other, equal_nan) = other.comparand();
        let same = |a: T, b: T| a == b || (equal_nan && is_nan(a) && is_nan(b));
        match other {
            Source::Scalar(b) => self.ndim() == 0 && same(self.item(), b),
            Source::Array(b) => self.shape() == b.shape() && self.iter().zip(b).all(|(&a, &b)| same(a, b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    #[test]
    fn broadcasts() {
        let a = Array::from_vec([1.0, 2.0, 3.0, 4.0], [2, 2]);
        let row = Array::from_vec([1.0, 2.001], 2);
        assert_eq!(a.isclose(&row, 1e-2, 0.0).to_vec(), [true, true, false, false]);
        assert_eq!(a.isclose(3.0, 0.5, 0.0).to_vec(), [false, true, true, true]);
        assert!(a.t().allclose(a.t().copy(), 0.0, 0.0));
        assert!(!a.allclose(1.0, 1e-5, 1e-8));
        assert!(Array::<f32>::zeros([0, 2]).allclose(1.0, 0.0, 0.0));
        assert_eq!(
            a.try_isclose(Array::zeros(3), 0.0, 0.0).unwrap_err().to_string(),
            "isclose: shapes [2, 2] and [3] do not broadcast: axis -1 is 2 in one and 3 in the other"
        );
    }

    #[test]
    fn the_other_side_scales_the_tolerance() {
        let (a, b) = (Array::scalar(100.0), Array::scalar(110.0));
        assert!(a.allclose(&b, 0.095, 0.0));
        assert!(!b.allclose(&a, 0.095, 0.0));
    }

    #[test]
    fn array_equal_wants_equal_shapes() {
        let a = Array::from_vec([1.0, NAN], 2);
        assert!(!a.array_equal(&a));
        assert!(a.array_equal(equal_nan(&a)));
        assert!(!a.array_equal(equal_nan(Array::from_vec([NAN, 1.0], 2))));
        assert!(!a.array_equal(equal_nan(a.reshape([1, 2]))));
        assert!(!Array::from_vec([1, 1], 2).array_equal(1));
        assert!(Array::scalar(NAN).array_equal(equal_nan(NAN)));
        assert!(Array::<u8>::zeros([0, 3]).array_equal(Array::zeros([0, 3])));
    }

    /// As NumPy has it, one NaN part makes the number NaN.
    #[test]
    fn complex_nan() {
        let a = Array::scalar(Complex::new(NAN, 1.0));
        let b = Array::scalar(Complex::new(1.0, NAN));
        assert!(!a.array_equal(&a));
        assert!(a.array_equal(equal_nan(&b)));
        assert!(a.allclose(equal_nan(&b), 1e-5, 1e-8));
    }
}
