//! What a run has measured, epoch by epoch.

use std::io::Write;
use std::path::Path;

use array_core::io::atomic_write;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// One epoch's figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// The number of the epoch, from 1.
    pub epoch: u64,
    /// The mean loss over the training samples, each taken when its batch was trained on.
    pub loss: f64,
    /// The fraction of training samples classified right, taken likewise.
    pub accuracy: f64,
    /// The mean loss over the test samples after the epoch.
    pub test_loss: f64,
    /// The fraction of test samples classified right after the epoch.
    pub test_accuracy: f64,
}

/// The epochs of a run, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// One entry per finished epoch.
    pub epochs: Vec<Epoch>,
}

impl History {
    /// Writes the history as JSON: `{"epochs": [{"epoch": 1, "loss": …, …}, …]}`.
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
}
