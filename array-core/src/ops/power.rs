//! Powers.

use super::binary;
use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::math::Power;
use crate::operand::{Operand, Source};

impl<T: Power> Array<T> {
    /// Every element raised to the power of the other's: `numpy.power`.
    ///
    /// Integers have no negative powers; the others wrap around as products do. To raise integers to a fraction,
    /// [cast](Array::cast) them first.
    ///
    /// ```
    /// use array_core::array;
    /// assert_eq!(array![2, 3].power(array![[2], [3]]), array![[4, 9], [8, 27]]);
    /// assert_eq!(array![4.0, 9.0].power(-0.5).to_vec(), [0.5, 1.0 / 3.0]);
    /// ```
    ///
    /// # Panics
    /// If the shapes do not broadcast, or an exponent of an integer is negative.
    #[track_caller]
    pub fn power(&self, exponents: impl Operand<T>) -> Array<T> {
        self.try_power(exponents).or_panic()
    }

    /// As [`Array::power`]; fails where it panics.
    pub fn try_power(&self, exponents: impl Operand<T>) -> Result<Array<T>> {
        let exponents = exponents.source();
        let powers = match exponents {
            Source::Scalar(exponent) if exponent == T::ONE.add(T::ONE) => return Ok(self.square()),
            Source::Scalar(_) => binary("power", self, exponents, T::pow_shared)?,
            Source::Array(_) => binary("power", self, exponents, T::pow)?,
        };
        let wrong = match exponents {
            Source::Scalar(exponent) => Some(exponent).filter(|e| e.is_no_exponent()),
            Source::Array(exponents) => exponents.iter().copied().find(|e| e.is_no_exponent()),
        };
        match wrong {
            Some(exponent) if !powers.is_empty() => Err(no_power(exponent)),
            _ => Ok(powers),
        }
    }
}

fn no_power<T: Element>(exponent: T) -> Error {
    let message = format!("{} has no power of {exponent:?}: integers have no negative powers", T::DTYPE);
    Error::Value { op: "power", message }
}
