//! The digits: from the CSV file to scaled inputs and labels, split for training and testing.

use std::path::Path;

use array_core::random::Generator;
use nn::data::{Dataset, csv, split};
use nn::train::metrics::ConfusionMatrix;
use nn::{Error, Layer, Result, Tape};

/// Where the digits are.
pub const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv");

/// How many of the shuffled digits are kept for testing.
const TEST: usize = 360;

/// Reads the digits (64 pixels from 0 to 16, then the label) and deals them out in random order: the first
/// [`TEST`] for testing, the rest for training. Pixels are scaled to 0..1.
pub fn load_and_split(path: &Path, rng: &mut Generator) -> Result<(Dataset, Dataset)> {
    let table = csv::read(path)?;
    let fault =
        |line, column, message: String| Error::Csv { path: path.to_path_buf(), line, column, message };
    if table.columns.len() != 65 || table.values.shape()[0] <= TEST {
        let (rows, columns) = (table.values.shape()[0], table.columns.len());
        let message = format!(
            "expected 64 pixels and a label in more than {TEST} lines, found {columns} columns in {rows}"
        );
        return Err(fault(1, None, message));
    }
    let labels = table.values.slice((.., 64)).map(|label| label as i64);
    if let Some(row) = labels.iter().position(|label| !(0..10).contains(label)) {
        return Err(fault(row + 2, Some(65), format!("expected a digit from 0 to 9, found {}", labels[row])));
    }
    let digits = Dataset::new(table.values.slice((.., ..64)).map(|pixel| pixel as f32 / 16.0), labels);
    let (train, test) = split(digits.len(), TEST, rng);
    Ok((digits.take(&train), digits.take(&test)))
}

/// Prints which digits a classifier takes for which, and its accuracy.
pub fn report(model: &impl Layer, test: &Dataset) {
    let tape = Tape::inference();
    let logits = tape.constant(test.inputs.clone()).apply("", model).value();
    let confusion = ConfusionMatrix::new(10, &test.labels, &logits.argmax_axis(-1));
    println!("confusion matrix (row: the digit, column: what it was taken for)");
    println!("{}", confusion.counts());
    println!("test accuracy {:.4} ({} of {})", confusion.accuracy(), confusion.correct(), test.len());
}
