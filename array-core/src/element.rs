//! The element types, from "can be stored" to "has a square root".
//!
//! ```text
//! Element            every dtype: can be stored, moved, compared, sorted
//! ├─ Num             numbers: + − ×, wrapping for integers as NumPy's do
//! │  ├─ Real         numbers on a line: sign, floor division, remainder
//! │  │  ├─ Integer   also Bits: and, or, xor, not; shifts
//! │  │  └─ Float     f64 f32 f16 bf16
//! │  └─ Field        numbers with a true quotient: Float and Complex
//! └─ bool            also Bits
//! ```
//!
//! The set is closed: kernels and files may rely on knowing every element type.

use half::{bf16, f16};
use num_complex::Complex;
use std::fmt::Debug;

use crate::dtype::DType;
use crate::number::{Cast, Number};
use crate::order::Ordered;

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// A type that arrays can hold. `Default` is its zero (`false` for `bool`).
pub trait Element:
    sealed::Sealed + Cast + Ordered + Copy + Default + PartialEq + Debug + Send + Sync + 'static
{
    /// The type's name at run time.
    const DTYPE: DType;
    /// What sums are accumulated in: 64 bits for `bool` and integers, `f32` for half precision.
    type Acc: Num;
    /// What `sum` returns: 64 bits for `bool` and integers (as `numpy.sum`), else the type itself.
    type Sum: Num;
    /// What means are computed in: `f64` for `bool` and integers, `f32` for half precision.
    type Wide: Field;
    /// What `mean` returns: `f64` for `bool` and integers, else the type itself.
    type Mean: Field;
    /// What distances are measured in, as variances are: the type of means, for complex numbers that of a part.
    type Magnitude: Float;
    /// Converts one element to the type its sums are accumulated in.
    fn to_acc(self) -> Self::Acc;
    /// Rounds an accumulated sum to the type of sums.
    fn sum_of(acc: Self::Acc) -> Self::Sum;
    /// Converts one element to the type means are computed in.
    #[inline(always)]
    fn to_wide(self) -> Self::Wide {
        Self::Wide::from_number(self.to_number())
    }
    /// Divides a sum by a count and rounds to the type of means.
    fn mean_of(sum: Self::Wide, count: usize) -> Self::Mean;
}

/// A number. Integer arithmetic wraps around, in debug and in release builds alike, as NumPy's does.
pub trait Num: Element {
    /// What absolute values are: the type itself, for complex numbers that of a part.
    type Abs: Real;
    /// 0
    const ZERO: Self;
    /// 1
    const ONE: Self;
    /// `self + other`
    fn add(self, other: Self) -> Self;
    /// `self − other`
    fn sub(self, other: Self) -> Self;
    /// `self · other`
    fn mul(self, other: Self) -> Self;
    /// `−self`; wraps for unsigned integers, as NumPy's does.
    fn neg(self) -> Self;
    /// `numpy.abs`; the least signed integer maps to itself.
    fn abs(self) -> Self::Abs;
    /// `numpy.sign`: −1, 0 or 1, NaN for NaN; for complex numbers the number divided by its absolute value.
    fn sign(self) -> Self;
    /// `numpy.conj`: itself, but for complex numbers.
    #[inline(always)]
    fn conj(self) -> Self {
        self
    }
}

/// A number on a line.
pub trait Real: Num<Abs = Self> + PartialOrd {
    /// `numpy.floor_divide`: the quotient rounded towards −inf; 0 for an integer divided by zero.
    fn floor_divide(self, other: Self) -> Self;
    /// `numpy.remainder`: has the divisor's sign; 0 for an integer divided by zero.
    fn remainder(self, other: Self) -> Self;
    /// The nearest `f64`.
    fn to_f64(self) -> f64;
    /// How many steps lead from `start` to `stop`, as a fraction: (stop − start)/step, as `numpy.arange` counts.
    fn steps(start: Self, stop: Self, step: Self) -> f64;
    /// Element `i` of the sequence that starts with these two: `first + i·(second − first)`, rounded as
    /// `numpy.arange` does.
    fn element_of_range(first: Self, second: Self, i: usize) -> Self;
}

/// A type made of bits: the integers, and `bool` as one bit.
pub trait Bits: Element {
    /// The bits set in both.
    fn bitwise_and(self, other: Self) -> Self;
    /// The bits set in either.
    fn bitwise_or(self, other: Self) -> Self;
    /// The bits set in one but not in both.
    fn bitwise_xor(self, other: Self) -> Self;
    /// The bits that are not set.
    fn invert(self) -> Self;
}

