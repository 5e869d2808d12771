//! Figures that describe an array.

use array_core::Array;
use serde::Serialize;

use crate::scalar::Scalar;

/// What a look at all elements of an array says, computed in `f64`; with NaN among them, as NumPy does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Stats {
    /// The number of elements.
    pub size: usize,
    /// The mean; NaN if there are no elements, as are the figures below.
    pub mean: f64,
    /// The standard deviation (divided by the number of elements).
    pub std: f64,
    /// The least element.
    pub min: f64,
    /// The greatest element.
    pub max: f64,
    /// The fraction of elements that are 0.
    pub zeros: f64,
    /// The fraction that is NaN.
    pub nans: f64,
    /// The fraction that is infinite.
    pub infinities: f64,
    /// The 2-norm: √Σx²; 0 if there are no elements.
    pub norm: f64,
}

/// Sums are kept apart by position modulo this, so that one addition need not wait for the last.
const LANES: usize = 8;

/// Folds every element into the accumulator of its lane.
fn fold<T: Scalar, A: Copy>(values: &[T], start: A, mut step: impl FnMut(&mut A, f64)) -> [A; LANES] {
    let mut lanes = [start; LANES];
    let (groups, rest) = values.as_chunks::<LANES>();
    for group in groups {
        lanes.iter_mut().zip(group).for_each(|(lane, x)| step(lane, x.to_f64()));
    }
    lanes.iter_mut().zip(rest).for_each(|(lane, x)| step(lane, x.to_f64()));
    lanes
}

impl Stats {
    /// Of all elements.
    pub fn of<T: Scalar>(array: &Array<T>) -> Stats {
        let array = array.contiguous();
        let values = array.as_slice().unwrap_or_default();
        // Σx, Σx², least, greatest, count of zeros
        let start = (0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, 0usize);
        let lanes = fold(values, start, |(sum, squares, min, max, zeros), x| {
            *sum += x;
            *squares += x * x;
            *min = min.min(x);
            *max = max.max(x);
            *zeros += usize::from(x == 0.0);
        });
        let sum: f64 = lanes.iter().map(|lane| lane.0).sum();
        let squares: f64 = lanes.iter().map(|lane| lane.1).sum();
        // A sum is finite only if all elements are.
        let count_of = |bad: fn(f64) -> bool| match sum.is_finite() {
            true => 0,
            false => values.iter().filter(|x| bad(x.to_f64())).count(),
        };
        let (nans, infinities) = (count_of(f64::is_nan), count_of(f64::is_infinite));
        let count = values.len() as f64;
        let mean = sum / count;
        let deviations = fold(values, 0.0, |sum, x| *sum += (x - mean).powi(2));
        let bounds = lanes
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), lane| (min.min(lane.2), max.max(lane.3)));
        let bounds = if nans > 0 || values.is_empty() { (f64::NAN, f64::NAN) } else { bounds };
        let fraction = |part: usize| part as f64 / count;
        Stats {
            size: values.len(),
            mean,
            std: (deviations.iter().sum::<f64>() / count).sqrt(),
            min: bounds.0,
            max: bounds.1,
            zeros: fraction(lanes.iter().map(|lane| lane.4).sum()),
            nans: fraction(nans),
            infinities: fraction(infinities),
            norm: squares.sqrt(),
        }
    }
}
