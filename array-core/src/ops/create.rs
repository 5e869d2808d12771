//! Arrays made from a rule.

use crate::array::Array;
use crate::element::{Field, Num, Real};
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::Int;

impl<T: Real> Array<T> {
    /// `start`, `start + step`, … up to but without `stop`: `numpy.arange`.
    ///
    /// The length is ⌈(stop − start)/step⌉, computed in `f64` as NumPy does; element `i` is
    /// `start + i·step`. The bounds are given without default: `arange(0, n, 1)`.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::arange(0, 10, 2).to_vec(), [0, 2, 4, 6, 8]);
    /// assert_eq!(Array::arange(0.0, 1.0, 0.25).to_vec(), [0.0, 0.25, 0.5, 0.75]);
    /// ```
    #[track_caller]
    pub fn arange(start: T, stop: T, step: T) -> Array<T> {
        Self::try_arange(start, stop, step).or_panic()
    }

    /// As [`Array::arange`]; fails if the step is 0 or the length is no number.
    pub fn try_arange(start: T, stop: T, step: T) -> Result<Array<T>> {
        let length = ((stop.to_f64() - start.to_f64()) / step.to_f64()).ceil();
        if !length.is_finite() || length > isize::MAX as f64 {
            let message = format!("no length for start {start:?}, stop {stop:?}, step {step:?}");
            return Err(Error::Value { op: "arange", message });
        }
        let length = length.max(0.0) as usize;
        let mut values = Self::try_zeros(length)?;
        let (data, _) = values.make_unshared();
        // NumPy fills by the difference of the first two elements, which is the step after rounding.
        let delta = start.add(step).sub(start);
        let mut i = T::ZERO;
        for value in data {
            *value = start.add(i.mul(delta));
            i = i.add(T::ONE);
        }
        Ok(values)
    }
}

impl<T: Field> Array<T> {
    /// `num` evenly spaced values from `start` to `stop`, both included: `numpy.linspace`.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::linspace(0.0, 1.0, 5).to_vec(), [0.0, 0.25, 0.5, 0.75, 1.0]);
    /// ```
    pub fn linspace(start: T, stop: T, num: usize) -> Array<T> {
        let step = stop.sub(start).div(T::from_f64(num.saturating_sub(1).max(1) as f64));
        let value = |i: usize| match i {
            0 => start,
            i if i + 1 == num => stop,
            i => start.add(T::from_f64(i as f64).mul(step)),
        };
        (0..num).map(value).collect()
    }
}

impl<T: Num> Array<T> {
    /// The identity matrix of `n` rows: `numpy.eye`.
    #[track_caller]
    pub fn eye(n: impl Int) -> Array<T> {
        let n = n.int();
        Self::from_fn([n, n], |index| if index[0] == index[1] { T::ONE } else { T::ZERO })
    }
}
