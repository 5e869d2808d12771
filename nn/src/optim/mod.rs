//! Optimizers: from gradients to better parameters.

mod adagrad;
mod adam;
mod adamw;
mod cost;
mod ema;
mod group;
mod lion;
mod muon;
mod rmsprop;
pub mod schedule;
mod sgd;
mod slots;
mod stepper;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub(crate) use cost::step_cost;
pub use ema::Ema;
pub use group::Group;
pub use lion::Lion;
pub use muon::Muon;
pub use rmsprop::RmsProp;
pub use sgd::Sgd;
pub use stepper::{Stepper, Update};

use array_core::Array;

use crate::autograd::Gradients;
use crate::error::Result;
use crate::module::Module;
use crate::scalar::Scalar;

/// An update rule with its memory.
///
/// A new one is a struct with a [`Stepper`] and the formula for one parameter:
///
/// ```
/// use array_core::zip_update;
/// use nn::optim::Stepper;
/// use nn::{Gradients, Module, Optimizer, Result};
///
/// /// θ ← θ − η·sign(g)
/// struct SignSgd {
///     stepper: Stepper,
/// }
///
/// impl Optimizer for SignSgd {
///     fn step(&mut self, model: &mut impl Module, gradients: &Gradients) -> Result<()> {
///         self.stepper.step(model, gradients, |_path, _shape| &[], |p| {
///             let rate = p.learning_rate as f32;
///             zip_update([p.theta], [p.gradient], move |[theta], [g]| [theta - rate * g.signum()]);
///         })
///     }
///
///     fn stepper(&self) -> &Stepper {
///         &self.stepper
///     }
///
///     fn stepper_mut(&mut self) -> &mut Stepper {
///         &mut self.stepper
///     }
/// }
/// ```
pub trait Optimizer<T: Scalar = f32> {
    /// Updates every trainable parameter of the model from its gradient, and its buffers as the forward pass has
    /// asked for.
    ///
    /// # Errors
    /// [`Error::MissingGradients`](crate::Error::MissingGradients) with the paths of all trainable parameters
    /// that got no gradient, or what else [`Stepper::step`] refuses; nothing has been changed then.
    fn step(&mut self, model: &mut impl Module<T>, gradients: &Gradients<T>) -> Result<()>;

    /// Settings and memory.
    fn stepper(&self) -> &Stepper<T>;

    /// Settings and memory, for changing them.
    fn stepper_mut(&mut self) -> &mut Stepper<T>;

    /// Sets the weight decay λ. Whether it enters the gradient or the parameter, the update rule says.
    ///
    /// # Panics
    /// If it is negative or not finite.
    #[track_caller]
    fn weight_decay(mut self, decay: f64) -> Self
    where
        Self: Sized,
    {
        self.stepper_mut().set_weight_decay(decay);
        self
    }

    /// Adds a group of parameters with settings of their own.
    fn group(mut self, group: Group) -> Self
    where
        Self: Sized,
    {
        self.stepper_mut().groups.push(group);
        self
    }

    /// The learning rate η: the factor of every update.
    fn learning_rate(&self) -> f64 {
        self.stepper().learning_rate
    }

    /// Changes the learning rate from the next step on.
    ///
    /// # Panics
    /// If it is negative or not finite.
    #[track_caller]
    fn set_learning_rate(&mut self, rate: f64) {
        self.stepper_mut().set_learning_rate(rate);
    }

    /// How many steps have been made.
    fn steps(&self) -> u64 {
        self.stepper().steps
    }

    /// Everything the rule needs to go on, but for the settings that it was made with.
    fn state(&self) -> OptimizerState<T> {
        self.stepper().state()
    }

    /// Takes over what [`Optimizer::state`] has returned.
    ///
    /// # Errors
    /// If the state belongs to another kind of optimizer.
    fn set_state(&mut self, state: OptimizerState<T>) -> Result<()> {
        self.stepper_mut().set_state(state)
    }
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

/// The gradient of the loss with λ/2·‖θ‖² added to it: g + λ·θ.
#[inline(always)]
fn penalised<T: Scalar>(g: T, theta: T, decay: T) -> T {
    if decay == T::ZERO { g } else { g.add(decay.mul(theta)) }
}

/// A running mean, or 0 where it is subnormal.
///
/// When a gradient becomes 0 for good, as that of a dead unit, its mean shrinks from step to step; it would end as the
/// smallest number there is, since 0.9 of that is rounded to itself, and processors take several times longer over
/// subnormal numbers.
#[inline(always)]
fn running<T: Scalar>(mean: T) -> T {
    if mean.abs() < T::MIN_POSITIVE { T::ZERO } else { mean }
}

/// Panics unless a decay rate β lies in [0, 1).
#[track_caller]
fn check_rate(kind: &str, rate: f64) {
    assert!((0.0..1.0).contains(&rate), "{kind}: a rate of {rate} does not lie in [0, 1)");
}
