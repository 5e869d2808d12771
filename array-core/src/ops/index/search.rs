//! Places in sorted arrays, and membership.

use std::cmp::Ordering;

use crate::array::Array;
use crate::element::{Element, Real};
use crate::error::{Error, OrPanic, Result};
use crate::operand::{Operand, Source};

/// Which side of equal elements a value belongs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before them.
    Left,
    /// Behind them.
    Right,
}

/// The order of sorting: ascending, NaN last and equal to itself.
fn order<T: Real>(a: T, b: T) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// How many elements of a sorted slice stand before the place where a value belongs.
fn place<T: Real>(sorted: &[T], value: T, side: Side) -> usize {
    sorted.partition_point(|&x| match order(x, value) {
        Ordering::Less => true,
        Ordering::Equal => side == Side::Right,
        Ordering::Greater => false,
    })
}

/// The elements of an array of one axis.
fn one_axis<T: Element>(op: &'static str, array: &Array<T>) -> Result<Array<T>> {
    match array.ndim() {
        1 => Ok(array.contiguous()),
        _ => {
            let message = format!("shape {:?} does not have one axis", array.shape());
            Err(Error::Value { op, message })
        }
    }
}

impl<T: Real> Array<T> {
    /// Where values would have to be inserted into this sorted array of one axis to keep it sorted:
    /// `numpy.searchsorted`. NaN belongs at the end.
    ///
    /// ```
    /// use array_core::{Side, array};
    /// let sorted = array![1, 2, 2, 5];
    /// assert_eq!(sorted.searchsorted(&array![0, 2, 9], Side::Left), array![0i64, 1, 4]);
    /// assert_eq!(sorted.searchsorted(2, Side::Right).item(), 3);
    /// ```
    ///
    /// # Panics
    /// If this array does not have one axis. An unsorted array gives places without meaning.
    #[track_caller]
    pub fn searchsorted(&self, values: impl Operand<T>, side: Side) -> Array<i64> {
        self.try_searchsorted(values, side).or_panic()
    }

    /// As [`Array::searchsorted`]; fails where it panics.
    pub fn try_searchsorted(&self, values: impl Operand<T>, side: Side) -> Result<Array<i64>> {
        let sorted = one_axis("searchsorted", self)?;
        let sorted = sorted.as_slice().unwrap_or_default();
        Ok(match values.source() {
            Source::Scalar(value) => Array::scalar(place(sorted, value, side) as i64),
            Source::Array(values) => values.map(|value| place(sorted, value, side) as i64),
        })
    }

    /// The number of the bin that each element lies in, given the ascending or descending edges of bins:
    /// `numpy.digitize`.
    ///
    /// Ascending edges: bin `i` is `edges[i − 1] ≤ x < edges[i]`, with `right` `edges[i − 1] < x ≤ edges[i]`;
    /// 0 and the number of edges stand for below and above all. Descending edges: the same, mirrored.
    ///
    /// ```
    /// use array_core::array;
    /// let bins = array![0.2, 6.4, 3.0, 1.6].digitize(&array![0.0, 1.0, 2.5, 4.0, 10.0], false);
    /// assert_eq!(bins, array![1i64, 4, 3, 2]);
    /// ```
    ///
    /// # Panics
    /// If the edges do not have one axis, or neither ascend nor descend.
    #[track_caller]
    pub fn digitize(&self, edges: &Array<T>, right: bool) -> Array<i64> {
        self.try_digitize(edges, right).or_panic()
    }

    /// As [`Array::digitize`]; fails where it panics.
    pub fn try_digitize(&self, edges: &Array<T>, right: bool) -> Result<Array<i64>> {
        let op = "digitize";
        let edges = one_axis(op, edges)?;
        let never = |wrong: Ordering| {
            edges.as_slice().unwrap_or_default().windows(2).all(|pair| order(pair[0], pair[1]) != wrong)
        };
        let side = if right { Side::Left } else { Side::Right };
        if never(Ordering::Greater) {
            edges.try_searchsorted(self, side)
        } else if never(Ordering::Less) {
            let count = edges.size() as i64;
            Ok(edges.flip(0).try_searchsorted(self, side)?.into_map(|place| count - place))
        } else {
            Err(Error::Value { op, message: "the edges neither ascend nor descend".to_string() })
        }
    }

    /// Whether each element is among some values: `numpy.isin`. NaN equals nothing.
    ///
    /// ```
    /// use array_core::array;
    /// assert_eq!(array![0, 1, 2, 5, 0].isin(&array![0, 2]), array![true, false, true, false, true]);
    /// ```
    pub fn isin(&self, values: &Array<T>) -> Array<bool> {
        let mut values = values.to_vec();
        values.retain(|value| !value.is_nan());
        values.sort_unstable_by(|&a, &b| order(a, b));
        self.map(|x| values.binary_search_by(|&value| order(value, x)).is_ok())
    }
}
