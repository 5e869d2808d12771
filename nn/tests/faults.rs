//! Planted faults, each of which must be attributed to the right place in the model.

use std::collections::BTreeSet;

use array_core::{Array, default_rng, keepdims};
use nn::autograd::Phase;
use nn::optim::Group;
use nn::trace::FindingKind;
use nn::train::{Measured, Plan, Trainer};
use nn::{Adam, AttentionMask, Dense, Embedding, Fault, LayerNorm, Module, Optimizer, Param, Relu, Residual};
use nn::{Sequential, Sgd, Sigmoid, Tanh, Tape, TransformerBlock, TransformerEncoder, Var};

fn mlp() -> Sequential {
    let rng = &mut default_rng(0);
    let block = Sequential::new().add("fc", Dense::new(16, 16, rng)).add("act", Relu);
    Sequential::new()
        .add("l1", Dense::new(8, 16, rng))
        .add("block", Residual::new(block))
        .add("norm", LayerNorm::new(16))
        .add("l2", Dense::new(16, 3, rng))
}

fn batch() -> Array<f32> {
    default_rng(1).standard_normal([5, 8])
}

/// What a checked tape for training stops at.
fn fault(pass: impl for<'t> Fn(&'t Tape) -> Var<'t>) -> Fault {
    let tape = Tape::training(default_rng(0)).checked().at_step(7);
    tape.attempt(|| pass(&tape).backward()).expect_err("a fault")
}

/// Paths of findings of a kind after backward.
fn found(kind: FindingKind, pass: impl for<'t> Fn(&'t Tape) -> Var<'t>) -> Vec<String> {
    let tape = Tape::training(default_rng(0)).traced();
    let _ = pass(&tape).backward();
    let findings = tape.trace().findings();
    findings.into_iter().filter(|finding| finding.kind == kind).map(|finding| finding.path).collect()
}

fn with(path: &str, edit: impl Fn(&mut Array<f32>)) -> Sequential {
    let mut model = mlp();
    let mut found = false;
    model.for_each_param_mut(|of, param| {
        if of == path {
            edit(param.value_mut());
            found = true;
        }
    });
    assert!(found, "{path}");
    model
}

fn zeros<'t>(tape: &'t Tape, shape: &[usize]) -> Var<'t> {
    tape.variable(Array::zeros(shape))
}

#[test]
fn values_that_are_not_finite_are_attributed_to_the_operation_that_made_them() {
    let model = mlp();
    // 1. log of 0
    let log = fault(|tape| {
        let h = tape.constant(batch()).apply("net", &model).relu();
        tape.scope("loss", || h.ln().sum())
    });
    assert_eq!(
        (log.path.as_str(), log.message.contains("ln makes -inf out of finite values")),
        ("loss", true)
    );
    assert!(log.message.ends_with("; step 7"), "{log}");

    // 2. 0/0
    let ratio = fault(|tape| tape.scope("attn", || (zeros(tape, &[2]) / zeros(tape, &[2])).sum()));
    assert_eq!(ratio.path, "attn");
    assert!(ratio.message.starts_with("attn: div makes NaN"), "{ratio}");

    // 3. overflow of an exponential, in the second row
    let overflow = fault(|tape| {
        let x = tape.constant(Array::from_vec([1.0, 2.0, 3.0, 89.0], [2, 2])).named("x");
        tape.scope("net.temperature", || x.exp().sum())
    });
    assert_eq!(overflow.path, "net.temperature");
    let non_finite = overflow.non_finite.as_ref().expect("not finite");
    assert_eq!((non_finite.op, non_finite.row(), &non_finite.element[..]), ("exp", Some(1), &[1, 1][..]));
    assert_eq!(non_finite.inputs, [("the constant x".to_string(), 1.0, 89.0)]);

    // 4. the root of a negative number
    let root = fault(|tape| tape.scope("std", || (zeros(tape, &[3]) - 1.0).sqrt().sum()));
    assert_eq!(root.path, "std");
    // 5. a probability that underflows, and its logarithm
    let underflow = fault(|tape| {
        let logits = tape.variable(Array::from_vec([0.0, 200.0], [1, 2])).named("logits");
        let p = tape.scope("softmax", || logits.softmax(1));
        tape.scope("nll", || -(p.ln().sum()))
    });
    assert_eq!(underflow.path, "nll");
    // 6. a product that overflows
    let large = with("l2.weight", |w| w.view_mut().fill(3e38));
    assert_eq!(fault(|tape| tape.constant(batch()).apply("net", &large).sum()).path, "net.l2");
    // 7. backward: the derivative of √x at 0
    let backward = fault(|tape| {
        let h = tape.constant(batch()).apply("net", &model).relu();
        tape.scope("scale", || h.sqrt().sum())
    });
    assert_eq!(backward.path, "scale");
    assert!(backward.message.contains("backward of sqrt makes inf out of a finite gradient"), "{backward}");
    let made = backward.non_finite.as_ref().expect("not finite");
    assert_eq!((made.phase, made.step, &made.shape[..]), (Phase::Backward, Some(7), &[5, 3][..]));
    // The gradient at a root of 0, and only there, is infinite; what it was made from is told with it.
    assert!(made.row().is_some_and(|row| row < 5) && made.value == f64::INFINITY);
    let [(input, low, _), (gradient, least, greatest)] = &made.inputs[..] else { panic!("{backward}") };
    assert_eq!((input.as_str(), *low), ("the result of relu", 0.0));
    assert_eq!((gradient.as_str(), *least, *greatest), ("the gradient", 1.0, 1.0));
}

