//! What is shown: a line per row, and tables in Markdown.

use std::fmt::Write;
use std::process::Command;

use array_core::machine::Machine;

use crate::measure::{Outcome, Times};
use crate::parent::Run;

/// The libraries that have a column, and what stands above it.
const LIBRARIES: [(&str, &str); 10] = [
    ("numpy", "NumPy"),
    ("torch", "PyTorch"),
    ("jax", "JAX"),
    ("ndarray", "ndarray"),
    ("candle", "candle"),
    ("burn", "burn"),
    ("gemm", "gemm"),
    ("gemmkit", "gemmkit"),
    ("matrixmultiply", "matrixmultiply"),
    ("faer", "faer"),
];

/// The peers whose version stands in the lock file.
const PACKAGES: [&str; 7] = ["ndarray", "candle-core", "burn", "gemm", "gemmkit", "matrixmultiply", "faer"];

/// Above the lines of a run.
pub fn heading(threads: usize) -> String {
    format!(
        "{threads} thread(s); best (median); ratio: the best peer's best over ours, above 1 is faster than every peer\n\n\
         {:<26} {:>21}  {:>21} {:<16} {:>6}  {:>6}",
        "row", "ours", "best peer", "", "ratio", "target"
    )
}

/// A row.
pub fn line(outcome: &Outcome) -> String {
    let both = |times: &Times| format!("{} ({})", seconds(times.best), seconds(times.median));
    let ours = outcome.ours().map_or("failed".to_string(), both);
    let mut line = format!("{:<26} {ours:>21}", outcome.row);
    if let (Some(peer), Some(ratio)) = (outcome.best_peer(), outcome.ratio()) {
        let target = outcome.target;
        let verdict = if ratio >= target { "met" } else { "missed" };
        write!(line, "  {:>21} {:<16} {ratio:>6.2}  {target:>6} {verdict}", both(peer), peer.name).ok();
    }
    for fault in &outcome.faults {
        write!(line, "\n    without {fault}").ok();
    }
    line
}

/// Below them.
pub fn footing(run: &Run) -> String {
    let ratios = || run.outcomes.iter().filter_map(|outcome| Some((outcome.ratio()?, outcome.target)));
    let met = ratios().filter(|(ratio, target)| ratio >= target).count();
    let ahead = ratios().filter(|(ratio, _)| *ratio >= 1.0).count();
    format!(
        "\nof {} rows with peers, {ahead} are ahead of every peer and {met} meet their target",
        ratios().count()
    )
}

/// A time in the unit that suits it, with three digits.
fn seconds(time: f64) -> String {
    let (value, unit) = match time {
        t if t < 1e-6 => (t * 1e9, "ns"),
        t if t < 1e-3 => (t * 1e6, "µs"),
        t if t < 1.0 => (t * 1e3, "ms"),
        t => (t, "s"),
    };
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$} {unit}")
}

/// The whole report.
pub fn markdown(runs: &[Run]) -> String {
    let mut text = format!("{}\n\n{}", conditions(runs), summary(runs));
    for run in runs {
        write!(text, "\n### {} thread{}\n\n", run.threads, if run.threads == 1 { "" } else { "s" }).ok();
        text += &table(run);
        writeln!(text, "{}", footing(run)).ok();
    }
    text
}

/// Ours beside the best peer, for every number of threads: the README's table.
fn summary(runs: &[Run]) -> String {
    let mut text = "| row | target |".to_string();
    for run in runs {
        write!(
            text,
            " {} thread{} | best peer | ratio |",
            run.threads,
            if run.threads == 1 { "" } else { "s" }
        )
        .ok();
    }
    text += &format!("\n|---|---|{}\n", "---|---|---|".repeat(runs.len()));
    for outcome in runs.first().map_or(&[][..], |run| &run.outcomes[..]) {
        write!(text, "| {} | {} |", outcome.row, outcome.target).ok();
        for run in runs {
            let Some(outcome) = run.outcomes.iter().find(|other| other.row == outcome.row) else {
                text += " | | |";
                continue;
            };
            let ours = outcome.ours().map_or(String::new(), |times| seconds(times.best));
            let peer =
                outcome.best_peer().map_or(String::new(), |t| format!("{} {}", t.name, seconds(t.best)));
            write!(text, " {ours} | {peer} | {} |", ratio(outcome)).ok();
        }
        text.push('\n');
    }
    text
}

/// The best peer's time over ours, bold where it meets the target.
fn ratio(outcome: &Outcome) -> String {
    outcome.ratio().map_or(String::new(), |ratio| {
        if ratio >= outcome.target { format!("**{ratio:.2}**") } else { format!("{ratio:.2}") }
    })
}

/// Where and how it was measured, in words.
fn conditions(runs: &[Run]) -> String {
    let machine = Machine::measure();
    let caches: Vec<String> =
        machine.caches.iter().map(|cache| format!("L{} {} KiB", cache.level, cache.size >> 10)).collect();
    let rustc = Command::new("rustc").arg("--version").output().ok();
    let rustc =
        rustc.map_or(String::new(), |output| String::from_utf8_lossy(&output.stdout).trim().to_string());
    let mut versions: Vec<String> = PACKAGES.iter().filter_map(|name| version(name)).collect();
    for version in runs.iter().flat_map(|run| &run.versions) {
        if !versions.contains(version) {
            versions.push(version.clone());
        }
    }
    let native = if cfg!(target_feature = "avx2") { "target-cpu features set" } else { "no target-cpu" };
    format!(
        "{}, {} cores, {}; {rustc}, opt-level 3, one codegen unit, thin LTO, {native}. Peers: {}.\n\
         Times are the best of alternating turns in one run; ratio: the best peer's time over ours.",
        machine.cpu,
        std::thread::available_parallelism().map_or(1, usize::from),
        caches.join(", "),
        versions.join(", "),
    )
}

/// `ndarray 0.17.2`, from the lock file; the newest, if a peer brings an older one.
fn version(package: &str) -> Option<String> {
    let lock = include_str!("../Cargo.lock");
    let entry = lock
        .split("[[package]]")
        .filter(|entry| entry.contains(&format!("name = \"{package}\"\n")))
        .last()?;
    let version = entry.lines().find_map(|line| line.strip_prefix("version = "))?;
    Some(format!("{package} {}", version.trim_matches('"')))
}

fn table(run: &Run) -> String {
    let took_part = |(name, _): &&(&str, &str)| run.outcomes.iter().any(|o| o.best_of(name).is_some());
    let libraries: Vec<&(&str, &str)> = LIBRARIES.iter().filter(took_part).collect();
    let mut text = "| row | ours | best peer | ratio | target |".to_string();
    libraries.iter().for_each(|(_, title)| text += &format!(" {title} |"));
    text += &format!("\n|---|---|---|---|---|{}\n", "---|".repeat(libraries.len()));
    for outcome in &run.outcomes {
        let time = |times: Option<&Times>| times.map_or(String::new(), |times| seconds(times.best));
        let peer = outcome.best_peer().map_or("", |times| times.name.as_str());
        let ratio = ratio(outcome);
        write!(
            text,
            "| {} | {} | {peer} | {ratio} | {} |",
            outcome.row,
            time(outcome.ours()),
            outcome.target
        )
        .ok();
        for (name, _) in &libraries {
            write!(text, " {} |", time(outcome.best_of(name))).ok();
        }
        text.push('\n');
    }
    text
}
