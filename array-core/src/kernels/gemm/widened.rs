//! Half-precision products: operands are widened, multiplied and summed as `f32`, and every element of the result is
//! rounded once.

use super::{Base, Gemm, Matrix, Product, Ptr};
use crate::element::Element;
use crate::storage::Buffer;

/// C = base + A·B.
///
/// # Safety
/// As [`Gemm::multiply`].
pub(super) unsafe fn multiply<T: Element>(
    product: Product<'_, T>,
    threads: usize,
    widen: impl Fn(T) -> f32,
    narrow: impl Fn(f32) -> T,
) {
    let Product { shape: [m, k, n], a, b, c, base } = product;
    let wide = |matrix: Matrix<T>, rows: usize, columns: usize| {
        let mut wide = Buffer::unspecified(rows * columns);
        for (i, row) in wide.chunks_exact_mut(columns).enumerate() {
            for (j, wide) in row.iter_mut().enumerate() {
                // SAFETY: row i and column j exist; the caller vouches for the matrices.
                *wide = widen(unsafe { *matrix.at(i, j).start() });
            }
        }
        wide
    };
    let (mut a32, mut b32) = (wide(a, m, k), wide(b, k, n));
    let mut c32 = if let Base::C = base { wide(c, m, n) } else { Buffer::unspecified(m * n) };
    let row: Vec<f32> =
        if let Base::Row(row) = base { row.iter().map(|&x| widen(x)).collect() } else { vec![] };
    let base = match base {
        Base::Zero => Base::Zero,
        Base::C => Base::C,
        Base::Row(_) => Base::Row(&row),
    };
    let matrix = |buffer: &mut Buffer<f32>, columns: usize| Matrix {
        ptr: Ptr(buffer.as_mut_ptr()),
        offset: 0,
        strides: [columns as isize, 1],
    };
    let (a, b, wide_c) = (matrix(&mut a32, k), matrix(&mut b32, n), matrix(&mut c32, n));
    // SAFETY: the three are whole buffers of their own.
    unsafe { f32::multiply(Product { shape: [m, k, n], a, b, c: wide_c, base }, threads) };
    for (i, row) in c32.chunks_exact(n).enumerate() {
        for (j, &wide) in row.iter().enumerate() {
            // SAFETY: as above; C is the caller's alone.
            unsafe { *c.at(i, j).start() = narrow(wide) };
        }
    }
}
