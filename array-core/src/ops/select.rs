//! Choosing between two values by a mask.

use super::Layout;
use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::kernels::map::map3;
use crate::kernels::operand::In;
use crate::layout::broadcast::broadcast_shapes;
use crate::operand::{Operand, Source};

impl Array<bool> {
    /// Where the mask holds the first value, elsewhere the second, all broadcast: `numpy.where(mask, x, y)`.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([-1.0, 2.0, -3.0], 3);
    /// assert_eq!(a.less(0.0).select(0.0, &a).to_vec(), [0.0, 2.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn select<T: Element>(&self, x: impl Operand<T>, y: impl Operand<T>) -> Array<T> {
        self.try_select(x, y).or_panic()
    }

    /// As [`Array::select`]; fails where it panics.
    pub fn try_select<T: Element>(&self, x: impl Operand<T>, y: impl Operand<T>) -> Result<Array<T>> {
        let op = "where";
        let scalar = |source: Source<'_, T>| match source {
            Source::Scalar(value) => Array::scalar(value),
            Source::Array(array) => array.clone(),
        };
        let (x, y) = (scalar(x.source()), scalar(y.source()));
        let shape = broadcast_shapes(op, &broadcast_shapes(op, self.shape(), x.shape())?, y.shape())?;
        let layout: Layout = Array::<T>::new_layout(op, &shape)?;
        let (of_mask, of_x, of_y) =
            (self.stretched(op, &shape)?, x.stretched(op, &shape)?, y.stretched(op, &shape)?);
        let mask = In::new(self.data(), &of_mask);
        Ok(Array::build(layout, |out| {
            map3(
                out,
                mask,
                In::new(x.data(), &of_x),
                In::new(y.data(), &of_y),
                #[inline(always)]
                |mask, x, y| if mask { x } else { y },
            );
        }))
    }
}
