//! Medians, quantiles and percentiles.

mod method;

pub use method::QuantileMethod;

use crate::array::Array;
use crate::element::{Element, Field, Num, Real};
use crate::error::{Error, OrPanic, Result};
use crate::kernels::sort::select_lanes;
use crate::layout::shape::Axes;
use crate::number::Cast;
use crate::operand::{Operand, Source};
use method::Place;

/// The elements each result is made of, side by side.
struct Lanes<T: Element> {
    elements: Array<T>,
    /// How many elements there are per result.
    len: usize,
    result_shape: Vec<usize>,
}

impl<T: Element> Lanes<T> {
    fn new(op: &'static str, a: &Array<T>, axes: &Axes) -> Result<Lanes<T>> {
        let reduced = axes.reduced(op, a.shape())?;
        let (kept, gone): (Vec<usize>, Vec<usize>) = (0..a.ndim()).partition(|&axis| !reduced[axis]);
        let len = gone.iter().map(|&axis| a.shape()[axis]).product();
        let elements = a.try_permute([kept, gone].concat())?.copy();
        Ok(Lanes { elements, len, result_shape: axes.result_shape(a.shape(), &reduced).to_vec() })
    }

    /// Puts the elements of these ranks, and the greatest, where a sort would put them.
    fn select(&mut self, mut ranks: Vec<usize>) {
        ranks.push(self.len - 1);
        ranks.sort_unstable();
        ranks.dedup();
        select_lanes(self.elements.as_mut_slice().unwrap_or_default(), self.len, &ranks);
    }

    /// A function of each lane; NaN for a lane that holds one, which then stands at its end.
    fn map(&self, f: impl Fn(&[T]) -> T::Mean) -> impl Iterator<Item = T::Mean> {
        let lanes = self.elements.as_slice().unwrap_or_default().chunks_exact(self.len);
        lanes.map(move |lane| match lane.last() {
            Some(last) if last.is_nan() => convert(*last),
            _ => f(lane),
        })
    }
}

fn convert<T: Element>(x: T) -> T::Mean {
    T::Mean::from_number(x.to_number())
}

impl<T: Element> Array<T> {
    /// The median of all elements: the middle one in order, or the mean of the two in the middle; NaN if there are
    /// none, or one is NaN: `numpy.median`.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::from_vec([4, 1, 3, 2], 4).median(), 2.5);
    /// ```
    pub fn median(&self) -> T::Mean {
        self.median_axis(..).item()
    }

    /// As [`Array::median`], along axes.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn median_axis(&self, axes: impl Into<Axes>) -> Array<T::Mean> {
        self.try_median_axis(axes).or_panic()
    }

    /// As [`Array::median_axis`]; fails where it panics.
    pub fn try_median_axis(&self, axes: impl Into<Axes>) -> Result<Array<T::Mean>> {
        let mut lanes = Lanes::new("median", self, &axes.into())?;
        let len = lanes.len;
        if len == 0 {
            return Array::try_full(lanes.result_shape, T::mean_of(T::Wide::ZERO, 0));
        }
        let middle = [(len - 1) / 2, len / 2];
        lanes.select(middle.to_vec());
        let median = |lane: &[T]| match middle.map(|rank| lane[rank].to_wide()) {
            [low, _] if len % 2 == 1 => T::mean_of(low, 1),
            [low, high] => T::mean_of(low.add(high), 2),
        };
        Array::try_from_vec(lanes.map(median).collect::<Vec<_>>(), lanes.result_shape.clone())
    }
}

impl<T: Real> Array<T> {
    /// The `q`-quantile of all elements, between 0 and 1, linearly interpolated between the elements next to it;
    /// NaN if one is NaN: `numpy.quantile(a, q)`.
    ///
    /// Interpolation between infinities, also between equal ones, gives NaN, as in NumPy. Integers are converted
    /// to `f64` first, so that their differences do not wrap as NumPy's do.
    ///
    /// ```
    /// use array_core::Array;
    /// assert_eq!(Array::arange(0, 11, 1).quantile(0.25), 2.5);
    /// ```
    ///
    /// # Panics
    /// If there are no elements or `q` is not between 0 and 1.
    #[track_caller]
    pub fn quantile(&self, q: f64) -> T::Mean {
        self.try_quantile(q).or_panic()
    }

    /// As [`Array::quantile`]; fails where it panics.
    pub fn try_quantile(&self, q: f64) -> Result<T::Mean> {
        self.try_quantile_axis(q, ..).map(|quantile| quantile.item())
    }

