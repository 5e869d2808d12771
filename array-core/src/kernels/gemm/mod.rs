//! The one door for matrix products: C = A·B or C += A·B, for any strides and a batch.
//!
//! Work is cut into fixed panels of C; the sum over `k` is never split. So each element of C is computed by
//! the same instructions in the same order for every number of threads.

mod portable;

use half::{bf16, f16};
use num_complex::Complex;

use super::operand::{In, Out, Ptr};
use super::parallel;
use crate::element::Num;
use crate::layout::walk::Walk;
use crate::layout::{Layout, Shape, Strides};

/// Rows and columns of the panels of C that tasks compute.
const PANEL: [usize; 2] = [128, 512];
/// From this many multiply-adds on, a product is worth waking threads for.
const PARALLEL_WORK: usize = 1 << 21;

/// A matrix in memory: where it starts, and the strides between rows and between columns.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<T> {
    ptr: Ptr<T>,
    offset: isize,
    strides: [isize; 2],
}

impl<T> Matrix<T> {
    /// The part that starts at this row and column.
    fn at(self, row: usize, column: usize) -> Self {
        let [rs, cs] = self.strides;
        Matrix { offset: self.offset + row as isize * rs + column as isize * cs, ..self }
    }

    /// # Safety
    /// The matrix must not be empty.
    unsafe fn start(self) -> *mut T {
        // SAFETY: the first element of a non-empty matrix lies in its data.
        unsafe { self.ptr.at(self.offset) }
    }
}

/// Numbers that matrices can be multiplied over.
pub trait Gemm: Num {
    /// C = A·B, or C += A·B if `accumulate`, for A of shape (m, k) and B of shape (k, n), none of them 0.
    ///
    /// # Safety
    /// The three matrices must lie in their data, no element of C may be met twice, and nobody else may read
    /// or write C or write A or B meanwhile.
    unsafe fn multiply(
        shape: [usize; 3],
        a: Matrix<Self>,
        b: Matrix<Self>,
        c: Matrix<Self>,
        accumulate: bool,
    );
}

/// Lists the types whose products are computed by the `matrixmultiply` crate.
macro_rules! by_matrixmultiply {
    ($($t:ty, $function:ident, $cast:ty, [$($flags:expr),*], $one:expr, $zero:expr;)*) => {$(
        impl Gemm for $t {
            unsafe fn multiply(
                [m, k, n]: [usize; 3],
                a: Matrix<Self>,
                b: Matrix<Self>,
                c: Matrix<Self>,
                accumulate: bool,
            ) {
                let beta = if accumulate { $one } else { $zero };
                // SAFETY: the caller's promise; with β = 0 `matrixmultiply` writes C without reading it. The
                // casts turn `Complex<T>` into `[T; 2]`, which it is, being `repr(C)`.
                unsafe {
                    matrixmultiply::$function(
                        $($flags,)* m, k, n, $one,
                        a.start().cast::<$cast>(), a.strides[0], a.strides[1],
                        b.start().cast::<$cast>(), b.strides[0], b.strides[1],
                        beta,
                        c.start().cast::<$cast>(), c.strides[0], c.strides[1],
                    );
                }
            }
        }
    )*};
}

use matrixmultiply::CGemmOption::Standard;
by_matrixmultiply! {
    f32, sgemm, f32, [], 1.0, 0.0;
    f64, dgemm, f64, [], 1.0, 0.0;
    Complex<f32>, cgemm, [f32; 2], [Standard, Standard], [1.0, 0.0], [0.0, 0.0];
    Complex<f64>, zgemm, [f64; 2], [Standard, Standard], [1.0, 0.0], [0.0, 0.0];
}

/// Lists the types whose products are computed by plain loops, in the type that products are summed in.
macro_rules! by_portable {
    ($($t:ident via $acc:ty: $widen:expr, $narrow:expr;)*) => {$(
        impl Gemm for $t {
            unsafe fn multiply(
                shape: [usize; 3],
                a: Matrix<Self>,
                b: Matrix<Self>,
                c: Matrix<Self>,
                accumulate: bool,
            ) {
                // SAFETY: the caller's promise.
                unsafe { portable::multiply::<$t, $acc>(shape, a, b, c, accumulate, $widen, $narrow) }
            }
        }
    )*};
}
by_portable! {
    f16 via f32: f16::to_f32, f16::from_f32;
    bf16 via f32: bf16::to_f32, bf16::from_f32;
    i64 via i64: |x| x, |x| x;
    i32 via i32: |x| x, |x| x;
    i16 via i16: |x| x, |x| x;
    i8 via i8: |x| x, |x| x;
    u64 via u64: |x| x, |x| x;
    u32 via u32: |x| x, |x| x;
    u16 via u16: |x| x, |x| x;
    u8 via u8: |x| x, |x| x;
    usize via usize: |x| x, |x| x;
}

