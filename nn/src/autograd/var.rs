//! A value on a tape.

use array_core::Array;

use super::tape::{Edge, State, Tape, Vjp};
use crate::scalar::Scalar;

/// A value on a [`Tape`]: an index, free to copy. Operations on it are recorded.
pub struct Var<'t, T: Scalar = f32> {
    pub(super) tape: &'t Tape<T>,
    pub(super) index: u32,
}

impl<T: Scalar> Clone for Var<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Scalar> Copy for Var<'_, T> {}

impl<'t, T: Scalar> Var<'t, T> {
    /// The tape this value is on.
    pub fn tape(self) -> &'t Tape<T> {
        self.tape
    }

    /// The value, sharing the tape's buffer.
    ///
    /// # Panics
    /// If it is a parameter, or a view of one, that backward has given back to the optimizer.
    #[track_caller]
    pub fn value(self) -> Array<T> {
        self.with_value(Array::clone)
    }

    /// What `f` makes of the value, which is not cloned for it.
    #[track_caller]
    pub(crate) fn with_value<R>(self, f: impl FnOnce(&Array<T>) -> R) -> R {
        let state = self.tape.state();
        match &state.nodes[self.index as usize].value {
            Some(value) => f(value),
            None => panic!("value: {} was released by backward; read it from the model", self.describe()),
        }
    }

    /// The only element of the value, such as a loss.
    ///
    /// # Panics
    /// If the value does not have exactly one element.
    #[track_caller]
    pub fn item(self) -> T {
        self.with_value(Array::item)
    }

    /// The size of each axis.
    #[track_caller]
    pub fn shape(self) -> Vec<usize> {
        self.with_value(|value| value.shape().to_vec())
    }

    /// The number of axes.
    #[track_caller]
    pub fn ndim(self) -> usize {
        self.with_value(Array::ndim)
    }

    /// The same value as a constant: no gradient flows back through it. PyTorch's `detach`.
    pub fn detach(self) -> Var<'t, T> {
        self.tape.constant(self.value())
    }

    /// Gives the value a name: the current scope's path, a dot, and `name`.
    ///
    /// Go on with what is returned: where a [patch](Tape::patch) asks for it, that is another value.
    pub fn named(self, name: &str) -> Var<'t, T> {
        let scope = self.tape.with_state(|state| state.scopes.child(name));
        self.named_by(scope)
    }

    /// Whether a gradient has to come through this value.
    pub fn needs_gradient(self) -> bool {
        self.tape.state().nodes[self.index as usize].needs_gradient
    }

    /// Says how many floating-point operations the forward pass of the operation takes, where the shapes of its inputs
    /// and its value do not tell. Backward is taken to cost as much for each input.
    pub(crate) fn costing(self, flops: u64) -> Var<'t, T> {
        self.tape.with_state(|state| state.nodes[self.index as usize].flops = Some(flops));
        self
    }

    /// How an operation depends on this input: from the gradient of its value to that of the input.
    #[inline]
    pub(crate) fn edge(self, vjp: impl FnOnce(Array<T>) -> Array<T> + 'static) -> Edge<T> {
        let vjp = self.needs_gradient().then(|| Vjp::Map(Box::new(vjp)));
        Edge { input: self.index, vjp }
    }

    /// As [`Var::edge`], for a contribution to few elements of the input's gradient: added to it in place.
    pub(crate) fn edge_adding(self, vjp: impl FnOnce(Array<T>, &mut Array<T>) + 'static) -> Edge<T> {
        let vjp = self.needs_gradient().then(|| Vjp::Add(Box::new(vjp)));
        Edge { input: self.index, vjp }
    }

    /// What this value is, for messages: its name, or the operation and scope that made it.
    pub(crate) fn describe(self) -> String {
        self.tape.state().describe(self.index)
    }
}

impl<T: Scalar> State<T> {
    /// The first name of a value, which is the innermost scope's: that of the layer that made it.
    pub(super) fn name_of(&self, index: u32) -> Option<String> {
        let name = self.names.iter().find(|&&(of, _)| of == index);
        name.map(|&(_, scope)| self.scopes.path(scope)).filter(|path| !path.is_empty())
    }

    pub(super) fn describe(&self, index: u32) -> String {
        let node = &self.nodes[index as usize];
        let leaf = node.op == "constant" || node.op == "variable";
        match self.name_of(index) {
            Some(path) if leaf || node.op == "parameter" || node.op == "buffer" => {
                format!("the {} {path}", node.op)
            }
            Some(path) => format!("the output of {path}"),
            None if leaf => format!("a {} of the tape", node.op),
            None => match self.scopes.path(node.scope) {
                scope if scope.is_empty() => format!("the result of {}", node.op),
                scope => format!("the result of {} in {scope}", node.op),
            },
        }
    }
}

impl<T: Scalar> std::fmt::Debug for Var<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.tape.state().nodes[self.index as usize].value.clone();
        match value {
            Some(value) => write!(f, "{value:?}"),
            None => f.write_str(&self.describe()),
        }
    }
}
