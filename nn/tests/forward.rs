//! Derivatives along a direction: of models, by differences, and where a user goes wrong.

use std::collections::BTreeMap;

use array_core::{Array, Dual, default_rng};
use nn::autograd::forward::{hvp, jvp};
use nn::{
    BatchNorm1d, Dense, Dropout, Gelu, LayerNorm, Module, Residual, Scalar, Sequential, Tape, Var,
    hvp_of_parameters,
};

fn model<T: Scalar>() -> Sequential<T> {
    let rng = &mut default_rng(0);
    Sequential::new()
        .add("l1", Dense::new(4, 6, rng))
        .add("norm", LayerNorm::new(6))
        .add("act", Gelu)
        .add("drop", Dropout::new(0.25))
        .add("block", Residual::new(Sequential::new().add("l", Dense::new(6, 6, rng))))
        .add("batch", BatchNorm1d::new(6))
        .add("l2", Dense::new(6, 3, rng))
}

fn loss<'t, T: Scalar>(model: &Sequential<T>, tape: &'t Tape<T>) -> Var<'t, T> {
    let x = default_rng(1).uniform(-1.0, 1.0, [5, 4]).map(T::from_f64);
    tape.constant(x).apply("", model).cross_entropy(&Array::from_vec([0, 2, 1, 1, 0], 5))
}

/// The gradients of the same model in f64, with these parameters.
fn gradients(parameters: &BTreeMap<String, Array<f64>>) -> BTreeMap<String, Array<f64>> {
    let mut model = model::<f64>();
    model.for_each_param_mut(|path, param| {
        if let Some(value) = parameters.get(path) {
            *param.value_mut() = value.copy();
        }
    });
    let gradients = loss(&model, &Tape::training(default_rng(0))).backward();
    let mut found = BTreeMap::new();
    model.for_each_param(|path, param| {
        if let Some(gradient) = param.gradient(&gradients) {
            found.insert(path.to_string(), gradient.clone());
        }
    });
    found
}

#[test]
fn products_over_a_models_parameters_are_differences_of_its_gradients() {
    let (mut parameters, mut vector, mut rng) = (BTreeMap::new(), BTreeMap::new(), default_rng(2));
    model::<f64>().for_each_param(|path, param| {
        if param.is_trainable() {
            parameters.insert(path.to_string(), param.value().clone());
            vector.insert(path.to_string(), rng.uniform(-1.0, 1.0, param.value().shape()));
        }
    });
    let products = hvp_of_parameters(&mut model::<Dual>(), &vector, loss);
    let at = |h: f64| {
        gradients(&parameters.iter().map(|(path, x)| (path.clone(), x + &vector[path] * h)).collect())
    };
    let (up, down) = (at(1e-5), at(-1e-5));
    assert_eq!(products.keys().collect::<Vec<_>>(), parameters.keys().collect::<Vec<_>>());
    for (path, product) in &products {
        let numeric = (&up[path] - &down[path]) / 2e-5;
        let error = (product - &numeric).abs().max() / 1f64.max(numeric.abs().max());
        assert!(error < 1e-7, "{path}: {error:e}");
    }
}

#[test]
fn hessians_are_symmetric_and_derivatives_along_a_vector_are_gradients_times_it() {
    fn f<'t>(x: &[Var<'t, Dual>]) -> Var<'t, Dual> {
        (x[0].softmax(-1) * x[1].tanh() / (x[0].square() + 1.0)).norm(3.0)
    }
    let mut rng = default_rng(3);
    let mut pair = || [(); 2].map(|()| rng.uniform(-1.0, 1.0, [2, 3]));
    let (x, v, w) = (pair(), pair(), pair());
    let inner =
        |a: &[Array<f64>], b: &[Array<f64>]| -> f64 { a.iter().zip(b).map(|(a, b)| (a * b).sum()).sum() };
    let (along_v, along_w) = (hvp(&x, &v, f), hvp(&x, &w, f));
    assert!((inner(&along_v.products, &w) - inner(&along_w.products, &v)).abs() < 1e-13);
    let (value, tangent) = jvp(&x, &v, f);
    assert_eq!(value.item(), along_v.value);
    assert!((tangent.item() - inner(&along_v.gradients, &v)).abs() < 1e-14);
}

#[test]
#[should_panic(expected = "hvp: no parameter is called l3.weight")]
fn a_vector_for_a_parameter_that_is_not_there_says_so() {
    let vector = BTreeMap::from([("l3.weight".to_string(), Array::zeros([2]))]);
    hvp_of_parameters(&mut model::<Dual>(), &vector, loss);
}

#[test]
#[should_panic(expected = "jvp: input 0 has shape [2], its tangent [3]")]
fn a_tangent_of_another_shape_says_so() {
    jvp(&[Array::zeros(2)], &[Array::zeros(3)], |x| x[0]);
}
