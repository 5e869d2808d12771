//! What kind of number each element is.

use super::{layout_like, map_to};
use crate::array::Array;
use crate::element::{Element, Float};

/// Lists the questions, each with its answer for one element.
macro_rules! classify {
    ($($bound:ident { $($(#[$doc:meta])* $name:ident = $f:expr;)* })*) => {$(
        impl<T: $bound> Array<T> {$(
            $(#[$doc])*
            #[inline]
            pub fn $name(&self) -> Array<bool> {
                map_to(layout_like(self), self, #[inline(always)] |x: T| $f(x))
            }
        )*}
    )*};
}

classify! {
    Element {
        /// Where elements, or parts of complex ones, are not a number: `numpy.isnan`.
        isnan = T::is_nan;
        /// Where elements, or parts of complex ones, are infinite: `numpy.isinf`.
        isinf = |x: T| x.to_number().is_infinite();
        /// Where elements, and both parts of complex ones, are neither infinite nor NaN: `numpy.isfinite`.
        isfinite = |x: T| !x.is_nan() && !x.to_number().is_infinite();
    }
    Float {
        /// Where the sign bit is set, also on −0 and NaN: `numpy.signbit`.
        signbit = T::is_sign_negative;
    }
}
