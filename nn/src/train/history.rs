//! What a run has measured, epoch by epoch.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use array_core::io::atomic_write;
use serde::{Deserialize, Deserializer, Serialize};

use super::figures::Figures;
use crate::error::{Error, Result};
use crate::module::Module;
use crate::scalar::Scalar;
use crate::trace::Histogram;

/// One epoch's figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// The number of the epoch, from 1.
    pub epoch: u64,
    /// The optimizer's steps up to the end of the epoch.
    pub steps: u64,
    /// The learning rate of the epoch's last step.
    pub learning_rate: f64,
    /// Means over the training samples, each taken when its batch was trained on: `loss`, and what else was measured.
    #[serde(deserialize_with = "null_is_nan")]
    pub training: Figures,
    /// Means over the validation samples after the epoch; empty if there were none.
    #[serde(deserialize_with = "null_is_nan")]
    pub validation: Figures,
    /// The trainable parameters, by path, in the epoch's last step.
    pub parameters: BTreeMap<String, Movement>,
}

/// How strongly a parameter θ was moved in a step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Movement {
    /// ‖g‖, the 2-norm of its gradient, before clipping.
    #[serde(deserialize_with = "null_is_nan_alone")]
    pub gradient_norm: f64,
    /// ‖Δθ‖/‖θ‖, the step's length relative to the parameter before it. About 1e-3 is usual.
    #[serde(deserialize_with = "null_is_nan_alone")]
    pub update_ratio: f64,
}

/// The epochs of a run, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// One entry per finished epoch.
    pub epochs: Vec<Epoch>,
    /// How the elements of every parameter and buffer are distributed after the last of them, by path. Checkpoints hold
    /// the parameters themselves instead.
    #[serde(default)]
    pub weights: BTreeMap<String, Histogram>,
}

/// Which validation figure tells the best epoch. The `loss`, unless something else is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitor {
    pub(super) figure: String,
    sign: f64,
}

impl Default for Monitor {
    fn default() -> Self {
        Monitor::least("loss")
    }
}

impl Monitor {
    /// The epoch with the least value of a figure is the best.
    pub fn least(figure: &str) -> Self {
        Monitor { figure: figure.to_string(), sign: -1.0 }
    }

    /// The epoch with the greatest value of a figure is the best.
    pub fn greatest(figure: &str) -> Self {
        Monitor { figure: figure.to_string(), sign: 1.0 }
    }

    /// The value of the figure after an epoch; NaN if it was not measured.
    pub(super) fn of(&self, epoch: &Epoch) -> f64 {
        epoch.validation.get(&self.figure).copied().unwrap_or(f64::NAN)
    }
}

impl History {
    /// The best epoch, the first of them if there are several; `None` if the figure was never measured.
    pub fn best(&self, monitor: &Monitor) -> Option<&Epoch> {
        let measured = self.epochs.iter().filter(|epoch| !monitor.of(epoch).is_nan());
        measured.reduce(|best, epoch| match monitor.sign * (monitor.of(epoch) - monitor.of(best)) > 0.0 {
            true => epoch,
            false => best,
        })
    }

    /// Takes down how the model's weights are distributed.
    pub(super) fn look_at_weights<T: Scalar>(&mut self, model: &impl Module<T>) {
        self.weights.clear();
        model.for_each_param(|path, param| {
            let histogram = Histogram::of(param.value());
            self.weights.extend(histogram.map(|histogram| (path.to_string(), histogram)));
        });
    }

    /// Writes the history as JSON:
    ///
    /// ```text
    /// {"epochs": [{
    ///   "epoch": 1, "steps": 45, "learning_rate": 0.003,
    ///   "training": {"accuracy": 0.86, "loss": 0.62}, "validation": {"accuracy": 0.94, "loss": 0.25},
    ///   "parameters": {"l1.weight": {"gradient_norm": 0.41, "update_ratio": 0.012}, …}
    /// }, …],
    /// "weights": {"l1.weight": {"low": -0.53, "high": 0.50, "counts": [3, 12, …]}, …}}
    /// ```
    ///
    /// What is not finite is `null` there, since JSON has no such numbers, and is read as NaN.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn save_json(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        atomic_write(path, |file| {
            serde_json::to_writer_pretty(&mut *file, self)?;
            file.write_all(b"\n")
        })
        .map_err(Error::io(path, "write"))
    }

    /// The names of all figures, the loss first.
    pub fn figures(&self) -> Vec<String> {
        let of_epoch =
            |epoch: &Epoch| epoch.training.keys().chain(epoch.validation.keys()).cloned().collect();
        let mut names: Vec<String> = self.epochs.iter().flat_map::<Vec<_>, _>(of_epoch).collect();
        names.sort_by_key(|name| (name != "loss", name.clone()));
        names.dedup();
        names
    }

    /// Writes the history as a table, one line per epoch: `epoch,steps,learning_rate,training_loss,validation_loss,…`.
    /// A figure that an epoch lacks is left empty.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn save_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let figures = self.figures();
        let titles = ["epoch", "steps", "learning_rate"].map(str::to_string);
        let of_figures =
            figures.iter().flat_map(|name| [format!("training_{name}"), format!("validation_{name}")]);
        let titles: Vec<String> = titles.into_iter().chain(of_figures).collect();
        let row = |epoch: &Epoch| {
            let head = [epoch.epoch.to_string(), epoch.steps.to_string(), epoch.learning_rate.to_string()];
            let cell = |part: &Figures, name| part.get(name).map(f64::to_string).unwrap_or_default();
            let cells =
                figures.iter().flat_map(|name| [&epoch.training, &epoch.validation].map(|p| cell(p, name)));
            head.into_iter().chain(cells).collect::<Vec<String>>()
        };
        let rows = std::iter::once(titles).chain(self.epochs.iter().map(row));
        atomic_write(path, |file| {
            let mut table = csv::Writer::from_writer(file);
            rows.into_iter().try_for_each(|row| table.write_record(row))?;
            table.flush()
        })
        .map_err(Error::io(path, "write"))
    }
}

fn null_is_nan<'de, D: Deserializer<'de>>(json: D) -> std::result::Result<Figures, D::Error> {
    let figures: BTreeMap<String, Option<f64>> = Deserialize::deserialize(json)?;
    Ok(figures.into_iter().map(|(name, value)| (name, value.unwrap_or(f64::NAN))).collect())
}

fn null_is_nan_alone<'de, D: Deserializer<'de>>(json: D) -> std::result::Result<f64, D::Error> {
    let value: Option<f64> = Deserialize::deserialize(json)?;
    Ok(value.unwrap_or(f64::NAN))
}
