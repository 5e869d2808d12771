//! Reductions: sums, means, extremes and where they are, over all elements or along axes.
//!
//! Each has two forms: `a.sum()` folds everything into a number, `a.sum_axis(axes)` folds along axes, which
//! are given as [`Axes`]: `0`, `-1`, `[0, 2]`, `..` for all, [`keepdims`](crate::keepdims) around any of them.

use crate::array::Array;
use crate::element::{Element, Num, Real};
use crate::error::{Error, OrPanic, Result};
use crate::kernels::reduce::{Fold, reduce};
use crate::layout::shape::{Axes, axis_of};

/// Folds by addition, in the type that sums are accumulated in.
#[derive(Clone, Copy)]
struct Sum;

impl<T: Element> Fold<T> for Sum {
    type Acc = T::Acc;
    #[inline(always)]
    fn identity(self) -> T::Acc {
        T::Acc::ZERO
    }
    #[inline(always)]
    fn absorb(self, acc: T::Acc, x: T) -> T::Acc {
        acc.add(x.to_acc())
    }
    #[inline(always)]
    fn combine(self, left: T::Acc, right: T::Acc) -> T::Acc {
        left.add(right)
    }
}

/// Folds by a function of two elements that has a neutral element.
#[derive(Clone, Copy)]
struct By<T, F> {
    neutral: T,
    f: F,
}

impl<T: Element, F: Fn(T, T) -> T + Copy + Sync> Fold<T> for By<T, F> {
    type Acc = T;
    #[inline(always)]
    fn identity(self) -> T {
        self.neutral
    }
    #[inline(always)]
    fn absorb(self, acc: T, x: T) -> T {
        (self.f)(acc, x)
    }
    #[inline(always)]
    fn combine(self, left: T, right: T) -> T {
        (self.f)(left, right)
    }
}

/// Folds an array along axes.
fn fold_axes<T: Element, O: Element, F: Fold<T>>(
    op: &'static str,
    a: &Array<T>,
    axes: impl Into<Axes>,
    fold: F,
    finish: impl Fn(F::Acc) -> O + Copy + Sync,
) -> Result<Array<O>> {
    let axes = axes.into();
    let reduced = axes.reduced(op, a.shape())?;
    let kept: Vec<usize> =
        a.shape().iter().zip(&reduced).filter(|&(_, &gone)| !gone).map(|(&n, _)| n).collect();
    let result = Array::build(Array::<O>::new_layout(op, &kept)?, |out| {
        reduce(out, a.operand(), &reduced, fold, finish);
    });
    // The result is contiguous, so bringing back axes of size 1 is a view.
    result.try_reshape(&axes.result_shape(a.shape(), &reduced)[..])
}

/// How many elements each result of a reduction is made of.
fn count_along<T: Element>(op: &'static str, a: &Array<T>, axes: &Axes) -> Result<usize> {
    let reduced = axes.reduced(op, a.shape())?;
    Ok(a.shape().iter().zip(reduced).filter(|&(_, gone)| gone).map(|(&n, _)| n).product())
}

/// Refuses results that would be made of no elements.
fn demand_elements<T: Element>(op: &'static str, a: &Array<T>, axes: &Axes) -> Result<()> {
    match count_along(op, a, axes)? {
        0 => Err(Error::Empty { op, shape: a.shape().to_vec() }),
        _ => Ok(()),
    }
}

impl<T: Element> Array<T> {
    /// The sum of all elements, pairwise; 0 if there are none: `numpy.sum`.
    ///
    /// `bool` and integers are summed in 64 bits, half precision in `f32`.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::from_vec([250u8, 10], 2).sum(), 260u64);
    /// assert_eq!(Array::from_vec([1.5, 2.0], 2).greater(1.7).sum(), 1i64);
    /// ```
    #[inline]
    pub fn sum(&self) -> T::Sum {
        self.sum_axis(..).item()
    }

    /// The sum along axes: `numpy.sum(a, axis)`.
    #[track_caller]
    pub fn sum_axis(&self, axes: impl Into<Axes>) -> Array<T::Sum> {
        self.try_sum_axis(axes).or_panic()
    }

    /// As [`Array::sum_axis`]; fails if an axis does not exist or is given twice.
    pub fn try_sum_axis(&self, axes: impl Into<Axes>) -> Result<Array<T::Sum>> {
        fold_axes("sum", self, axes, Sum, T::sum_of)
    }

    /// The mean of all elements; NaN if there are none: `numpy.mean`.
    ///
    /// `bool` and integers have a mean of type `f64`.
    #[inline]
    pub fn mean(&self) -> T::Mean {
        self.mean_axis(..).item()
    }

