//! A parameter: an array with an identity.

use array_core::Array;

use super::{Module, Path};
use crate::autograd::{Gradients, LeafId, Tape, Var};
use crate::scalar::Scalar;

/// An array that is learned.
///
/// Its identity connects it with its gradient, whatever it is called in a forward pass. A clone is another
/// parameter, with an identity of its own.
#[derive(Debug)]
pub struct Param<T: Scalar = f32> {
    value: Array<T>,
    id: LeafId,
    trainable: bool,
    transposed: bool,
}

impl<T: Scalar> Param<T> {
    /// A trainable parameter.
    pub fn new(value: Array<T>) -> Param<T> {
        Param { value, id: LeafId::unique(), trainable: true, transposed: false }
    }

    /// A trainable parameter that PyTorch keeps with its axes in reverse order, such as the weight of a dense layer.
    ///
    /// Files in [PyTorch's layout](crate::WeightLayout::PyTorch) hold it so; nothing else depends on it.
    pub fn transposed_in_pytorch(value: Array<T>) -> Param<T> {
        Param { transposed: true, ..Param::new(value) }
    }

    /// Whether it was made by [`Param::transposed_in_pytorch`].
    pub fn is_transposed_in_pytorch(&self) -> bool {
        self.transposed
    }

    /// The value.
    pub fn value(&self) -> &Array<T> {
        &self.value
    }

    /// The value, for changing it.
    pub fn value_mut(&mut self) -> &mut Array<T> {
        &mut self.value
    }

    /// What gradients know the parameter by.
    pub fn id(&self) -> LeafId {
        self.id
    }

    /// Whether it gets gradients and is changed by optimizers.
    pub fn is_trainable(&self) -> bool {
        self.trainable
    }

    /// Freezes or thaws the parameter.
    pub fn set_trainable(&mut self, trainable: bool) {
        self.trainable = trainable;
    }

    /// The parameter's gradient; `None` if the loss does not depend on it or it is frozen.
    pub fn gradient<'g>(&self, gradients: &'g Gradients<T>) -> Option<&'g Array<T>> {
        gradients.of(self.id)
    }
}

impl<T: Scalar> Clone for Param<T> {
    fn clone(&self) -> Self {
        Param { value: self.value.clone(), id: LeafId::unique(), ..*self }
    }
}

impl<T: Scalar> Module<T> for Param<T> {
    fn visit(&self, path: &mut Path, f: &mut dyn FnMut(&Path, &Param<T>)) {
        f(path, self);
    }

    fn visit_mut(&mut self, path: &mut Path, f: &mut dyn FnMut(&Path, &mut Param<T>)) {
        f(path, self);
    }
}

impl<T: Scalar> Tape<T> {
    /// The value of a parameter on this tape, named `name` in the current scope: the name of its field.
    pub fn param(&self, name: &str, param: &Param<T>) -> Var<'_, T> {
        self.parameter(name, param.id, &param.value, param.trainable)
    }
}
