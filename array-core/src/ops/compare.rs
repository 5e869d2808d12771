//! Comparisons, to masks; and whole-array equality.

use super::binary;
use crate::array::Array;
use crate::element::{Element, Real};
use crate::error::{OrPanic, Result};
use crate::operand::Operand;

/// Lists the comparisons.
macro_rules! comparisons {
    ($($bound:ident { $($(#[$doc:meta])* $name:ident, $try:ident = $f:expr;)* })*) => {$(
        impl<T: $bound> Array<T> {$(
            $(#[$doc])*
            ///
            /// # Panics
            /// If the shapes do not broadcast.
            #[track_caller]
            pub fn $name(&self, other: impl Operand<T>) -> Array<bool> {
                self.$try(other).or_panic()
            }

            $(#[$doc])*
            ///
            /// Fails if the shapes do not broadcast.
            pub fn $try(&self, other: impl Operand<T>) -> Result<Array<bool>> {
                binary(stringify!($name), self, other, #[inline(always)] |a: T, b: T| $f(&a, &b))
            }
        )*}
    )*};
}
pub(super) use comparisons;

comparisons! {
    Element {
        /// Where elements are equal: `numpy.equal`.
        equal, try_equal = T::eq;
        /// Where elements differ: `numpy.not_equal`.
        not_equal, try_not_equal = T::ne;
    }
    Real {
        /// Where this array's element is less: `numpy.less`.
        less, try_less = T::lt;
        /// Where this array's element is less or equal: `numpy.less_equal`.
        less_equal, try_less_equal = T::le;
        /// Where this array's element is greater: `numpy.greater`.
        greater, try_greater = T::gt;
        /// Where this array's element is greater or equal: `numpy.greater_equal`.
        greater_equal, try_greater_equal = T::ge;
    }
}

/// Arrays are equal if their shapes and all their elements are: [`Array::array_equal`]. NaN equals nothing.
impl<T: Element> PartialEq for Array<T> {
    fn eq(&self, other: &Array<T>) -> bool {
        self.shape() == other.shape() && self.iter().zip(other).all(|(a, b)| a == b)
    }
}
