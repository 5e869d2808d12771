//! Elements picked by position along an axis.

use crate::array::Array;
use crate::element::{Element, Integer};
use crate::error::{Error, OrPanic, Result};
use crate::kernels::gather::gather;
use crate::layout::Shape;
use crate::layout::shape::{axis_of, index_of};

/// Resolves indices that may count from the end against one axis of a shape.
fn resolve<I: Integer>(
    op: &'static str,
    indices: &Array<I>,
    axis: usize,
    shape: &[usize],
) -> Result<Vec<usize>> {
    indices.iter().map(|&i| index_of(op, i.to_isize().unwrap_or(isize::MAX), axis, shape)).collect()
}

impl<T: Element> Array<T> {
    /// The slices at these positions along an axis: `numpy.take(a, indices, axis)`.
    ///
    /// The axis is replaced by the axes of `indices`. Negative positions count from the end.
    ///
    /// ```
    /// use array_core::Array;
    /// let m = Array::arange(0, 12, 1).reshape([4, 3]);
    /// let rows = Array::from_vec([3, -4], 2);
    /// assert_eq!(m.take(&rows, 0).to_vec(), [9, 10, 11, 0, 1, 2]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist or an index lies outside it.
    #[track_caller]
    pub fn take<I: Integer>(&self, indices: &Array<I>, axis: isize) -> Array<T> {
        self.try_take(indices, axis).or_panic()
    }

    /// As [`Array::take`]; fails where it panics.
    pub fn try_take<I: Integer>(&self, indices: &Array<I>, axis: isize) -> Result<Array<T>> {
        let at = axis_of("take", axis, self.shape())?;
        let positions = resolve("take", indices, at, self.shape())?;
        let mut flat = Shape::from_slice(self.shape());
        flat[at] = positions.len();
        let taken =
            Array::build(Self::new_layout("take", &flat)?, |out| gather(out, self.operand(), at, &positions));
        let mut shape = Shape::from_slice(&self.shape()[..at]);
        shape.extend_from_slice(indices.shape());
        shape.extend_from_slice(&self.shape()[at + 1..]);
        taken.try_reshape(&shape[..])
    }

    /// One element per index, each from the lane its index stands in: `numpy.take_along_axis`.
    ///
    /// `indices` has this array's shape but for `axis`; so has the result.
    ///
    /// ```
    /// use array_core::Array;
    /// let probabilities = Array::from_vec([0.1, 0.9, 0.8, 0.2], [2, 2]);
    /// let labels = Array::from_vec([1, 0], [2, 1]);
    /// assert_eq!(probabilities.take_along_axis(&labels, 1).to_vec(), [0.9, 0.8]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist, the shapes differ on another axis, or an index lies outside the axis.
    #[track_caller]
    pub fn take_along_axis<I: Integer>(&self, indices: &Array<I>, axis: isize) -> Array<T> {
        self.try_take_along_axis(indices, axis).or_panic()
    }

    /// As [`Array::take_along_axis`]; fails where it panics.
    pub fn try_take_along_axis<I: Integer>(&self, indices: &Array<I>, axis: isize) -> Result<Array<T>> {
        let op = "take_along_axis";
        let at = axis_of(op, axis, self.shape())?;
        let mut expected = Shape::from_slice(self.shape());
        if let Some(&size) = indices.shape().get(at) {
            expected[at] = size;
        }
        if indices.shape() != &expected[..] {
            let shapes = [self.shape().to_vec(), indices.shape().to_vec()];
            return Err(Error::Shapes { op, shapes, rule: "must agree on all axes but the one taken along" });
        }
        let positions = resolve(op, indices, at, self.shape())?;
        // Lane starts, once for every index in the lane, in the order of the indices.
        let lanes = self.layout().without_axis(at, 0).with_axis(at).broadcast_to(op, &expected)?;
        let starts = crate::layout::walk::Offsets::new(&lanes);
        let stride = self.strides()[at];
        let values = starts
            .zip(positions)
            .map(|(start, i)| self.data()[(start as isize + i as isize * stride) as usize]);
        Array::try_from_vec(values.collect::<Vec<T>>(), indices.shape())
    }
}
