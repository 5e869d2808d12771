//! The numbers networks are made of.

use array_core::io::LeBytes;
use array_core::{Element, Float, Gemm, Math};

/// A floating-point type that a network can compute in: `f32` to train, `f64` to check.
pub trait Scalar: Float + Math + Gemm + LeBytes + Element<Sum = Self, Mean = Self> {}

impl<T: Float + Math + Gemm + LeBytes + Element<Sum = T, Mean = T>> Scalar for T {}
