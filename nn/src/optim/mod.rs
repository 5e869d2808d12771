//! Optimizers: from gradients to better parameters.

mod adam;
mod sgd;
mod slots;

pub use adam::Adam;
pub use sgd::Sgd;

use array_core::Array;

use crate::autograd::Gradients;
use crate::error::{Error, Result};
use crate::module::Module;
use crate::scalar::Scalar;

/// An update rule with its memory.
pub trait Optimizer<T: Scalar = f32> {
    /// Updates every trainable parameter of the model from its gradient.
    ///
    /// # Errors
    /// [`Error::MissingGradients`] with the paths of all trainable parameters that got no gradient; nothing
    /// has been changed then.
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()>;

    /// The learning rate: the factor of every update.
    fn learning_rate(&self) -> f64;

    /// Changes the learning rate from the next step on.
    fn set_learning_rate(&mut self, rate: f64);

    /// How many steps have been made.
    fn steps(&self) -> u64;

    /// Everything the rule needs to go on.
    fn state(&self) -> OptimizerState<T>;

    /// Takes over what [`Optimizer::state`] has returned.
    ///
    /// # Errors
    /// If the state belongs to another kind of optimizer.
    fn set_state(&mut self, state: OptimizerState<T>) -> Result<()>;
}

/// What an optimizer remembers between steps.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimizerState<T: Scalar> {
    /// The update rule, such as `adam`.
    pub kind: String,
    /// How many steps have been made.
    pub steps: u64,
    /// The learning rate at that time.
    pub learning_rate: f64,
    /// Arrays by name: the parameter's path, a colon, and what is remembered (`l1.weight:m`).
    pub arrays: Vec<(String, Array<T>)>,
}

/// Fails with the paths of all trainable parameters without gradient, if there are any.
fn demand_gradients<T: Scalar>(model: &impl Module<T>, gradients: &Gradients<T>) -> Result<()> {
    let mut paths = Vec::new();
    model.for_each_param(|path, param| {
        if param.is_trainable() && param.gradient(gradients).is_none() {
            paths.push(path.to_string());
        }
    });
    if paths.is_empty() { Ok(()) } else { Err(Error::MissingGradients { paths }) }
}
