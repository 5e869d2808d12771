//! Boolean masks: the elements they mark, read and written, and where these are.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::compress::Compress;
use crate::layout::Shape;
use crate::operand::{Operand, Source};
use crate::view_mut::ViewMut;

/// Refuses a mask that does not have the sizes of the leading axes: masks are never broadcast.
fn check_mask(op: &'static str, shape: &[usize], mask: &Array<bool>) -> Result<()> {
    if shape.starts_with(mask.shape()) {
        return Ok(());
    }
    let shapes = [shape.to_vec(), mask.shape().to_vec()];
    Err(Error::Shapes { op, shapes, rule: "a mask must have the sizes of the leading axes" })
}

impl Array<bool> {
    /// How many elements are true; and for each axis, where along it they are, in row-major order.
    pub(super) fn marks(&self) -> (usize, Vec<Vec<i64>>) {
        let mask = self.contiguous();
        let marks = Compress::new(mask.as_slice().unwrap_or_default());
        let mut rest = vec![0; marks.count()];
        marks.positions(&mut rest);
        // Flat positions become indices by division, from the last axis to the first.
        let mut indices = Vec::with_capacity(self.ndim());
        for &size in self.shape().iter().skip(1).rev() {
            let size = size as i64;
            indices.push(rest.iter().map(|position| position % size).collect());
            rest.iter_mut().for_each(|position| *position /= size);
        }
        indices.extend((self.ndim() > 0).then_some(rest));
        indices.reverse();
        (marks.count(), indices)
    }
}

impl<T: Element> Array<T> {
    /// The elements that a mask marks, in row-major order, as one axis: NumPy's `a[mask]`.
    ///
    /// The mask has the shape of the array, or of its leading axes; then whole slices are kept.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([1.0, -2.0, 3.0, -4.0], [2, 2]);
    /// assert_eq!(a.mask(&a.greater(0.0)).to_vec(), [1.0, 3.0]);
    /// let rows = Array::from_vec([false, true], 2);
    /// assert_eq!(a.mask(&rows).shape(), [1, 2]);
    /// ```
    ///
    /// # Panics
    /// If the mask's shape is not that of the leading axes: masks are never broadcast.
    #[track_caller]
    pub fn mask(&self, mask: &Array<bool>) -> Array<T> {
        self.try_mask(mask).or_panic()
    }

    /// As [`Array::mask`]; fails where it panics.
    pub fn try_mask(&self, mask: &Array<bool>) -> Result<Array<T>> {
        let op = "mask";
        check_mask(op, self.shape(), mask)?;
        if self.shape() == mask.shape() {
            let (a, mask) = (self.contiguous(), mask.contiguous());
            let marks = Compress::new(mask.as_slice().unwrap_or_default());
            return Array::filled(op, marks.count(), |out| {
                marks.elements(out, a.as_slice().unwrap_or_default());
            });
        }
        self.gathered(op, &self.layout().marked(mask.ndim(), mask.iter().copied()))
    }

    /// Writes to the elements that a mask marks: NumPy's `a[mask] = values`.
    ///
    /// The values broadcast to the shape of [`Array::mask`]'s result: one value for all, or one for each.
    ///
    /// ```
    /// use array_core::Array;
    /// let mut a = Array::from_vec([1.0, -2.0, 3.0, -4.0], 4);
    /// a.mask_assign(&a.less(0.0), 0.0);
    /// a.mask_assign(&a.greater(0.0), &Array::from_vec([7.0, 8.0], 2));
    /// assert_eq!(a.to_vec(), [7.0, 0.0, 8.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// If the mask's shape is not that of the leading axes, or the values do not broadcast to what it marks.
    #[track_caller]
    pub fn mask_assign(&mut self, mask: &Array<bool>, values: impl Operand<T>) {
        self.try_mask_assign(mask, values).or_panic();
    }

    /// As [`Array::mask_assign`]; fails, and writes nothing, where it panics.
    pub fn try_mask_assign(&mut self, mask: &Array<bool>, values: impl Operand<T>) -> Result<()> {
        self.view_mut().try_mask_assign(mask, values)
    }

    /// For each axis, where along it the elements are that are not 0 (`false`), in row-major order:
    /// `numpy.nonzero`, and `numpy.where` with one argument.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([0, 5, 0, 7, 0, 9], [2, 3]);
    /// let at = a.nonzero();
    /// assert_eq!((at[0].to_vec(), at[1].to_vec()), (vec![0, 1, 1], vec![1, 0, 2]));
    /// assert_eq!(a.pick((&at[0], &at[1])).to_vec(), [5, 7, 9]);
    /// ```
    ///
    /// # Panics
    /// If there are no axes to be found along.
    #[track_caller]
    pub fn nonzero(&self) -> Vec<Array<i64>> {
        self.try_nonzero().or_panic()
    }

    /// As [`Array::nonzero`]; fails if there are no axes.
    pub fn try_nonzero(&self) -> Result<Vec<Array<i64>>> {
        if self.ndim() == 0 {
            let message = "an array without axes has no positions".to_string();
            return Err(Error::Value { op: "nonzero", message });
        }
        let (count, indices) = self.truth().marks();
        indices.iter().map(|list| Array::try_from_vec(list, count)).collect()
    }

    /// The indices of the elements that are not 0 (`false`), one row each: `numpy.argwhere`.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([0, 5, 0, 7, 0, 9], [2, 3]);
    /// assert_eq!(a.argwhere().to_vec(), [0, 1, 1, 0, 1, 2]);
    /// ```
    pub fn argwhere(&self) -> Array<i64> {
        let (count, indices) = self.truth().marks();
        Array::from_fn([count, self.ndim()], |index| indices[index[1]][index[0]])
    }

    /// Where the elements are that are not 0 (`false`), counted in row-major order: `numpy.flatnonzero`.
    pub fn flatnonzero(&self) -> Array<i64> {
        let truth = self.truth().contiguous();
        let marks = Compress::new(truth.as_slice().unwrap_or_default());
        Array::filled("flatnonzero", marks.count(), |out| marks.positions(out)).or_panic()
    }
}

impl<T: Element> ViewMut<'_, T> {
    /// As [`Array::mask_assign`], in a part of an array.
    #[track_caller]
    pub fn mask_assign(&mut self, mask: &Array<bool>, values: impl Operand<T>) {
        self.try_mask_assign(mask, values).or_panic();
    }

    /// As [`ViewMut::mask_assign`]; fails, and writes nothing, where it panics.
    pub fn try_mask_assign(&mut self, mask: &Array<bool>, values: impl Operand<T>) -> Result<()> {
        let op = "mask_assign";
        check_mask(op, self.shape(), mask)?;
        if let Source::Scalar(value) = values.source() {
            // One flag for every element of the rows it marks.
            let mut expanded = Shape::from_slice(mask.shape());
            expanded.resize(self.shape().len(), 1);
            return self.update(
                op,
                &mask.try_reshape(&expanded[..])?,
                #[inline(always)]
                |old, marked| if marked { value } else { old },
            );
        }
        let picks = self.layout().marked(mask.ndim(), mask.iter().copied());
        self.scattered(
            op,
            &picks,
            values,
            #[inline(always)]
            |_, new| new,
        )
    }
}
