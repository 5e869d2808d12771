//! A row times a matrix: as fast as the matrix can be read, so nothing is packed.
//!
//! A matrix times a column is the transposed problem.

use super::super::isa::{Kernel, dispatch};
use super::super::parallel;
use super::microkernel::Fma;
use super::{Base, Matrix, Product};
use crate::element::Element;
use crate::storage::Buffer;

/// Elements of C worked on at once, so that they stay in the first-level cache.
const COLUMNS: usize = 1024;
/// Partial sums of a dot product: four vectors of the widest kind.
const LANES: usize = 64;

/// C = x·B or C += x·B for the columns of B from `first` to `end`; x is contiguous.
struct Row<'a, T> {
    x: &'a [T],
    b: Matrix<T>,
    c: Matrix<T>,
    first: usize,
    end: usize,
    accumulate: bool,
}

/// Whether one operand is a vector, and the rows or columns of the other lie side by side.
pub(super) fn is_row<T>(product: &Product<'_, T>) -> bool {
    let lies_well = |matrix: &Matrix<T>| matrix.strides.contains(&1);
    match product.shape {
        [1, _, _] => lies_well(&product.b),
        [_, _, 1] => lies_well(&product.a),
        _ => false,
    }
}

/// Computes what [`is_row`] is true for.
///
/// # Safety
/// As [`super::Gemm::multiply`].
pub(super) unsafe fn multiply<T: Fma + Element>(product: Product<'_, T>, threads: bool) {
    // SAFETY: the caller's promise.
    let product = unsafe { product.with_base_in_c() };
    let row = if product.shape[0] == 1 { product } else { product.transposed() };
    let Product { shape: [_, k, n], a, b, c, base } = row;
    let accumulate = matches!(base, Base::C);
    let mut x = Buffer::unspecified(k);
    for (p, x) in x.iter_mut().enumerate() {
        // SAFETY: element p of the row exists.
        *x = unsafe { *a.at(0, p).start() };
    }
    let x = &x[..];
    let share = if threads { n.div_ceil(4 * parallel::num_threads()).next_multiple_of(LANES) } else { n };
    let width = share.min(COLUMNS);
    let columns = |task: usize| {
        let (first, end) = (task * width, n.min((task + 1) * width));
        // Each task writes columns of its own.
        dispatch(Row { x, b, c, first, end, accumulate });
    };
    let tasks = n.div_ceil(width);
    if threads {
        parallel::for_each_task(tasks, columns);
    } else {
        (0..tasks).for_each(columns);
    }
}

impl<T: Fma + Element> Kernel for Row<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Row { x, b, c, first, end, accumulate } = self;
        let width = end - first;
        let mut sums = [T::default(); COLUMNS];
        let sums = &mut sums[..width];
        if b.strides[1] == 1 {
            // Rows of B lie side by side: add them up, each times its element of x, four in one go.
            for (p, x) in x.chunks(4).enumerate() {
                // SAFETY: these rows and columns of B exist.
                let row = |i: usize| unsafe {
                    std::slice::from_raw_parts(b.at(4 * p + i, first).start().cast_const(), width)
                };
                if let [x0, x1, x2, x3] = *x {
                    let rows = row(0).iter().zip(row(1)).zip(row(2).iter().zip(row(3)));
                    for (sum, ((&b0, &b1), (&b2, &b3))) in sums.iter_mut().zip(rows) {
                        *sum = sum.fma(x0, b0).fma(x1, b1).fma(x2, b2).fma(x3, b3);
                    }
                } else {
                    for (i, &x) in x.iter().enumerate() {
                        for (sum, &b) in sums.iter_mut().zip(row(i)) {
                            *sum = sum.fma(x, b);
                        }
                    }
                }
            }
        } else {
            // Columns of B lie side by side: each is a dot product with x.
            for (j, sum) in sums.iter_mut().enumerate() {
                // SAFETY: this column of B exists.
                let column =
                    unsafe { std::slice::from_raw_parts(b.at(0, first + j).start().cast_const(), x.len()) };
                *sum = dot(x, column);
            }
        }
        for (j, &sum) in sums.iter().enumerate() {
            // SAFETY: this column of C exists and is this task's alone.
            let target = unsafe { &mut *c.at(0, first + j).start() };
            *target = if accumulate { target.add(sum) } else { sum };
        }
    }
}

/// Σ xᵢ·yᵢ in [`LANES`] partial sums, which are then added as a tree.
#[inline(always)]
fn dot<T: Fma>(x: &[T], y: &[T]) -> T {
    let mut lanes = [T::default(); LANES];
    let (mut xs, mut ys) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    for (x, y) in (&mut xs).zip(&mut ys) {
        for (lane, (&x, &y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
            *lane = lane.fma(x, y);
        }
    }
    for (lane, (&x, &y)) in lanes.iter_mut().zip(xs.remainder().iter().zip(ys.remainder())) {
        *lane = lane.fma(x, y);
    }
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] = lanes[i].add(lanes[i + width]);
        }
        width /= 2;
    }
    lanes[0]
}
