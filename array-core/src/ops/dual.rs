//! The parts of dual numbers.

use super::{binary, layout_like, map_to};
use crate::array::Array;
use crate::dual::Dual;
use crate::error::{OrPanic, Result};

impl Array<Dual> {
    /// Values and their derivatives along a direction, element by element.
    ///
    /// ```
    /// use array_core::{Array, Dual};
    /// let x = Array::dual(&Array::from_vec([0.0, 1.0], 2), &Array::from_vec([1.0, 2.0], 2));
    /// let y = x.exp();
    /// assert_eq!(y.values().to_vec(), [1.0, 1f64.exp()]);
    /// assert_eq!(y.tangents().to_vec(), [1.0, 2.0 * 1f64.exp()]);
    /// ```
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn dual(values: &Array<f64>, tangents: &Array<f64>) -> Array<Dual> {
        Self::try_dual(values, tangents).or_panic()
    }

    /// As [`Array::dual`]; fails where it panics.
    pub fn try_dual(values: &Array<f64>, tangents: &Array<f64>) -> Result<Array<Dual>> {
        binary("dual", values, tangents, Dual::new)
    }

    /// The value of every element.
    pub fn values(&self) -> Array<f64> {
        map_to(layout_like(self), self, |x| x.value)
    }

    /// The derivative of every element.
    pub fn tangents(&self) -> Array<f64> {
        map_to(layout_like(self), self, |x| x.tangent)
    }
}
