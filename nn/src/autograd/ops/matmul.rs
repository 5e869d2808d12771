//! Matrix products.

use array_core::Array;

use super::super::Var;
use super::shape::sum_to;
use crate::scalar::Scalar;

impl<'t, T: Scalar> Var<'t, T> {
    /// The matrix product (…, m, k) · (…, k, n) → (…, m, n), as [`Array::matmul`].
    ///
    /// # Panics
    /// If the inner sizes differ, the batches do not broadcast, or an operand has no axis.
    #[track_caller]
    pub fn matmul(self, other: Var<'t, T>) -> Var<'t, T> {
        let (a, b) = (self.value(), other.value());
        let value = self.tape().expect(a.try_matmul(&b));
        // As matrices: what a row on the left and a column on the right stand for.
        let a_matrix = if a.ndim() == 1 { a.expand_dims(0) } else { a.clone() };
        let b_matrix = if b.ndim() == 1 { b.expand_dims(1) } else { b.clone() };
        let mut product = value.shape().to_vec();
        if a.ndim() == 1 {
            product.insert(product.len() + 1 - b.ndim().min(2), 1);
        }
        if b.ndim() == 1 {
            product.push(1);
        }
        let (shape, g_shape) = (a.shape().to_vec(), product.clone());
        // ∂A = g·Bᵀ and ∂B = Aᵀ·g, summed over the batch axes that were stretched.
        let vjp_a = move |g: Array<T>| {
            let wide = g.reshape(g_shape).matmul(&b_matrix.swapaxes(-1, -2));
            let matrix = if shape.len() == 1 { vec![1, shape[0]] } else { shape.clone() };
            sum_to(wide, &matrix).reshape(&shape)
        };
        let shape = b.shape().to_vec();
        let vjp_b = move |g: Array<T>| {
            let wide = a_matrix.swapaxes(-1, -2).matmul(&g.reshape(product));
            let matrix = if shape.len() == 1 { vec![shape[0], 1] } else { shape.clone() };
            sum_to(wide, &matrix).reshape(&shape)
        };
        self.tape().record("matmul", value, [self.edge(vjp_a), other.edge(vjp_b)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    let shapes: [[&'static [usize]; 2]; 9] = [
        [&[3, 4], &[4, 2]],
        [&[1, 1], &[1, 1]],
        [&[4], &[4]],
        [&[4], &[4, 2]],
        [&[3, 4], &[4]],
        [&[2, 3, 4], &[4]],
        [&[4], &[2, 4, 3]],
        [&[2, 1, 3, 4], &[5, 4, 2]],
        [&[3, 0], &[0, 2]],
    ];
    shapes.into_iter().map(|pair| Check::shapes("matmul", pair, |[a, b]| a.matmul(b))).collect()
}
