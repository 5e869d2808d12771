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
    let scratch = householder::apply_block_householder_on_the_left_in_place_scratch::<T>(m, block, columns);
    let mut scratch = MemBuffer::new(scratch);
    // The reflections lie below the diagonal of the first k columns. Those of a block find the columns before it as
    // the identity has them, zero in every row that they reflect (LAPACK's orgqr).
    let a = MatRef::from_column_major_slice(a, m, n);
    for first in (0..k).step_by(block).rev() {
        let size = block.min(k - first);
        householder::apply_block_householder_on_the_left_in_place_with_conj(
            a.submatrix(first, first, m - first, size),
            coefficients.submatrix(0, first, size, size),
            Conj::No,
            q.rb_mut().submatrix_mut(first, first, m - first, columns - first),
            Par::Seq,
            MemStack::new(&mut scratch),
        );
    }
}
