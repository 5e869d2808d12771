//! The profile as a table of text.

use std::fmt;

use super::{Profile, ProfileRow, Stage};
use crate::text::{count, duration, percent};

const HEAD: [&str; 9] =
    ["stage", "path", "time", "share", "FLOP", "bytes", "FLOP/byte", "GFLOP/s", "of roof"];

/// A row's cells, and what binds.
fn cells(profile: &Profile, row: &ProfileRow) -> [String; 10] {
    let share = row.time.as_secs_f64() / profile.sum().as_secs_f64();
    let worked = |text: String| if row.bound.is_some() { text } else { String::new() };
    [
        row.stage.name().to_string(),
        row.path.clone(),
        duration(row.time),
        percent(share),
        worked(count(row.work.flops as f64)),
        worked(count(row.work.bytes as f64)),
        worked(format!("{:.2}", row.intensity())),
        worked(format!("{:.1}", row.flops_per_second() / 1e9)),
        row.of_roof().map(percent).unwrap_or_default(),
        row.bound.map(|bound| bound.name().to_string()).unwrap_or_default(),
    ]
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Profile { machine, dtype, isa, engine, threads, steps, .. } = self;
        writeln!(f, "{}", machine.cpu)?;
        for warning in &machine.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        let plural = if *threads == 1 { "thread" } else { "threads" };
        writeln!(f, "{dtype} · {} · {threads} {plural} · products by {}", isa.name(), engine.name())?;
        if let (Some(peak), Some(memory)) =
            (machine.peak(*dtype, *isa, *threads), machine.bandwidth(None, *threads))
        {
            writeln!(f, "roof: {:.0} GFLOP/s, {:.0} GB/s from memory", peak / 1e9, memory / 1e9)?;
        }
        writeln!(f)?;

        let head = HEAD.map(str::to_string).into_iter().chain(["bound by".to_string()]);
        let mut table: Vec<Vec<String>> = vec![head.collect()];
        table.extend(self.rows.iter().map(|row| cells(self, row).to_vec()));
        let widths: Vec<usize> = (0..table[0].len())
            .map(|column| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
            .collect();
        for row in &table {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                // Words to the left, numbers to the right.
                let word = column < 2 || column == 9;
                line += &if word { format!("{cell:<width$}  ") } else { format!("{cell:>width$}  ") };
            }
            writeln!(f, "{}", line.trim_end())?;
        }

        writeln!(f)?;
        for stage in Stage::ALL {
            let (time, work) = (self.time(stage), self.work(stage));
            let rate = work.flops as f64 / time.as_secs_f64() / 1e9;
            let work = if work.flops > 0 { format!(" · {rate:.1} GFLOP/s") } else { String::new() };
            writeln!(f, "{:<10} {}{work}", stage.name(), duration(time))?;
        }
        writeln!(f, "memory     {}B at most, beside parameters and data", count(self.memory as f64))?;
        let cost = 100.0 * (self.sum().as_secs_f64() / self.step.as_secs_f64() - 1.0);
        writeln!(
            f,
            "sum        {} · a step that nobody looks at: {} (both of the faster half of {steps}); looking costs {cost:+.1} %",
            duration(self.sum()),
            duration(self.step),
        )
    }
}
