//! Nested brackets, broken into lines.

/// How many entries are shown at either end of an axis that is summarised.
pub const EDGE: usize = 3;

/// How the elements of an array stand in brackets.
pub struct Nested {
    /// Between the elements of a row.
    pub separator: &'static str,
    /// Where lines end.
    pub line_width: usize,
    /// Whether long axes show only their edges.
    pub summarised: bool,
}

impl Nested {
    /// How many entries of an axis of size `n` are shown.
    pub fn shown(&self, n: usize) -> usize {
        if self.summarised { n.min(2 * EDGE) } else { n }
    }

    /// Appends the cells, which are those of the shown entries in row-major order; `axis` is the first axis not
    /// yet in brackets.
    pub fn write(
        &self,
        text: &mut String,
        cells: &mut impl Iterator<Item = String>,
        shape: &[usize],
        axis: usize,
    ) {
        text.push('[');
        let indent = column(text);
        let inner = shape.len() - 1 - axis;
        let between = match inner {
            0 => self.separator.to_string(),
            _ => format!("{}{}{}", self.separator.trim_end(), "\n".repeat(inner), " ".repeat(indent)),
        };
        // Room for the brackets that may close after a word.
        let end = self.line_width.saturating_sub(shape.len());
        let shown = self.shown(shape[axis]);
        for i in 0..shown {
            if i > 0 {
                text.push_str(&between);
            }
            if i == EDGE && shown < shape[axis] {
                push_word(text, "...", indent, end);
                text.push_str(&between);
            }
            if inner == 0 {
                push_word(text, &cells.next().unwrap_or_default(), indent, end);
            } else {
                self.write(text, cells, shape, axis + 1);
            }
        }
        text.push(']');
    }
}

/// The length of the last line.
pub fn column(text: &str) -> usize {
    text.len() - text.rfind('\n').map_or(0, |at| at + 1)
}

/// Appends a word, on a new line if it does not fit on this one and this one has others.
fn push_word(text: &mut String, word: &str, indent: usize, end: usize) {
    let column = column(text);
    if column > indent && column + word.len() > end {
        text.truncate(text.trim_end().len());
        text.push('\n');
        text.push_str(&" ".repeat(indent));
    }
    text.push_str(word);
}
