//! Printing as NumPy prints.

use std::fmt;

use crate::array::Array;
use crate::element::Element;

impl<T: Element> fmt::Debug for Array<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "array({:?}, shape={:?}, dtype={})", self.to_vec(), self.shape(), T::DTYPE)
    }
}
