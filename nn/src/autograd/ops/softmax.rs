//! Softmax and its logarithm, each fused into one operation.

use array_core::{Array, keepdims};

use super::super::Var;
use crate::scalar::Scalar;

/// Softmax of the last axis: e^(x − max) / Σ e^(x − max).
fn softmax<T: Scalar>(x: &Array<T>, axis: isize) -> Array<T> {
    let e = (x - x.max_axis(keepdims(axis))).into_map(T::exp);
    let sum = e.sum_axis(keepdims(axis));
    e / sum
}

impl<'t, T: Scalar> Var<'t, T> {
    /// eˣ / Σ eˣ along an axis, computed from x − max so that nothing overflows.
    ///
    /// # Panics
    /// If the axis does not exist or has size 0.
    #[track_caller]
    pub fn softmax(self, axis: isize) -> Var<'t, T> {
        let x = self.value();
        self.tape().expect(x.try_max_axis(axis));
        let y = softmax(&x, axis);
        let saved = y.clone();
        // ∂x = y·(g − Σ g·y)
        let vjp = move |g: Array<T>| {
            let inner = (&g * &saved).sum_axis(keepdims(axis));
            (g - inner) * saved
        };
        self.tape().record("softmax", y, [self.edge(vjp)])
    }

    /// ln softmax: x − max − ln Σ e^(x − max) along an axis.
    ///
    /// # Panics
    /// If the axis does not exist or has size 0.
    #[track_caller]
    pub fn log_softmax(self, axis: isize) -> Var<'t, T> {
        let x = self.value();
        let shifted = &x - self.tape().expect(x.try_max_axis(keepdims(axis)));
        let y = &shifted - shifted.exp().sum_axis(keepdims(axis)).ln();
        let saved = y.clone();
        // ∂x = g − softmax·Σ g
        let vjp = move |g: Array<T>| {
            let sum = g.sum_axis(keepdims(axis));
            g - saved.exp() * sum
        };
        self.tape().record("log_softmax", y, [self.edge(vjp)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::shapes("softmax", [&[3, 4]], |[x]| x.softmax(-1)),
        Check::shapes("softmax", [&[3, 4]], |[x]| x.softmax(0)),
        Check::shapes("softmax", [&[0, 4]], |[x]| x.softmax(1)),
        Check::shapes("softmax", [&[3, 1]], |[x]| x.softmax(1)),
        Check::shapes("log_softmax", [&[3, 4]], |[x]| x.log_softmax(-1)),
        Check::shapes("log_softmax", [&[2, 3, 2]], |[x]| x.log_softmax(1)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_twins;
    use super::*;

    #[test]
    fn softmaxes_are_their_composed_twins() {
        fn composed(x: Var<'_, f64>) -> Var<'_, f64> {
            let e = x.exp();
            e / e.sum_axis(keepdims(-1))
        }
        assert_twins([&[5, 7]], |[x]| x.softmax(-1), |[x]| composed(x));
        assert_twins([&[5, 7]], |[x]| x.log_softmax(-1), |[x]| composed(x).ln());
    }
}
