//! Softmax, its logarithm, and the cross entropy made from it, each fused into one operation.

use array_core::{Array, Error, Integer, keepdims};

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

    /// The mean over rows of −ln softmax(row)\[label\]: logits (n, classes), labels (n), a scalar result.
    ///
    /// Fused and stable: PyTorch's `cross_entropy` with integer targets. The gradient is
    /// (softmax − one-hot)/n.
    ///
    /// # Panics
    /// If the logits are no matrix, there is not one label per row, or a label is no class.
    #[track_caller]
    pub fn cross_entropy<I: Integer>(self, labels: &Array<I>) -> Var<'t, T> {
        let x = self.value();
        let op = "cross_entropy";
        if x.ndim() != 2 || labels.shape() != &x.shape()[..1] {
            let shapes = [x.shape().to_vec(), labels.shape().to_vec()];
            let rule = "logits must be (rows, classes) and labels (rows)";
            self.tape().expect::<()>(Err(Error::Shapes { op, shapes, rule }));
        }
        let (rows, classes) = (x.shape()[0], x.shape()[1]);
        let class = |(row, &label): (usize, &I)| match label.to_isize() {
            Some(class) if (0..classes as isize).contains(&class) => Ok(class as usize),
            _ => {
                let message = format!("label {label:?} of row {row} is no class of {classes}");
                Err(Error::Value { op, message })
            }
        };
        let labels = self.tape().expect(labels.iter().enumerate().map(class).collect::<Result<Vec<_>, _>>());

        let shifted = &x - self.tape().expect(x.try_max_axis(keepdims(1)));
        let mut probabilities = shifted.exp();
        let sums = probabilities.sum_axis(keepdims(1));
        probabilities /= &sums;
        let picked =
            labels.iter().enumerate().map(|(row, &class)| shifted[[row, class]]).collect::<Array<T>>();
        let loss = (sums.ln().reshape(-1) - picked).mean();

        let scale = T::ONE.div(T::from_f64(rows as f64));
        let vjp = move |g: Array<T>| {
            let mut p = probabilities;
            for (row, &class) in labels.iter().enumerate() {
                let at = &mut p[[row, class]];
                *at = at.sub(T::ONE);
            }
            p * g.item().mul(scale)
        };
        self.tape().record(op, Array::scalar(loss), [self.edge(vjp)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::tests::Check> {
    use super::tests::Check;
    vec![
        Check::shapes("softmax", [&[3, 4]], |[x]| x.softmax(-1)),
        Check::shapes("softmax", [&[3, 4]], |[x]| x.softmax(0)),
        Check::shapes("softmax", [&[0, 4]], |[x]| x.softmax(1)),
        Check::shapes("softmax", [&[3, 1]], |[x]| x.softmax(1)),
        Check::shapes("log_softmax", [&[3, 4]], |[x]| x.log_softmax(-1)),
        Check::shapes("log_softmax", [&[2, 3, 2]], |[x]| x.log_softmax(1)),
        Check::shapes("cross_entropy", [&[3, 4]], |[x]| x.cross_entropy(&Array::from_vec([1, 3, 0], 3))),
        Check::shapes("cross_entropy", [&[1, 1]], |[x]| x.cross_entropy(&Array::from_vec([0], 1))),
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

    #[test]
    fn cross_entropy_is_its_composed_twin() {
        let one_hot = Array::from_fn([3, 4], |i| if i[1] == [2, 0, 3][i[0]] { 1.0 } else { 0.0 });
        assert_twins(
            [&[3, 4]],
            |[x]| x.cross_entropy(&Array::from_vec([2, 0, 3], 3)),
            move |[x]| -(x.log_softmax(1) * x.tape().constant(one_hot.clone())).sum() / 3.0,
        );
    }

    #[test]
    fn large_logits_neither_overflow_nor_lose_the_gradient() {
        let tape = crate::Tape::<f64>::training(array_core::default_rng(0));
        let x = tape.variable(Array::from_vec([1000.0, 0.0, -1000.0, 0.0], [2, 2]));
        let loss = x.cross_entropy(&Array::from_vec([1, 1], 2));
        // Row 0: ln(1 + e^1000) − 0 = 1000; row 1: ln(e^-1000 + 1) = 0.
        assert_eq!(loss.item(), 500.0);
        assert_eq!(loss.backward().get(x).map(Array::to_vec), Some(vec![0.5, -0.5, 0.0, 0.0]));
    }
}
