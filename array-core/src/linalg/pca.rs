//! Principal components.

use super::scalar::RealScalar;
use super::svd;
use crate::array::Array;
use crate::element::Num;
use crate::error::{Error, Result};
use crate::layout::shape::keepdims;

/// The directions of greatest variance of a cloud of points, by [`pca`].
#[derive(Debug, Clone)]
pub struct Pca<T: RealScalar> {
    /// The mean of the points: (features).
    pub mean: Array<T>,
    /// The directions, orthonormal rows by descending variance: (k, features). The entry of greatest size of each is
    /// positive.
    pub components: Array<T>,
    /// The variance along each direction, with n − 1 degrees of freedom: (k).
    pub explained_variance: Array<T>,
    /// The same as a share of the variance of all features: (k). NaN if that is 0.
    pub explained_variance_ratio: Array<T>,
    /// The singular values of the centred points: (k).
    pub singular_values: Array<T>,
}

impl<T: RealScalar> Pca<T> {
    /// The coordinates of points in the directions: (n, features) → (n, k).
    ///
    /// # Panics
    /// If the points have another number of features.
    #[track_caller]
    pub fn transform(&self, points: &Array<T>) -> Array<T> {
        (points - &self.mean).matmul(&self.components.t())
    }

    /// The points at these coordinates: (n, k) → (n, features).
    ///
    /// # Panics
    /// If there are not as many coordinates as directions.
    #[track_caller]
    pub fn inverse_transform(&self, coordinates: &Array<T>) -> Array<T> {
        coordinates.matmul(&self.components) + &self.mean
    }
}

/// The `k` directions of greatest variance of points given as rows: (n, features), as scikit-learn's `PCA`.
///
/// ```
/// use array_core::{array, linalg};
/// let points = array![[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.5]];
/// let pca = linalg::pca(&points, 1)?;
/// assert!(pca.explained_variance_ratio[0] > 0.99);
/// assert_eq!(pca.transform(&points).shape(), [4, 1]);
/// # Ok::<(), array_core::Error>(())
/// ```
///
/// # Errors
/// If the points are not in rows, there are fewer than two, `k` exceeds their number or that of their features, or a
/// value is not finite.
pub fn pca<T: RealScalar>(points: &Array<T>, k: usize) -> Result<Pca<T>> {
    let fail = |message| Err(Error::Value { op: "pca", message });
    let [n, features] = *points.shape() else {
        return fail(format!("shape {:?}: points are the rows of two axes", points.shape()));
    };
    if n < 2 {
        return fail(format!("{n} points have no variance"));
    }
    if k > n.min(features) {
        return fail(format!("{k} components of {n} points with {features} features"));
    }
    let mean = points.mean_axis(0);
    let svd = svd::decompose("pca", &(points - &mean), false)?;
    let variance = svd.s.square() / T::from_f64((n - 1) as f64);
    let vt = svd.vt.slice((..k, ..));
    let signs = Array::from_fn([k, 1], |index| {
        let largest = |best: T, &x: &T| if Num::abs(x) > Num::abs(best) { x } else { best };
        if vt.slice(index[0]).iter().fold(T::ZERO, largest) < T::ZERO { -T::ONE } else { T::ONE }
    });
    Ok(Pca {
        mean,
        components: vt * signs,
        explained_variance: variance.slice(..k),
        explained_variance_ratio: variance.slice(..k) / variance.sum_axis(keepdims(0)),
        singular_values: svd.s.slice(..k),
    })
}
