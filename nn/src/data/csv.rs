//! Tables of numbers.

use std::path::Path;

use array_core::Array;

use crate::error::{Error, Result};

/// A table of numbers with named columns.
#[derive(Debug, Clone)]
pub struct Table {
    /// The names in the first line.
    pub columns: Vec<String>,
    /// One row per further line: shape (lines, columns).
    pub values: Array<f64>,
}

/// Reads a table: a first line of names, then lines of as many numbers, separated by commas (RFC 4180).
///
/// # Errors
/// [`Error::Io`] if the file cannot be read; [`Error::Csv`] with file, line and column for anything that is no
/// number and for lines of another length.
///
/// ```no_run
/// let table = nn::data::csv::read("examples/data/digits.csv")?;
/// println!("{} rows of {} columns", table.values.shape()[0], table.columns.len());
/// # Ok::<(), nn::Error>(())
/// ```
pub fn read(path: impl AsRef<Path>) -> Result<Table> {
    let path = path.as_ref();
    let file = std::fs::File::open(path).map_err(Error::io(path, "open"))?;
    let fault = |line, column, message| Error::Csv { path: path.to_path_buf(), line, column, message };
    let convert = |error: ::csv::Error| {
        let line = error.position().map_or(1, |position| position.line() as usize);
        match error.into_kind() {
            ::csv::ErrorKind::Io(source) => Error::io(path, "read")(source),
            ::csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                fault(line, None, format!("expected {expected_len} values as in the first line, found {len}"))
            }
            ::csv::ErrorKind::Utf8 { .. } => fault(line, None, "expected UTF-8 text".to_string()),
            other => fault(line, None, format!("{other:?}")),
        }
    };

    let mut reader = ::csv::Reader::from_reader(file);
    let columns: Vec<String> = reader.headers().map_err(convert)?.iter().map(str::to_string).collect();
    let mut values = Vec::new();
    let mut rows = 0;
    for record in reader.records() {
        let record = record.map_err(convert)?;
        let line = record.position().map_or(1, |position| position.line() as usize);
        for (i, text) in record.iter().enumerate() {
            let number: Option<f64> = text.trim().parse().ok();
            values.push(number.ok_or_else(|| {
                fault(line, Some(i + 1), format!("expected a number for {:?}, found {text:?}", columns[i]))
            })?);
        }
        rows += 1;
    }
    // Every row had as many values as there are names, so the shape fits.
    let values = Array::try_from_vec(values, [rows, columns.len()]);
    let values = values.map_err(|error| fault(1, None, error.to_string()))?;
    Ok(Table { columns, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(name: &str, text: &[u8]) -> std::result::Result<Table, String> {
        let path = std::env::temp_dir().join(format!("nn-csv-{}-{name}.csv", std::process::id()));
        std::fs::write(&path, text).map_err(|error| error.to_string())?;
        let result = read(&path);
        let _ = std::fs::remove_file(&path);
        result.map_err(|error| error.to_string().replace(&path.display().to_string(), "FILE"))
    }

    #[test]
    fn a_table_is_read() {
        let table = read_text("good", b"a,\"b\"\r\n1,2.5\r\n-3e2, 4\r\n").expect("a good table");
        assert_eq!(table.columns, ["a", "b"]);
        assert_eq!((table.values.shape(), table.values.to_vec()), (&[2, 2][..], vec![1.0, 2.5, -300.0, 4.0]));
    }

    #[test]
    fn faults_name_file_line_and_column() {
        let fault = |name, text| read_text(name, text).expect_err("a fault");
        assert_eq!(fault("word", b"a,b\n1,2\n3,x\n"), "FILE:3:2: expected a number for \"b\", found \"x\"");
        assert_eq!(fault("empty", b"a,b\n1,\n"), "FILE:2:2: expected a number for \"b\", found \"\"");
        assert_eq!(
            fault("short", b"a,b\n1,2\n3\n"),
            "FILE:3: expected 2 values as in the first line, found 1"
        );
        assert_eq!(fault("bytes", b"a,b\n1,\xff\n"), "FILE:2: expected UTF-8 text");
        let missing = read("/no/such/file.csv").expect_err("no file").to_string();
        assert!(missing.starts_with("cannot open /no/such/file.csv: "), "{missing}");
    }
}
