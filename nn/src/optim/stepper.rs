//! The part that all optimizers share.

use array_core::Array;

use super::OptimizerState;
use super::group::Group;
use super::slots::Slots;
use crate::autograd::Gradients;
use crate::error::{Error, Result};
use crate::module::Module;
use crate::scalar::Scalar;

/// What all optimizers share: the settings, the count of steps, what is remembered per parameter, and the way
/// through the model's parameters.
#[derive(Debug, Clone)]
pub struct Stepper<T: Scalar = f32> {
    pub(super) kind: &'static str,
    pub(super) learning_rate: f64,
    pub(super) weight_decay: f64,
    pub(super) groups: Vec<Group>,
    pub(super) steps: u64,
    slots: Slots<T>,
}

/// One parameter's turn in a step: what an update rule works with.
#[derive(Debug)]
pub struct Update<'a, T: Scalar> {
    /// The parameter, to be written.
    pub theta: &'a mut Array<T>,
    /// The gradient of the parameter.
    pub gradient: &'a Array<T>,
    /// The arrays that the rule remembers of the parameter, of its shape; zeros at first.
    pub memory: &'a mut [Array<T>],
    /// Which of the parameter's updates this is, from 1. Steps in which it was frozen do not count.
    pub step: u64,
    /// The learning rate, times the factor of the parameter's group.
    pub learning_rate: f64,
    /// The weight decay, or that of the parameter's group.
    pub weight_decay: f64,
}

impl<T: Scalar> Stepper<T> {
    /// For an update rule that checkpoints know as `kind`, with a learning rate and a weight decay.
    ///
    /// # Panics
    /// If one of them is negative or not finite.
    #[track_caller]
    pub fn new(kind: &'static str, learning_rate: f64, weight_decay: f64) -> Self {
        let (groups, slots) = (Vec::new(), Slots::new());
        let mut stepper = Stepper { kind, learning_rate: 0.0, weight_decay: 0.0, groups, steps: 0, slots };
        stepper.set_learning_rate(learning_rate);
        stepper.set_weight_decay(weight_decay);
        stepper
    }

    #[track_caller]
    pub(super) fn set_learning_rate(&mut self, rate: f64) {
        let kind = self.kind;
        assert!(
            rate.is_finite() && rate >= 0.0,
            "{kind}: the learning rate {rate} is negative or not finite"
        );
        self.learning_rate = rate;
    }

    #[track_caller]
    pub(super) fn set_weight_decay(&mut self, decay: f64) {
        let kind = self.kind;
        assert!(
            decay.is_finite() && decay >= 0.0,
            "{kind}: the weight decay {decay} is negative or not finite"
        );
        self.weight_decay = decay;
    }

    /// Calls `update` for every trainable parameter of the model.
    ///
    /// `remembers` names the arrays that are remembered of a parameter, from its path and shape.
    ///
    /// # Errors
    /// [`Error::MissingGradients`] with the paths of all trainable parameters that got no gradient,
    /// [`Error::UnmatchedGroup`] if no parameter belongs to a group, [`Error::OptimizerState`] if what is
    /// remembered of a parameter does not fit it. Nothing has been changed then.
    pub fn step(
        &mut self,
        model: &mut impl Module<T>,
        gradients: &Gradients<T>,
        remembers: impl Fn(&str, &[usize]) -> &'static [&'static str],
        mut update: impl FnMut(Update<'_, T>),
    ) -> Result<()> {
        self.check(model, gradients, &remembers)?;
        gradients.update_buffers(model);
        self.steps += 1;
        let mut hint = 0;
        model.for_each_param_mut(|path, param| {
            let Some(gradient) = gradients.of(param.id()).filter(|_| param.is_trainable()) else { return };
            let of_path = || self.groups.iter().rev().filter(|group| group.matches(path));
            let factor = of_path().find_map(|group| group.learning_rate_factor).unwrap_or(1.0);
            let weight_decay = of_path().find_map(|group| group.weight_decay).unwrap_or(self.weight_decay);
            let theta = param.value_mut();
            let names = remembers(path, theta.shape());
            let at = self.slots.position_or_new(hint, path, names, theta.shape());
            hint = at + 1;
            let slot = &mut self.slots.list[at];
            slot.updates += 1;
            let (memory, step, learning_rate) =
                (&mut slot.arrays[..], slot.updates, self.learning_rate * factor);
            update(Update { theta, gradient, memory, step, learning_rate, weight_decay });
        });
        Ok(())
    }

    fn check(
        &self,
        model: &impl Module<T>,
        gradients: &Gradients<T>,
        remembers: impl Fn(&str, &[usize]) -> &'static [&'static str],
    ) -> Result<()> {
        let mut paths = Vec::new();
        let mut unmatched: Vec<&Group> = self.groups.iter().collect();
        let mut state = Ok(());
        let mut hint = 0;
        model.for_each_param(|path, param| {
            unmatched.retain(|group| !group.matches(path));
            if !param.is_trainable() {
                return;
            }
            if param.gradient(gradients).is_none() {
                paths.push(path.to_string());
            }
            let shape = param.value().shape();
            if let Some(at) = self.slots.position(hint, path).filter(|_| state.is_ok()) {
                hint = at + 1;
                state = self.slots.list[at].check(remembers(path, shape), shape);
            }
        });
        match unmatched.first() {
            _ if !paths.is_empty() => Err(Error::MissingGradients { paths }),
            Some(group) => Err(Error::UnmatchedGroup { pattern: group.pattern.clone() }),
            None => state,
        }
    }

    /// How many arrays are remembered of a parameter.
    pub(super) fn remembered(&self, path: &str) -> usize {
        self.slots.position(0, path).map_or(0, |at| self.slots.list[at].arrays.len())
    }

    pub(super) fn state(&self) -> OptimizerState<T> {
        let Stepper { kind, steps, learning_rate, .. } = *self;
        OptimizerState { kind: kind.to_string(), steps, learning_rate, arrays: self.slots.arrays(steps) }
    }

    pub(super) fn set_state(&mut self, state: OptimizerState<T>) -> Result<()> {
        let OptimizerState { kind, steps, learning_rate, arrays } = state;
        if kind != self.kind {
            let message = format!("the state is that of {kind:?}, the optimizer is {:?}", self.kind);
            return Err(Error::OptimizerState { message });
        }
        self.slots = Slots::from_arrays(steps, arrays)?;
        (self.steps, self.learning_rate) = (steps, learning_rate);
        Ok(())
    }
}
