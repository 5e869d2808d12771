//! The values as a tree, each with its figures and pictures.

use array_core::Array;
use maud::{Markup, html};

use super::Page;
use super::heat_map::{Subject, heat_map};
use super::picture::{Limits, Picture, View};
use super::usage::bytes;
use crate::autograd::Fault;
use crate::autograd::ops::Cost;
use crate::page::{self, spark};
use crate::scalar::Scalar;
use crate::text::{count, duration, figure, percent};
use crate::trace::build::is_of_model;
use crate::trace::tree::Branch;
use crate::trace::{Histogram, Stats, TraceRow};

/// Up to so many tokens, attention is shown without averaging.
const TOKENS: usize = 64;

/// What is seen of an array before anything is drawn.
struct Look {
    stats: Stats,
    histogram: Option<Histogram>,
}

impl Look {
    fn at<T: Scalar>(array: &Array<T>, stats: Stats) -> Look {
        Look { histogram: Histogram::with_stats(array, &stats), stats }
    }
}

/// How values are shown.
pub struct Values<'a, T: Scalar> {
    pub page: &'a Page<'a, T>,
    pub limits: Limits,
    /// Whether there are so few that all are open.
    pub open: bool,
}

impl<T: Scalar> Values<'_, T> {
    fn row(&self, branch: &Branch) -> Option<&TraceRow<T>> {
        branch.row.map(|row| &self.page.trace.rows()[row])
    }

    fn fault(&self, branch: &Branch) -> Option<&Fault> {
        self.page.trace.fault().filter(|fault| fault.path == branch.path)
    }

    /// A value with all that is below it.
    pub fn tree(&self, branch: &Branch, depth: usize) -> Markup {
        let row = self.row(branch).map(|row| (row, Look::at(&row.value, row.stats())));
        let fault = self.fault(branch);
        let leads_to_fault = self
            .page
            .trace
            .fault()
            .is_some_and(|f| f.path == branch.path || f.path.starts_with(&format!("{}.", branch.path)));
        let open = self.open || leads_to_fault || !branch.children.is_empty() && depth < 2;
        html! {
            details.value.fault[fault.is_some()] id=(branch.path) open[open] {
                summary {
                    span.name { (branch.name) }
                    span.kind { (self.kind(branch)) }
                    @if let Some((row, look)) = &row {
                        @if let Some(histogram) = &look.histogram { (spark(&histogram.counts)) }
                        span.shape { (format!("{:?}", row.value.shape())) }
                        @if row.parameters > 0 && !is_of_model(row.op) { span.badge { (count(row.parameters as f64)) " params" } }
                    }
                }
                div.body {
                    @if let Some((row, look)) = &row { (self.card(row, look, branch)) }
                    @for child in &branch.children { (self.tree(child, depth + 1)) }
                    @if let Some(fault) = fault { (stopped(fault)) }
                }
            }
        }
    }

    /// What a layer calls itself, or the operation.
    fn kind(&self, branch: &Branch) -> String {
        let snapshot = &self.page.trace.snapshot;
        let of_path = |(scope, layer): &(u32, String)| {
            (snapshot.scopes[*scope as usize].1 == branch.path).then(|| layer.clone())
        };
        let layer = self.row(branch).and_then(|row| row.layer.clone());
        let layer = layer.or_else(|| snapshot.layers.iter().find_map(of_path));
        layer.or_else(|| self.row(branch).map(|row| row.op.to_string())).unwrap_or_default()
    }

    fn card(&self, row: &TraceRow<T>, look: &Look, branch: &Branch) -> Markup {
        // The output of a layer made of layers is the output of one of these.
        let same = branch.children.iter().rev().filter_map(|child| self.row(child)).find(|child| {
            child.value.shares_buffer_with(&row.value) && child.value.shape() == row.value.shape()
        });
        html! {
            @if !row.formulas.is_empty() {
                ul.formulas {
                    @for (op, formula) in &row.formulas { li { span.op { (op) } code { (formula) } } }
                }
            }
            @if !row.inputs.is_empty() {
                p.from { "from "
                    @for (i, input) in row.inputs.iter().enumerate() {
                        @if i > 0 { ", " }
                        @if let Some(input) = self.page.trace.row(input) {
                            a href={ "#" (input.path) } { (input.path) } " " (format!("{:?}", input.value.shape()))
                        } @else { (input) }
                    }
                }
            }
            @if !row.formulas.is_empty() || !branch.children.is_empty() { p.work { (self.work(row)) } }
            @if let Some(same) = same {
                p.from { "its output is that of " a href={ "#" (same.path) } { (same.path) } }
            } @else {
                div.panels {
                    (self.panel("value", row, &row.value, look))
                    @if let Some((gradient, stats)) = row.gradient.as_ref().zip(row.gradient_stats()) {
                        (self.panel("gradient", row, gradient, &Look::at(gradient, stats)))
                    }
                }
            }
        }
    }

    fn work(&self, row: &TraceRow<T>) -> String {
        let part = |name: &str, cost: Cost, time: Option<std::time::Duration>| {
            let time = time.filter(|time| self.page.timed && !time.is_zero());
            let mut parts = Vec::new();
            parts.extend(time.map(duration));
            if cost.flops > 0 {
                parts.push(format!("{} FLOPs", count(cost.flops as f64)));
            }
            if cost.bytes > 0 {
                parts.push(bytes(cost.bytes));
            }
            (!parts.is_empty()).then(|| format!("{name} {}", parts.join(", ")))
        };
        let forward = part("forward", row.forward, row.forward_time);
        let backward = row.gradient.as_ref().and_then(|_| part("backward", row.backward, row.backward_time));
        forward.into_iter().chain(backward).collect::<Vec<_>>().join(" · ")
    }

    fn panel(&self, title: &str, row: &TraceRow<T>, array: &Array<T>, look: &Look) -> Markup {
        let Look { stats, histogram } = look;
        let bad = stats.nans + stats.infinities;
        let figures = [
            ("mean", figure(stats.mean)),
            ("std", figure(stats.std)),
            ("min", figure(stats.min)),
            ("max", figure(stats.max)),
            ("norm", figure(stats.norm)),
            ("zeros", percent(stats.zeros)),
        ];
        html! {
            section.panel {
                h4 { (title) " " span.dim { (format!("{:?}", array.shape())) } }
                @if array.size() == 1 {
                    p.single { (array.iter().next().map(|x| figure(x.to_f64())).unwrap_or_default()) }
                } @else {
                    dl { @for (name, value) in figures { div { dt { (name) } dd { (value) } } }
                        @if bad > 0.0 { div.bad { dt { "NaN, inf" } dd { (percent(stats.nans)) ", " (percent(stats.infinities)) } } }
                    }
                    @if let Some(Histogram { low, high, counts }) = histogram { (page::histogram(counts, *low, *high)) }
                    (self.picture(title, row, array))
                }
            }
        }
    }

    fn picture(&self, title: &str, row: &TraceRow<T>, array: &Array<T>) -> Markup {
        let name = row.path.rsplit('.').next().unwrap_or_default();
        let image = self.page.images.iter().find(|(path, ..)| *path == row.path);
        let attention = matches!(name.split('#').next(), Some("pattern" | "scores")) && array.ndim() >= 3;
        let (view, tile) = match image {
            Some(&(_, height, width)) => (View::Images(height, width), "sample"),
            None if attention || array.ndim() == 4 && ["q", "k", "v"].contains(&name) => {
                (View::Tiles, "head")
            }
            None if array.ndim() == 4 => (View::Tiles, "channel"),
            None => (View::Matrix, ""),
        };
        let subject = Subject { title, path: &row.path, tile, attention };
        // Single tokens matter, where a mean over neighbours says enough of other values.
        let side = if attention { self.limits.side.max(TOKENS) } else { self.limits.side };
        let picture = Picture::of(array, view, Limits { side, ..self.limits });
        html! { @if let Some(picture) = picture { (heat_map(&picture, &subject, &self.page.tokens)) } }
    }
}

/// What a pass has stopped at.
pub fn stopped(fault: &Fault) -> Markup {
    html! { div.stopped role="alert" { strong { "Stopped here. " } (fault.message) } }
}
