//! Hessian-vector products over a model's parameters.

use std::collections::BTreeMap;

use array_core::random::default_rng;
use array_core::{Array, Dual};

use super::{Module, Path};
use crate::autograd::{Tape, Var};

/// The Hessian of a model's loss with respect to its trainable parameters, times a vector that has an array for some
/// parameters, by path, and is 0 for the others: an array for each trainable parameter that the loss depends on.
///
/// The model computes in [`Dual`] numbers: `Sequential<Dual>`, say. Its parameters' tangents are overwritten.
///
/// ```
/// use array_core::{Array, Dual, default_rng};
/// use nn::{Dense, hvp_of_parameters};
/// use std::collections::BTreeMap;
/// let mut model: Dense<Dual> = Dense::new(2, 1, &mut default_rng(0));
/// let vector = BTreeMap::from([("weight".to_string(), Array::ones([2, 1]))]);
/// // The loss is Σ (x·w + b)², and its Hessian 2·x·xᵀ for w, and 2·x for w and b.
/// let products = hvp_of_parameters(&mut model, &vector, |model, tape| {
///     let x = tape.constant(Array::dual(&Array::from_vec([1.0, 3.0], [1, 2]), &Array::zeros([1, 2])));
///     x.apply("", model).square().sum()
/// });
/// assert_eq!(products["weight"].to_vec(), [8.0, 24.0]);
/// assert_eq!(products["bias"].to_vec(), [8.0]);
/// ```
///
/// # Panics
/// If the vector has a path that is no parameter's, or another shape than the parameter, or the loss has more than one
/// element.
#[track_caller]
pub fn hvp_of_parameters<M: Module<Dual> + ?Sized>(
    model: &mut M,
    vector: &BTreeMap<String, Array<f64>>,
    loss: impl for<'t> Fn(&M, &'t Tape<Dual>) -> Var<'t, Dual>,
) -> BTreeMap<String, Array<f64>> {
    let mut unknown: Vec<&str> = vector.keys().map(String::as_str).collect();
    model.visit_mut(&mut Path::default(), &mut |path, param| {
        let path = path.as_str();
        let values = param.value().values();
        let zero = Array::scalar(0.0);
        let tangents = vector.get(path).unwrap_or(&zero);
        let fits = tangents.shape() == values.shape() || !vector.contains_key(path);
        assert!(fits, "hvp: {path} has shape {:?}, the vector {:?}", values.shape(), tangents.shape());
        *param.value_mut() = Array::dual(&values, tangents);
        unknown.retain(|name| *name != path);
    });
    assert!(unknown.is_empty(), "hvp: no parameter is called {}", unknown.join(" or "));
    let tape = Tape::training(default_rng(0));
    let gradients = loss(model, &tape).backward();
    let mut products = BTreeMap::new();
    model.visit(&mut Path::default(), &mut |path, param| {
        if let Some(gradient) = param.gradient(&gradients) {
            products.insert(path.as_str().to_string(), gradient.tangents());
        }
    });
    products
}
