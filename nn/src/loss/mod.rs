//! Losses, with PyTorch's names, formulas and defaults.
//!
//! A loss is a small struct of its settings, and `loss.of(prediction, target)` computes it. Every loss has a
//! [`Reduction`], the mean by default. What targets are depends on the loss: class numbers are integer arrays, all else
//! is a [`Var`], through which gradients flow too (a [constant](crate::Tape::constant), mostly).
//!
//! Shapes must be equal, as nothing is broadcast: a prediction of shape (n, 1) and a target of shape (n) would give a loss
//! of all n² pairs, and nobody would notice.
//!
//! ```
//! use array_core::{Array, default_rng};
//! use nn::loss::{CrossEntropy, Huber, Reduction};
//! use nn::Tape;
//! let tape = Tape::training(default_rng(0));
//! let logits = tape.variable(Array::from_vec([2.0f32, 0.0, 0.0, 1.0], [2, 2]));
//! let labels = Array::from_vec([0, 1], 2);
//! let loss = logits.cross_entropy(&labels);
//! let smoothed = CrossEntropy::new().label_smoothing(0.1).of(logits, &labels);
//! assert!(loss.item() < smoothed.item());
//!
//! let target = tape.constant(Array::zeros([2, 2]));
//! let each = Huber::new(1.0).reduction(Reduction::None).of(logits, target);
//! assert_eq!(each.value().to_vec(), [1.5, 0.0, 0.0, 0.5]);
//! ```

mod binary;
mod classes;
mod cross_entropy;
mod divergence;
mod elementwise;
mod margin;
mod nll;
mod regression;
#[cfg(test)]
mod tests;

pub use binary::{Bce, BceWithLogits};
pub use cross_entropy::CrossEntropy;
pub use divergence::KlDivergence;
pub use margin::{CosineEmbedding, Hinge, HingeEmbedding, TripletMargin};
pub use nll::Nll;
pub use regression::{Huber, Mae, Mse, SmoothL1};

use crate::autograd::Var;
use crate::scalar::Scalar;

/// What becomes of the losses of the single elements, or rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reduction {
    /// Their mean, of shape [].
    #[default]
    Mean,
    /// Their sum, of shape [].
    Sum,
    /// They stay as they are.
    None,
}

impl Reduction {
    fn apply<T: Scalar>(self, losses: Var<'_, T>) -> Var<'_, T> {
        match self {
            Reduction::Mean => losses.mean(),
            Reduction::Sum => losses.sum(),
            Reduction::None => losses,
        }
    }
}

/// Lists losses: documentation, name, settings with PyTorch's defaults; makes the struct and a builder's methods.
macro_rules! losses {
    ($(
        $(#[$doc:meta])*
        $name:ident($($(#[$arg_doc:meta])* $arg:ident: $arg_type:ty),*) {
            $($(#[$setting_doc:meta])* $setting:ident: $type:ty = $default:expr;)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name {
            $($arg: $arg_type,)*
            $($setting: $type,)*
            reduction: crate::loss::Reduction,
        }

        #[allow(clippy::needless_update, reason = "some losses have a single setting")]
        impl $name {
            /// The loss with PyTorch's settings, reduced to the mean.
            #[allow(clippy::new_without_default, reason = "some losses have no default")]
            pub const fn new($($arg: $arg_type),*) -> Self {
                $name { $($arg,)* $($setting: $default,)* reduction: crate::loss::Reduction::Mean }
            }

            $(
                $(#[$setting_doc])*
                pub const fn $setting(self, $setting: $type) -> Self {
                    $name { $setting, ..self }
                }
            )*

            /// What becomes of the single losses.
            pub const fn reduction(self, reduction: crate::loss::Reduction) -> Self {
                $name { reduction, ..self }
            }
        }
    )*};
}
use losses;
