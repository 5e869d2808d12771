//! Results written into memory that exists: NumPy's `out=`.

use crate::array::Array;
use crate::element::{Element, Field, Num};
use crate::error::{OrPanic, Result};
use crate::kernels::map;
use crate::kernels::operand::In;
use crate::operand::{Operand, Source};
use crate::view_mut::ViewMut;

/// `out = f(a)`, without an array for the result: `numpy.exp(a, out=out)` is `map_into(&mut out, &a, Math::exp)`.
/// `a` is broadcast to the shape of `out`.
///
/// ```
/// use array_core::{Array, Math, array, map_into};
/// let mut out = Array::<f64>::zeros([2, 2]);
/// map_into(&mut out.slice_mut((.., 0)), &array![0.0, 1.0], Math::exp);
/// assert_eq!(out, array![[1.0, 0.0], [1f64.exp(), 0.0]]);
/// ```
///
/// # Panics
/// If `a` does not broadcast to the shape of `out`.
#[track_caller]
pub fn map_into<T: Element, O: Element>(
    out: &mut ViewMut<'_, O>,
    a: &Array<T>,
    f: impl Fn(T) -> O + Copy + Sync,
) {
    try_map_into(out, a, f).or_panic();
}

/// As [`map_into`]; fails, and writes nothing, where it panics.
pub fn try_map_into<T: Element, O: Element>(
    out: &mut ViewMut<'_, O>,
    a: &Array<T>,
    f: impl Fn(T) -> O + Copy + Sync,
) -> Result<()> {
    let layout = a.stretched("map_into", out.shape())?;
    map::map1(out.out(), In::new(a.data(), &layout), f);
    Ok(())
}

/// `f(a, b)` written into `out`.
fn binary_into<T: Element>(
    op: &'static str,
    out: &mut ViewMut<'_, T>,
    a: &Array<T>,
    b: impl Operand<T>,
    f: impl Fn(T, T) -> T + Copy + Sync,
) -> Result<()> {
    let of_a = a.stretched(op, out.shape())?;
    let in_a = In::new(a.data(), &of_a);
    match b.source() {
        Source::Scalar(b) => map::map1(
            out.out(),
            in_a,
            #[inline(always)]
            |a| f(a, b),
        ),
        Source::Array(b) => {
            let of_b = b.stretched(op, out.shape())?;
            map::map2(out.out(), in_a, In::new(b.data(), &of_b), f);
        }
    }
    Ok(())
}

/// Lists the functions.
macro_rules! into_functions {
    ($($(#[$doc:meta])* $name:ident, $try:ident, $bound:ident::$f:ident;)*) => {$(
        $(#[$doc])*
        /// Operands are broadcast to the shape of `out`.
        ///
        /// # Panics
        /// If an operand does not broadcast to the shape of `out`.
        #[track_caller]
        pub fn $name<T: $bound>(out: &mut ViewMut<'_, T>, a: &Array<T>, b: impl Operand<T>) {
            $try(out, a, b).or_panic();
        }

        #[doc = concat!("As [`", stringify!($name), "`]; fails, and writes nothing, where it panics.")]
        pub fn $try<T: $bound>(out: &mut ViewMut<'_, T>, a: &Array<T>, b: impl Operand<T>) -> Result<()> {
            binary_into(stringify!($name), out, a, b, T::$f)
        }
    )*};
}

into_functions! {
    /// `out = a + b`, without an array for the result: `numpy.add(a, b, out)`.
    add_into, try_add_into, Num::add;
    /// `out = a − b`, without an array for the result: `numpy.subtract(a, b, out)`.
    sub_into, try_sub_into, Num::sub;
    /// `out = a · b`, without an array for the result: `numpy.multiply(a, b, out)`.
    mul_into, try_mul_into, Num::mul;
    /// `out = a / b`, without an array for the result: `numpy.divide(a, b, out)`.
    div_into, try_div_into, Field::div;
}
