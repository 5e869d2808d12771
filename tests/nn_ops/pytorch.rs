//! Operations, activations and losses against PyTorch (`tests/reference/nn_ops.py`).

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use array_core::{Array, NewAxis, Pad, default_rng, keepdims};
use nn::autograd::forward::{hvp, jvp};
use nn::autograd::ops::{concatenate, einsum, stack};
use nn::loss::*;
use nn::{
    Elu, Gelu, GeluTanh, Hardtanh, Layer, LeakyRelu, LogSoftmax, Relu, Scalar, Sigmoid, Silu, Softmax,
    Softplus, Tanh, Tape, Var,
};

use super::nn_cases::{Case, Cases};
use super::operations_of;

/// The parameters in a case's name: `kind(parameter,…)@number`.
struct Call<'c> {
    kind: &'c str,
    params: Vec<&'c str>,
    case: &'c Case<f64>,
}

impl<'c> Call<'c> {
    fn new(name: &'c str, case: &'c Case<f64>) -> Self {
        let call = name.split('@').next().unwrap_or(name);
        let (kind, params) = call.trim_end_matches(')').split_once('(').unwrap_or((call, ""));
        Call { kind, params: params.split(',').filter(|p| !p.is_empty()).collect(), case }
    }

    fn text(&self, i: usize) -> &str {
        self.params[i]
    }

    fn number(&self, i: usize) -> f64 {
        self.params[i].parse().unwrap_or_else(|_| panic!("{} is no number", self.params[i]))
    }

    fn int(&self, i: usize) -> isize {
        self.number(i) as isize
    }

    fn flag(&self, i: usize) -> bool {
        self.number(i) != 0.0
    }

    /// Axes such as `0:2`; none for `all`.
    fn axes(&self) -> Option<Vec<isize>> {
        let list = || self.text(0).split(':').map(|axis| axis.parse().expect("an axis")).collect();
        (self.text(0) != "all").then(list)
    }

    fn mask(&self) -> Array<bool> {
        self.case.integers("m0").not_equal(0)
    }

    fn reduction(&self) -> Reduction {
        match self.text(0) {
            "mean" => Reduction::Mean,
            "sum" => Reduction::Sum,
            _ => Reduction::None,
        }
    }
}

fn layer<'t, T: Scalar>(x: Var<'t, T>, layer: impl Layer<T>) -> Var<'t, T> {
    x.apply("", &layer)
}

