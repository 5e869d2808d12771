//! A row times a matrix, or a few rows: as fast as the matrix can be read, so nothing is packed.
//!
//! A matrix times a column, or a few, is the transposed problem.

use super::super::isa::{Kernel, dispatch};
use super::super::parallel;
use super::super::reduce::{LANES, fold_lanes};
use super::microkernel::Fma;
use super::{Base, Matrix, Product};
use crate::element::Element;
use crate::storage::Buffer;

/// Elements of C worked on at once, so that they stay in the first-level cache.
const COLUMNS: usize = 1024;

/// So many rows at most are multiplied without packing a matrix whose columns lie along memory; with more, turning it
/// and multiplying by tiles is faster.
const FEW: usize = 5;

/// C = x·B or C += x·B for the columns of B from `first` to `end`; the rows of x follow each other.
struct Rows<'a, T> {
    x: &'a [T],
    rows: usize,
    b: Matrix<T>,
    c: Matrix<T>,
    first: usize,
    end: usize,
    accumulate: bool,
}

/// The product as that of a few rows with a matrix that lies well, turned if it is a matrix times a few columns.
///
/// # Safety
/// As [`super::Gemm::multiply`].
pub(super) unsafe fn few_rows<'a, T: Copy>(product: &Product<'a, T>) -> Option<Product<'a, T>> {
    let [m, k, n] = product.shape;
    let lies_well = |rows: usize, b: Matrix<T>| match rows {
        1 => b.strides.contains(&1),
        _ => rows <= FEW && k >= LANES && b.strides[0] == 1,
    };
    // SAFETY (both): the caller's promise.
    if lies_well(m, product.b) {
        // SAFETY: see above.
        return Some(unsafe { product.with_base_in_c() });
    }
    // SAFETY: see above.
    lies_well(n, product.a.transposed()).then(|| unsafe { product.with_base_in_c() }.transposed())
}

/// Computes what [`few_rows`] gives.
///
/// # Safety
/// As [`super::Gemm::multiply`].
pub(super) unsafe fn multiply<T: Fma + Element>(product: Product<'_, T>, threads: usize) {
    let Product { shape: [rows, k, n], a, b, c, base } = product;
    let accumulate = matches!(base, Base::C);
    let mut x = Buffer::unspecified(rows * k);
    for (i, row) in x.chunks_exact_mut(k).enumerate() {
        for (p, x) in row.iter_mut().enumerate() {
            // SAFETY: element p of row i exists.
            *x = unsafe { *a.at(i, p).start() };
        }
    }
    let x = &x[..];
    // One task per thread: what it reads of a row of B lies side by side, and the longer that is, the better it is foreseen.
    let width = n.div_ceil(threads).next_multiple_of(LANES).min(COLUMNS);
    let columns = |task: usize| {
        let (first, end) = (task * width, n.min((task + 1) * width));
        // Each task writes columns of its own.
        dispatch(Rows { x, rows, b, c, first, end, accumulate });
    };
    parallel::share(threads, n.div_ceil(width), columns);
}

impl<T: Fma + Element> Kernel for Rows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Rows { x, rows, b, c, first, end, accumulate } = self;
        let write = |i: usize, column: usize, sum: T| {
            // SAFETY: this element of C exists, and its column is this task's alone.
            let target = unsafe { &mut *c.at(i, column).start() };
            *target = if accumulate { target.add(sum) } else { sum };
        };
        if b.strides[1] != 1 || rows > 1 {
            // Columns of B lie along memory: each meets all rows while it is in cache.
            let k = x.len() / rows;
            for j in first..end {
                // SAFETY: this column of B exists.
                let column = unsafe { std::slice::from_raw_parts(b.at(0, j).start().cast_const(), k) };
                for (i, x) in x.chunks_exact(k).enumerate() {
                    write(i, j, dot(x, column));
                }
            }
            return;
        }
        // Rows of B lie side by side: add them up, each times its element of x, four in one go.
        let width = end - first;
        let mut sums = [T::default(); COLUMNS];
        let sums = &mut sums[..width];
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
        for (j, &sum) in sums.iter().enumerate() {
            write(0, first + j, sum);
        }
    }
}

/// Σ xᵢ·yᵢ in [`LANES`] partial sums, which are then added as a tree.
#[inline(always)]
fn dot<T: Fma>(x: &[T], y: &[T]) -> T {
    fold_lanes::<T, LANES, 1>(
        x.len(),
        T::default(),
        |_| (),
        #[inline(always)]
        // SAFETY: `fold_lanes` asks for positions below the length, which both have.
        |sum, i| unsafe { sum.fma(*x.get_unchecked(i), *y.get_unchecked(i)) },
        T::add,
    )
}
