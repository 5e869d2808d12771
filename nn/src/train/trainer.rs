//! The training loop of a classifier.

use std::time::Instant;

use array_core::Array;
use array_core::random::Generator;

use super::history::{Epoch, History};
use super::progress::Progress;
use crate::autograd::Tape;
use crate::data::{Dataset, batches};
use crate::error::Result;
use crate::module::Layer;
use crate::optim::Optimizer;
use crate::scalar::Scalar;

/// How long and in what portions to train.
#[derive(Debug, Clone)]
pub struct Trainer {
    /// Epochs in all, those of a resumed run included.
    pub epochs: u64,
    /// Samples per step.
    pub batch_size: usize,
    /// Whether to show neither a progress bar nor lines.
    pub quiet: bool,
}

/// A classifier's figures on a data set.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The mean cross entropy.
    pub loss: f64,
    /// The number of samples whose greatest logit is that of their class.
    pub correct: usize,
    /// The class with the greatest logit, per sample.
    pub predictions: Array<i64>,
}

/// How many rows of logits have their greatest element at the row's label.
fn count_correct<T: Scalar>(logits: &Array<T>, labels: &Array<i64>) -> usize {
    logits.argmax_axis(-1).equal(labels).sum() as usize
}

/// Applies a classifier to every sample of a data set, as one batch.
pub fn evaluate<T: Scalar>(model: &impl Layer<T>, data: &Dataset<T>) -> Evaluation {
    let tape = Tape::inference();
    let logits = tape.constant(data.inputs.clone()).apply("", model);
    let loss = logits.cross_entropy(&data.labels).item().to_f64();
    let predictions = logits.value().argmax_axis(-1);
    Evaluation { loss, correct: count_correct(&logits.value(), &data.labels), predictions }
}

impl Trainer {
    /// Trains a classifier by cross entropy until `history` holds all epochs, one step per batch.
    ///
    /// Everything random is drawn from `rng`: the order of samples, and a stream per step for the tape. A run
    /// that is continued from the same model, optimizer, generator and history goes on as if it had not stopped.
    /// `after_epoch` is called with the state after each epoch, to save it, say.
    ///
    /// # Errors
    /// If a parameter gets no gradient, or `after_epoch` fails.
    #[expect(clippy::too_many_arguments, reason = "the parts of a run, none of them hidden in another")]
    pub fn fit<T, M, O>(
        &self,
        model: &mut M,
        optimizer: &mut O,
        train: &Dataset<T>,
        test: &Dataset<T>,
        rng: &mut Generator,
        history: &mut History,
        mut after_epoch: impl FnMut(&M, &O, &Generator, &History) -> Result<()>,
    ) -> Result<()>
    where
        T: Scalar,
        M: Layer<T>,
        O: Optimizer<T>,
    {
        let done = history.epochs.len() as u64;
        let progress = Progress::new(self.epochs, train.len() as u64, done, self.quiet);
        for epoch in done + 1..=self.epochs {
            let start = Instant::now();
            let (mut loss_sum, mut correct, mut seen) = (0.0, 0, 0);
            for (inputs, labels) in batches(train, self.batch_size, rng) {
                let tape = Tape::training(rng.spawn());
                let logits = tape.constant(inputs).apply("", model);
                let loss = logits.cross_entropy(&labels);
                let gradients = loss.backward();
                optimizer.step(model, &gradients)?;

                seen += labels.size();
                loss_sum += loss.item().to_f64() * labels.size() as f64;
                correct += count_correct(&logits.value(), &labels);
                let (loss, accuracy) = (loss_sum / seen as f64, correct as f64 / seen as f64);
                progress.advance(epoch, labels.size() as u64, loss, accuracy);
            }
            let on_test = evaluate(model, test);
            let figures = Epoch {
                epoch,
                loss: loss_sum / seen as f64,
                accuracy: correct as f64 / seen as f64,
                test_loss: on_test.loss,
                test_accuracy: on_test.correct as f64 / test.len() as f64,
            };
            history.epochs.push(figures);
            let Epoch { loss, accuracy, test_loss, test_accuracy, .. } = figures;
            let summary = format!(
                "loss {loss:.4} · accuracy {accuracy:.4} · test loss {test_loss:.4} · test accuracy {test_accuracy:.4}"
            );
            progress.end_epoch(epoch, &summary, start.elapsed());
            after_epoch(model, optimizer, rng, history)?;
        }
        progress.finish();
        Ok(())
    }
}
