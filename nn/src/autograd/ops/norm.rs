//! Normalisation along axes, with the affine map behind it, each fused into one operation.

use array_core::{Array, Axes, fold_row, for_each_row, keepdims, update_row};

use super::super::Var;
use super::joint::Joint;
use super::row;
use super::shape::sum_to;
use crate::scalar::Scalar;

/// The result of [`Var::normalize`], with the statistics it was made with.
#[derive(Debug)]
pub struct Normalized<'t, T: Scalar> {
    /// The value.
    pub value: Var<'t, T>,
    /// The means; normalised axes have size 1.
    pub mean: Array<T>,
    /// The mean squared distances from them; normalised axes have size 1.
    pub variance: Array<T>,
}

/// u = (x − m)·s with s = 1/√(mean((x − m)²) + ε), where m is the mean of x or, if not `centred`, 0.
#[derive(Clone)]
struct Unit<T: Scalar> {
    u: Array<T>,
    s: Array<T>,
    axes: Axes,
    centred: bool,
}

impl<T: Scalar> Unit<T> {
    /// Scales what has been centred; also returns its mean square.
    fn new(mut x: Array<T>, axes: Axes, centred: bool, epsilon: f64) -> (Self, Array<T>) {
        let square = x.square().mean_axis(axes.clone());
        let epsilon = T::from_f64(epsilon);
        let s = square.map(move |square| T::ONE.div(square.add(epsilon).sqrt()));
        x *= &s;
        (Unit { u: x, s, axes, centred }, square)
    }

    /// From the gradient of u to that of x: (g − mean(g) − u·mean(g·u))·s; the first mean stems from m.
    fn vjp(self, mut g: Array<T>) -> Array<T> {
        let along = (&g * &self.u).mean_axis(self.axes.clone());
        if self.centred {
            let mean = g.mean_axis(self.axes);
            g -= &mean;
        }
        (g - self.u * along) * self.s
    }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// (x − mean)/√(variance + ε)·weight + bias, with mean and biased variance taken along axes, and weight and
    /// bias broadcast to x. What batch, layer and group normalisation are made of.
    ///
    /// The statistics are returned as plain arrays, through which no gradient flows.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice, or weight or bias do not broadcast to x.
    #[track_caller]
    pub fn normalize(
        self,
        axes: impl Into<Axes>,
        weight: Var<'t, T>,
        bias: Var<'t, T>,
        epsilon: f64,
    ) -> Normalized<'t, T> {
        let (x, axes) = (self.value(), keepdims(axes));
        let (w, b) = (weight.value(), bias.value());
        let mean = self.tape().expect(x.try_mean_axis(axes.clone()));
        self.tape().expect(w.try_broadcast_to(x.shape()).and(b.try_broadcast_to(x.shape())));
        let (unit, variance) = Unit::new(x - &mean, axes, true, epsilon);
        let value = &unit.u * &w + &b;

