//! Continuous distributions: `random`, `uniform`, `standard_normal`, `normal`, `standard_exponential`,
//! `exponential`.

use super::drawn::Drawn;
use super::ziggurat::{Density, Exponential, Normal};
use super::{Generator, uniform, ziggurat};
use crate::array::Array;
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::IntList;

/// A float type that a [`Generator`] draws: `f64` or `f32`.
pub trait RandomFloat: Drawn {}
impl RandomFloat for f64 {}
impl RandomFloat for f32 {}

/// Checks a parameter that must not be negative. As in NumPy, −0 is and NaN is not.
fn non_negative<T: RandomFloat>(op: &'static str, name: &str, value: T) -> Result<()> {
    if value.is_sign_negative() && !value.is_nan() {
        return Err(Error::Value { op, message: format!("{name} must not be negative, and {value:?} is") });
    }
    Ok(())
}

impl Generator {
    /// `map(u)`, u uniform in [0, 1).
    fn map_uniform<T: RandomFloat>(
        &mut self,
        op: &'static str,
        shape: impl IntList,
        map: impl Fn(T) -> T + Sync,
    ) -> Result<Array<T>> {
        Array::filled(op, shape, |out| uniform::fill(&mut self.bits, out, map))
    }

    /// `map(x)`, x drawn from a density.
    fn map_density<D: Density<T>, T: RandomFloat>(
        &mut self,
        op: &'static str,
        shape: impl IntList,
        map: impl Fn(T) -> T,
    ) -> Result<Array<T>> {
        Array::filled(op, shape, |out| ziggurat::fill::<D, T>(&mut self.bits, out, map))
    }
}

/// Continuous distributions, in `f64` or `f32`.
///
/// NumPy draws `f32` by `random`, `standard_normal` and `standard_exponential`; `uniform`, `normal` and
/// `exponential` do the same arithmetic on these.
impl Generator {
    /// Uniform numbers in [0, 1): NumPy's `rng.random(shape, dtype)`.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// let a: Array<f64> = default_rng(42).random([2, 3]);
    /// assert_eq!(a[[0, 0]], 0.7739560485559633);
    /// let b = default_rng(42).random::<f32>([2, 3]);
    /// assert_eq!(b[[0, 0]], 0.08925092);
    /// ```
    ///
    /// # Panics
    /// If the shape is impossible; so do all methods that take one.
    #[track_caller]
    pub fn random<T: RandomFloat>(&mut self, shape: impl IntList) -> Array<T> {
        self.try_random(shape).or_panic()
    }

    /// As [`Generator::random`]; fails, and draws nothing, where it panics.
    pub fn try_random<T: RandomFloat>(&mut self, shape: impl IntList) -> Result<Array<T>> {
        self.map_uniform("random", shape, |u| u)
    }

    /// Uniform numbers in [low, high): NumPy's `rng.uniform(low, high, shape)`.
    ///
    /// ```
    /// use array_core::default_rng;
    /// assert_eq!(default_rng(42).uniform(-1.0, 1.0, 2).to_vec(), [0.5479120971119267, -0.12224312049589536]);
    /// ```
    ///
    /// # Panics
    /// If `high − low` is negative or not finite.
    #[track_caller]
    pub fn uniform<T: RandomFloat>(&mut self, low: T, high: T, shape: impl IntList) -> Array<T> {
        self.try_uniform(low, high, shape).or_panic()
    }

    /// As [`Generator::uniform`]; fails, and draws nothing, where it panics.
    pub fn try_uniform<T: RandomFloat>(&mut self, low: T, high: T, shape: impl IntList) -> Result<Array<T>> {
        let range = high - low;
        if !range.is_finite() {
            let message = format!("high − low must be finite; low is {low:?}, high {high:?}");
            return Err(Error::Value { op: "uniform", message });
        }
        non_negative("uniform", "high − low", range)?;
        self.map_uniform("uniform", shape, |u| low + range * u)
    }

    /// Normal numbers of mean 0 and variance 1: NumPy's `rng.standard_normal(shape, dtype)`.
    #[track_caller]
    pub fn standard_normal<T: RandomFloat>(&mut self, shape: impl IntList) -> Array<T> {
        self.try_standard_normal(shape).or_panic()
    }

    /// As [`Generator::standard_normal`]; fails, and draws nothing, where it panics.
    pub fn try_standard_normal<T: RandomFloat>(&mut self, shape: impl IntList) -> Result<Array<T>> {
        self.map_density::<Normal, _>("standard_normal", shape, |x| x)
    }

    /// Normal numbers of mean `loc` and standard deviation `scale`: NumPy's `rng.normal(loc, scale, shape)`.
    ///
    /// # Panics
    /// If the scale is negative.
    #[track_caller]
    pub fn normal<T: RandomFloat>(&mut self, loc: T, scale: T, shape: impl IntList) -> Array<T> {
        self.try_normal(loc, scale, shape).or_panic()
    }

    /// As [`Generator::normal`]; fails, and draws nothing, where it panics.
    pub fn try_normal<T: RandomFloat>(&mut self, loc: T, scale: T, shape: impl IntList) -> Result<Array<T>> {
        non_negative("normal", "scale", scale)?;
        self.map_density::<Normal, _>("normal", shape, |x| loc + scale * x)
    }

    /// Exponential numbers of mean 1: NumPy's `rng.standard_exponential(shape, dtype)`.
    #[track_caller]
    pub fn standard_exponential<T: RandomFloat>(&mut self, shape: impl IntList) -> Array<T> {
        self.try_standard_exponential(shape).or_panic()
    }

    /// As [`Generator::standard_exponential`]; fails, and draws nothing, where it panics.
    pub fn try_standard_exponential<T: RandomFloat>(&mut self, shape: impl IntList) -> Result<Array<T>> {
        self.map_density::<Exponential, _>("standard_exponential", shape, |x| x)
    }

    /// Exponential numbers of mean `scale`: NumPy's `rng.exponential(scale, shape)`.
    ///
    /// # Panics
    /// If the scale is negative.
    #[track_caller]
    pub fn exponential<T: RandomFloat>(&mut self, scale: T, shape: impl IntList) -> Array<T> {
        self.try_exponential(scale, shape).or_panic()
    }

    /// As [`Generator::exponential`]; fails, and draws nothing, where it panics.
    pub fn try_exponential<T: RandomFloat>(&mut self, scale: T, shape: impl IntList) -> Result<Array<T>> {
        non_negative("exponential", "scale", scale)?;
        self.map_density::<Exponential, _>("exponential", shape, |x| scale * x)
    }
}
