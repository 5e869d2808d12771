//! Eigenvalues of Hermitian matrices.

use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{self, ComputeEigenvectors};
use faer::traits::ComplexField;
use faer::traits::ext::ComplexFieldExt;
use faer::{MatMut, MatRef};

use crate::{NoConvergence, par};

pub fn eigh<T: ComplexField>(
    a: &[T],
    n: usize,
    w: &mut [T::Real],
    v: Option<&mut [T]>,
) -> Result<(), NoConvergence> {
    let par = par(n);
    let vectors = if v.is_some() { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No };
    let scratch = evd::self_adjoint_evd_scratch::<T>(n, vectors, par, Default::default());
    let mut values = vec![T::zero(); n];
    evd::self_adjoint_evd(
        MatRef::from_column_major_slice(a, n, n),
        DiagMut::from_slice_mut(&mut values),
        v.map(|v| MatMut::from_column_major_slice_mut(v, n, n)),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .map_err(|_| NoConvergence)?;
    for (w, value) in w.iter_mut().zip(&values) {
        *w = value.real();
    }
    Ok(())
}
