//! Extremes: the greatest, the least, and how far they are apart.

use super::{Reduction, reduce_all, reduce_axes, split_shape};
use crate::array::Array;
use crate::element::{Element, Float, Num};
use crate::error::{Error, OrPanic, Result};
use crate::kernels::reduce::{By, Fold};
use crate::layout::shape::Axes;

/// Folds by a function that picks one of two elements.
fn pick<T: Element>(neutral: T, choose: impl Fn(T, T) -> T + Copy + Sync) -> impl Fold<T, Acc = T> {
    By::new(
        neutral,
        #[inline(always)]
        |x| x,
        choose,
    )
}

/// Refuses results that would be made of no elements.
pub(super) fn demand_elements(op: &'static str, shape: &[usize], count: usize) -> Result<()> {
    if count == 0 { Err(Error::Empty { op, shape: shape.to_vec() }) } else { Ok(()) }
}

/// Lists reductions that are not defined on no elements, as [`super::reductions`] lists others.
macro_rules! extremes {
    ($(impl $bound:ident {$(
        $(#[$doc:meta])*
        $name:ident, $try_name:ident, $along:ident, $try_along:ident = $reduction:expr;
    )*})*) => {$(
        impl<T: $bound> Array<T> {$(
            $(#[$doc])*
            ///
            /// # Panics
            /// If there are no elements.
            #[inline]
            #[track_caller]
            pub fn $name(&self) -> T {
                self.$try_name().or_panic()
            }

            #[doc = concat!("As [`Array::", stringify!($name), "`]; fails if there are no elements.")]
            #[inline]
            pub fn $try_name(&self) -> Result<T> {
                demand_elements(stringify!($name), self.shape(), self.size())?;
                Ok(reduce_all(self, |_| $reduction))
            }

            #[doc = concat!("As [`Array::", stringify!($name), "`], along axes.")]
            ///
            /// # Panics
            /// If an axis does not exist or is given twice, or a result would be made of no elements.
            #[track_caller]
            pub fn $along(&self, axes: impl Into<Axes>) -> Array<T> {
                self.$try_along(axes).or_panic()
            }

            #[doc = concat!("As [`Array::", stringify!($along), "`]; fails where it panics.")]
            pub fn $try_along(&self, axes: impl Into<Axes>) -> Result<Array<T>> {
                let (op, axes) = (stringify!($name), axes.into());
                let (_, gone) = split_shape(self.shape(), &axes.reduced(op, self.shape())?);
                demand_elements(op, self.shape(), gone.iter().product())?;
                reduce_axes(op, self, &axes, |_| $reduction)
            }
        )*}
    )*};
}

extremes! {
    impl Element {
        /// The greatest element, NaN if there is one: `numpy.max`.
        ///
        /// Complex numbers are ordered by their real parts, equal ones by their imaginary parts.
        ///
        /// ```
        /// use array_core::Array;
        /// let m = Array::from_vec([3, -1, 4, 1], [2, 2]);
        /// assert_eq!((m.max(), m.max_axis(0).to_vec()), (4, vec![4, 1]));
        /// assert!(Array::<f64>::zeros(0).try_max().is_err());
        /// ```
        max, try_max, max_axis, try_max_axis = Reduction { fold: pick(T::LOWEST, T::maximum), finish: |max| max };

        /// The least element, NaN if there is one: `numpy.min`.
        ///
        /// Complex numbers are ordered by their real parts, equal ones by their imaginary parts.
        min, try_min, min_axis, try_min_axis = Reduction { fold: pick(T::HIGHEST, T::minimum), finish: |min| min };
    }
    impl Num {
        /// The greatest element less the least: `numpy.ptp`. Wraps for integers, as NumPy's does.
        ptp, try_ptp, ptp_axis, try_ptp_axis = Reduction {
            fold: By::new(
                (T::LOWEST, T::HIGHEST),
                #[inline(always)] |x: T| (x, x),
                #[inline(always)] |a: (T, T), b: (T, T)| (a.0.maximum(b.0), a.1.minimum(b.1)),
            ),
            finish: |(max, min): (T, T)| max.sub(min),
        };
    }
    impl Float {
        /// The greatest element that is a number; NaN if there is none: `numpy.nanmax`.
        nanmax, try_nanmax, nanmax_axis, try_nanmax_axis = Reduction {
            fold: pick(T::NAN, #[inline(always)] |a: T, b: T| if a >= b || b.is_nan() { a } else { b }),
            finish: |max| max,
        };

        /// The least element that is a number; NaN if there is none: `numpy.nanmin`.
        nanmin, try_nanmin, nanmin_axis, try_nanmin_axis = Reduction {
            fold: pick(T::NAN, #[inline(always)] |a: T, b: T| if a <= b || b.is_nan() { a } else { b }),
            finish: |min| min,
        };
    }
}
