//! A trace as files: arrays for NumPy and safetensors, figures as JSON.

use std::io::Write;
use std::path::Path;

use array_core::Array;
use array_core::io::{AnyArray, atomic_write, write_npz, write_safetensors};
use serde_json::{Value, json};

use super::{Trace, TraceRow};
use crate::autograd::ops::Cost;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// What follows the path in the name of a gradient.
pub(super) const GRADIENT: &str = ":grad";

impl<T: Scalar> Trace<T> {
    /// All values by their paths, and gradients by their paths with `:grad` behind.
    pub fn arrays(&self) -> impl Iterator<Item = (String, &Array<T>)> {
        self.rows().iter().flat_map(|row| {
            let gradient =
                row.gradient.as_ref().map(|gradient| (format!("{}{GRADIENT}", row.path), gradient));
            std::iter::once((row.path.clone(), &row.value)).chain(gradient)
        })
    }

    /// Writes [all arrays](Trace::arrays) as a `.npz` file, for `numpy.load`.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn save_npz(&self, path: impl AsRef<Path>) -> Result<()>
    where
        for<'a> AnyArray: From<&'a Array<T>>,
    {
        write_npz(path, self.arrays()).map_err(Error::File)
    }

    /// Writes [all arrays](Trace::arrays) as a safetensors file.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn save_safetensors(&self, path: impl AsRef<Path>) -> Result<()>
    where
        for<'a> AnyArray: From<&'a Array<T>>,
    {
        write_safetensors(path, self.arrays(), None::<(&str, &str)>).map_err(Error::File)
    }

    /// The table as JSON; what is not finite or not known is `null`, times are in seconds.
    ///
    /// ```text
    /// {"values": [{"path": "net.l1", "op": "linear", "layer": "Dense 4 → 8", "inputs": ["x", "net.l1.weight", …],
    ///   "shape": [2, 8], "value": {"size": 16, "mean": …, "std": …, "min": …, "max": …, "zeros": …, "nans": …,
    ///   "infinities": …, "norm": …}, "gradient": {…} or null, "parameters": 40,
    ///   "forward": {"flops": …, "bytes": …, "seconds": …}, "backward": {…}}, …],
    ///  "fault": null or {"path": …, "message": …}}
    /// ```
    pub fn to_json(&self) -> Value {
        let fault = self.fault().map(|fault| json!({"path": fault.path, "message": fault.message}));
        json!({"values": self.rows().iter().map(row).collect::<Vec<_>>(), "fault": fault})
    }

    /// Writes [`Trace::to_json`] to a file.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn save_json(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        atomic_write(path, |file| {
            serde_json::to_writer_pretty(&mut *file, &self.to_json())?;
            file.write_all(b"\n")
        })
        .map_err(Error::io(path, "write"))
    }
}

fn row<T: Scalar>(row: &TraceRow<T>) -> Value {
    let work = |cost: Cost, time: Option<std::time::Duration>| json!({"flops": cost.flops, "bytes": cost.bytes, "seconds": time.map(|time| time.as_secs_f64())});
    json!({
        "path": row.path,
        "op": row.op,
        "layer": row.layer,
        "inputs": row.inputs,
        "shape": row.value.shape(),
        "value": row.stats(),
        "gradient": row.gradient_stats(),
        "parameters": row.parameters,
        "forward": work(row.forward, row.forward_time),
        "backward": work(row.backward, row.backward_time),
    })
}
