//! Figures as people read them.

use std::time::Duration;

/// Four significant digits; scientific where they would be mostly zeros.
pub(crate) fn figure(x: f64) -> String {
    let size = x.abs();
    match () {
        _ if x == 0.0 => "0".to_string(),
        _ if !x.is_finite() => format!("{x}"),
        _ if !(1e-4..1e5).contains(&size) => format!("{x:.2e}"),
        _ if size < 1.0 => format!("{x:.4}"),
        _ if size < 10.0 => format!("{x:.3}"),
        _ if size < 100.0 => format!("{x:.2}"),
        _ => format!("{x:.1}"),
    }
}

/// A fraction in per cent.
pub(crate) fn percent(fraction: f64) -> String {
    match fraction {
        0.0 => "0 %".to_string(),
        x if x < 0.001 => "< 0.1 %".to_string(),
        x => format!("{:.1} %", 100.0 * x),
    }
}

/// A number of things, with SI prefixes.
pub(crate) fn count(n: f64) -> String {
    let prefixes = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")];
    match prefixes.iter().find(|(size, _)| n >= *size) {
        Some(&(size, prefix)) => {
            let size = if prefix == "k" { 1e3 } else { size };
            format!("{:.1} {prefix}", n / size)
        }
        None => format!("{n}"),
    }
}

/// A time with its unit.
pub(crate) fn duration(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        let figures = [0.0, 1.0, -0.012345, 3.0e-7, 12.345, 1234.5, -2.5e6, f64::NAN].map(figure);
        assert_eq!(figures, ["0", "1.000", "-0.0123", "3.00e-7", "12.35", "1234.5", "-2.50e6", "NaN"]);
        assert_eq!([0.0, 9999.0, 12_345.0, 2.5e6].map(count), ["0", "9999", "12.3 k", "2.5 M"]);
        assert_eq!([0.0, 0.0004, 0.5, 1.0].map(percent), ["0 %", "< 0.1 %", "50.0 %", "100.0 %"]);
        let times = [12.0, 1234.0, 2.5e6].map(|us| duration(Duration::from_secs_f64(us * 1e-6)));
        assert_eq!(times, ["12.0 µs", "1.23 ms", "2.50 s"]);
    }
}