/// An integer.
pub trait Integer: Real + Bits + Eq + Ord {
    /// Converts an index or a count; `None` if it does not fit.
    fn from_usize(n: usize) -> Option<Self>;
    /// The value as an index that may count from the end; `None` if it does not fit.
    fn to_isize(self) -> Option<isize>;
    /// `self · 2^count`, wrapping; 0 if `count` is negative or not less than the number of bits.
    fn left_shift(self, count: Self) -> Self;
    /// `⌊self / 2^count⌋`; a `count` that is negative or not less than the number of bits shifts everything
    /// out: 0, or −1 for negative numbers.
    fn right_shift(self, count: Self) -> Self;
}

/// A number type with division: floats and complex numbers. Their sums and means are of the same type.
pub trait Field: Num + Element<Sum = Self, Mean = Self> {
    /// `self / other`
    fn div(self, other: Self) -> Self;
    /// 1 / `self`
    #[inline(always)]
    fn reciprocal(self) -> Self {
        Self::ONE.div(self)
    }
    /// Rounds an `f64` to this type (its real part, if complex).
    fn from_f64(x: f64) -> Self;
    /// The square root; NaN for negative floats.
    fn sqrt(self) -> Self;
    /// |self|², the squared distance from 0.
    fn abs_squared(self) -> Self::Magnitude;
}

/// A floating-point number. `f16` and `bf16` compute in `f32` and round once per operation.
pub trait Float: Real + Field {
    /// The distance from 1 to the next number, 2^(1 − p).
    const EPSILON: Self;
    /// The smallest positive number of full precision; those between it and 0 are subnormal.
    const MIN_POSITIVE: Self;
    /// A quiet NaN.
    const NAN: Self;
    /// Rounds towards −inf.
    fn floor(self) -> Self;
    /// Rounds towards +inf.
    fn ceil(self) -> Self;
    /// Rounds to the nearest integer, halves to even (`numpy.round`).
    fn round_half_even(self) -> Self;
    /// Rounds towards zero.
    fn trunc(self) -> Self;
    /// Whether the value is neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// Whether the sign bit is set, also on −0 and NaN.
    fn is_sign_negative(self) -> bool;
    /// The magnitude of `self` with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
}

impl sealed::Sealed for bool {}
impl Element for bool {
    const DTYPE: DType = DType::Bool;
    type Acc = i64;
    type Sum = i64;
    type Wide = f64;
    type Mean = f64;
    type Magnitude = f64;
    #[inline(always)]
    fn to_acc(self) -> i64 {
        i64::from(self)
    }
    #[inline(always)]
    fn sum_of(acc: i64) -> i64 {
        acc
    }
    #[inline(always)]
    fn mean_of(sum: f64, count: usize) -> f64 {
        sum / count as f64
    }
}

/// Lists the types made of bits.
macro_rules! bits {
    ($($t:ident)*) => {$(
        impl Bits for $t {
            #[inline(always)]
            fn bitwise_and(self, other: $t) -> $t { self & other }
            #[inline(always)]
            fn bitwise_or(self, other: $t) -> $t { self | other }
            #[inline(always)]
            fn bitwise_xor(self, other: $t) -> $t { self ^ other }
            #[inline(always)]
            fn invert(self) -> $t { !self }
        }
    )*};
}
bits! { bool i64 i32 i16 i8 u64 u32 u16 u8 usize }

