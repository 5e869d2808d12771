//! Choosing between values: by a mask, or the greater or lesser.
//!
//! What is not chosen gets gradient 0, whatever the gradient of the result is there. That 0 does not heal a NaN farther
//! back: a branch whose own derivative is infinite makes 0·∞ = NaN of it, here as in PyTorch.

use array_core::{Array, broadcast_shapes};

use super::super::Var;
use super::activation::limited;
use crate::scalar::Scalar;

/// Makes the gradient of `a` from that of the greater (or lesser) of a and b: all of it, nothing where `a` loses, and
/// half where they are equal.
fn share<T: Scalar>(
    a: Array<T>,
    b: Array<T>,
    loses: impl Fn(T, T) -> bool + Sync,
) -> impl FnOnce(Array<T>) -> Array<T> {
    move |g| {
        let share = a.into_zip_map(&b, |a, b| match a == b {
            true => T::from_f64(0.5),
            false if loses(a, b) => T::ZERO,
            false => T::ONE,
        });
        g.into_zip_map(&share, |g, share| if share == T::ZERO { T::ZERO } else { g.mul(share) })
    }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// This value where the mask is true, else the other, all broadcast: PyTorch's `x.where(mask, other)`.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn where_(self, mask: &Array<bool>, other: Var<'t, T>) -> Var<'t, T> {
        let (op, tape) = ("where", self.tape());
        let both = tape.expect(broadcast_shapes(op, &self.shape(), &other.shape()));
        let shape = tape.expect(broadcast_shapes(op, &both, mask.shape()));
        let (x, y, mask) = (self.expand(&shape[..]), other.expand(&shape[..]), mask.broadcast_to(&shape[..]));
        let value = mask.where_(x.value(), y.value());
        let of_y = mask.clone();
        let vjp_x = move |g: Array<T>| g.into_zip_map(&mask, |g, mask| if mask { g } else { T::ZERO });
        let vjp_y = move |g: Array<T>| g.into_zip_map(&of_y, |g, mask| if mask { T::ZERO } else { g });
        tape.record(op, value, [x.edge(vjp_x), y.edge(vjp_y)])
    }

    /// `fill` where the mask, broadcast to this shape, is true, else this value: PyTorch's `masked_fill`.
    ///
    /// # Panics
    /// If the mask does not broadcast to this shape.
    #[track_caller]
    pub fn masked_fill(self, mask: &Array<bool>, fill: f64) -> Var<'t, T> {
        let (x, fill) = (self.value(), T::from_f64(fill));
        let mask = self.tape().expect(mask.try_broadcast_to(x.shape()));
        let value = x.zip_map(&mask, |x, mask| if mask { fill } else { x });
        let vjp = move |g: Array<T>| g.into_zip_map(&mask, |g, mask| if mask { T::ZERO } else { g });
        self.tape().record("masked_fill", value, [self.edge(vjp)])
    }

    /// The greater of every pair of elements, broadcast; NaN if either is. Equal ones share the gradient.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn maximum(self, other: Var<'t, T>) -> Var<'t, T> {
        let (a, b) = self.broadcast_with(other, "maximum");
        let (x, y) = (a.value(), b.value());
        let value = x.maximum(&y);
        let edges = [a.edge(share(x.clone(), y.clone(), |a, b| a < b)), b.edge(share(y, x, |a, b| a < b))];
        a.tape().record("maximum", value, edges)
    }

    /// The lesser of every pair of elements, broadcast; NaN if either is. Equal ones share the gradient.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn minimum(self, other: Var<'t, T>) -> Var<'t, T> {
        let (a, b) = self.broadcast_with(other, "minimum");
        let (x, y) = (a.value(), b.value());
        let value = x.minimum(&y);
        let edges = [a.edge(share(x.clone(), y.clone(), |a, b| a > b)), b.edge(share(y, x, |a, b| a > b))];
        a.tape().record("minimum", value, edges)
    }

    /// x limited to low ..= high, with derivative 0 from the bounds outwards: PyTorch's `clamp`. An infinite bound is none.
    pub fn clip(self, low: f64, high: f64) -> Var<'t, T> {
        let [low, high] = [low, high].map(T::from_f64);
        self.elementwise(
            "clip",
            move |x| limited(x, low, high),
            move |g, x| if x > low && x < high { g } else { T::ZERO },
        )
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    let mask = || Array::from_vec([true, false, true], 3);
    vec![
        Check::shapes("where_", [&[2, 3], &[2, 3]], move |[x, y]| x.where_(&mask(), y)),
        Check::shapes("where_", [&[2, 1], &[]], move |[x, y]| x.where_(&mask(), y)),
        Check::shapes("where_", [&[0, 3], &[1]], move |[x, y]| x.where_(&mask(), y)),
        Check::shapes("masked_fill", [&[2, 3]], move |[x]| x.masked_fill(&mask(), -1.0)),
        Check::shapes("masked_fill", [&[0, 3]], move |[x]| x.masked_fill(&mask(), -1.0)),
        Check::pairs("maximum", |[a, b]| a.maximum(b)),
        Check::pairs("minimum", |[a, b]| a.minimum(b)),
        Check::each("clip", |[x]| x.clip(-1.0, 0.5)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tape;

    fn gradients(
        x: [f64; 3],
        y: [f64; 3],
        f: for<'t> fn(Var<'t, f64>, Var<'t, f64>) -> Var<'t, f64>,
    ) -> [Vec<f64>; 2] {
        let tape = Tape::training(array_core::default_rng(0));
        let [x, y] = [x, y].map(|values| tape.variable(Array::from_vec(values, 3)));
        let gradients = f(x, y).backward_from(Array::from_vec([1.0, f64::INFINITY, 1.0], 3));
        [x, y].map(|v| gradients.get(v).expect("both matter").to_vec())
    }

    #[test]
    fn equal_elements_share_and_losers_get_nothing_even_of_infinity() {
        let [gx, gy] = gradients([1.0, 2.0, 3.0], [1.0, 1.0, 4.0], |x, y| x.maximum(y));
        assert_eq!((gx, gy), (vec![0.5, f64::INFINITY, 0.0], vec![0.5, 0.0, 1.0]));
        let [gx, gy] = gradients([1.0, 2.0, 3.0], [1.0, 1.0, 4.0], |x, y| x.minimum(y));
        assert_eq!((gx, gy), (vec![0.5, 0.0, 1.0], vec![0.5, f64::INFINITY, 0.0]));
    }

    #[test]
    fn a_branch_that_is_not_chosen_gets_zero_and_its_own_infinite_derivative_makes_nan_of_it() {
        let [gx, gy] =
            gradients([0.0, 1.0, 4.0], [0.0; 3], |x, y| x.sqrt().where_(&x.value().greater(0.0), y));
        assert!(gx[0].is_nan() && gx[1..] == [f64::INFINITY, 0.25] && gy == [1.0, 0.0, 0.0]);
    }
}
