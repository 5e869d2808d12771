//! Vectors of AVX-512, for what the compiler does not make of loops: rearranging lanes.

use std::arch::x86_64 as simd;
use std::mem::transmute;

use crate::element::Element;
use crate::order::Key;

/// As many keys as a register holds.
///
/// Values come from [`Vector::splat`] and [`Vector::load`], whose callers promise that the CPU has AVX-512 (F, BW,
/// DQ, VL); whoever holds a value may do anything with it.
pub(super) trait Vector: Copy {
    /// Unsigned integers.
    type Key: Key + Element;
    /// How many there are in a vector: 8 or 16.
    const LANES: usize;
    /// The greatest key.
    const GREATEST: Self::Key;

    /// # Safety
    /// The CPU must have AVX-512.
    unsafe fn splat(key: Self::Key) -> Self;
    /// The first `count` lanes from memory, the rest from `rest`.
    ///
    /// # Safety
    /// `from` must have `count` keys to read.
    unsafe fn load(from: *const Self::Key, count: usize, rest: Self) -> Self;
    /// Writes the first `count` lanes.
    ///
    /// # Safety
    /// `to` must have room for `count` keys.
    unsafe fn store(self, to: *mut Self::Key, count: usize);
    /// Writes all lanes past the caches; see [`super::stream`].
    ///
    /// # Safety
    /// `to` must have room for as many keys and be aligned to 64 bytes.
    unsafe fn stream(self, to: *mut Self::Key);
    /// Lane by lane.
    fn min(self, other: Self) -> Self;
    /// Lane by lane.
    fn max(self, other: Self) -> Self;
    /// Bit i is set where lane i is less than the other's.
    fn less(self, other: Self) -> u32;
    /// The lanes with a set bit, side by side from the first on.
    fn compress(self, lanes: u32) -> Self;
    /// Lane i from lane i ⊕ `D`.
    fn exchange<const D: usize>(self) -> Self;
    /// Lane i from `self` where i has no bit of `BIT`, else from `other`.
    fn blend<const BIT: usize>(self, other: Self) -> Self;
    /// The vectors (a, b) as rows i and i + `S` of a square matrix, in which blocks of S × S are turned.
    fn turn<const S: usize>(a: Self, b: Self) -> [Self; 2];
}

/// Turns blocks of `S` × `S` within blocks of twice the size of the matrix with these rows.
#[inline(always)]
pub(super) fn turn<V: Vector, const N: usize, const S: usize>(rows: &mut [V; N]) {
    for i in 0..N {
        if i & S == 0 {
            [rows[i], rows[i + S]] = V::turn::<S>(rows[i], rows[i + S]);
        }
    }
}

/// The lanes i ⊕ `d`.
const fn exchanged<const N: usize>(d: usize) -> [usize; N] {
    let mut lanes = [0; N];
    let mut i = 0;
    while i < N {
        lanes[i] = i ^ d;
        i += 1;
    }
    lanes
}

/// The lanes of two vectors, the second's counted from `N` on, that [`Vector::turn`] takes for the upper or the lower row.
const fn turned<const N: usize>(s: usize, lower: bool) -> [usize; N] {
    let mut lanes = exchanged(0);
    let mut i = 0;
    while i < N {
        let right = i & s != 0;
        lanes[i] = if right { N } else { 0 } + if right == lower { i } else { i ^ s };
        i += 1;
    }
    lanes
}

/// The lanes that have a bit of `bit`, as a mask.
const fn with_bit(bit: usize) -> u16 {
    let (mut mask, mut i) = (0, 0);
    while i < 16 {
        mask |= ((i & bit != 0) as u16) << i;
        i += 1;
    }
    mask
}

