//! Linear algebra: `numpy.linalg`, behind the feature `linalg`.
//!
//! The matrices are in the last two axes; other axes make stacks of them, computed one by one and in parallel where
//! that pays. Elements are `f32`, `f64` and complex numbers of either ([`Scalar`]).
//!
//! **Finite input has an answer.** Matrices near the limits of their type are scaled by powers of two before they are
//! factorised. Where the iteration of the underlying library (faer) fails, a slower one of this module takes over.
//! Values that are not finite are refused, and the error says where the first one is.
//!
//! Everything here returns a [`Result`](crate::Result), because it depends on values whether there is an answer;
//! wrong shapes are errors too. Products of vectors and matrices and the norms of vectors are methods of
//! [`Array`](crate::Array) and need no feature.
//!
//! Results are the same bits for every number of threads: work is cut by shape, for LU here and for large
//! decompositions into values and vectors by faer; the others run on one thread. faer chooses instructions for
//! itself: `ARRAY_CORE_ISA` does not govern it.

mod balance;
mod cholesky;
mod det;
mod eig;
mod eigh;
mod grading;
mod jacobi;
mod lu;
mod norm;
mod pca;
mod power;
mod qr;
mod rank;
mod rayleigh;
mod scalar;
mod schur;
mod solve;
mod stack;
mod svd;

pub use cholesky::cholesky;
pub use det::{SlogDet, det, slogdet};
pub use eig::{Eig, eig, eigvals};
pub use eigh::{Eigh, eigh, eigvalsh};
pub use norm::{MatrixNorm, matrix_norm};
pub use pca::{Pca, pca};
pub use power::matrix_power;
pub use qr::{Qr, qr, qr_complete, qr_r};
pub use rank::{Lstsq, cond, lstsq, matrix_rank, pinv};
pub use scalar::{ComplexScalar, RealScalar, Scalar};
pub use solve::{inv, solve};
pub use svd::{Svd, svd, svd_full, svdvals};