#[test]
fn data_and_parameters_that_hold_nan_are_attributed_to_themselves() {
    let model = mlp();
    // 8. NaN in one row of the data
    let row = fault(|tape| {
        let mut x = batch();
        x[[3, 2]] = f32::NAN;
        tape.constant(x).named("x").apply("net", &model).sum()
    });
    assert_eq!(row.to_string(), "x: the constant holds NaN, first at [3, 2] (row 3) of [5, 8]; step 7");
    // 9. a parameter that was damaged
    let damaged = with("block.inner.fc.weight", |w| w[[4, 4]] = f32::NAN);
    let parameter = fault(|tape| tape.constant(batch()).apply("net", &damaged).sum());
    assert_eq!(parameter.path, "net.block.inner.fc.weight");

    // 10. a learning rate that is too high: after some steps, a product overflows
    let (mut model, mut sgd) = (mlp(), Sgd::new(1e20));
    let mut steps = 0..20;
    let fault = steps.find_map(|step| {
        let tape = Tape::training(default_rng(0)).checked().at_step(step);
        let pass = || tape.constant(batch()).apply("net", &model).square().mean().backward();
        match tape.attempt(pass) {
            Ok(gradients) => {
                sgd.step(&mut model, &gradients).expect("gradients");
                None
            }
            Err(fault) => Some(fault),
        }
    });
    let fault = fault.expect("the loss explodes");
    // One step makes parameters of about 1e20; the first layer's output is 1e20 then, and the second's 1e40 too large.
    assert_eq!(fault.path, "net.block.inner.fc", "{fault}");
    assert!(fault.message.contains("the parameter net.block.inner.fc.weight in -"), "{fault}");
    assert!(fault.message.ends_with("e19; step 1") || fault.message.ends_with("e20; step 1"), "{fault}");
}

