//! ndarray: strided arrays.

use array_core::{Array, Element};
use ndarray::{ArrayD, Dimension, IxDyn};

use crate::answer::{Answer, size};

/// Of the rank `D`. A transposed array stays one.
pub fn nd<T: Element, D: Dimension>(a: &Array<T>) -> ndarray::Array<T, D> {
    if a.ndim() == 2 && !a.is_contiguous() {
        return nd::<T, D>(&a.t()).reversed_axes();
    }
    let array = ArrayD::from_shape_vec(IxDyn(a.shape()), a.to_vec()).expect("as many as the shape says");
    array.into_dimensionality().expect("the rank that the row asks for")
}

impl<T: Element, D: Dimension> Answer for ndarray::Array<T, D> {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        Ok(self.iter().map(|x| size(*x)).collect())
    }
}
