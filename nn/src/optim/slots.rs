//! What an optimizer remembers per parameter.

use array_core::Array;

use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// How many updates a parameter has missed, in the list of a slot's arrays: the count's upper and lower 24 bits,
/// which every scalar type holds exactly. It is there only if it is not 0.
const MISSED: &str = "missed";

/// What is remembered of one parameter.
#[derive(Debug, Clone)]
pub(super) struct Slot<T: Scalar> {
    pub path: String,
    /// How many updates the parameter has had.
    pub updates: u64,
    /// What the arrays are called in a checkpoint.
    names: Vec<String>,
    pub arrays: Vec<Array<T>>,
}

impl<T: Scalar> Slot<T> {
    /// Fails unless the slot has these arrays, in the shape of the parameter.
    pub fn check(&self, names: &[&str], shape: &[usize]) -> Result<()> {
        let path = &self.path;
        if self.names != names {
            let message = format!("of {path} there is {:?}, and {names:?} is needed", self.names);
            return Err(Error::OptimizerState { message });
        }
        match self.names.iter().zip(&self.arrays).find(|(_, array)| array.shape() != shape) {
            None => Ok(()),
            Some((name, array)) => {
                let is = array.shape();
                let message = format!("{path}:{name} has shape {is:?}, the parameter has {shape:?}");
                Err(Error::OptimizerState { message })
            }
        }
    }
}

/// A slot per parameter, by path.
#[derive(Debug, Clone)]
pub(super) struct Slots<T: Scalar> {
    pub list: Vec<Slot<T>>,
}

impl<T: Scalar> Slots<T> {
    pub fn new() -> Self {
        Slots { list: Vec::new() }
    }

    /// Where the slot of the parameter at `path` is. `hint` is where it is unless the model has changed: behind
    /// the last one asked for.
    pub fn position(&self, hint: usize, path: &str) -> Option<usize> {
        match self.list.get(hint) {
            Some(slot) if slot.path == path => Some(hint),
            _ => self.list.iter().position(|slot| slot.path == path),
        }
    }

    /// As [`Slots::position`]; if there is no slot, it is made, with an array of zeros per name.
    pub fn position_or_new(&mut self, hint: usize, path: &str, names: &[&str], shape: &[usize]) -> usize {
        self.position(hint, path).unwrap_or_else(|| {
            let arrays = names.iter().map(|_| Array::zeros(shape)).collect();
            let names = names.iter().map(|name| name.to_string()).collect();
            self.list.push(Slot { path: path.to_string(), updates: 0, names, arrays });
            self.list.len() - 1
        })
    }

    /// All arrays by name: the parameter's path, a colon, and what the array is called.
    pub fn arrays(&self, steps: u64) -> Vec<(String, Array<T>)> {
        let mut all = Vec::new();
        for Slot { path, updates, names, arrays } in &self.list {
            all.extend(
                names.iter().zip(arrays).map(|(name, array)| (format!("{path}:{name}"), array.clone())),
            );
            let missed = steps - updates;
            if missed > 0 && !arrays.is_empty() {
                let halves = [missed >> 24, missed & 0xff_ffff].map(|half| T::from_f64(half as f64));
                all.push((format!("{path}:{MISSED}"), Array::from_vec(halves, 2)));
            }
        }
        all
    }

    /// The slots of what [`Slots::arrays`] has returned after so many steps.
    pub fn from_arrays(steps: u64, arrays: Vec<(String, Array<T>)>) -> Result<Self> {
        let fault = |message| Err(Error::OptimizerState { message });
        let mut list: Vec<Slot<T>> = Vec::new();
        for (name, array) in arrays {
            let Some((path, what)) = name.rsplit_once(':') else {
                return fault(format!("{name:?} does not say what of which parameter it is"));
            };
            if list.last().is_none_or(|last| last.path != path) {
                if list.iter().any(|slot| slot.path == path) {
                    return fault(format!("the arrays of {path} are not together"));
                }
                let path = path.to_string();
                list.push(Slot { path, updates: steps, names: Vec::new(), arrays: Vec::new() });
            }
            let Some(slot) = list.last_mut() else { continue };
            if what == MISSED {
                let halves = array.iter().map(|half| half.to_f64() as u64);
                let missed = halves.fold(0, |sum: u64, half| (sum << 24).saturating_add(half));
                slot.updates = steps.saturating_sub(missed);
            } else {
                slot.names.push(what.to_string());
                slot.arrays.push(array);
            }
        }
        Ok(Slots { list })
    }
}
