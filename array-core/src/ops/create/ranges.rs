//! Sequences of evenly spaced numbers, and of numbers with even ratios.

use crate::array::Array;
use crate::element::{Float, Real};
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::Int;

impl<T: Real> Array<T> {
    /// `start`, `start + step`, … up to but without `stop`: `numpy.arange`.
    ///
    /// The length is ⌈(stop − start)/step⌉ by NumPy's rule: the quotient is a float, so with a fractional
    /// step rounding may add or take an element; `linspace` is exact about that. Element `i` is
    /// `start + i·d`, where d is the step as the first two elements show it. All three numbers are given:
    /// `arange(0, n, 1)`.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::arange(0, 10, 2).to_vec(), [0, 2, 4, 6, 8]);
    /// assert_eq!(Array::arange(0.0, 1.0, 0.25).to_vec(), [0.0, 0.25, 0.5, 0.75]);
    /// assert_eq!(Array::arange(3, 0, -1).to_vec(), [3, 2, 1]);
    /// ```
    ///
    /// # Panics
    /// If the step is 0 or the length is no number.
    #[track_caller]
    pub fn arange(start: T, stop: T, step: T) -> Array<T> {
        Self::try_arange(start, stop, step).or_panic()
    }

    /// As [`Array::arange`]; fails where it panics.
    pub fn try_arange(start: T, stop: T, step: T) -> Result<Array<T>> {
        let op = "arange";
        let steps = T::steps(start, stop, step);
        // A step that is too large to be measured still leads from `start` past `stop`.
        let underflow = steps == 0.0 && steps.is_sign_positive() && start != stop;
        let length = if underflow { 1.0 } else { steps.ceil() };
        if step == T::ZERO || !length.is_finite() || length >= isize::MAX as f64 {
            let message = format!("no length for start {start:?}, stop {stop:?}, step {step:?}");
            return Err(Error::Value { op, message });
        }
        let second = start.add(step);
        Self::filled(op, length.max(0.0) as isize, |out| {
            for (i, value) in out.iter_mut().enumerate() {
                *value = if i == 0 { start } else { T::element_of_range(start, second, i) };
            }
        })
    }
}

/// How many points a sequence has, and whether its end is one of them: a number, or [`half_open`] of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    num: isize,
    endpoint: bool,
}

impl<I: Int> From<I> for Points {
    fn from(num: I) -> Points {
        Points { num: num.int(), endpoint: true }
    }
}

/// NumPy's `endpoint=False`: as many points, evenly spaced, of which the end would be the next.
///
/// ```
/// use array_core::{Array, half_open};
/// assert_eq!(Array::linspace(0.0, 1.0, half_open(4)).to_vec(), [0.0, 0.25, 0.5, 0.75]);
/// ```
pub fn half_open(num: impl Int) -> Points {
    Points { num: num.int(), endpoint: false }
}

impl Points {
    /// The number of points.
    fn count(self, op: &'static str) -> Result<usize> {
        let negative = || Error::Value { op, message: format!("{} points", self.num) };
        usize::try_from(self.num).map_err(|_| negative())
    }

    /// Point `i` of as many from `start` to `stop`, computed as `numpy.linspace` does.
    fn between(self, start: f64, stop: f64) -> impl Fn(usize) -> f64 {
        let delta = stop - start;
        let intervals = (self.num - isize::from(self.endpoint)) as f64;
        let step = delta / intervals;
        move |i| {
            let i_f64 = i as f64;
            match () {
                () if self.endpoint && i > 0 && i as isize == self.num - 1 => stop,
                () if intervals <= 0.0 => i_f64 * delta + start,
                // The step of tiny intervals may underflow where the points do not.
                () if step == 0.0 => i_f64 / intervals * delta + start,
                () => i_f64 * step + start,
            }
        }
    }
}

impl<T: Float> Array<T> {
    /// Evenly spaced numbers from `start` to `stop`, which is the last unless [`half_open`]: `numpy.linspace`.
    ///
    /// Computed in `f64` and rounded once.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::linspace(0.0, 1.0, 5).to_vec(), [0.0, 0.25, 0.5, 0.75, 1.0]);
    /// ```
    ///
    /// # Panics
    /// If the number of points is negative.
    #[track_caller]
    pub fn linspace(start: T, stop: T, num: impl Into<Points>) -> Array<T> {
        Self::try_linspace(start, stop, num).or_panic()
    }

    /// As [`Array::linspace`]; fails where it panics.
    pub fn try_linspace(start: T, stop: T, num: impl Into<Points>) -> Result<Array<T>> {
        let points = num.into();
        Self::from_points("linspace", points, points.between(start.to_f64(), stop.to_f64()))
    }

    /// Powers of a base, with evenly spaced exponents from `start` to `stop`: `numpy.logspace`.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::logspace(0.0, 3.0, 4, 10.0).to_vec(), [1.0, 10.0, 100.0, 1000.0]);
    /// ```
    ///
    /// # Panics
    /// If the number of points is negative.
    #[track_caller]
    pub fn logspace(start: T, stop: T, num: impl Into<Points>, base: T) -> Array<T> {
        Self::try_logspace(start, stop, num, base).or_panic()
    }

    /// As [`Array::logspace`]; fails where it panics.
    pub fn try_logspace(start: T, stop: T, num: impl Into<Points>, base: T) -> Result<Array<T>> {
        let points = num.into();
        let exponent = points.between(start.to_f64(), stop.to_f64());
        Self::from_points("logspace", points, |i| base.to_f64().powf(exponent(i)))
    }

    /// Numbers with even ratios from `start` to `stop`, which is the last unless [`half_open`]:
    /// `numpy.geomspace`.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::geomspace(1.0, 1000.0, 4).to_vec(), [1.0, 10.0, 100.0, 1000.0]);
    /// ```
    ///
    /// # Panics
    /// If an end is 0 or the number of points is negative.
    #[track_caller]
    pub fn geomspace(start: T, stop: T, num: impl Into<Points>) -> Array<T> {
        Self::try_geomspace(start, stop, num).or_panic()
    }

    /// As [`Array::geomspace`]; fails where it panics.
    pub fn try_geomspace(start: T, stop: T, num: impl Into<Points>) -> Result<Array<T>> {
        let (op, points) = ("geomspace", num.into());
        if start == T::ZERO || stop == T::ZERO {
            return Err(Error::Value { op, message: format!("no ratios from {start:?} to {stop:?}") });
        }
        // Negative ends are mirrored, so that logarithms exist.
        let sign = start.sign().to_f64();
        let exponent = points.between((start.to_f64() / sign).log10(), (stop.to_f64() / sign).log10());
        Self::from_points(op, points, |i| match i {
            0 => start.to_f64(),
            i if points.endpoint && i as isize == points.num - 1 => stop.to_f64(),
            i => sign * 10f64.powf(exponent(i)),
        })
    }

    fn from_points(op: &'static str, points: Points, value: impl Fn(usize) -> f64) -> Result<Array<T>> {
        Self::filled(op, points.count(op)? as isize, |out| {
            for (i, x) in out.iter_mut().enumerate() {
                *x = T::from_f64(value(i));
            }
        })
    }
}
