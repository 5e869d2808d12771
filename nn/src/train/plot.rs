//! The picture of a run.

use std::path::Path;

use array_core::io::atomic_write;
use plotters::prelude::*;
use std::io::Write;

use super::history::{Epoch, History};
use crate::error::{Error, Result};

/// Blue for training, vermilion for test: told apart also by readers who do not see red and green.
const TRAINING: RGBColor = RGBColor(0, 114, 178);
const TEST: RGBColor = RGBColor(213, 94, 0);

/// Draws loss and accuracy over epochs, training and test, as an SVG picture.
///
/// # Errors
/// If the picture cannot be drawn or the file cannot be written; an older one is left as it was then.
pub fn plot_history(history: &History, path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    let mut svg = String::new();
    draw(history, &mut svg)
        .map_err(|error| Error::Plot { path: path.to_path_buf(), message: error.to_string() })?;
    atomic_write(path, |file| file.write_all(svg.as_bytes())).map_err(Error::io(path, "write"))
}

type Drawn = std::result::Result<(), Box<dyn std::error::Error>>;

fn draw(history: &History, svg: &mut String) -> Drawn {
    let root = SVGBackend::with_string(svg, (960, 360)).into_drawing_area();
    root.fill(&WHITE)?;
    let (left, right) = root.split_horizontally(480);
    let highest = history.epochs.iter().flat_map(|e| [e.loss, e.test_loss]).filter(|x| x.is_finite());
    let top = 1.05 * highest.fold(f64::MIN_POSITIVE, f64::max);
    panel(&left, "loss", history, 0.0..top, |e| [e.loss, e.test_loss])?;
    // Accuracies crowd below 1: the axis begins where they do, at a full tenth.
    let lowest = history.epochs.iter().flat_map(|e| [e.accuracy, e.test_accuracy]).fold(1.0, f64::min);
    let bottom = ((lowest - 0.01).max(0.0) * 10.0).floor() / 10.0;
    panel(&right, "accuracy", history, bottom..1.0, |e| [e.accuracy, e.test_accuracy])?;
    root.present()?;
    Ok(())
}

fn panel(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    title: &str,
    history: &History,
    range: std::ops::Range<f64>,
    values: impl Fn(&Epoch) -> [f64; 2],
) -> Drawn {
    let last = history.epochs.last().map_or(1.0, |e| e.epoch as f64).max(2.0);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(1.0..last, range)?;
    chart
        .configure_mesh()
        .x_desc("epoch")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .light_line_style(WHITE)
        .draw()?;
    for (i, (name, colour)) in [("training", TRAINING), ("test", TEST)].into_iter().enumerate() {
        let points =
            history.epochs.iter().map(|e| (e.epoch as f64, values(e)[i])).filter(|p| p.1.is_finite());
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    let position =
        if title == "loss" { SeriesLabelPosition::UpperRight } else { SeriesLabelPosition::LowerRight };
    chart
        .configure_series_labels()
        .position(position)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.2))
        .draw()?;
    Ok(())
}