#[test]
fn mistakes_in_shapes_are_attributed_to_the_layer_and_its_input() {
    let model = mlp();
    let stopped = |pass: &dyn for<'t> Fn(&'t Tape) -> Var<'t>| {
        let tape = Tape::training(default_rng(0));
        let fault = tape.attempt(|| pass(&tape).value()).expect_err("a mistake");
        // The tape is left in order, and its trace shows the place.
        assert_eq!((tape.path().as_str(), tape.trace().fault()), ("", Some(&fault)));
        fault
    };
    // 11. at the top
    let top = stopped(&|tape| tape.constant(Array::ones([4, 9])).named("x").apply("net", &model));
    assert_eq!(top.path, "net.l1");
    assert_eq!(
        top.message,
        "net.l1 (Dense 8 → 16): input axis 1 is 9, expected 8; the input [4, 9] is the constant x"
    );
    // 12. three scopes down
    let rng = &mut default_rng(0);
    let inner = Sequential::new().add("fc", Dense::new(12, 16, rng));
    let deep = Sequential::new().add("l1", Dense::new(8, 16, rng)).add("block", Residual::new(inner));
    let deep = stopped(&|tape| tape.constant(batch()).apply("net", &deep));
    assert_eq!(deep.path, "net.block.inner.fc");
    assert!(deep.message.ends_with("the input [5, 16] is the output of net.l1"), "{deep}");
    // 13. a residual branch of another size
    let narrow = Sequential::new().add("block", Residual::new(Dense::new(8, 4, rng)));
    assert_eq!(stopped(&|tape| tape.constant(batch()).apply("net", &narrow)).path, "net.block");
    // 14. an operation in a scope
    let product = stopped(&|tape| {
        let x = tape.constant(batch());
        tape.scope("block0.attn", || x.matmul(x))
    });
    assert_eq!(product.path, "block0.attn");
    // 15. a mask of the wrong size
    let mask = stopped(&|tape| {
        let scores = tape.constant(Array::zeros([2, 6, 6]));
        tape.scope("block1.attn", || scores + tape.constant(Array::zeros([2, 6, 5])))
    });
    assert_eq!(mask.path, "block1.attn");
    assert!(mask.message.contains("axis -1 is 6 in one and 5 in the other"), "{mask}");
    // … of a whole transformer, whichever way attention takes
    let transformer: TransformerEncoder =
        TransformerEncoder::new(vec![TransformerBlock::new(8, 2, 16, &mut default_rng(0)); 2]);
    for tape in [Tape::training(default_rng(0)), Tape::training(default_rng(0)).traced()] {
        let allowed = AttentionMask::allowed(Array::full([6, 5], true));
        let x = tape.constant(Array::ones([2, 6, 8]));
        let pass = || tape.apply("net", || transformer.forward_masked(x, &allowed)).value();
        let mask = tape.attempt(pass).expect_err("a mask for 5 keys");
        assert_eq!(mask.path, "net.layers.0.self_attn", "{mask}");
        assert!(mask.message.ends_with("shape [6, 5] does not broadcast to [2, 2, 6, 6]"), "{mask}");
    }
    // 16. a label that is no class
    let label = stopped(&|tape| {
        let logits = tape.constant(batch()).apply("net", &model);
        tape.scope("loss", || logits.cross_entropy(&Array::from_vec([0, 1, 2, 3, 0], 5)))
    });
    assert_eq!(
        (label.path.as_str(), label.message.as_str()),
        ("loss", "loss: cross_entropy: label 3 of row 3 is no class of 3")
    );
    // 17. a token that the table lacks
    let table: Embedding = Embedding::new(10, 4, rng);
    let token = stopped(&|tape| tape.apply("tokens", || table.forward(tape, &Array::from_vec([3, 10], 2))));
    assert_eq!(token.path, "tokens");
}

#[test]
fn gradients_that_are_missing_vanish_or_explode_are_attributed_to_the_parameter() {
    let rng = &mut default_rng(0);
    // 18. a branch that is detached
    let mut model = mlp();
    let detached = found(FindingKind::MissingGradient, |tape| {
        let layers: Vec<_> = model.layers().collect();
        let x = tape.constant(batch()).apply("l1", layers[0].1).apply("block", layers[1].1).detach();
        x.apply("norm", layers[2].1).apply("l2", layers[3].1).sum()
    });
    assert_eq!(detached, ["l1.weight", "l1.bias", "block.inner.fc.weight", "block.inner.fc.bias"]);
    // 19. a frozen parameter
    model.set_trainable("l2.bias", false);
    let frozen = found(FindingKind::Frozen, |tape| tape.constant(batch()).apply("", &model).square().sum());
    assert_eq!(frozen, ["l2.bias"]);
    // 20. a stack of sigmoids
    let stack = (0..10).fold(Sequential::new(), |stack, i| {
        stack.add(format!("l{i}"), Dense::new(8, 8, rng)).add(format!("act{i}"), Sigmoid)
    });
    let vanished =
        found(FindingKind::VanishingGradient, |tape| tape.constant(batch()).apply("", &stack).sum());
    assert!(
        vanished.contains(&"l0.weight".to_string()) && !vanished.contains(&"l9.weight".to_string()),
        "{vanished:?}"
    );
    // 21. weights that are far too large
    let large = with("l2.weight", |w| *w *= 1e4);
    let exploded =
        found(FindingKind::ExplodingGradient, |tape| tape.constant(batch()).apply("", &large).square().sum());
    assert!(exploded.contains(&"l1.weight".to_string()), "{exploded:?}");
}

