//! The logarithm of a sum of exponentials.

use super::{Reduction, reduce_all, reduce_axes, reductions};
use crate::array::Array;
use crate::element::{Float, Num};
use crate::error::{OrPanic, Result};
use crate::kernels::math::Math;
use crate::kernels::reduce::{ExpSum, SumExp, shift};
use crate::layout::shape::Axes;
use crate::number::{Cast, Number};

/// shift + ln sum, in `f64` or dual numbers.
fn plus_ln(shift: Number, sum: Number) -> Number {
    match (shift, sum) {
        (Number::Dual(shift), Number::Dual(sum)) => Number::Dual(shift.add(sum.ln())),
        _ => Number::Double(f64::from_number(shift) + f64::from_number(sum).ln()),
    }
}

reductions! {
    impl Float + Math {
        /// The logarithm of the sum of exponentials of all elements, ln Σ eˣ, also where eˣ would overflow; −inf if
        /// there are no elements: `scipy.special.logsumexp`.
        ///
        /// ```
        /// use array_core::Array;
        /// let a = Array::from_vec([1000.0, 1000.0], 2);
        /// assert_eq!(a.logsumexp(), 1000.0 + 2.0_f64.ln());
        /// ```
        logsumexp, logsumexp_axis, try_logsumexp_axis() -> T = |_| Reduction {
            fold: SumExp,
            finish: |(greatest, sum): (T, ExpSum<T>)| {
                T::from_number(plus_ln(shift(greatest).to_number(), sum.to_number()))
            },
        };
    }
}
