//! Digits as a picture.

use std::fmt::Write;
use std::path::Path;

use array_core::Array;
use array_core::io::atomic_write;
use nn::data::Dataset;
use nn::{Error, Result};

/// The side of a pixel, and the space between digits.
const PIXEL: usize = 6;
const SPACE: usize = 8;

/// Draws the first two digits of each kind, and below each what the model has made of it, as an SVG picture.
pub fn draw(digits: &Dataset, drawn: &Array<f32>, path: &Path) -> Result<()> {
    let columns: Vec<usize> = (0..10)
        .flat_map(|kind| digits.labels.iter().enumerate().filter(move |(_, label)| **label == kind).take(2))
        .map(|(place, _)| place)
        .collect();
    let step = 8 * PIXEL + SPACE;
    let (width, height) = (columns.len() * step + SPACE, 2 * step + SPACE);
    let mut svg =
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">\n");
    svg += "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
    for (row, images) in [&digits.inputs, drawn].into_iter().enumerate() {
        for (column, &place) in columns.iter().enumerate() {
            for (pixel, &ink) in images.slice(place).iter().enumerate() {
                let x = SPACE + column * step + pixel % 8 * PIXEL;
                let y = SPACE + row * step + pixel / 8 * PIXEL;
                let grey = (255.0 * (1.0 - ink.clamp(0.0, 1.0))) as u8;
                let size = format!("width=\"{PIXEL}\" height=\"{PIXEL}\"");
                let colour = format!("rgb({grey},{grey},{grey})");
                // Writing to a string cannot fail.
                let _ = writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" {size} fill=\"{colour}\"/>");
            }
        }
    }
    svg += "</svg>\n";
    atomic_write(path, |file| std::io::Write::write_all(file, svg.as_bytes())).map_err(|source| Error::Io {
        path: path.to_path_buf(),
        action: "write",
        source,
    })
}