    /// As [`Array::quantile`], along axes: `numpy.quantile(a, q, axis)`.
    ///
    /// For an array of quantiles, its axes come first in the result.
    ///
    /// ```
    /// use array_core::Array;
    /// let m = Array::from_vec([10, 7, 4, 3, 2, 1], [2, 3]);
    /// assert_eq!(m.quantile_axis(0.5, 0).to_vec(), [6.5, 4.5, 2.5]);
    /// assert_eq!(m.quantile_axis(Array::from_vec([0.0, 1.0], 2), 1).to_vec(), [4.0, 1.0, 10.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// If an axis does not exist or is given twice, a result would be made of no elements, or a quantile is not
    /// between 0 and 1.
    #[track_caller]
    pub fn quantile_axis(&self, q: impl Operand<f64>, axes: impl Into<Axes>) -> Array<T::Mean> {
        self.try_quantile_axis(q, axes).or_panic()
    }

    /// As [`Array::quantile_axis`]; fails where it panics.
    pub fn try_quantile_axis(&self, q: impl Operand<f64>, axes: impl Into<Axes>) -> Result<Array<T::Mean>> {
        self.try_quantile_by(q, axes, QuantileMethod::Linear)
    }

    /// As [`Array::quantile_axis`], by another method: `numpy.quantile(a, q, axis, method=…)`.
    ///
    /// # Panics
    /// As [`Array::quantile_axis`].
    #[track_caller]
    pub fn quantile_by(
        &self,
        q: impl Operand<f64>,
        axes: impl Into<Axes>,
        method: QuantileMethod,
    ) -> Array<T::Mean> {
        self.try_quantile_by(q, axes, method).or_panic()
    }

    /// As [`Array::quantile_by`]; fails where it panics.
    pub fn try_quantile_by(
        &self,
        q: impl Operand<f64>,
        axes: impl Into<Axes>,
        method: QuantileMethod,
    ) -> Result<Array<T::Mean>> {
        let op = "quantile";
        let mut lanes = Lanes::new(op, self, &axes.into())?;
        if lanes.len == 0 {
            return Err(Error::Empty { op, shape: self.shape().to_vec() });
        }
        let (quantiles, mut shape) = match q.source() {
            Source::Scalar(q) => (vec![q], Vec::new()),
            Source::Array(q) => (q.to_vec(), q.shape().to_vec()),
        };
        if let Some(q) = quantiles.iter().find(|q| !(0.0..=1.0).contains(*q)) {
            return Err(Error::Value { op, message: format!("{q} is not between 0 and 1") });
        }
        let places: Vec<Place> = quantiles.iter().map(|&q| method.place(q, lanes.len)).collect();
        lanes.select(places.iter().flat_map(|place| [place.previous, place.next]).collect());
        let values = places.iter().flat_map(|place| lanes.map(|lane| interpolate(lane, place)));
        let values: Vec<T::Mean> = values.collect();
        shape.extend(lanes.result_shape);
        Array::try_from_vec(values, shape)
    }

    /// The `q`-th percentile of all elements, between 0 and 100: the quantile q/100, `numpy.percentile(a, q)`.
    ///
    /// # Panics
    /// If there are no elements or `q` is not between 0 and 100.
    #[track_caller]
    pub fn percentile(&self, q: f64) -> T::Mean {
        self.try_percentile(q).or_panic()
    }

    /// As [`Array::percentile`]; fails where it panics.
    pub fn try_percentile(&self, q: f64) -> Result<T::Mean> {
        self.try_quantile(q / 100.0)
    }

    /// As [`Array::percentile`], along axes: `numpy.percentile(a, q, axis)`.
    ///
    /// # Panics
    /// As [`Array::quantile_axis`].
    #[track_caller]
    pub fn percentile_axis(&self, q: impl Operand<f64>, axes: impl Into<Axes>) -> Array<T::Mean> {
        self.try_percentile_axis(q, axes).or_panic()
    }

    /// As [`Array::percentile_axis`]; fails where it panics.
    pub fn try_percentile_axis(&self, q: impl Operand<f64>, axes: impl Into<Axes>) -> Result<Array<T::Mean>> {
        match q.source() {
            Source::Scalar(q) => self.try_quantile_axis(q / 100.0, axes),
            Source::Array(q) => self.try_quantile_axis(q / 100.0, axes),
        }
    }
}

/// The value at a place between two elements: a + (b − a)·w, from the nearer of the two as NumPy does.
fn interpolate<T: Real>(lane: &[T], place: &Place) -> T::Mean {
    let [a, b] = [place.previous, place.next].map(|rank| convert(lane[rank]));
    let Some(weight) = place.weight else { return a };
    let difference = b.sub(a);
    if weight < 0.5 {
        a.add(difference.mul(T::Mean::from_f64(weight)))
    } else {
        b.sub(difference.mul(T::Mean::from_f64(1.0 - weight)))
    }
}
