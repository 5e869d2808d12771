//! Elements picked by position along one axis.

use super::spec::positions;
use crate::array::Array;
use crate::element::{Element, Integer, Num};
use crate::error::{Error, OrPanic, Result};
use crate::layout::pick::{PickItem, Positions};
use crate::layout::shape::axis_of;
use crate::layout::slice::SliceItem;
use crate::operand::Operand;

/// The positions that an index array holds.
fn positions_of(indices: &Array<i64>) -> Positions<'_> {
    Positions { values: indices.data(), layout: Some(indices.layout()) }
}

impl<T: Element> Array<T> {
    /// The slices at these positions along an axis: `numpy.take(a, indices, axis)`.
    ///
    /// The axis is replaced by the axes of `indices`. Negative positions count from the end. NumPy's
    /// `axis=None` is `a.ravel().take(indices, 0)`.
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
        let indices = positions(indices);
        self.gathered_along("take", at, positions_of(&indices))
    }

    /// The slices at these positions along axis `at`.
    pub(crate) fn gathered_along(
        &self,
        op: &'static str,
        at: usize,
        positions: Positions<'_>,
    ) -> Result<Array<T>> {
        let mut items = vec![PickItem::Slice(SliceItem::WHOLE); at];
        items.push(PickItem::Positions(positions));
        self.gathered(op, &self.layout().picked(op, &items)?)
    }

    /// One element per index, each from the lane its index stands in: `numpy.take_along_axis`.
    ///
    /// `indices` has as many axes as this array, and broadcasts with it on all but `axis`.
    ///
    /// ```
    /// use array_core::Array;
    /// let probabilities = Array::from_vec([0.1, 0.9, 0.8, 0.2], [2, 2]);
    /// let labels = Array::from_vec([1, 0], [2, 1]);
    /// assert_eq!(probabilities.take_along_axis(&labels, 1).to_vec(), [0.9, 0.8]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist, the shapes do not fit together, or an index lies outside the axis.
    #[track_caller]
    pub fn take_along_axis<I: Integer>(&self, indices: &Array<I>, axis: isize) -> Array<T> {
        self.try_take_along_axis(indices, axis).or_panic()
    }

    /// As [`Array::take_along_axis`]; fails where it panics.
    pub fn try_take_along_axis<I: Integer>(&self, indices: &Array<I>, axis: isize) -> Result<Array<T>> {
        let op = "take_along_axis";
        let at = axis_of(op, axis, self.shape())?;
        self.gathered(op, &self.layout().picked_along(op, at, positions_of(&positions(indices)))?)
    }

    /// Writes one value per index, each to the lane its index stands in: `numpy.put_along_axis`.
    ///
    /// The values broadcast to what [`Array::take_along_axis`] would return; where an element is named twice,
    /// the last value stays.
    ///
    /// ```
    /// use array_core::Array;
    /// let mut one_hot = Array::<f32>::zeros([2, 3]);
    /// one_hot.put_along_axis(&Array::from_vec([2, 0], [2, 1]), 1.0, 1);
    /// assert_eq!(one_hot.to_vec(), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// Where [`Array::take_along_axis`] does, and if the values do not broadcast.
    #[track_caller]
    pub fn put_along_axis<I: Integer>(&mut self, indices: &Array<I>, values: impl Operand<T>, axis: isize) {
        self.try_put_along_axis(indices, values, axis).or_panic();
    }

    /// As [`Array::put_along_axis`]; fails, and writes nothing, where it panics.
    pub fn try_put_along_axis<I: Integer>(
        &mut self,
        indices: &Array<I>,
        values: impl Operand<T>,
        axis: isize,
    ) -> Result<()> {
        self.updated_along(
            "put_along_axis",
            indices,
            values,
            axis,
            #[inline(always)]
            |_, new| new,
        )
    }

    fn updated_along<I: Integer>(
        &mut self,
        op: &'static str,
        indices: &Array<I>,
        values: impl Operand<T>,
        axis: isize,
        f: impl Fn(T, T) -> T,
    ) -> Result<()> {
        let at = axis_of(op, axis, self.shape())?;
        let mut view = self.view_mut();
        let picks = view.layout().picked_along(op, at, positions_of(&positions(indices)))?;
        view.scattered(op, &picks, values, f)
    }

    /// The slices along an axis where a condition of one axis holds: `numpy.compress`.
    ///
    /// The condition may be shorter than the axis: what lies beyond it is left out.
    ///
    /// ```
    /// use array_core::Array;
    /// let m = Array::arange(0, 6, 1).reshape([2, 3]);
    /// assert_eq!(m.compress(&Array::from_vec([false, true], 2), 1).to_vec(), [1, 4]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist, the condition does not have one axis, or holds beyond the end of the axis.
    #[track_caller]
    pub fn compress(&self, condition: &Array<bool>, axis: isize) -> Array<T> {
        self.try_compress(condition, axis).or_panic()
    }

    /// As [`Array::compress`]; fails where it panics.
    pub fn try_compress(&self, condition: &Array<bool>, axis: isize) -> Result<Array<T>> {
        let op = "compress";
        let at = axis_of(op, axis, self.shape())?;
        if condition.ndim() != 1 {
            let (what, shape) = ("axes, not 1, in the condition", self.shape().to_vec());
            return Err(Error::Rank { op, what, given: condition.ndim(), shape });
        }
        let (_, marks) = condition.marks();
        self.gathered_along(op, at, Positions::list(&marks[0]))
    }
}

impl<T: Num> Array<T> {
    /// Adds values, broadcast, to what [`Array::take_along_axis`] reads. A position that is given repeatedly gets the
    /// sum: `numpy.add.at`, PyTorch's `scatter_add_`.
    ///
    /// ```
    /// use array_core::Array;
    /// let mut sums = Array::zeros([2, 3]);
    /// let positions = Array::from_vec([0, 0, 2, 1], [2, 2]);
    /// sums.add_along_axis(&positions, &Array::from_vec([1.0, 2.0, 3.0, 4.0], [2, 2]), 1);
    /// assert_eq!(sums.to_vec(), [3.0, 0.0, 0.0, 0.0, 4.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// As [`Array::put_along_axis`].
    #[track_caller]
    pub fn add_along_axis<I: Integer>(&mut self, indices: &Array<I>, values: impl Operand<T>, axis: isize) {
        self.try_add_along_axis(indices, values, axis).or_panic();
    }

    /// As [`Array::add_along_axis`]; fails where it panics.
    pub fn try_add_along_axis<I: Integer>(
        &mut self,
        indices: &Array<I>,
        values: impl Operand<T>,
        axis: isize,
    ) -> Result<()> {
        self.updated_along("add_along_axis", indices, values, axis, T::add)
    }
}
