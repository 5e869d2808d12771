//! Continuous distributions: `random`, `uniform`, `standard_normal`.

use super::Generator;
use super::ziggurat::Drawn;
use crate::array::Array;
use crate::element::Float;
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::IntList;

/// A float type that a [`Generator`] draws: `f64` or `f32`.
pub trait RandomFloat: Float + Drawn {}
impl RandomFloat for f64 {}
impl RandomFloat for f32 {}

impl Generator {
    /// Uniform numbers in [0, 1): NumPy's `rng.random(shape, dtype)`.
    ///
    /// ```
    /// use array_core::default_rng;
    /// let a = default_rng(42).random::<f64>([2, 3]);
    /// assert_eq!(a[[0, 0]], 0.7739560485559633);
    /// ```
    #[track_caller]
    pub fn random<T: RandomFloat>(&mut self, shape: impl IntList) -> Array<T> {
        self.try_random(shape).or_panic()
    }

    /// As [`Generator::random`]; fails, and draws nothing, on an impossible shape.
    pub fn try_random<T: RandomFloat>(&mut self, shape: impl IntList) -> Result<Array<T>> {
        Array::filled("random", shape, |out| {
            for x in out {
                *x = T::uniform(&mut self.bits);
            }
        })
    }

    /// Uniform numbers in [low, high): NumPy's `rng.uniform(low, high, shape)`.
    ///
    /// In `f32`, which NumPy's does not have, this is `low + (high − low)·random`, too.
    ///
    /// # Panics
    /// If `high − low` is negative or not finite, or the shape is impossible.
    #[track_caller]
    pub fn uniform<T: RandomFloat>(&mut self, low: T, high: T, shape: impl IntList) -> Array<T> {
        self.try_uniform(low, high, shape).or_panic()
    }

    /// As [`Generator::uniform`]; fails, and draws nothing, where it panics.
    pub fn try_uniform<T: RandomFloat>(&mut self, low: T, high: T, shape: impl IntList) -> Result<Array<T>> {
        let range = high.sub(low);
        if !range.is_finite() || range.is_sign_negative() {
            let message =
                format!("high − low must be finite and not negative; low is {low:?}, high {high:?}");
            return Err(Error::Value { op: "uniform", message });
        }
        Array::filled("uniform", shape, |out| {
            for x in out {
                *x = low.add(range.mul(T::uniform(&mut self.bits)));
            }
        })
    }

    /// Normal numbers of mean 0 and variance 1: NumPy's `rng.standard_normal(shape, dtype)`.
    #[track_caller]
    pub fn standard_normal<T: RandomFloat>(&mut self, shape: impl IntList) -> Array<T> {
        self.try_standard_normal(shape).or_panic()
    }

    /// As [`Generator::standard_normal`]; fails, and draws nothing, on an impossible shape.
    pub fn try_standard_normal<T: RandomFloat>(&mut self, shape: impl IntList) -> Result<Array<T>> {
        Array::filled("standard_normal", shape, |out| T::fill_standard_normal(&mut self.bits, out))
    }
}
