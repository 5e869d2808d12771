//! The innermost loops: a small tile of C held in registers while `k` runs.
//!
//! One function in plain Rust, whose tile size is known when it is compiled, so that the compiler keeps the
//! whole tile in vector registers. It is compiled once per instruction set and tile height; which heights the
//! compiler handles well was measured, and `benches/` would show a change.

use super::super::isa::{Isa, isa};
use super::super::prefetch::prefetch;
use super::{Base, transpose};

/// A product-and-sum rounded once.
pub(super) trait Fma: Copy + Default {
    /// `a·b + self`
    fn fma(self, a: Self, b: Self) -> Self;
    fn add(self, other: Self) -> Self;
}

impl Fma for f32 {
    #[inline(always)]
    fn fma(self, a: f32, b: f32) -> f32 {
        a.mul_add(b, self)
    }
    #[inline(always)]
    fn add(self, other: f32) -> f32 {
        self + other
    }
}

impl Fma for f64 {
    #[inline(always)]
    fn fma(self, a: f64, b: f64) -> f64 {
        a.mul_add(b, self)
    }
    #[inline(always)]
    fn add(self, other: f64) -> f64 {
        self + other
    }
}

/// A panel of A or B: where it starts, how far apart its rows (columns, for B) and its steps of `k` are.
///
/// The columns of B's panels lie side by side, so their stride is not looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel<T> {
    pub start: *const T,
    pub across: isize,
    pub along_k: isize,
}

/// A tile of C to write: its rows are `stride` apart, its columns side by side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tile<'a, T> {
    pub start: *mut T,
    pub stride: isize,
    /// What the sums are added to; a row of it has one element per column of the tile.
    pub base: Base<'a, T>,
}

