//! The negative logarithm of the likelihood.

use array_core::{Array, Integer};

use super::Reduction;
use super::classes::Settings;
use crate::autograd::Var;
use crate::scalar::Scalar;

/// −x\[label\] of log-probabilities x: PyTorch's `NLLLoss`.
///
/// The mean is Σ of the losses / Σ of the weights of their labels, over the rows that are not ignored; NaN if there are
/// none.
#[derive(Debug, Clone, Default)]
pub struct Nll<T: Scalar = f32> {
    settings: Settings<T>,
}

impl<T: Scalar> Nll<T> {
    /// The loss with PyTorch's settings: classes weigh the same, no label is ignored.
    pub fn new() -> Self {
        Nll { settings: Settings::default() }
    }

    /// A weight for each class.
    pub fn class_weights(mut self, weights: Array<T>) -> Self {
        self.settings.class_weights = Some(weights);
        self
    }

    /// A label whose rows do not count.
    pub fn ignore_index(mut self, label: i64) -> Self {
        self.settings.ignore_index = Some(label);
        self
    }

    /// What becomes of the losses of rows.
    pub fn reduction(mut self, reduction: Reduction) -> Self {
        self.settings.reduction = reduction;
        self
    }

    /// The loss of log-probabilities of shape (…, classes) and labels of shape (…).
    ///
    /// # Panics
    /// If the shapes do not fit, or a label is no class.
    #[track_caller]
    pub fn of<'t, I: Integer>(&self, log_probabilities: Var<'t, T>, labels: &Array<I>) -> Var<'t, T> {
        let (op, x) = ("nll", log_probabilities.value());
        let classes = self.settings.classes(op, log_probabilities, labels);
        let rows = x.contiguous();
        let rows = rows.as_slice().unwrap_or_default().chunks_exact(classes.count.max(1));
        let loss = |(row, &label): (&[T], &Option<usize>)| {
            label.map_or(T::ZERO, |label| classes.weight(label).mul(row[label]).neg())
        };
        let losses = rows.zip(&classes.labels).map(loss).collect::<Array<T>>();
        let value = classes.reduce(losses, labels.shape());
        let shape = x.shape().to_vec();
        let vjp = move |g: Array<T>| {
            let mut gradient = Array::zeros(&shape);
            let rows = gradient.as_mut_slice().unwrap_or_default().chunks_exact_mut(classes.count.max(1));
            for ((row, &label), factor) in rows.zip(&classes.labels).zip(classes.factors(&g)) {
                if let Some(label) = label {
                    row[label] = factor.mul(classes.weight(label)).neg();
                }
            }
            gradient
        };
        log_probabilities.tape().record(op, value, [log_probabilities.edge(vjp)])
    }
}
