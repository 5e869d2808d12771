//! Truth: a number counts as true unless it is 0; NaN is true.

use super::{Reduction, reduce_all, reduce_axes, reductions};
use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::kernels::reduce::By;
use crate::layout::shape::Axes;

#[inline(always)]
fn is_true<T: Element>(x: T) -> bool {
    x != T::default()
}

reductions! {
    impl Element {
        /// Whether any element is true; `false` if there are none: `numpy.any`.
        ///
        /// ```
        /// use array_core::Array;
        /// let a = Array::from_vec([0.5, 2.0, 0.0, 0.0], [2, 2]);
        /// assert_eq!(a.any_axis(1).to_vec(), [true, false]);
        /// assert!(a.greater(1.0).any() && !a.all());
        /// ```
        any, any_axis, try_any_axis() -> bool = |_| Reduction {
            fold: By::new(false, is_true::<T>, #[inline(always)] |a, b| a | b),
            finish: |any| any,
        };

        /// Whether all elements are true; `true` if there are none: `numpy.all`.
        all, all_axis, try_all_axis() -> bool = |_| Reduction {
            fold: By::new(true, is_true::<T>, #[inline(always)] |a, b| a & b),
            finish: |all| all,
        };

        /// How many elements are true: `numpy.count_nonzero`.
        count_nonzero, count_nonzero_axis, try_count_nonzero_axis() -> i64 = |_| Reduction {
            fold: By::new(0, #[inline(always)] |x: T| i64::from(is_true(x)), #[inline(always)] |a, b| a + b),
            finish: |count| count,
        };
    }
}
