//! The right-hand side of an operation: an array, or a scalar that broadcasts to any shape.

use crate::array::Array;
use crate::element::Element;

/// What may stand on the right of an element-wise operation: `&array`, `array` or a scalar.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an array of `{T}` nor a scalar of that type",
    note = "arrays of different element types do not mix: convert one with `.cast()`"
)]
pub trait Operand<T: Element> {
    /// The scalar or the array.
    fn source(&self) -> Source<'_, T>;
}

/// A scalar or an array.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a, T: Element> {
    /// Broadcasts to any shape.
    Scalar(T),
    /// Broadcasts by NumPy's rules.
    Array(&'a Array<T>),
}

impl<T: Element> Source<'_, T> {
    /// An array of either: without axes, if it is a scalar.
    pub(crate) fn to_array(self) -> Array<T> {
        match self {
            Source::Scalar(value) => Array::scalar(value),
            Source::Array(array) => array.clone(),
        }
    }
}

impl<T: Element> Operand<T> for T {
    #[inline(always)]
    fn source(&self) -> Source<'_, T> {
        Source::Scalar(*self)
    }
}

impl<T: Element> Operand<T> for Array<T> {
    #[inline(always)]
    fn source(&self) -> Source<'_, T> {
        Source::Array(self)
    }
}

impl<T: Element> Operand<T> for &Array<T> {
    #[inline(always)]
    fn source(&self) -> Source<'_, T> {
        Source::Array(self)
    }
}

impl<T: Element> Operand<T> for Source<'_, T> {
    #[inline(always)]
    fn source(&self) -> Source<'_, T> {
        *self
    }
}
