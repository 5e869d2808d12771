//! The profile as JSON.

use std::io::Write;
use std::path::Path;

use array_core::io::atomic_write;
use array_core::machine::{Bandwidth, Peak};
use serde_json::{Value, json};

use super::{Profile, ProfileRow};
use crate::error::{Error, Result};

impl Profile {
    /// The profile as JSON. Times are in seconds, memory in bytes, rates in units per second. Keys are only ever added:
    ///
    /// ```text
    /// {"version": 1,
    ///  "machine": {"cpu", "caches": [{"level", "bytes"}], "warnings": [text],
    ///              "peaks": [{"dtype", "isa", "threads", "flops_median", "flops_best", "spread"}],
    ///              "bandwidths": [{"level" (null: memory), "working_set", "access", "threads",
    ///                              "bytes_median", "bytes_best", "spread"}]},
    ///  "dtype", "isa", "engine", "threads", "steps", "memory",
    ///  "step", "timed_step", "sum",
    ///  "rows": [{"path", "layer" (or null), "stage", "ops": [text], "time", "flops", "bytes",
    ///            "roof", "of_roof" (null without work), "bound" (null without work)}]}
    /// ```
    pub fn to_json(&self) -> Value {
        let machine = &self.machine;
        let caches = machine.caches.iter().map(|cache| json!({"level": cache.level, "bytes": cache.size}));
        json!({
            "version": 1,
            "machine": {
                "cpu": machine.cpu,
                "caches": caches.collect::<Vec<_>>(),
                "warnings": machine.warnings,
                "peaks": machine.peaks.iter().map(peak).collect::<Vec<_>>(),
                "bandwidths": machine.bandwidths.iter().map(bandwidth).collect::<Vec<_>>(),
            },
            "dtype": self.dtype.to_string(),
            "isa": self.isa.name(),
            "engine": self.engine.name(),
            "threads": self.threads,
            "steps": self.steps,
            "memory": self.memory,
            "step": self.step.as_secs_f64(),
            "timed_step": self.timed_step.as_secs_f64(),
            "sum": self.sum().as_secs_f64(),
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
        })
    }

    /// Writes [`Profile::to_json`] to a file.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn save_json(&self, path: impl AsRef<Path>) -> Result<()> {
        save(path.as_ref(), &self.to_json())
    }
}

/// Writes JSON to a file.
pub(super) fn save(path: &Path, value: &Value) -> Result<()> {
    atomic_write(path, |file| writeln!(file, "{value:#}")).map_err(Error::io(path, "write"))
}

fn peak(peak: &Peak) -> Value {
    let Peak { dtype, isa, threads, flops } = peak;
    json!({
        "dtype": dtype.to_string(), "isa": isa.name(), "threads": threads,
        "flops_median": flops.median, "flops_best": flops.best, "spread": flops.spread,
    })
}

fn bandwidth(bandwidth: &Bandwidth) -> Value {
    let Bandwidth { level, working_set, access, threads, bytes } = bandwidth;
    json!({
        "level": level, "working_set": working_set, "access": access.name(), "threads": threads,
        "bytes_median": bytes.median, "bytes_best": bytes.best, "spread": bytes.spread,
    })
}

fn row(row: &ProfileRow) -> Value {
    json!({
        "path": row.path, "layer": row.layer, "stage": row.stage, "ops": row.ops,
        "time": row.time.as_secs_f64(), "flops": row.work.flops, "bytes": row.work.bytes,
        "roof": row.roof.as_secs_f64(), "of_roof": row.of_roof(), "bound": row.bound,
    })
}
