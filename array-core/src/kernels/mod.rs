//! The loops: slices, strides and offsets in, numbers out. No `Array` is known here.
//!
//! This is the fenced area for `unsafe`. Every public kernel checks its operands' extents against their
//! slices once, at the door; the loops behind it then need no check per element.

#![allow(unsafe_code)]

pub mod compress;
pub mod conv;
pub mod copy;
pub mod dot;
mod forced;
pub mod gather;
pub mod gemm;
pub mod guarded;
mod helpers;
pub mod isa;
pub mod map;
#[cfg(feature = "memmap")]
pub mod mapped;
pub mod math;
pub mod operand;
pub mod parallel;
pub mod pool;
pub mod position;
mod prefetch;
pub mod probe;
pub mod reduce;
pub mod region;
pub mod rows;
pub mod scan;
pub mod sort;
mod stream;
#[cfg(target_arch = "x86_64")]
mod vector;
pub mod zip;
