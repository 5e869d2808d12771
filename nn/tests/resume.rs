//! A run that was stopped, saved and resumed is the run that was not: every byte of the last checkpoint says so.

use array_core::default_rng;
use nn::data::{Batches, Dataset, batches, in_order};
use nn::optim::schedule::{Cosine, ReduceOnPlateau, Schedule};
use nn::optim::{Adagrad, Lion, Muon, RmsProp};
use nn::train::{Ended, Measured, Monitor, Plan, Rate, Trainer, metrics};
use nn::{Adam, AdamW, BatchNorm1d, Checkpoint, Dense, Dropout, Optimizer, Relu, Sequential, Sgd};

/// 19 samples in batches of 4: the last batch is smaller, and so is the last group of two batches.
const BATCH: usize = 4;
const EPOCHS: u64 = 3;

/// What a run does beside its optimizer's steps.
#[derive(Debug, Clone, Copy)]
struct Parts {
    dropout: bool,
    shuffle: bool,
    schedule: bool,
    accumulate: bool,
    clip: bool,
    ema: bool,
}

impl Parts {
    fn all() -> impl Iterator<Item = Parts> {
        (0..64).map(|bits| {
            let [dropout, shuffle, schedule, accumulate, clip, ema] =
                std::array::from_fn(|i| bits >> i & 1 == 1);
            Parts { dropout, shuffle, schedule, accumulate, clip, ema }
        })
    }

    fn plan(self) -> Plan {
        let mut plan = Plan { epochs: EPOCHS, quiet: true, ..Plan::default() };
        if self.schedule {
            plan.rate = Rate::scheduled(Cosine::new(0.02, 14).warm_up(4, 0.1));
        }
        plan.accumulate = if self.accumulate { 2 } else { 1 };
        plan.clip_norm = self.clip.then_some(0.5);
        plan.ema = self.ema.then_some(0.9);
        plan
    }

    fn steps_per_epoch(self) -> u64 {
        if self.accumulate { 3 } else { 5 }
    }
}

fn data() -> Dataset {
    let mut rng = default_rng(7);
    Dataset::new(rng.standard_normal([19, 4]), rng.integers(0, 3, 19))
}

/// With buffers, and with what is random in training.
fn model(dropout: bool) -> Sequential {
    let rng = &mut default_rng(0);
    Sequential::new()
        .add("l1", Dense::new(4, 5, rng))
        .add("norm", BatchNorm1d::new(5))
        .add("act", Relu)
        .add("dropout", Dropout::new(if dropout { 0.3 } else { 0.0 }))
        .add("l2", Dense::new(5, 3, rng))
}

fn trainer<O: Optimizer>(parts: Parts, optimizer: O, plan: Plan) -> Trainer<Sequential, O> {
    Trainer::new(model(parts.dropout), optimizer, default_rng(42), plan)
}

fn fit<O: Optimizer>(trainer: &mut Trainer<Sequential, O>, data: &Dataset, shuffle: bool) -> Ended {
    let epoch = |rng: &mut _| -> Batches<Dataset> {
        if shuffle { batches(data, BATCH, rng) } else { in_order(data, BATCH) }
    };
    let ended = trainer.fit(
        epoch,
        || in_order(data, 8),
        |tape, model, (x, y)| {
            let logits = tape.constant(x).apply("", model);
            let accuracy = metrics::accuracy(&logits.value(), &y);
            Measured::new(logits.cross_entropy(&y)).with("accuracy", accuracy)
        },
    );
    ended.expect("every parameter has a gradient")
}

fn every_combination<O: Optimizer>(optimizer: impl Fn() -> O) {
    let data = data();
    for parts in Parts::all() {
        let mut whole = trainer(parts, optimizer(), parts.plan());
        assert_eq!(fit(&mut whole, &data, parts.shuffle), Ended::Completed);
        let expected = whole.checkpoint().to_bytes().expect("encoded");

        // Within the second epoch, and again at its end.
        let per_epoch = parts.steps_per_epoch();
        let mut stopped = trainer(parts, optimizer(), parts.plan());
        for steps in [per_epoch + 2, 2 * per_epoch] {
            stopped.plan.steps = Some(steps);
            fit(&mut stopped, &data, parts.shuffle);
            assert_eq!(stopped.optimizer.steps(), steps);
            assert_eq!(stopped.position.batches > 0, steps % per_epoch != 0, "where it was stopped");
            let checkpoint = stopped.checkpoint();
            stopped = trainer(parts, optimizer(), parts.plan());
            (stopped.model, stopped.rng) = (model(parts.dropout), default_rng(1));
            stopped.restore(&checkpoint).expect("its own checkpoint");
        }
        fit(&mut stopped, &data, parts.shuffle);
        assert!(stopped.checkpoint().to_bytes().expect("encoded") == expected, "{parts:?}");
    }
}

#[test]
fn sgd() {
    every_combination(|| Sgd::new(0.05).momentum(0.9).dampening(0.1));
}

#[test]
fn adam() {
    every_combination(|| Adam::new(0.01).amsgrad());
}

#[test]
fn adamw() {
    every_combination(|| AdamW::new(0.01).weight_decay(0.1));
}

