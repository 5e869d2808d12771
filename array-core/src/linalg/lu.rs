//! Triangular factors with partial pivoting: what solving, inverting and determinants share.

use std::sync::{Mutex, PoisonError};

use super::scalar::{RealScalar, Scalar};
use super::stack::{Stack, are_finite, rescale, transposed};
use crate::element::Field;
use crate::error::{Error, Result};
use crate::kernels::parallel::for_each_chunk;

/// How many columns are eliminated at a time.
const BLOCK: usize = 128;
/// From this side on, the blocks of a matrix are dealt out to threads.
const PARALLEL_SIDE: usize = 2 * BLOCK;

/// P·Aᵀ = L·U of one matrix divided by 2^exponent: a row-major matrix is its own transpose, column-major.
pub struct Lu<T> {
    pub n: usize,
    /// L, whose diagonal is 1, below U; column-major.
    factors: Vec<T>,
    /// The row that each row was exchanged with, one after the other.
    exchanges: Vec<usize>,
    pub exponent: i32,
}

impl<T: Scalar> Lu<T> {
    /// The factors of matrix `i`.
    ///
    /// # Errors
    /// If a value is not finite.
    pub fn of(stack: &Stack<T>, i: usize) -> Result<Lu<T>> {
        let n = stack.rows;
        let exponent = stack.scale(i)?;
        let mut factors = stack.matrix(i).to_vec();
        rescale(&mut factors, exponent);
        let mut lu = Lu { n, factors, exchanges: vec![0; n], exponent };
        if n > 0 {
            lu.factorise();
        }
        if lu.has_tiny_pivot() && lu.zero_pivot().is_none() && !are_finite(&lu.factors) {
            lu.factors.copy_from_slice(stack.matrix(i));
            rescale(&mut lu.factors, exponent);
            lu.eliminate();
        }
        Ok(lu)
    }

    /// Elimination a block of columns at a time, which all blocks right of it follow at once. The first of those is
    /// the next, and whoever updates it eliminates in it too, so that nobody waits for that.
    fn factorise(&mut self) {
        let n = self.n;
        let Lu { factors, exchanges, .. } = self;
        T::lu_panel(&mut factors[..n * n.min(BLOCK)], n, 0, &mut exchanges[..n.min(BLOCK)]);
        for first in (0..n).step_by(BLOCK) {
            let next = n.min(first + BLOCK);
            let (done, rest) = factors.split_at_mut(next * n);
            let panel = &done[first * n..];
            let (known, unknown) = exchanges.split_at_mut(next);
            let known = &known[first..];
            let unknown = Mutex::new(&mut unknown[..BLOCK.min(n - next)]);
            for_each_block(n, rest, |i, columns| {
                columns.chunks_exact_mut(n).for_each(|column| exchange(column, first, known));
                T::lu_update(columns, n, first, panel);
                if i == 0 {
                    let mut exchanges = unknown.lock().unwrap_or_else(PoisonError::into_inner);
                    T::lu_panel(columns, n, next, &mut exchanges);
                }
            });
        }
        // The exchanges of later steps, in the columns of those before.
        for_each_block(n, factors, |i, columns| {
            let next = n.min((i + 1) * BLOCK);
            columns.chunks_exact_mut(n).for_each(|column| exchange(column, next, &exchanges[next..]));
        });
    }

    /// Elimination column by column, dividing by pivots.
    fn eliminate(&mut self) {
        let n = self.n;
        (0..n).for_each(|i| self.exchanges[i] = i);
        for k in 0..n {
            let column = &self.factors[k * n..][..n];
            let largest =
                |best: usize, i: usize| if column[i].height() > column[best].height() { i } else { best };
            let pivot = (k + 1..n).fold(k, largest);
            if column[pivot] == T::ZERO {
                return;
            }
            if pivot != k {
                self.exchanges[k] = pivot;
                (0..n).for_each(|j| self.factors.swap(j * n + k, j * n + pivot));
            }
            for i in k + 1..n {
                self.factors[k * n + i] = Field::div(self.factors[k * n + i], self.factors[k * n + k]);
            }
            for j in k + 1..n {
                let above = self.factors[j * n + k];
                for i in k + 1..n {
                    let product = self.factors[k * n + i] * above;
                    self.factors[j * n + i] -= product;
                }
            }
        }
    }

    /// The first step at which elimination meets a column of zeros: that row of A is a combination of those before.
    pub fn zero_pivot(&self) -> Option<usize> {
        self.diagonal().position(|pivot| pivot == T::ZERO)
    }

    /// Whether there is a pivot whose reciprocal, by which faer multiplies, may overflow: that of a complex number is
    /// computed from its square.
    fn has_tiny_pivot(&self) -> bool {
        let limit = T::Real::TINY.exponent() / 2;
        self.diagonal().any(|pivot| pivot.height().exponent() <= limit)
    }

    fn diagonal(&self) -> impl Iterator<Item = T> {
        self.factors.iter().step_by(self.n + 1).copied()
    }

    /// # Errors
    /// If the matrix, number `i` of the stack, has no inverse.
    pub fn regular(self, op: &'static str, stack: &Stack<T>, i: usize) -> Result<Lu<T>> {
        match self.zero_pivot() {
            None => Ok(self),
            Some(pivot) => Err(Error::Singular { op, pivot, batch: stack.place(i) }),
        }
    }

