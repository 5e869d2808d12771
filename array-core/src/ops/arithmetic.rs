//! `+ − × ÷ %`, negation and their named relatives, with full broadcasting.
//!
//! `a + b` takes arrays by reference or by value, and scalars on either side; an array given by value lends
//! its buffer to the result. `a += b` writes in place.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use half::{bf16, f16};
use num_complex::Complex;

use super::{binary, binary_inplace, binary_reusing, layout_like, map_to};
use crate::array::Array;
use crate::element::{Element, Field, Float, Num, Real};
use crate::error::{OrPanic, Result};
use crate::kernels::math::FloatMath;
use crate::operand::Operand;
use crate::order::Ordered;
use crate::view_mut::ViewMut;

/// Lists the operators: trait, method, its assigning form, the `try_` form, the element trait and its function.
macro_rules! operators {
    ($($(#[$doc:meta])* $trait:ident $method:ident, $trait_assign:ident $assign:ident, $try:ident, $bound:ident::$f:ident;)*) => {
        impl<T: Element> Array<T> {$(
            $(#[$doc])*
            ///
            /// Fails if the shapes do not broadcast; the operator panics then.
            pub fn $try(&self, other: impl Operand<T>) -> Result<Array<T>> where T: $bound {
                binary(stringify!($f), self, other, T::$f)
            }
        )*}
        $(
        impl<T: $bound, R: Operand<T>> $trait<R> for &Array<T> {
            type Output = Array<T>;
            #[inline]
            #[track_caller]
            fn $method(self, other: R) -> Array<T> {
                binary(stringify!($f), self, other, T::$f).or_panic()
            }
        }
        impl<T: $bound, R: Operand<T>> $trait<R> for Array<T> {
            type Output = Array<T>;
            #[inline]
            #[track_caller]
            fn $method(self, other: R) -> Array<T> {
                binary_reusing(stringify!($f), self, other, T::$f).or_panic()
            }
        }
        impl<T: $bound, R: Operand<T>> $trait_assign<R> for Array<T> {
            #[inline]
            #[track_caller]
            fn $assign(&mut self, other: R) {
                binary_inplace(stringify!($f), self, other, T::$f).or_panic()
            }
        }
        impl<T: $bound, R: Operand<T>> $trait_assign<R> for ViewMut<'_, T> {
            #[inline]
            #[track_caller]
            fn $assign(&mut self, other: R) {
                self.update(stringify!($f), other, T::$f).or_panic()
            }
        }
        )*
    };
}
pub(super) use operators;

operators! {
    /// The sum of every pair of elements: `numpy.add`.
    Add add, AddAssign add_assign, try_add, Num::add;
    /// The difference of every pair of elements: `numpy.subtract`.
    Sub sub, SubAssign sub_assign, try_sub, Num::sub;
    /// The product of every pair of elements (not of matrices: [`Array::matmul`]): `numpy.multiply`.
    Mul mul, MulAssign mul_assign, try_mul, Num::mul;
    /// The quotient of every pair of elements: `numpy.divide`. Integers divide by [`Array::floor_divide`].
    Div div, DivAssign div_assign, try_div, Field::div;
    /// The remainder of every pair of elements, with the divisor's sign: `numpy.remainder`.
    Rem rem, RemAssign rem_assign, try_remainder, Real::remainder;
}

/// Lists the operators that may have a scalar on the left, for the element types they are defined on.
macro_rules! scalar_left {
    ($($trait:ident $method:ident $bound:ident::$f:ident: $($t:ty),*;)*) => {$($(
        impl $trait<&Array<$t>> for $t {
            type Output = Array<$t>;
            #[inline]
            fn $method(self, array: &Array<$t>) -> Array<$t> {
                map_to(layout_like(array), array, #[inline(always)] move |x| $bound::$f(self, x))
            }
        }
        impl $trait<Array<$t>> for $t {
            type Output = Array<$t>;
            #[inline]
            fn $method(self, array: Array<$t>) -> Array<$t> {
                array.into_map(#[inline(always)] move |x| $bound::$f(self, x))
            }
        }
    )*)*};
}

scalar_left! {
    Add add Num::add: f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, usize, Complex<f64>, Complex<f32>;
    Sub sub Num::sub: f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, usize, Complex<f64>, Complex<f32>;
    Mul mul Num::mul: f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, usize, Complex<f64>, Complex<f32>;
    Div div Field::div: f64, f32, f16, bf16, Complex<f64>, Complex<f32>;
    Rem rem Real::remainder: f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, usize;
}

impl<T: Num> Neg for &Array<T> {
    type Output = Array<T>;
    #[inline]
    fn neg(self) -> Array<T> {
        map_to(layout_like(self), self, T::neg)
    }
}

impl<T: Num> Neg for Array<T> {
    type Output = Array<T>;
    #[inline]
    fn neg(self) -> Array<T> {
        self.into_map(T::neg)
    }
}

/// Lists the named functions of two operands.
macro_rules! binary_functions {
    ($($(#[$doc:meta])* $name:ident, $try:ident, $bound:ident::$f:ident;)*) => {
        impl<T: Element> Array<T> {$(
            $(#[$doc])*
            ///
            /// # Panics
            /// If the shapes do not broadcast.
            #[track_caller]
            pub fn $name(&self, other: impl Operand<T>) -> Array<T> where T: $bound {
                self.$try(other).or_panic()
            }

            $(#[$doc])*
            ///
            /// Fails if the shapes do not broadcast.
            pub fn $try(&self, other: impl Operand<T>) -> Result<Array<T>> where T: $bound {
                binary(stringify!($name), self, other, T::$f)
            }
        )*}
    };
}

binary_functions! {
    /// The greater of every pair of elements, NaN if either is: `numpy.maximum`.
    maximum, try_maximum, Ordered::maximum;
    /// The lesser of every pair of elements, NaN if either is: `numpy.minimum`.
    minimum, try_minimum, Ordered::minimum;
    /// The greater of every pair of elements, NaN only if both are: `numpy.fmax`.
    fmax, try_fmax, Ordered::fmax;
    /// The lesser of every pair of elements, NaN only if both are: `numpy.fmin`.
    fmin, try_fmin, Ordered::fmin;
    /// The quotient of every pair of elements rounded towards −inf; 0 for an integer divided by zero:
    /// `numpy.floor_divide`.
    floor_divide, try_floor_divide, Real::floor_divide;
    /// The magnitude of the first of every pair of elements with the sign of the second: `numpy.copysign`.
    copysign, try_copysign, Float::copysign;
    /// The angle of the point whose coordinates are the second and the first of every pair of elements, in radians
    /// from −π to π: `numpy.arctan2(y, x)`.
    atan2, try_atan2, FloatMath::atan2;
    /// √(a² + b²) of every pair of elements, without overflow on the way: `numpy.hypot`.
    hypot, try_hypot, FloatMath::hypot;
}
