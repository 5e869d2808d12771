//! Eigenvalues of general matrices.

use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::evd::schur::SchurParams;
use faer::linalg::evd::{self, ComputeEigenvectors, EvdParams};
use faer::traits::{ComplexField, RealField};
use faer::{Auto, MatMut, MatRef, Par, Spec};
use num_complex::Complex;

use crate::NoConvergence;

/// Small bulges are chased from this side on: faer's own bound is 75, where it is later than it pays.
const BULGES_SIDE: usize = 50;

fn params<T: ComplexField>() -> Spec<EvdParams, T> {
    let schur = SchurParams { blocking_threshold: BULGES_SIDE, ..Auto::<T>::auto() };
    EvdParams { schur, ..Auto::<T>::auto() }.into()
}

fn scratch<T: ComplexField>(n: usize, vectors: bool) -> StackReq {
    let (no, yes) = (ComputeEigenvectors::No, ComputeEigenvectors::Yes);
    evd::evd_scratch::<T>(n, no, if vectors { yes } else { no }, Par::Seq, params::<T>())
}

pub fn eig_real<T: RealField + Copy>(
    a: &[T],
    n: usize,
    w: &mut [Complex<T>],
    v: Option<&mut [Complex<T>]>,
) -> Result<(), NoConvergence> {
    // What the iteration does not reach keeps this value.
    let (mut re, mut im) = (vec![T::nan_impl(); n], vec![T::nan_impl(); n]);
    let mut vectors = vec![T::zero_impl(); if v.is_some() { n * n } else { 0 }];
    evd::evd_real(
        MatRef::from_column_major_slice(a, n, n),
        DiagMut::from_slice_mut(&mut re),
        DiagMut::from_slice_mut(&mut im),
        None,
        v.is_some().then(|| MatMut::from_column_major_slice_mut(&mut vectors, n, n)),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch::<T>(n, v.is_some()))),
        params(),
    )
    .map_err(|_| NoConvergence)?;
    for (w, (&re, &im)) in w.iter_mut().zip(re.iter().zip(&im)) {
        *w = Complex::new(re, im);
    }
    if let Some(v) = v {
        unpack(&vectors, &im, v);
    }
    Ok(())
}

/// A conjugate pair shares two columns, the real and the imaginary part of the first one's vector; `im` are the
/// imaginary parts of the eigenvalues.
fn unpack<T: RealField + Copy>(packed: &[T], im: &[T], v: &mut [Complex<T>]) {
    let n = im.len();
    let zero = T::zero_impl();
    let mut columns = packed.chunks_exact(n).zip(v.chunks_exact_mut(n)).zip(im);
    while let Some(((first, v), im)) = columns.next() {
        let pair = if *im == zero { None } else { columns.next() };
        match pair {
            None => v.iter_mut().zip(first).for_each(|(v, &re)| *v = Complex::new(re, zero)),
            Some(((second, conjugate), _)) => {
                for (i, (&re, &im)) in first.iter().zip(second).enumerate() {
                    v[i] = Complex::new(re, im);
                    conjugate[i] = Complex::new(re, zero - im);
                }
            }
        }
    }
}

pub fn eig_complex<T: RealField + Copy>(
    a: &[Complex<T>],
    n: usize,
    w: &mut [Complex<T>],
    v: Option<&mut [Complex<T>]>,
) -> Result<(), NoConvergence> {
    w.fill(Complex::new(T::nan_impl(), T::nan_impl()));
    let scratch = scratch::<Complex<T>>(n, v.is_some());
    evd::evd_cplx(
        MatRef::from_column_major_slice(a, n, n),
        DiagMut::from_slice_mut(w),
        None,
        v.map(|v| MatMut::from_column_major_slice_mut(v, n, n)),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params(),
    )
    .map_err(|_| NoConvergence)
}
