//! How the elements of an array are distributed.

use array_core::Array;
use serde::{Deserialize, Serialize};

use super::Stats;
use crate::scalar::Scalar;

/// Counts of the finite elements of an array in 24 equal bins, from the least to the greatest: NumPy's
/// `histogram(a, 24)`.
///
/// ```
/// use array_core::Array;
/// use nn::trace::Histogram;
/// let of_squares = Histogram::of(&Array::from_fn([100], |i| (i[0] * i[0]) as f32)).unwrap();
/// assert_eq!((of_squares.low, of_squares.high, of_squares.counts[0]), (0.0, 9801.0, 21));
/// assert_eq!(of_squares.counts.iter().sum::<u64>(), 100);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// The least element, where the first bin begins.
    pub low: f64,
    /// The greatest element, where the last bin ends; it is counted there.
    pub high: f64,
    /// The number of elements in each bin. If all elements are the same, they are in the middle one.
    pub counts: Vec<u64>,
}

const BINS: usize = 24;

impl Histogram {
    /// `None` if no element is finite.
    pub fn of<T: Scalar>(array: &Array<T>) -> Option<Histogram> {
        Histogram::with_stats(array, &Stats::of(array))
    }

    /// The same, where the statistics are known already.
    pub(crate) fn with_stats<T: Scalar>(array: &Array<T>, stats: &Stats) -> Option<Histogram> {
        let array = array.contiguous();
        let values = array.as_slice().unwrap_or_default();
        let finite = || values.iter().map(|x| x.to_f64()).filter(|x| x.is_finite());
        let (low, high) = match stats.min.is_finite() && stats.max.is_finite() {
            true => (stats.min, stats.max),
            false => {
                finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
            }
        };
        let mut counts = vec![0; BINS];
        let per_unit = BINS as f64 / (high - low);
        for x in finite() {
            let bin = if high > low { ((x - low) * per_unit) as usize } else { BINS / 2 };
            counts[bin.min(BINS - 1)] += 1;
        }
        (low <= high).then_some(Histogram { low, high, counts })
    }
}
