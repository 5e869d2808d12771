//! Logic on elements of any type, which count as true unless they are 0.

use super::compare::comparisons;
use super::{binary, layout_like, map_to};
use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::operand::Operand;

/// Whether an element counts as true: anything but 0, NaN included.
#[inline(always)]
pub(super) fn is_true<T: Element>(x: &T) -> bool {
    *x != T::default()
}

comparisons! {
    Element {
        /// Where both elements are true, that is not 0: `numpy.logical_and`.
        logical_and, try_logical_and = |a: &T, b: &T| is_true(a) && is_true(b);
        /// Where one of the elements is true, that is not 0: `numpy.logical_or`.
        logical_or, try_logical_or = |a: &T, b: &T| is_true(a) || is_true(b);
        /// Where just one of the elements is true, that is not 0: `numpy.logical_xor`.
        logical_xor, try_logical_xor = |a: &T, b: &T| is_true(a) != is_true(b);
    }
}

impl<T: Element> Array<T> {
    /// Where elements are 0 (`false`): `numpy.logical_not`.
    #[inline]
    pub fn logical_not(&self) -> Array<bool> {
        map_to(
            layout_like(self),
            self,
            #[inline(always)]
            |x| !is_true(&x),
        )
    }

    /// Where elements are not 0: NumPy's `a.astype(bool)`, for masks.
    #[inline]
    pub(super) fn truth(&self) -> Array<bool> {
        map_to(
            layout_like(self),
            self,
            #[inline(always)]
            |x| is_true(&x),
        )
    }
}
