//! The one door for matrix products: C = A·B, C += A·B, or A·B plus a row, for any strides and a batch.
//!
//! `f32` and `f64` are multiplied by [`blocked`] (by [`vector`], if one operand is a vector or a few) wherever the CPU has fused
//! multiply-add; complex numbers, and floats elsewhere, by the `matrixmultiply` crate; half precision is [`widened`] to
//! `f32`; integers by plain loops, which are also the oracle of the tests. Work is cut by rows and columns of C alone,
//! and the sum over `k` is the same sequence in every part: each element of C is computed by the same operations in the
//! same order for every number of threads.

mod blocked;
pub mod engine;
mod library;
mod microkernel;
mod pack;
mod portable;
#[cfg(test)]
mod tests;
mod transpose;
mod vector;
mod widened;

use half::{bf16, f16};
use num_complex::Complex;

use self::engine::{Engine, engine};
use self::microkernel::HasMicrokernels;
use super::copy::copy;
use super::operand::{In, Out, Ptr};
use super::parallel;
use crate::dual::Dual;
use crate::element::Num;
use crate::layout::walk::Walk;
use crate::layout::{Layout, Shape, Strides};

/// So many multiply-adds are worth a thread that is awake, and so many one that has to be woken, which takes 8 µs: a
/// product of 64×64×64 in `f32`, 4.9 µs alone, takes 2.8 µs on two threads that are awake, and 12.9 if they have gone to
/// sleep.
const WORK_PER_THREAD: [usize; 2] = [1 << 17, 1 << 19];
/// From this many multiply-adds on, each product of a batch is shared among threads; smaller ones are dealt out.
const SHARED_WORK: usize = 1 << 20;

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

    fn transposed(self) -> Self {
        let [rs, cs] = self.strides;
        Matrix { strides: [cs, rs], ..self }
    }

    /// # Safety
    /// The matrix must not be empty.
    unsafe fn start(self) -> *mut T {
        // SAFETY: the first element of a non-empty matrix lies in its data.
        unsafe { self.ptr.at(self.offset) }
    }
}

/// What a product is added to.
#[derive(Debug, Clone, Copy)]
pub enum Base<'a, T> {
    /// Nothing: C = A·B.
    Zero,
    /// What is there: C += A·B.
    C,
    /// One number per column: every row of C becomes this row plus that of A·B.
    Row(&'a [T]),
}

impl<T> Base<'_, T> {
    /// What the columns from this one on are added to.
    fn at(self, column: usize) -> Self {
        match self {
            Base::Row(row) => Base::Row(&row[column..]),
            base => base,
        }
    }
}

/// One product: C = base + A·B, for A of shape (m, k) and B of shape (k, n), none of them 0.
#[derive(Debug, Clone, Copy)]
pub struct Product<'a, T> {
    shape: [usize; 3],
    a: Matrix<T>,
    b: Matrix<T>,
    c: Matrix<T>,
    base: Base<'a, T>,
}

impl<T: Copy> Product<'_, T> {
    /// Cᵀ = baseᵀ + Bᵀ·Aᵀ: the same product. The base must not be a row.
    fn transposed(self) -> Self {
        let Product { shape: [m, k, n], a, b, c, base } = self;
        Product { shape: [n, k, m], a: b.transposed(), b: a.transposed(), c: c.transposed(), base }
    }

    /// The same product with a base that is not a row: the row is written to C, to be added to there.
    ///
    /// # Safety
    /// As [`Gemm::multiply`].
    unsafe fn with_base_in_c(self) -> Self {
        let Base::Row(row) = self.base else { return self };
        for i in 0..self.shape[0] {
            for (j, &value) in row[..self.shape[2]].iter().enumerate() {
                // SAFETY: row i and column j lie in C, which is the caller's alone.
                unsafe { *self.c.at(i, j).start() = value };
            }
        }
        Product { base: Base::C, ..self }
    }
}

