//! Reductions along axes.

use array_core::{Array, Axes, keepdims};

use super::super::Var;
use crate::scalar::Scalar;

/// a/b; 0 where b is 0.
#[inline(always)]
fn quotient_or_zero<T: Scalar>(a: T, b: T) -> T {
    if b == T::ZERO { T::ZERO } else { a.div(b) }
}

/// `f` of every pair of elements, in `a`'s buffer if nobody shares it; `b` is stretched to `a`'s shape.
fn zip_broadcast<T: Scalar>(a: Array<T>, b: &Array<T>, f: impl Fn(T, T) -> T + Sync) -> Array<T> {
    let b = b.broadcast_to(a.shape());
    a.into_zip_map(&b, f)
}

/// What the derivatives of variances are made of: (x − mean)/(n − ddof).
struct Deviation<T: Scalar> {
    x: Array<T>,
    axes: Axes,
    freedom: f64,
}

impl<T: Scalar> Deviation<T> {
    fn new(x: Array<T>, reduced: &Array<T>, axes: Axes, ddof: usize) -> Self {
        let count = x.size() / reduced.size().max(1);
        Deviation { x, axes, freedom: count.saturating_sub(ddof) as f64 }
    }

    /// With a factor for each reduced element.
    fn times(self, factor: Array<T>) -> Array<T> {
        let kept = self.axes.keepdims_shape(self.x.shape());
        let centred = &self.x - self.x.mean_axis(keepdims(self.axes));
        centred * (factor / T::from_f64(self.freedom)).reshape(kept)
    }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// The sum of all elements, of shape [].
    pub fn sum(self) -> Var<'t, T> {
        self.sum_axis(..)
    }

    /// The sum along axes; they stay with size 1 under [`keepdims`].
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

    /// The mean along axes; they stay with size 1 under [`keepdims`].
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

    /// The variance of all elements, of shape []: see [`Var::var_axis`].
    pub fn var(self, ddof: usize) -> Var<'t, T> {
        self.var_axis(.., ddof)
    }

    /// The variance Σ(x − mean)²/(n − ddof) along axes; they stay with size 1 under
    /// [`keepdims`]. PyTorch's `var` with `correction=ddof`, which is 1 there by default.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn var_axis(self, axes: impl Into<Axes>, ddof: usize) -> Var<'t, T> {
        let (x, axes) = (self.value(), axes.into());
        let value = self.tape().expect(x.try_var_axis(axes.clone(), ddof));
        let deviation = Deviation::new(x, &value, axes, ddof);
        self.tape().record("var_axis", value, [self.edge(move |g| deviation.times(g * T::from_f64(2.0)))])
    }

    /// The standard deviation of all elements, of shape []: see [`Var::std_axis`].
    pub fn std(self, ddof: usize) -> Var<'t, T> {
        self.std_axis(.., ddof)
    }

    /// The root of the variance along axes: see [`Var::var_axis`]. Where it is 0, so is its derivative, as PyTorch's.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn std_axis(self, axes: impl Into<Axes>, ddof: usize) -> Var<'t, T> {
        let (x, axes) = (self.value(), axes.into());
        let value = self.tape().expect(x.try_std_axis(axes.clone(), ddof));
        let deviation = Deviation::new(x, &value, axes, ddof);
        let std = value.clone();
        let vjp = move |g: Array<T>| deviation.times(g.into_zip_map(&std, quotient_or_zero));
        self.tape().record("std_axis", value, [self.edge(vjp)])
    }

    /// ln Σ eˣ over all elements, of shape []: see [`Var::logsumexp_axis`].
    pub fn logsumexp(self) -> Var<'t, T> {
        self.logsumexp_axis(..)
    }

    /// ln Σ eˣ along axes, also where eˣ would overflow; they stay with size 1 under
    /// [`keepdims`].
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn logsumexp_axis(self, axes: impl Into<Axes>) -> Var<'t, T> {
        let (x, axes) = (self.value(), axes.into());
        let value = self.tape().expect(x.try_logsumexp_axis(axes.clone()));
        let kept = axes.keepdims_shape(x.shape());
        let y = value.reshape(&kept);
        // ∂x = g·e^(x − y)
        let vjp = move |g: Array<T>| (x - y).into_map(T::exp) * g.reshape(kept);
        self.tape().record("logsumexp_axis", value, [self.edge(vjp)])
    }

    /// The p-norm of all elements, of shape []: see [`Var::norm_axis`].
    #[track_caller]
    pub fn norm(self, p: f64) -> Var<'t, T> {
        self.norm_axis(.., p)
    }

    /// The p-norm (Σ|x|ᵖ)^(1/p) along axes; they stay with size 1 under [`keepdims`]. For p = ∞
    /// the greatest |x|. Where the norm is 0, so is its derivative. PyTorch's `norm`.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice, or p is not positive.
    #[track_caller]
    pub fn norm_axis(self, axes: impl Into<Axes>, p: f64) -> Var<'t, T> {
        assert!(p > 0.0, "norm: the order {p} is not positive");
        let axes = axes.into();
        if p == f64::INFINITY {
            return self.abs().max_axis(axes);
        }
        let (x, tape, exponent) = (self.value(), self.tape(), T::from_f64(p));
        let power = match p {
            1.0 => x.abs(),
            2.0 => x.square(),
            _ => x.map(move |x| x.abs().pow(exponent)),
        };
        let sum = tape.expect(power.try_sum_axis(axes.clone()));
        let value = match p {
            1.0 => sum,
            2.0 => sum.into_map(T::sqrt),
            _ => sum.power(T::from_f64(1.0 / p)),
        };
        let kept = axes.keepdims_shape(x.shape());
        let norm = value.reshape(&kept);
        // ∂x = g·sign(x)·(|x|/norm)^(p − 1)
        let vjp = move |g: Array<T>| {
            let share = match p {
                1.0 => x.sign(),
                2.0 => zip_broadcast(x, &norm, quotient_or_zero),
                _ => {
                    let less = T::from_f64(p - 1.0);
                    let ratio = |x: T, norm| x.sign().mul(quotient_or_zero(x.abs(), norm).pow(less));
                    zip_broadcast(
                        x,
                        &norm,
                        move |x, norm| if x == T::ZERO { T::ZERO } else { ratio(x, norm) },
                    )
                }
            };
            share * g.reshape(kept)
        };
        tape.record("norm_axis", value, [self.edge(vjp)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::each("sum", |[x]| x.sum()),
        Check::shapes("sum_axis", [&[2, 3, 4]], |[x]| x.sum_axis([0, -1])),
        Check::shapes("sum_axis", [&[2, 3, 4]], |[x]| x.sum_axis(keepdims(1))),
        Check::shapes("sum_axis", [&[3, 0]], |[x]| x.sum_axis(1)),
        Check::each("mean", |[x]| x.mean()).nonempty(),
        Check::shapes("mean_axis", [&[2, 3, 4]], |[x]| x.mean_axis(keepdims([0, 2]))),
        Check::shapes("mean_axis", [&[2, 3, 1]], |[x]| x.mean_axis(-1)),
        Check::each("var", |[x]| x.var(0)).nonempty(),
        Check::shapes("var_axis", [&[2, 3, 4]], |[x]| x.var_axis([0, 2], 1)),
        Check::shapes("var_axis", [&[0, 3]], |[x]| x.var_axis(keepdims(1), 1)),
        Check::shapes("std", [&[2, 3]], |[x]| x.std(1)),
        Check::shapes("std_axis", [&[2, 3, 4]], |[x]| x.std_axis(keepdims([0, 2]), 0)),
        Check::shapes("std_axis", [&[2, 1]], |[x]| x.std_axis(1, 0)),
        Check::each("logsumexp", |[x]| x.logsumexp()),
        Check::shapes("logsumexp_axis", [&[2, 3, 4]], |[x]| x.logsumexp_axis(keepdims([0, -1]))),
        Check::shapes("norm", [&[2, 3]], |[x]| x.norm(2.0)),
        Check::shapes("norm_axis", [&[2, 3, 4]], |[x]| x.norm_axis([0, 2], 2.0)),
        Check::shapes("norm_axis", [&[2, 3]], |[x]| x.norm_axis(keepdims(1), 1.0)),
        Check::shapes("norm_axis", [&[2, 3]], |[x]| x.norm_axis(0, 3.0)),
        Check::shapes("norm_axis", [&[2, 3]], |[x]| x.norm_axis(1, f64::INFINITY)),
        Check::shapes("norm_axis", [&[2, 0]], |[x]| x.norm_axis(1, 2.0)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_twins;
    use super::*;

    #[test]
    fn reductions_are_their_composed_twins() {
        fn square(x: Var<'_, f64>) -> Var<'_, f64> {
            (x - x.mean_axis(keepdims(1))).square()
        }
        assert_twins([&[3, 5]], |[x]| x.var_axis(1, 1), |[x]| square(x).sum_axis(1) / 4.0);
        assert_twins([&[3, 5]], |[x]| x.std_axis(1, 0), |[x]| square(x).mean_axis(1).sqrt());
        assert_twins([&[3, 5]], |[x]| x.logsumexp_axis(1), |[x]| x.exp().sum_axis(1).ln());
        assert_twins([&[3, 5]], |[x]| x.norm_axis(1, 2.0), |[x]| x.square().sum_axis(1).sqrt());
        assert_twins(
            [&[3, 5]],
            |[x]| x.norm_axis(1, 3.0),
            |[x]| x.abs().powf(3.0).sum_axis(1).powf(1.0 / 3.0),
        );
    }

    #[test]
    fn what_is_constant_has_gradient_zero() {
        let functions: [for<'t> fn(Var<'t, f64>) -> Var<'t, f64>; 4] =
            [|x| x.std(0), |x| x.norm(2.0), |x| x.norm(1.0), |x| x.norm(3.0)];
        for f in functions {
            let tape = crate::Tape::<f64>::training(array_core::default_rng(0));
            let x = tape.variable(Array::zeros(3));
            assert_eq!(f(x).backward().get(x).map(Array::to_vec), Some(vec![0.0; 3]));
        }
    }
}
