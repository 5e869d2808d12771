//! Triangular factors with partial pivoting: what solving, inverting and determinants share.

use super::scalar::{RealScalar, Scalar};
use super::stack::{Stack, are_finite, rescale};
use crate::error::{Error, Result};

/// P·Aᵀ = L·U of one matrix divided by 2^exponent: a row-major matrix is its own transpose, column-major.
pub struct Lu<T> {
    pub n: usize,
    /// L, whose diagonal is 1, below U; column-major.
    factors: Vec<T>,
    permutation: Vec<usize>,
    inverse: Vec<usize>,
    odd: bool,
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
        let (mut permutation, mut inverse) = (vec![0; n], vec![0; n]);
        let mut lu = if n == 0 {
            Lu { n, factors, permutation, inverse, odd: false, exponent }
        } else {
            let exchanges = T::lu(&mut factors, n, &mut permutation, &mut inverse);
            Lu { n, factors, permutation, inverse, odd: exchanges % 2 == 1, exponent }
        };
        // faer multiplies by the reciprocal of a pivot, which overflows for the least of them.
        if lu.zero_pivot().is_none() && !are_finite(&lu.factors) {
            lu.factors.copy_from_slice(stack.matrix(i));
            rescale(&mut lu.factors, exponent);
            lu.eliminate();
        }
        Ok(lu)
    }

    /// Elimination column by column, dividing by pivots.
    fn eliminate(&mut self) {
        let n = self.n;
        let mut order: Vec<usize> = (0..n).collect();
        self.odd = false;
        for k in 0..n {
            let column = &self.factors[k * n..][..n];
            let largest =
                |best: usize, i: usize| if column[i].height() > column[best].height() { i } else { best };
            let pivot = (k + 1..n).fold(k, largest);
            if column[pivot] == T::ZERO {
                return;
            }
            if pivot != k {
                self.odd = !self.odd;
                order.swap(k, pivot);
                (0..n).for_each(|j| self.factors.swap(j * n + k, j * n + pivot));
            }
            for i in k + 1..n {
                self.factors[k * n + i] = self.factors[k * n + i] / self.factors[k * n + k];
            }
            for j in k + 1..n {
                let above = self.factors[j * n + k];
                for i in k + 1..n {
                    let product = self.factors[k * n + i] * above;
                    self.factors[j * n + i] -= product;
                }
            }
        }
        order.iter().enumerate().for_each(|(i, &from)| self.inverse[from] = i);
        self.permutation = order;
    }

    /// The first step at which elimination meets a column of zeros: that row of A is a combination of those before.
    pub fn zero_pivot(&self) -> Option<usize> {
        self.diagonal().position(|pivot| pivot == T::ZERO)
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
        if !b.is_empty() {
            T::lu_solve_transposed(&self.factors, self.n, [&self.permutation, &self.inverse], b);
            rescale(b, self.exponent);
        }
    }

    /// A⁻¹, row-major.
    pub fn invert(&self, inverse: &mut [T]) {
        if self.n > 0 {
            T::lu_inverse(&self.factors, self.n, [&self.permutation, &self.inverse], inverse);
            rescale(inverse, self.exponent);
        }
    }

    /// The determinant as m·2^e, with m of moderate size.
    pub fn determinant(&self) -> (T, i64) {
        let mut product = if self.odd { -T::ONE } else { T::ONE };
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