#[test]
fn rmsprop() {
    every_combination(|| RmsProp::new(0.01).momentum(0.9).centered());
}

#[test]
fn adagrad() {
    every_combination(|| Adagrad::new(0.05).learning_rate_decay(0.1));
}

#[test]
fn lion() {
    every_combination(|| Lion::new(0.002));
}

#[test]
fn muon() {
    every_combination(|| Muon::new(0.01).adamw_on("l2"));
}

const PLAIN: Parts =
    Parts { dropout: true, shuffle: true, schedule: false, accumulate: false, clip: false, ema: true };

#[test]
fn a_rate_that_follows_a_plateau_and_patience_are_resumed_from_the_history() {
    let data = data();
    let plan = || Plan {
        epochs: 12,
        // Nothing improves as much as that: it is reduced after every second epoch.
        rate: Rate::OnPlateau(ReduceOnPlateau::new(0.01).patience(1).threshold(0.9)),
        patience: Some(40),
        monitor: Monitor::greatest("accuracy"),
        ..PLAIN.plan()
    };
    let mut whole = trainer(PLAIN, Adam::new(0.01), plan());
    fit(&mut whole, &data, true);
    let rates: Vec<f64> = whole.history.epochs.iter().map(|epoch| epoch.learning_rate).collect();
    assert!(rates[11] < rates[0], "{rates:?}");

    let mut stopped = trainer(PLAIN, Adam::new(0.01), Plan { epochs: 5, ..plan() });
    fit(&mut stopped, &data, true);
    let checkpoint = stopped.checkpoint();
    let mut resumed = trainer(PLAIN, Adam::new(0.5), plan());
    resumed.restore(&checkpoint).expect("its own checkpoint");
    fit(&mut resumed, &data, true);
    assert!(
        resumed.checkpoint().to_bytes().expect("encoded") == whole.checkpoint().to_bytes().expect("encoded")
    );
}

#[test]
fn the_files_of_a_run_are_its_checkpoint_and_its_best_model() {
    let data = data();
    let directory = std::env::temp_dir().join(format!("nn-resume-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let plan = || Plan { epochs: 20, directory: Some(directory.clone()), ..PLAIN.plan() };
    let mut run = trainer(PLAIN, Adam::new(0.3), plan());
    run.notes.push(("seed".to_string(), "42".to_string()));
    fit(&mut run, &data, true);

    let last: Checkpoint = Checkpoint::load(directory.join("checkpoint.nn")).expect("saved");
    assert!(last.to_bytes().expect("encoded") == run.checkpoint().to_bytes().expect("encoded"));
    let best: Checkpoint = Checkpoint::load(directory.join("best.nn")).expect("saved");
    assert_eq!(best.note("seed"), Some("42"));
    let epoch = run.history.best(&Monitor::default()).expect("measured");
    assert!(epoch.epoch < 20, "the case is one in which the best is not the last");
    assert_eq!(best.history().epochs.last(), Some(epoch));

    // The best model has the loss that its epoch says: it is the averaged one that was looked at.
    let mut model = model(true);
    best.restore(&mut model).expect("the same model");
    let figures = nn::train::evaluate(&model, in_order(&data, 8), |tape, model, (x, y)| {
        Measured::new(tape.constant(x).apply("", model).cross_entropy(&y))
    });
    assert_eq!(figures["loss"], epoch.validation["loss"]);
    std::fs::remove_dir_all(&directory).expect("removed");
}

#[test]
fn training_stops_early_when_nothing_improves() {
    let data = data();
    let plan = Plan { epochs: 50, patience: Some(3), ..PLAIN.plan() };
    let model: Dense = Dense::new(4, 3, &mut default_rng(0));
    let mut run = Trainer::new(model, Sgd::new(0.0), default_rng(0), plan);
    let ended = run.fit(
        |rng| batches(&data, BATCH, rng),
        || in_order(&data, 8),
        |tape, model, (x, y)| Measured::new(tape.constant(x).apply("", model).cross_entropy(&y)),
    );
    assert_eq!((ended.expect("trained"), run.history.epochs.len()), (Ended::Early, 4));
}

#[test]
fn a_plan_that_goes_by_what_is_not_measured_is_refused() {
    let data = data();
    let monitor = Monitor::greatest("acuracy");
    let plan = Plan { epochs: 5, patience: Some(3), monitor, ..PLAIN.plan() };
    let mut run = trainer(PLAIN, Adam::new(0.01), plan);
    let error = run.fit(
        |rng| batches(&data, BATCH, rng),
        || in_order(&data, 8),
        |tape, model, (x, y)| Measured::new(tape.constant(x).apply("", model).cross_entropy(&y)),
    );
    assert_eq!(
        error.expect_err("a typo").to_string(),
        "the plan goes by \"acuracy\" of the validation samples, where loss is measured"
    );
}

#[test]
fn restoring_averages_that_were_not_saved_is_refused() {
    let without = trainer(PLAIN, Adam::new(0.01), Plan { ema: None, ..PLAIN.plan() });
    let mut with = trainer(PLAIN, Adam::new(0.01), PLAIN.plan());
    let error = with.restore(&without.checkpoint()).expect_err("no averages");
    assert_eq!(error.to_string(), "optimizer state: the checkpoint holds no averaged weights");
}
