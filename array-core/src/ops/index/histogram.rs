//! Histograms.

use super::count::check_weights;
use crate::array::Array;
use crate::element::{Float, Num, Real};
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::Int;

const OP: &str = "histogram";

fn error(message: impl Into<String>) -> Error {
    Error::Value { op: OP, message: message.into() }
}

/// The bins of a histogram: how many, from the least element to the greatest; `(how many, first, last)`; or the
/// edges of all of them.
#[derive(Debug, Clone)]
pub struct Bins(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Even { count: isize, range: Option<(f64, f64)> },
    Edges(Array<f64>),
}

impl<I: Int> From<I> for Bins {
    fn from(count: I) -> Bins {
        Bins(Kind::Even { count: count.int(), range: None })
    }
}

impl<I: Int> From<(I, f64, f64)> for Bins {
    fn from((count, first, last): (I, f64, f64)) -> Bins {
        Bins(Kind::Even { count: count.int(), range: Some((first, last)) })
    }
}

impl From<&Array<f64>> for Bins {
    fn from(edges: &Array<f64>) -> Bins {
        Bins(Kind::Edges(edges.clone()))
    }
}

/// How many elements lie in each of some bins, or how much they weigh.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram<C: Num> {
    /// For each bin, the number of elements in it, or the sum of their weights.
    pub counts: Array<C>,
    /// The edges of the bins, one more than there are bins. All bins but the last are without their right edge.
    pub edges: Array<f64>,
}

impl<C: Real> Histogram<C> {
    /// The counts as a probability density, whose integral over all bins is 1: NumPy's `density=True`.
    pub fn density(&self) -> Array<f64> {
        let counts: Vec<f64> = self.counts.iter().map(|count| count.to_f64()).collect();
        let total: f64 = counts.iter().sum();
        let edges = self.edges.to_vec();
        counts.iter().zip(edges.windows(2)).map(|(count, edge)| count / (edge[1] - edge[0]) / total).collect()
    }
}

/// Edges, and how to find the bin between them that a value lies in.
struct Finder {
    edges: Vec<f64>,
    /// Whether all bins are equally wide.
    even: bool,
}

impl Finder {
    fn new<T: Real>(bins: Bins, values: &Array<T>) -> Result<Finder> {
        match bins.0 {
            Kind::Even { count, range } => {
                if count < 1 {
                    return Err(error(format!("{count} bins")));
                }
                let (first, last) = match range {
                    Some(range) => range,
                    None if values.is_empty() => (0.0, 1.0),
                    None => (values.min().to_f64(), values.max().to_f64()),
                };
                if !(first.is_finite() && last.is_finite() && first <= last) {
                    return Err(error(format!("no bins from {first} to {last}")));
                }
                let (first, last) = if first == last { (first - 0.5, last + 0.5) } else { (first, last) };
                let edges = Array::try_linspace(first, last, count.saturating_add(1))?.to_vec();
                if edges.windows(2).any(|edge| edge[0] >= edge[1]) {
                    return Err(error(format!("{count} bins from {first} to {last} are too narrow")));
                }
                Ok(Finder { edges, even: true })
            }
            Kind::Edges(edges) => {
                if edges.ndim() != 1 {
                    return Err(error(format!("edges of shape {:?} do not have one axis", edges.shape())));
                }
                let edges = edges.to_vec();
                if edges.windows(2).any(|edge| edge[0] > edge[1]) {
                    return Err(error("the edges do not ascend"));
                }
                Ok(Finder { edges, even: false })
            }
        }
    }

    fn bins(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// The bin of a value; `None` for what lies outside all of them, and for NaN.
    #[inline]
    fn find(&self, x: f64) -> Option<usize> {
        let [first, .., last] = self.edges[..] else { return None };
        if !(first <= x && x <= last) {
            return None;
        }
        if !self.even {
            return Some((self.edges.partition_point(|&edge| edge <= x) - 1).min(self.bins() - 1));
        }
        // An estimate by proportion, set right by the edges themselves.
        let estimate = ((x - first) / (last - first) * self.bins() as f64) as usize;
        let bin = estimate.min(self.bins() - 1);
        if x < self.edges[bin] {
            Some(bin - 1)
        } else if x >= self.edges[bin + 1] && bin + 1 < self.bins() {
            Some(bin + 1)
        } else {
            Some(bin)
        }
    }

    fn histogram<T: Real, C: Num>(
        self,
        values: &Array<T>,
        weights: impl Iterator<Item = C>,
    ) -> Result<Histogram<C>> {
        let counts = Array::filled(OP, self.bins(), |counts| {
            counts.fill(C::ZERO);
            for (x, weight) in values.iter().zip(weights) {
                if let Some(bin) = self.find(x.to_f64()) {
                    counts[bin] = counts[bin].add(weight);
                }
            }
        })?;
        Ok(Histogram { counts, edges: self.edges.into() })
    }
}

impl<T: Real> Array<T> {
    /// How many elements lie in each of some bins: `numpy.histogram`. Values are compared as `f64`.
    ///
    /// ```
    /// use array_core::array;
    /// let data = array![1.0, 2.0, 1.0, 4.0];
    /// let histogram = data.histogram(3);
    /// assert_eq!(histogram.edges, array![1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(histogram.counts, array![2i64, 1, 1]);
    /// assert_eq!(data.histogram((2, 0.0, 4.0)).counts, array![2i64, 2]);
    /// assert_eq!(data.histogram(&array![0.0, 1.5, 2.0]).counts, array![2i64, 1]);
    /// ```
    ///
    /// # Panics
    /// If there is no bin, bins would be infinitely narrow or wide, or edges do not ascend along one axis.
    #[track_caller]
    pub fn histogram(&self, bins: impl Into<Bins>) -> Histogram<i64> {
        self.try_histogram(bins).or_panic()
    }

    /// As [`Array::histogram`]; fails where it panics.
    pub fn try_histogram(&self, bins: impl Into<Bins>) -> Result<Histogram<i64>> {
        Finder::new(bins.into(), self)?.histogram(self, std::iter::repeat(1))
    }

    /// The sum of the weights of the elements in each of some bins: `numpy.histogram` with weights.
    ///
    /// # Panics
    /// Where [`Array::histogram`] does, and if the shape of the weights differs.
    #[track_caller]
    pub fn histogram_weighted<W: Float>(&self, bins: impl Into<Bins>, weights: &Array<W>) -> Histogram<W> {
        self.try_histogram_weighted(bins, weights).or_panic()
    }

    /// As [`Array::histogram_weighted`]; fails where it panics.
    pub fn try_histogram_weighted<W: Float>(
        &self,
        bins: impl Into<Bins>,
        weights: &Array<W>,
    ) -> Result<Histogram<W>> {
        check_weights(OP, self, weights)?;
        Finder::new(bins.into(), self)?.histogram(self, weights.iter().copied())
    }
}
