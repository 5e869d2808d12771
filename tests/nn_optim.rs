//! Optimizers, gradient clipping and averaged weights against PyTorch (`tests/reference/nn_optim.py`).

mod nn_cases;

use array_core::{Array, default_rng, stack};
use nn::optim::{Adagrad, Ema, Group, Lion, Muon, RmsProp};
use nn::{Adam, AdamW, Gradients, Module, Optimizer, Param, Scalar, Sgd, Tape};

use nn_cases::Cases;

const STEPS: usize = 20;
const NAMES: [&str; 3] = ["w", "u", "b"];

struct Model<T: Scalar> {
    w: Param<T>,
    u: Param<T>,
    b: Param<T>,
}
nn::module!(Model<T> { w, u, b });

struct Reference<T: Scalar> {
    cases: Cases<T>,
}

impl<T: Scalar> Reference<T> {
    fn model(&self) -> Model<T> {
        let [w, u, b] = NAMES.map(|name| Param::new(self.cases.get("inputs").get(name)));
        Model { w, u, b }
    }

    /// The gradients of step `t`, from 0: those of Σ g·θ.
    fn gradients(&self, model: &Model<T>, t: usize) -> Gradients<T> {
        let tape = Tape::training(default_rng(0));
        let mut terms = Vec::new();
        model.for_each_param(|name, param| {
            let g = self.cases.get("inputs").get(&format!("{name}_gradients")).slice(t as isize);
            terms.push((tape.param(name, param) * tape.constant(g)).sum());
        });
        nn::Var::sum_of(&terms).backward()
    }

    /// Replays a case: `before` is called before every step, `t` from 1, `after` behind it.
    fn replay<O: Optimizer<T>>(
        &self,
        case: &str,
        mut optimizer: O,
        before: impl Fn(usize, &mut Model<T>, &mut O),
    ) {
        self.watch(case, |model, t| {
            before(t, model, &mut optimizer);
            let gradients = self.gradients(model, t - 1);
            optimizer.step(model, &gradients).expect("all gradients are there");
            Model { w: model.w.clone(), u: model.u.clone(), b: model.b.clone() }
        });
    }

    /// Compares the parameters that `step` returns with those of a case.
    fn watch(&self, case: &str, mut step: impl FnMut(&mut Model<T>, usize) -> Model<T>) {
        let mut model = self.model();
        let mut kept: [Vec<Array<T>>; 3] = Default::default();
        for t in 1..=STEPS {
            let Model { w, u, b } = step(&mut model, t);
            for (kept, param) in kept.iter_mut().zip([w, u, b]) {
                kept.push(param.value().clone());
            }
        }
        for (name, kept) in NAMES.iter().zip(kept) {
            let ours = stack(&kept.iter().collect::<Vec<_>>(), 0);
            self.cases.get(case).assert_close(name, &ours);
        }
    }

    fn simple(&self, case: &str, optimizer: impl Optimizer<T>) {
        self.replay(case, optimizer, |_, _, _| ());
    }
}

