//! A model's gradients checked against differences of values.

use array_core::random::default_rng;

use super::{Module, Path};
use crate::autograd::check::{GradCheck, compare, weigh};
use crate::autograd::{Tape, Var};

/// As [`gradcheck`](crate::autograd::check::gradcheck), for every element of every trainable parameter of a model: the
/// worst one, under its path. The model is left as it was.
///
/// `f` maps the model to a value of any shape, on a training tape whose random numbers are the same each time. What a
/// model holds may be given to it as well: a [`Param`](crate::Param) for the input has its gradient checked with the
/// rest.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{Dense, gradcheck_of_parameters};
/// let mut model: Dense<f64> = Dense::new(3, 2, &mut default_rng(0));
/// let worst = gradcheck_of_parameters(&mut model, |model, tape| {
///     tape.constant(Array::ones([4, 3])).apply("", model).tanh()
/// });
/// assert!(worst.is_some_and(|worst| worst.error < 1e-6));
/// ```
pub fn gradcheck_of_parameters<M: Module<f64> + ?Sized>(
    model: &mut M,
    f: impl for<'t> Fn(&M, &'t Tape<f64>) -> Var<'t, f64>,
) -> Option<GradCheck> {
    let mut parameters = Vec::new();
    model.visit(&mut Path::default(), &mut |path, param| {
        if param.is_trainable() {
            parameters.push((path.as_str().to_string(), param.value().clone()));
        }
    });
    let worst = compare(&parameters, |values, backward| {
        let mut values = values.iter();
        model.visit_mut(&mut Path::default(), &mut |_, param| {
            if let Some(value) = param.is_trainable().then(|| values.next()).flatten() {
                *param.value_mut() = value.clone();
            }
        });
        let tape = Tape::training(default_rng(0));
        let (value, gradients) = weigh(f(model, &tape), backward);
        let mut of_parameters = Vec::new();
        model.visit(&mut Path::default(), &mut |_, param| {
            if param.is_trainable() {
                of_parameters.push(gradients.as_ref().and_then(|g| param.gradient(g)).cloned());
            }
        });
        (value, of_parameters)
    });
    let mut values = parameters.into_iter();
    model.visit_mut(&mut Path::default(), &mut |_, param| {
        if let Some((_, value)) = param.is_trainable().then(|| values.next()).flatten() {
            *param.value_mut() = value;
        }
    });
    worst
}
