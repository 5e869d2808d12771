//! Running a model with some of its values replaced.

use super::Inspection;
use crate::autograd::scope::ROOM;
use crate::autograd::tape::State;
use crate::autograd::{Tape, Var};
use crate::pattern::matches;
use crate::scalar::Scalar;

type Edit<T> = Box<dyn for<'t> Fn(Var<'t, T>) -> Var<'t, T>>;

/// What is to stand in the place of values.
pub(in crate::autograd) struct Patch<T: Scalar> {
    pattern: String,
    edit: std::rc::Rc<Edit<T>>,
    used: bool,
}

impl<T: Scalar> Tape<T> {
    /// Puts `edit(value)` in the place of every value whose name the pattern matches, as soon as it gets the name:
    /// the tool for asking what a part of a model does.
    ///
    /// `edit` may scale (`|v| v * 0.5`), zero (`|v| v * 0.0`), replace (`move |v| v.tape().constant(array.clone())`)
    /// or compute anything else; gradients flow through it. In a pattern, `block0` matches itself and what is below,
    /// `*` any characters. Backward panics if a pattern has matched nothing.
    ///
    /// Ablation, layer by layer: how much does the output change without each of them?
    /// ```
    /// use array_core::{Array, default_rng};
    /// use nn::{Dense, Relu, Residual, Sequential, Tape};
    /// # let rng = &mut default_rng(0);
    /// # let mut block = || Residual::new(Sequential::<f32>::new().add("fc", Dense::new(4, 4, rng)).add("act", Relu));
    /// # let model: Sequential = Sequential::new().add("block0", block()).add("block1", block());
    /// # let input = Array::ones([2, 4]);
    /// let run = |tape: &Tape| tape.constant(input.clone()).apply("", &model).value();
    /// for layer in ["block0.inner", "block1.inner"] {
    ///     let tape = Tape::inference().patch(layer, |v| v * 0.0);
    ///     println!("without {layer}: {:.4}", (run(&tape) - run(&Tape::inference())).abs().max());
    /// }
    /// # assert_eq!(run(&Tape::inference().patch("block*.inner.act", |v| v * 0.0)), input);
    /// ```
    pub fn patch(self, pattern: &str, edit: impl for<'t> Fn(Var<'t, T>) -> Var<'t, T> + 'static) -> Tape<T> {
        let edit: Edit<T> = Box::new(edit);
        let patch = Patch { pattern: pattern.to_string(), edit: std::rc::Rc::new(edit), used: false };
        self.inspecting(|inspection| inspection.patches.push(patch))
    }

    /// The patterns of [patches](Tape::patch) that no name has matched so far.
    pub fn unused_patches(&self) -> Vec<String> {
        let state = self.state();
        let patches = state.inspection.iter().flat_map(|inspection| &inspection.patches);
        patches.filter(|patch| !patch.used).map(|patch| patch.pattern.clone()).collect()
    }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// Names the value by the path of a scope, and returns what stands in its place.
    pub(in crate::autograd) fn named_by(self, scope: u32) -> Var<'t, T> {
        let edits = self.tape.with_state(|state| {
            if state.names.is_empty() {
                state.names.reserve(ROOM);
            }
            state.names.push((self.index, scope));
            edits_of(state, scope)
        });
        let mut value = self;
        for edit in edits {
            value = edit(value);
        }
        if value.index != self.index {
            self.tape.with_state(|state| {
                let name = state.names.iter_mut().rev().find(|name| **name == (self.index, scope));
                if let Some(name) = name {
                    name.0 = value.index;
                }
                if let Some(inspection) = &mut state.inspection {
                    inspection.patched.push((self.index, value.index));
                }
            });
        }
        value
    }

    /// This value, or what stands in its place.
    pub(in crate::autograd) fn or_patched(self) -> Var<'t, T> {
        let state = self.tape.state();
        let inspection = state.inspection.as_deref();
        let patched = inspection.and_then(|i| i.patched.iter().rev().find(|(from, _)| *from == self.index));
        Var { tape: self.tape, index: patched.map_or(self.index, |&(_, to)| to) }
    }
}

/// What is to be done with a value of this name.
fn edits_of<T: Scalar>(state: &mut State<T>, scope: u32) -> Vec<std::rc::Rc<Edit<T>>> {
    let Some(Inspection { patches, .. }) = state.inspection.as_deref_mut() else { return Vec::new() };
    if patches.is_empty() {
        return Vec::new();
    }
    let path = state.scopes.path(scope);
    let matching = patches.iter_mut().filter(|patch| matches(&patch.pattern, &path));
    matching
        .map(|patch| {
            patch.used = true;
            patch.edit.clone()
        })
        .collect()
}