fn all<T: Scalar>() {
    let r = Reference::<T> { cases: Cases::read("nn_optim.txt") };

    r.simple("sgd", Sgd::new(0.1));
    r.simple("sgd_decay", Sgd::new(0.1).weight_decay(0.3));
    r.simple("sgd_momentum", Sgd::new(0.1).momentum(0.9));
    r.simple("sgd_momentum_decay", Sgd::new(0.1).momentum(0.9).weight_decay(0.3));
    r.simple("sgd_dampening", Sgd::new(0.1).momentum(0.9).dampening(0.5));
    r.simple("sgd_nesterov", Sgd::new(0.1).momentum(0.9).nesterov());
    r.simple("sgd_nesterov_decay", Sgd::new(0.05).momentum(0.8).nesterov().weight_decay(0.1));
    r.simple("adam", Adam::new(0.1));
    r.simple("adam_betas", Adam::new(0.1).betas(0.5, 0.9).epsilon(1e-3));
    r.simple("adam_decay", Adam::new(0.1).weight_decay(0.3));
    r.simple("adam_amsgrad", Adam::new(0.1).amsgrad());
    r.simple("adam_amsgrad_decay", Adam::new(0.1).amsgrad().betas(0.8, 0.7).weight_decay(0.3));
    r.simple("adamw", AdamW::new(0.1));
    r.simple("adamw_decay", AdamW::new(0.1).weight_decay(0.3).betas(0.8, 0.95));
    r.simple("adamw_amsgrad", AdamW::new(0.1).amsgrad().betas(0.8, 0.7).epsilon(1e-6));
    r.simple("rmsprop", RmsProp::new(0.01));
    r.simple("rmsprop_alpha", RmsProp::new(0.01).alpha(0.5).epsilon(1e-2));
    r.simple("rmsprop_decay", RmsProp::new(0.01).weight_decay(0.3));
    r.simple("rmsprop_centered", RmsProp::new(0.01).alpha(0.9).epsilon(1e-4).centered());
    r.simple("rmsprop_momentum", RmsProp::new(0.01).momentum(0.9));
    let rmsprop = RmsProp::new(0.01).alpha(0.9).epsilon(1e-4).momentum(0.5);
    r.simple("rmsprop_all", rmsprop.centered().weight_decay(0.1));
    r.simple("adagrad", Adagrad::new(0.1));
    let adagrad =
        || Adagrad::new(0.1).learning_rate_decay(0.2).initial_sum(0.5).epsilon(0.1).weight_decay(0.3);
    r.simple("adagrad_all", adagrad());
    r.simple("lion", Lion::new(0.01));
    r.simple("lion_decay", Lion::new(0.01).betas(0.95, 0.98).weight_decay(0.5));
    r.simple("muon", Muon::new(0.02));
    r.simple("muon_plain", Muon::new(0.02).nesterov(false).momentum(0.5).weight_decay(0.0).iterations(3));
    r.simple("muon_match_adamw", Muon::new(0.02).match_adamw().weight_decay(0.5));

    let w = Group::new("w").learning_rate_factor(0.1);
    let groups = AdamW::new(0.1).weight_decay(0.3).group(w).group(Group::new("b").weight_decay(0.0));
    r.simple("groups", groups);

    let freeze = |t: usize, model: &mut Model<T>| {
        model.w.set_trainable(t > 4);
        model.b.set_trainable(!(5..=8).contains(&t));
    };
    let dampened = Sgd::new(0.1).momentum(0.9).dampening(0.5);
    r.replay("frozen_sgd_dampening", dampened, |t, model, _| freeze(t, model));
    r.replay("frozen_adam_amsgrad", Adam::new(0.1).amsgrad(), |t, model, _| freeze(t, model));
    // The memory goes through a checkpoint's form on the way, counts of updates included.
    r.replay("frozen_adagrad_all", adagrad(), |t, model, optimizer| {
        freeze(t, model);
        let state = optimizer.state();
        *optimizer = adagrad();
        optimizer.set_state(state).expect("its own state");
    });
    r.replay("rate_changes", Adam::new(0.1), |t, _, adam| {
        adam.set_learning_rate(if t <= 5 { 0.1 } else { 0.01 });
    });

    let mut sgd = Sgd::new(0.1);
    let mut ema = Ema::new(0.9);
    r.watch("ema", |model, t| {
        let gradients = r.gradients(model, t - 1);
        sgd.step(model, &gradients).expect("all gradients are there");
        ema.update(model);
        ema.swap(model);
        let averaged = Model { w: model.w.clone(), u: model.u.clone(), b: model.b.clone() };
        ema.swap(model);
        averaged
    });

    let clipped = |case: &str, clip: &dyn Fn(&mut Gradients<T>) -> Option<f64>| {
        let model = r.model();
        let mut gradients = r.gradients(&model, 0);
        if let Some(norm) = clip(&mut gradients) {
            r.cases.get(case).assert_close("norm", &Array::scalar(T::from_f64(norm)));
        }
        model.for_each_param(|name, param| {
            r.cases.get(case).assert_close(name, param.gradient(&gradients).expect("it matters"));
        });
    };
    clipped("clip_norm_0.5", &|gradients| Some(gradients.clip_norm(0.5)));
    clipped("clip_norm_1e+06", &|gradients| Some(gradients.clip_norm(1e6)));
    clipped("clip_value", &|gradients| {
        gradients.clip_value(0.25);
        None
    });
    r.cases.assert_all_used();
}

#[test]
fn f64_agrees_with_pytorch() {
    all::<f64>();
}

#[test]
fn f32_agrees_with_pytorch() {
    all::<f32>();
}
