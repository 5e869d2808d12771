//! A parameter: an array with an identity.

use array_core::{Array, zip_update};

use super::{Module, Path};
use crate::autograd::{BufferUpdate, Gradients, LeafId, Tape, Var};
use crate::scalar::Scalar;

/// An array that is learned, or one that training keeps up by other means: a buffer.
///
/// Its identity connects it with its gradient, whatever it is called in a forward pass. A clone is another
/// parameter, with an identity of its own.
#[derive(Debug)]
pub struct Param<T: Scalar = f32> {
    value: Array<T>,
    id: LeafId,
    role: Role,
    transposed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Trainable,
    Frozen,
    Buffer,
}

impl<T: Scalar> Param<T> {
    /// A trainable parameter.
    pub fn new(value: Array<T>) -> Param<T> {
        Param { value, id: LeafId::unique(), role: Role::Trainable, transposed: false }
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

    /// An array that belongs to the model without being learned, such as the running statistics of a
    /// normalisation.
    ///
    /// It is visited, saved and restored like a parameter, gets no gradient, and changes by
    /// [`Tape::update_buffer`].
    pub fn buffer(value: Array<T>) -> Param<T> {
        Param { role: Role::Buffer, ..Param::new(value) }
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
        self.role == Role::Trainable
    }

    /// Whether it is a buffer.
    pub fn is_buffer(&self) -> bool {
        self.role == Role::Buffer
    }

    /// Freezes or thaws the parameter. A buffer stays a buffer.
    pub fn set_trainable(&mut self, trainable: bool) {
        if !self.is_buffer() {
            self.role = if trainable { Role::Trainable } else { Role::Frozen };
        }
    }

    /// The parameter's gradient; `None` if the loss does not depend on it, or it is frozen or a buffer.
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
        let op = if param.is_buffer() { "buffer" } else { "parameter" };
        self.parameter(op, name, param.is_trainable().then_some(param.id), &param.value)
    }

    /// Asks for a buffer to become (1 − weight)·value + weight·toward: one step of a moving average.
    ///
    /// The model is only read in a forward pass. So the request travels with the gradients of the pass, and is
    /// granted with them: by [`Optimizer::step`](crate::Optimizer::step), or by
    /// [`Gradients::update_buffers`]. Only in training anything is asked for.
    ///
    /// # Panics
    /// If it is no buffer, or `toward` has another shape.
    #[track_caller]
    pub fn update_buffer(&self, buffer: &Param<T>, toward: Array<T>, weight: f64) {
        assert!(buffer.is_buffer(), "update_buffer: a parameter changes by its gradient");
        let shapes = [buffer.value.shape(), toward.shape()];
        assert!(shapes[0] == shapes[1], "update_buffer: shapes {:?} and {:?} differ", shapes[0], shapes[1]);
        self.note_buffer_update(BufferUpdate { id: buffer.id, toward, weight });
    }
}

impl<T: Scalar> Gradients<T> {
    /// Updates the buffers of a model as the forward pass has asked for; every step of an
    /// [`Optimizer`](crate::Optimizer) begins with this. Needed by itself only where parameters are not changed
    /// by an optimizer.
    pub fn update_buffers(&self, model: &mut (impl Module<T> + ?Sized)) {
        if self.buffer_updates.is_empty() {
            return;
        }
        model.visit_mut(&mut Path::default(), &mut |_, param| {
            for BufferUpdate { toward, weight, .. } in self.buffer_updates.iter().filter(|u| u.id == param.id)
            {
                let (keep, weight) = (T::from_f64(1.0 - weight), T::from_f64(*weight));
                zip_update([&mut param.value], [toward], move |[value], [toward]| {
                    [keep.mul(value).add(weight.mul(toward))]
                });
            }
        });
    }
}