/// Lists the integer types with their dtype and the 64-bit type of their sums.
macro_rules! integers {
    ($($t:ident $dtype:ident $sum:ident $abs:expr;)*) => {$(
        impl sealed::Sealed for $t {}
        impl Element for $t {
            const DTYPE: DType = DType::$dtype;
            type Acc = $sum;
            type Sum = $sum;
            type Wide = f64;
            type Mean = f64;
            type Magnitude = f64;
            #[inline(always)]
            fn to_acc(self) -> $sum { self as $sum }
            #[inline(always)]
            fn sum_of(acc: $sum) -> $sum { acc }
            #[inline(always)]
            fn mean_of(sum: f64, count: usize) -> f64 { sum / count as f64 }
        }
        impl Num for $t {
            type Abs = $t;
            const ZERO: $t = 0;
            const ONE: $t = 1;
            #[inline(always)]
            fn add(self, other: $t) -> $t { self.wrapping_add(other) }
            #[inline(always)]
            fn sub(self, other: $t) -> $t { self.wrapping_sub(other) }
            #[inline(always)]
            fn mul(self, other: $t) -> $t { self.wrapping_mul(other) }
            #[inline(always)]
            fn neg(self) -> $t { self.wrapping_neg() }
            #[inline(always)]
            fn abs(self) -> $t { $abs(self) }
            #[inline(always)]
            fn sign(self) -> $t { (self > 0) as $t - (self != 0 && !(self > 0)) as $t }
        }
        impl Real for $t {
            #[inline]
            fn floor_divide(self, other: $t) -> $t {
                if other == 0 { return 0 }
                let quotient = self.wrapping_div(other);
                let inexact = self.wrapping_rem(other) != 0;
                if inexact && ((self < 1) != (other < 1)) { quotient - 1 } else { quotient }
            }
            #[inline]
            fn remainder(self, other: $t) -> $t {
                if other == 0 { return 0 }
                let rest = self.wrapping_rem(other);
                if rest != 0 && ((rest < 1) != (other < 1)) { rest + other } else { rest }
            }
            #[inline(always)]
            fn to_f64(self) -> f64 { self as f64 }
            fn steps(start: $t, stop: $t, step: $t) -> f64 { (stop as i128 - start as i128) as f64 / step as f64 }
            #[inline(always)]
            fn element_of_range(first: $t, second: $t, i: usize) -> $t {
                first.wrapping_add((i as $t).wrapping_mul(second.wrapping_sub(first)))
            }
        }
        impl Integer for $t {
            #[inline(always)]
            fn from_usize(n: usize) -> Option<$t> { <$t>::try_from(n).ok() }
            #[inline(always)]
            fn to_isize(self) -> Option<isize> { isize::try_from(self).ok() }
            #[inline(always)]
            fn left_shift(self, count: $t) -> $t {
                u32::try_from(count).ok().and_then(|n| self.checked_shl(n)).unwrap_or(0)
            }
            #[inline(always)]
            fn right_shift(self, count: $t) -> $t {
                let all_out = (self >> ($t::BITS - 1)) >> 1;
                u32::try_from(count).ok().and_then(|n| self.checked_shr(n)).unwrap_or(all_out)
            }
        }
    )*};
}

integers! {
    i64 Int64 i64 i64::wrapping_abs;
    i32 Int32 i64 i32::wrapping_abs;
    i16 Int16 i64 i16::wrapping_abs;
    i8 Int8 i64 i8::wrapping_abs;
    u64 UInt64 u64 std::convert::identity;
    u32 UInt32 u64 std::convert::identity;
    u16 UInt16 u64 std::convert::identity;
    u8 UInt8 u64 std::convert::identity;
    usize UIntP u64 std::convert::identity;
}

/// `numpy.floor_divide` for floats: ⌊a/b⌋ computed from the exact remainder, so that the two agree.
fn floor_divide<T: num_traits::Float>(a: T, b: T) -> T {
    if b == T::zero() {
        return a / b;
    }
    let rest = a % b;
    let quotient = (a - rest) / b;
    let quotient = if rest != T::zero() && ((rest < T::zero()) != (b < T::zero())) {
        quotient - T::one()
    } else {
        quotient
    };
    if quotient == T::zero() {
        return T::zero().copysign(a / b);
    }
    let floor = quotient.floor();
    if quotient - floor > T::from(0.5).unwrap_or_else(T::one) { floor + T::one() } else { floor }
}

/// `numpy.remainder` for floats: a − b·⌊a/b⌋, with the sign of b.
fn remainder<T: num_traits::Float>(a: T, b: T) -> T {
    let rest = a % b;
    if rest == T::zero() {
        T::zero().copysign(b)
    } else if (rest < T::zero()) != (b < T::zero()) {
        rest + b
    } else {
        rest
    }
}

