//! Stacks of matrices: the last two axes of an array are matrices, the others their places.

use array_core_faer::PARALLEL_SIDE;

use super::scalar::{RealScalar, Scalar};
use crate::array::Array;
use crate::element::{Element, Float, Num};
use crate::error::{Error, Result};
use crate::kernels::parallel::{for_each_chunk, install};
use crate::layout::Shape;

/// From this many multiply-adds on, the matrices of a stack are dealt out to threads.
const PARALLEL_WORK: usize = 1 << 20;

/// Matrices of one shape, one after the other, each row-major.
pub struct Stack<T: Element> {
    op: &'static str,
    array: Array<T>,
    /// The sizes of the axes before the last two.
    pub batch: Shape,
    pub rows: usize,
    pub columns: usize,
}

impl<T: Scalar> Stack<T> {
    pub fn new(op: &'static str, a: &Array<T>) -> Result<Stack<T>> {
        let [batch @ .., rows, columns] = a.shape() else {
            let message = format!("shape {:?} has no matrices: they need two axes", a.shape());
            return Err(Error::Value { op, message });
        };
        let (rows, columns) = (*rows, *columns);
        Ok(Stack { op, array: a.contiguous(), batch: batch.into(), rows, columns })
    }

    /// As [`Stack::new`], for matrices that must be square.
    pub fn square(op: &'static str, a: &Array<T>) -> Result<Stack<T>> {
        let stack = Stack::new(op, a)?;
        if stack.rows != stack.columns {
            return Err(Error::NotSquare { op, shape: a.shape().to_vec() });
        }
        Ok(stack)
    }

    /// The lesser side of the matrices.
    pub fn side(&self) -> usize {
        self.rows.min(self.columns)
    }

    /// How many matrices there are.
    pub fn count(&self) -> usize {
        self.batch.iter().product()
    }

    /// Matrix `i`, row-major.
    pub fn matrix(&self, i: usize) -> &[T] {
        let size = self.rows * self.columns;
        &self.array.as_slice().unwrap_or_default()[i * size..][..size]
    }

    /// Matrix `i`, column-major.
    pub fn column_major(&self, i: usize) -> Vec<T> {
        transposed(self.matrix(i), self.rows, self.columns)
    }

    /// An array for results of this shape per matrix.
    pub fn results<O: Element>(&self, tail: &[usize]) -> Result<Array<O>> {
        let shape: Shape = self.batch.iter().chain(tail).copied().collect();
        Array::try_empty(&shape[..])
    }

    /// The place of matrix `i`.
    pub fn place(&self, i: usize) -> Vec<usize> {
        unravel(i, &self.batch)
    }

    /// The exponent to scale matrix `i` by, as [`scale_of`] gives it.
    ///
    /// # Errors
    /// If a value is not finite.
    pub fn scale(&self, i: usize) -> Result<i32> {
        scale_of(self.matrix(i)).ok_or_else(|| self.not_finite(i, |_, _| true))
    }

    /// The error that matrix `i` has a value that is not finite, among those whose row and column are read.
    pub fn not_finite(&self, i: usize, is_read: impl Fn(usize, usize) -> bool) -> Error {
        let (values, columns) = (self.matrix(i), self.columns.max(1));
        let is_bad = |&at: &usize| is_read(at / columns, at % columns) && !are_finite(&values[at..=at]);
        let at = (0..values.len()).find(is_bad).unwrap_or_default();
        let mut index = self.place(i);
        index.extend([at / columns, at % columns]);
        let shape = self.array.shape().to_vec();
        Error::NonFinite { op: self.op, index, shape, value: format!("{:?}", values[at]) }
    }