#[test]
fn units_that_are_dead_or_saturated_are_attributed_to_their_layer() {
    // 22. rectifiers whose bias keeps them shut
    let shut = with("block.inner.fc.bias", |b| b.slice_mut(..6).fill(-1e3));
    let tape = Tape::training(default_rng(0)).traced();
    let _ = tape.constant(batch()).apply("net", &shut).sum().backward();
    let findings = tape.trace().findings();
    let dead: Vec<_> = findings.iter().filter(|finding| finding.kind == FindingKind::DeadUnits).collect();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].path, "net.block.inner.act");
    let count: usize = dead[0].message.split(' ').next().and_then(|n| n.parse().ok()).expect("a number");
    assert!((6..16).contains(&count), "{}", dead[0]);
    // 23. a tanh that is driven to its bounds
    let rng = &mut default_rng(0);
    let mut saturated = Sequential::new().add("l1", Dense::new(8, 16, rng)).add("act", Tanh);
    saturated.for_each_param_mut(|_, param| *param.value_mut() *= 50.0);
    let found = found(FindingKind::Saturated, |tape| tape.constant(batch()).apply("net", &saturated).sum());
    assert_eq!(found, ["net.act"]);
}

#[test]
fn a_parameter_that_does_not_move_is_named_by_the_history() {
    // 24. a group whose learning rate is 0
    let adam = Adam::new(1e-2).group(Group::new("l1").learning_rate_factor(0.0));
    let plan = Plan { epochs: 1, quiet: true, ..Plan::default() };
    // A bias of zeros has no length to compare a step with.
    let model = with("l1.bias", |b| b.view_mut().fill(0.5));
    let mut trainer = Trainer::new(model, adam, default_rng(0), plan);
    let data = (batch(), Array::<f32>::zeros([5, 3]));
    trainer
        .fit(
            |rng| nn::data::batches(&data, 5, rng),
            std::iter::empty,
            |tape, model, (x, y)| {
                Measured::new((tape.constant(x).apply("", model) - tape.constant(y)).square().mean())
            },
        )
        .expect("an epoch");
    let unmoved: BTreeSet<String> =
        trainer.history.findings().into_iter().map(|finding| finding.path).collect();
    assert_eq!(unmoved, ["l1.bias", "l1.weight"].map(str::to_string).into());
}

#[test]
fn a_trainer_that_checks_stops_with_the_place() {
    // 25. NaN in a row that the third step meets
    let mut x: Array<f32> = default_rng(1).standard_normal([12, 8]);
    x[[9, 0]] = f32::NAN;
    let data = (x, Array::<f32>::zeros([12, 3]));
    let train = |checked: bool| {
        let plan = Plan { epochs: 1, quiet: true, checked, ..Plan::default() };
        let mut trainer = Trainer::new(mlp(), Sgd::new(1e-2), default_rng(0), plan);
        trainer.fit(
            |_| nn::data::in_order(&data, 4),
            std::iter::empty,
            |tape, model, (x, y)| {
                let output = tape.constant(x).named("x").apply("", model);
                Measured::new((output - tape.constant(y)).square().mean())
            },
        )
    };
    let error = train(true).expect_err("a fault");
    assert_eq!(error.to_string(), "x: the constant holds NaN, first at [1, 0] (row 1) of [4, 8]; step 3");
    assert!(train(false).is_ok(), "nobody looks");
}

#[test]
fn what_is_meant_to_be_infinite_or_is_not_used_is_no_fault() {
    let tape = Tape::training(default_rng(0)).checked();
    let hidden = Array::from_vec([0.0, f32::NEG_INFINITY, 0.0, 0.0], [2, 2]);
    let pattern = (tape.variable(Array::ones([2, 2])) + tape.constant(hidden)).softmax(-1);
    let _ = tape.constant(Array::full([2], f32::NAN)).named("unused");
    let _ = (pattern * pattern).sum().backward();
    // A loss that is a mean over axes of ordinary values.
    let tape = Tape::training(default_rng(0)).checked();
    let x = tape.constant(batch()).apply("", &mlp());
    let _ = (x - x.mean_axis(keepdims(0))).square().mean().backward();
}

#[test]
fn a_parameter_of_the_model_is_shared_by_name_and_value() {
    let param: Param = Param::new(Array::full([2], f32::INFINITY));
    let tape = Tape::inference().checked();
    let fault =
        tape.attempt(|| (tape.param("scale", &param) * 2.0).value()).expect_err("an infinite parameter");
    assert_eq!(fault.path, "scale");
}