/// Lists the float types; `$via` is the type they compute in.
macro_rules! floats {
    ($($t:ident $dtype:ident via $via:ident: $one:expr, $from:expr, $to:expr;)*) => {$(
        impl sealed::Sealed for $t {}
        impl Element for $t {
            const DTYPE: DType = DType::$dtype;
            // Half precision is summed in f32 and rounded once, at the end.
            type Acc = $via;
            type Sum = $t;
            type Wide = $via;
            type Mean = $t;
            type Magnitude = $t;
            #[inline(always)]
            fn to_acc(self) -> $via { $to(self) }
            #[inline(always)]
            fn sum_of(acc: $via) -> $t { $from(acc) }
            #[inline(always)]
            fn mean_of(sum: $via, count: usize) -> $t { $from(sum / count as $via) }
        }
        impl Num for $t {
            type Abs = $t;
            const ZERO: $t = <$t>::from_bits(0);
            const ONE: $t = $one;
            #[inline(always)]
            fn add(self, other: $t) -> $t { self + other }
            #[inline(always)]
            fn sub(self, other: $t) -> $t { self - other }
            #[inline(always)]
            fn mul(self, other: $t) -> $t { self * other }
            #[inline(always)]
            fn neg(self) -> $t { -self }
            #[inline(always)]
            fn abs(self) -> $t { $from($to(self).abs()) }
            #[inline(always)]
            fn sign(self) -> $t {
                if self > Self::ZERO { Self::ONE } else if self < Self::ZERO { -Self::ONE } else { Num::abs(self) }
            }
        }
        impl Real for $t {
            #[inline]
            fn floor_divide(self, other: $t) -> $t { $from(floor_divide($to(self), $to(other))) }
            #[inline]
            fn remainder(self, other: $t) -> $t { $from(remainder($to(self), $to(other))) }
            #[inline(always)]
            fn to_f64(self) -> f64 { f64::from(self) }
            fn steps(start: $t, stop: $t, step: $t) -> f64 { f64::from((stop - start) / step) }
            #[inline(always)]
            fn element_of_range(first: $t, second: $t, i: usize) -> $t {
                $from($to(first) + i as $via * ($to(second) - $to(first)))
            }
        }
        impl Field for $t {
            #[inline(always)]
            fn div(self, other: $t) -> $t { self / other }
            #[inline(always)]
            fn from_f64(x: f64) -> $t { Self::from_number(Number::Double(x)) }
            #[inline(always)]
            fn sqrt(self) -> $t { $from($to(self).sqrt()) }
            #[inline(always)]
            fn abs_squared(self) -> $t { self * self }
        }
        impl Float for $t {
            const EPSILON: $t = <$t>::EPSILON;
            const MIN_POSITIVE: $t = <$t>::MIN_POSITIVE;
            const NAN: $t = <$t>::NAN;
            #[inline(always)]
            fn floor(self) -> $t { $from($to(self).floor()) }
            #[inline(always)]
            fn ceil(self) -> $t { $from($to(self).ceil()) }
            #[inline(always)]
            fn round_half_even(self) -> $t { $from($to(self).round_ties_even()) }
            #[inline(always)]
            fn trunc(self) -> $t { $from($to(self).trunc()) }
            #[inline(always)]
            fn is_finite(self) -> bool { <$t>::is_finite(self) }
            #[inline(always)]
            fn is_sign_negative(self) -> bool { <$t>::is_sign_negative(self) }
            #[inline(always)]
            fn copysign(self, sign: $t) -> $t { <$t>::copysign(self, sign) }
        }
    )*};
}

floats! {
    f64 Float64 via f64: 1.0, std::convert::identity, std::convert::identity;
    f32 Float32 via f32: 1.0, std::convert::identity, std::convert::identity;
    f16 Float16 via f32: f16::ONE, f16::from_f32, f32::from;
    bf16 BFloat16 via f32: bf16::ONE, bf16::from_f32, f32::from;
}

/// a/b by R. L. Smith's method (1962), which does not overflow on the way: what NumPy computes, operation by operation.
#[inline(always)]
fn complex_quotient<T: num_traits::Float>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    if b.re.abs() >= b.im.abs() {
        if b.re == T::zero() && b.im == T::zero() {
            return Complex::new(a.re / b.re.abs(), a.im / b.re.abs());
        }
        let ratio = b.im / b.re;
        let scale = T::one() / (b.re + b.im * ratio);
        Complex::new((a.re + a.im * ratio) * scale, (a.im - a.re * ratio) * scale)
    } else {
        let ratio = b.re / b.im;
        let scale = T::one() / (b.im + b.re * ratio);
        Complex::new((a.re * ratio + a.im) * scale, (a.im * ratio - a.re) * scale)
    }
}

