//! Singular values.

use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{self, ComputeSvdVectors, SvdParams};
use faer::traits::ComplexField;
use faer::traits::ext::ComplexFieldExt;
use faer::{Auto, MatMut, MatRef};

use crate::{NoConvergence, par};

pub fn svd<T: ComplexField>(
    a: &[T],
    [m, n]: [usize; 2],
    s: &mut [T::Real],
    u: Option<&mut [T]>,
    v: Option<&mut [T]>,
) -> Result<(), NoConvergence> {
    let par = par(m.min(n));
    let mut params: SvdParams = Auto::<T>::auto();
    // What is divided at all is divided further: QR steps on small parts are the slower way.
    if m.min(n) >= params.recursion_threshold {
        params.recursion_threshold = 32;
    }
    let vectors = |vectors: &Option<&mut [T]>, rows: usize| match vectors {
        None => ComputeSvdVectors::No,
        Some(values) if values.len() == rows * m.min(n) => ComputeSvdVectors::Thin,
        Some(_) => ComputeSvdVectors::Full,
    };
    let scratch = svd::svd_scratch::<T>(m, n, vectors(&u, m), vectors(&v, n), par, params.into());
    // Singular values of complex matrices come as complex numbers.
    let mut values = vec![T::zero(); m.min(n)];
    let columns = |values, rows| {
        let values: &mut [T] = values;
        let columns = values.len() / rows;
        MatMut::from_column_major_slice_mut(values, rows, columns)
    };
    svd::svd(
        MatRef::from_column_major_slice(a, m, n),
        DiagMut::from_slice_mut(&mut values),
        u.map(|u| columns(u, m)),
        v.map(|v| columns(v, n)),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params.into(),
    )
    .map_err(|_| NoConvergence)?;
    for (s, value) in s.iter_mut().zip(&values) {
        *s = value.real();
    }
    Ok(())
}
