//! A machine as a table of text.

use std::fmt;

use super::{Access, Machine};

impl Access {
    /// What tables call it.
    pub const fn name(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Copy => "copy",
            Access::Triad => "triad",
        }
    }
}

/// A number of bytes in the largest unit that keeps it above 1.
fn size(bytes: usize) -> String {
    match bytes {
        0..0x400 => format!("{bytes} B"),
        0x400..0x10_0000 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let caches = self.caches.iter().map(|cache| format!("L{} {}", cache.level, size(cache.size)));
        writeln!(f, "{} · {}", self.cpu, caches.collect::<Vec<_>>().join(" · "))?;
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        writeln!(f, "\n{:<26}{:>8}{:>12}{:>12}{:>9}", "GFLOP/s", "threads", "median", "best", "spread")?;
        for peak in &self.peaks {
            let name = format!("{} {}", peak.dtype, peak.isa.name());
            let (median, best) = (peak.flops.median / 1e9, peak.flops.best / 1e9);
            let (threads, spread) = (peak.threads, 100.0 * peak.flops.spread);
            writeln!(f, "{name:<26}{threads:>8}{median:>12.1}{best:>12.1}{spread:>7.1} %")?;
        }
        writeln!(f, "\n{:<26}{:>8}{:>12}{:>12}{:>9}", "GB/s", "threads", "median", "best", "spread")?;
        for bandwidth in &self.bandwidths {
            let level = bandwidth.level.map_or("memory".to_string(), |level| format!("L{level}"));
            let name = format!("{level} ({}) {}", size(bandwidth.working_set), bandwidth.access.name());
            let (median, best) = (bandwidth.bytes.median / 1e9, bandwidth.bytes.best / 1e9);
            let (threads, spread) = (bandwidth.threads, 100.0 * bandwidth.bytes.spread);
            writeln!(f, "{name:<26}{threads:>8}{median:>12.1}{best:>12.1}{spread:>7.1} %")?;
        }
        Ok(())
    }
}
