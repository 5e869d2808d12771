//! Small charts.

use array_core::Array;
use maud::{Markup, html};

use crate::scalar::Scalar;
use crate::text::figure;

/// Bins of a histogram.
const BINS: usize = 24;

/// Counts of the finite elements in equal bins from the least to the greatest.
pub(crate) struct Counts {
    pub counts: Vec<u64>,
    pub low: f64,
    pub high: f64,
}

impl Counts {
    /// `None` if no element is finite.
    pub fn of<T: Scalar>(array: &Array<T>) -> Option<Counts> {
        let values = || array.iter().map(|x| x.to_f64()).filter(|x| x.is_finite());
        let (low, high) =
            values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let mut counts = vec![0; BINS];
        let width = (high - low) / BINS as f64;
        for x in values() {
            let bin = if width > 0.0 { ((x - low) / width) as usize } else { BINS / 2 };
            counts[bin.min(BINS - 1)] += 1;
        }
        (low <= high).then_some(Counts { counts, low, high })
    }

    /// The bars; heights go with the square root, so that rare values are seen beside many zeros.
    fn path(&self, height: f64) -> String {
        let top = self.counts.iter().max().copied().unwrap_or(0).max(1) as f64;
        let mut path = String::new();
        for (bin, &count) in self.counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
            let bar = (height * (count as f64 / top).sqrt()).max(0.5);
            path.push_str(&format!("M{},{height}v-{bar:.1}h.9V{height}z", bin));
        }
        path
    }

    /// For a line of text.
    pub fn small(&self) -> Markup {
        html! { svg.spark viewBox="0 0 24 10" preserveAspectRatio="none" aria-hidden="true" { path d=(self.path(10.0)); } }
    }

    /// With its axis.
    pub fn large(&self) -> Markup {
        let Counts { low, high, .. } = self;
        let zero = (*low < 0.0 && *high > 0.0).then(|| BINS as f64 * -low / (high - low));
        html! {
            figure.histogram {
                svg viewBox="0 0 24 14" preserveAspectRatio="none" role="img"
                    aria-label={ "Histogram from " (figure(*low)) " to " (figure(*high)) } {
                    path d=(self.path(14.0));
                    @if let Some(zero) = zero { line x1=(format!("{zero:.2}")) x2=(format!("{zero:.2}")) y1="0" y2="14"; }
                }
                figcaption { span { (figure(*low)) } span.dim { "histogram, heights by square root" } span { (figure(*high)) } }
            }
        }
    }
}

/// A curve: its name, and its points (x, y). Points that are not finite leave gaps.
pub(crate) struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 170.0;

/// Curves over a common x, with the ends of both axes written at them.
pub(crate) fn lines(title: &str, curves: &[Line]) -> Markup {
    let finite = || curves.iter().flat_map(|line| &line.points).filter(|(_, y)| y.is_finite());
    let range = |of: fn(&(f64, f64)) -> f64| {
        finite().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
    };
    let ((left, right), (low, high)) = (range(|p| p.0), range(|p| p.1));
    let place = |x: f64, low: f64, high: f64| if high > low { (x - low) / (high - low) } else { 0.5 };
    let path = |line: &Line| {
        let mut path = String::new();
        let mut pen = 'M';
        for &(x, y) in &line.points {
            if !y.is_finite() {
                pen = 'M';
                continue;
            }
            let (x, y) = (WIDTH * place(x, left, right), HEIGHT * (1.0 - place(y, low, high)));
            path.push_str(&format!("{pen}{x:.1} {y:.1}"));
            pen = 'L';
        }
        path
    };
    html! {
        figure.chart {
            h3 { (title) }
            p.legend {
                @for (i, line) in curves.iter().enumerate() {
                    span { span.swatch style={ "background:var(--line-" (i % 2) ")" } { } (line.name) }
                    @if let Some((_, y)) = line.points.last() { span.dim { (figure(*y)) } }
                }
            }
            div.plot {
                span.top.dim { (figure(high)) }
                span.bottom.dim { (figure(low)) }
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" role="img"
                    aria-label={ (title) " from " (figure(low)) " to " (figure(high)) } {
                    @for (i, line) in curves.iter().enumerate() {
                        path d=(path(line)) style={ "stroke:var(--line-" (i % 2) ")" } { }
                    }
                }
            }
            figcaption { span { "epoch " (left) } span { (right) } }
        }
    }
}
