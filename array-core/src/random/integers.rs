//! Bounded integers by Lemire's method.
//!
//! D. Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29 (2019): the upper half of
//! `word · n` is uniform in 0..n once the few words are rejected that would make some results likelier.

use super::Generator;
use super::pcg64::Pcg64;
use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::{IntList, shape_of};

/// Words of 8, 16, 32 or 64 bits, cut from the generator's.
struct Words {
    bits: Pcg64,
    /// What is left of the last 32-bit word that was cut; lost at the end of a call, as in NumPy.
    rest: u32,
    /// How many cuts are left in it.
    left: u32,
}

impl Words {
    /// The next `1/parts` of a 32-bit word, in its lowest bits, lowest part first.
    #[inline(always)]
    fn next_part(&mut self, parts: u32) -> u32 {
        if self.left == 0 {
            self.rest = self.bits.next_u32();
            self.left = parts;
        } else {
            self.rest >>= 32 / parts;
        }
        self.left -= 1;
        self.rest
    }
}

/// An unsigned integer that bounded draws are made in.
trait Word: Copy + PartialEq {
    const ZERO: Self;
    const MAX: Self;
    /// Any value.
    fn any(words: &mut Words) -> Self;
    /// How many products are rejected for being one too many: 2^bits mod (range + 1), where range < `MAX`.
    fn surplus(range: Self) -> Self;
    /// A value in 0 ..= range, given the surplus.
    fn bounded(words: &mut Words, range: Self, surplus: Self) -> Self;
}

/// Lists the unsigned types, the type of their products, and how a word is cut.
macro_rules! words {
    ($($t:ident $wide:ident $any:expr;)*) => {$(
        impl Word for $t {
            const ZERO: $t = 0;
            const MAX: $t = $t::MAX;

            #[inline(always)]
            fn any(words: &mut Words) -> $t {
                $any(words)
            }

            fn surplus(range: $t) -> $t {
                ($t::MAX - range) % (range + 1)
            }

            #[inline(always)]
            fn bounded(words: &mut Words, range: $t, surplus: $t) -> $t {
                loop {
                    let product = $wide::from(Self::any(words)) * ($wide::from(range) + 1);
                    if product as $t >= surplus {
                        return (product >> $t::BITS) as $t;
                    }
                }
            }
        }
    )*};
}

words! {
    u8 u16 |words: &mut Words| words.next_part(4) as u8;
    u16 u32 |words: &mut Words| words.next_part(2) as u16;
    u32 u64 |words: &mut Words| words.bits.next_u32();
    u64 u128 |words: &mut Words| words.bits.next_u64();
}

/// Fills with `to(x)`, x uniform in 0 ..= range. A single possible value is not drawn.
#[inline]
fn fill<W: Word, T>(bits: &mut Pcg64, range: W, out: &mut [T], to: impl Fn(W) -> T) {
    let mut words = Words { bits: bits.clone(), rest: 0, left: 0 };
    if range == W::ZERO {
        out.fill_with(|| to(W::ZERO));
    } else if range == W::MAX {
        out.fill_with(|| to(W::any(&mut words)));
    } else {
        let surplus = W::surplus(range);
        out.fill_with(|| to(W::bounded(&mut words, range, surplus)));
    }
    *bits = words.bits;
}

/// A single number in 0 ..= range.
pub(super) fn bounded(bits: &mut Pcg64, range: u64) -> u64 {
    let mut value = [0];
    u64::fill_integers(bits, 0, range, &mut value);
    value[0]
}

/// How an integer type is drawn.
pub trait Bounded: Sized {
    /// Fills with values in `low ..= high`; `low ≤ high`.
    fn fill_integers(bits: &mut Pcg64, low: Self, high: Self, out: &mut [Self]);
    /// The value before this one.
    fn before(self) -> Option<Self>;
}

/// A type that [`Generator::integers`] draws: every integer type, and `bool`.
pub trait RandomInteger: Element + PartialOrd + Bounded {}

