//! Norms of vectors. They are computed in `f64` and rounded once, at the end.

use super::{Reduction, reduce_axes};
use crate::array::Array;
use crate::element::{Element, Field};
use crate::error::{OrPanic, Result};
use crate::kernels::reduce::By;
use crate::layout::shape::{Axes, keepdims};
use crate::number::{Cast, Number};

/// |x|, without overflow on the way.
#[inline(always)]
fn modulus<T: Element>(x: T) -> f64 {
    match x.to_number() {
        Number::Complex(z) => z.re.hypot(z.im),
        real => f64::from_number(real).abs(),
    }
}

/// |x|².
#[inline(always)]
fn squared<T: Element>(x: T) -> f64 {
    match x.to_number() {
        Number::Complex(z) => z.re * z.re + z.im * z.im,
        real => f64::from_number(real) * f64::from_number(real),
    }
}

/// √Σ|x|² along axes.
fn root_of_squares<T: Element>(a: &Array<T>, axes: &Axes) -> Result<Array<f64>> {
    reduce_axes("norm", a, axes, |_| Reduction {
        fold: By::new(
            0.0,
            squared::<T>,
            #[inline(always)]
            |a: f64, b: f64| a + b,
        ),
        finish: f64::sqrt,
    })
}

impl<T: Element> Array<T> {
    /// The Euclidean norm of all elements, √Σ|x|²: `numpy.linalg.norm(a)`.
    ///
    /// For a matrix this is the Frobenius norm. Squares that overflow or underflow do not spoil it. Integers have
    /// norms of type `f64`. The norm of no elements is 0.
    ///
    /// ```
    /// use array_core::{array, keepdims};
    /// let points = array![[3.0, 4.0], [0.0, 1e200]];
    /// assert_eq!(points.norm_axis(1), array![5.0, 1e200]);
    /// assert_eq!(points.norm_axis(keepdims(1)).shape(), [2, 1]);
    /// ```
    pub fn norm(&self) -> T::Magnitude {
        // All axes exist.
        self.try_norm_axis(..).or_panic().item()
    }

    /// As [`Array::norm`], along axes: `numpy.linalg.norm(a, axis=axes)`.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn norm_axis(&self, axes: impl Into<Axes>) -> Array<T::Magnitude> {
        self.try_norm_axis(axes).or_panic()
    }

    /// As [`Array::norm_axis`]; fails where it panics.
    pub fn try_norm_axis(&self, axes: impl Into<Axes>) -> Result<Array<T::Magnitude>> {
        let axes = axes.into();
        let mut norm = root_of_squares(self, &axes)?;
        // Below and above this, squares have left the range of numbers.
        let is_safe = |&norm: &f64| norm.is_nan() || (1e-146..f64::INFINITY).contains(&norm);
        if !self.is_empty() && !norm.iter().all(is_safe) {
            let sizes = self.map(modulus);
            let unit = sizes
                .try_max_axis(keepdims(axes.clone()))?
                .map(|greatest| if greatest == 0.0 || greatest.is_infinite() { 1.0 } else { greatest });
            let relative = root_of_squares(&(sizes / &unit), &axes)?;
            norm = &relative * unit.try_reshape(relative.shape())?;
        }
        Ok(norm.map(T::Magnitude::from_f64))
    }

    /// The norm of order `ord` of all elements: `numpy.linalg.vector_norm(a, ord=ord)`.
    ///
    /// (Σ|x|ᵒʳᵈ)^(1/ord); the greatest |x| for `f64::INFINITY`, the least for `f64::NEG_INFINITY`, and for 0 the
    /// number of elements that are not 0.
    ///
    /// ```
    /// let x = array_core::array![3.0, 0.0, -4.0];
    /// let norms = [0.0, 1.0, 2.0, f64::INFINITY].map(|ord| x.vector_norm(ord));
    /// assert_eq!(norms, [2.0, 7.0, 5.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// If there are no elements and `ord` is infinite.
    #[track_caller]
    pub fn vector_norm(&self, ord: f64) -> T::Magnitude {
        self.try_vector_norm_axis(.., ord).or_panic().item()
    }

    /// As [`Array::vector_norm`], along axes: `numpy.linalg.vector_norm(a, axis=axes, ord=ord)`.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice, or a norm of infinite order would be made of no elements.
    #[track_caller]
    pub fn vector_norm_axis(&self, axes: impl Into<Axes>, ord: f64) -> Array<T::Magnitude> {
        self.try_vector_norm_axis(axes, ord).or_panic()
    }

    /// As [`Array::vector_norm_axis`]; fails where it panics.
    pub fn try_vector_norm_axis(&self, axes: impl Into<Axes>, ord: f64) -> Result<Array<T::Magnitude>> {
        let sizes = || self.map(modulus);
        let norm = if ord == 2.0 {
            return self.try_norm_axis(axes);
        } else if ord == f64::INFINITY {
            sizes().try_max_axis(axes)?
        } else if ord == f64::NEG_INFINITY {
            sizes().try_min_axis(axes)?
        } else if ord == 0.0 {
            sizes().map(|x| f64::from(x != 0.0)).try_sum_axis(axes)?
        } else if ord == 1.0 {
            sizes().try_sum_axis(axes)?
        } else {
            sizes().map(|x| x.powf(ord)).try_sum_axis(axes)?.map(|sum| sum.powf(1.0 / ord))
        };
        Ok(norm.map(T::Magnitude::from_f64))
    }
}
