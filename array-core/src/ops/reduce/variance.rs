//! Variances and standard deviations.

use super::{Reduction, reduce_all, reduce_axes, reductions};
use crate::array::Array;
use crate::element::{Element, Field};
use crate::error::{OrPanic, Result};
use crate::kernels::reduce::{FoldMoments, Moments};
use crate::layout::shape::Axes;
use crate::number::Cast;

/// The variance Σ|x − mean|² / (n − ddof), or its root; with `ddof` ≥ n it is x/0, or NaN where NaNs are passed over.
///
/// The root is taken before half precision is rounded: near 0 that has few digits.
fn spread<T: Element, const SKIP_NAN: bool, const ROOT: bool>(
    ddof: usize,
) -> Reduction<FoldMoments<SKIP_NAN>, impl Fn(Moments<T::Wide>) -> T::Magnitude + Copy + Sync> {
    let finish = move |moments: Moments<T::Wide>| {
        let freedom = moments.count.saturating_sub(ddof);
        if SKIP_NAN && freedom == 0 {
            return T::Magnitude::from_f64(f64::NAN);
        }
        let variance = moments.squares.div(Field::from_f64(freedom as f64));
        let spread = if ROOT { variance.sqrt() } else { variance };
        T::Magnitude::from_number(spread.to_number())
    };
    Reduction { fold: FoldMoments, finish }
}

/// The variance.
pub(super) fn variance<T: Element, const SKIP_NAN: bool>(
    ddof: usize,
) -> Reduction<FoldMoments<SKIP_NAN>, impl Fn(Moments<T::Wide>) -> T::Magnitude + Copy + Sync> {
    spread::<T, SKIP_NAN, false>(ddof)
}

/// The square root of the [`variance`].
pub(super) fn deviation<T: Element, const SKIP_NAN: bool>(
    ddof: usize,
) -> Reduction<FoldMoments<SKIP_NAN>, impl Fn(Moments<T::Wide>) -> T::Magnitude + Copy + Sync> {
    spread::<T, SKIP_NAN, true>(ddof)
}

reductions! {
    impl Element {
        /// The variance of all elements, Σ|x − mean|² / (n − ddof): `numpy.var(a, ddof=ddof)`.
        ///
        /// `ddof` 0 gives the variance of a population, 1 the unbiased estimate from a sample. `ddof` ≥ n gives
        /// infinity or NaN. Complex numbers have a real variance, `bool` and integers one of type `f64`.
        ///
        /// ```
        /// use array_core::Array;
        /// let a = Array::from_vec([1.0, 2.0, 3.0, 4.0], [2, 2]);
        /// assert_eq!(a.var(0), 1.25);
        /// assert_eq!(a.var_axis(0, 1).to_vec(), [2.0, 2.0]);
        /// ```
        var, var_axis, try_var_axis(ddof: usize) -> T::Magnitude = |_| variance::<T, false>(ddof);

        /// The standard deviation of all elements, the root of [`Array::var`]: `numpy.std(a, ddof=ddof)`.
        std, std_axis, try_std_axis(ddof: usize) -> T::Magnitude = |_| deviation::<T, false>(ddof);
    }
}
