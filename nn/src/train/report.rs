//! A run as a page.

use std::io::Write;
use std::path::Path;

use array_core::io::atomic_write;
use maud::{Markup, html};

use super::history::{Epoch, History, Movement};
use crate::error::{Error, Result};
use crate::page::{BAD, LEVELS, Line, Tools, data_url, diverging, document, lines, oranges, spark};
use crate::text::{figure, percent};
use crate::trace::{Finding, FindingKind, Histogram};

impl History {
    /// Reads a history that [`History::save_json`] has written.
    ///
    /// # Errors
    /// If the file cannot be read or holds something else.
    pub fn load_json(path: impl AsRef<Path>) -> Result<History> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(Error::io(path, "read"))?;
        serde_json::from_str(&text).map_err(|error| Error::io(path, "read")(error.into()))
    }

    /// Remarks on how the parameters have moved in the last epoch: gradients that vanish, explode or are not finite,
    /// and parameters that a step has left where they were.
    pub fn findings(&self) -> Vec<Finding> {
        let Some(last) = self.epochs.last() else { return Vec::new() };
        let largest = last.parameters.values().map(|moved| moved.gradient_norm).fold(0.0, f64::max);
        let finding = |(path, moved): (&String, &Movement)| {
            let Movement { gradient_norm, update_ratio } = *moved;
            let (kind, message) = match () {
                _ if !gradient_norm.is_finite() => {
                    (FindingKind::NonFinite, format!("the norm of its gradient is {gradient_norm}"))
                }
                _ if update_ratio == 0.0 => (
                    FindingKind::Unmoved,
                    format!("a step has not moved it; its gradient has norm {gradient_norm:.1e}"),
                ),
                // Of a parameter of zeros, the ratio is not finite.
                _ if update_ratio > 0.1 && update_ratio.is_finite() => (
                    FindingKind::ExplodingGradient,
                    format!(
                        "a step moves it by {} of its length: is the learning rate too high?",
                        percent(update_ratio)
                    ),
                ),
                _ if gradient_norm < 1e-4 * largest => (
                    FindingKind::VanishingGradient,
                    format!(
                        "its gradient vanishes: norm {gradient_norm:.1e}, where the largest is {largest:.1e}"
                    ),
                ),
                _ => return None,
            };
            Some(Finding { path: path.clone(), kind, message })
        };
        last.parameters.iter().filter_map(finding).collect()
    }

    /// Writes a page about the run: all figures over the epochs, the learning rate and, of every parameter, the norm of
    /// its gradient and the ratio of update to weight over time, and a histogram of its elements. It is one file that
    /// loads nothing from elsewhere.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    ///
    /// ```
    /// use nn::train::{Epoch, History};
    /// # let [json, html] = ["json", "html"].map(|e| std::env::temp_dir().join(format!("nn-doc-{}.{e}", std::process::id())));
    /// # let epoch = Epoch { epoch: 1, training: [("loss".to_string(), 0.5)].into(), ..Epoch::default() };
    /// # History { epochs: vec![epoch], ..History::default() }.save_json(&json)?;
    /// // What a run has left behind, as a page:
    /// History::load_json(&json)?.write_html(&html)?;
    /// # assert!(std::fs::read_to_string(&html).unwrap().contains("loss"));
    /// # [json, html].map(|file| std::fs::remove_file(file).unwrap());
    /// # Ok::<(), nn::Error>(())
    /// ```
    pub fn write_html(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let page = self.markup().into_string();
        atomic_write(path, |file| file.write_all(page.as_bytes())).map_err(Error::io(path, "write"))
    }

    fn markup(&self) -> Markup {
        let findings = self.findings();
        document(
            "Training",
            Tools::Common,
            html! {
                (self.tiles())
                @if !findings.is_empty() {
                    section.findings {
                        h2 { "Worth a look" }
                        ul { @for finding in &findings { li { code { (finding.path) } " " (finding.message) } } }
                    }
                }
                section {
                    h2 { "Over the epochs" }
                    div.charts {
                        @for name in self.figures() { (lines(&name, &self.curves(&name))) }
                        (lines("learning rate", &[self.curve("of the last step", |epoch| Some(epoch.learning_rate))]))
                    }
                    p.dim {
                        "Training figures are means over an epoch, taken while the model learned; validation comes after it. "
                        "If validation rises while training falls, the model learns by heart."
                    }
                }
                (self.course(&GRADIENT_NORMS))
                (self.course(&UPDATE_RATIOS))
                (self.histograms())
            },
        )
    }

    fn tiles(&self) -> Markup {
        let last = self.epochs.last();
        html! {
            div.tiles {
                div { strong { (self.epochs.len()) } span { "epochs" } }
                div { strong { (last.map_or(0, |last| last.steps)) } span { "steps" } }
                @if let Some(last) = last {
                    @for (part, figures) in [("training", &last.training), ("validation", &last.validation)] {
                        @for (name, value) in figures { div { strong { (figure(*value)) } span { (part) " " (name) } } }
                    }
                }
            }
        }
    }

    fn curve(&self, name: &str, of: impl Fn(&Epoch) -> Option<f64>) -> Line {
        let point = |epoch: &Epoch| Some((epoch.epoch as f64, of(epoch)?));
        Line { name: name.to_string(), points: self.epochs.iter().filter_map(point).collect() }
    }

    /// A figure in training and in validation.
    fn curves(&self, name: &str) -> Vec<Line> {
        let training = self.curve("training", |epoch| epoch.training.get(name).copied());
        let validation = self.curve("validation", |epoch| epoch.validation.get(name).copied());
        [training, validation].into_iter().filter(|line| !line.points.is_empty()).collect()
    }

    /// A quantity of every parameter over time, as a strip of colours.
    fn course(&self, course: &Course) -> Markup {
        let Some(last) = self.epochs.last().filter(|last| !last.parameters.is_empty()) else {
            return html! {};
        };
        let logs = || self.epochs.iter().flat_map(|e| e.parameters.values()).map(|m| (course.of)(m).log10());
        let (low, high) = logs()
            .filter(|x| x.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let levels = f64::from(LEVELS);
        let shade = |x: f64| match course.usual {
            _ if x.is_nan() => BAD,
            // 0 is as faint, or as blue, as can be.
            Some(usual) => (levels * (1.0 + (x - usual.log10()) / DECADES).clamp(0.0, 2.0)).round() as u8,
            None if x == f64::INFINITY => BAD,
            None if high > low => (2.0 * levels * ((x - low) / (high - low)).max(0.0)).round() as u8,
            None => LEVELS,
        };
        let palette = if course.usual.is_some() { diverging() } else { oranges() };
        let strip = |path: &str| {
            let value =
                |epoch: &Epoch| epoch.parameters.get(path).map_or(f64::NAN, |m| (course.of)(m).log10());
            let pixels: Vec<u8> = self.epochs.iter().map(|epoch| shade(value(epoch))).collect();
            data_url(&pixels, pixels.len(), &palette)
        };
        html! {
            section {
                h2 { (course.title) }
                div.scroll { table.course {
                    thead { tr { th scope="col" { "parameter" } th scope="col" { "first epoch to last" } th scope="col" { "now" } } }
                    tbody {
                        @for (path, moved) in &last.parameters {
                            tr {
                                th scope="row" { (path) }
                                td { img src=(strip(path)) alt={ (course.title) " of " (path) " over the epochs" }; }
                                td { (figure((course.of)(moved))) }
                            }
                        }
                    }
                } }
                p.dim {
                    (course.about)
                    @if course.usual.is_none() && low <= high {
                        " Faint is " (figure(10f64.powf(low))) ", strong is " (figure(10f64.powf(high))) ", on a logarithmic scale."
                    }
                }
            }
        }
    }

    /// A histogram of every parameter and buffer.
    fn histograms(&self) -> Markup {
        html! {
            @if !self.weights.is_empty() {
                section {
                    h2 { "Weights" }
                    div.scroll { table.course {
                        thead { tr { @for head in ["parameter", "least", "histogram", "greatest"] { th scope="col" { (head) } } } }
                        tbody {
                            @for (path, Histogram { low, high, counts }) in &self.weights {
                                tr { th scope="row" { (path) } td { (figure(*low)) } td { (spark(counts)) } td { (figure(*high)) } }
                            }
                        }
                    } }
                    p.dim { "After the last epoch. Heights go with the square root of the counts." }
                }
            }
        }
    }
}

/// What is shown of every parameter over time.
struct Course {
    title: &'static str,
    about: &'static str,
    of: fn(&Movement) -> f64,
    /// Where the middle of the colours is; `None` if they go from the least to the greatest.
    usual: Option<f64>,
}

/// How many powers of ten from the usual a colour is as strong as can be.
const DECADES: f64 = 2.0;

const GRADIENT_NORMS: Course = Course {
    title: "Gradient norms",
    about: "‖g‖ in the last step of every epoch, before clipping. Layers should be of similar strength: what is faint all the time learns next to nothing.",
    of: |moved| moved.gradient_norm,
    usual: None,
};

const UPDATE_RATIOS: Course = Course {
    title: "Update to weight",
    about: "‖Δθ‖/‖θ‖ in the last step of every epoch: how far a step moves a parameter, relative to its length. White is the usual 1e-3; orange is more, blue is less, and both are as strong as can be at a hundredfold.",
    of: |moved| moved.update_ratio,
    usual: Some(1e-3),
};
