//! Triangular factors with partial pivoting, and what is computed from them: the steps for blocks of columns, which
//! the caller deals out.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::factor;
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_unit_lower_triangular_in_place,
    solve_unit_upper_triangular_in_place,
};
use faer::prelude::{Reborrow, ReborrowMut};
use faer::traits::{ComplexField, Conjugate};
use faer::{Accum, MatMut, MatRef, Par};

pub fn panel<T: ComplexField>(panel: &mut [T], n: usize, first: usize, exchanges: &mut [usize]) {
    let (rows, width) = (n - first, panel.len() / n);
    let scratch = factor::lu_in_place_scratch::<usize, T>(rows, width, Par::Seq, Default::default());
    let (mut permutation, mut inverse) = (vec![0; rows], vec![0; rows]);
    factor::lu_in_place(
        MatMut::from_column_major_slice_mut(panel, n, width).subrows_mut(first, rows),
        &mut permutation,
        &mut inverse,
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
    // The one sequence of exchanges, from the first row on, that brings these rows to the top.
    let mut order: Vec<usize> = (0..rows).collect();
    let mut places = order.clone();
    for (i, exchange) in exchanges.iter_mut().enumerate() {
        let place = places[permutation[i]];
        order.swap(i, place);
        places[order[place]] = place;
        *exchange = first + place;
    }
}

pub fn update<T: ComplexField>(columns: &mut [T], n: usize, first: usize, panel: &[T]) {
    let (rows, width) = (n - first, panel.len() / n);
    let panel = MatRef::from_column_major_slice(panel, n, width).subrows(first, rows);
    let (triangle, left) = panel.split_at_row(width);
    let count = columns.len() / n;
    let columns = MatMut::from_column_major_slice_mut(columns, n, count).subrows_mut(first, rows);
    let (mut top, rest) = columns.split_at_row_mut(width);
    solve_unit_lower_triangular_in_place(triangle, top.rb_mut(), Par::Seq);
    matmul(rest, Accum::Add, left, top.rb(), -T::one_impl(), Par::Seq);
}

pub fn solve_transposed<T: ComplexField + Conjugate<Canonical = T>>(lu: &[T], n: usize, columns: &mut [T]) {
    let lu = MatRef::from_column_major_slice(lu, n, n).transpose();
    let count = columns.len() / n;
    let mut columns = MatMut::from_column_major_slice_mut(columns, n, count);
    solve_lower_triangular_in_place(lu, columns.rb_mut(), Par::Seq);
    solve_unit_upper_triangular_in_place(lu, columns, Par::Seq);
}

pub fn inverse_transposed<T: ComplexField + Conjugate<Canonical = T>>(
    lu: &[T],
    n: usize,
    first: usize,
    columns: &mut [T],
) {
    let lu = MatRef::from_column_major_slice(lu, n, n).transpose();
    let count = columns.len() / n;
    columns.fill(T::zero_impl());
    let mut columns = MatMut::from_column_major_slice_mut(columns, n, count);
    let mut below = columns.rb_mut().subrows_mut(first, n - first);
    below.rb_mut().diagonal_mut().fill(T::one_impl());
    // Uᵀ is lower triangular, and so is its inverse: the rows above stay zero.
    solve_lower_triangular_in_place(lu.submatrix(first, first, n - first, n - first), below, Par::Seq);
    solve_unit_upper_triangular_in_place(lu, columns, Par::Seq);
}
