//! Orthogonal times triangular.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::{householder, qr::no_pivoting::factor};
use faer::prelude::ReborrowMut;
use faer::traits::ComplexField;
use faer::{Conj, Mat, MatMut, MatRef, Par};

pub fn qr<T: ComplexField>(a: &mut [T], [m, n]: [usize; 2], q: Option<&mut [T]>) {
    let k = m.min(n);
    let block = factor::recommended_block_size::<T>(m, n);
    let mut coefficients = Mat::zeros(block, k);
    let scratch = factor::qr_in_place_scratch::<T>(m, n, block, Par::Seq, Default::default());
    factor::qr_in_place(
        MatMut::from_column_major_slice_mut(a, m, n),
        coefficients.as_mut(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
    let Some(q) = q else { return };
    let columns = q.len() / m;
    let mut q = MatMut::from_column_major_slice_mut(q, m, columns);
    q.fill(T::zero_impl());
    q.rb_mut().diagonal_mut().fill(T::one_impl());
    let scratch =
        householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<T>(m, block, columns);
    // The reflections lie below the diagonal of the first k columns.
    householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
        MatRef::from_column_major_slice(a, m, n).subcols(0, k),
        coefficients.as_ref(),
        Conj::No,
        q,
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
    );
}
