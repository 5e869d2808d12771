//! Heat maps as they stand on the page: with their scale, and tokens along the axes of attention.

use maud::{Markup, html};

use super::picture::{Picture, Tile};
use crate::text::figure;

/// Pixels of a cell of a heat map with tokens along its axes.
fn cell(tokens: &[String]) -> usize {
    if tokens.len() <= 24 { 14 } else { 10 }
}

/// What a heat map shows.
pub struct Subject<'a> {
    /// `value` or `gradient`.
    pub title: &'a str,
    pub path: &'a str,
    /// What its tiles are, such as `head`.
    pub tile: &'static str,
    /// Whether rows are queries and columns keys of attention.
    pub attention: bool,
}

/// The picture of an array.
pub fn heat_map(picture: &Picture, of: &Subject, tokens: &[String]) -> Markup {
    let Picture { tiles, low, high, grey, note } = picture;
    let several = tiles.len() > 1 || of.attention;
    let label = |i: usize| if several { format!("{} {i}", of.tile) } else { String::new() };
    html! {
        figure.map.tiled[several] {
            @for (i, tile) in tiles.iter().enumerate() {
                div.tile {
                    @if several { span.dim { (label(i)) } }
                    @if !tokens.is_empty() && tile.rows == tokens.len() && tile.columns == tokens.len() {
                        (with_tokens(tile, tokens, &label(i)))
                    } @else {
                        img src=(tile.url) alt={ "Heat map, " (label(i)) @if several { ", " } (of.title) " of " (of.path) }
                            width=(tile.columns) height=(tile.rows) style=(size(tile, tiles.len() > 1));
                    }
                }
            }
            figcaption {
                span { (figure(*low)) }
                span.scale.grey[*grey] style=(scale(*low, *high, *grey)) { }
                span { (figure(*high)) }
                @if of.attention { span.dim { "a row is a query, a column is a key" } }
                @if let Some(note) = note { span.dim { (note) } }
            }
        }
    }
}

/// The size that a heat map is drawn in: cells as large as fits, and never wider than the page.
fn size(tile: &Tile, tiled: bool) -> String {
    let (rows, columns) = (tile.rows as f64, tile.columns as f64);
    let room = if tiled { 112.0 } else { 384.0 };
    let cell = (room / columns).min(240.0 / rows).clamp(1.0, 24.0);
    let height = if tile.rows == 1 { cell.max(14.0) } else { cell * rows };
    format!("width:{:.0}px;height:{height:.0}px", cell * columns)
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
            let (low, high) = (colour(low), colour(high));
            format!("background:linear-gradient(90deg,{low},transparent {zero:.0}%,{high})")
        }
        _ => format!("background:linear-gradient(90deg,{},{})", colour(low), colour(high)),
    }
}

/// Room for the longest token.
fn margin(tokens: &[String]) -> usize {
    let longest = tokens.iter().map(|token| token.chars().count()).max().unwrap_or(0);
    8 + cell(tokens) * longest.min(12) * 3 / 7
}

/// A square heat map between the tokens that [`token_axes`] has drawn.
fn with_tokens(tile: &Tile, tokens: &[String], label: &str) -> Markup {
    let (side, margin) = (cell(tokens) * tokens.len(), margin(tokens));
    let whole = side + margin;
    html! {
        svg.attention viewBox={ "0 0 " (whole) " " (whole) } width=(whole) height=(whole) role="img" aria-label={ "Attention, " (label) } {
            use href="#token-axes" { }
            image href=(tile.url) x=(margin) y=(margin) width=(side) height=(side) preserveAspectRatio="none" { }
        }
    }
}

/// The tokens along both axes, drawn once for all maps.
pub fn token_axes(tokens: &[String]) -> Markup {
    let (cell, margin) = (cell(tokens), margin(tokens));
    let side = cell * tokens.len();
    let middle = |i: usize| margin + cell * i + cell / 2;
    html! {
        @if !tokens.is_empty() {
            svg width="0" height="0" aria-hidden="true" style="position:absolute" {
                g id="token-axes" font-size=(cell * 5 / 7) {
                    @for (i, token) in tokens.iter().enumerate() {
                        text.token x=(margin - 4) y=(middle(i)) text-anchor="end" { (token) }
                        text.token transform={ "translate(" (middle(i)) " " (margin - 4) ") rotate(-90)" } { (token) }
                    }
                    rect x=(margin) y=(margin) width=(side) height=(side) { }
                }
            }
        }
    }
}
