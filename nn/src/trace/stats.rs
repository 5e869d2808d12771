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

impl Stats {
    /// Of all elements.
    pub fn of<T: Scalar>(array: &Array<T>) -> Stats {
        let array = array.contiguous();
        let values = array.as_slice().unwrap_or_default();
        let (mut sum, mut squares) = (0.0, 0.0);
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut zeros, mut nans, mut infinities) = (0, 0, 0);
        for x in values.iter().map(|x| x.to_f64()) {
            sum += x;
            squares += x * x;
            min = min.min(x);
            max = max.max(x);
            zeros += usize::from(x == 0.0);
            nans += usize::from(x.is_nan());
            infinities += usize::from(x.is_infinite());
        }
        let count = values.len() as f64;
        let mean = sum / count;
        let deviations: f64 = values.iter().map(|x| (x.to_f64() - mean).powi(2)).sum();
        let bounds = if nans > 0 || values.is_empty() { (f64::NAN, f64::NAN) } else { (min, max) };
        let fraction = |part: usize| part as f64 / count;
        Stats {
            size: values.len(),
            mean,
            std: (deviations / count).sqrt(),
            min: bounds.0,
            max: bounds.1,
            zeros: fraction(zeros),
            nans: fraction(nans),
            infinities: fraction(infinities),
            norm: squares.sqrt(),
        }
    }
}