    /// Computes one result per matrix; `jobs` are the places for them. The first matrix that fails decides the error.
    pub fn for_each<J: Send>(
        &self,
        jobs: Vec<J>,
        f: impl Fn(usize, &mut J) -> Result<()> + Sync,
    ) -> Result<()> {
        let mut jobs: Vec<(J, Result<()>)> = jobs.into_iter().map(|job| (job, Ok(()))).collect();
        let work = jobs.len() * self.rows * self.columns * self.side();
        let together = if work < PARALLEL_WORK { jobs.len() } else { 1 };
        for_each_chunk(&mut jobs, together, |chunk, jobs| {
            for (j, (job, result)) in jobs.iter_mut().enumerate() {
                *result = f(chunk * together + j, job);
            }
        });
        jobs.into_iter().try_for_each(|(_, result)| result)
    }
}

/// Calls one of faer's functions that uses threads for matrices of some size; this one's lesser side is given.
pub fn with_threads<R: Send>(side: usize, f: impl FnOnce() -> R + Send) -> R {
    if side < PARALLEL_SIDE { f() } else { install(f) }
}

/// The part of every matrix's result.
pub fn parts<O: Element>(results: &mut Array<O>, count: usize) -> Vec<&mut [O]> {
    let mut rest = results.as_mut_slice().unwrap_or_default();
    let size = rest.len() / count.max(1);
    let mut next = || rest.split_off_mut(..size).unwrap_or_default();
    (0..count).map(|_| next()).collect()
}

/// The transpose of a row-major matrix.
pub fn transposed<T: Copy>(values: &[T], rows: usize, columns: usize) -> Vec<T> {
    // In squares that fit the nearest cache.
    const SQUARE: usize = 16;
    let mut result = values.to_vec();
    for i in (0..rows).step_by(SQUARE) {
        for j in (0..columns).step_by(SQUARE) {
            for i in i..rows.min(i + SQUARE) {
                for j in j..columns.min(j + SQUARE) {
                    result[j * rows + i] = values[i * columns + j];
                }
            }
        }
    }
    result
}

/// The index of element `i` of this shape in row-major order.
fn unravel(mut i: usize, shape: &[usize]) -> Vec<usize> {
    let mut index: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&n| {
            let at = i % n;
            i /= n;
            at
        })
        .collect();
    index.reverse();
    index
}

/// The power of two that values must be divided by so that neither their squares overflow nor the squares of all
/// that matter underflow; 0, which changes nothing, for nearly all matrices. `None` if a value is not finite.
pub fn scale_of<T: Scalar>(values: &[T]) -> Option<i32> {
    // Looked at twice while they are in the nearest cache.
    const PIECE: usize = 1024;
    let mut greatest = T::Real::ZERO;
    for piece in values.chunks(PIECE) {
        if !are_finite(piece) {
            return None;
        }
        greatest = larger(greatest, greatest_height(piece));
    }
    let exponent = greatest.exponent();
    // √tiny/ε, as LAPACK's drivers have it.
    let bound = (T::Real::TINY.exponent() / 2 - T::Real::EPSILON.exponent()).abs();
    Some(if i32::abs(exponent) > bound { exponent } else { 0 })
}

/// The greatest height of values, 0 if there are none.
pub fn greatest_height<T: Scalar>(values: &[T]) -> T::Real {
    // In lanes: a single maximum waits for each comparison in turn.
    const LANES: usize = 16;
    let mut lanes = [T::Real::ZERO; LANES];
    for values in values.chunks(LANES) {
        lanes.iter_mut().zip(values).for_each(|(lane, value)| *lane = larger(*lane, value.height()));
    }
    lanes.into_iter().fold(T::Real::ZERO, larger)
}

/// The larger of two numbers; what is not a number is not larger.
pub fn larger<R: RealScalar>(a: R, b: R) -> R {
    if b > a { b } else { a }
}

/// Divides values by 2^exponent.
pub fn rescale<T: Scalar>(values: &mut [T], exponent: i32) {
    if exponent != 0 {
        values.iter_mut().for_each(|value| *value = value.times_power_of_two(-exponent));
    }
}

/// Whether all values are finite.
pub fn are_finite<T: Scalar>(values: &[T]) -> bool {
    // A piece at a time without branches.
    values.chunks(64).all(|piece| piece.iter().fold(true, |finite, value| finite & value.has_finite_parts()))
}
