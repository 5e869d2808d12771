//! What losses of single elements are made of.

use array_core::{Array, Error};

use crate::autograd::Var;
use crate::scalar::Scalar;

/// Panics unless prediction and target have one shape.
#[track_caller]
pub(super) fn expect_same_shape<T: Scalar>(op: &'static str, a: Var<'_, T>, b: Var<'_, T>) {
    let shapes = [a.shape(), b.shape()];
    if shapes[0] != shapes[1] {
        let rule = "prediction and target must have one shape; nothing is broadcast in a loss";
        a.tape().expect::<()>(Err(Error::Shapes { op, shapes, rule }));
    }
}

/// `f` of the difference of prediction and target, with `slope` for its derivative.
#[track_caller]
pub(super) fn of_difference<'t, T: Scalar>(
    op: &'static str,
    prediction: Var<'t, T>,
    target: Var<'t, T>,
    f: impl Fn(T) -> T + Sync,
    slope: impl Fn(T) -> T + Sync + 'static,
) -> Var<'t, T> {
    expect_same_shape(op, prediction, target);
    (prediction - target).elementwise(op, f, move |g: T, d| g.mul(slope(d)))
}

/// `f` of every pair of elements, with its derivatives by the first and by the second.
#[track_caller]
pub(super) fn of_pairs<'t, T: Scalar>(
    op: &'static str,
    prediction: Var<'t, T>,
    target: Var<'t, T>,
    f: impl Fn(T, T) -> T + Sync,
    by_prediction: impl Fn(T, T) -> T + Sync + 'static,
    by_target: impl Fn(T, T) -> T + Sync + 'static,
) -> Var<'t, T> {
    expect_same_shape(op, prediction, target);
    let (x, y) = (prediction.value(), target.value());
    let value = x.zip_map(&y, f);
    let (x2, y2) = (x.clone(), y.clone());
    let edges = [
        prediction.edge(move |g: Array<T>| x.zip_map(&y, by_prediction) * g),
        target.edge(move |g: Array<T>| x2.zip_map(&y2, by_target) * g),
    ];
    prediction.tape().record(op, value, edges)
}
