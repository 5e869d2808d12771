//! Optimizers beside their formulas: groups, frozen parameters, states, and what is refused.

use array_core::{Array, default_rng, memory_stats};
use nn::optim::{Adagrad, Ema, Group, Lion, Muon, OptimizerState, RmsProp};
use nn::{Adam, AdamW, Dense, Gradients, Module, Optimizer, Relu, Sequential, Sgd, Tape};

fn mlp() -> Sequential {
    let rng = &mut default_rng(0);
    let encoder = Sequential::new().add("l1", Dense::new(4, 8, rng)).add("act", Relu);
    Sequential::new().add("encoder", encoder).add("head", Dense::new(8, 3, rng))
}

fn gradients(model: &Sequential) -> Gradients {
    let tape = Tape::training(default_rng(0));
    tape.constant(Array::ones([2, 4])).apply("", model).square().sum().backward()
}

fn parameters(model: &Sequential) -> Vec<(String, Array<f32>)> {
    let mut all = Vec::new();
    model.for_each_param(|path, param| all.push((path.to_string(), param.value().copy())));
    all
}

#[test]
fn the_last_group_with_a_setting_decides() {
    let run = |rate: f64, decay: f64| {
        let mut model = mlp();
        let gradients = gradients(&model);
        Sgd::new(rate).weight_decay(decay).step(&mut model, &gradients).expect("a step");
        parameters(&model)
    };
    let mut model = mlp();
    let mut sgd = Sgd::new(0.1)
        .weight_decay(0.5)
        .group(Group::new("encoder").learning_rate_factor(0.5).weight_decay(0.25))
        .group(Group::new("*.bias").weight_decay(0.0));
    let gradients = gradients(&model);
    sgd.step(&mut model, &gradients).expect("a step");
    let expected = [run(0.05, 0.25), run(0.05, 0.0), run(0.1, 0.5), run(0.1, 0.0)];
    let expected: Vec<_> = expected.into_iter().enumerate().map(|(i, mut all)| all.swap_remove(i)).collect();
    assert_eq!(parameters(&model), expected);
}

#[test]
fn a_group_without_parameters_is_refused_and_nothing_changes() {
    let mut model = mlp();
    let (before, gradients) = (parameters(&model), gradients(&model));
    let mut adam = AdamW::new(0.1).group(Group::new("encodr").weight_decay(0.0));
    let error = adam.step(&mut model, &gradients).expect_err("a typo");
    assert_eq!(error.to_string(), "no parameter belongs to the group \"encodr\" of the optimizer");
    assert_eq!((parameters(&model), adam.steps()), (before, 0));
}

/// Every optimizer in a form that remembers as much as it can.
fn for_each_optimizer(mut f: impl FnMut(&str, &dyn Fn() -> Box<dyn AnyOptimizer>)) {
    f("sgd", &|| Box::new(Sgd::new(0.01).momentum(0.9).dampening(0.1)));
    f("adam", &|| Box::new(Adam::new(0.01).amsgrad()));
    f("adamw", &|| Box::new(AdamW::new(0.01)));
    f("rmsprop", &|| Box::new(RmsProp::new(0.01).momentum(0.9).centered()));
    f("adagrad", &|| Box::new(Adagrad::new(0.01).learning_rate_decay(0.1)));
    f("lion", &|| Box::new(Lion::new(0.01)));
    f("muon", &|| Box::new(Muon::new(0.01).adamw_on("head")));
}

/// An optimizer of whatever kind.
trait AnyOptimizer {
    fn advance(&mut self, model: &mut Sequential, gradients: &Gradients);
    fn memory(&self) -> OptimizerState<f32>;
    fn restore(&mut self, state: OptimizerState<f32>);
}

impl<O: Optimizer> AnyOptimizer for O {
    fn advance(&mut self, model: &mut Sequential, gradients: &Gradients) {
        self.step(model, gradients).expect("all gradients are there");
    }
    fn memory(&self) -> OptimizerState<f32> {
        self.state()
    }
    fn restore(&mut self, state: OptimizerState<f32>) {
        self.set_state(state).expect("its own state");
    }
}

