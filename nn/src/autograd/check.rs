//! Gradients checked against differences of values.

use std::fmt;

use array_core::Array;
use array_core::random::default_rng;

use super::{Gradients, Tape, Var};

/// The element whose gradient agrees worst with the difference quotient.
#[derive(Debug, Clone, PartialEq)]
pub struct GradCheck {
    /// Which input: its number, or the path of a parameter.
    pub input: String,
    /// Which element of it, in row-major order.
    pub element: usize,
    /// The gradient by backward.
    pub analytic: f64,
    /// The gradient by central differences.
    pub numeric: f64,
    /// |analytic − numeric| / max(1, |analytic|, |numeric|)
    pub error: f64,
}

impl fmt::Display for GradCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GradCheck { input, element, analytic, numeric, error } = self;
        write!(
            f,
            "input {input}, element {element}: backward says {analytic:e}, differences say {numeric:e} (error {error:.1e})"
        )
    }
}

/// A function of arrays, made a number by a fixed random weight for each element of its value: that number and, if they
/// are asked for, the gradients of the inputs; `None` for one that the value does not depend on.
pub(crate) type Weighted = (f64, Vec<Option<Array<f64>>>);

/// Weights a value, and walks back from it if gradients are wanted.
pub(crate) fn weigh(y: Var<'_, f64>, backward: bool) -> (f64, Option<Gradients<f64>>) {
    let weights = default_rng(1).uniform(-1.0, 1.0, y.shape());
    let value = (&weights * y.value()).sum();
    (value, backward.then(|| y.backward_from(weights)))
}

/// Compares the gradients that `run` finds with differences of its values, for every element of every input.
pub(crate) fn compare(
    inputs: &[(String, Array<f64>)],
    mut run: impl FnMut(&[Array<f64>], bool) -> Weighted,
) -> Option<GradCheck> {
    let arrays: Vec<Array<f64>> = inputs.iter().map(|(_, values)| values.clone()).collect();
    let (_, analytic) = run(&arrays, true);
    let mut worst: Option<GradCheck> = None;
    for (i, ((input, values), analytic)) in inputs.iter().zip(analytic).enumerate() {
        // An input that the value does not depend on has gradient 0.
        let analytic = analytic.unwrap_or_else(|| Array::zeros(values.shape()));
        for (element, (&x, &analytic)) in values.iter().zip(&analytic).enumerate() {
            let h = 1e-5 * x.abs().max(1.0);
            let mut moved = arrays.clone();
            let mut value_at = |x: f64| {
                let mut flat = values.flatten();
                flat[element] = x;
                moved[i] = flat.reshape(values.shape());
                run(&moved, false).0
            };
            let numeric = (value_at(x + h) - value_at(x - h)) / (2.0 * h);
            let error = (analytic - numeric).abs() / 1f64.max(analytic.abs()).max(numeric.abs());
            // NaN is worse than anything.
            if worst.as_ref().is_none_or(|w| error > w.error || error.is_nan()) {
                worst = Some(GradCheck { input: input.clone(), element, analytic, numeric, error });
            }
        }
    }
    worst
}

/// Compares backward with central differences, (f(x + h) − f(x − h)) / 2h, for every element of every input. For the
/// parameters of a model there is [`gradcheck_of_parameters`](crate::gradcheck_of_parameters).
///
/// `f` maps the inputs, as variables of a tape, to a value of any shape, which is weighted by a fixed random
/// gradient. Returns the worst element; `None` if the inputs have no elements. In `f64`, a right derivative
/// of a smooth function stays below 1e-6.
///
/// ```
/// use array_core::Array;
/// use nn::autograd::check::gradcheck;
/// let x = Array::from_vec([0.5, -1.0, 2.0], 3);
/// let worst = gradcheck(&[x], |x| x[0].sigmoid() * x[0]).unwrap();
/// assert!(worst.error < 1e-6, "{worst}");
/// ```
pub fn gradcheck<F>(inputs: &[Array<f64>], f: F) -> Option<GradCheck>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
{
    let named: Vec<_> = inputs.iter().enumerate().map(|(i, x)| (i.to_string(), x.clone())).collect();
    compare(&named, |inputs, backward| {
        // Every run draws the same numbers, so that what is random in `f` is the same function each time.
        let tape = Tape::training(default_rng(0));
        let vars: Vec<_> = inputs.iter().map(|input| tape.variable(input.clone())).collect();
        let (value, gradients) = weigh(f(&vars), backward);
        let of = |var: &Var<'_, f64>| gradients.as_ref().and_then(|g| g.get(*var)).cloned();
        (value, vars.iter().map(of).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_derivative_is_found_where_it_is() {
        fn wrong<'t>(v: &[Var<'t, f64>]) -> Var<'t, f64> {
            let x = v[0];
            // The value is x³, the derivative pretends to be that of x², but only for the third element.
            let cube = x.value().map(|x| x * x * x);
            let square = x.value();
            let edge =
                x.edge(move |g| g.zip_map(&square, |g, x| g * if x == 3.0 { 2.0 * x } else { 3.0 * x * x }));
            x.tape().record("wrong", cube, [edge])
        }
        let x = Array::from_vec([1.0, 2.0, 3.0], 3);
        let worst = gradcheck(&[x], wrong).expect("three elements");
        assert!(worst.error > 0.1 && (worst.input.as_str(), worst.element) == ("0", 2), "{worst}");
    }

    #[test]
    fn an_input_that_does_not_matter_has_gradient_zero() {
        let inputs = [Array::<f64>::ones([2]), Array::ones([2])];
        let worst = gradcheck(&inputs, |v| v[0] + v[1].detach() * 0.0).expect("elements");
        assert!(worst.error < 1e-9, "{worst}");
    }
}
