//! Activations as layers, for [`Sequential`](super::Sequential).

use crate::autograd::Var;
use crate::module::{Layer, Module, Param, Path};
use crate::scalar::Scalar;

/// Lists the activations: documentation, layer, operation.
macro_rules! activations {
    ($($(#[$doc:meta])* $name:ident = $op:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name;

        impl<T: Scalar> Module<T> for $name {
            fn visit(&self, _: &mut Path, _: &mut dyn FnMut(&Path, &Param<T>)) {}
            fn visit_mut(&mut self, _: &mut Path, _: &mut dyn FnMut(&Path, &mut Param<T>)) {}
        }

        impl<T: Scalar> Layer<T> for $name {
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                x.$op()
            }

            fn describe(&self) -> String {
                stringify!($name).to_string()
            }
        }
    )*};
}

activations! {
    /// max(x, 0)
    Relu = relu;
    /// The logistic function 1/(1 + e⁻ˣ).
    Sigmoid = sigmoid;
    /// The hyperbolic tangent.
    Tanh = tanh;
}
