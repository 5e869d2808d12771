//! Activations as layers, for [`Sequential`](super::Sequential): the operations of the same names.

use crate::autograd::Var;
use crate::module::{Layer, Module, Param, Path};
use crate::scalar::Scalar;

/// Implements a layer without parameters from its operation.
macro_rules! layer {
    ($name:ident, $self:ident, $x:ident => $forward:expr, $describe:expr) => {
        impl<T: Scalar> Module<T> for $name {
            fn visit(&self, _: &mut Path, _: &mut dyn FnMut(&Path, &Param<T>)) {}
            fn visit_mut(&mut self, _: &mut Path, _: &mut dyn FnMut(&Path, &mut Param<T>)) {}
        }

        impl<T: Scalar> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&$self, $x: Var<'t, T>) -> Var<'t, T> {
                $forward
            }

            fn describe(&$self) -> String {
                $describe
            }
        }
    };
}

/// Lists the activations without settings: documentation, layer, operation.
macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident = $op:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name;
        layer! { $name, self, x => x.$op(), stringify!($name).to_string() }
    )*};
}

plain! {
    /// max(x, 0)
    Relu = relu;
    /// x·Φ(x), with the standard normal distribution's Φ: see [`Var::gelu`].
    Gelu = gelu;
    /// [`Gelu`] with a hyperbolic tangent for Φ: see [`Var::gelu_tanh`].
    GeluTanh = gelu_tanh;
    /// x·σ(x), with the logistic function σ.
    Silu = silu;
    /// The logistic function 1/(1 + e⁻ˣ).
    Sigmoid = sigmoid;
    /// The hyperbolic tangent.
    Tanh = tanh;
}

/// Lists the activations with settings: documentation, layer, settings, operation; those with a name for settings that
/// are PyTorch's defaults have [`Default`].
macro_rules! with_settings {
    ($($(#[$doc:meta])* $name:ident($($setting:ident: $type:ty $(= $default:expr)?),*) = $op:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name {
            $($setting: $type),*
        }

        impl $name {
            /// The activation with these settings.
            pub const fn new($($setting: $type),*) -> Self {
                $name { $($setting),* }
            }
        }

        with_settings! { @default $name $($setting $(= $default)?),* }

        layer! {
            $name,
            self,
            x => x.$op($(self.$setting),*),
            [stringify!($name).to_string() $(, self.$setting.to_string())*].join(" ")
        }
    )*};
    (@default $name:ident $($setting:ident = $default:expr),*) => {
        impl Default for $name {
            /// PyTorch's settings.
            fn default() -> Self {
                $name { $($setting: $default),* }
            }
        }
    };
    (@default $name:ident $($setting:ident),*) => {};
}

with_settings! {
    /// x, or slope·x where x ≤ 0; the slope is 0.01 by default.
    LeakyRelu(slope: f64 = 0.01) = leaky_relu;
    /// x, or α·(eˣ − 1) where x ≤ 0; α is 1 by default.
    Elu(alpha: f64 = 1.0) = elu;
    /// ln(1 + e^(β·x))/β, and x itself where β·x > threshold; β is 1 and the threshold 20 by default.
    Softplus(beta: f64 = 1.0, threshold: f64 = 20.0) = softplus;
    /// x limited to low ..= high, −1 ..= 1 by default.
    Hardtanh(low: f64 = -1.0, high: f64 = 1.0) = hardtanh;
    /// eˣ / Σ eˣ along an axis.
    Softmax(axis: isize) = softmax;
    /// The logarithm of [`Softmax`].
    LogSoftmax(axis: isize) = log_softmax;
}
