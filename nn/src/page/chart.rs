//! Small charts.

use maud::{Markup, html};

use crate::text::figure;

/// The bars of a histogram, one unit wide each; heights go with the square root, so that rare values are seen beside
/// many zeros.
fn bars(counts: &[u64], height: f64) -> String {
    let top = counts.iter().max().copied().unwrap_or(0).max(1) as f64;
    let mut path = String::new();
    for (bin, &count) in counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
        let bar = (height * (count as f64 / top).sqrt()).max(0.5);
        path.push_str(&format!("M{bin},{height}v-{bar:.1}h.9V{height}z"));
    }
    path
}

/// A histogram for a line of text.
pub(crate) fn spark(counts: &[u64]) -> Markup {
    html! {
        svg.spark viewBox={ "0 0 " (counts.len()) " 10" } preserveAspectRatio="none" aria-hidden="true" {
            path d=(bars(counts, 10.0));
        }
    }
}

/// A histogram from `low` to `high` with its axis.
pub(crate) fn histogram(counts: &[u64], low: f64, high: f64) -> Markup {
    let zero = (low < 0.0 && high > 0.0).then(|| counts.len() as f64 * -low / (high - low));
    html! {
        figure.histogram {
            svg viewBox={ "0 0 " (counts.len()) " 14" } preserveAspectRatio="none" role="img"
                aria-label={ "Histogram from " (figure(low)) " to " (figure(high)) } {
                path d=(bars(counts, 14.0));
                @if let Some(zero) = zero { line x1=(format!("{zero:.2}")) x2=(format!("{zero:.2}")) y1="0" y2="14"; }
            }
            figcaption { span { (figure(low)) } span.dim { "heights ∝ √count" } span { (figure(high)) } }
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

/// From this ratio of the greatest to the least y on, if all are above 0, the axis is logarithmic.
const WIDE: f64 = 30.0;

/// Curves over epochs, with the ends of both axes written at them.
pub(crate) fn lines(title: &str, curves: &[Line]) -> Markup {
    let finite = || curves.iter().flat_map(|line| &line.points).filter(|(_, y)| y.is_finite());
    let range = |of: fn(&(f64, f64)) -> f64| {
        finite().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
    };
    let ((left, right), (low, high)) = (range(|p| p.0), range(|p| p.1));
    let logarithmic = low > 0.0 && high / low > WIDE;
    let scaled = |y: f64| if logarithmic { y.ln() } else { y };
    let place = |x: f64, low: f64, high: f64| if high > low { (x - low) / (high - low) } else { 0.5 };
    let path = |line: &Line| {
        let mut path = String::new();
        let mut pen = 'M';
        for &(x, y) in &line.points {
            if !y.is_finite() {
                pen = 'M';
                continue;
            }
            let height = place(scaled(y), scaled(low), scaled(high));
            path.push_str(&format!(
                "{pen}{:.1} {:.1}",
                WIDTH * place(x, left, right),
                HEIGHT * (1.0 - height)
            ));
            pen = 'L';
        }
        path
    };
    html! {
        figure.chart {
            h3 { (title) @if logarithmic { span.dim { ", logarithmic" } } }
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
