//! Data sets: from files to shuffled batches.

mod batches;
pub mod csv;
pub mod idx;

pub use batches::{Batches, batches};

use array_core::Array;

use crate::scalar::Scalar;

/// Inputs with their labels: row `i` of `inputs` belongs to class `labels[i]`.
#[derive(Debug, Clone)]
pub struct Dataset<T: Scalar = f32> {
    /// One sample per row: shape (samples, …).
    pub inputs: Array<T>,
    /// One class per sample: shape (samples).
    pub labels: Array<i64>,
}

impl<T: Scalar> Dataset<T> {
    /// Inputs and labels put together.
    ///
    /// # Panics
    /// If there is not one label per row of inputs.
    #[track_caller]
    pub fn new(inputs: Array<T>, labels: Array<i64>) -> Self {
        assert!(
            inputs.ndim() >= 1 && labels.shape() == &inputs.shape()[..1],
            "Dataset: inputs of shape {:?} and labels of shape {:?}: one label per row is needed",
            inputs.shape(),
            labels.shape()
        );
        Dataset { inputs, labels }
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.labels.size()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The samples at these positions.
    ///
    /// # Panics
    /// If a position is no sample.
    #[track_caller]
    pub fn take(&self, positions: &Array<i64>) -> Self {
        Dataset { inputs: self.inputs.take(positions, 0), labels: self.labels.take(positions, 0) }
    }
}
