//! Running sums and products, and their inverse.

use crate::array::Array;
use crate::element::{Element, Num};
use crate::error::{OrPanic, Result};
use crate::kernels::reduce::{By, Fold};
use crate::kernels::scan::scan;
use crate::layout::shape::axis_of;
use crate::layout::slice::SliceItem;

fn scan_axis<T: Element>(
    op: &'static str,
    a: &Array<T>,
    axis: isize,
    fold: impl Fold<T, Acc = T::Acc>,
) -> Result<Array<T::Sum>> {
    let at = axis_of(op, axis, a.shape())?;
    let layout = Array::<T::Sum>::new_layout(op, a.shape())?;
    Ok(Array::build(layout, |out| scan(out, a.operand(), at, fold, T::sum_of)))
}

/// Lists the running reductions: documentation, the names of the three forms, neutral element and function.
macro_rules! running {
    ($($(#[$doc:meta])* $name:ident, $along:ident, $try:ident = $neutral:expr, $combine:expr;)*) => {
        impl<T: Element> Array<T> {$(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(&self) -> Array<T::Sum> {
                self.ravel().$along(0)
            }

            #[doc = concat!("As [`Array::", stringify!($name), "`], along an axis, in this array's shape.")]
            ///
            /// # Panics
            /// If the axis does not exist.
            #[track_caller]
            pub fn $along(&self, axis: isize) -> Array<T::Sum> {
                self.$try(axis).or_panic()
            }

            #[doc = concat!("As [`Array::", stringify!($along), "`]; fails where it panics.")]
            pub fn $try(&self, axis: isize) -> Result<Array<T::Sum>> {
                scan_axis(stringify!($name), self, axis, By::new($neutral, T::to_acc, $combine))
            }
        )*}
    };
}

running! {
    /// The sums of all elements up to each, in row-major order: `numpy.cumsum`.
    ///
    /// `bool` and integers are summed in 64 bits, half precision in `f32`. Each sum of n floats has an error of at
    /// most 2·log₂(n)·ε·Σ|x|, where NumPy's grows with n.
    ///
    /// ```
    /// use array_core::Array;
    /// let m = Array::from_vec([1.0, 2.0, 3.0, 4.0], [2, 2]);
    /// assert_eq!(m.cumsum().to_vec(), [1.0, 3.0, 6.0, 10.0]);
    /// assert_eq!(m.cumsum_axis(0).to_vec(), [1.0, 2.0, 4.0, 6.0]);
    /// ```
    // −0 and not 0, which would make 0 of a first element −0.
    cumsum, cumsum_axis, try_cumsum_axis = T::Acc::ZERO.neg(), T::Acc::add;

    /// The products of all elements up to each, in row-major order: `numpy.cumprod`.
    ///
    /// `bool` and integers are multiplied in 64 bits, half precision in `f32`.
    cumprod, cumprod_axis, try_cumprod_axis = T::Acc::ONE, T::Acc::mul;
}

impl<T: Num> Array<T> {
    /// The differences of neighbours along an axis, taken `n` times: `numpy.diff`.
    ///
    /// Each time, the axis becomes one shorter.
    ///
    /// ```
    /// use array_core::Array;
    /// let squares = Array::from_vec([0, 1, 4, 9, 16], 5);
    /// assert_eq!(squares.diff(1, 0).to_vec(), [1, 3, 5, 7]);
    /// assert_eq!(squares.diff(2, 0).to_vec(), [2, 2, 2]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn diff(&self, n: usize, axis: isize) -> Array<T> {
        self.try_diff(n, axis).or_panic()
    }

    /// As [`Array::diff`]; fails where it panics.
    pub fn try_diff(&self, n: usize, axis: isize) -> Result<Array<T>> {
        let at = axis_of("diff", axis, self.shape())?;
        let part = |start, stop| {
            let mut items = vec![SliceItem::Range { start: None, stop: None, step: 1 }; at];
            items.push(SliceItem::Range { start, stop, step: 1 });
            items
        };
        let mut a = self.clone();
        for _ in 0..n.min(self.shape()[at]) {
            a = a.try_slice(&part(Some(1), None)[..])?.try_sub(a.try_slice(&part(None, Some(-1))[..])?)?;
        }
        Ok(a)
    }
}
