//! The numbers networks are made of.

use array_core::io::LeBytes;
use array_core::{Element, FloatMath, Gemm};

/// A floating-point type that a network can compute in: `f32` to train, `f64` to check.
pub trait Scalar: FloatMath + Gemm + LeBytes + Element<Sum = Self, Mean = Self, Magnitude = Self> {}

impl<T: FloatMath + Gemm + LeBytes + Element<Sum = T, Mean = T, Magnitude = T>> Scalar for T {}
