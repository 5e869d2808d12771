//! What an optimizer remembers per parameter.

use array_core::Array;

use super::OptimizerState;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// `N` arrays per parameter, by path, made as zeros when first asked for.
#[derive(Debug, Clone)]
pub(super) struct Slots<T: Scalar, const N: usize> {
    /// What the arrays are called in a checkpoint.
    names: [&'static str; N],
    slots: Vec<(String, [Array<T>; N])>,
}

impl<T: Scalar, const N: usize> Slots<T, N> {
    pub fn new(names: [&'static str; N]) -> Self {
        Slots { names, slots: Vec::new() }
    }

    /// The arrays of the parameter at `path`. `hint` is the parameter's position in the visit, where its arrays
    /// are unless the model has changed.
    pub fn get(&mut self, hint: usize, path: &str, shape: &[usize]) -> &mut [Array<T>; N] {
        let at = match self.slots.get(hint) {
            Some((name, _)) if name == path => hint,
            _ => self.slots.iter().position(|(name, _)| name == path).unwrap_or_else(|| {
                self.slots.push((path.to_string(), std::array::from_fn(|_| Array::zeros(shape))));
                self.slots.len() - 1
            }),
        };
        &mut self.slots[at].1
    }

    pub fn state(&self, kind: &str, steps: u64, learning_rate: f64) -> OptimizerState<T> {
        let named = |(path, arrays): &(String, [Array<T>; N])| {
            let name = |(what, array): (&&str, &Array<T>)| (format!("{path}:{what}"), array.clone());
            self.names.iter().zip(arrays).map(name).collect::<Vec<_>>()
        };
        let arrays = self.slots.iter().flat_map(named).collect();
        OptimizerState { kind: kind.to_string(), steps, learning_rate, arrays }
    }

    /// Replaces all arrays by those of a state of this `kind`.
    pub fn set_state(&mut self, kind: &str, state: OptimizerState<T>) -> Result<()> {
        let fault = |message| Error::OptimizerState { message };
        if state.kind != kind {
            return Err(fault(format!("the state is that of {:?}, the optimizer is {kind:?}", state.kind)));
        }
        let mut slots: Vec<(String, Vec<Array<T>>)> = Vec::new();
        for (name, array) in state.arrays {
            let (path, what) = name.rsplit_once(':').unwrap_or((&name, ""));
            if slots.last().is_none_or(|(last, _)| last != path) {
                slots.push((path.to_string(), Vec::new()));
            }
            if let Some((_, arrays)) = slots.last_mut()
                && self.names.get(arrays.len()) == Some(&what)
            {
                arrays.push(array);
                continue;
            }
            return Err(fault(format!("{name:?} is not expected; {kind} remembers {:?}", self.names)));
        }
        let complete = |(path, arrays): (String, Vec<Array<T>>)| {
            let arrays =
                arrays.try_into().map_err(|_| fault(format!("{path} lacks some of {:?}", self.names)))?;
            Ok((path, arrays))
        };
        self.slots = slots.into_iter().map(complete).collect::<Result<_>>()?;
        Ok(())
    }
}
