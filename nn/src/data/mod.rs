//! Data: from files to batches.
//!
//! Data sets are arrays, or several that belong together; what is random is drawn from a generator that is passed in.
//! Batches come from iterators, so that Rust's own adaptors do the rest:
//!
//! ```
//! use array_core::{Array, default_rng};
//! use nn::data::{augment, batches, prefetch};
//! let images: Array<f32> = Array::zeros([100, 1, 8, 8]);
//! let train = (images, Array::<i64>::zeros(100));
//!
//! let mut rng = default_rng(0);
//! let shuffled = batches(&train, 32, &mut rng);
//! let mut of_shifts = rng.spawn();
//! let shifted = shuffled.map(move |(x, y)| (augment::shift(&x, 1, &mut of_shifts), y));
//! for (x, y) in prefetch(2, shifted) {
//!     assert_eq!(x.shape()[0], y.size());
//! }
//! ```

pub mod augment;
mod batches;
pub mod csv;
pub mod idx;
mod prefetch;
mod split;
mod standardize;
pub mod text;

pub use batches::{Batches, batches, in_order};
pub use prefetch::{Prefetch, prefetch};
pub use split::{k_fold, split, stratified_split};
pub use standardize::Standardizer;

use array_core::{Array, Element};

use crate::scalar::Scalar;

/// Samples that can be taken by their positions, from 0 on.
pub trait Samples: Clone {
    /// Some of the samples, put together.
    type Batch: Batch;

    /// The number of samples.
    fn count(&self) -> usize;

    /// The samples at these positions.
    ///
    /// # Panics
    /// If a position is no sample.
    fn at(&self, positions: &Array<i64>) -> Self::Batch;
}

/// Some samples, put together.
pub trait Batch {
    /// How many there are.
    fn samples(&self) -> usize;
}

/// One sample per row.
impl<E: Element> Samples for Array<E> {
    type Batch = Array<E>;

    fn count(&self) -> usize {
        self.shape().first().copied().unwrap_or(0)
    }

    #[track_caller]
    fn at(&self, positions: &Array<i64>) -> Array<E> {
        self.take(positions, 0)
    }
}

impl<E: Element> Batch for Array<E> {
    fn samples(&self) -> usize {
        self.count()
    }
}

/// Row `i` of one belongs to row `i` of the other.
impl<A: Samples, B: Samples> Samples for (A, B) {
    type Batch = (A::Batch, B::Batch);

    #[track_caller]
    fn count(&self) -> usize {
        let counts = [self.0.count(), self.1.count()];
        assert!(counts[0] == counts[1], "samples: {} and {} of them do not pair up", counts[0], counts[1]);
        counts[0]
    }

    #[track_caller]
    fn at(&self, positions: &Array<i64>) -> Self::Batch {
        (self.0.at(positions), self.1.at(positions))
    }
}

impl<A: Batch, B> Batch for (A, B) {
    fn samples(&self) -> usize {
        self.0.samples()
    }
}

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
        let (inputs, labels) = self.at(positions);
        Dataset { inputs, labels }
    }
}

impl<T: Scalar> Samples for Dataset<T> {
    type Batch = (Array<T>, Array<i64>);

    fn count(&self) -> usize {
        self.len()
    }

    #[track_caller]
    fn at(&self, positions: &Array<i64>) -> Self::Batch {
        (self.inputs.take(positions, 0), self.labels.take(positions, 0))
    }
}