/// The value of a case that is no loss, with its inputs as variables of a tape.
fn operation<'t, T: Scalar>(call: &Call<'_>, v: &[Var<'t, T>]) -> Var<'t, T> {
    let (x, p) = (v[0], |i| call.number(i));
    match call.kind {
        "exp" => x.exp(),
        "exp2" => x.exp2(),
        "expm1" => x.expm1(),
        "ln" => x.ln(),
        "log1p" => x.log1p(),
        "log2" => x.log2(),
        "log10" => x.log10(),
        "sqrt" => x.sqrt(),
        "square" => x.square(),
        "reciprocal" => x.reciprocal(),
        "abs" => x.abs(),
        "neg" => -x,
        "sin" => x.sin(),
        "cos" => x.cos(),
        "tan" => x.tan(),
        "asin" => x.asin(),
        "acos" => x.acos(),
        "atan" => x.atan(),
        "sinh" => x.sinh(),
        "cosh" => x.cosh(),
        "tanh" => layer(x, Tanh),
        "asinh" => x.asinh(),
        "acosh" => x.acosh(),
        "atanh" => x.atanh(),
        "erf" => x.erf(),
        "sigmoid" => layer(x, Sigmoid),
        "relu" => layer(x, Relu),
        "powf" => x.powf(p(0)),
        "pow" => x.pow(v[1]),
        "add" => x + v[1],
        "sub" => x - v[1],
        "mul" => x * v[1],
        "div" => x / v[1],
        "maximum" => x.maximum(v[1]),
        "minimum" => x.minimum(v[1]),
        "where" => x.where_(&Array::from_vec([true, false, true], 3), v[1]),
        "clip" => x.clip(p(0), p(1)),
        "masked_fill" => x.masked_fill(&call.mask(), p(0)),
        "masked_select" => x.masked_select(&call.mask()),
        "matmul" => x.matmul(v[1]),
        "linear" => x.linear(v[1], v[2]),
        "leaky_relu" => layer(x, LeakyRelu::new(p(0))),
        "elu" => layer(x, Elu::new(p(0))),
        "gelu" => layer(x, Gelu),
        "gelu_tanh" => layer(x, GeluTanh),
        "silu" => layer(x, Silu),
        "softplus" => layer(x, Softplus::new(p(0), p(1))),
        "hardtanh" => layer(x, Hardtanh::new(p(0), p(1))),
        "softmax" => layer(x, Softmax::new(call.int(0))),
        "log_softmax" => layer(x, LogSoftmax::new(call.int(0))),
        "expand" => x.expand([2, 3, 4]),
        "reshape" => x.reshape([3, 4]),
        "permute" => x.permute([2, 0, 1]),
        "swapaxes" => x.swapaxes(0, -1),
        "slice" => x.slice((1..3, NewAxis, 0)),
        "flip" => x.flip([0, 2]),
        "roll" => x.roll([1, -2], [0, 1]),
        "concatenate" => concatenate(&[x, v[1], x], 1),
        "stack" => stack(&[x, v[1]], -1),
        "split" => {
            let pieces = x.split(3, 1);
            pieces[1] * pieces[0]
        }
        "pad" => {
            let mode = match call.text(0) {
                "constant" => Pad::Constant(1.5),
                "reflect" => Pad::Reflect,
                "edge" => Pad::Edge,
                _ => Pad::Wrap,
            };
            let mut widths = vec![(0, 0); x.ndim() - (call.params.len() - 1) / 2];
            widths.extend((1..call.params.len()).step_by(2).map(|i| (call.int(i), call.int(i + 1))));
            x.pad(&widths[..], mode)
        }
        "take" => x.take(&call.case.integers("i0"), call.int(0)),
        "gather" => x.gather(&call.case.integers("i0"), call.int(0)),
        "scatter" => x.scatter(&call.case.integers("i0"), v[1], call.int(0)),
        "scatter_add" => x.scatter_add(&call.case.integers("i0"), v[1], call.int(0)),
        "einsum" => einsum(&call.text(0).replace(';', ","), v),
        "tril" => x.tril(call.int(0)),
        "triu" => x.triu(call.int(0)),
        "diagonal" => x.diagonal(call.int(0), call.int(1), call.int(2)),
        "pick" => match call.text(0) {
            "both" => x.pick(([0, 2, 0], [1, 0, 1])),
            "apart" => x.pick(([1, 0, 1], .., [0, 0, 2])),
            _ => x.pick((.., &Array::from_vec([true, false, true], 3))),
        },
        "t" => x.t(),
        "expand_dims" => x.expand_dims([0, 2]) * x,
        "squeeze" => x.squeeze(1).exp(),
        "cumsum" => x.cumsum(call.int(0)),
        "sort" => x.sort(call.int(0)),
        "topk" => x.topk(2, call.int(1)).0,
        _ => reduction(call, v),
    }
}

/// The value of a case that is a reduction, in both forms.
fn reduction<'t, T: Scalar>(call: &Call<'_>, v: &[Var<'t, T>]) -> Var<'t, T> {
    let (x, second) = (v[0], |i| call.number(i));
    match (call.kind, call.params.first().and_then(|_| call.axes())) {
        ("prod", None) => x.prod(),
        ("prod", Some(axes)) => x.prod_axis(axes[0]),
        ("sum", None) => x.sum(),
        ("sum", Some(axes)) => x.sum_axis(axes),
        ("mean", None) => x.mean(),
        ("mean", Some(axes)) => x.mean_axis(axes),
        ("logsumexp", None) => x.logsumexp(),
        ("logsumexp", Some(axes)) => x.logsumexp_axis(keepdims(&axes)).squeeze(axes),
        ("max", None) => x.max(),
        ("max", Some(axes)) => x.max_axis(axes),
        ("min", None) => x.min(),
        ("min", Some(axes)) => x.min_axis(axes),
        ("var", None) => x.var(second(1) as usize),
        ("var", Some(axes)) => x.var_axis(keepdims(&axes), second(1) as usize).squeeze(axes),
        ("std", None) => x.std(second(1) as usize),
        ("std", Some(axes)) => x.std_axis(axes, second(1) as usize),
        ("norm", None) => x.norm(second(1)),
        ("norm", Some(axes)) => x.norm_axis(axes, second(1)),
        (kind, _) => panic!("no operation is called {kind}"),
    }
}

/// The value of a case of a loss over classes.
fn classes<'t, T: Scalar>(call: &Call<'_>, v: &[Var<'t, T>]) -> Var<'t, T> {
    let (reduction, weighted) = (call.reduction(), call.flag(1));
    let weights = Array::from_vec([0.5, 2.0, 1.25].map(T::from_f64), 3);
    let ignored = call.params.last().and_then(|p| p.parse::<i64>().ok());
    if call.kind == "nll" {
        let mut loss = Nll::new().reduction(reduction);
        loss = if weighted { loss.class_weights(weights) } else { loss };
        loss = if let Some(label) = ignored { loss.ignore_index(label) } else { loss };
        return loss.of(v[0], &call.case.integers("i0"));
    }
    let mut loss = CrossEntropy::new().reduction(reduction).label_smoothing(call.number(2));
    loss = if weighted { loss.class_weights(weights) } else { loss };
    if call.kind == "cross_entropy_of_probabilities" {
        return loss.of_probabilities(v[0], &call.case.get("c0").map(T::from_f64));
    }
    loss = if let Some(label) = ignored { loss.ignore_index(label) } else { loss };
    loss.of(v[0], &call.case.integers("i0"))
}

/// The value of a case of any kind.
fn value<'t, T: Scalar>(call: &Call<'_>, v: &[Var<'t, T>]) -> Var<'t, T> {
    let (x, p) = (v[0], |i| call.number(i));
    let signs = Array::from_vec([1.0, -1.0, 1.0, -1.0].map(T::from_f64), 4);
    match call.kind {
        "cross_entropy" | "cross_entropy_of_probabilities" | "nll" => classes(call, v),
        "mse" => Mse::new().reduction(call.reduction()).of(x, v[1]),
        "mae" => Mae::new().reduction(call.reduction()).of(x, v[1]),
        "huber" => Huber::new(p(1)).reduction(call.reduction()).of(x, v[1]),
        "smooth_l1" => SmoothL1::new(p(1)).reduction(call.reduction()).of(x, v[1]),
        "bce" => Bce::new().reduction(call.reduction()).of(x, v[1]),
        "bce_with_logits" => BceWithLogits::new().pos_weight(p(1)).reduction(call.reduction()).of(x, v[1]),
        "kl_divergence" => {
            KlDivergence::new().log_target(call.flag(1)).reduction(call.reduction()).of(x, v[1])
        }
        "kl_batch_mean" => KlDivergence::new().batch_mean(true).of(x, v[1]),
        "hinge" => Hinge::new().margin(p(1)).reduction(call.reduction()).of(x, v[1]),
        "hinge_embedding" => {
            let loss = HingeEmbedding::new().margin(p(1)).reduction(call.reduction());
            loss.of(x, x.tape().constant(signs))
        }
        "cosine_embedding" => {
            CosineEmbedding::new().margin(p(1)).reduction(call.reduction()).of(x, v[1], &signs)
        }
        "triplet_margin" => {
            let loss = TripletMargin::new().margin(p(1)).p(p(2)).swap(call.flag(3));
            loss.reduction(call.reduction()).of(x, v[1], v[2])
        }
        _ => operation(call, v),
    }
}

/// The arrays x0, x1, … of a case, or those of another letter.
fn list(case: &Case<f64>, letter: &str) -> Vec<Array<f64>> {
    (0..).map_while(|i| case.try_get(&format!("{letter}{i}"))).collect()
}

/// |ours − theirs| ≤ bound·max(|theirs|, root mean square of theirs, 1e-6), for every element.
fn assert_close(what: &str, ours: &Array<f64>, theirs: &Array<f64>, bound: f64) {
    assert_eq!(ours.shape(), theirs.shape(), "{what}: shape");
    let finite = theirs.map(|x| if x.is_finite() { x } else { 0.0 });
    let scale = finite.square().mean().sqrt().max(1e-6);
    for (a, b) in ours.iter().zip(theirs) {
        let close = (a - b).abs() <= bound * b.abs().max(scale) || a == b || (a.is_nan() && b.is_nan());
        assert!(close, "{what}: {a} is not PyTorch's {b} in {ours} and {theirs}");
    }
}

fn check<T: Scalar>(name: &str, case: &Case<f64>, bound: f64) {
    let tape = Tape::<T>::training(default_rng(0));
    let inputs: Vec<_> = list(case, "x").iter().map(|x| tape.variable(x.map(T::from_f64))).collect();
    let y = value(&Call::new(name, case), &inputs);
    let what = |array: &str| format!("{name}, {array} in {}", T::DTYPE);
    assert_close(&what("the value"), &y.value().map(T::to_f64), &case.get("y"), bound);
    let gradients = y.backward_from(case.get("ct").map(T::from_f64));
    for (i, (input, theirs)) in inputs.iter().zip(list(case, "g")).enumerate() {
        let zero = Array::zeros(theirs.shape());
        let ours = gradients.get(*input).unwrap_or(&zero).map(T::to_f64);
        assert_close(&what(&format!("gradient {i}")), &ours, &theirs, bound);
    }
}

/// The derivative of the gradients along the vector, by central differences; `None` at a kink, where differences ahead and
/// behind are not the same.
fn differences(call: &Call<'_>, inputs: &[Array<f64>], vector: &[Array<f64>]) -> Option<Vec<Array<f64>>> {
    let gradients = |step: f64| -> Vec<Array<f64>> {
        let tape = Tape::training(default_rng(0));
        let moved = inputs.iter().zip(vector).map(|(x, v)| tape.variable(x + v * step));
        let vars: Vec<Var<'_, f64>> = moved.collect();
        let gradients = value(call, &vars).backward_from(call.case.get("ct"));
        let of =
            |var: &Var<'_, f64>| gradients.get(*var).cloned().unwrap_or_else(|| Array::zeros(var.shape()));
        vars.iter().map(of).collect()
    };
    let quotients = |from: f64, to: f64| -> Vec<Array<f64>> {
        gradients(to).iter().zip(gradients(from)).map(|(b, a)| (b - a) / (to - from)).collect()
    };
    // A jump of the gradient shows, as its quotient depends on the step.
    let (ahead, behind) = (quotients(0.0, 1e-5), quotients(-5e-6, 0.0));
    let smooth = ahead.iter().zip(&behind).all(|(a, b)| a.allclose(b, 1e-3, 1e-3));
    smooth.then(|| quotients(-1e-5, 1e-5))
}

/// Compares the Hessian-vector product with PyTorch's and with differences of gradients, and the derivative of the value
/// along the vector with the gradients. Returns whether there were differences.
fn check_second(name: &str, case: &Case<f64>) -> bool {
    let (inputs, vector, ct) = (list(case, "x"), list(case, "v"), case.get("ct"));
    let call = Call::new(name, case);
    let found = hvp(&inputs, &vector, |v| {
        let y = value(&call, v);
        (y * y.tape().constant(Array::dual(&ct, &Array::scalar(0.0)))).sum()
    });
    let theirs = list(case, "h");
    for (i, ours) in found.products.iter().enumerate() {
        let zero = Array::zeros(ours.shape());
        assert_close(&format!("{name}, H·v {i}"), ours, theirs.get(i).unwrap_or(&zero), 1e-9);
    }
    let (y, tangent) = jvp(&inputs, &vector, |v| value(&call, v));
    assert_close(&format!("{name}, value of jvp"), &y, &case.get("y"), 1e-10);
    let along: f64 = list(case, "g").iter().zip(&vector).map(|(g, v)| (g * v).sum()).sum();
    let (ours, scale) = ((&tangent * &ct).sum(), (&tangent * &ct).abs().sum());
    assert!(
        (ours - along).abs() <= 1e-10 * scale.max(along.abs()).max(1e-30),
        "{name}, jvp: {ours} and {along}"
    );

    let Some(differences) = differences(&call, &inputs, &vector) else { return false };
    for (i, (ours, numeric)) in found.products.iter().zip(&differences).enumerate() {
        let scale = 1f64.max(numeric.abs().sum());
        let error = (ours - numeric).abs().sum() / scale;
        assert!(error <= 1e-5, "{name}, H·v {i} by differences: {ours} and {numeric}");
    }
    true
}

/// The operations of all cases that are differentiated twice.
pub fn operations() -> BTreeSet<&'static str> {
    let cases = Cases::<f64>::read("nn_ops.txt");
    let mut all = BTreeSet::new();
    for name in cases.names() {
        let case = cases.get(&name);
        if case.try_get("v0").is_some() {
            let tape = Tape::training(default_rng(0));
            let inputs: Vec<_> = list(case, "x").into_iter().map(|x| tape.variable(x)).collect();
            tape.apply("case", || value(&Call::new(&name, case), &inputs));
            all.extend(operations_of(&tape));
        }
    }
    all
}

#[test]
fn operations_activations_and_losses_agree_with_pytorch() {
    let cases = Cases::<f64>::read("nn_ops.txt");
    let (mut count, mut second, mut wrong) = (0, 0, 0);
    for name in cases.names() {
        let case = cases.get(&name);
        // Every disagreement is reported, not only the first.
        let agrees = catch_unwind(|| {
            check::<f64>(&name, case, 1e-10);
            check::<f32>(&name, case, 1e-5);
            case.try_get("v0").is_some() && check_second(&name, case)
        });
        second += usize::from(matches!(agrees, Ok(true)));
        wrong += usize::from(agrees.is_err());
        count += 1;
    }
    cases.assert_all_used();
    assert!(wrong == 0, "{wrong} of {count} cases disagree");
    assert!(count >= 400 && second >= 380, "{count} cases, {second} of them twice differentiable");
}
