//! Arrays cut into pieces along an axis: views.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::{IntList, axis_of};
use crate::layout::slice::SliceItem;

impl<T: Element> Array<T> {
    /// Equal pieces along an axis: `numpy.split(a, sections, axis)`. At given indices: [`Array::split_at`].
    ///
    /// ```
    /// use array_core::{Array, array};
    /// let halves = Array::arange(0, 6, 1).split(2, 0);
    /// assert_eq!(halves, [array![0, 1, 2], array![3, 4, 5]]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist or its size is no multiple of the number of sections.
    #[track_caller]
    pub fn split(&self, sections: usize, axis: isize) -> Vec<Array<T>> {
        self.try_split(sections, axis).or_panic()
    }

    /// As [`Array::split`]; fails where it panics.
    pub fn try_split(&self, sections: usize, axis: isize) -> Result<Vec<Array<T>>> {
        let (op, size) = ("split", self.shape()[axis_of("split", axis, self.shape())?]);
        if sections == 0 || size % sections != 0 {
            let message = format!("axis {axis} of size {size} has no {sections} equal sections");
            return Err(Error::Value { op, message });
        }
        self.try_array_split(sections, axis)
    }

    /// Pieces along an axis that are as equal as can be, longer ones first: `numpy.array_split`.
    ///
    /// # Panics
    /// If the axis does not exist or there are to be no sections.
    #[track_caller]
    pub fn array_split(&self, sections: usize, axis: isize) -> Vec<Array<T>> {
        self.try_array_split(sections, axis).or_panic()
    }

    /// As [`Array::array_split`]; fails where it panics.
    pub fn try_array_split(&self, sections: usize, axis: isize) -> Result<Vec<Array<T>>> {
        let op = "array_split";
        let size = self.shape()[axis_of(op, axis, self.shape())?];
        if sections == 0 {
            return Err(Error::Value { op, message: "at least one section is needed".to_string() });
        }
        let (each, longer) = (size / sections, size % sections);
        let cuts: Vec<usize> = (1..sections).map(|i| i * each + i.min(longer)).collect();
        self.try_split_at(cuts, axis)
    }

    /// Pieces along an axis, cut before these indices: `numpy.split(a, [2, 5], axis)`.
    ///
    /// Piece `i` is the slice from one cut to the next, with all that slices allow: cuts may count from the
    /// end and lie outside.
    ///
    /// ```
    /// use array_core::{Array, array};
    /// let pieces = Array::arange(0, 6, 1).split_at([2, -1], 0);
    /// assert_eq!(pieces, [array![0, 1], array![2, 3, 4], array![5]]);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn split_at(&self, cuts: impl IntList, axis: isize) -> Vec<Array<T>> {
        self.try_split_at(cuts, axis).or_panic()
    }

    /// As [`Array::split_at`]; fails where it panics.
    pub fn try_split_at(&self, cuts: impl IntList, axis: isize) -> Result<Vec<Array<T>>> {
        let at = axis_of("split_at", axis, self.shape())?;
        let cuts = cuts.ints();
        let starts = std::iter::once(None).chain(cuts.iter().copied().map(Some));
        let stops = cuts.iter().copied().map(Some).chain(std::iter::once(None));
        let piece = |(start, stop)| {
            let range = SliceItem::Range { start, stop, step: 1 };
            self.try_slice(&range.on_axis(at)[..])
        };
        starts.zip(stops).map(piece).collect()
    }
}
