//! A run as a page.

use std::io::Write;
use std::path::Path;

use array_core::io::atomic_write;
use maud::{Markup, html};

use super::history::{Epoch, History, Movement};
use crate::error::{Error, Result};
use crate::module::Module;
use crate::page::{Counts, Line, Tools, data_url, document, lines};
use crate::scalar::Scalar;
use crate::text::{figure, percent};
use crate::trace::{Finding, FindingKind, Stats};

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
    /// its gradient and the ratio of update to weight over time. It is one file that loads nothing from elsewhere.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    ///
    /// ```
    /// use nn::train::{Epoch, History};
    /// let path = std::env::temp_dir().join(format!("nn-doc-{}.html", std::process::id()));
    /// let epoch = Epoch { epoch: 1, training: [("loss".to_string(), 0.5)].into(), ..Epoch::default() };
    /// History { epochs: vec![epoch] }.write_html(&path)?;
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), nn::Error>(())
    /// ```
    pub fn write_html(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_page(path.as_ref(), html! {})
    }

    /// As [`History::write_html`], with a histogram of each of the model's parameters as they are now.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is left as it was then.
    pub fn write_html_with_weights<T: Scalar>(
        &self,
        model: &impl Module<T>,
        path: impl AsRef<Path>,
    ) -> Result<()> {
        self.write_page(path.as_ref(), weights(model))
    }

    fn write_page(&self, path: &Path, weights: Markup) -> Result<()> {
        let page = self.markup(weights).into_string();
        atomic_write(path, |file| file.write_all(page.as_bytes())).map_err(Error::io(path, "write"))
    }

    fn markup(&self, weights: Markup) -> Markup {
        let findings = self.findings();
        let last = self.epochs.last();
        let steps = last.map_or(0, |last| last.steps);
        document(
            "Training",
            Tools::Common,
            html! {
                div.tiles {
                    div { strong { (self.epochs.len()) } span { "epochs" } }
                    div { strong { (steps) } span { "steps" } }
                    @if let Some(last) = last {
                        @for (part, figures) in [("training", &last.training), ("validation", &last.validation)] {
                            @for (name, value) in figures { div { strong { (figure(*value)) } span { (part) " " (name) } } }
                        }
                    }
                }
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
                        (lines("learning rate", &[self.curve("learning rate", |epoch| Some(epoch.learning_rate))]))
                    }
                }
                (self.course("Gradient norms", "‖g‖ of the epoch's last step, before clipping", |m| m.gradient_norm))
                (self.course("Update to weight", "‖Δθ‖/‖θ‖ of the epoch's last step; about 1e-3 is usual", |m| m.update_ratio))
                (weights)
            },
        )
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

    /// A quantity of every parameter over time, as a strip of colours on a common logarithmic scale.
    fn course(&self, title: &str, about: &str, of: fn(&Movement) -> f64) -> Markup {
        let logs = || self.epochs.iter().flat_map(|e| e.parameters.values()).map(|m| of(m).log10());
        let (low, high) = logs()
            .filter(|x| x.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let Some(last) = self.epochs.last().filter(|last| !last.parameters.is_empty()) else {
            return html! {};
        };
        let strip = |path: &str| {
            let shade = |epoch: &Epoch| {
                let x = epoch.parameters.get(path).map_or(f64::NAN, |m| of(m).log10());
                if x.is_finite() && high > low {
                    (STRONGEST as f64 * (x - low) / (high - low)).round() as u8
                } else {
                    0
                }
            };
            let pixels: Vec<u8> = self.epochs.iter().map(shade).collect();
            data_url(&pixels, pixels.len(), &shades())
        };
        html! {
            section {
                h2 { (title) }
                div.scroll { table.course {
                    thead { tr { th scope="col" { "parameter" } th scope="col" { "first to last epoch" } th scope="col" { "now" } } }
                    tbody {
                        @for (path, moved) in &last.parameters {
                            tr {
                                th scope="row" { (path) }
                                td { img src=(strip(path)) alt={ (title) " of " (path) " over the epochs" }; }
                                td { (figure(of(moved))) }
                            }
                        }
                    }
                } }
                p.dim { (about) ". Faint is " (figure(10f64.powf(low))) ", strong is " (figure(10f64.powf(high))) ", on a logarithmic scale." }
            }
        }
    }
}

/// A histogram of every parameter and buffer.
fn weights<T: Scalar>(model: &impl Module<T>) -> Markup {
    let mut lines = Vec::new();
    model.for_each_param(|path, param| {
        let (stats, counts) = (Stats::of(param.value()), Counts::of(param.value()));
        lines.push(html! {
            tr {
                th scope="row" { (path) }
                td { @if let Some(counts) = &counts { (counts.small()) } }
                td { (figure(stats.min)) }
                td { (figure(stats.mean)) }
                td { (figure(stats.max)) }
                td { (figure(stats.std)) }
            }
        });
    });
    html! {
        section {
            h2 { "Weights" }
            div.scroll { table.course {
                thead { tr { @for head in ["parameter", "histogram", "min", "mean", "max", "std"] { th scope="col" { (head) } } } }
                tbody { @for line in &lines { (line) } }
            } }
            p.dim { "A histogram goes from the least to the greatest element; heights by square root." }
        }
    }
}

const STRONGEST: u8 = 60;

/// Orange, from hardly visible to opaque, so that light and dark pages show through.
fn shades() -> Vec<[u8; 4]> {
    (0..=STRONGEST).map(|i| [230, 108, 16, 15 + 4 * i]).collect()
}
