//! How a model and what was saved differ.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::module::{Module, Param};
use crate::scalar::Scalar;

/// All differences between a model and saved arrays, by path.
pub(super) struct Differences {
    pub missing: Vec<String>,
    pub unexpected: Vec<String>,
    /// Path, the model's shape, the saved shape.
    pub shapes: Vec<(String, Vec<usize>, Vec<usize>)>,
}

impl Differences {
    /// Compares names and shapes; `shape` is what a parameter would be saved as.
    pub fn between<'a, T: Scalar>(
        model: &impl Module<T>,
        saved: impl Iterator<Item = (&'a str, &'a [usize])>,
        shape: impl Fn(&Param<T>) -> Vec<usize>,
    ) -> Differences {
        let mut saved: BTreeMap<&str, &[usize]> = saved.collect();
        let (mut missing, mut shapes) = (Vec::new(), Vec::new());
        model.for_each_param(|path, param| match (saved.remove(path), shape(param)) {
            (None, _) => missing.push(path.to_string()),
            (Some(saved), shape) if saved != shape => shapes.push((path.to_string(), shape, saved.to_vec())),
            _ => {}
        });
        let unexpected = saved.into_keys().map(str::to_string).collect();
        Differences { missing, unexpected, shapes }
    }

    /// [`Error::Mismatch`] if there are any.
    pub fn refuse(self) -> Result<()> {
        let Differences { missing, unexpected, shapes } = self;
        if missing.is_empty() && unexpected.is_empty() && shapes.is_empty() {
            return Ok(());
        }
        Err(Error::Mismatch { missing, unexpected, shapes })
    }
}
