//! Models as plain data: structs whose fields are layers and parameters, and whose paths are names.

mod check;
mod containers;
mod forward;
mod layer;
mod list;
mod param;

pub use check::gradcheck_of_parameters;
pub use forward::hvp_of_parameters;
pub use layer::Layer;
pub use param::Param;

use crate::pattern::matches;
use crate::scalar::Scalar;

/// The dotted path of a field, grown and shrunk while a model is visited.
#[derive(Debug, Default)]
pub struct Path {
    text: String,
}

impl Path {
    /// The path as text, such as `block0.attn.q.weight`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Runs `f` on the path of a field of this one.
    pub fn within<R>(&mut self, field: &str, f: impl FnOnce(&mut Path) -> R) -> R {
        let len = self.text.len();
        if len > 0 {
            self.text.push('.');
        }
        self.text.push_str(field);
        let result = f(self);
        self.text.truncate(len);
        result
    }
}

/// Something with parameters: a layer, a model, a list of layers, a parameter itself.
///
/// Visiting is the one way to reach parameters by path. [`module!`](crate::module!) writes it from a list of
/// fields and does not compile if one is forgotten.
pub trait Module<T: Scalar = f32> {
    /// Calls `f` with the path of every parameter, in the order of the fields.
    fn visit(&self, path: &mut Path, f: &mut dyn FnMut(&Path, &Param<T>));

    /// As [`Module::visit`], for changing parameters.
    fn visit_mut(&mut self, path: &mut Path, f: &mut dyn FnMut(&Path, &mut Param<T>));

    /// Calls `f` with the path of every parameter.
    fn for_each_param(&self, mut f: impl FnMut(&str, &Param<T>))
    where
        Self: Sized,
    {
        self.visit(&mut Path::default(), &mut |path, param| f(path.as_str(), param));
    }

    /// Calls `f` with the path of every parameter, for changing it.
    fn for_each_param_mut(&mut self, mut f: impl FnMut(&str, &mut Param<T>))
    where
        Self: Sized,
    {
        self.visit_mut(&mut Path::default(), &mut |path, param| f(path.as_str(), param));
    }

    /// The number of elements of all parameters, buffers not counted.
    fn num_params(&self) -> usize
    where
        Self: Sized,
    {
        let mut count = 0;
        self.for_each_param(|_, param| count += if param.is_buffer() { 0 } else { param.value().size() });
        count
    }

    /// Freezes, or thaws, every parameter whose path a pattern matches; returns how many there are.
    ///
    /// `encoder` matches itself and everything below; `*` stands for any characters, as in `*.bias`. A frozen
    /// parameter gets no gradient, and optimizers leave it alone.
    fn set_trainable(&mut self, pattern: &str, trainable: bool) -> usize
    where
        Self: Sized,
    {
        let mut count = 0;
        self.for_each_param_mut(|path, param| {
            if matches(pattern, path) {
                param.set_trainable(trainable);
                count += 1;
            }
        });
        count
    }
}
