//! The trace as a table of text.

use std::fmt;

use super::Trace;
use crate::scalar::Scalar;

const HEAD: [&str; 6] = ["path", "op", "shape", "mean", "std", "zeros"];

impl<T: Scalar> fmt::Display for Trace<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = self.rows().iter().map(|row| {
            [
                row.path.clone(),
                row.op.to_string(),
                format!("{:?}", row.value.shape()),
                format!("{:.4}", row.mean()),
                format!("{:.4}", row.std()),
                format!("{:.1} %", 100.0 * row.zeros()),
            ]
        });
        let table: Vec<[String; 6]> = std::iter::once(HEAD.map(str::to_string)).chain(cells).collect();
        let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 6] = std::array::from_fn(width);
        for row in &table {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
                // Words to the left, numbers to the right.
                let cell = if column < 3 { format!("{cell:<width$}") } else { format!("{cell:>width$}") };
                line.push_str(&cell);
                line.push_str("  ");
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