    /// The mean along axes: `numpy.mean(a, axis)`.
    #[track_caller]
    pub fn mean_axis(&self, axes: impl Into<Axes>) -> Array<T::Mean> {
        self.try_mean_axis(axes).or_panic()
    }

    /// As [`Array::mean_axis`]; fails if an axis does not exist or is given twice.
    pub fn try_mean_axis(&self, axes: impl Into<Axes>) -> Result<Array<T::Mean>> {
        let axes = axes.into();
        let count = count_along("mean", self, &axes)?;
        fold_axes("mean", self, axes, Sum, move |sum| T::mean_of(sum, count))
    }
}

impl<T: Real> Array<T> {
    /// The greatest element, NaN if there is one: `numpy.max`.
    ///
    /// # Panics
    /// If there are no elements.
    #[track_caller]
    pub fn max(&self) -> T {
        self.max_axis(..).item()
    }

    /// The greatest element along axes: `numpy.max(a, axis)`.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice, or a result would be made of no elements.
    #[track_caller]
    pub fn max_axis(&self, axes: impl Into<Axes>) -> Array<T> {
        self.try_max_axis(axes).or_panic()
    }

    /// As [`Array::max_axis`]; fails where it panics.
    pub fn try_max_axis(&self, axes: impl Into<Axes>) -> Result<Array<T>> {
        let axes = axes.into();
        demand_elements("max", self, &axes)?;
        fold_axes("max", self, axes, By { neutral: T::LOWEST, f: T::maximum }, |max| max)
    }

    /// The least element, NaN if there is one: `numpy.min`.
    ///
    /// # Panics
    /// If there are no elements.
    #[track_caller]
    pub fn min(&self) -> T {
        self.min_axis(..).item()
    }

    /// The least element along axes: `numpy.min(a, axis)`.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice, or a result would be made of no elements.
    #[track_caller]
    pub fn min_axis(&self, axes: impl Into<Axes>) -> Array<T> {
        self.try_min_axis(axes).or_panic()
    }

    /// As [`Array::min_axis`]; fails where it panics.
    pub fn try_min_axis(&self, axes: impl Into<Axes>) -> Result<Array<T>> {
        let axes = axes.into();
        demand_elements("min", self, &axes)?;
        fold_axes("min", self, axes, By { neutral: T::HIGHEST, f: T::minimum }, |min| min)
    }

    /// Where along an axis the greatest element is, the first one if there are several; a NaN counts as
    /// greatest: `numpy.argmax(a, axis)`.
    ///
    /// # Panics
    /// If the axis does not exist or has size 0.
    #[track_caller]
    pub fn argmax_axis(&self, axis: isize) -> Array<i64> {
        self.try_argmax_axis(axis).or_panic()
    }

    /// As [`Array::argmax_axis`]; fails where it panics.
    pub fn try_argmax_axis(&self, axis: isize) -> Result<Array<i64>> {
        self.position("argmax", axis, |new, best| new > best)
    }

    /// Where along an axis the least element is, the first one if there are several; a NaN counts as least:
    /// `numpy.argmin(a, axis)`.
    ///
    /// # Panics
    /// If the axis does not exist or has size 0.
    #[track_caller]
    pub fn argmin_axis(&self, axis: isize) -> Array<i64> {
        self.try_argmin_axis(axis).or_panic()
    }

    /// As [`Array::argmin_axis`]; fails where it panics.
    pub fn try_argmin_axis(&self, axis: isize) -> Result<Array<i64>> {
        self.position("argmin", axis, |new, best| new < best)
    }

    /// The position of the element that beats all others along an axis; the first NaN beats every number.
    fn position(&self, op: &'static str, axis: isize, beats: impl Fn(T, T) -> bool) -> Result<Array<i64>> {
        let at = axis_of(op, axis, self.shape())?;
        demand_elements(op, self, &(axis).into())?;
        let (first, len, stride) = (self.layout().without_axis(at, 0), self.shape()[at], self.strides()[at]);
        let position = |start: usize| {
            let (mut best_at, mut best) = (0, self.data()[start]);
            for i in 1..len {
                let x = self.data()[(start as isize + i as isize * stride) as usize];
                if best.is_nan() {
                    break;
                }
                if beats(x, best) || x.is_nan() {
                    (best_at, best) = (i, x);
                }
            }
            best_at as i64
        };
        let positions: Vec<i64> = crate::layout::walk::Offsets::new(&first).map(position).collect();
        Array::try_from_vec(positions, first.shape())
    }
}