/// Computes a tile of C of fixed size from a panel of A, a panel of B and the length of `k`.
///
/// # Safety
/// The panels must hold as many rows and columns as the tile, for every step of `k`; the tile must be writable;
/// the CPU must have the instruction set that the function was compiled for.
pub(super) type Run<T> = unsafe fn(usize, Panel<T>, Panel<T>, Tile<'_, T>);

/// As [`Run`], and packs the panel of B, which lies anywhere, while it is in registers.
///
/// # Safety
/// As [`Run`]; the last argument must have room for the packed panel.
pub(super) type RunAndPack<T> = unsafe fn(usize, Panel<T>, Panel<T>, Tile<'_, T>, *mut T);

/// The microkernels of one element type on one instruction set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Microkernels<T: 'static> {
    /// Columns of a full tile, and of a panel of B.
    pub nr: usize,
    /// Tile heights in ascending order with their functions; the last one is the rule, the others are for the
    /// rows that are left over.
    pub by_height: &'static [(usize, Run<T>)],
    /// The highest one for the first panel of A, if B is not packed yet.
    pub packing: RunAndPack<T>,
    /// The same for tiles of half the columns: the first half of a panel of B.
    pub narrow: &'static [(usize, Run<T>)],
}

impl<T> Microkernels<T> {
    /// Rows of a full tile.
    pub fn mr(&self) -> usize {
        self.by_height.last().map_or(1, |&(height, _)| height)
    }

    /// The width of tiles for so many columns, at most `nr`: of narrow ones if these hold them.
    pub fn width_for(&self, columns: usize) -> usize {
        if columns <= self.nr / 2 { self.nr / 2 } else { self.nr }
    }

    /// The tile to begin with if so many rows and columns are left: the highest that sticks out of no row; its height, its
    /// width and its function.
    pub fn for_tile(&self, rows: usize, columns: usize) -> (usize, usize, Run<T>) {
        let width = self.width_for(columns);
        let by_height = if width == self.nr { self.by_height } else { self.narrow };
        let fitting = by_height.iter().rfind(|&&(height, _)| height <= rows);
        let &(height, run) = fitting.unwrap_or(&by_height[0]);
        (height, width, run)
    }
}

/// Steps of `k` ahead for which a panel of B that is read where it lies is asked for: about 200 ns.
const AHEAD: isize = 48;

/// # Safety
/// As [`RunAndPack`] if there is a place to pack to, as [`Run`] if not.
#[inline(always)]
unsafe fn tile<T: Fma, const MR: usize, const NR: usize>(
    k: usize,
    a: Panel<T>,
    b: Panel<T>,
    c: Tile<'_, T>,
    packed: Option<*mut T>,
) {
    // The tile is there when the sums are.
    for i in 0..MR as isize {
        prefetch(c.start.wrapping_offset(i * c.stride), NR);
    }
    // A packed panel was just written, and lies as it is read.
    let is_packed = b.along_k == NR as isize;
    let mut sums = [[T::default(); NR]; MR];
    for p in 0..k as isize {
        // SAFETY: step p of both panels exists; columns of B's panel lie side by side.
        let (x, y) =
            unsafe { (a.start.offset(p * a.along_k), *b.start.offset(p * b.along_k).cast::<[T; NR]>()) };
        if !is_packed {
            prefetch(b.start.wrapping_offset((p + AHEAD).wrapping_mul(b.along_k)), NR);
        }
        if let Some(packed) = packed {
            // SAFETY: there is room for every step.
            unsafe { *packed.offset(p * NR as isize).cast::<[T; NR]>() = y };
        }
        for (i, row) in sums.iter_mut().enumerate() {
            // SAFETY: row i of A's panel exists.
            let x = unsafe { *x.offset(i as isize * a.across) };
            for (sum, y) in row.iter_mut().zip(y) {
                *sum = sum.fma(x, y);
            }
        }
    }
    for (i, row) in sums.into_iter().enumerate() {
        // SAFETY: row i of the tile is writable, its columns lie side by side.
        let c_row = unsafe { &mut *c.start.offset(i as isize * c.stride).cast::<[T; NR]>() };
        let base = match c.base {
            Base::Zero => {
                *c_row = row;
                continue;
            }
            Base::C => *c_row,
            // SAFETY: the row has one element per column.
            Base::Row(base) => unsafe { *base.as_ptr().cast::<[T; NR]>() },
        };
        for ((c, base), sum) in c_row.iter_mut().zip(base).zip(row) {
            *c = base.add(sum);
        }
    }
}

/// Lists the compilations of the tile: element type, CPU features, columns of a full tile and of a narrow one, and
/// heights, the highest one first.
macro_rules! microkernels {
    ($($name:ident: $t:ty, $features:literal, [$nr:literal, $half:literal], $mr:literal $heights:tt;)*) => {$(
        static $name: Microkernels<$t> = Microkernels {
            nr: $nr,
            by_height: microkernels!(@heights $t, $features, $nr, $heights),
            narrow: microkernels!(@heights $t, $features, $half, $heights),
            packing: {
                /// # Safety
                /// As [`RunAndPack`].
                #[target_feature(enable = $features)]
                unsafe fn microkernel(k: usize, a: Panel<$t>, b: Panel<$t>, c: Tile<'_, $t>, packed: *mut $t) {
                    // SAFETY: the caller's promise.
                    unsafe { tile::<$t, $mr, $nr>(k, a, b, c, Some(packed)) }
                }
                microkernel
            },
        };
    )*};
    (@heights $t:ty, $features:literal, $nr:literal, [$($height:literal),*]) => {
        &[$(($height, {
            /// # Safety
            /// As [`Run`].
            #[target_feature(enable = $features)]
            unsafe fn microkernel(k: usize, a: Panel<$t>, b: Panel<$t>, c: Tile<'_, $t>) {
                // SAFETY: the caller's promise.
                unsafe { tile::<$t, $height, $nr>(k, a, b, c, None) }
            }
            microkernel
        })),*]
    };
}

#[cfg(target_arch = "x86_64")]
microkernels! {
    F32_AVX512: f32, "avx512f,avx512vl,fma", [32, 16], 12 [1, 2, 3, 4, 5, 6, 8, 9, 12];
    F64_AVX512: f64, "avx512f,avx512vl,fma", [16, 8], 12 [1, 2, 3, 4, 5, 6, 8, 9, 12];
    F32_AVX2: f32, "avx2,fma", [16, 8], 6 [1, 2, 3, 4, 5, 6];
    F64_AVX2: f64, "avx2,fma", [8, 4], 6 [1, 2, 3, 4, 5, 6];
}

#[cfg(target_arch = "aarch64")]
microkernels! {
    F32_NEON: f32, "neon", [16, 8], 6 [1, 2, 3, 4, 5, 6];
    F64_NEON: f64, "neon", [8, 4], 6 [1, 2, 3, 4, 5, 6];
}

/// Element types that may have microkernels.
pub(super) trait HasMicrokernels: Fma + Send + Sync + 'static {
    /// Those for the instruction set in use; `None` where it has no fused multiply-add.
    fn microkernels() -> Option<&'static Microkernels<Self>>;

    /// Turns a square: rows become columns.
    fn transpose(tile: [[Self; 4]; 4]) -> [[Self; 4]; 4];
}

/// Lists the choices: type, its kernels on AVX-512, AVX2 and NEON, and what turns its tiles.
macro_rules! choices {
    ($($t:ty: $avx512:ident, $avx2:ident, $neon:ident, $transpose:path;)*) => {$(
        impl HasMicrokernels for $t {
            #[inline]
            fn microkernels() -> Option<&'static Microkernels<$t>> {
                #[cfg(target_arch = "x86_64")]
                return match isa() {
                    Isa::Avx512 => Some(&$avx512),
                    Isa::Avx2 => Some(&$avx2),
                    Isa::Portable => None,
                };
                #[cfg(target_arch = "aarch64")]
                return Some(&$neon);
                #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
                return None;
            }

            #[inline(always)]
            fn transpose(tile: [[$t; 4]; 4]) -> [[$t; 4]; 4] {
                $transpose(tile)
            }
        }
    )*};
}
choices! {
    f32: F32_AVX512, F32_AVX2, F32_NEON, transpose::of_f32;
    f64: F64_AVX512, F64_AVX2, F64_NEON, transpose::of_f64;
}
