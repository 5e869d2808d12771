//! Balancing: a diagonal similarity that makes rows and columns about equally long.
//!
//! James, Langou and Lowery, "On matrix balancing and eigenvector computation" (2014), as LAPACK's gebal: the rounding
//! errors of eigenvalues are relative to the norm, which this makes small.

use super::scalar::{RealScalar, Scalar};
use crate::element::{Field, Float, Num};

/// Sweeps over all rows; a handful settles any matrix.
const SWEEPS: usize = 20;

/// Replaces a column-major matrix by D⁻¹·A·D, and returns the exponents of D, which is made of powers of two.
pub fn balance<T: Scalar>(a: &mut [T], n: usize) -> Vec<i32> {
    let mut exponents = vec![0; n];
    // A change must shorten row and column together by this factor.
    let worthwhile = T::Real::from_f64(0.95);
    for _ in 0..SWEEPS {
        let mut settled = true;
        for i in 0..n {
            let length = |values: &mut dyn Iterator<Item = T>| {
                values.fold(T::Real::ZERO, |sum, x| sum + x.abs_squared()).sqrt()
            };
            let column = length(&mut a[i * n..][..n].iter().copied());
            let row = length(&mut a[i..].iter().step_by(n).copied());
            let usable = |length: T::Real| length > T::Real::TINY && length.is_finite();
            if !(usable(column) && usable(row)) {
                continue;
            }
            // D scales the column by 2^shift and the row by 2^−shift.
            let shift = (row.exponent() - column.exponent()) / 2;
            let after = column.times_power_of_two(shift) + row.times_power_of_two(-shift);
            if shift == 0 || after >= worthwhile * (column + row) {
                continue;
            }
            settled = false;
            exponents[i] += shift;
            a[i * n..][..n].iter_mut().for_each(|x| *x = x.times_power_of_two(shift));
            a[i..].iter_mut().step_by(n).for_each(|x| *x = x.times_power_of_two(-shift));
        }
        if settled {
            break;
        }
    }
    exponents
}
