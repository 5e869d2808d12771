//! The values as a tree, each with its figures and pictures.

use array_core::Array;
use maud::{Markup, html};

use super::Page;
use super::picture::{Limits, Picture, View};
use super::usage::bytes;
use crate::autograd::Fault;
use crate::autograd::ops::Cost;
use crate::page::Counts;
use crate::scalar::Scalar;
use crate::text::{count, duration, figure, percent};
use crate::trace::build::is_of_model;
use crate::trace::tree::Branch;
use crate::trace::{Stats, TraceRow};

/// Pixels of a cell, and of the margin, of a heat map with tokens along its axes.
const CELL: usize = 12;
const MARGIN: usize = 64;

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
        let row = self.row(branch);
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
                    @if let Some(row) = row {
                        @if let Some(counts) = Counts::of(&row.value) { (counts.small()) }
                        span.shape { (format!("{:?}", row.value.shape())) }
                        @if row.parameters > 0 && !is_of_model(row.op) { span.badge { (count(row.parameters as f64)) " params" } }
                    }
                }
                div.body {
                    @if let Some(row) = row { (self.card(row, branch)) }
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

    fn card(&self, row: &TraceRow<T>, branch: &Branch) -> Markup {
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
                        @if self.page.trace.row(input).is_some() { a href={ "#" (input) } { (input) } } @else { (input) }
                    }
                }
            }
            @if !row.formulas.is_empty() || !branch.children.is_empty() { p.work { (self.work(row)) } }
            @if let Some(same) = same {
                p.from { "its output is that of " a href={ "#" (same.path) } { (same.path) } }
            } @else {
                div.panels {
                    (self.panel("value", row, &row.value))
                    @if let Some(gradient) = &row.gradient { (self.panel("gradient", row, gradient)) }
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

    fn panel(&self, title: &str, row: &TraceRow<T>, array: &Array<T>) -> Markup {
        let stats = Stats::of(array);
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
                    @if let Some(counts) = Counts::of(array) { (counts.large()) }
                    (self.picture(title, row, array))
                }
            }
        }
    }

    fn picture(&self, title: &str, row: &TraceRow<T>, array: &Array<T>) -> Markup {
        let name = row.path.rsplit('.').next().unwrap_or_default();
        let image = self.page.images.iter().find(|(path, ..)| *path == row.path);
        let heads = matches!(name.split('#').next(), Some("pattern" | "scores")) && array.ndim() >= 3;
        let view = match image {
            Some(&(_, height, width)) => View::Images(height, width),
            None if heads || array.ndim() == 4 => View::Tiles,
            None => View::Matrix,
        };
        let Some(picture) = Picture::of(array, view, self.limits) else { return html! {} };
        let Picture { low, high, grey, .. } = picture;
        let tokens = self.page.tokens.len();
        let label = |i: usize| match view {
            View::Tiles if heads => format!("head {i}"),
            View::Tiles => format!("channel {i}"),
            View::Images(..) => format!("sample {i}"),
            View::Matrix => format!("{title} of {}", row.path),
        };
        html! {
            figure.map.tiled[picture.tiles.len() > 1 || heads] {
                @for (i, tile) in picture.tiles.iter().enumerate() {
                    @if tokens > 0 && tile.rows == tokens && tile.columns == tokens {
                        div.tile.wide { (with_tokens(&tile.url, tokens, &label(i))) span.dim { (label(i)) } }
                    } @else {
                        div.tile {
                            img src=(tile.url) alt={ "Heat map, " (label(i)) ", " (title) " of " (row.path) }
                                width=(tile.columns) height=(tile.rows) style=(size(tile.rows, tile.columns, picture.tiles.len() > 1));
                            @if picture.tiles.len() > 1 || heads { span.dim { (label(i)) } }
                        }
                    }
                }
                figcaption {
                    span { (figure(low)) }
                    span.scale.grey[grey] style=(scale(low, high, grey)) { }
                    span { (figure(high)) }
                    @if let Some(note) = &picture.note { span.dim { (note) } }
                }
            }
        }
    }
}

/// The size that a heat map is drawn in: cells as large as fits, and never wider than the page.
fn size(rows: usize, columns: usize, tiled: bool) -> String {
    let room = if tiled { 112.0 } else { 384.0 };
    let cell = (room / columns as f64).min(240.0 / rows as f64).clamp(1.0, 24.0);
    let height = if rows == 1 { cell.max(14.0) } else { cell * rows as f64 };
    format!("width:{:.0}px;height:{height:.0}px", cell * columns as f64)
}

/// The part of the diverging scale that is in use.
fn scale(low: f64, high: f64, grey: bool) -> String {
    let top = low.abs().max(high.abs());
    let strength = |x: f64| if top > 0.0 { (x / top).abs() } else { 0.0 };
    let colour = |x: f64| match x < 0.0 {
        true => format!("rgba(38,112,214,{:.2})", strength(x).powf(0.8)),
        false => format!("rgba(230,108,16,{:.2})", strength(x).powf(0.8)),
    };
    match (grey, low < 0.0 && high > 0.0) {
        (true, _) => "background:linear-gradient(90deg,#000,#fff)".to_string(),
        (_, true) => {
            let zero = 100.0 * -low / (high - low);
            format!(
                "background:linear-gradient(90deg,{},transparent {zero:.0}%,{})",
                colour(low),
                colour(high)
            )
        }
        _ => format!("background:linear-gradient(90deg,{},{})", colour(low), colour(high)),
    }
}

/// A square heat map between the tokens that [`token_axes`] has drawn.
fn with_tokens(url: &str, tokens: usize, label: &str) -> Markup {
    let (side, whole) = (CELL * tokens, CELL * tokens + MARGIN);
    html! {
        svg.attention viewBox={ "0 0 " (whole) " " (whole) } width=(whole) height=(whole) role="img" aria-label={ "Attention, " (label) } {
            use href="#token-axes" { }
            image href=(url) x=(MARGIN) y=(MARGIN) width=(side) height=(side) preserveAspectRatio="none" { }
        }
    }
}

/// The tokens along both axes, drawn once for all maps.
pub fn token_axes(tokens: &[String]) -> Markup {
    let middle = |i: usize| MARGIN + CELL * i + CELL / 2;
    html! {
        @if !tokens.is_empty() {
            svg width="0" height="0" aria-hidden="true" style="position:absolute" {
                g id="token-axes" {
                    @for (i, token) in tokens.iter().enumerate() {
                        text.token x=(MARGIN - 4) y=(middle(i)) text-anchor="end" { (token) }
                        text.token transform={ "translate(" (middle(i)) " " (MARGIN - 4) ") rotate(-90)" } { (token) }
                    }
                    rect x=(MARGIN) y=(MARGIN) width=(CELL * tokens.len()) height=(CELL * tokens.len()) { }
                }
            }
        }
    }
}

/// What a pass has stopped at.
pub fn stopped(fault: &Fault) -> Markup {
    html! { div.stopped role="alert" { strong { "Stopped here. " } (fault.message) } }
}
