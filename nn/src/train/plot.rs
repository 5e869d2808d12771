//! The picture of a run.

use std::io::Write;
use std::ops::Range;
use std::path::Path;

use array_core::io::atomic_write;
use plotters::prelude::*;

use super::history::{Epoch, History};
use crate::error::{Error, Result};

/// Blue for training, vermilion for validation: told apart also by readers who do not see red and green.
const TRAINING: RGBColor = RGBColor(0, 114, 178);
const VALIDATION: RGBColor = RGBColor(213, 94, 0);

/// Draws the history as an SVG picture: a panel per figure, the loss first, with training and validation over epochs.
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
    let figures = history.figures();
    let panels = figures.len().max(1);
    let root = SVGBackend::with_string(svg, (480 * panels as u32, 360)).into_drawing_area();
    root.fill(&WHITE)?;
    for (area, figure) in root.split_evenly((1, panels)).iter().zip(&figures) {
        panel(area, figure, history)?;
    }
    root.present()?;
    Ok(())
}

/// Where the axis of a figure runs. A loss is seen from 0 on; what lies between 0 and 1 crowds below 1, such as
/// accuracies, and the axis begins where they do, at a full tenth.
fn range(figure: &str, values: impl Iterator<Item = f64>) -> Range<f64> {
    let finite = values.filter(|x| x.is_finite());
    let (low, high) =
        finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let margin = 0.05 * (high - low).max(f64::MIN_POSITIVE);
    match (low, high) {
        _ if low > high => 0.0..1.0,
        (0.0.., _) if figure == "loss" => 0.0..1.05 * high.max(f64::MIN_POSITIVE),
        (0.0.., ..=1.0) => ((low - 0.01).max(0.0) * 10.0).floor() / 10.0..1.0,
        _ => low - margin..high + margin,
    }
}

fn panel(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    figure: &str,
    history: &History,
) -> Drawn {
    let epochs = &history.epochs;
    let last = epochs.last().map_or(1.0, |e| e.epoch as f64).max(2.0);
    let of = |epoch: &Epoch| [&epoch.training, &epoch.validation].map(|part| part.get(figure).copied());
    let mut chart = ChartBuilder::on(area)
        .caption(figure, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(1.0..last, range(figure, epochs.iter().flat_map(of).flatten()))?;
    chart
        .configure_mesh()
        .x_desc("epoch")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .light_line_style(WHITE)
        .draw()?;
    for (i, (name, colour)) in [("training", TRAINING), ("validation", VALIDATION)].into_iter().enumerate() {
        let points =
            epochs.iter().filter_map(|e| Some((e.epoch as f64, of(e)[i].filter(|x| x.is_finite())?)));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    let position =
        if figure == "loss" { SeriesLabelPosition::UpperRight } else { SeriesLabelPosition::LowerRight };
    chart
        .configure_series_labels()
        .position(position)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.2))
        .draw()?;
    Ok(())
}
