//! The training loop.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::time::{Duration, Instant};

use array_core::Array;
use array_core::random::Generator;

use super::figures::{Measured, Sums, evaluate};
use super::history::{Epoch, History, Movement};
use super::interrupt;
use super::plan::Plan;
use super::progress::Progress;
use crate::autograd::{Gradients, Tape};
use crate::checkpoint::Checkpoint;
use crate::data::Batch;
use crate::error::Result;
use crate::module::Module;
use crate::optim::{Ema, Optimizer};
use crate::scalar::Scalar;

/// A run: what is trained, by what, how far it has come, and the plan it follows.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::data::{batches, in_order};
/// use nn::train::{Measured, Plan, Trainer};
/// use nn::{Adam, Dense};
/// // y = x₀ − 2·x₁
/// let mut rng = default_rng(0);
/// let x: Array<f32> = rng.standard_normal([64, 2]);
/// let y = x.matmul(&Array::from_vec([1.0, -2.0], [2, 1]));
/// let (train, validation) = ((x.slice(..48), y.slice(..48)), (x.slice(48..), y.slice(48..)));
///
/// let model: Dense = Dense::new(2, 1, &mut rng);
/// let plan = Plan { epochs: 60, quiet: true, ..Plan::default() };
/// let mut trainer = Trainer::new(model, Adam::new(0.05), rng, plan);
/// trainer.fit(
///     |rng| batches(&train, 16, rng),
///     || in_order(&validation, 16),
///     |tape, model, (x, y)| {
///         let error = tape.constant(x).apply("", model) - tape.constant(y);
///         Measured::new(error.square().mean())
///     },
/// )?;
/// assert!(trainer.history.epochs[59].validation["loss"] < 1e-2);
/// assert!((trainer.model.weight.value()[[1, 0]] + 2.0).abs() < 0.1);
/// # Ok::<(), nn::Error>(())
/// ```
///
/// A loop of one's own, with [`batches`](crate::data::batches) and an optimizer, does the same in ten lines; this one
/// adds what long runs want. All it knows is in these fields, and [`Trainer::checkpoint`] holds all of them but the plan.
#[derive(Debug)]
pub struct Trainer<M, O, T: Scalar = f32> {
    /// What is trained.
    pub model: M,
    /// By what.
    pub optimizer: O,
    /// Everything random is drawn from it: the order of samples, and a stream per batch for the tape. It stands at the
    /// beginning of the present epoch.
    pub rng: Generator,
    /// The epochs that are finished.
    pub history: History,
    /// How far the present epoch has come.
    pub position: Position,
    /// Averaged weights, if the plan wants them.
    pub ema: Option<Ema<T>>,
    /// How to train.
    pub plan: Plan,
    /// Names and values for checkpoints, such as settings that a resumed run must keep.
    pub notes: Vec<(String, String)>,
    /// The model after the best epoch, until it is saved.
    pub(super) best: Option<Checkpoint<T>>,
    pub(super) saved: Instant,
}

/// How far an epoch has come.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Position {
    /// The batches that were trained on.
    pub batches: u64,
    /// What was measured of them.
    pub sums: Sums,
}

/// Why training has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All epochs, or all steps, of the plan are done.
    Completed,
    /// The plan's patience is exhausted.
    Early,
    /// Ctrl-C was pressed. A checkpoint has been saved.
    Interrupted,
}

impl<T: Scalar, M: Module<T>, O: Optimizer<T>> Trainer<M, O, T> {
    /// A run that has not begun.
    ///
    /// # Panics
    /// If the plan's steps take no batch, or the decay of its averages does not lie in [0, 1).
    #[track_caller]
    pub fn new(model: M, optimizer: O, rng: Generator, plan: Plan) -> Self {
        assert!(plan.accumulate > 0, "Trainer: a step takes at least one batch");
        let (history, position, ema) = (History::default(), Position::default(), plan.ema.map(Ema::new));
        let (notes, best, saved) = (Vec::new(), None, Instant::now());
        Trainer { model, optimizer, rng, history, position, ema, plan, notes, best, saved }
    }

