//! What arrays can do: each file one family of NumPy's functions, each function a kernel and its shapes.

mod approx;
mod arithmetic;
mod bits;
mod cast;
mod classify;
mod close;
mod compare;
mod complex;
mod convolution;
pub mod create;
mod dual;
pub mod einsum;
mod elementwise;
pub mod index;
mod into;
mod logical;
mod matmul;
mod pool;
mod power;
mod products;
mod reduce;
mod rows;
pub mod shape;
mod sort;
mod zip;

pub use close::{Comparand, EqualNan, equal_nan};
pub use convolution::Convolution;
pub use into::{
    add_into, div_into, map_into, mul_into, sub_into, try_add_into, try_div_into, try_map_into, try_mul_into,
    try_sub_into,
};
pub use matmul::{matmul_into, try_matmul_into};
pub use pool::{MeanWindows, Pooling, adaptive_windows, max_pool_gradient, mean_pool, mean_pool_gradient};
pub use products::{multi_dot, try_multi_dot};
pub use reduce::QuantileMethod;
pub use rows::{
    BLOCK, BLOCK_ROWS, fold_row, fold_side_by_side, fold_updated_row, for_each_block, for_each_row,
    try_for_each_row, update_row,
};
pub use sort::{SortKey, Unique, lexsort, try_lexsort};
pub use zip::{zip_map, zip_update};

use crate::array::Array;
use crate::element::Element;
use crate::error::Result;
use crate::kernels::map;
use crate::kernels::operand::In;
use crate::layout::Layout;
use crate::layout::broadcast::broadcast_shapes;
use crate::operand::{Operand, Source};
use crate::view_mut::update;

/// `f` of every element, under a layout of the same shape.
#[inline]
pub(crate) fn map_to<T: Element, O: Element>(
    layout: Layout,
    a: &Array<T>,
    f: impl Fn(T) -> O + Copy + Sync,
) -> Array<O> {
    Array::build(layout, |out| map::map1(out, a.operand(), f))
}

/// Where a result of the same shape as `a` lies: in the same order, if that fills the buffer; else row-major.
#[inline]
fn layout_like<T: Element>(a: &Array<T>) -> Layout {
    a.layout().of_result()
}

/// `f(a, b)` of every pair of elements, broadcast.
#[inline]
pub(crate) fn binary<T: Element, U: Element, O: Element>(
    op: &'static str,
    a: &Array<T>,
    b: impl Operand<U>,
    f: impl Fn(T, U) -> O + Copy + Sync,
) -> Result<Array<O>> {
    let b = match b.source() {
        Source::Scalar(b) => {
            let layout = layout_like(a);
            return Ok(map_to(
                layout,
                a,
                #[inline(always)]
                move |x| f(x, b),
            ));
        }
        Source::Array(b) => b,
    };
    if a.shape() == b.shape() {
        let layout = if a.strides() == b.strides() { layout_like(a) } else { Layout::contiguous(a.shape()) };
        return Ok(Array::build(layout, |out| map::map2(out, a.operand(), b.operand(), f)));
    }
    let shape = broadcast_shapes(op, a.shape(), b.shape())?;
    let layout = Array::<O>::new_layout(op, &shape)?;
    let (of_a, of_b) = (a.stretched(op, &shape)?, b.stretched(op, &shape)?);
    Ok(Array::build(layout, |out| map::map2(out, In::new(a.data(), &of_a), In::new(b.data(), &of_b), f)))
}

/// As [`binary`], but writes into `a`'s buffer if nobody shares it and the result has its shape.
#[inline]
fn binary_reusing<T: Element>(
    op: &'static str,
    mut a: Array<T>,
    b: impl Operand<T>,
    f: impl Fn(T, T) -> T + Copy + Sync,
) -> Result<Array<T>> {
    let fits = match b.source() {
        Source::Scalar(_) => true,
        Source::Array(b) => broadcast_shapes(op, a.shape(), b.shape())?[..] == *a.shape(),
    };
    if fits && let Some(out) = a.unshared() {
        update(out, op, b, f)?;
        return Ok(a);
    }
    binary(op, &a, b, f)
}

/// `f(a, b)` written into `a`, whose shape `b` must broadcast to.
#[inline]
fn binary_inplace<T: Element>(
    op: &'static str,
    a: &mut Array<T>,
    b: impl Operand<T>,
    f: impl Fn(T, T) -> T + Copy + Sync,
) -> Result<()> {
    if let Source::Array(b) = b.source() {
        // Checked before a shared array is copied for nothing.
        b.stretched(op, a.shape())?;
    }
    update(a.out(), op, b, f)
}
