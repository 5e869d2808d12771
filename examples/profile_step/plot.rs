//! The plot of a sweep.

use plotters::prelude::*;

use super::options::Setting;
use super::sweep::Outcome;

/// The size that a key of --sweep stands for.
fn size(key: &str, setting: &Setting) -> usize {
    match key {
        "width" => setting.width,
        "depth" => setting.depth,
        _ => setting.batch,
    }
}

/// What a setting is, each part by its name, but for the size on the horizontal axis.
fn parts(key: &str, setting: &Setting) -> Vec<String> {
    let Setting { batch, width, depth, dtype, threads, isa, engine, .. } = setting;
    let sizes = [("batch", batch), ("width", width), ("depth", depth), ("threads", threads)];
    let mut parts: Vec<String> = sizes
        .iter()
        .map(|(name, n)| if *name == key { String::new() } else { format!("{name} {n}") })
        .collect();
    parts.extend([dtype.to_string(), isa.name().to_string(), engine.name().to_string()]);
    parts
}

/// For every setting, those of its parts in which not all settings agree: what its curve is called.
fn labels(key: &str, settings: &[&Setting]) -> Vec<String> {
    let all: Vec<Vec<String>> = settings.iter().map(|setting| parts(key, setting)).collect();
    let varies = |part: usize| all.iter().any(|parts| parts[part] != all[0][part]);
    let label = |parts: &Vec<String>| {
        let told = parts.iter().enumerate().filter(|(part, _)| varies(*part)).map(|(_, text)| text.as_str());
        told.collect::<Vec<_>>().join(", ")
    };
    all.iter().map(label).collect()
}

/// GFLOP/s over the size that `key` stands for, as SVG: a curve for everything else that varies, and the machine's
/// peak for each as a thin line.
pub fn draw(key: &str, outcomes: &[Outcome<'_>]) -> Result<String, Box<dyn std::error::Error>> {
    let settings: Vec<&Setting> = outcomes.iter().map(|outcome| outcome.setting).collect();
    let labels = labels(key, &settings);
    let mut curves: Vec<&String> = Vec::new();
    for label in &labels {
        if !curves.contains(&label) {
            curves.push(label);
        }
    }

    let sizes: Vec<f64> = settings.iter().map(|setting| size(key, setting) as f64).collect();
    let least = sizes.iter().copied().fold(f64::INFINITY, f64::min);
    let most = sizes.iter().copied().fold(1.0, f64::max);
    let top = outcomes.iter().map(|outcome| outcome.peak / 1e9).fold(0.0, f64::max) * 1.08;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (960, 480)).into_drawing_area();
        root.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&root)
            .margin(14)
            .x_label_area_size(42)
            .y_label_area_size(56)
            .build_cartesian_2d((least * 0.9..most * 1.1).log_scale().base(2.0), 0.0..top)?;
        chart
            .configure_mesh()
            .x_desc(key)
            .y_desc("GFLOP/s")
            .x_label_formatter(&|x| format!("{x:.0}"))
            .light_line_style(WHITE)
            .draw()?;
        for (i, &curve) in curves.iter().enumerate() {
            let colour = Palette99::pick(i).to_rgba();
            let of_it = || labels.iter().zip(outcomes).zip(&sizes).filter(|((label, _), _)| *label == curve);
            let points: Vec<(f64, f64)> = of_it().map(|((_, o), &size)| (size, o.rate() / 1e9)).collect();
            let peaks = of_it().map(|((_, o), &size)| (size, o.peak / 1e9));
            chart.draw_series(LineSeries::new(peaks, colour.mix(0.4).stroke_width(1)))?;
            chart.draw_series(points.iter().map(|&point| Circle::new(point, 3, colour.filled())))?;
            let name = if curve.is_empty() { "step" } else { curve };
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.2))
            .draw()?;
        root.present()?;
    }
    Ok(svg)
}
