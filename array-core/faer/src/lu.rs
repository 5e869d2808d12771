//! Triangular factors with partial pivoting, and what is computed from them.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::{factor, inverse, solve};
use faer::perm::PermRef;
use faer::traits::ComplexField;
use faer::{Conj, MatMut, MatRef, Par};

pub fn lu<T: ComplexField>(a: &mut [T], n: usize, permutation: &mut [usize], inverse: &mut [usize]) -> usize {
    let scratch = factor::lu_in_place_scratch::<usize, T>(n, n, Par::Seq, Default::default());
    let (info, _) = factor::lu_in_place(
        MatMut::from_column_major_slice_mut(a, n, n),
        permutation,
        inverse,
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
    info.transposition_count
}

pub fn solve_transposed<T: ComplexField>(
    lu: &[T],
    n: usize,
    [permutation, inverse]: [&[usize]; 2],
    b: &mut [T],
) {
    let lu = MatRef::from_column_major_slice(lu, n, n);
    let columns = b.len() / n;
    let scratch = solve::solve_transpose_in_place_scratch::<usize, T>(n, columns, Par::Seq);
    solve::solve_transpose_in_place_with_conj(
        lu,
        lu,
        PermRef::new_checked(permutation, inverse, n),
        Conj::No,
        MatMut::from_row_major_slice_mut(b, n, columns),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
    );
}

pub fn inverse<T: ComplexField>(lu: &[T], n: usize, [forward, backward]: [&[usize]; 2], out: &mut [T]) {
    let lu = MatRef::from_column_major_slice(lu, n, n);
    let scratch = inverse::inverse_scratch::<usize, T>(n, Par::Seq);
    inverse::inverse(
        MatMut::from_column_major_slice_mut(out, n, n),
        lu,
        lu,
        PermRef::new_checked(forward, backward, n),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
    );
}
