//! Reductions that pass over NaNs. A complex number counts as NaN if a part of it is.

use super::variance::{deviation, variance};
use super::{Reduction, reduce_all, reduce_axes, reductions};
use crate::array::Array;
use crate::element::{Element, Num};
use crate::error::{OrPanic, Result};
use crate::kernels::reduce::By;
use crate::layout::shape::Axes;

reductions! {
    impl Element {
        /// The sum of all elements that are numbers; 0 if there are none: `numpy.nansum`.
        nansum, nansum_axis, try_nansum_axis() -> T::Sum = |_| Reduction {
            fold: By::new(
                T::Acc::ZERO,
                #[inline(always)] |x: T| if x.is_nan() { T::Acc::ZERO } else { x.to_acc() },
                T::Acc::add,
            ),
            finish: T::sum_of,
        };

        /// The product of all elements that are numbers; 1 if there are none: `numpy.nanprod`.
        nanprod, nanprod_axis, try_nanprod_axis() -> T::Sum = |_| Reduction {
            fold: By::new(
                T::Acc::ONE,
                #[inline(always)] |x: T| if x.is_nan() { T::Acc::ONE } else { x.to_acc() },
                T::Acc::mul,
            ),
            finish: T::sum_of,
        };

        /// The mean of all elements that are numbers; NaN if there are none: `numpy.nanmean`.
        nanmean, nanmean_axis, try_nanmean_axis() -> T::Mean = |_| Reduction {
            fold: By::new(
                (T::Wide::ZERO, 0),
                #[inline(always)] |x: T| if x.is_nan() { (T::Wide::ZERO, 0) } else { (x.to_wide(), 1) },
                #[inline(always)] |a: (T::Wide, usize), b: (T::Wide, usize)| (a.0.add(b.0), a.1 + b.1),
            ),
            finish: |(sum, count)| T::mean_of(sum, count),
        };

        /// The variance of all elements that are numbers; NaN if `ddof` or fewer are: `numpy.nanvar(a, ddof=ddof)`.
        nanvar, nanvar_axis, try_nanvar_axis(ddof: usize) -> T::Magnitude = |_| variance::<T, true>(ddof);

        /// The standard deviation of all elements that are numbers; NaN if `ddof` or fewer are:
        /// `numpy.nanstd(a, ddof=ddof)`.
        nanstd, nanstd_axis, try_nanstd_axis(ddof: usize) -> T::Magnitude = |_| deviation::<T, true>(ddof);
    }
}