/// 1/z, likewise; NumPy does not scale it as it does quotients, so it has other roundings than 1 divided by z.
#[inline(always)]
fn complex_reciprocal<T: num_traits::Float>(z: Complex<T>) -> Complex<T> {
    if z.im.abs() <= z.re.abs() {
        let ratio = z.im / z.re;
        let divisor = z.re + z.im * ratio;
        Complex::new(T::one() / divisor, -ratio / divisor)
    } else {
        let ratio = z.re / z.im;
        let divisor = z.re * ratio + z.im;
        Complex::new(ratio / divisor, -T::one() / divisor)
    }
}

/// z/|z|, 0 for 0. An infinite part outweighs a finite one; two of them, as a NaN, give NaN.
fn complex_sign<T: num_traits::Float>(z: Complex<T>) -> Complex<T> {
    let size = z.norm();
    if size == T::zero() {
        return z;
    }
    if !size.is_infinite() {
        return z / size;
    }
    let part = |x: T, other: T| match (x.is_infinite(), other.is_infinite()) {
        (true, false) => T::one().copysign(x),
        (false, true) => T::zero(),
        (true, true) => T::nan(),
        // Only their length is too great for a number.
        (false, false) => (x / T::max_value()) / (z / T::max_value()).norm(),
    };
    Complex::new(part(z.re, z.im), part(z.im, z.re))
}

/// √z = t + i·y/2t with t = √((|z| + x)/2) for x ≥ 0, and likewise from the imaginary part for x < 0; the real part
/// is not negative.
fn complex_sqrt<T: num_traits::Float>(z: Complex<T>) -> Complex<T> {
    let (zero, two) = (T::zero(), T::one() + T::one());
    if z.re == zero && z.im == zero {
        return Complex::new(zero, z.im);
    }
    if z.im.is_infinite() {
        return Complex::new(z.im.abs(), z.im);
    }
    // Powers of 4, so that |z| + x stays within the format.
    let four = two * two;
    let size = z.re.abs().max(z.im.abs());
    let (up, down) = if size > T::max_value() / four {
        (T::one() / four, two)
    } else if size < T::min_positive_value() / T::epsilon() {
        (four.powi(30), two.powi(-30))
    } else {
        (T::one(), T::one())
    };
    let (x, y) = (z.re * up, z.im * up);
    let t = ((x.abs() + x.hypot(y)) / two).sqrt();
    let other = y.abs() / (two * t);
    let (re, im) = if x < zero { (other, t) } else { (t, other) };
    Complex::new(re * down, (im * down).copysign(z.im))
}

/// Lists the complex types.
macro_rules! complexes {
    ($($part:ident $dtype:ident;)*) => {$(
        impl sealed::Sealed for Complex<$part> {}
        impl Element for Complex<$part> {
            const DTYPE: DType = DType::$dtype;
            type Acc = Self;
            type Sum = Self;
            type Wide = Self;
            type Mean = Self;
            type Magnitude = $part;
            #[inline(always)]
            fn to_acc(self) -> Self { self }
            #[inline(always)]
            fn sum_of(acc: Self) -> Self { acc }
            #[inline(always)]
            fn mean_of(sum: Self, count: usize) -> Self { sum / count as $part }
        }
        impl Num for Complex<$part> {
            type Abs = $part;
            const ZERO: Self = Complex::new(0.0, 0.0);
            const ONE: Self = Complex::new(1.0, 0.0);
            #[inline(always)]
            fn add(self, other: Self) -> Self { self + other }
            #[inline(always)]
            fn sub(self, other: Self) -> Self { self - other }
            #[inline(always)]
            fn mul(self, other: Self) -> Self { self * other }
            #[inline(always)]
            fn neg(self) -> Self { -self }
            #[inline(always)]
            fn abs(self) -> $part { self.norm() }
            fn sign(self) -> Self {
                complex_sign(self)
            }
            #[inline(always)]
            fn conj(self) -> Self { Complex::new(self.re, -self.im) }
        }
        impl Field for Complex<$part> {
            #[inline(always)]
            fn div(self, other: Self) -> Self { complex_quotient(self, other) }
            #[inline(always)]
            fn reciprocal(self) -> Self { complex_reciprocal(self) }
            #[inline(always)]
            fn from_f64(x: f64) -> Self { Complex::new(x as $part, 0.0) }
            fn sqrt(self) -> Self { complex_sqrt(self) }
            #[inline(always)]
            fn abs_squared(self) -> $part { self.norm_sqr() }
        }
    )*};
}

complexes! {
    f64 Complex128;
    f32 Complex64;
}