/// Lists the integer types with the unsigned type of the same width.
macro_rules! random_integers {
    ($($t:ident $u:ident;)*) => {$(
        impl RandomInteger for $t {}
        impl Bounded for $t {
            fn fill_integers(bits: &mut Pcg64, low: $t, high: $t, out: &mut [$t]) {
                let range = high.wrapping_sub(low) as $u;
                match u32::try_from(range) {
                    // As NumPy, a 64-bit type draws 32 bits where they suffice.
                    Ok(range) if $u::BITS == 64 => {
                        fill(bits, range, out, |x| low.wrapping_add(x as $t));
                    }
                    _ => fill(bits, range, out, |x| low.wrapping_add(x as $t)),
                }
            }
            fn before(self) -> Option<$t> {
                self.checked_sub(1)
            }
        }
    )*};
}
random_integers! { i8 u8; i16 u16; i32 u32; i64 u64; u8 u8; u16 u16; u32 u32; u64 u64; usize u64; }

impl RandomInteger for bool {}
impl Bounded for bool {
    fn fill_integers(bits: &mut Pcg64, low: bool, high: bool, out: &mut [bool]) {
        let mut words = Words { bits: bits.clone(), rest: 0, left: 0 };
        if low == high {
            out.fill(low);
        } else {
            out.fill_with(|| words.next_part(32) & 1 == 1);
        }
        *bits = words.bits;
    }
    fn before(self) -> Option<bool> {
        self.then_some(false)
    }
}

/// The upper bound of [`Generator::integers`]: a number, which is excluded, or an [`endpoint`].
#[derive(Debug, Clone, Copy)]
pub struct High<T> {
    value: T,
    endpoint: bool,
}

impl<T: RandomInteger> From<T> for High<T> {
    fn from(value: T) -> High<T> {
        High { value, endpoint: false }
    }
}

/// NumPy's `endpoint=True`: an upper bound that may itself be drawn.
pub fn endpoint<T: RandomInteger>(high: T) -> High<T> {
    High { value: high, endpoint: true }
}

impl Generator {
    /// Integers from `low` up to but without `high`: NumPy's `rng.integers(low, high, shape, dtype)`.
    ///
    /// [`endpoint`] around `high` includes it. The element type is that of the bounds.
    ///
    /// ```
    /// use array_core::default_rng;
    /// use array_core::random::endpoint;
    /// let rng = &mut default_rng(1);
    /// let dice = rng.integers(1, endpoint(6), [2, 3]);
    /// assert_eq!(dice.to_vec(), [3, 4, 5, 6, 1, 1]);
    /// let bytes = rng.integers(0u8, endpoint(255), 1000);
    /// assert_eq!(bytes.nbytes(), 1000);
    /// ```
    ///
    /// # Panics
    /// If there is no integer between the bounds, or the shape is impossible.
    #[track_caller]
    pub fn integers<T: RandomInteger>(
        &mut self,
        low: T,
        high: impl Into<High<T>>,
        shape: impl IntList,
    ) -> Array<T> {
        self.try_integers(low, high, shape).or_panic()
    }

    /// As [`Generator::integers`]; fails, and draws nothing, where it panics.
    ///
    /// As NumPy, it does not look at the bounds if the shape holds no elements.
    pub fn try_integers<T: RandomInteger>(
        &mut self,
        low: T,
        high: impl Into<High<T>>,
        shape: impl IntList,
    ) -> Result<Array<T>> {
        let High { value, endpoint } = high.into();
        let last = if endpoint { Some(value) } else { value.before() };
        let last = last.filter(|&last| low <= last);
        let shape = shape_of("integers", shape)?;
        if last.is_none() && !shape.contains(&0) {
            let kind = if endpoint { "included" } else { "excluded" };
            let message = format!("no integer lies between low {low:?} and high {value:?}, which is {kind}");
            return Err(Error::Value { op: "integers", message });
        }
        Array::filled("integers", &shape[..], |out| {
            if let Some(last) = last {
                T::fill_integers(&mut self.bits, low, last, out);
            }
        })
    }

    /// Random bytes: NumPy's `rng.bytes(length)`.
    ///
    /// They come from 32-bit words, lowest byte first, of which at least one is drawn.
    ///
    /// ```
    /// use array_core::default_rng;
    /// assert_eq!(default_rng(42).bytes(5), [136, 38, 217, 22, 205]);
    /// ```
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let words = 0..length.div_ceil(4).max(1);
        let mut bytes: Vec<u8> = words.flat_map(|_| self.bits.next_u32().to_le_bytes()).collect();
        bytes.truncate(length);
        bytes
    }
}
