//! The profile as a file for a trace viewer, such as Perfetto.

use std::path::Path;

use serde_json::{Value, json};

use super::json::save;
use super::{Profile, Stage};
use crate::error::Result;

impl Profile {
    /// One step as trace events, for <https://ui.perfetto.dev>: the step, in it the stages, in them the layers, one
    /// behind the other. Times are in microseconds.
    ///
    /// Source of the format: "Trace Event Format", complete events (`"ph": "X"`).
    pub fn to_trace_events(&self) -> Value {
        let event = |name: &str, category: &str, start: f64, duration: f64, args: Value| {
            json!({
                "name": name, "cat": category, "ph": "X", "ts": start, "dur": duration,
                "pid": 1, "tid": 1, "args": args,
            })
        };
        let (mut inner, mut now) = (Vec::new(), 0.0);
        for stage in Stage::ALL {
            let (begin, mut layers) = (now, Vec::new());
            for row in self.rows.iter().filter(|row| row.stage == stage) {
                let duration = row.time.as_secs_f64() * 1e6;
                let args = json!({
                    "ops": row.ops, "flops": row.work.flops, "bytes": row.work.bytes,
                    "of_roof": row.of_roof(), "bound": row.bound,
                });
                layers.push(event(&row.path, "layer", now, duration, args));
                now += duration;
            }
            inner.push(event(stage.name(), "stage", begin, now - begin, json!({})));
            inner.extend(layers);
        }
        let mut events = vec![event("step", "step", 0.0, now, json!({"threads": self.threads}))];
        events.extend(inner);
        json!({"displayTimeUnit": "ns", "traceEvents": events})
    }

    /// Writes [`Profile::to_trace_events`] to a file.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn save_trace_events(&self, path: impl AsRef<Path>) -> Result<()> {
        save(path.as_ref(), &self.to_trace_events())
    }
}
