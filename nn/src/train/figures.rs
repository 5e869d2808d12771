//! What is measured of a batch, and its means over many batches.

use std::collections::BTreeMap;

use crate::autograd::{Tape, Var};
use crate::data::Batch;
use crate::scalar::Scalar;

/// Measured quantities by name: `loss`, and whatever else the run measures.
pub type Figures = BTreeMap<String, f64>;

/// What a model has made of a batch: the loss, and further quantities that are worth watching.
///
/// All of them are means over the batch's samples, so that their means over batches are means over samples, too.
#[derive(Debug, Clone)]
pub struct Measured<'t, T: Scalar = f32> {
    /// What training makes small: one element.
    pub loss: Var<'t, T>,
    /// Names and values of what else is measured.
    pub metrics: Vec<(&'static str, f64)>,
}

impl<'t, T: Scalar> Measured<'t, T> {
    /// A loss, and nothing else.
    pub fn new(loss: Var<'t, T>) -> Self {
        Measured { loss, metrics: Vec::new() }
    }

    /// Adds a mean over the batch's samples, such as an accuracy.
    pub fn with(mut self, name: &'static str, value: f64) -> Self {
        self.metrics.push((name, value));
        self
    }
}

/// Sums over samples, on the way to means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sums {
    pub(crate) samples: u64,
    pub(crate) totals: BTreeMap<String, f64>,
}

impl Sums {
    /// Adds what was measured of a batch of so many samples.
    pub fn add<T: Scalar>(&mut self, measured: &Measured<'_, T>, samples: usize) {
        self.samples += samples as u64;
        let loss = ("loss", measured.loss.item().to_f64());
        for (name, mean) in std::iter::once(loss).chain(measured.metrics.iter().copied()) {
            let sum = mean * samples as f64;
            match self.totals.get_mut(name) {
                Some(total) => *total += sum,
                None => drop(self.totals.insert(name.to_string(), sum)),
            }
        }
    }

    /// The means over all samples; empty if there were none.
    pub fn means(&self) -> Figures {
        self.totals.iter().map(|(name, total)| (name.clone(), total / self.samples as f64)).collect()
    }
}

/// The figures of a model on some batches, without learning from them; empty if there are no batches.
///
/// `loss` is the function that training uses.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::Dense;
/// use nn::data::in_order;
/// use nn::train::{Measured, evaluate};
/// let model: Dense = Dense::new(3, 1, &mut default_rng(0));
/// let inputs: Array<f32> = Array::zeros([10, 3]);
/// let figures = evaluate(&model, in_order(&inputs, 4), |tape, model, x| {
///     Measured::new(tape.constant(x).apply("", model).square().mean())
/// });
/// assert_eq!(figures["loss"], 0.0);
/// ```
pub fn evaluate<T: Scalar, M, B: Batch>(
    model: &M,
    batches: impl IntoIterator<Item = B>,
    loss: impl for<'t> Fn(&'t Tape<T>, &M, B) -> Measured<'t, T>,
) -> Figures {
    let mut sums = Sums::default();
    for batch in batches {
        let (tape, samples) = (Tape::inference(), batch.samples());
        sums.add(&loss(&tape, model, batch), samples);
    }
    sums.means()
}

/// Figures as text, the loss first: `loss 0.0312 · accuracy 0.9911`. `prefix` stands before every name.
pub(super) fn describe(figures: &Figures, prefix: &str) -> String {
    let (loss, others): (Vec<_>, Vec<_>) = figures.iter().partition(|(name, _)| *name == "loss");
    let text = |(name, value)| format!("{prefix}{name} {value:.4}");
    loss.into_iter().chain(others).map(text).collect::<Vec<_>>().join(" · ")
}