    /// A·X = B with X in place of B, row-major.
    pub fn solve(&self, b: &mut [T]) {
        if b.is_empty() {
            return;
        }
        let n = self.n;
        let mut columns = transposed(b, n, b.len() / n);
        let divides = self.has_tiny_pivot();
        for_each_block(n, &mut columns, |_, columns| {
            if divides {
                columns.chunks_exact_mut(n).for_each(|column| self.substitute(column));
            } else {
                T::lu_solve_transposed(&self.factors, n, columns);
            }
            self.exchange_back(columns);
        });
        rescale(&mut columns, self.exponent);
        b.copy_from_slice(&transposed(&columns, b.len() / n, n));
    }

    /// A⁻¹, column-major.
    pub fn invert(&self, inverse: &mut [T]) {
        let divides = self.has_tiny_pivot();
        for_each_block(self.n, inverse, |i, columns| {
            if divides {
                columns.fill(T::ZERO);
                for (j, column) in columns.chunks_exact_mut(self.n).enumerate() {
                    column[i * BLOCK + j] = T::ONE;
                    self.substitute(column);
                }
            } else {
                T::lu_inverse_transposed(&self.factors, self.n, i * BLOCK, columns);
            }
            self.exchange_back(columns);
            rescale(columns, self.exponent);
        });
    }

    /// (L·U)ᵀ·x = b with x in place of b, dividing by pivots.
    fn substitute(&self, x: &mut [T]) {
        let n = self.n;
        for (i, column) in self.factors.chunks_exact(n).enumerate() {
            let sum = column[..i].iter().zip(&x[..i]).fold(x[i], |sum, (&u, &x)| sum - u * x);
            x[i] = Field::div(sum, column[i]);
        }
        for (i, column) in self.factors.chunks_exact(n).enumerate().rev() {
            x[i] = column[i + 1..].iter().zip(&x[i + 1..]).fold(x[i], |sum, (&l, &x)| sum - l * x);
        }
    }

    /// Pᵀ times columns.
    fn exchange_back(&self, columns: &mut [T]) {
        for column in columns.chunks_exact_mut(self.n) {
            self.exchanges.iter().enumerate().rev().for_each(|(i, &with)| column.swap(i, with));
        }
    }

    /// The determinant as m·2^e, with m of moderate size.
    pub fn determinant(&self) -> (T, i64) {
        let exchanged = self.exchanges.iter().enumerate().filter(|&(i, &with)| i != with).count();
        let mut product = if exchanged % 2 == 1 { -T::ONE } else { T::ONE };
        let mut exponent = self.n as i64 * i64::from(self.exponent);
        for pivot in self.diagonal() {
            if pivot == T::ZERO {
                return (T::ZERO, 0);
            }
            let shift = pivot.height().exponent();
            product *= pivot.times_power_of_two(-shift);
            let excess = product.height().exponent();
            product = product.times_power_of_two(-excess);
            exponent += i64::from(shift) + i64::from(excess);
        }
        (product, exponent)
    }
}

/// Exchanges rows of a column, from the first one on, each with the row that is given for it.
fn exchange<T>(column: &mut [T], first: usize, exchanges: &[usize]) {
    exchanges.iter().enumerate().for_each(|(i, &with)| column.swap(first + i, with));
}

/// Calls `task(i, block)` for every block of columns of n rows, on several threads if there is enough to do.
fn for_each_block<T: Scalar>(n: usize, columns: &mut [T], task: impl Fn(usize, &mut [T]) + Sync) {
    if columns.is_empty() {
        return;
    }
    if n < PARALLEL_SIDE {
        columns.chunks_mut(n * BLOCK).enumerate().for_each(|(i, block)| task(i, block));
    } else {
        for_each_chunk(columns, n * BLOCK, task);
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex;

    use super::super::{inv, solve};
    use crate::array::Array;
    use crate::element::Field;

    #[test]
    fn pivots_without_a_reciprocal_divide() {
        // A·x = (1, 2·tiny, 1) for x = 1. Aᵀ has the pivot tiny, and a row below it.
        fn check<T: super::Scalar>(tiny: T) {
            let (one, zero) = (T::ONE, T::ZERO);
            let a = Array::from_vec([one, zero, zero, zero, tiny, tiny, zero, zero, one], [3, 3]);
            let x = solve(&a, &Array::from_vec([one, tiny + tiny, one], 3)).unwrap();
            assert_eq!(x.to_vec(), [one; 3], "{tiny:?}");
        }
        // The reciprocal of 2^-600 is a number, its square's is not.
        let (one, zero, tiny) = (Complex::ONE, Complex::ZERO, Complex::new(0.0, 2.0_f64.powi(-600)));
        let a = Array::from_vec([tiny, zero, tiny, one], [2, 2]);
        assert_eq!(inv(&a).unwrap().to_vec(), [Field::reciprocal(tiny), zero, -one, one]);
        check(f64::from_bits(1));
        check(f32::from_bits(1));
        check(Complex::new(2.0_f64.powi(-1000), 2.0_f64.powi(-1000)));
        check(Complex::new(0.0, 2.0_f32.powi(-120)));
    }
}
