//! Some elements where a sort would put them, the rest on the right side of them.

use super::{positions, rearranged};
use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::sort::{arg_select_lanes, select_lanes, topk_lanes};
use crate::layout::shape::{IntList, axis_of, index_of};

/// The ranks that `kth` names along axis `at`, ascending. An array without elements has none, and none is missed.
fn ranks(op: &'static str, kth: impl IntList, at: usize, shape: &[usize]) -> Result<Vec<usize>> {
    if shape.contains(&0) {
        return Ok(Vec::new());
    }
    let ranks: Result<Vec<usize>> = kth.ints().iter().map(|&k| index_of(op, k, at, shape)).collect();
    let mut ranks = ranks?;
    ranks.sort_unstable();
    ranks.dedup();
    Ok(ranks)
}

impl<T: Element> Array<T> {
    /// Along an axis, the elements of rank `kth` where a sort would put them, lesser or equal ones before, greater
    /// or equal ones behind, in no particular order: `numpy.partition(a, kth, axis)`.
    ///
    /// `kth` is one rank or a list; negative ones count from the end.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([5, 1, 4, 2, 3], 5).partition(2, 0);
    /// assert_eq!(a[2], 3);
    /// assert!(a[0].max(a[1]) < 3 && a[3].min(a[4]) > 3);
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist or has no such rank.
    #[track_caller]
    pub fn partition(&self, kth: impl IntList, axis: isize) -> Array<T> {
        self.try_partition(kth, axis).or_panic()
    }

    /// As [`Array::partition`]; fails where it panics.
    pub fn try_partition(&self, kth: impl IntList, axis: isize) -> Result<Array<T>> {
        let at = axis_of("partition", axis, self.shape())?;
        let ranks = ranks("partition", kth, at, self.shape())?;
        rearranged(self, at, |lanes, len| select_lanes(lanes, len, &ranks))
    }

    /// The positions along an axis that would [partition](Array::partition) it: `numpy.argpartition(a, kth, axis)`.
    ///
    /// # Panics
    /// If the axis does not exist or has no such rank.
    #[track_caller]
    pub fn argpartition(&self, kth: impl IntList, axis: isize) -> Array<i64> {
        self.try_argpartition(kth, axis).or_panic()
    }

    /// As [`Array::argpartition`]; fails where it panics.
    pub fn try_argpartition(&self, kth: impl IntList, axis: isize) -> Result<Array<i64>> {
        let at = axis_of("argpartition", axis, self.shape())?;
        let ranks = ranks("argpartition", kth, at, self.shape())?;
        positions(self, at, self.shape()[at], |positions, lanes, len| {
            arg_select_lanes(positions, lanes, len, &ranks);
        })
    }

    /// The `k` greatest elements along an axis in descending order, and their positions.
    ///
    /// A NaN counts as greatest; of equal elements the first comes first. (NumPy has no such function; PyTorch
    /// calls it `topk`.)
    ///
    /// ```
    /// use array_core::Array;
    /// let (values, positions) = Array::from_vec([2, 9, 4, 9], 4).topk(3, 0);
    /// assert_eq!((values.to_vec(), positions.to_vec()), (vec![9, 9, 4], vec![1, 3, 2]));
    /// ```
    ///
    /// # Panics
    /// If the axis does not exist or has fewer than `k` elements.
    #[track_caller]
    pub fn topk(&self, k: usize, axis: isize) -> (Array<T>, Array<i64>) {
        self.try_topk(k, axis).or_panic()
    }

    /// As [`Array::topk`]; fails where it panics.
    pub fn try_topk(&self, k: usize, axis: isize) -> Result<(Array<T>, Array<i64>)> {
        let at = axis_of("topk", axis, self.shape())?;
        let size = self.shape()[at];
        if k > size {
            let message =
                format!("k = {k} exceeds the {size} elements of axis {axis} of shape {:?}", self.shape());
            return Err(Error::Value { op: "topk", message });
        }
        let positions = positions(self, at, k, |positions, lanes, len| topk_lanes(positions, lanes, len, k))?;
        Ok((self.try_take_along_axis(&positions, axis)?, positions))
    }
}
