//! The trace as a page: one file that needs nothing else.

mod guide;
mod heat_map;
mod picture;
mod usage;
mod values;

use std::io::Write;
use std::path::Path;

use array_core::io::atomic_write;
use maud::{Markup, html};

use super::Trace;
use super::build::is_of_model;
use super::tree::Branch;
use crate::error::{Error, Result};
use crate::page::{Tools, document};
use crate::scalar::Scalar;
use crate::text::{count, duration};
use guide::guide;
use heat_map::token_axes;
use picture::Limits;
use usage::{bytes, total, usages};
use values::{Values, stopped};

/// A page about a trace, and how it is to look.
#[derive(Debug, Clone)]
pub struct Page<'a, T: Scalar = f32> {
    trace: &'a Trace<T>,
    title: String,
    tokens: Vec<String>,
    /// (path, height, width)
    images: Vec<(String, usize, usize)>,
    timed: bool,
}

impl<T: Scalar> Trace<T> {
    /// Writes a page that shows the trace: the model as a tree; of every value shape, statistics, histogram, heat map and
    /// formula, and the same of its gradient; where time, work and memory go; [remarks](Trace::findings). It is one
    /// file that loads nothing from elsewhere.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn write_html(&self, path: impl AsRef<Path>) -> Result<()> {
        self.page().write(path)
    }

    /// The page of [`Trace::write_html`], to be told more.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// use nn::{Dense, Tape};
    /// let layer: Dense = Dense::new(64, 10, &mut default_rng(0));
    /// let tape = Tape::inference().traced();
    /// let digit = tape.constant(Array::ones([1, 64])).named("digit");
    /// digit.apply("head", &layer);
    /// let html = tape.trace().page().title("One digit").image("digit", 8, 8).to_html();
    /// assert!(html.contains("y = x·W + b"));
    /// ```
    pub fn page(&self) -> Page<'_, T> {
        let (tokens, images) = (Vec::new(), Vec::new());
        Page { trace: self, title: "Forward pass".to_string(), tokens, images, timed: true }
    }
}

impl<T: Scalar> Page<'_, T> {
    /// Sets the title.
    pub fn title(self, title: impl Into<String>) -> Self {
        Page { title: title.into(), ..self }
    }

    /// What to write along both axes of attention patterns: of square heat maps of as many rows, up to 64.
    pub fn tokens<S: Into<String>>(self, tokens: impl IntoIterator<Item = S>) -> Self {
        Page { tokens: tokens.into_iter().map(Into::into).collect(), ..self }
    }

    /// Shows the value of a path, of shape (n, height·width) or (n, height, width), as images.
    pub fn image(mut self, path: &str, height: usize, width: usize) -> Self {
        self.images.push((path.to_string(), height, width));
        self
    }

    /// Leaves times out: the page of the same computation is then the same, byte for byte.
    pub fn without_times(self) -> Self {
        Page { timed: false, ..self }
    }

    /// The page as text.
    pub fn to_html(&self) -> String {
        self.markup().into_string()
    }

    /// Writes the page.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        atomic_write(path, |file| file.write_all(self.to_html().as_bytes())).map_err(Error::io(path, "write"))
    }

    fn markup(&self) -> Markup {
        let rows = self.trace.rows();
        let usages = usages(self.trace, self.timed);
        let findings = self.trace.findings();
        let fault = self.trace.fault();
        let mut root = Branch::of(rows);
        if let Some(fault) = fault {
            root.grow(&fault.path);
        }
        // The more there is to show, the coarser: a page stays below 2 MB.
        let pictures = 2 * rows.len();
        let side = if pictures < 100 { 64 } else { 48 };
        let limits = Limits { side, tiles: if pictures < 300 { 16 } else { 8 } };
        let values = Values { page: self, limits, open: rows.len() <= 16 };
        document(
            &self.title,
            Tools::Tree,
            html! {
                (token_axes(&self.tokens))
                @if let Some(fault) = fault {
                    (stopped(fault))
                    @if !fault.path.is_empty() { p { a href={ "#" (fault.path) } { "Go to the place: " (fault.path) } } }
                }
                (self.tiles(&usages))
                (guide())
                @if !findings.is_empty() {
                    section.findings {
                        h2 { "Worth a look" }
                        ul { @for finding in &findings {
                            li { a href={ "#" (finding.path) } { (finding.path) } " " (finding.message) }
                        } }
                    }
                }
                section {
                    h2 { "Where it goes" }
                    (usage::table(&usages))
                }
                section {
                    h2 { "Values" }
                    div.tree { @for child in &root.children { (values.tree(child, 0)) } }
                    @if let Some(fault) = fault.filter(|fault| fault.path.is_empty()) { (stopped(fault)) }
                }
            },
        )
    }

    fn tiles(&self, usages: &[usage::Usage]) -> Markup {
        let nodes = || self.trace.snapshot.nodes.iter();
        let parameters: usize = nodes()
            .filter(|node| is_of_model(node.op))
            .filter_map(|node| node.value.as_ref())
            .map(|value| value.size())
            .sum();
        let sum = total(usages);
        let operations = nodes().filter(|node| !node.inputs.is_empty()).count();
        let mut tiles = vec![
            ("operations", count(operations as f64)),
            ("parameters", count(parameters as f64)),
            ("FLOPs", count(sum.flops as f64)),
            ("moved", bytes(sum.moved)),
            ("memory of values", bytes(sum.kept)),
        ];
        if !sum.time.is_zero() {
            tiles.push(("time", duration(sum.time)));
        }
        html! { div.tiles { @for (name, value) in tiles { div { strong { (value) } span { (name) } } } } }
    }
}
