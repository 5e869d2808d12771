//! Loops that do nothing but reach a limit of the machine: multiply-adds in registers, and passes over memory.

use std::hint::black_box;

use super::isa::{Isa, Kernel, dispatch, isa};

/// Independent sequences of multiply-adds, one vector register each: more than latency × pipes of them (4 cycles × 2
/// on current CPUs) keep every pipe busy, and 12 leave registers for the factors.
const CHAINS: usize = 12;

/// A float whose products and sums are counted.
pub trait MultiplyAdd {
    /// Runs `steps` multiply-adds in each lane of every chain, in the instruction set in use. Returns how many
    /// floating-point operations these were; a multiply-add counts as two.
    fn multiply_adds(steps: usize) -> u64;
}

/// Lists the chains: name, CPU features, lanes of a vector, how to fill one with a number, and the step
/// from `a` to a·x + y. Written with the vectors' own instructions: to leave it to the compiler whether a loop
/// becomes the expected instructions would measure the compiler.
macro_rules! chains {
    ($($name:ident: $features:literal, $lanes:literal, $splat:path, |$a:ident, $x:ident, $y:ident| $step:expr;)*) => {$(
        /// # Safety
        /// The CPU must have these features.
        #[target_feature(enable = $features)]
        unsafe fn $name(steps: usize) -> u64 {
            // 3/4 and 1/4: a fixed point at 1, so that no chain runs off to infinity or to subnormal numbers.
            let ($x, $y) = ($splat(black_box(0.75)), $splat(black_box(0.25)));
            let mut chains = [$y; CHAINS];
            for _ in 0..steps {
                for chain in &mut chains {
                    let $a = *chain;
                    *chain = $step;
                }
            }
            black_box(chains);
            (2 * $lanes * CHAINS * steps) as u64
        }
    )*};
}

/// Lists the choices: type, and its chains per instruction set.
macro_rules! choices {
    ($($t:ty: $avx512:ident, $avx2:ident, $portable:ident;)*) => {$(
        impl MultiplyAdd for $t {
            fn multiply_adds(steps: usize) -> u64 {
                // SAFETY (all calls): `isa` returns an instruction set only if this CPU has it, and the portable
                // one only needs what every CPU of the target has.
                match isa() {
                    #[cfg(target_arch = "x86_64")]
                    // SAFETY: see above.
                    Isa::Avx512 => unsafe { $avx512(steps) },
                    #[cfg(target_arch = "x86_64")]
                    // SAFETY: see above.
                    Isa::Avx2 => unsafe { $avx2(steps) },
                    // SAFETY: see above.
                    _ => unsafe { $portable(steps) },
                }
            }
        }
    )*};
}
choices! {
    f32: f32_avx512, f32_avx2, f32_portable;
    f64: f64_avx512, f64_avx2, f64_portable;
}

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64 as simd;
#[cfg(target_arch = "x86_64")]
chains! {
    f32_avx512: "avx512f", 16, simd::_mm512_set1_ps, |a, x, y| simd::_mm512_fmadd_ps(a, x, y);
    f64_avx512: "avx512f", 8, simd::_mm512_set1_pd, |a, x, y| simd::_mm512_fmadd_pd(a, x, y);
    f32_avx2: "avx2,fma", 8, simd::_mm256_set1_ps, |a, x, y| simd::_mm256_fmadd_ps(a, x, y);
    f64_avx2: "avx2,fma", 4, simd::_mm256_set1_pd, |a, x, y| simd::_mm256_fmadd_pd(a, x, y);
    f32_portable: "sse2", 4, simd::_mm_set1_ps, |a, x, y| simd::_mm_add_ps(simd::_mm_mul_ps(a, x), y);
    f64_portable: "sse2", 2, simd::_mm_set1_pd, |a, x, y| simd::_mm_add_pd(simd::_mm_mul_pd(a, x), y);
}

#[cfg(target_arch = "aarch64")]
use std::arch::aarch64 as simd;
#[cfg(target_arch = "aarch64")]
chains! {
    f32_portable: "neon", 4, simd::vdupq_n_f32, |a, x, y| simd::vfmaq_f32(y, a, x);
    f64_portable: "neon", 2, simd::vdupq_n_f64, |a, x, y| simd::vfmaq_f64(y, a, x);
}

/// Lists the chains of targets without known vectors.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
macro_rules! scalar_chains {
    ($($name:ident: $t:ty;)*) => {$(
        /// # Safety
        /// None is needed; it is unsafe as its siblings are.
        unsafe fn $name(steps: usize) -> u64 {
            let (x, y): ($t, $t) = (black_box(0.75), black_box(0.25));
            let mut chains = [y; CHAINS];
            for _ in 0..steps {
                chains.iter_mut().for_each(|a| *a = *a * x + y);
            }
            black_box(chains);
            (2 * CHAINS * steps) as u64
        }
    )*};
}
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
scalar_chains! {
    f32_portable: f32;
    f64_portable: f64;
}

/// A way of going through memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// s += a
    Read,
    /// a = b
    Copy,
    /// a = b + s·c
    Triad,
}

/// The widest vector's.
const LANES: usize = 16;

/// One pass over a block of memory.
struct Pass<'a> {
    access: Access,
    memory: &'a mut [f32],
}

impl Kernel for Pass<'_> {
    type Output = f32;

    #[inline(always)]
    fn run(self) -> f32 {
        let Pass { access, memory } = self;
        match access {
            Access::Read => {
                // Four named arrays, which stay in registers where one of their size would not.
                let [mut p, mut q, mut r, mut s] = [[0.0f32; LANES]; 4];
                for block in memory.chunks_exact(4 * LANES) {
                    for i in 0..LANES {
                        p[i] += block[i];
                        q[i] += block[i + LANES];
                        r[i] += block[i + 2 * LANES];
                        s[i] += block[i + 3 * LANES];
                    }
                }
                [p, q, r, s].iter().flatten().sum()
            }
            Access::Copy => {
                let (a, b) = memory.split_at_mut(memory.len() / 2);
                a.copy_from_slice(&b[..a.len()]);
                a.first().copied().unwrap_or_default()
            }
            Access::Triad => {
                let (a, rest) = memory.split_at_mut(memory.len() / 3);
                let (b, c) = rest.split_at(a.len());
                for (a, (&b, &c)) in a.iter_mut().zip(b.iter().zip(c)) {
                    *a = b + 0.5 * c;
                }
                a.first().copied().unwrap_or_default()
            }
        }
    }
}

/// Goes through a block of memory once. What it returns must be used.
pub fn pass(access: Access, memory: &mut [f32]) -> f32 {
    dispatch(Pass { access, memory })
}