/// Numbers that matrices can be multiplied over.
pub trait Gemm: Num {
    /// Computes a product, on so many threads at most.
    ///
    /// # Safety
    /// The three matrices must lie in their data, no element of C may be met twice, and nobody else may read
    /// or write C or write A or B meanwhile.
    unsafe fn multiply(product: Product<'_, Self>, threads: usize);
}

/// Lists the types that have microkernels where the CPU does.
macro_rules! by_blocks {
    ($($t:ty, $function:ident;)*) => {$(
        impl Gemm for $t {
            unsafe fn multiply(product: Product<'_, Self>, threads: usize) {
                let kernels = <$t>::microkernels().filter(|_| engine() == Engine::Own);
                // SAFETY (all calls): the caller's promise; the kernels are those of this CPU.
                let Some(kernels) = kernels else {
                    // SAFETY: see above.
                    return unsafe { library::$function(product, threads) };
                };
                // SAFETY: see above.
                match unsafe { vector::few_rows(&product) } {
                    // SAFETY: see above.
                    Some(rows) => unsafe { vector::multiply(rows, threads) },
                    // SAFETY: see above.
                    None => unsafe { blocked::multiply(kernels, product, threads) },
                }
            }
        }
    )*};
}
by_blocks! {
    f32, sgemm;
    f64, dgemm;
}

/// Lists the types that `matrixmultiply` always computes.
macro_rules! by_library {
    ($($t:ty, $function:ident;)*) => {$(
        impl Gemm for $t {
            unsafe fn multiply(product: Product<'_, Self>, threads: usize) {
                // SAFETY: the caller's promise.
                unsafe { library::$function(product, threads) }
            }
        }
    )*};
}
by_library! {
    Complex<f32>, cgemm;
    Complex<f64>, zgemm;
}

impl Matrix<Dual> {
    /// The values or the tangents, which lie between each other.
    fn part(self, tangents: bool) -> Matrix<f64> {
        let Matrix { ptr, offset, strides } = self;
        Matrix {
            ptr: Ptr(ptr.0.cast()),
            offset: 2 * offset + tangents as isize,
            strides: strides.map(|s| 2 * s),
        }
    }
}

/// (A + Ȧε)·(B + Ḃε) = A·B + (A·Ḃ + Ȧ·B)ε
impl Gemm for Dual {
    unsafe fn multiply(product: Product<'_, Self>, threads: usize) {
        // SAFETY: the caller's promise.
        let Product { shape, a, b, c, base } = unsafe { product.with_base_in_c() };
        let parts = |tangents: [bool; 2], accumulate| Product {
            shape,
            a: a.part(tangents[0]),
            b: b.part(tangents[1]),
            c: c.part(tangents[0] | tangents[1]),
            base: if accumulate { Base::C } else { Base::Zero },
        };
        let accumulate = matches!(base, Base::C);
        for product in
            [parts([false, false], accumulate), parts([false, true], accumulate), parts([true, false], true)]
        {
            // SAFETY: `Dual` is two `f64`s, one after the other, so its matrices are two each, in the same data. The rest
            // is the caller's promise.
            unsafe { f64::multiply(product, threads) }
        }
    }
}

/// Lists the types that are multiplied as `f32`.
macro_rules! by_widening {
    ($($t:ident;)*) => {$(
        impl Gemm for $t {
            unsafe fn multiply(product: Product<'_, Self>, threads: usize) {
                // SAFETY: the caller's promise.
                unsafe { widened::multiply(product, threads, $t::to_f32, $t::from_f32) }
            }
        }
    )*};
}
by_widening! {
    f16;
    bf16;
}

/// Lists the types whose products are computed by plain loops, in the type that products are summed in.
macro_rules! by_portable {
    ($($t:ident via $acc:ty: $widen:expr, $narrow:expr;)*) => {$(
        impl Gemm for $t {
            unsafe fn multiply(product: Product<'_, Self>, _: usize) {
                // SAFETY: the caller's promise.
                unsafe { portable::multiply::<$t, $acc>(product, $widen, $narrow) }
            }
        }
    )*};
}
by_portable! {
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

/// `c = base + a·b`: shapes (…, m, k) · (…, k, n) → (…, m, n), with equal batch axes (stretched by strides of 0
/// where they were broadcast).
///
/// Panics if the shapes do not fit together; callers check them first, with better words.
pub fn gemm<T: Gemm>(mut c: Out<'_, T>, a: In<'_, T>, b: In<'_, T>, base: Base<'_, T>) {
    let (batch_c, [m, n], strides_c) = split_batch(c.layout());
    let (batch_a, [m_a, k], strides_a) = split_batch(a.layout());
    let (batch_b, [k_b, n_b], strides_b) = split_batch(b.layout());
    assert!(m == m_a && k == k_b && n == n_b, "the matrices do not fit together");
    assert!(batch_c == batch_a && batch_c == batch_b, "batches differ");
    if c.layout().size() == 0 {
        return;
    }
    if let Base::Row(row) = base {
        assert!(row.len() == n, "the base has as many elements as the product has columns");
    }
    if k == 0 {
        match base {
            Base::Zero => super::map::update0(c, |_| T::ZERO),
            Base::C => {}
            Base::Row(row) => {
                let mut strides = Strides::from_elem(0, c.layout().ndim());
                strides.last_mut().into_iter().for_each(|stride| *stride = 1);
                let rows = Layout::from_parts(Shape::from_slice(c.layout().shape()), strides, 0);
                copy(c, In::new(row, &rows));
            }
        }
        return;
    }
    let (ptr_c, ptr_a, ptr_b) = (c.ptr(), a.ptr(), b.ptr());
    let product = |m: usize, [c, a, b]: [isize; 3]| Product {
        shape: [m, k, n],
        a: Matrix { ptr: ptr_a, offset: a, strides: strides_a },
        b: Matrix { ptr: ptr_b, offset: b, strides: strides_b },
        c: Matrix { ptr: ptr_c, offset: c, strides: strides_c },
        base,
    };
    let threads = |work: usize| parallel::threads_for(work, WORK_PER_THREAD);
    let work = m * n * k;
    // SAFETY (all calls): `In` and `Out` have checked the extents, `Out` also that C meets no element twice.
    if batch_c.is_empty() {
        let start = [c.layout(), a.layout(), b.layout()].map(|layout| layout.offset() as isize);
        // SAFETY: see above.
        return unsafe { T::multiply(product(m, start), threads(work)) };
    }
    let batch = Walk::new([&batch_layout(c.layout()), &batch_layout(a.layout()), &batch_layout(b.layout())]);
    // Matrices that share B, and follow each other in A and C, are one tall matrix.
    let run = batch.run();
    let follows = [strides_c[0], strides_a[0]].map(|stride| m as isize * stride);
    if batch.axes().len() == 1 && run.strides == [follows[0], follows[1], 0] {
        // SAFETY: see above.
        return unsafe { T::multiply(product(m * run.len, batch.start()), threads(work * run.len)) };
    }
    if work >= SHARED_WORK {
        // SAFETY: see above.
        return for_each_offset(&batch, |offsets| unsafe { T::multiply(product(m, offsets), threads(work)) });
    }
    let threads = threads(work * batch.len());
    if threads == 1 {
        // SAFETY: see above.
        return for_each_offset(&batch, |offsets| unsafe { T::multiply(product(m, offsets), 1) });
    }
    // Many small products: each task computes some of them.
    let mut starts = Vec::with_capacity(batch.len());
    for_each_offset(&batch, |offsets| starts.push(offsets));
    let per_task = (WORK_PER_THREAD[0] / work).max(1);
    parallel::share(threads, starts.len().div_ceil(per_task), |task| {
        for &offsets in starts.iter().skip(task * per_task).take(per_task) {
            // SAFETY: see above; different products write different matrices.
            unsafe { T::multiply(product(m, offsets), 1) };
        }
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

/// The sizes of the leading axes, and shape and strides of the last two.
fn split_batch(layout: &Layout) -> (&[usize], [usize; 2], [isize; 2]) {
    let batch = layout.ndim().checked_sub(2).expect("a matrix has two axes");
    let (shape, strides) = (layout.shape(), layout.strides());
    (&shape[..batch], [shape[batch], shape[batch + 1]], [strides[batch], strides[batch + 1]])
}

/// The layout of the leading axes: of the matrices' first elements.
fn batch_layout(layout: &Layout) -> Layout {
    let batch = layout.ndim() - 2;
    let (shape, strides) = (&layout.shape()[..batch], &layout.strides()[..batch]);
    Layout::from_parts(Shape::from_slice(shape), Strides::from_slice(strides), layout.offset())
}
