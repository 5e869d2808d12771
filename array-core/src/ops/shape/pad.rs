//! Margins around arrays.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::Shape;
use crate::layout::pick::Positions;
use crate::layout::shape::Int;
use crate::layout::slice::IntoSliceItem;

/// What margins are filled with: NumPy's `mode`.
///
/// ```
/// use array_core::{Array, Pad, array};
/// let a = array![1, 2, 3];
/// assert_eq!(a.pad(2, Pad::Constant(0)), array![0, 0, 1, 2, 3, 0, 0]);
/// assert_eq!(a.pad(2, Pad::Edge), array![1, 1, 1, 2, 3, 3, 3]);
/// assert_eq!(a.pad(2, Pad::Reflect), array![3, 2, 1, 2, 3, 2, 1]);
/// assert_eq!(a.pad(2, Pad::Symmetric), array![2, 1, 1, 2, 3, 3, 2]);
/// assert_eq!(a.pad(2, Pad::Wrap), array![2, 3, 1, 2, 3, 1, 2]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pad<T> {
    /// This value.
    Constant(T),
    /// The outermost element.
    Edge,
    /// The array mirrored at its outermost element, which is not repeated.
    Reflect,
    /// The array mirrored at its border, so that the outermost element is repeated.
    Symmetric,
    /// The array again, as on a circle.
    Wrap,
}

impl<T> Pad<T> {
    /// The index, on an axis of `size` elements, that the element at `i` (negative, or beyond the end) repeats.
    fn source(&self, i: isize, size: isize) -> isize {
        let mirrored = |i: isize, period: isize| if i < size { i } else { period - i };
        match self {
            Pad::Constant(_) => i,
            Pad::Edge => i.clamp(0, size - 1),
            Pad::Reflect if size == 1 => 0,
            Pad::Reflect => mirrored(i.rem_euclid(2 * size - 2), 2 * size - 2),
            Pad::Symmetric => mirrored(i.rem_euclid(2 * size), 2 * size - 1),
            Pad::Wrap => i.rem_euclid(size),
        }
    }
}

/// Widths of margins: one for all sides, `(before, after)` for all axes, or `(before, after)` for each axis.
pub trait PadWidths {
    /// The widths on both sides of each of `ndim` axes; `None` if there are not as many.
    fn widths(&self, ndim: usize) -> Option<Vec<(isize, isize)>>;
}

impl<I: Int> PadWidths for I {
    fn widths(&self, ndim: usize) -> Option<Vec<(isize, isize)>> {
        Some(vec![(self.int(), self.int()); ndim])
    }
}

impl<I: Int, J: Int> PadWidths for (I, J) {
    fn widths(&self, ndim: usize) -> Option<Vec<(isize, isize)>> {
        Some(vec![(self.0.int(), self.1.int()); ndim])
    }
}

impl<I: Int, J: Int> PadWidths for &[(I, J)] {
    fn widths(&self, ndim: usize) -> Option<Vec<(isize, isize)>> {
        (self.len() == ndim).then(|| self.iter().map(|(before, after)| (before.int(), after.int())).collect())
    }
}

impl<I: Int, J: Int, const N: usize> PadWidths for [(I, J); N] {
    fn widths(&self, ndim: usize) -> Option<Vec<(isize, isize)>> {
        self.as_slice().widths(ndim)
    }
}

impl<T: Element> Array<T> {
    /// This array with margins around it: `numpy.pad`.
    ///
    /// ```
    /// use array_core::{Pad, array};
    /// let m = array![[1, 2], [3, 4]];
    /// assert_eq!(m.pad([(0, 1), (1, 0)], Pad::Constant(9)), array![[9, 1, 2], [9, 3, 4], [9, 9, 9]]);
    /// ```
    ///
    /// # Panics
    /// If a width is negative, there is not a pair of widths for each axis, or an empty axis would have to
    /// grow by repeating its elements.
    #[track_caller]
    pub fn pad(&self, widths: impl PadWidths, mode: Pad<T>) -> Array<T> {
        self.try_pad(widths, mode).or_panic()
    }

    /// As [`Array::pad`]; fails where it panics.
    pub fn try_pad(&self, widths: impl PadWidths, mode: Pad<T>) -> Result<Array<T>> {
        let op = "pad";
        let error = |message: String| Error::Value { op, message };
        let Some(widths) = widths.widths(self.ndim()) else {
            return Err(error(format!("not one pair of widths for each axis of shape {:?}", self.shape())));
        };
        if widths.iter().any(|&(before, after)| before < 0 || after < 0) {
            return Err(error(format!("negative widths {widths:?}")));
        }
        let padded = |(&size, &(before, after)): (&usize, &(isize, isize))| {
            size.saturating_add(before as usize).saturating_add(after as usize)
        };
        let shape: Shape = self.shape().iter().zip(&widths).map(padded).collect();
        Self::new_layout(op, &shape)?;

        if let Pad::Constant(value) = mode {
            let mut padded = Self::filled(op, &shape[..], |out| out.fill(value))?;
            let inside: Vec<_> = widths
                .iter()
                .zip(self.shape())
                .map(|(&(before, _), &size)| (before..before + size as isize).slice_item())
                .collect();
            padded.try_slice_mut(&inside[..])?.try_assign(self)?;
            return Ok(padded);
        }
        let mut padded = self.clone();
        for (axis, (&size, &(before, after))) in self.shape().iter().zip(&widths).enumerate() {
            if (before, after) == (0, 0) {
                continue;
            }
            if size == 0 {
                return Err(error(format!(
                    "axis {axis} of shape {:?} has no elements to repeat",
                    self.shape()
                )));
            }
            let size = size as isize;
            let sources: Vec<i64> = (-before..size + after).map(|i| mode.source(i, size) as i64).collect();
            padded = padded.gathered_along(op, axis, Positions::list(&sources))?;
        }
        Ok(padded)
    }
}
