//! Checkpoints: everything a run needs to go on as if it had not stopped, in one file.

mod file;
mod metadata;
mod restore;
mod safetensors;

pub use safetensors::{Unmatched, WeightLayout, load_safetensors, save_safetensors};

use std::collections::BTreeMap;
use std::path::Path;

use array_core::Array;
use array_core::random::{Generator, GeneratorState, default_rng};

use crate::error::{Error, Result};
use crate::module::Module;
use crate::optim::{Ema, Optimizer, OptimizerState};
use crate::scalar::Scalar;
use crate::train::{History, Position};
use restore::Differences;

/// A model's parameters by path and, if given, an optimizer's memory, averaged weights, a generator's state, and a
/// run's position, history and notes.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{Checkpoint, Dense, Module};
/// let path = std::env::temp_dir().join(format!("nn-doc-{}.ckpt", std::process::id()));
/// let model: Dense = Dense::new(3, 2, &mut default_rng(0));
/// Checkpoint::of(&model).save(&path)?;
///
/// let mut restored: Dense = Dense::new(3, 2, &mut default_rng(1));
/// Checkpoint::load(&path)?.restore(&mut restored)?;
/// assert_eq!(restored.weight.value(), model.weight.value());
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), nn::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Checkpoint<T: Scalar = f32> {
    parameters: BTreeMap<String, Array<T>>,
    optimizer: Option<OptimizerState<T>>,
    averages: BTreeMap<String, Array<T>>,
    generator: Option<GeneratorState>,
    position: Position,
    history: History,
    notes: BTreeMap<String, String>,
}

impl<T: Scalar> Checkpoint<T> {
    /// The parameters of a model.
    pub fn of(model: &impl Module<T>) -> Self {
        let mut parameters = BTreeMap::new();
        model.for_each_param(|path, param| {
            parameters.insert(path.to_string(), param.value().clone());
        });
        let (averages, notes) = (BTreeMap::new(), BTreeMap::new());
        let (position, history) = (Position::default(), History::default());
        Checkpoint { parameters, optimizer: None, averages, generator: None, position, history, notes }
    }

    /// Adds what an optimizer remembers.
    pub fn with_optimizer(self, optimizer: &impl Optimizer<T>) -> Self {
        Checkpoint { optimizer: Some(optimizer.state()), ..self }
    }

    /// Adds averaged weights.
    pub fn with_ema(self, ema: &Ema<T>) -> Self {
        Checkpoint { averages: ema.averages(), ..self }
    }

    /// Adds the state of the run's generator: within an epoch, that of its beginning.
    pub fn with_generator(self, generator: &Generator) -> Self {
        Checkpoint { generator: Some(generator.state()), ..self }
    }

    /// Adds how far the present epoch has come.
    pub fn with_position(self, position: &Position) -> Self {
        Checkpoint { position: position.clone(), ..self }
    }

    /// Adds the epochs so far.
    pub fn with_history(self, history: &History) -> Self {
        Checkpoint { history: history.clone(), ..self }
    }

    /// Adds a note of the program's own, such as a setting that a resumed run must keep.
    pub fn with_note(mut self, name: &str, value: impl ToString) -> Self {
        self.notes.insert(name.to_string(), value.to_string());
        self
    }

    /// The same in another scalar: for a model in `f64`, or in [dual numbers](array_core::Dual), that has the weights of
    /// one in `f32`.
    ///
    /// ```
    /// use array_core::default_rng;
    /// use nn::{Checkpoint, Dense};
    /// let single: Dense<f32> = Dense::new(3, 2, &mut default_rng(0));
    /// let mut double: Dense<f64> = Dense::new(3, 2, &mut default_rng(1));
    /// Checkpoint::of(&single).cast().restore(&mut double)?;
    /// assert_eq!(double.weight.value()[[2, 1]], f64::from(single.weight.value()[[2, 1]]));
    /// # Ok::<(), nn::Error>(())
    /// ```
    pub fn cast<S: Scalar>(&self) -> Checkpoint<S> {
        let cast = |array: &Array<T>| array.map(|x| S::from_f64(x.to_f64()));
        let by_path = |arrays: &BTreeMap<String, Array<T>>| {
            arrays.iter().map(|(path, array)| (path.clone(), cast(array))).collect()
        };
        let of_optimizer = |state: &OptimizerState<T>| OptimizerState {
            kind: state.kind.clone(),
            steps: state.steps,
            learning_rate: state.learning_rate,
            arrays: state.arrays.iter().map(|(name, array)| (name.clone(), cast(array))).collect(),
        };
        Checkpoint {
            parameters: by_path(&self.parameters),
            optimizer: self.optimizer.as_ref().map(of_optimizer),
            averages: by_path(&self.averages),
            generator: self.generator.clone(),
            position: self.position.clone(),
            history: self.history.clone(),
            notes: self.notes.clone(),
        }
    }

    /// The bytes of the checkpoint's file. They are the same where everything in it is, bit for bit.
    ///
    /// # Errors
    /// If the record of all that is no tensor cannot be encoded.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        file::encode(self).map_err(|message| Error::Checkpoint { path: "(memory)".into(), message })
    }

    /// Writes the checkpoint, replacing an older file as a whole or not at all.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        file::save(self, path.as_ref())
    }

    /// Reads a checkpoint. Everything is verified before it is believed: length, checksum, names, shapes.
    ///
    /// # Errors
    /// If the file cannot be read, is no checkpoint, is damaged, or holds another scalar type.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        file::load(path.as_ref())
    }

    /// The parameters by path.
    pub fn parameters(&self) -> &BTreeMap<String, Array<T>> {
        &self.parameters
    }

    /// How far the run's present epoch has come.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The epochs of the run.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What [`Checkpoint::with_note`] has noted under this name.
    pub fn note(&self, name: &str) -> Option<&str> {
        self.notes.get(name).map(String::as_str)
    }

    /// The run's generator, where it was; `None` if it was not saved.
    pub fn generator(&self) -> Option<Generator> {
        self.generator.as_ref().map(|state| {
            let mut generator = default_rng(0);
            generator.set_state(state);
            generator
        })
    }

    /// Gives a model the saved parameters.
    ///
    /// # Errors
    /// [`Error::Mismatch`] with all missing, unexpected and mis-shaped parameters at once; the model has not been
    /// changed then.
    pub fn restore(&self, model: &mut impl Module<T>) -> Result<()> {
        let saved = self.parameters.iter().map(|(path, saved)| (path.as_str(), saved.shape()));
        Differences::between(model, saved, |param| param.value().shape().to_vec()).refuse()?;
        model.for_each_param_mut(|path, param| {
            if let Some(saved) = self.parameters.get(path) {
                // A copy: the parameter is to be written in place.
                *param.value_mut() = saved.copy();
            }
        });
        Ok(())
    }

    /// Gives an optimizer its memory back.
    ///
    /// # Errors
    /// If no optimizer was saved, or one of another kind.
    pub fn restore_optimizer(&self, optimizer: &mut impl Optimizer<T>) -> Result<()> {
        match &self.optimizer {
            Some(state) => optimizer.set_state(state.clone()),
            None => Err(Error::OptimizerState { message: "the checkpoint holds none".to_string() }),
        }
    }

    /// Gives averaged weights back.
    ///
    /// # Errors
    /// If none were saved.
    pub fn restore_ema(&self, ema: &mut Ema<T>) -> Result<()> {
        if self.averages.is_empty() && !self.parameters.is_empty() {
            return Err(Error::OptimizerState {
                message: "the checkpoint holds no averaged weights".to_string(),
            });
        }
        ema.set_averages(&self.averages);
        Ok(())
    }
}
