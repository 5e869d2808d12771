//! The trace as a table of text.

use std::fmt;

use super::{Stats, Trace, TraceRow};
use crate::scalar::Scalar;
use crate::text::{count, duration, figure, percent};

/// A column: its head, and the cell of a row; a column without any cell is left out.
struct Column<'a, T: Scalar> {
    head: &'static str,
    words: bool,
    cell: fn(&Row<'a, T>) -> Option<String>,
}

struct Row<'a, T: Scalar> {
    row: &'a TraceRow<T>,
    value: Stats,
    gradient: Option<Stats>,
}

/// Words to the left, figures to the right.
fn columns<'a, T: Scalar>() -> Vec<Column<'a, T>> {
    let words = |head, cell| Column { head, words: true, cell };
    let figures = |head, cell| Column { head, words: false, cell };
    vec![
        words("path", |r| Some(r.row.path.clone())),
        words("op", |r| Some(r.row.op.to_string())),
        words("shape", |r| Some(format!("{:?}", r.row.value.shape()))),
        figures("mean", |r| Some(figure(r.value.mean))),
        figures("std", |r| Some(figure(r.value.std))),
        figures("min", |r| Some(figure(r.value.min))),
        figures("max", |r| Some(figure(r.value.max))),
        figures("zeros", |r| Some(percent(r.value.zeros))),
        figures("NaN/Inf", |r| {
            let bad = r.value.nans + r.value.infinities;
            (bad > 0.0).then(|| percent(bad))
        }),
        figures("norm", |r| Some(figure(r.value.norm))),
        figures("∇ norm", |r| r.gradient.map(|gradient| figure(gradient.norm))),
        figures("params", |r| (r.row.parameters > 0).then(|| count(r.row.parameters as f64))),
        figures("FLOPs", |r| (r.row.forward.flops > 0).then(|| count(r.row.forward.flops as f64))),
        figures("bytes", |r| (r.row.forward.bytes > 0).then(|| count(r.row.forward.bytes as f64))),
        figures("forward", |r| r.row.forward_time.map(duration)),
        figures("backward", |r| r.row.backward_time.filter(|time| !time.is_zero()).map(duration)),
        words("from", |r| (!r.row.inputs.is_empty()).then(|| r.row.inputs.join(", "))),
    ]
}

impl<T: Scalar> fmt::Display for Trace<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |row| Row { row, value: row.stats(), gradient: row.gradient_stats() };
        let rows: Vec<Row<'_, T>> = self.rows().iter().map(of).collect();
        let mut lines = vec![String::new(); rows.len() + 1];
        for Column { head, words, cell } in columns() {
            let cells: Vec<Option<String>> = rows.iter().map(cell).collect();
            if cells.iter().all(Option::is_none) {
                continue;
            }
            let column: Vec<String> = std::iter::once(head.to_string())
                .chain(cells.into_iter().map(Option::unwrap_or_default))
                .collect();
            let width = column.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
            for (line, cell) in lines.iter_mut().zip(column) {
                line.push_str(&if words { format!("{cell:<width$}  ") } else { format!("{cell:>width$}  ") });
            }
        }
        lines.iter().try_for_each(|line| writeln!(f, "{}", line.trim_end()))?;
        self.fault().map_or(Ok(()), |fault| writeln!(f, "stopped: {fault}"))
    }
}
