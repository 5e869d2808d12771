//! Functions of one element: each one line — documentation, name, formula.

use super::{binary, layout_like, map_to};
use crate::array::Array;
use crate::element::{Element, Field, Float, Num, Real};
use crate::error::OrPanic;
use crate::kernels::guarded::{Guarded, map_guarded};
use crate::kernels::map;
use crate::kernels::math::{FloatMath, Math};

impl<T: Element> Array<T> {
    /// A function of every element.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([1.0, 4.0, 9.0], 3);
    /// assert_eq!(a.map(|x| x as i32 + 1).to_vec(), [2, 5, 10]);
    /// ```
    #[inline]
    pub fn map<O: Element>(&self, f: impl Fn(T) -> O + Sync) -> Array<O> {
        map_to(layout_like(self), self, &f)
    }

    /// As [`Array::map`], in this array's own buffer if nobody shares it.
    #[inline]
    pub fn into_map(mut self, f: impl Fn(T) -> T + Sync) -> Array<T> {
        if let Some(out) = self.unshared() {
            map::update0(out, &f);
            return self;
        }
        self.map(f)
    }

    /// Replaces every element by a function of it.
    #[inline]
    pub fn map_inplace(&mut self, f: impl Fn(T) -> T + Sync) {
        map::update0(self.out(), &f);
    }

    /// A function of every pair of elements of two arrays, which broadcast.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn zip_map<U: Element, O: Element>(
        &self,
        other: &Array<U>,
        f: impl Fn(T, U) -> O + Sync,
    ) -> Array<O> {
        binary("zip_map", self, other, &f).or_panic()
    }

    /// As [`Array::zip_map`], in this array's own buffer if nobody shares it.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn into_zip_map<U: Element>(mut self, other: &Array<U>, f: impl Fn(T, U) -> T + Sync) -> Array<T> {
        if self.shape() == other.shape()
            && let Some(out) = self.unshared()
        {
            map::update1(out, other.operand(), &f);
            return self;
        }
        self.zip_map(other, f)
    }
}

impl<T: Num> Array<T> {
    /// The absolute value of every element, √(re² + im²) of complex ones: `numpy.abs`.
    ///
    /// ```
    /// use array_core::{Complex, array};
    /// assert_eq!(array![-1, 2].abs(), array![1, 2]);
    /// assert_eq!(array![Complex::new(3.0, -4.0)].abs(), array![5.0]);
    /// ```
    #[inline]
    pub fn abs(&self) -> Array<T::Abs> {
        map_to(layout_like(self), self, T::abs)
    }
}

impl<T: Math> Array<T> {
    /// The sine of every element, in radians: `numpy.sin`.
    #[inline]
    pub fn sin(&self) -> Array<T> {
        self.guarded(T::PERIODIC, T::sin_near, T::sin)
    }

    /// The cosine of every element, in radians: `numpy.cos`.
    #[inline]
    pub fn cos(&self) -> Array<T> {
        self.guarded(T::PERIODIC, T::cos_near, T::cos)
    }

    /// eˣ of every element: `numpy.exp`.
    #[inline]
    pub fn exp(&self) -> Array<T> {
        self.guarded(T::MODERATE, T::exp_near, T::exp)
    }

    /// A function that has a formula up to a size.
    fn guarded(
        &self,
        limit: T::Size,
        formula: impl Fn(T) -> T + Copy + Sync,
        function: impl Fn(T) -> T + Copy + Sync,
    ) -> Array<T> {
        let f = Guarded { size: T::size, limit, formula, function };
        Array::build(layout_like(self), |out| map_guarded(out, self.operand(), f))
    }
}

/// Lists functions of one element, for the element types that have them.
macro_rules! elementwise {
    ($($bound:ident { $($(#[$doc:meta])* $name:ident = $f:expr;)* })*) => {$(
        impl<T: $bound> Array<T> {$(
            $(#[$doc])*
            #[inline]
            pub fn $name(&self) -> Array<T> {
                map_to(layout_like(self), self, #[inline(always)] |x: T| $f(x))
            }
        )*}
    )*};
}

elementwise! {
    Num {
        /// The square of every element: `numpy.square`.
        square = |x: T| x.mul(x);
        /// −1, 0 or 1 by the sign of every element, NaN for NaN: `numpy.sign`. A complex number is divided by its
        /// absolute value.
        sign = T::sign;
        /// The conjugate of every element, which is the element itself where numbers have one part: `numpy.conj`.
        conj = T::conj;
    }
    Real {
        /// max(x, 0), the rectifier; NaN stays NaN.
        relu = |x: T| if x <= T::ZERO { T::ZERO } else { x };
    }
    Field {
        /// The square root of every element, NaN for negative floats: `numpy.sqrt`.
        sqrt = T::sqrt;
        /// 1/x of every element: `numpy.reciprocal`.
        reciprocal = T::reciprocal;
    }
    Float {
        /// Every element rounded towards −inf: `numpy.floor`.
        floor = T::floor;
        /// Every element rounded towards +inf: `numpy.ceil`.
        ceil = T::ceil;
        /// Every element rounded towards zero: `numpy.trunc`.
        trunc = T::trunc;
        /// Every element rounded to the nearest integer, halves to even: `numpy.round`.
        round = T::round_half_even;
    }
    Math {
        /// 2ˣ of every element: `numpy.exp2`.
        exp2 = T::exp2;
        /// eˣ − 1 of every element, precise near 0: `numpy.expm1`.
        expm1 = T::expm1;
        /// The natural logarithm of every element: `numpy.log`.
        ln = T::ln;
        /// The logarithm to base 2 of every element: `numpy.log2`.
        log2 = T::log2;
        /// The logarithm to base 10 of every element: `numpy.log10`.
        log10 = T::log10;
        /// ln(1 + x) of every element, precise near 0: `numpy.log1p`.
        log1p = T::log1p;
        /// The tangent of every element, in radians: `numpy.tan`.
        tan = T::tan;
        /// The inverse sine of every element, in −π/2 ..= π/2: `numpy.arcsin`.
        asin = T::asin;
        /// The inverse cosine of every element, in 0 ..= π: `numpy.arccos`.
        acos = T::acos;
        /// The inverse tangent of every element, in −π/2 ..= π/2: `numpy.arctan`.
        atan = T::atan;
        /// The hyperbolic sine of every element: `numpy.sinh`.
        sinh = T::sinh;
        /// The hyperbolic cosine of every element: `numpy.cosh`.
        cosh = T::cosh;
        /// The hyperbolic tangent of every element: `numpy.tanh`.
        tanh = T::tanh;
        /// The inverse hyperbolic sine of every element: `numpy.arcsinh`.
        asinh = T::asinh;
        /// The inverse hyperbolic cosine of every element: `numpy.arccosh`.
        acosh = T::acosh;
        /// The inverse hyperbolic tangent of every element: `numpy.arctanh`.
        atanh = T::atanh;
        /// The logistic function 1/(1 + e⁻ˣ) of every element.
        sigmoid = T::sigmoid;
    }
    FloatMath {
        /// The cube root of every element: `numpy.cbrt`.
        cbrt = T::cbrt;
        /// The error function of every element: `scipy.special.erf`.
        erf = T::erf;
    }
}
