//! Layers: modules that map one value to one value.

use super::Module;
use crate::autograd::Var;
use crate::scalar::Scalar;

/// A module with one input and one output.
pub trait Layer<T: Scalar = f32>: Module<T> {
    /// Computes the output; recorded on the input's tape.
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T>;

    /// What messages call the layer, such as `Dense 64 → 32`.
    fn describe(&self) -> String;
}

impl<'t, T: Scalar> Var<'t, T> {
    /// Runs a layer on this value, in a scope of this name; the output is named by the scope's path.
    ///
    /// The name should be that of the field that holds the layer, so that paths in traces and messages are
    /// those of parameters. An empty name opens no scope.
    #[track_caller]
    pub fn apply(self, name: &str, layer: &(impl Layer<T> + ?Sized)) -> Var<'t, T> {
        self.tape().apply(name, || {
            self.tape().note_layer(|| layer.describe());
            layer.forward(self)
        })
    }

    /// Panics unless an axis of this input of `layer` has the size that the layer was made for.
    #[track_caller]
    pub(crate) fn expect_axis(self, axis: isize, expected: usize, layer: &(impl Layer<T> + ?Sized)) {
        let (at, actual) = self.with_value(|value| {
            let shape = value.shape();
            let at = axis.checked_add_unsigned(if axis < 0 { shape.len() } else { 0 });
            (at, at.and_then(|at| shape.get(usize::try_from(at).ok()?).copied()))
        });
        if actual == Some(expected) {
            return;
        }
        // An axis that exists is counted from the front, as in the shape that is printed beside it.
        let fault = match (at, actual) {
            (Some(at), Some(actual)) => format!("input axis {at} is {actual}, expected {expected}"),
            _ => format!("input axis {axis} does not exist, expected {expected}"),
        };
        self.expect_input(false, layer, || fault);
    }

    /// Panics with what is wrong with this input of `layer` unless it fits.
    #[track_caller]
    pub(crate) fn expect_input(
        self,
        fits: bool,
        layer: &(impl Layer<T> + ?Sized),
        fault: impl FnOnce() -> String,
    ) {
        if fits {
            return;
        }
        let path = self.tape().path();
        let place = if path.is_empty() { layer.describe() } else { format!("{path} ({})", layer.describe()) };
        let shape = self.shape();
        panic!("{place}: {}; the input {shape:?} is {}", fault(), self.describe());
    }
}
