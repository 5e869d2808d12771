//! The fused product, bias and all, of a dense layer.

use array_core::Array;

use super::super::Var;
use crate::scalar::Scalar;

impl<'t, T: Scalar> Var<'t, T> {
    /// x·W + b: (…, in) · (in, out) + (out) → (…, out).
    ///
    /// The composed twin is `x.matmul(w) + b`; this one adds the bias in the last pass of the product.
    ///
    /// # Panics
    /// If the shapes do not fit together.
    #[track_caller]
    pub fn linear(self, weight: Var<'t, T>, bias: Var<'t, T>) -> Var<'t, T> {
        let (x, w) = (self.value(), weight.value());
        let b = bias.value();
        if b.ndim() != 1 || w.ndim() != 2 || b.shape()[0] != w.shape()[1] {
            let shapes = [w.shape().to_vec(), b.shape().to_vec()];
            let rule = "the bias must have the size of the weight's last axis";
            self.tape().expect::<()>(Err(array_core::Error::Shapes { op: "linear", shapes, rule }));
        }
        let value = self.tape().expect(x.try_matmul_plus(&w, &b));

        // ∂x = g·Wᵀ, ∂W = xᵀ·g, ∂b = the sum of g's rows.
        let rows = |a: &Array<T>| a.reshape([-1, a.shape()[a.ndim() - 1] as isize]);
        let vjp_x = move |g: Array<T>| g.matmul(&w.t());
        let vjp_w = move |g: Array<T>| rows(&x).t().matmul(&rows(&g));
        let vjp_b = move |g: Array<T>| rows(&g).sum_axis(0);
        self.tape().record("linear", value, [weight.edge(vjp_w), bias.edge(vjp_b), self.edge(vjp_x)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    let shapes: [[&'static [usize]; 3]; 4] = [
        [&[5, 3], &[3, 4], &[4]],
        [&[2, 5, 3], &[3, 4], &[4]],
        [&[1, 1], &[1, 1], &[1]],
        [&[3], &[3, 2], &[2]],
    ];
    shapes.into_iter().map(|shapes| Check::shapes("linear", shapes, |[x, w, b]| x.linear(w, b))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_twins;

    #[test]
    fn linear_is_its_composed_twin() {
        assert_twins([&[6, 3], &[3, 4], &[4]], |[x, w, b]| x.linear(w, b), |[x, w, b]| x.matmul(w) + b);
    }
}
