//! The order of every element type: which is greater, and where a NaN goes.
//!
//! Sorting puts numbers in ascending order and NaNs last. Complex numbers are ordered by their real parts,
//! equal ones by their imaginary parts; those with a NaN come after all others: first the ones with a NaN as
//! imaginary part, then as real part, then as both. `false` comes before `true`.
//!
//! All of this is one comparison of unsigned integers: a [key](Ordered::key) holds an element's place in the
//! order, so that a sort needs to know nothing but integers.

use half::{bf16, f16};
use num_complex::Complex;
use std::cmp::Ordering;
use std::fmt::Debug;

/// An element type with an order: all of them.
pub trait Ordered: Copy {
    /// An unsigned integer, or two, that order as the elements do.
    type Key: Key;
    /// Whether keys order as [ranks](Ordered::rank) do. Those of complex numbers do not quite: where the real parts
    /// are zeros, the key of −0 + 2i comes before that of 0 + i.
    const KEYS_ORDER: bool = true;
    /// The least value: `−inf` for floats.
    const LOWEST: Self;
    /// The greatest value that is a number: `inf` for floats.
    const HIGHEST: Self;
    /// Whether the value, or a part of a complex one, is not a number.
    fn is_nan(self) -> bool;
    /// `numpy.maximum`: the greater of two, NaN if either is.
    fn maximum(self, other: Self) -> Self;
    /// `numpy.minimum`: the lesser of two, NaN if either is.
    fn minimum(self, other: Self) -> Self;
    /// `numpy.fmax`: the greater of two; if one is NaN, the other.
    #[inline(always)]
    fn fmax(self, other: Self) -> Self {
        if self.is_nan() {
            other
        } else if other.is_nan() {
            self
        } else {
            self.maximum(other)
        }
    }
    /// `numpy.fmin`: the lesser of two; if one is NaN, the other.
    #[inline(always)]
    fn fmin(self, other: Self) -> Self {
        if self.is_nan() {
            other
        } else if other.is_nan() {
            self
        } else {
            self.minimum(other)
        }
    }
    /// The place in the order of sorting; all NaNs have the same, and −0 stands just before 0.
    fn key(self) -> Self::Key;
    /// The element with this key.
    fn from_key(key: Self::Key) -> Self;
    /// As [`Ordered::key`], but the same for −0 and 0: equal elements have equal ranks.
    fn rank(self) -> Self::Key;
    /// Compares by rank.
    #[inline(always)]
    fn order(self, other: Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

/// Unsigned integers as sorting sees them: a row of bits, the highest first.
pub trait Key: Copy + Ord + Default + Debug + Send + Sync + 'static {
    /// How many bits there are.
    const BITS: u32;
    /// The 64 bits from bit `low` up; bits beyond the highest are 0.
    fn window(self, low: u32) -> u64;
    /// How many of the highest bits are the same in both.
    fn common_bits(self, other: Self) -> u32;
}

/// Lists the unsigned integers that keys are made of.
macro_rules! keys {
    ($($t:ident)*) => {$(
        impl Key for $t {
            const BITS: u32 = $t::BITS;
            #[inline(always)]
            fn window(self, low: u32) -> u64 { u64::from(self) >> low }
            #[inline(always)]
            fn common_bits(self, other: $t) -> u32 { (self ^ other).leading_zeros() }
        }
    )*};
}
keys! { u8 u16 u32 u64 }

/// The first counts for more.
impl<K: Key> Key for [K; 2] {
    const BITS: u32 = 2 * K::BITS;
    #[inline(always)]
    fn window(self, low: u32) -> u64 {
        if low >= K::BITS {
            return self[0].window(low - K::BITS);
        }
        self[0].window(0).checked_shl(K::BITS - low).unwrap_or(0) | self[1].window(low)
    }
    #[inline(always)]
    fn common_bits(self, other: Self) -> u32 {
        if self[0] == other[0] {
            K::BITS + self[1].common_bits(other[1])
        } else {
            self[0].common_bits(other[0])
        }
    }
}

impl Ordered for bool {
    type Key = u8;
    const LOWEST: bool = false;
    const HIGHEST: bool = true;
    #[inline(always)]
    fn is_nan(self) -> bool {
        false
    }
    #[inline(always)]
    fn maximum(self, other: bool) -> bool {
        self | other
    }
    #[inline(always)]
    fn minimum(self, other: bool) -> bool {
        self & other
    }
    #[inline(always)]
    fn key(self) -> u8 {
        u8::from(self)
    }
    #[inline(always)]
    fn from_key(key: u8) -> bool {
        key != 0
    }
    #[inline(always)]
    fn rank(self) -> u8 {
        self.key()
    }
}

/// Lists the integers with the unsigned type of their width. Flipping the sign bit puts negatives first.
macro_rules! integers {
    ($($t:ident $key:ident;)*) => {$(
        impl Ordered for $t {
            type Key = $key;
            const LOWEST: $t = $t::MIN;
            const HIGHEST: $t = $t::MAX;
            #[inline(always)]
            fn is_nan(self) -> bool { false }
            #[inline(always)]
            fn maximum(self, other: $t) -> $t { self.max(other) }
            #[inline(always)]
            fn minimum(self, other: $t) -> $t { self.min(other) }
            #[inline(always)]
            fn key(self) -> $key { (self ^ $t::MIN) as $key }
            #[inline(always)]
            fn from_key(key: $key) -> $t { key as $t ^ $t::MIN }
            #[inline(always)]
            fn rank(self) -> $key { self.key() }
        }
    )*};
}
integers! { i64 u64; i32 u32; i16 u16; i8 u8; u64 u64; u32 u32; u16 u16; u8 u8; usize u64; }

/// Lists the floats with the unsigned and the signed integer of their width.
macro_rules! floats {
    ($($t:ident $key:ident $signed:ident, $zero:expr;)*) => {$(
        impl Ordered for $t {
            type Key = $key;
            const LOWEST: $t = <$t>::NEG_INFINITY;
            const HIGHEST: $t = <$t>::INFINITY;
            #[inline(always)]
            fn is_nan(self) -> bool { <$t>::is_nan(self) }
            // `self >= other` is false when `other` is NaN, so the second arm hands a NaN on.
            #[inline(always)]
            fn maximum(self, other: $t) -> $t {
                if self >= other || <$t>::is_nan(self) { self } else { other }
            }
            #[inline(always)]
            fn minimum(self, other: $t) -> $t {
                if self <= other || <$t>::is_nan(self) { self } else { other }
            }
            // The bits of positive floats ascend with their values, those of negative floats descend:
            // positives get a 1 in front, negatives are flipped altogether. The positive NaN tops it all.
            #[inline(always)]
            fn key(self) -> $key {
                let bits = if <$t>::is_nan(self) { <$t>::NAN.to_bits() } else { self.to_bits() };
                let negative = (bits as $signed >> ($key::BITS - 1)) as $key;
                bits ^ (negative | 1 << ($key::BITS - 1))
            }
            #[inline(always)]
            fn from_key(key: $key) -> $t {
                let negative = (!key as $signed >> ($key::BITS - 1)) as $key;
                <$t>::from_bits(key ^ (negative | 1 << ($key::BITS - 1)))
            }
            #[inline(always)]
            fn rank(self) -> $key { if self == $zero { $zero.key() } else { self.key() } }
        }
    )*};
}
floats! { f64 u64 i64, 0.0_f64; f32 u32 i32, 0.0_f32; f16 u16 i16, f16::ZERO; bf16 u16 i16, bf16::ZERO; }

/// Lists the parts of complex numbers with their keys.
macro_rules! complexes {
    ($($part:ident $key:ident;)*) => {$(
        // No key of a part comes near `MAX`, so the first of the two says which parts are NaN.
        impl Ordered for Complex<$part> {
            type Key = [$key; 2];
            const KEYS_ORDER: bool = false;
            const LOWEST: Self = Complex::new($part::NEG_INFINITY, $part::NEG_INFINITY);
            const HIGHEST: Self = Complex::new($part::INFINITY, $part::INFINITY);
            #[inline(always)]
            fn is_nan(self) -> bool { self.re.is_nan() || self.im.is_nan() }
            #[inline(always)]
            fn maximum(self, other: Self) -> Self {
                if Ordered::is_nan(self) || self.order(other).is_ge() { self } else { other }
            }
            #[inline(always)]
            fn minimum(self, other: Self) -> Self {
                let least = !Ordered::is_nan(other) && self.order(other).is_le();
                if Ordered::is_nan(self) || least { self } else { other }
            }
            #[inline(always)]
            fn key(self) -> [$key; 2] {
                match (self.re.is_nan(), self.im.is_nan()) {
                    (false, false) => [self.re.key(), self.im.key()],
                    (false, true) => [$key::MAX - 2, self.re.key()],
                    (true, false) => [$key::MAX - 1, self.im.key()],
                    (true, true) => [$key::MAX, 0],
                }
            }
            #[inline(always)]
            fn from_key(key: [$key; 2]) -> Self {
                let [first, second] = key.map($part::from_key);
                match $key::MAX - key[0] {
                    0 => Complex::new($part::NAN, $part::NAN),
                    1 => Complex::new($part::NAN, second),
                    2 => Complex::new(second, $part::NAN),
                    _ => Complex::new(first, second),
                }
            }
            #[inline(always)]
            fn rank(self) -> [$key; 2] {
                // Adding 0 makes 0 of −0 and changes nothing else.
                Complex::new(self.re + 0.0, self.im + 0.0).key()
            }
        }
    )*};
}
complexes! { f64 u64; f32 u32; }

#[cfg(test)]
mod tests {
    use super::*;

