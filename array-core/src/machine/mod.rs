//! What this machine can do: floating-point operations per second, and bytes per second of each cache level.
//!
//! [`Machine::measure`] takes less than a second. The figures are the roof of a roofline model (S. Williams,
//! A. Waterman, D. Patterson, "Roofline: an insightful visual performance model", CACM 52, 2009): no program
//! that does f floating-point operations on b bytes is faster than max(f/peak, b/bandwidth).
//!
//! # Method
//!
//! - *Peak*: twelve independent chains of fused multiply-adds, one vector register each, which is more than
//!   latency times pipes on current CPUs. Per instruction set, element type and number of threads. A multiply-add
//!   counts as two operations. Instruction sets without a fused one multiply and add apart.
//! - *Bandwidth*: passes of `f32` over a working set that takes half of a cache level, or four times the last
//!   level for memory: `read` (s += a), `copy` (a = b) and `triad` (a = b + s·c). Bytes are those that the
//!   program reads and writes, as in STREAM; what a cache reads in order to write is not counted. With several
//!   threads, each has a working set of its own, and the bytes of all are added up.
//! - Each figure is measured several times for a millisecond or more: the median counts, the best is kept beside
//!   it, and the spread (slowest against fastest) tells how far to trust it.

mod cpu;
mod probe;
mod table;

pub use crate::kernels::probe::Access;

use crate::dtype::DType;
use crate::kernels::isa::Isa;

/// Several measurements of one rate, in units per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// The middle one.
    pub median: f64,
    /// The fastest.
    pub best: f64,
    /// (best − slowest)/best: 0 on a machine without noise.
    pub spread: f64,
}

/// How fast arithmetic can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// `Float32` or `Float64`.
    pub dtype: DType,
    /// The instruction set.
    pub isa: Isa,
    /// How many threads compute.
    pub threads: usize,
    /// Floating-point operations per second, of all threads together.
    pub flops: Rate,
}

/// How fast memory can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bandwidth {
    /// Cache level, from 1; `None` is memory.
    pub level: Option<u8>,
    /// Bytes that each thread goes through.
    pub working_set: usize,
    /// The way of going through them.
    pub access: Access,
    /// How many threads read and write.
    pub threads: usize,
    /// Bytes per second, of all threads together.
    pub bytes: Rate,
}

/// A cache level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cache {
    /// 1 is nearest to the core.
    pub level: u8,
    /// Its size in bytes.
    pub size: usize,
}

/// What a machine was measured to be capable of.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// What the system calls the CPU.
    pub cpu: String,
    /// The data caches, nearest first.
    pub caches: Vec<Cache>,
    /// The numbers of threads that were measured: 1, and as many as operations may use.
    pub threads: Vec<usize>,
    /// Arithmetic.
    pub peaks: Vec<Peak>,
    /// Memory.
    pub bandwidths: Vec<Bandwidth>,
    /// What speaks against trusting the figures, such as noise; empty if nothing does.
    pub warnings: Vec<String>,
}

/// The least time that some work can take.
///
/// Made from the best figures, not from the medians: nothing may be faster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Roof {
    /// Seconds that the arithmetic takes at least.
    pub compute: f64,
    /// Seconds that reading and writing take at least.
    pub memory: f64,
}

impl Roof {
    /// Seconds: the greater of the two, since both can go on at once.
    pub fn seconds(self) -> f64 {
        self.compute.max(self.memory)
    }
}

impl Machine {
    /// The best peak of this combination, in floating-point operations per second, if it was measured.
    pub fn peak(&self, dtype: DType, isa: Isa, threads: usize) -> Option<f64> {
        let is_it = |peak: &&Peak| (peak.dtype, peak.isa, peak.threads) == (dtype, isa, threads);
        self.peaks.iter().find(is_it).map(|peak| peak.flops.best)
    }

    /// The best bandwidth of a cache level (`None`: of memory) in any way of access, in bytes per second, if it was
    /// measured.
    pub fn bandwidth(&self, level: Option<u8>, threads: usize) -> Option<f64> {
        let of_it = |b: &&Bandwidth| (b.level, b.threads) == (level, threads);
        self.bandwidths.iter().filter(of_it).map(|b| b.bytes.best).reduce(f64::max)
    }

    /// The least time for so many floating-point operations on so many bytes; `None` if the combination was not
    /// measured.
    ///
    /// The caches hold what they can: of the bytes, as many as fit the first level move at its speed, what does not
    /// fit but would fit the second at that one's, and so on. What is read and written again counts twice among the
    /// bytes, so that a level moves twice its size.
    pub fn roof(&self, flops: u64, bytes: u64, dtype: DType, isa: Isa, threads: usize) -> Option<Roof> {
        let compute = flops as f64 / self.peak(dtype, isa, threads)?;
        let last = self.caches.last().map(|cache| cache.level);
        let (mut memory, mut left) = (0.0, bytes as f64);
        for cache in &self.caches {
            // Every core has the nearer levels for itself; the last one is shared.
            let copies = if Some(cache.level) == last { 1 } else { threads };
            let here = left.min((2 * cache.size * copies) as f64);
            memory += here / self.bandwidth(Some(cache.level), threads)?;
            left -= here;
        }
        memory += left / self.bandwidth(None, threads)?;
        Some(Roof { compute, memory })
    }
}