#[test]
fn a_restored_optimizer_goes_on_bit_for_bit() {
    for_each_optimizer(|name, make| {
        let run = |restore: bool| {
            let (mut model, mut optimizer) = (mlp(), make());
            for t in 0..6 {
                model.set_trainable("encoder", t >= 2);
                if restore && t == 4 {
                    let state = optimizer.memory();
                    assert_eq!(state.kind, name);
                    optimizer = make();
                    optimizer.restore(state);
                }
                let gradients = gradients(&model);
                optimizer.advance(&mut model, &gradients);
            }
            (parameters(&model), optimizer.memory())
        };
        assert!(run(true) == run(false), "{name}");
    });
}

#[test]
fn a_steady_state_step_allocates_no_buffer_and_copies_none() {
    for_each_optimizer(|name, make| {
        let (mut model, mut optimizer, mut ema) = (mlp(), make(), Ema::new(0.9));
        let mut step = || {
            let mut gradients = gradients(&model);
            gradients.clip_norm(1.0);
            optimizer.advance(&mut model, &gradients);
            ema.update(&model);
        };
        (0..3).for_each(|_| step());
        let before = memory_stats();
        (0..5).for_each(|_| step());
        assert_eq!(memory_stats(), before, "{name}");
    });
}

#[test]
fn means_of_gradients_that_are_0_for_good_do_not_stay_subnormal() {
    let optimizers: [Box<dyn AnyOptimizer>; 3] = [
        Box::new(Adam::new(1e-3)),
        Box::new(Sgd::new(1e-3).momentum(0.9)),
        Box::new(RmsProp::new(1e-3).momentum(0.9)),
    ];
    for mut optimizer in optimizers {
        let mut model = mlp();
        let first = gradients(&model);
        optimizer.advance(&mut model, &first);
        let tape = Tape::training(default_rng(0));
        let nothing = tape.constant(Array::zeros([2, 4])).apply("", &model).square().sum() * 0.0;
        let nothing = nothing.backward();
        // 0.99ⁿ has gone through all subnormal numbers of f32 then.
        (0..12_000).for_each(|_| optimizer.advance(&mut model, &nothing));
        for (name, array) in optimizer.memory().arrays {
            let stays = array.iter().all(|x| *x == 0.0 || x.is_normal());
            assert!(stays, "{name}: {array}");
        }
    }
}

#[test]
fn counts_of_missed_steps_are_exact_in_f32() {
    let missed = (1u64 << 30) + 12_345_679;
    let (mut model, steps) = (mlp(), missed + 3);
    let gradients = gradients(&model);
    let mut adam = Adam::new(0.1);
    (0..3).for_each(|_| adam.step(&mut model, &gradients).expect("a step"));
    let mut state = adam.state();
    state.steps = steps;
    let halves = Array::from_vec([(missed >> 24) as f32, (missed & 0xff_ffff) as f32], 2);
    state.arrays.insert(2, ("encoder.l1.weight:missed".to_string(), halves));
    adam.set_state(state.clone()).expect("Adam's");
    assert_eq!(adam.state(), state);
}

#[test]
fn states_that_do_not_fit_are_refused() {
    let mut model = mlp();
    let gradients = gradients(&model);
    let mut adam = Adam::new(0.1);
    adam.step(&mut model, &gradients).expect("a step");
    let before = parameters(&model);

    let mut amsgrad = Adam::new(0.1).amsgrad();
    amsgrad.set_state(adam.state()).expect("Adam's");
    assert_eq!(
        amsgrad.step(&mut model, &gradients).expect_err("no vmax").to_string(),
        "optimizer state: of encoder.l1.weight there is [\"m\", \"v\"], and [\"m\", \"v\", \"vmax\"] is needed"
    );
    let mut state = adam.state();
    state.arrays[3].1 = Array::zeros(7);
    adam.set_state(state.clone()).expect("Adam's");
    assert_eq!(
        adam.step(&mut model, &gradients).expect_err("another shape").to_string(),
        "optimizer state: encoder.l1.bias:v has shape [7], the parameter has [8]"
    );
    assert_eq!(parameters(&model), before);

    state.arrays.swap(0, 7);
    assert_eq!(
        adam.set_state(state.clone()).expect_err("torn apart").to_string(),
        "optimizer state: the arrays of head.bias are not together"
    );
    state.arrays[0].0 = "m".to_string();
    assert_eq!(
        adam.set_state(state).expect_err("no path").to_string(),
        "optimizer state: \"m\" does not say what of which parameter it is"
    );
}
