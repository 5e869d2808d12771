//! Inputs brought to mean 0 and variance 1.

use array_core::{Array, Axes, keepdims};

use crate::scalar::Scalar;

/// (x − mean)/std, with the means and standard deviations of the *training* part, which then go for all data: those of
/// the test part are not to be known. scikit-learn's `StandardScaler`.
///
/// ```
/// use array_core::Array;
/// use nn::data::Standardizer;
/// let train = Array::from_vec([1.0f32, 5.0, 3.0, 5.0], [2, 2]);
/// let standardizer = Standardizer::fit(&train, 0); // per column
/// assert_eq!(standardizer.apply(&train).to_vec(), [-1.0, 0.0, 1.0, 0.0]);
/// let test = Array::from_vec([4.0, 6.0], [1, 2]);
/// assert_eq!(standardizer.apply(&test).to_vec(), [2.0, 1.0]);
/// assert_eq!(standardizer.invert(&standardizer.apply(&test)), test);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Standardizer<T: Scalar = f32> {
    /// The means; axes that they go over have size 1.
    pub mean: Array<T>,
    /// The standard deviations (the divisor is the count), 1 where all values are equal; of the means' shape.
    pub std: Array<T>,
}

impl<T: Scalar> Standardizer<T> {
    /// From training data: `axes` are those that the means go over, such as 0 for one mean per feature of
    /// (samples, features), or `[0, 2, 3]` for one per channel of (samples, channels, height, width).
    ///
    /// # Panics
    /// If an axis does not exist.
    #[track_caller]
    pub fn fit(train: &Array<T>, axes: impl Into<Axes>) -> Self {
        let axes = axes.into();
        let mean = train.mean_axis(keepdims(axes.clone()));
        let std = (train - &mean).square().mean_axis(keepdims(axes)).sqrt();
        let std = std.map(|std| if std == T::ZERO { T::ONE } else { std });
        Standardizer { mean, std }
    }

    /// (x − mean)/std.
    #[track_caller]
    pub fn apply(&self, x: &Array<T>) -> Array<T> {
        (x - &self.mean) / &self.std
    }

    /// x·std + mean: back to the data's own scale.
    #[track_caller]
    pub fn invert(&self, x: &Array<T>) -> Array<T> {
        x * &self.std + &self.mean
    }
}
