//! The Kronecker product.

use crate::array::Array;
use crate::element::Num;
use crate::error::{OrPanic, Result};
use crate::layout::Shape;

impl<T: Num> Array<T> {
    /// The Kronecker product: a block for every element of this array, the other one times that element.
    /// `numpy.kron`.
    ///
    /// Sizes multiply, axis by axis; the array with fewer axes gets more on the left.
    ///
    /// ```
    /// use array_core::array;
    /// assert_eq!(array![1, 10].kron(&array![5, 6]), array![5, 6, 50, 60]);
    /// ```
    ///
    /// # Panics
    /// If the result exceeds the address space.
    #[track_caller]
    pub fn kron(&self, other: &Array<T>) -> Array<T> {
        self.try_kron(other).or_panic()
    }

    /// As [`Array::kron`]; fails where it panics.
    pub fn try_kron(&self, other: &Array<T>) -> Result<Array<T>> {
        let ndim = self.ndim().max(other.ndim());
        let size = |array: &Array<T>, axis: usize| {
            (axis + array.ndim()).checked_sub(ndim).map_or(1, |own| array.shape()[own])
        };
        // (a₀, 1, a₁, 1, …) · (1, b₀, 1, b₁, …)
        let blocks: Shape = (0..ndim).flat_map(|axis| [size(self, axis), 1]).collect();
        let inside: Shape = (0..ndim).flat_map(|axis| [1, size(other, axis)]).collect();
        let product = self.try_reshape(&blocks[..])?.try_mul(&other.try_reshape(&inside[..])?)?;
        let shape: Shape = (0..ndim).map(|axis| size(self, axis) * size(other, axis)).collect();
        product.try_reshape(&shape[..])
    }
}
