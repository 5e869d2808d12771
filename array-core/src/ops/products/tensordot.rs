//! Sums of products along any axes.

use super::sum_along;
use crate::array::Array;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::gemm::Gemm;
use crate::layout::shape::{IntList, axis_of};

const OP: &str = "tensordot";

impl<T: Gemm> Array<T> {
    /// The product summed along the last `axes` axes of this array and the first of the other:
    /// `numpy.tensordot(a, b, axes=n)`.
    ///
    /// With 0 it is the outer product, with 1 that of matrices.
    ///
    /// ```
    /// use array_core::Array;
    /// let (a, b) = (Array::<f64>::ones([3, 4, 5]), Array::ones([4, 5, 2]));
    /// assert_eq!(a.tensordot(&b, 2).shape(), [3, 2]);
    /// assert_eq!(a.tensordot_axes(&b, [2, 1], [1, 0]), a.tensordot(&b, 2));
    /// ```
    ///
    /// # Panics
    /// If there are not as many axes, or their sizes differ.
    #[track_caller]
    pub fn tensordot(&self, other: &Array<T>, axes: usize) -> Array<T> {
        self.try_tensordot(other, axes).or_panic()
    }

    /// As [`Array::tensordot`]; fails where it panics.
    pub fn try_tensordot(&self, other: &Array<T>, axes: usize) -> Result<Array<T>> {
        for array in [self, other] {
            if axes > array.ndim() {
                return Err(Error::Rank { op: OP, what: "axes", given: axes, shape: array.shape().to_vec() });
            }
        }
        let first = self.ndim() - axes;
        self.try_tensordot_axes(
            other,
            (first..self.ndim()).collect::<Vec<_>>(),
            (0..axes).collect::<Vec<_>>(),
        )
    }

    /// The product summed along pairs of axes, `own_axes[i]` of this array with `other_axes[i]` of the other:
    /// `numpy.tensordot(a, b, axes=(own_axes, other_axes))`.
    ///
    /// The result has the other axes of this array, then those of the other, in their order.
    ///
    /// # Panics
    /// If the lists differ in length, an axis does not exist or is given twice, or the sizes of a pair differ.
    #[track_caller]
    pub fn tensordot_axes(
        &self,
        other: &Array<T>,
        own_axes: impl IntList,
        other_axes: impl IntList,
    ) -> Array<T> {
        self.try_tensordot_axes(other, own_axes, other_axes).or_panic()
    }

    /// As [`Array::tensordot_axes`]; fails where it panics.
    pub fn try_tensordot_axes(
        &self,
        other: &Array<T>,
        own_axes: impl IntList,
        other_axes: impl IntList,
    ) -> Result<Array<T>> {
        let (own, others) = (axes_of(self, own_axes)?, axes_of(other, other_axes)?);
        let pairs: Vec<[usize; 2]> = own.iter().zip(&others).map(|(&a, &b)| [a, b]).collect();
        let fits =
            own.len() == others.len() && pairs.iter().all(|&[a, b]| self.shape()[a] == other.shape()[b]);
        if !fits {
            let shapes = [self.shape().to_vec(), other.shape().to_vec()];
            return Err(Error::Shapes {
                op: OP,
                shapes,
                rule: "the axes must be as many and of equal sizes",
            });
        }
        sum_along(OP, self, other, &pairs)
    }
}

/// Axes from the front, each once.
fn axes_of<T: Gemm>(array: &Array<T>, axes: impl IntList) -> Result<Vec<usize>> {
    let mut list = Vec::new();
    for axis in axes.ints() {
        let at = axis_of(OP, axis, array.shape())?;
        if list.contains(&at) {
            return Err(Error::RepeatedAxis { op: OP, axis, shape: array.shape().to_vec() });
        }
        list.push(at);
    }
    Ok(list)
}
