//! Reductions along axes.

use array_core::{Array, Axes};

use super::super::Var;
use crate::scalar::Scalar;

impl<'t, T: Scalar> Var<'t, T> {
    /// The sum of all elements, of shape [].
    pub fn sum(self) -> Var<'t, T> {
        self.sum_axis(..)
    }

    /// The sum along axes; they stay with size 1 under [`keepdims`](array_core::keepdims).
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn sum_axis(self, axes: impl Into<Axes>) -> Var<'t, T> {
        let axes = axes.into();
        let x = self.value();
        let value = self.tape().expect(x.try_sum_axis(axes.clone()));
        let (kept, shape) = (axes.keepdims_shape(x.shape()), x.shape().to_vec());
        self.tape().record("sum_axis", value, [self.edge(move |g| g.reshape(kept).broadcast_to(&shape))])
    }

    /// The mean of all elements, of shape [].
    pub fn mean(self) -> Var<'t, T> {
        self.mean_axis(..)
    }

    /// The mean along axes; they stay with size 1 under [`keepdims`](array_core::keepdims).
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn mean_axis(self, axes: impl Into<Axes>) -> Var<'t, T> {
        let axes = axes.into();
        let x = self.value();
        let value = self.tape().expect(x.try_mean_axis(axes.clone()));
        let (kept, shape) = (axes.keepdims_shape(x.shape()), x.shape().to_vec());
        let count = T::from_f64(x.size() as f64 / value.size() as f64);
        let vjp = move |g: Array<T>| (g / count).reshape(kept).broadcast_to(&shape);
        self.tape().record("mean_axis", value, [self.edge(vjp)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::tests::Check> {
    use super::tests::Check;
    use array_core::keepdims;
    vec![
        Check::each("sum", |[x]| x.sum()),
        Check::shapes("sum_axis", [&[2, 3, 4]], |[x]| x.sum_axis([0, -1])),
        Check::shapes("sum_axis", [&[2, 3, 4]], |[x]| x.sum_axis(keepdims(1))),
        Check::shapes("sum_axis", [&[3, 0]], |[x]| x.sum_axis(1)),
        Check::each("mean", |[x]| x.mean()).nonempty(),
        Check::shapes("mean_axis", [&[2, 3, 4]], |[x]| x.mean_axis(keepdims([0, 2]))),
        Check::shapes("mean_axis", [&[2, 3, 1]], |[x]| x.mean_axis(-1)),
    ]
}