/// Lists key types with their masks, lanes, the integers in an index, and the instructions.
macro_rules! vectors {
    ($($name:ident $key:ident $signed:ident $mask:ident $lanes:literal: $splat:ident $load:ident $store:ident
       $min:ident $max:ident $less:ident $compress:ident $permute:ident $permute2:ident $blend:ident;)*) => {$(
        #[doc = concat!("A register of `", stringify!($key), "`.")]
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $name(simd::__m512i);

        impl $name {
            /// Lanes as the instructions for permutations want them.
            ///
            /// # Safety
            /// The CPU must have AVX-512.
            #[inline(always)]
            unsafe fn index(lanes: [usize; $lanes]) -> simd::__m512i {
                let lanes = lanes.map(|lane| lane as $key);
                // SAFETY: both have 64 bytes, and any bits are a vector.
                unsafe { transmute::<[$key; $lanes], simd::__m512i>(lanes) }
            }
        }

        // SAFETY (all functions): there is a value, so the CPU has AVX-512 (see `Vector`); else the caller promises it.
        impl Vector for $name {
            type Key = $key;
            const LANES: usize = $lanes;
            const GREATEST: $key = $key::MAX;

            #[inline(always)]
            unsafe fn splat(key: $key) -> Self {
                // SAFETY: the caller's promise.
                $name(unsafe { simd::$splat(key as $signed) })
            }
            #[inline(always)]
            unsafe fn load(from: *const $key, count: usize, rest: Self) -> Self {
                // SAFETY: the caller's promise; lanes outside the mask are not read.
                $name(unsafe { simd::$load(rest.0, ((1_u32 << count) - 1) as $mask, from.cast()) })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $key, count: usize) {
                // SAFETY: the caller's promise; lanes outside the mask are not written.
                unsafe { simd::$store(to.cast(), ((1_u32 << count) - 1) as $mask, self.0) }
            }
            #[inline(always)]
            unsafe fn stream(self, to: *mut $key) {
                // SAFETY: the caller's promise.
                unsafe { simd::_mm512_stream_si512(to.cast(), self.0) }
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                // SAFETY: see above.
                $name(unsafe { simd::$min(self.0, other.0) })
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                // SAFETY: see above.
                $name(unsafe { simd::$max(self.0, other.0) })
            }
            #[inline(always)]
            fn less(self, other: Self) -> u32 {
                // SAFETY: see above.
                u32::from(unsafe { simd::$less(self.0, other.0) })
            }
            #[inline(always)]
            fn compress(self, lanes: u32) -> Self {
                // SAFETY: see above.
                $name(unsafe { simd::$compress(lanes as $mask, self.0) })
            }
            #[inline(always)]
            fn exchange<const D: usize>(self) -> Self {
                // SAFETY: see above.
                $name(unsafe { simd::$permute(Self::index(const { exchanged(D) }), self.0) })
            }
            #[inline(always)]
            fn blend<const BIT: usize>(self, other: Self) -> Self {
                // SAFETY: see above.
                $name(unsafe { simd::$blend(self.0, const { with_bit(BIT) as $mask }, other.0) })
            }
            #[inline(always)]
            fn turn<const S: usize>(a: Self, b: Self) -> [Self; 2] {
                // SAFETY: see above.
                unsafe {
                    let [upper, lower] = [Self::index(const { turned(S, false) }), Self::index(const { turned(S, true) })];
                    [$name(simd::$permute2(a.0, upper, b.0)), $name(simd::$permute2(a.0, lower, b.0))]
                }
            }
        }
    )*};
}

vectors! {
    Of64 u64 i64 u8 8: _mm512_set1_epi64 _mm512_mask_loadu_epi64 _mm512_mask_storeu_epi64 _mm512_min_epu64
        _mm512_max_epu64 _mm512_cmplt_epu64_mask _mm512_maskz_compress_epi64 _mm512_permutexvar_epi64
        _mm512_permutex2var_epi64 _mm512_mask_mov_epi64;
    Of32 u32 i32 u16 16: _mm512_set1_epi32 _mm512_mask_loadu_epi32 _mm512_mask_storeu_epi32 _mm512_min_epu32
        _mm512_max_epu32 _mm512_cmplt_epu32_mask _mm512_maskz_compress_epi32 _mm512_permutexvar_epi32
        _mm512_permutex2var_epi32 _mm512_mask_mov_epi32;
}