/// `c = a·b`, or `c += a·b` if `accumulate`: shapes (…, m, k) · (…, k, n) → (…, m, n), with equal batch axes
/// (stretched by strides of 0 where they were broadcast).
///
/// Panics if the shapes do not fit together; callers check them first, with better words.
pub fn gemm<T: Gemm>(mut c: Out<'_, T>, a: In<'_, T>, b: In<'_, T>, accumulate: bool) {
    let (batch_c, [m, n], strides_c) = split_batch(c.layout());
    let (batch_a, [m_a, k], strides_a) = split_batch(a.layout());
    let (batch_b, [k_b, n_b], strides_b) = split_batch(b.layout());
    assert!(m == m_a && k == k_b && n == n_b, "the matrices do not fit together");
    assert!(batch_c.shape() == batch_a.shape() && batch_c.shape() == batch_b.shape(), "batches differ");

    let batch = Walk::new([&batch_c, &batch_a, &batch_b]);
    let (ptr_c, ptr_a, ptr_b) = (c.ptr(), a.ptr(), b.ptr());
    if m == 0 || n == 0 || batch.len() == 0 {
        return;
    }
    if k == 0 {
        if !accumulate {
            super::map::update0(c, |_| T::ZERO);
        }
        return;
    }
    let matrices = |[c, a, b]: [isize; 3]| {
        (
            Matrix { ptr: ptr_a, offset: a, strides: strides_a },
            Matrix { ptr: ptr_b, offset: b, strides: strides_b },
            Matrix { ptr: ptr_c, offset: c, strides: strides_c },
        )
    };
    if m * n * k * batch.len() < PARALLEL_WORK {
        for_each_offset(&batch, |offsets| {
            let (a, b, c) = matrices(offsets);
            // SAFETY: `In` and `Out` have checked the extents, `Out` also that C meets no element twice.
            unsafe { T::multiply([m, k, n], a, b, c, accumulate) }
        });
        return;
    }
    let mut starts = Vec::with_capacity(batch.len());
    for_each_offset(&batch, |offsets| starts.push(offsets));
    let panels = [m.div_ceil(PANEL[0]), n.div_ceil(PANEL[1])];
    parallel::for_each_task(starts.len() * panels[0] * panels[1], |task| {
        let (a, b, c) = matrices(starts[task / (panels[0] * panels[1])]);
        let row = task / panels[1] % panels[0] * PANEL[0];
        let column = task % panels[1] * PANEL[1];
        let shape = [PANEL[0].min(m - row), k, PANEL[1].min(n - column)];
        // SAFETY: as above; panels of C do not overlap.
        unsafe { T::multiply(shape, a.at(row, 0), b.at(0, column), c.at(row, column), accumulate) }
    });
}

/// Calls `f` with every element's offsets, not only with every run's.
fn for_each_offset(walk: &Walk<3>, mut f: impl FnMut([isize; 3])) {
    let run = walk.run();
    walk.for_each_run(|start| {
        for i in 0..run.len as isize {
            f(std::array::from_fn(|operand| start[operand] + i * run.strides[operand]));
        }
    });
}

/// The layout of the leading axes, and shape and strides of the last two.
fn split_batch(layout: &Layout) -> (Layout, [usize; 2], [isize; 2]) {
    let batch = layout.ndim().checked_sub(2).expect("a matrix has two axes");
    let (shape, strides) = (layout.shape(), layout.strides());
    let (outer_shape, outer_strides) =
        (Shape::from_slice(&shape[..batch]), Strides::from_slice(&strides[..batch]));
    (
        Layout::from_parts(outer_shape, outer_strides, layout.offset()),
        [shape[batch], shape[batch + 1]],
        [strides[batch], strides[batch + 1]],
    )
}