    /// Each element comes before the next; keys say so and lead back.
    fn ascends<T: Ordered + PartialEq + Debug>(elements: &[T]) {
        for pair in elements.windows(2) {
            assert!(pair[0].key() < pair[1].key(), "{pair:?}");
        }
        for &x in elements {
            let back = T::from_key(x.key());
            assert!(back == x || (back.is_nan() && x.is_nan()), "{x:?} came back as {back:?}");
            assert!(x.is_nan() || (T::LOWEST.key() <= x.key() && x.key() <= T::HIGHEST.key()));
        }
    }

    #[test]
    fn keys_ascend_with_the_elements() {
        let tiny = f64::from_bits(1);
        ascends(&[
            f64::NEG_INFINITY,
            -1.5,
            -1.0,
            -tiny,
            -0.0,
            0.0,
            tiny,
            1.0,
            1e300,
            f64::INFINITY,
            f64::NAN,
        ]);
        ascends(&[f32::NEG_INFINITY, -1.0, -0.0, 0.0, 1.0, f32::INFINITY, f32::NAN]);
        ascends(&[f16::NEG_INFINITY, f16::NEG_ONE, f16::ZERO, f16::ONE, f16::INFINITY, f16::NAN]);
        ascends(&[bf16::NEG_INFINITY, bf16::NEG_ONE, bf16::ZERO, bf16::ONE, bf16::INFINITY, bf16::NAN]);
        ascends(&[i8::MIN, -1, 0, 1, i8::MAX]);
        ascends(&[i64::MIN, -1, 0, 1, i64::MAX]);
        ascends(&[0, 1, usize::MAX]);
        ascends(&[false, true]);
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        let parts = [
            (-inf, inf),
            (1.0, 0.0),
            (1.0, 2.0),
            (inf, -inf),
            (inf, inf),
            (0.0, nan),
            (1.0, nan),
            (nan, 0.0),
            (nan, 1.0),
            (nan, nan),
        ];
        ascends(&parts.map(|(re, im)| Complex::new(re, im)));
        ascends(&parts.map(|(re, im)| Complex::new(re as f32, im as f32)));
    }

