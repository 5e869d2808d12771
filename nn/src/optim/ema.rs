//! Averaged weights.

use std::collections::BTreeMap;

use array_core::{Array, zip_update};

use super::check_rate;
use super::slots::Slots;
use crate::module::Module;
use crate::scalar::Scalar;

/// An exponential moving average of a model's parameters: θ̄ ← δ·θ̄ + (1 − δ)·θ, starting from the first θ.
///
/// Averaged weights often do better on data that was not trained on. PyTorch's `AveragedModel` with
/// `get_ema_multi_avg_fn`.
///
/// ```
/// use array_core::Array;
/// use nn::Param;
/// use nn::optim::Ema;
/// let mut model = Param::new(Array::from_vec([0.0f32], 1));
/// let mut ema = Ema::new(0.9);
/// ema.update(&model);
/// model.value_mut()[0] = 1.0; // A step of training.
/// ema.update(&model);
///
/// ema.swap(&mut model); // Evaluate, or save, with averaged weights,
/// assert!((model.value()[0] - 0.1).abs() < 1e-6);
/// ema.swap(&mut model); // and go on with the model's own.
/// assert_eq!(model.value()[0], 1.0);
/// ```
///
/// [`Checkpoint::with_ema`](crate::Checkpoint::with_ema) saves the averages.
#[derive(Debug, Clone)]
pub struct Ema<T: Scalar = f32> {
    decay: f64,
    averages: Slots<T>,
}

impl<T: Scalar> Ema<T> {
    /// Averages with decay δ, such as 0.999.
    ///
    /// # Panics
    /// If it does not lie in [0, 1).
    #[track_caller]
    pub fn new(decay: f64) -> Self {
        check_rate("ema", decay);
        Ema { decay, averages: Slots::new() }
    }

    /// Takes the model's present parameters into the averages; called after every step.
    ///
    /// # Panics
    /// If a parameter has changed its shape.
    pub fn update(&mut self, model: &impl Module<T>) {
        let (old, new) = (T::from_f64(self.decay), T::from_f64(1.0 - self.decay));
        let mut hint = 0;
        model.for_each_param(|path, param| {
            let value = param.value();
            let at = self.averages.position_or_new(hint, path, &["average"], value.shape());
            hint = at + 1;
            let slot = &mut self.averages.list[at];
            let average = &mut slot.arrays[0];
            match slot.updates {
                0 => average.view_mut().assign(value),
                _ => zip_update([average], [value], move |[average], [x]| [old.mul(average).add(new.mul(x))]),
            }
            slot.updates += 1;
        });
    }

    /// Exchanges the model's parameters and the averages. Parameters without an average stay as they are.
    pub fn swap(&mut self, model: &mut impl Module<T>) {
        let mut hint = 0;
        model.for_each_param_mut(|path, param| {
            let Some(at) = self.averages.position(hint, path) else { return };
            hint = at + 1;
            std::mem::swap(param.value_mut(), &mut self.averages.list[at].arrays[0]);
        });
    }

    /// The averages by the paths of their parameters.
    pub(crate) fn averages(&self) -> BTreeMap<String, Array<T>> {
        self.averages.list.iter().map(|slot| (slot.path.clone(), slot.arrays[0].clone())).collect()
    }

    /// Takes over what [`Ema::averages`] has returned.
    pub(crate) fn set_averages(&mut self, averages: &BTreeMap<String, Array<T>>) {
        self.averages = Slots::new();
        for (path, average) in averages {
            let at = self.averages.position_or_new(0, path, &["average"], average.shape());
            let slot = &mut self.averages.list[at];
            slot.arrays[0].view_mut().assign(average);
            slot.updates = 1;
        }
    }
}
