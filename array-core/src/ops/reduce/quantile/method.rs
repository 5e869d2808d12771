//! The thirteen definitions of a quantile.

/// How a quantile is made from the elements next to it: NumPy's `method`.
///
/// The first nine are those of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
/// Statistician 50 (1996).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum QuantileMethod {
    /// 1: the inverse of the empirical distribution function.
    InvertedCdf,
    /// 2: as 1, but the mean of two elements where the function is discontinuous.
    AveragedInvertedCdf,
    /// 3: the nearest element, of two equally near ones that of even rank, counted from 1.
    ClosestObservation,
    /// 4: linear interpolation of the empirical distribution function.
    InterpolatedInvertedCdf,
    /// 5: as 4, through the middle of its steps.
    Hazen,
    /// 6: (rank)/(n + 1)
    Weibull,
    /// 7: (rank − 1)/(n − 1), the default.
    #[default]
    Linear,
    /// 8: (rank − 1/3)/(n + 1/3), nearly unbiased for the median of any distribution.
    MedianUnbiased,
    /// 9: (rank − 3/8)/(n + 1/4), nearly unbiased for normal distributions.
    NormalUnbiased,
    /// The element before the place of [`QuantileMethod::Linear`].
    Lower,
    /// The element behind it.
    Higher,
    /// The mean of the two.
    Midpoint,
    /// The nearer of the two, of equally near ones that of even rank, counted from 0.
    Nearest,
}

/// Between which elements in order a quantile lies, counted from 0, and how far towards the second; `None` for
/// the first element itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub previous: usize,
    pub next: usize,
    pub weight: Option<f64>,
}

impl QuantileMethod {
    /// The place of the quantile `q` among `len` elements. Formulas and their rounding are NumPy's.
    pub(super) fn place(self, q: f64, len: usize) -> Place {
        use QuantileMethod::*;
        let n = len as f64;
        let linear = (n - 1.0) * q;
        // Hyndman and Fan's index for plotting positions (rank − α)/(n + 1 − α − β).
        let index = |alpha: f64, beta: f64| n * q + (alpha + q * (1.0 - alpha - beta)) - 1.0;
        let third = 1.0 / 3.0;
        match self {
            InvertedCdf => Place::step(n * q - 1.0, len, |fraction, _| fraction == 0.0),
            ClosestObservation => Place::step(n * q - 1.0 - 0.5, len, |fraction, floor| {
                fraction == 0.0 && floor.rem_euclid(2.0) == 1.0
            }),
            Lower => Place::at(linear.floor(), len),
            Higher => Place::at(linear.ceil(), len),
            Nearest => Place::at(linear.round_ties_even(), len),
            AveragedInvertedCdf => {
                Place::between(n * q - 1.0, len, |weight, _| if weight == 0.0 { 0.5 } else { 1.0 })
            }
            Midpoint => {
                let middle = 0.5 * (linear.floor() + linear.ceil());
                Place::between(middle, len, |_, index| if index % 1.0 == 0.0 { 0.0 } else { 0.5 })
            }
            InterpolatedInvertedCdf => Place::between(index(0.0, 1.0), len, |weight, _| weight),
            Hazen => Place::between(index(0.5, 0.5), len, |weight, _| weight),
            Weibull => Place::between(index(0.0, 0.0), len, |weight, _| weight),
            Linear => Place::between(linear, len, |weight, _| weight),
            MedianUnbiased => Place::between(index(third, third), len, |weight, _| weight),
            NormalUnbiased => Place::between(index(0.375, 0.375), len, |weight, _| weight),
        }
    }
}

impl Place {
    /// At an element; indices outside are clipped.
    fn at(index: f64, len: usize) -> Place {
        let index = (index.max(0.0) as usize).min(len - 1);
        Place { previous: index, next: index, weight: None }
    }

    /// At the element before an index if `stays` holds for its fraction and floor, else at the one behind.
    fn step(index: f64, len: usize, stays: impl Fn(f64, f64) -> bool) -> Place {
        let floor = index.floor();
        Place::at(if stays(index - floor, floor) { floor } else { floor + 1.0 }, len)
    }

    /// Between the elements before and behind an index; `weight` makes the weight of the fraction and the index.
    fn between(index: f64, len: usize, weight: impl Fn(f64, f64) -> f64) -> Place {
        let last = (len - 1) as f64;
        let (previous, next) = if index >= last {
            (last, last)
        } else if index < 0.0 {
            (0.0, 0.0)
        } else {
            (index.floor(), index.floor() + 1.0)
        };
        Place {
            previous: previous as usize,
            next: next as usize,
            weight: Some(weight(index - previous, index)),
        }
    }
}