    #[test]
    fn equal_elements_have_equal_ranks() {
        assert_eq!((-0.0_f64).rank(), 0.0_f64.rank());
        assert_eq!((-f64::NAN).rank(), f64::NAN.rank());
        assert_eq!((-f16::ZERO).rank(), f16::ZERO.rank());
        assert_eq!(Complex::new(-0.0_f32, 1.0).order(Complex::new(0.0, 1.0)), Ordering::Equal);
        assert_eq!(Complex::new(1.0_f64, -0.0).order(Complex::new(1.0, 0.0)), Ordering::Equal);
    }

    #[test]
    fn windows_of_keys() {
        let key = [0x0123_4567_89ab_cdef_u64, 0xfedc_ba98_7654_3210];
        let whole = u128::from(key[0]) << 64 | u128::from(key[1]);
        for low in 0..128 {
            assert_eq!(key.window(low), (whole >> low) as u64, "{low}");
        }
        let key = [0x0123_4567_u32, 0x89ab_cdef];
        for low in 0..64 {
            assert_eq!(key.window(low), 0x0123_4567_89ab_cdef_u64 >> low, "{low}");
        }
        assert_eq!([1_u64, 0].common_bits([1, 1]), 127);
        assert_eq!([1_u64, 0].common_bits([0, 0]), 63);
    }
}
