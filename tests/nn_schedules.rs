//! Learning rate schedules against PyTorch (`tests/reference/nn_schedules.py`).

mod nn_cases;

use array_core::Array;
use nn::optim::schedule::{
    Constant, Cosine, Exponential, Linear, MultiStep, OneCycle, Polynomial, ReduceOnPlateau, Schedule,
    StepDecay, WarmRestarts,
};

use nn_cases::Cases;

#[test]
fn curves_agree_with_pytorch() {
    let cases = Cases::<f64>::read("nn_schedules.txt");
    let check = |case: &str, schedule: &dyn Schedule| {
        let steps = cases.get(case).get("rate").size() as u64;
        let rates: Array<f64> = (0..steps).map(|step| schedule.rate(step)).collect();
        cases.get(case).assert_close("rate", &rates);
    };
    check("constant", &Constant::new(0.1));
    check("constant", &|_: u64| 0.1);
    check("constant_lr", &Constant::new(0.025).then(7, Constant::new(0.1)));
    check("linear", &Linear::new(0.1 / 3.0, 0.1, 5));
    check("linear_down", &Linear::new(0.1, 0.01, 33));
    check("step", &StepDecay::new(0.1, 7, 0.1));
    check("step_gamma", &StepDecay::new(0.1, 1, 0.9));
    check("multi_step", &MultiStep::new(0.1, [3, 20, 21], 0.3));
    check("multi_step_repeated", &MultiStep::new(0.1, [30, 5, 5], 0.5));
    check("exponential", &Exponential::new(0.1, 0.93));
    check("polynomial", &Polynomial::new(0.1, 40, 1.0));
    check("polynomial_square", &Polynomial::new(0.1, 59, 2.0));
    check("polynomial_root", &Polynomial::new(0.1, 13, 0.5));
    check("cosine", &Cosine::new(0.1, 20));
    check("cosine_minimum", &Cosine::new(0.1, 9).minimum(0.02));
    check("cosine_long", &Cosine::new(0.1, 100).minimum(0.001));
    check("restarts", &WarmRestarts::new(0.1, 11));
    check("restarts_growing", &WarmRestarts::new(0.1, 4).growth(2).minimum(0.01));
    check("restarts_tripling", &WarmRestarts::new(0.1, 1).growth(3));
    check("one_cycle", &OneCycle::new(0.5, 60));
    check("one_cycle_linear", &OneCycle::new(0.5, 60).linear());
    check("one_cycle_three_phases", &OneCycle::new(0.5, 60).three_phases());
    let cycle = OneCycle::new(2.0, 60).rise(0.45).divisions(10.0, 100.0);
    check("one_cycle_all", &cycle.linear().three_phases());
    check("one_cycle_short", &OneCycle::new(0.5, 17).rise(0.2));
    check("warm_up_cosine", &Cosine::new(0.1, 50).warm_up(10, 0.01));
    check("warm_up_restarts", &WarmRestarts::new(0.1, 6).growth(2).warm_up(5, 0.1));
    let last = Exponential::new(0.1, 0.9).then(28, StepDecay::new(0.1, 5, 0.1));
    check("sequential", &Constant::new(0.01).then(12, last));
    check("chained", &Exponential::new(0.1, 0.95).times(StepDecay::new(1.0, 10, 0.5)));
    check("chained_linear", &Linear::new(0.02, 0.1, 20).times(Exponential::new(1.0, 0.98)));

    let plateau = |case: &str, mut plateau: ReduceOnPlateau| {
        let observe = |&value: &f64| {
            // The state goes through JSON on the way.
            let json = serde_json::to_string(&plateau).expect("plain data");
            plateau = serde_json::from_str(&json).expect("its own state");
            let rate = plateau.observe(value);
            assert_eq!(rate, plateau.rate());
            rate
        };
        let rates: Array<f64> = cases.get(case).get("observed").iter().map(observe).collect();
        cases.get(case).assert_close("rate", &rates);
    };
    let new = || ReduceOnPlateau::new(0.1);
    plateau("plateau", new().patience(3));
    plateau("plateau_default", new());
    plateau("plateau_impatient", new().patience(0).factor(0.5));
    plateau("plateau_cooldown", new().patience(1).cooldown(4).factor(0.3));
    plateau("plateau_minimum", new().patience(2).factor(0.2).minimum(1e-3));
    plateau("plateau_relative", new().patience(3).threshold(0.1));
    plateau("plateau_absolute", new().patience(3).absolute_threshold(0.05));
    plateau("plateau_max", new().patience(3).maximize());
    plateau("plateau_max_absolute", new().patience(2).maximize().absolute_threshold(0.05).factor(0.7));
    plateau("plateau_infinite", new().patience(1));
    cases.assert_all_used();
}

#[test]
fn rates_stay_defined_far_beyond_the_end() {
    let far = u64::MAX;
    assert_eq!(Linear::new(1.0, 0.5, 3).rate(far), 0.5);
    assert_eq!(Polynomial::new(1.0, 3, 2.0).rate(far), 0.0);
    assert_eq!(OneCycle::new(1.0, 1).rate(far), OneCycle::new(1.0, 1).rate(0));
    assert!(OneCycle::new(1.0, 4).rise(0.25).rate(0).is_finite());
    assert!((0.0..=1.0).contains(&WarmRestarts::new(1.0, 3).growth(2).rate(far)));
    assert_eq!(Exponential::new(1.0, 0.5).rate(far), 0.0);
}
