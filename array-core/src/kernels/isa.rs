//! Instruction sets: chosen once at run time, never by build flags.
//!
//! A loop is written once, as a [`Kernel`]. [`dispatch`] compiles it once per instruction set, by inlining it
//! into a function with that set enabled, where the compiler vectorises it, and calls the best one this CPU has.

use std::sync::OnceLock;

use super::forced::Forced;

/// An instruction set that loops are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    /// What every CPU of the target has: SSE2 on x86-64, NEON on AArch64.
    Portable,
    /// 256-bit vectors and fused multiply-add.
    Avx2,
    /// 512-bit vectors.
    Avx512,
}

impl Isa {
    /// All of them, each more than the one before.
    pub const ALL: [Isa; 3] = [Isa::Portable, Isa::Avx2, Isa::Avx512];

    /// The name that `ARRAY_CORE_ISA` takes.
    pub const fn name(self) -> &'static str {
        match self {
            Isa::Portable => "portable",
            Isa::Avx2 => "avx2",
            Isa::Avx512 => "avx512",
        }
    }

    fn detect() -> Isa {
        #[cfg(target_arch = "x86_64")]
        {
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            let avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("popcnt");
            if avx512 && avx2 {
                return Isa::Avx512;
            }
            if avx2 {
                return Isa::Avx2;
            }
        }
        Isa::Portable
    }
}

/// What [`with_isa`] asks for: an index into [`Isa::ALL`].
static FORCED: Forced = Forced::new();

/// The instruction set in use: the best this CPU has, or the lesser one that the environment variable
/// `ARRAY_CORE_ISA` (`portable`, `avx2`, `avx512`) asks for.
#[inline]
pub fn isa() -> Isa {
    static ISA: OnceLock<Isa> = OnceLock::new();
    let chosen = *ISA.get_or_init(|| {
        let best = Isa::detect();
        let wanted = std::env::var("ARRAY_CORE_ISA").unwrap_or_default();
        let wanted = Isa::ALL.into_iter().find(|isa| isa.name() == wanted);
        wanted.map_or(best, |wanted| wanted.min(best))
    });
    FORCED.get().map_or(chosen, |forced| Isa::ALL[usize::from(forced)].min(chosen))
}

/// Calls `f` with `isa` in use, or with the best there is if that is less. For tests: results are the same bits
/// for every instruction set.
///
/// The choice holds for all threads, so that it reaches the ones that `f` has work done by; calls from several
/// threads take turns. They must not be nested.
pub fn with_isa<R>(isa: Isa, f: impl FnOnce() -> R) -> R {
    FORCED.with(isa as u8, f)
}

/// A loop to be compiled for every instruction set. Mark `run` and all it calls `#[inline(always)]`.
pub trait Kernel {
    /// What the loop computes.
    type Output;
    /// The loop.
    fn run(self) -> Self::Output;
}

/// Runs a loop in its best compilation.
#[inline]
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    match isa() {
        // SAFETY: `isa` returns an instruction set only if this CPU has it.
        Isa::Avx512 => return unsafe { avx512(kernel) },
        // SAFETY: as above.
        Isa::Avx2 => return unsafe { avx2(kernel) },
        Isa::Portable => {}
    }
    kernel.run()
}

/// # Safety
/// The CPU must have these features.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,popcnt")]
unsafe fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

/// # Safety
/// The CPU must have these features.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,popcnt")]
unsafe fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
