//! The triangular square root of positive definite matrices.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{self, LltError};
use faer::traits::ComplexField;
use faer::{MatMut, Par};

pub fn cholesky<T: ComplexField>(a: &mut [T], n: usize) -> Result<(), usize> {
    let scratch = factor::cholesky_in_place_scratch::<T>(n, Par::Seq, Default::default());
    factor::cholesky_in_place(
        MatMut::from_column_major_slice_mut(a, n, n),
        Default::default(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map(drop)
    .map_err(|LltError::NonPositivePivot { index }| index)
}
