//! The roofline plot.

use std::io::Write;
use std::path::Path;

use array_core::io::atomic_write;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Profile, ProfileRow, Stage};
use crate::error::{Error, Result};

/// Pixels.
const WIDTH: i32 = 960;

type Drawn = std::result::Result<(), Box<dyn std::error::Error>>;

/// Told apart also by readers who do not see red and green.
const fn colour(stage: Stage) -> RGBColor {
    match stage {
        Stage::Forward => RGBColor(0, 114, 178),
        Stage::Backward => RGBColor(213, 94, 0),
        Stage::Optimizer => RGBColor(0, 158, 115),
        Stage::Release => RGBColor(120, 120, 120),
    }
}

impl Profile {
    /// Draws the roofline plot as an SVG picture: the roofs of arithmetic, of each cache level and of memory, and every
    /// row with work at its intensity and speed, the larger the longer it takes. The longest eight have their names,
    /// where there is room.
    ///
    /// # Errors
    /// If the picture cannot be drawn or the file cannot be written; an older one is left as it was then.
    pub fn plot_roofline(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let mut svg = String::new();
        draw(self, &mut svg)
            .map_err(|error| Error::Plot { path: path.to_path_buf(), message: error.to_string() })?;
        atomic_write(path, |file| file.write_all(svg.as_bytes())).map_err(Error::io(path, "write"))
    }
}

fn draw(profile: &Profile, svg: &mut String) -> Drawn {
    let Profile { machine, threads, .. } = profile;
    let peak = machine.peak(profile.dtype, profile.isa, *threads).unwrap_or(1e9) / 1e9;
    let mut rows: Vec<&ProfileRow> = profile
        .rows
        .iter()
        .filter(|row| row.work.flops > 0 && row.work.bytes > 0 && !row.time.is_zero())
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.time));

    // Whole decades around what is to be shown.
    let decades = |values: Vec<f64>| {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(0.0, f64::max);
        10f64.powf(low.log10().floor())..10f64.powf(high.log10().ceil())
    };
    let x = decades(rows.iter().map(|row| row.intensity()).chain([0.1, 100.0]).collect());
    let speeds = rows.iter().map(|row| row.flops_per_second() / 1e9);
    let y = decades(speeds.chain([1.0, peak * 1.01]).collect());

    let root = SVGBackend::with_string(svg, (WIDTH as u32, 560)).into_drawing_area();
    root.fill(&WHITE)?;
    let plural = if *threads == 1 { "thread" } else { "threads" };
    let title = format!("{} · {} · {} · {threads} {plural}", machine.cpu, profile.dtype, profile.isa.name());
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 18))
        .margin(14)
        .x_label_area_size(42)
        .y_label_area_size(56)
        .build_cartesian_2d(x.clone().log_scale(), y.clone().log_scale())?;
    chart
        .configure_mesh()
        .x_desc("FLOP per byte")
        .y_desc("GFLOP/s")
        .x_label_formatter(&|x| format!("{x}"))
        .y_label_formatter(&|y| format!("{y}"))
        .light_line_style(RGBColor(240, 240, 240))
        .draw()?;

    let levels = machine.caches.iter().map(|cache| Some(cache.level)).chain([None]);
    for level in levels {
        let Some(bandwidth) = machine.bandwidth(level, *threads) else { continue };
        // From the left edge, or from where the line enters the picture, up to the peak.
        let (slope, name) =
            (bandwidth / 1e9, level.map_or("memory".to_string(), |level| format!("L{level}")));
        let from = x.start.max(y.start / slope);
        let line = [(from, from * slope), (peak / slope, peak)];
        chart.draw_series(LineSeries::new(line, BLACK.mix(0.5).stroke_width(1)))?;
        let above = Pos::new(HPos::Left, VPos::Bottom);
        let style = ("sans-serif", 12).into_font().color(&BLACK.mix(0.6)).pos(above);
        let text = format!("{name} {slope:.0} GB/s");
        chart.draw_series([Text::new(text, (from * 1.1, from * 1.1 * slope), style)])?;
    }
    chart.draw_series(LineSeries::new([(x.start, peak), (x.end, peak)], BLACK.mix(0.5).stroke_width(1)))?;
    let right =
        ("sans-serif", 12).into_font().color(&BLACK.mix(0.6)).pos(Pos::new(HPos::Right, VPos::Bottom));
    chart.draw_series([Text::new(format!("peak {peak:.0} GFLOP/s"), (x.end / 1.1, peak * 1.02), right)])?;

    let sum = profile.sum().as_secs_f64();
    let radius = |row: &ProfileRow| 3.0 + 22.0 * (row.time.as_secs_f64() / sum).sqrt();
    for stage in Stage::ALL {
        let of_stage: Vec<&&ProfileRow> = rows.iter().filter(|row| row.stage == stage).collect();
        if of_stage.is_empty() {
            continue;
        }
        let style = colour(stage);
        chart
            .draw_series(of_stage.iter().map(|row| {
                let at = (row.intensity(), row.flops_per_second() / 1e9);
                Circle::new(at, radius(row) as i32, style.mix(0.6).filled())
            }))?
            .label(stage.name())
            .legend(move |(x, y)| Circle::new((x + 9, y), 5, style.mix(0.6).filled()));
    }
    let mut names = Names(Vec::new());
    for row in rows.iter().take(8) {
        let style = ("sans-serif", 13).into_font().color(&colour(row.stage));
        let at = chart.backend_coord(&(row.intensity(), row.flops_per_second() / 1e9));
        if let Some(place) = names.place(&row.path, at, radius(row) as i32) {
            root.draw(&Text::new(row.path.clone(), place, style))?;
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.2))
        .draw()?;
    root.present()?;
    Ok(())
}

/// The boxes of names that are in the picture: left, top and width, in pixels.
struct Names(Vec<[i32; 3]>);

impl Names {
    /// The upper left corner for the name of a circle: to the right of it or, if there is no room, to the left. `None`
    /// where other names are: the circle lies upon theirs, too.
    fn place(&mut self, name: &str, (x, y): (i32, i32), radius: i32) -> Option<(i32, i32)> {
        const HEIGHT: i32 = 13;
        // The width of a letter of this height, about.
        let width = 7 * name.chars().count() as i32;
        let (top, gap) = (y - HEIGHT / 2, radius + 3);
        let free = |&left: &i32| {
            let apart = |&[l, t, w]: &[i32; 3]| {
                left + width < l || l + w < left || top + HEIGHT <= t || t + HEIGHT <= top
            };
            left >= 0 && left + width <= WIDTH && self.0.iter().all(apart)
        };
        let left = [x + gap, x - gap - width].into_iter().find(free)?;
        self.0.push([left, top, width]);
        Some((left, top))
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, WIDTH};

    #[test]
    fn names_keep_apart_and_inside() {
        let mut names = Names(Vec::new());
        assert_eq!(names.place("right", (100, 50), 5), Some((108, 44)));
        // The place to the right is taken.
        assert_eq!(names.place("left", (100, 52), 5), Some((64, 46)));
        assert_eq!(names.place("none", (100, 48), 5), None);
        assert_eq!(names.place("edge", (WIDTH - 10, 300), 5), Some((WIDTH - 46, 294)));
    }
}
