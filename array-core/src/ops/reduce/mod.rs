//! Reductions: sums, means, extremes and where they are, over all elements or along axes.
//!
//! Each has two forms: `a.sum()` folds everything into a number, `a.sum_axis(axes)` folds along axes, which
//! are given as [`Axes`]: `0`, `-1`, `[0, 2]`, `..` for all, [`keepdims`](crate::keepdims) around any of them.

mod cumulative;
mod extreme;
mod logical;
mod logsumexp;
mod nan;
mod norm;
mod position;
mod quantile;
mod sum;
mod variance;

pub use quantile::QuantileMethod;

use crate::array::Array;
use crate::element::Element;
use crate::error::Result;
use crate::kernels::reduce::{self, Fold};
use crate::layout::shape::Axes;
use crate::layout::{Layout, Shape, listed};

/// How to fold elements, and what to make of what they were folded in.
struct Reduction<F, G> {
    fold: F,
    finish: G,
}

/// Reduces all elements to one result. The reduction may depend on how many there are.
#[inline]
fn reduce_all<T: Element, O, F: Fold<T>, G: Fn(F::Acc) -> O>(
    a: &Array<T>,
    reduction: impl FnOnce(usize) -> Reduction<F, G>,
) -> O {
    let Reduction { fold, finish } = reduction(a.size());
    finish(reduce::fold_all(a.operand(), fold))
}

/// Reduces along axes. The reduction may depend on how many elements each result is made of.
fn reduce_axes<T: Element, O: Element, F: Fold<T>, G: Fn(F::Acc) -> O + Copy + Sync>(
    op: &'static str,
    a: &Array<T>,
    axes: &Axes,
    reduction: impl FnOnce(usize) -> Reduction<F, G>,
) -> Result<Array<O>> {
    let reduced = axes.reduced(op, a.shape())?;
    let (kept, gone) = split_shape(a.shape(), &reduced);
    let Reduction { fold, finish } = reduction(gone.iter().product());
    let result = Array::build(Array::<O>::new_layout(op, &kept)?, |out| {
        reduce::fold_axes(out, a.operand(), &reduced, fold, finish);
    });
    // The result is contiguous, so bringing back axes of size 1 is a view.
    Ok(if axes.keeps_dims() {
        result.view(Layout::contiguous(&axes.result_shape(a.shape(), &reduced)))
    } else {
        result
    })
}

/// The sizes of the axes that stay, and of those that are reduced.
fn split_shape(shape: &[usize], reduced: &[bool]) -> (Shape, Shape) {
    let sizes = |wanted: bool| shape.iter().zip(reduced).filter(move |&(_, &gone)| gone == wanted);
    (listed(sizes(false).map(|(&n, _)| n)), listed(sizes(true).map(|(&n, _)| n)))
}

/// Lists reductions that are defined on no elements too: documentation, the names of the three forms, further
/// parameters, the type of results, and the [`Reduction`] of a number of elements.
macro_rules! reductions {
    ($(impl $bound:ident $(+ $more:ident)* {$(
        $(#[$doc:meta])*
        $name:ident, $along:ident, $try:ident($($arg:ident: $arg_type:ty),*) -> $out:ty = $reduction:expr;
    )*})*) => {$(
        impl<T: $bound $(+ $more)*> Array<T> {$(
            $(#[$doc])*
            #[inline]
            pub fn $name(&self $(, $arg: $arg_type)*) -> $out {
                reduce_all(self, $reduction)
            }

            #[doc = concat!("As [`Array::", stringify!($name), "`], along axes.")]
            ///
            /// # Panics
            /// If an axis does not exist or is given twice.
            #[track_caller]
            pub fn $along(&self, axes: impl Into<Axes> $(, $arg: $arg_type)*) -> Array<$out> {
                self.$try(axes $(, $arg)*).or_panic()
            }

            #[doc = concat!("As [`Array::", stringify!($along), "`]; fails where it panics.")]
            pub fn $try(&self, axes: impl Into<Axes> $(, $arg: $arg_type)*) -> Result<Array<$out>> {
                reduce_axes(stringify!($name), self, &axes.into(), $reduction)
            }
        )*}
    )*};
}
use reductions;
