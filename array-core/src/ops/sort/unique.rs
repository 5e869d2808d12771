//! Each value once.

use crate::array::Array;
use crate::element::Element;

/// What [`Array::unique_all`] finds.
#[derive(Debug, Clone)]
pub struct Unique<T: Element> {
    /// Each value once, in ascending order.
    pub values: Array<T>,
    /// Where each value first occurs, counted in row-major order.
    pub indices: Array<i64>,
    /// For each element, which value it is; in the shape of the array.
    pub inverse: Array<i64>,
    /// How often each value occurs.
    pub counts: Array<i64>,
}

/// Whether two elements count as one value: equal ones, and all NaNs.
fn same<T: Element>(a: T, b: T) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

impl<T: Element> Array<T> {
    /// Each value once, in ascending order: `numpy.unique`.
    ///
    /// All NaNs are one value, and so are −0 and 0.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::from_vec([3, 1, 3, 2], [2, 2]).unique().to_vec(), [1, 2, 3]);
    /// ```
    pub fn unique(&self) -> Array<T> {
        let mut values = self.ravel().sort(0).to_vec();
        values.dedup_by(|a, b| same(*a, *b));
        values.into_iter().collect()
    }

    /// Each value once, where it occurs and how often:
    /// `numpy.unique(a, return_index=True, return_inverse=True, return_counts=True)`.
    ///
    /// ```
    /// use array_core::Array;
    /// let unique = Array::from_vec([3, 1, 3, 2], [2, 2]).unique_all();
    /// assert_eq!(unique.values.to_vec(), [1, 2, 3]);
    /// assert_eq!(unique.indices.to_vec(), [1, 3, 0]);
    /// assert_eq!(unique.inverse.to_vec(), [2, 0, 2, 1]);
    /// assert_eq!(unique.counts.to_vec(), [1, 1, 2]);
    /// ```
    pub fn unique_all(&self) -> Unique<T> {
        let elements = self.to_vec();
        let order = self.ravel().argsort(0).to_vec();
        let (mut values, mut indices, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        let mut inverse = vec![0; elements.len()];
        // The sort is stable, so of equal elements the first one comes first. Of complex NaNs, which are not all equal
        // to the sort, the least does.
        for run in order.chunk_by(|&a, &b| same(elements[a as usize], elements[b as usize])) {
            let first = run[0];
            for &position in run {
                inverse[position as usize] = values.len() as i64;
            }
            values.push(elements[first as usize]);
            indices.push(first);
            counts.push(run.len() as i64);
        }
        Unique {
            values: values.into_iter().collect(),
            indices: indices.into_iter().collect(),
            inverse: Array::from_vec(inverse, self.shape()),
            counts: counts.into_iter().collect(),
        }
    }
}
