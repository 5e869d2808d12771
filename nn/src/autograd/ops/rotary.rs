//! Rotary positions.

use array_core::Array;

use super::super::Var;
use crate::scalar::Scalar;

/// Turns the pairs of neighbours of every row of (…, positions, width) by angles of shape (positions, width/2),
/// forwards or, if `back`, backwards.
fn rotated<T: Scalar>(x: &Array<T>, cos: &Array<T>, sin: &Array<T>, back: bool) -> Array<T> {
    let mut y = x.copy();
    let (cos, sin) = (cos.contiguous(), sin.contiguous());
    let (cos, sin) = (cos.as_slice().unwrap_or_default(), sin.as_slice().unwrap_or_default());
    let turn = |(pair, (&c, &s)): (&mut [T], (&T, &T))| {
        let s = if back { s.neg() } else { s };
        let (a, b) = (pair[0], pair[1]);
        pair[0] = a.mul(c).sub(b.mul(s));
        pair[1] = a.mul(s).add(b.mul(c));
    };
    for rows in y.as_mut_slice().unwrap_or_default().chunks_exact_mut((2 * cos.len()).max(1)) {
        rows.chunks_exact_mut(2).zip(cos.iter().zip(sin)).for_each(turn);
    }
    y
}

impl<'t, T: Scalar> Var<'t, T> {
    /// Turns each pair of neighbours (x₂ᵢ, x₂ᵢ₊₁) of a row at position p by the angle whose cosine and sine are
    /// `cos[p, i]` and `sin[p, i]`: (…, positions, width) → the same.
    ///
    /// Source: J. Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021, equation 34.
    ///
    /// # Panics
    /// If cosines and sines are not of shape (positions, width/2).
    #[track_caller]
    pub fn rotary(self, cos: &Array<T>, sin: &Array<T>) -> Var<'t, T> {
        let x = self.value();
        let fits = matches!(*x.shape(), [.., positions, width] if width % 2 == 0 && cos.shape() == [positions, width / 2]);
        if !fits || sin.shape() != cos.shape() {
            let (op, shapes) = ("rotary", [x.shape().to_vec(), cos.shape().to_vec()]);
            let rule = "cosines and sines must be (positions, width/2) for values of (…, positions, width)";
            self.tape().expect::<()>(Err(array_core::Error::Shapes { op, shapes, rule }));
        }
        let value = rotated(&x, cos, sin, false);
        let (cos, sin) = (cos.clone(), sin.clone());
        self.tape().record("rotary", value, [self.edge(move |g| rotated(&g, &cos, &sin, true))])
    }
}

#[cfg(test)]
fn angles(positions: usize, half: usize) -> Array<f64> {
    Array::from_fn([positions, half], |i| 0.3 + i[0] as f64 + 0.7 * i[1] as f64)
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    let check = |shape: &'static [usize]| {
        let angles = angles(shape[shape.len() - 2], shape[shape.len() - 1] / 2);
        let (cos, sin) = (angles.cos(), angles.sin());
        Check::shapes("rotary", [shape], move |[x]| x.rotary(&cos, &sin))
    };
    vec![check(&[2, 3, 4]), check(&[1, 2]), check(&[2, 0, 4])]
}

#[cfg(test)]
mod tests {
    use super::super::concatenate;
    use super::super::tests::assert_twins;
    use super::*;

    #[test]
    fn rotary_is_its_composed_twin() {
        let (cos, sin) = (angles(3, 2).cos(), angles(3, 2).sin());
        let (c, s) = (cos.clone(), sin.clone());
        assert_twins(
            [&[2, 3, 4]],
            move |[x]| x.rotary(&c, &s),
            move |[x]| {
                let pairs = x.reshape([2, 3, 2, 2]);
                let [a, b] = [0, 1].map(|i| pairs.slice((.., .., .., i..i + 1)));
                let [c, s] = [&cos, &sin].map(|v| x.tape().constant(v.reshape([3, 2, 1])));
                concatenate(&[a * c - b * s, a * s + b * c], -1).reshape([2, 3, 4])
            },
        );
    }
}
