//! Sums, products and means.

use super::{Reduction, reduce_all, reduce_axes, reductions, split_shape};
use crate::array::Array;
use crate::element::{Element, Num};
use crate::error::{Error, OrPanic, Result};
use crate::kernels::reduce::{By, Fold};
use crate::layout::shape::Axes;
use crate::number::Cast;

/// Folds by addition of what each element is converted to.
fn sum<T: Element, A: Num>(lift: impl Fn(T) -> A + Copy + Sync) -> impl Fold<T, Acc = A> {
    By::new(A::ZERO, lift, A::add)
}

reductions! {
    impl Element {
        /// The sum of all elements, pairwise; 0 if there are none: `numpy.sum`.
        ///
        /// `bool` and integers are summed in 64 bits, half precision in `f32`. The error of a sum of n floats is at
        /// most 2·log₂(n)·ε·Σ|x|.
        ///
        /// ```
        /// use array_core::{Array, keepdims};
        /// assert_eq!(Array::from_vec([250u8, 10], 2).sum(), 260u64);
        /// assert_eq!(Array::from_vec([1.5, 2.0], 2).greater(1.7).sum(), 1i64);
        /// let m = Array::arange(0.0, 6.0, 1.0).reshape([2, 3]);
        /// assert_eq!(m.sum_axis(0).to_vec(), [3.0, 5.0, 7.0]);
        /// assert_eq!(m.sum_axis(keepdims(-1)).shape(), [2, 1]);
        /// ```
        sum, sum_axis, try_sum_axis() -> T::Sum =
            |_| Reduction { fold: sum(T::to_acc), finish: T::sum_of };

        /// The product of all elements, pairwise; 1 if there are none: `numpy.prod`.
        ///
        /// `bool` and integers are multiplied in 64 bits, half precision in `f32`.
        prod, prod_axis, try_prod_axis() -> T::Sum = |_| Reduction {
            fold: By::new(T::Acc::ONE, T::to_acc, T::Acc::mul),
            finish: T::sum_of,
        };

        /// The mean of all elements; NaN if there are none: `numpy.mean`.
        ///
        /// `bool` and integers have a mean of type `f64`; half precision is summed in `f32`.
        mean, mean_axis, try_mean_axis() -> T::Mean = |count| Reduction {
            fold: sum(T::to_wide),
            finish: move |sum| T::mean_of(sum, count),
        };
    }
}

impl<T: Element> Array<T> {
    /// The mean of all elements weighted by `weights`, Σ w·x / Σ w: `numpy.average(a, weights=weights)`.
    ///
    /// ```
    /// use array_core::Array;
    /// let weights = Array::from_vec([3.0, 1.0], 2);
    /// assert_eq!(Array::from_vec([1, 5], 2).average(&weights), 2.0);
    /// ```
    ///
    /// # Panics
    /// If the shapes differ or the weights sum to 0.
    #[track_caller]
    pub fn average(&self, weights: &Array<T::Mean>) -> T::Mean {
        self.try_average(weights).or_panic()
    }

    /// As [`Array::average`]; fails where it panics.
    pub fn try_average(&self, weights: &Array<T::Mean>) -> Result<T::Mean> {
        self.try_average_axis(.., weights).map(|average| average.item())
    }

    /// The weighted mean along axes: `numpy.average(a, axis, weights)`.
    ///
    /// `weights` has this array's shape, or the sizes of the reduced axes in ascending order.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice, `weights` has another shape, or some sum to 0.
    #[track_caller]
    pub fn average_axis(&self, axes: impl Into<Axes>, weights: &Array<T::Mean>) -> Array<T::Mean> {
        self.try_average_axis(axes, weights).or_panic()
    }

    /// As [`Array::average_axis`]; fails where it panics.
    pub fn try_average_axis(
        &self,
        axes: impl Into<Axes>,
        weights: &Array<T::Mean>,
    ) -> Result<Array<T::Mean>> {
        let (op, axes) = ("average", axes.into());
        let reduced = axes.reduced(op, self.shape())?;
        let weights = if weights.shape() == self.shape() {
            weights.clone()
        } else if *weights.shape() == split_shape(self.shape(), &reduced).1[..] {
            let sizes = self.shape().iter().zip(&reduced);
            let spread: Vec<usize> = sizes.map(|(&n, &gone)| if gone { n } else { 1 }).collect();
            weights.try_reshape(&spread)?.try_broadcast_to(self.shape())?
        } else {
            let shapes = [self.shape().to_vec(), weights.shape().to_vec()];
            return Err(Error::Shapes {
                op,
                shapes,
                rule: "the weights must have the shape of the array or of its reduced axes",
            });
        };
        let weighted = self.zip_map(&weights, |x, w| T::Mean::from_number(x.to_number()).mul(w));
        let total = weights.try_sum_axis(axes.clone())?;
        if total.iter().any(|&total| total == T::Mean::ZERO) {
            return Err(Error::Value { op, message: "weights sum to 0".to_string() });
        }
        weighted.try_sum_axis(axes)?.try_div(&total)
    }
}
