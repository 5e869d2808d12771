//! From one element type to another.

use std::any::Any;

use super::{layout_like, map_to};
use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, Result};

impl<T: Element> Array<T> {
    /// The elements converted to another type, any to any: NumPy's `a.astype(…)`.
    ///
    /// | from | to | |
    /// |---|---|---|
    /// | integer | narrower integer | the low bits remain: 300 becomes 44 in `u8`, −1 becomes 255 |
    /// | float | integer | the fraction goes; beyond the bounds, the nearest bound; NaN becomes 0 (NumPy leaves these two undefined) |
    /// | any | float | the nearest value, halves to even; too large becomes infinite. Integers reach `f16` and `bf16` by way of `f32` |
    /// | complex | real | the imaginary part goes |
    /// | any | `bool` | whether it is not 0; so NaN is true |
    ///
    /// [`Array::try_cast`] refuses values that would change beyond recognition.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([-1.5, 0.0, 300.75], 3);
    /// assert_eq!(a.cast::<i32>().to_vec(), [-1, 0, 300]);
    /// assert_eq!(a.cast::<i32>().cast::<u8>().to_vec(), [255, 0, 44]);
    /// assert_eq!(a.cast::<bool>().to_vec(), [true, false, true]);
    /// ```
    pub fn cast<U: Element>(&self) -> Array<U> {
        if let Some(same) = (self as &dyn Any).downcast_ref::<Array<U>>() {
            return same.clone();
        }
        map_to(
            layout_like(self),
            self,
            #[inline(always)]
            |x: T| x.cast(),
        )
    }

    /// As [`Array::cast`], but fails at the first value that the other type does not have.
    ///
    /// A float may be rounded to a narrower float, and an integer to a float: that is what floats are for. All
    /// else must be the same value after as before: no lost fraction, no wrapping, no finite value made infinite,
    /// no lost imaginary part; an integer cannot be NaN, and `bool` has only 0 and 1.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([1.0, 2.0, 2.5, 300.0], [2, 2]);
    /// assert_eq!(
    ///     a.try_cast::<u8>().unwrap_err().to_string(),
    ///     "try_cast: 2.5 at index [1, 0] is not a value of uint8"
    /// );
    /// assert!(a.try_cast::<f32>().is_ok());
    /// ```
    pub fn try_cast<U: Element>(&self) -> Result<Array<U>> {
        let refused = |x: T| x.checked_cast::<U>().is_none();
        let Some((at, &value)) = self.iter().enumerate().find(|&(_, &x)| refused(x)) else {
            return Ok(self.cast());
        };
        let (value, index) = (Array::scalar(value), unravel(at, self.shape()));
        let message = format!("{value} at index {index:?} is not a value of {}", U::DTYPE);
        Err(Error::Value { op: "try_cast", message })
    }
}

/// The index of the element at a position in row-major order.
fn unravel(mut position: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (i, &n) in index.iter_mut().zip(shape).rev() {
        *i = position % n;
        position /= n;
    }
    index
}

#[cfg(test)]
mod tests {
    use half::{bf16, f16};
    use num_complex::Complex;

    use super::*;

    /// Where NumPy leaves the result undefined.
    #[test]
    fn floats_beyond_an_integer_type_are_clipped_to_it() {
        let a = Array::from_vec([f64::NEG_INFINITY, -1e300, -0.5, f64::NAN, 1e300, f64::INFINITY], 6);
        assert_eq!(a.cast::<i8>().to_vec(), [-128, -128, 0, 0, 127, 127]);
        assert_eq!(a.cast::<u8>().to_vec(), [0, 0, 0, 0, 255, 255]);
        assert_eq!(a.cast::<i64>().to_vec(), [i64::MIN, i64::MIN, 0, 0, i64::MAX, i64::MAX]);
        let b = a.cast::<f32>();
        assert_eq!(b.cast::<u64>().to_vec(), [0, 0, 0, 0, u64::MAX, u64::MAX]);
        assert_eq!(b.cast::<f16>().cast::<i16>(), b.cast::<i16>());
        assert_eq!(b.cast::<bf16>().cast::<usize>(), b.cast::<usize>());
        assert_eq!(b.cast::<Complex<f32>>().cast::<i32>(), b.cast::<i32>());
    }

    #[test]
    fn keeps_shape_and_order_of_axes() {
        let a = Array::arange(0, 6, 1).reshape([2, 3]).t();
        let b = a.cast::<f32>();
        assert_eq!((b.shape(), b.strides()), (a.shape(), a.strides()));
        assert_eq!(b.to_vec(), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        assert_eq!(Array::<u8>::zeros([2, 0]).cast::<f64>().shape(), [2, 0]);
        assert!(a.cast::<i32>().shares_buffer_with(&a));
    }

    #[test]
    fn the_first_refused_value_is_named() {
        let message = |error: Error| error.to_string();
        let a = Array::from_vec([1i64, 2, 1 << 40, -1], [2, 2]);
        assert_eq!(
            a.try_cast::<u8>().map_err(message),
            Err("try_cast: 1099511627776 at index [1, 0] is not a value of uint8".to_string())
        );
        assert_eq!(
            a.t().try_cast::<u8>().map_err(message),
            Err("try_cast: 1099511627776 at index [0, 1] is not a value of uint8".to_string())
        );
        let z = Array::scalar(Complex::new(1.0, -2.0));
        assert_eq!(
            z.try_cast::<f64>().map_err(message),
            Err("try_cast: (1-2j) at index [] is not a value of float64".to_string())
        );
    }
}