        let (u, of_weight, of_bias) = (unit.u.clone(), weight.shape(), bias.shape());
        let edges = [
            weight.edge(move |g| sum_to(g * u, &of_weight)),
            bias.edge(move |g| sum_to(g, &of_bias)),
            self.edge(move |g| unit.vjp(g * w)),
        ];
        Normalized { value: self.tape().record("normalize", value, edges), mean, variance }
    }

    /// As [`Var::normalize`] along the last axes, of which weight and bias have the shape: in one pass over rows forward
    /// and one back. What layer normalisation is made of.
    ///
    /// # Panics
    /// If weight or bias do not have the shape of the last axes.
    #[track_caller]
    pub fn layer_normalize(self, weight: Var<'t, T>, bias: Var<'t, T>, epsilon: f64) -> Var<'t, T> {
        let (x, w, b) = (self.value(), weight.value(), bias.value());
        if !x.shape().ends_with(w.shape()) || w.shape() != b.shape() {
            let shapes = [x.shape().to_vec(), w.shape().to_vec()];
            let rule = "weight and bias must have the shape of the last axes";
            self.tape().expect::<()>(Err(array_core::Error::Shapes { op: "layer_normalize", shapes, rule }));
        }
        let (shape, len) = (x.shape().to_vec(), w.size());
        let rows = [x.size() / len.max(1), len];
        let (x, epsilon) = (x.reshape(rows), T::from_f64(epsilon));
        let (count, one) = (T::from_f64(len as f64), [rows[0], 1]);
        let (mut value, mut mean, mut scale) = (Array::empty(rows), Array::empty(one), Array::empty(one));
        let parameters = [&w, &b].map(Array::contiguous);
        let [weights, biases] = parameters.each_ref().map(|p| p.as_slice().unwrap_or_default());
        for_each_row(
            [&mut value, &mut mean, &mut scale],
            [&x],
            #[inline(always)]
            |_, [y, mean, scale], [x]| {
                let m = row::sum(x).div(count);
                let squares = |sum: T, [x]: [T; 1]| sum.add(x.sub(m).mul(x.sub(m)));
                let variance = fold_row([x], T::ZERO, squares, T::add).div(count);
                let s = T::ONE.div(variance.add(epsilon).sqrt());
                (mean[0], scale[0]) = (m, s);
                update_row(y, [x, weights, biases], |_, [x, w, b]| x.sub(m).mul(s).mul(w).add(b));
            },
        );
        let (out, of_weight) = (shape.clone(), w.shape().to_vec());
        let joint = Joint::new(move |g: Array<T>| {
            let of_bias = g.reshape(rows).sum_axis(0).reshape(&of_weight);
            // g·u, whose sum over rows is the weight's gradient; and that of x, which is (g' − mean(g') − u·mean(g'·u))·s
            // for g' = g·w.
            let (mut of_u, mut of_x) = (Array::empty(rows), Array::empty(rows));
            let weights = w.contiguous();
            let weights = weights.as_slice().unwrap_or_default();
            for_each_row(
                [&mut of_u, &mut of_x],
                [&x, &g.reshape(rows), &mean, &scale],
                #[inline(always)]
                |_, [of_u, of_x], [x, g, mean, scale]| {
                    let (m, s) = (mean[0], scale[0]);
                    update_row(of_u, [x, g], |_, [x, g]| x.sub(m).mul(s).mul(g));
                    let of_mean = row::dot(g, weights).div(count);
                    let along = row::dot(of_u, weights).div(count);
                    update_row(of_x, [x, g, weights], |_, [x, g, w]| {
                        g.mul(w).sub(of_mean).sub(x.sub(m).mul(s).mul(along)).mul(s)
                    });
                },
            );
            [of_u.sum_axis(0).reshape(&of_weight), of_bias, of_x.reshape(&shape)]
        });
        let edges = [weight.edge(joint.part(0)), bias.edge(joint.part(1)), self.edge(joint.part(2))];
        self.tape().record("normalize", value.reshape(&out), edges)
    }

    /// x/√(mean(x²) + ε)·weight, with the mean taken along axes and the weight broadcast to x.
    ///
    /// # Panics
    /// If an axis does not exist or is given twice, or the weight does not broadcast to x.
    #[track_caller]
    pub fn rms_normalize(self, axes: impl Into<Axes>, weight: Var<'t, T>, epsilon: f64) -> Var<'t, T> {
        let (x, w, axes) = (self.value(), weight.value(), keepdims(axes));
        self.tape().expect(x.try_mean_axis(axes.clone()));
        self.tape().expect(w.try_broadcast_to(x.shape()));
        let (unit, _) = Unit::new(x, axes, false, epsilon);
        let value = &unit.u * &w;

        let (u, of_weight) = (unit.u.clone(), weight.shape());
        let edges = [weight.edge(move |g| sum_to(g * u, &of_weight)), self.edge(move |g| unit.vjp(g * w))];
        self.tape().record("rms_normalize", value, edges)
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::shapes("normalize", [&[3, 5], &[5], &[5]], |[x, w, b]| x.normalize(-1, w, b, 1e-5).value),
        Check::shapes("normalize", [&[4, 3, 2], &[3, 1], &[1]], |[x, w, b]| {
            x.normalize([0, 2], w, b, 1e-3).value
        }),
        Check::shapes("normalize", [&[2, 1], &[1], &[1]], |[x, w, b]| x.normalize(1, w, b, 1.0).value),
        Check::shapes("normalize", [&[0, 3], &[3], &[3]], |[x, w, b]| x.normalize(1, w, b, 1e-5).value),
        Check::shapes("layer_normalize", [&[3, 5], &[5], &[5]], |[x, w, b]| x.layer_normalize(w, b, 1e-5)),
        Check::shapes("layer_normalize", [&[4, 3, 2], &[3, 2], &[3, 2]], |[x, w, b]| {
            x.layer_normalize(w, b, 1e-3)
        }),
        Check::shapes("layer_normalize", [&[2, 1], &[1], &[1]], |[x, w, b]| x.layer_normalize(w, b, 1.0)),
        Check::shapes("layer_normalize", [&[0, 3], &[3], &[3]], |[x, w, b]| x.layer_normalize(w, b, 1e-5)),
        Check::shapes("rms_normalize", [&[3, 5], &[5]], |[x, w]| x.rms_normalize(-1, w, 1e-5)),
        Check::shapes("rms_normalize", [&[2, 3, 4], &[3, 4]], |[x, w]| x.rms_normalize([1, 2], w, 1e-5)),
        Check::shapes("rms_normalize", [&[0, 3], &[1]], |[x, w]| x.rms_normalize(1, w, 1e-5)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_twins;
    use super::*;

    #[test]
    fn normalisations_are_their_composed_twins() {
        fn scaled(x: Var<'_, f64>) -> Var<'_, f64> {
            x / (x.square().mean_axis(keepdims([0, 2])) + 1e-3).sqrt()
        }
        assert_twins(
            [&[4, 3, 5], &[3, 1], &[3, 1]],
            |[x, w, b]| x.normalize([0, 2], w, b, 1e-3).value,
            |[x, w, b]| scaled(x - x.mean_axis(keepdims([0, 2]))) * w + b,
        );
        assert_twins(
            [&[4, 3, 70], &[3, 70], &[3, 70]],
            |[x, w, b]| x.layer_normalize(w, b, 1e-3),
            |[x, w, b]| x.normalize([1, 2], w, b, 1e-3).value,
        );
        assert_twins([&[4, 3, 5], &[5]], |[x, w]| x.rms_normalize([0, 2], w, 1e-3), |[x, w]| scaled(x) * w);
    }

    #[test]
    fn statistics_are_those_of_the_input() {
        let tape = crate::Tape::<f64>::inference();
        let [x, one] = [Array::from_vec([1.0, 2.0, 6.0], [1, 3]), Array::ones([3])].map(|a| tape.constant(a));
        let result = x.normalize(1, one, one, 0.0);
        assert_eq!((result.mean.to_vec(), result.variance.to_vec()), (vec![3.0], vec![14.0 / 3.0]));
        assert_eq!((result.mean.shape(), result.variance.shape()), (&[1, 1][..], &[1, 1][..]));
    }
}