    /// Trains until the plan is fulfilled, from where the run stands.
    ///
    /// `train` makes the batches of an epoch; whatever is random about them has to come from the generator.
    /// `validation` makes those that are looked at after every epoch: `std::iter::empty` if there are none. `loss` says
    /// what the model makes of a batch, in training and validation alike.
    ///
    /// # Errors
    /// If a parameter gets no gradient, a value that the plan wants checked is not finite, a checkpoint cannot be written, or the plan goes by a figure that is not
    /// measured.
    pub fn fit<B: Batch, I: IntoIterator<Item = B>, J: IntoIterator<Item = B>>(
        &mut self,
        train: impl Fn(&mut Generator) -> I,
        validation: impl Fn() -> J,
        loss: impl for<'t> Fn(&'t Tape<T>, &M, B) -> Measured<'t, T>,
    ) -> Result<Ended> {
        if self.plan.directory.is_some() {
            interrupt::watch();
        }
        let progress = Progress::new(self.plan.epochs, self.plan.quiet);
        let ended = loop {
            if let Some(ended) = self.ended() {
                break ended;
            }
            let start = Instant::now();
            if let Some(parameters) = self.train_epoch(&train, &loss, &progress)? {
                self.end_epoch(parameters, validation(), &loss)?;
                progress.end_epoch(&self.history, start.elapsed());
                self.save_if_older_than(self.plan.save_every)?;
            }
        };
        progress.finish();
        self.save_if_older_than(Duration::ZERO)?;
        Ok(ended)
    }

    fn ended(&self) -> Option<Ended> {
        let done = self.history.epochs.len() as u64;
        let best = self.history.best(&self.plan.monitor).map_or(0, |best| best.epoch);
        match self.plan.patience {
            _ if done >= self.plan.epochs => Some(Ended::Completed),
            Some(patience) if done - best >= patience => Some(Ended::Early),
            _ => self.ended_within_epoch(),
        }
    }

    fn ended_within_epoch(&self) -> Option<Ended> {
        let is_interrupted = self.plan.directory.is_some() && interrupt::requested();
        match self.plan.steps {
            Some(steps) if self.optimizer.steps() >= steps => Some(Ended::Completed),
            _ => is_interrupted.then_some(Ended::Interrupted),
        }
    }

    /// Trains to the end of the epoch and returns how its last step has moved the parameters; `None` if training has
    /// to stop before.
    fn train_epoch<B: Batch, I: IntoIterator<Item = B>>(
        &mut self,
        train: impl Fn(&mut Generator) -> I,
        loss: impl for<'t> Fn(&'t Tape<T>, &M, B) -> Measured<'t, T>,
        progress: &Progress,
    ) -> Result<Option<BTreeMap<String, Movement>>> {
        // What is saved within the epoch is the generator at its beginning: the same batches and streams come from it
        // again, and those behind us are skipped.
        let mut rng = self.rng.clone();
        let batches = train(&mut rng).into_iter();
        let done = self.position.batches as usize;
        rng.spawn_n(done);
        progress.begin_epoch(self.history.epochs.len() as u64, batches.size_hint().1, done as u64);
        let mut batches = batches.skip(done).peekable();
        let mut moved = BTreeMap::new();
        while batches.peek().is_some() {
            let gradients = self.gradients(&mut batches, &mut rng, &loss)?;
            if batches.peek().is_none() {
                let (before, unclipped) = (values(&self.model), gradients.clone());
                self.step(gradients)?;
                moved = movements(&self.model, &before, &unclipped);
                break;
            }
            self.step(gradients)?;
            progress.advance(&self.position);
            self.save_if_older_than(self.plan.save_every)?;
            if self.ended_within_epoch().is_some() {
                return Ok(None);
            }
        }
        self.rng = rng;
        Ok(Some(moved))
    }

    /// The mean gradients of the batches that make a step.
    fn gradients<B: Batch>(
        &mut self,
        batches: &mut Peekable<impl Iterator<Item = B>>,
        rng: &mut Generator,
        loss: impl for<'t> Fn(&'t Tape<T>, &M, B) -> Measured<'t, T>,
    ) -> Result<Gradients<T>> {
        let mut sum: Option<Gradients<T>> = None;
        let mut count = 0;
        for batch in batches.take(self.plan.accumulate) {
            let (tape, samples) = (Tape::training(rng.spawn()), batch.samples());
            let pass = |tape| {
                let measured = loss(tape, &self.model, batch);
                let gradients = measured.loss.backward();
                (measured, gradients)
            };
            let checked;
            let (measured, gradients) = if self.plan.checked {
                checked = tape.checked().at_step(self.optimizer.steps() + 1);
                checked.attempt(|| pass(&checked))?
            } else {
                pass(&tape)
            };
            self.position.sums.add(&measured, samples);
            match &mut sum {
                Some(sum) => sum.accumulate(gradients),
                None => sum = Some(gradients),
            }
            count += 1;
        }
        self.position.batches += count;
        let mut mean = sum.expect("a step is made where there is a batch");
        if count > 1 {
            mean.scale(T::from_f64(1.0 / count as f64));
        }
        Ok(mean)
    }

    fn step(&mut self, mut gradients: Gradients<T>) -> Result<()> {
        let Trainer { model, optimizer, history, ema, plan, .. } = self;
        if let Some(limit) = plan.clip_value {
            gradients.clip_value(limit);
        }
        if let Some(limit) = plan.clip_norm {
            gradients.clip_norm(limit);
        }
        if let Some(rate) = plan.rate.of_step(optimizer.steps(), history, &plan.monitor) {
            optimizer.set_learning_rate(rate);
        }
        optimizer.step(model, &gradients)?;
        if let Some(ema) = ema {
            ema.update(model);
        }
        Ok(())
    }

    /// Looks at the validation samples, and takes down the epoch.
    fn end_epoch<B: Batch>(
        &mut self,
        parameters: BTreeMap<String, Movement>,
        validation: impl IntoIterator<Item = B>,
        loss: impl for<'t> Fn(&'t Tape<T>, &M, B) -> Measured<'t, T>,
    ) -> Result<()> {
        self.swap_averages();
        let validation = evaluate(&self.model, validation, loss);
        let training = std::mem::take(&mut self.position).sums.means();
        let epoch = self.history.epochs.len() as u64 + 1;
        let (steps, learning_rate) = (self.optimizer.steps(), self.optimizer.learning_rate());
        self.history.epochs.push(Epoch { epoch, steps, learning_rate, training, validation, parameters });
        if self.plan.directory.is_some()
            && self.history.best(&self.plan.monitor).is_some_and(|e| e.epoch == epoch)
        {
            self.best = Some(self.describe(Checkpoint::of(&self.model)));
        }
        self.swap_averages();
        self.history.look_at_weights(&self.model);
        self.plan.check(&self.history)
    }

    /// Exchanges the model's weights and their averages; nothing happens if there are none.
    pub fn swap_averages(&mut self) {
        if let Some(ema) = &mut self.ema {
            ema.swap(&mut self.model);
        }
    }
}

/// The values of all parameters, in order.
fn values<T: Scalar>(model: &impl Module<T>) -> Vec<Array<T>> {
    let mut values = Vec::new();
    model.for_each_param(|_, param| values.push(param.value().clone()));
    values
}

/// How strongly a step has moved the parameters that had a gradient.
fn movements<T: Scalar>(
    model: &impl Module<T>,
    before: &[Array<T>],
    gradients: &Gradients<T>,
) -> BTreeMap<String, Movement> {
    let norm = |x: &Array<T>| x.map(|x| x.to_f64() * x.to_f64()).sum().sqrt();
    let (mut before, mut all) = (before.iter(), BTreeMap::new());
    model.for_each_param(|path, param| {
        let (Some(before), gradient) = (before.next(), param.gradient(gradients)) else { return };
        if let Some(gradient) = gradient.filter(|_| param.is_trainable()) {
            let update_ratio = norm(&(param.value() - before)) / norm(before);
            all.insert(path.to_string(), Movement { gradient_norm: norm(gradient), update_ratio });
        }
    });
    all
}
