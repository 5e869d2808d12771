//! What a run leaves behind, and how it goes on.

use std::time::{Duration, Instant};

use super::trainer::Trainer;
use crate::checkpoint::Checkpoint;
use crate::error::Result;
use crate::module::Module;
use crate::optim::Optimizer;
use crate::scalar::Scalar;

impl<T: Scalar, M: Module<T>, O: Optimizer<T>> Trainer<M, O, T> {
    /// Everything that the run needs to go on as if it had not stopped, but for the plan.
    pub fn checkpoint(&self) -> Checkpoint<T> {
        let checkpoint = Checkpoint::of(&self.model)
            .with_optimizer(&self.optimizer)
            .with_generator(&self.rng)
            .with_position(&self.position);
        let checkpoint = self.ema.iter().fold(checkpoint, Checkpoint::with_ema);
        self.describe(checkpoint)
    }

    /// Takes over what [`Trainer::checkpoint`] has returned: the run goes on from there, within an epoch if it was
    /// saved within one, bit for bit as if it had not stopped. The plan and what [`Trainer::fit`] is called with have to
    /// be the same then.
    ///
    /// # Errors
    /// If the model, the kind of optimizer, or whether there are averages differs from what was saved. The run must not
    /// be used then.
    pub fn restore(&mut self, checkpoint: &Checkpoint<T>) -> Result<()> {
        checkpoint.restore(&mut self.model)?;
        checkpoint.restore_optimizer(&mut self.optimizer)?;
        if let Some(ema) = &mut self.ema {
            checkpoint.restore_ema(ema)?;
        }
        self.rng = checkpoint.generator().unwrap_or_else(|| self.rng.clone());
        self.history = checkpoint.history().clone();
        if !self.history.epochs.is_empty() {
            self.history.look_at_weights(&self.model);
        }
        self.position = checkpoint.position().clone();
        Ok(())
    }

    /// Adds the history and the notes.
    pub(super) fn describe(&self, checkpoint: Checkpoint<T>) -> Checkpoint<T> {
        let checkpoint = checkpoint.with_history(&self.history);
        self.notes.iter().fold(checkpoint, |checkpoint, (name, value)| checkpoint.with_note(name, value))
    }

    /// Writes the plan's files if that was so long ago.
    ///
    /// The best model first: if the program ends in between, it is newer than the checkpoint, and found again.
    pub(super) fn save_if_older_than(&mut self, age: Duration) -> Result<()> {
        let Some(directory) = self.plan.directory.as_ref().filter(|_| self.saved.elapsed() >= age) else {
            return Ok(());
        };
        if let Some(best) = &self.best {
            best.save(directory.join("best.nn"))?;
        }
        self.checkpoint().save(directory.join("checkpoint.nn"))?;
        (self.best, self.saved) = (None, Instant::now());
        Ok(())
    }
}
