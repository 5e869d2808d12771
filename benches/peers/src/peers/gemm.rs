//! Crates of matrix products: they write into memory that is there.

use std::cell::RefCell;
use std::rc::Rc;

use array_core::{Array, Element, Gemm, Num, num_threads};
use candle_core::WithDType;
use faer::traits::ComplexField;
use gemmkit::{GemmScalar, MatMut, MatRef};
use ndarray::LinalgScalar;

use crate::answer::{Answer, size};

/// A stack of matrices in one piece of memory.
struct Matrices<T> {
    values: Vec<T>,
    count: usize,
    shape: [usize; 2],
    /// From row to row, from column to column.
    strides: [isize; 2],
}

impl<T: Element> Matrices<T> {
    fn new(a: &Array<T>) -> Matrices<T> {
        let [.., rows, columns] = *a.shape() else { panic!("no matrix has the shape {:?}", a.shape()) };
        let transposed = a.swapaxes(-1, -2);
        let (values, strides) = if transposed.is_contiguous() && !a.is_contiguous() {
            (transposed.to_vec(), [1, rows as isize])
        } else {
            (a.to_vec(), [columns as isize, 1])
        };
        Matrices { values, count: a.size() / (rows * columns), shape: [rows, columns], strides }
    }

    fn matrix(&self, i: usize) -> &[T] {
        let size = self.shape[0] * self.shape[1];
        &self.values[i * size..][..size]
    }
}

/// Two stacks of matrices and room for their products.
pub struct Operands<T> {
    a: Matrices<T>,
    b: Matrices<T>,
    products: Products<T>,
}

/// Where products are written, again and again.
type Products<T> = Rc<RefCell<Vec<T>>>;

impl<T: Element> Answer for Products<T> {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        Ok(self.borrow().iter().map(|x| size(*x)).collect())
    }
}

impl<T: Element> Operands<T> {
    /// The product is over the last two axes; there are as many matrices in `a` as in `b`.
    pub fn new(a: &Array<T>, b: &Array<T>) -> Operands<T> {
        let (a, b) = (Matrices::new(a), Matrices::new(b));
        assert!(a.count == b.count && a.shape[1] == b.shape[0], "operands fit each other");
        let size = a.count * a.shape[0] * b.shape[1];
        Operands { a, b, products: Rc::new(RefCell::new(vec![T::default(); size])) }
    }

    /// Calls `product` with every pair of matrices and the place for their product.
    fn each(self, product: impl Fn(Pair<'_, T>, &mut [T])) -> impl FnMut() -> Products<T> {
        let Operands { a, b, products } = self;
        let shape = [a.shape[0], a.shape[1], b.shape[1]];
        move || {
            for (i, c) in products.borrow_mut().chunks_mut(shape[0] * shape[2]).enumerate() {
                let pair = Pair {
                    shape,
                    a: a.matrix(i),
                    a_strides: a.strides,
                    b: b.matrix(i),
                    b_strides: b.strides,
                };
                product(pair, c);
            }
            Rc::clone(&products)
        }
    }
}

/// Two matrices, of shapes (m, k) and (k, n).
struct Pair<'a, T> {
    /// m, k, n.
    shape: [usize; 3],
    a: &'a [T],
    a_strides: [isize; 2],
    b: &'a [T],
    b_strides: [isize; 2],
}

/// The element types that products are compared in.
pub trait Product: Gemm + LinalgScalar + WithDType + GemmScalar + ComplexField {
    /// `sgemm` or `dgemm`.
    const MATRIXMULTIPLY: MatrixMultiply<Self>;
}
impl Product for f32 {
    const MATRIXMULTIPLY: MatrixMultiply<f32> = matrixmultiply::sgemm;
}
impl Product for f64 {
    const MATRIXMULTIPLY: MatrixMultiply<f64> = matrixmultiply::dgemm;
}

/// m, k, n, α, A and its strides, B and its strides, β, C and its strides.
#[rustfmt::skip]
type MatrixMultiply<T> = unsafe fn(
    usize, usize, usize, T, *const T, isize, isize, *const T, isize, isize, T, *mut T, isize, isize,
);

/// ndarray's engine.
pub fn matrixmultiply<T: Product>(operands: Operands<T>) -> impl FnMut() -> Products<T> {
    operands.each(|Pair { shape: [m, k, n], a, a_strides: [rsa, csa], b, b_strides: [rsb, csb] }, c| {
        let (a, b, c, rsc) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr(), n as isize);
        let (zero, one) = (<T as Num>::ZERO, <T as Num>::ONE);
        // SAFETY: the slices hold matrices of these shapes and strides, and C is borrowed for writing.
        unsafe { T::MATRIXMULTIPLY(m, k, n, one, a, rsa, csa, b, rsb, csb, zero, c, rsc, 1) }
    })
}

/// The engine of candle and burn.
pub fn gemm<T: Product>(operands: Operands<T>) -> impl FnMut() -> Products<T> {
    let threads = match num_threads() {
        1 => gemm::Parallelism::None,
        threads => gemm::Parallelism::Rayon(threads),
    };
    operands.each(move |Pair { shape: [m, k, n], a, a_strides: [rsa, csa], b, b_strides: [rsb, csb] }, c| {
        let (a, b, c, rsc) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr(), n as isize);
        let (zero, one, no) = (<T as Num>::ZERO, <T as Num>::ONE, false);
        // SAFETY: the slices hold matrices of these shapes and strides, and C is borrowed for writing.
        unsafe {
            gemm::gemm(m, n, k, c, 1, rsc, no, a, csa, rsa, b, csb, rsb, zero, one, no, no, no, threads)
        }
    })
}

/// gemmkit takes a stack in one call.
pub fn gemmkit<T: Product>(operands: Operands<T>) -> impl FnMut() -> Products<T> {
    let threads = match num_threads() {
        1 => gemmkit::Parallelism::Serial,
        threads => gemmkit::Parallelism::Rayon(threads),
    };
    let Operands { a, b, products } = operands;
    let ([m, k], n) = (a.shape, b.shape[1]);
    move || {
        let left = MatRef::new(&a.values, m, k, a.strides[0], a.strides[1]);
        let right = MatRef::new(&b.values, k, n, b.strides[0], b.strides[1]);
        let (zero, one) = (<T as Num>::ZERO, <T as Num>::ONE);
        let mut c = products.borrow_mut();
        let product = MatMut::from_row_major(&mut c, m, n);
        if a.count == 1 {
            gemmkit::gemm(one, left, right, zero, product, threads);
        } else {
            let [a_step, b_step, c_step] = [m * k, k * n, m * n].map(|size| size as isize);
            gemmkit::gemm_batched(a.count, one, left, a_step, right, b_step, zero, product, c_step, threads);
        }
        Rc::clone(&products)
    }
}

/// faer's product.
pub fn faer<T: Product>(operands: Operands<T>) -> impl FnMut() -> Products<T> {
    let threads = super::faer::threads();
    operands.each(move |Pair { shape: [m, k, n], a, a_strides, b, b_strides }, c| {
        let [a, b] = [(a, m, k, a_strides), (b, k, n, b_strides)].map(|(values, rows, columns, strides)| {
            if strides[1] == 1 {
                faer::MatRef::from_row_major_slice(values, rows, columns)
            } else {
                faer::MatRef::from_column_major_slice(values, rows, columns)
            }
        });
        let c = faer::MatMut::from_row_major_slice_mut(c, m, n);
        faer::linalg::matmul::matmul(c, faer::Accum::Replace, a, b, <T as Num>::ONE, threads);
    })
}
