//! What depends on the order of elements: extremes, sorting, running sums; and products, whose derivative is made of
//! running ones.

use array_core::{Array, Axes, SliceItem, concatenate, keepdims};

use super::super::Var;
use super::shape::along;
use crate::scalar::Scalar;

/// The products of all elements before each, along an axis.
fn products_before<T: Scalar>(x: &Array<T>, axis: usize) -> Array<T> {
    let mut shape = x.shape().to_vec();
    shape[axis] = shape[axis].min(1);
    let all_but_last = along(axis, SliceItem::Range { start: None, stop: Some(-1), step: 1 });
    let products = x.slice(&all_but_last[..]).cumprod_axis(axis as isize);
    concatenate(&[&Array::ones(shape), &products], axis as isize)
}

impl<'t, T: Scalar> Var<'t, T> {
    /// The greatest element, of shape []: see [`Var::max_axis`].
    #[track_caller]
    pub fn max(self) -> Var<'t, T> {
        self.max_axis(..)
    }

    /// The greatest element along axes, which stay with size 1 under [`keepdims`]; NaN if there is one. Equal greatest
    /// elements share the gradient evenly. PyTorch's `amax`; [`Var::topk`] and [`Var::gather`] give it to one of them.
    ///
    /// # Panics
    /// If an axis does not exist, is given twice, or there are no elements.
    #[track_caller]
    pub fn max_axis(self, axes: impl Into<Axes>) -> Var<'t, T> {
        let (x, axes) = (self.value(), axes.into());
        let value = self.tape().expect(x.try_max_axis(axes.clone()));
        self.extreme("max_axis", x, value, axes)
    }

    /// The least element, of shape []: see [`Var::min_axis`].
    #[track_caller]
    pub fn min(self) -> Var<'t, T> {
        self.min_axis(..)
    }

    /// The least element along axes: as [`Var::max_axis`]. PyTorch's `amin`.
    ///
    /// # Panics
    /// If an axis does not exist, is given twice, or there are no elements.
    #[track_caller]
    pub fn min_axis(self, axes: impl Into<Axes>) -> Var<'t, T> {
        let (x, axes) = (self.value(), axes.into());
        let value = self.tape().expect(x.try_min_axis(axes.clone()));
        self.extreme("min_axis", x, value, axes)
    }

    /// Records an extreme along axes, whose gradient goes in equal shares to the elements that are equal to it.
    fn extreme(self, op: &'static str, x: Array<T>, value: Array<T>, axes: Axes) -> Var<'t, T> {
        let kept = axes.keepdims_shape(x.shape());
        let extreme = value.reshape(&kept);
        let vjp = move |g: Array<T>| {
            let chosen = x.equal(&extreme);
            let count = chosen.sum_axis(keepdims(axes)).map(|count| T::from_f64(count as f64));
            chosen.where_(&(g.reshape(kept) / count), T::ZERO)
        };
        self.tape().record(op, value, [self.edge(vjp)])
    }

    /// The elements in ascending order along an axis, NaNs last, as [`Array::sort`]; equal elements keep their order.
    /// PyTorch's values of `sort`.
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn sort(self, axis: isize) -> Var<'t, T> {
        let order = self.tape().expect(self.value().try_argsort(axis));
        self.gather(&order, axis)
    }

    /// The `k` greatest elements along an axis, in descending order, and where they stand, as [`Array::topk`].
    ///
    /// # Panics
    /// If the axis does not exist or has fewer than `k` elements.
    #[track_caller]
    pub fn topk(self, k: usize, axis: isize) -> (Var<'t, T>, Array<i64>) {
        let (_, positions) = self.tape().expect(self.value().try_topk(k, axis));
        (self.gather(&positions, axis), positions)
    }

    /// The product of all elements, of shape []: see [`Var::prod_axis`].
    pub fn prod(self) -> Var<'t, T> {
        self.reshape(-1).prod_axis(0)
    }

    /// The product along an axis; also where elements are 0, the derivative by each is the product of the others. As
    /// [`Array::prod_axis`].
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn prod_axis(self, axis: isize) -> Var<'t, T> {
        let x = self.value();
        let value = self.tape().expect(x.try_prod_axis(axis));
        let at = axis.rem_euclid(x.ndim() as isize) as usize;
        let vjp = move |g: Array<T>| {
            let after = products_before(&x.flip(axis), at).flip(axis);
            products_before(&x, at) * after * g.expand_dims(axis)
        };
        self.tape().record("prod_axis", value, [self.edge(vjp)])
    }

    /// The sums of the elements along an axis up to each, as [`Array::cumsum_axis`].
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn cumsum(self, axis: isize) -> Var<'t, T> {
        let value = self.tape().expect(self.value().try_cumsum_axis(axis));
        // ∂xᵢ is the sum of all gⱼ with j ≥ i.
        let vjp = move |g: Array<T>| g.flip(axis).cumsum_axis(axis).flip(axis);
        self.tape().record("cumsum", value, [self.edge(vjp)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::each("max", |[x]| x.max()).nonempty(),
        Check::shapes("max_axis", [&[2, 3, 4]], |[x]| x.max_axis([0, -1])),
        Check::shapes("max_axis", [&[0, 3]], |[x]| x.max_axis(keepdims(1))),
        Check::each("min", |[x]| x.min()).nonempty(),
        Check::shapes("min_axis", [&[2, 3]], |[x]| x.min_axis(keepdims(0))),
        Check::shapes("sort", [&[3, 4]], |[x]| x.sort(-1)),
        Check::shapes("sort", [&[3, 0]], |[x]| x.sort(0)),
        Check::shapes("topk", [&[3, 4]], |[x]| x.topk(2, 1).0),
        Check::each("prod", |[x]| x.prod()),
        Check::shapes("prod_axis", [&[2, 3, 4]], |[x]| x.prod_axis(1)),
        Check::shapes("prod_axis", [&[3, 1]], |[x]| x.prod_axis(-1)),
        Check::shapes("prod_axis", [&[2, 0]], |[x]| x.prod_axis(1)),
        Check::shapes("cumsum", [&[2, 3, 2]], |[x]| x.cumsum(1)),
        Check::shapes("cumsum", [&[3, 0]], |[x]| x.cumsum(0)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_extremes_share_evenly_and_topk_takes_one() {
        let gradient = |f: for<'t> fn(Var<'t, f64>) -> Var<'t, f64>| {
            let tape = crate::Tape::training(array_core::default_rng(0));
            let x = tape.variable(Array::from_vec([2.0, 1.0, 2.0, 1.0, 0.0, 2.0], [2, 3]));
            f(x).sum().backward().get(x).expect("x matters").to_vec()
        };
        let third = 1.0 / 3.0;
        assert_eq!(gradient(|x| x.max()), [third, 0.0, third, 0.0, 0.0, third]);
        assert_eq!(gradient(|x| x.max_axis(1)), [0.5, 0.0, 0.5, 0.0, 0.0, 1.0]);
        assert_eq!(gradient(|x| x.min_axis(0)), [0.0, 0.0, 0.5, 1.0, 1.0, 0.5]);
        assert_eq!(gradient(|x| x.topk(1, 1).0), [1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    }
}
