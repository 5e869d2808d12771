//! The picture: a dot per digit, and the digit's name where its dots are on average.

use std::io::Write;
use std::path::Path;

use array_core::Array;
use array_core::io::atomic_write;
use nn::{Error, Result};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Ten colours that are told apart also without red and green, by lightness (after Paul Tol).
const COLOURS: [RGBColor; 10] = [
    RGBColor(51, 34, 136),
    RGBColor(136, 204, 238),
    RGBColor(68, 170, 153),
    RGBColor(17, 119, 51),
    RGBColor(153, 153, 51),
    RGBColor(221, 204, 119),
    RGBColor(204, 102, 119),
    RGBColor(136, 34, 85),
    RGBColor(170, 68, 153),
    RGBColor(110, 110, 110),
];

/// Draws points (n, ≥ 2) coloured by their labels as an SVG picture; `share` is the variance along each axis in %.
pub fn scatter(points: &Array<f32>, labels: &Array<i64>, share: &Array<f32>, path: &Path) -> Result<()> {
    let mut svg = String::new();
    draw(points, labels, share, &mut svg)
        .map_err(|error| Error::Plot { path: path.to_path_buf(), message: error.to_string() })?;
    atomic_write(path, |file| file.write_all(svg.as_bytes())).map_err(|source| Error::Io {
        path: path.to_path_buf(),
        action: "write",
        source,
    })
}

fn draw(
    points: &Array<f32>,
    labels: &Array<i64>,
    share: &Array<f32>,
    svg: &mut String,
) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, (760, 720)).into_drawing_area();
    root.fill(&WHITE)?;
    let range = |axis: isize| {
        let values = points.slice((.., axis));
        (1.05 * values.min())..(1.05 * values.max())
    };
    let mut chart = ChartBuilder::on(&root)
        .margin(14)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(range(0), range(1))?;
    let name = |axis: usize| format!("component {} ({:.1} % of the variance)", axis + 1, share[axis]);
    chart
        .configure_mesh()
        .x_desc(name(0))
        .y_desc(name(1))
        .axis_desc_style(("sans-serif", 15))
        .light_line_style(WHITE)
        .draw()?;
    let at = |i: usize| (points[[i, 0]], points[[i, 1]]);
    chart.draw_series(
        labels
            .iter()
            .enumerate()
            .map(|(i, &label)| Circle::new(at(i), 2, COLOURS[label as usize].mix(0.7).filled())),
    )?;
    let centred = Pos::new(HPos::Center, VPos::Center);
    for (digit, colour) in (0..10).zip(COLOURS) {
        let own = points.compress(&labels.equal(digit), 0);
        let mean = own.mean_axis(0);
        // A white disc under the name keeps it readable among the dots.
        let place = (mean[0], mean[1]);
        chart.draw_series([Circle::new(place, 13, WHITE.mix(0.8).filled())])?;
        let style = ("sans-serif", 26).into_font().style(FontStyle::Bold).color(&colour).pos(centred);
        chart.draw_series([Text::new(digit.to_string(), place, style)])?;
    }
    root.present()?;
    Ok(())
}
