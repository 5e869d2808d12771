//! The progress bar.

use std::cell::Cell;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::figures::describe;
use super::history::History;
use super::trainer::Position;

/// One bar on stderr for a whole training run: epoch, figures, batches per second, time left.
///
/// On a terminal the bar is redrawn at most ten times a second. Elsewhere there is no bar but one line per
/// epoch, so that logs stay readable.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    epochs: u64,
    quiet: bool,
    /// The batches of the epochs that lie behind.
    behind: Cell<u64>,
    drawn: Cell<Option<Instant>>,
}

impl Progress {
    /// A bar for so many epochs. A `quiet` one shows nothing at all.
    pub fn new(epochs: u64, quiet: bool) -> Progress {
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(10) };
        let bar = ProgressBar::with_draw_target(None, target);
        let template = "{prefix} [{wide_bar}] {msg} · {per_sec} · {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            let per_sec = |state: &indicatif::ProgressState, w: &mut dyn std::fmt::Write| {
                // A write to the bar's own buffer; there is nobody to report a failure to.
                let _ = write!(w, "{:.0} batches/s", state.per_sec());
            };
            bar.set_style(style.progress_chars("━╸ ").with_key("per_sec", per_sec));
        }
        Progress { bar, epochs, quiet, behind: Cell::new(0), drawn: Cell::new(None) }
    }

    /// Notes that an epoch of so many batches, if that is known, begins behind `done` others, or goes on at a place in
    /// it.
    pub fn begin_epoch(&self, done: u64, batches: Option<usize>, position: u64) {
        let Some(batches) = batches.map(|batches| batches as u64).filter(|_| !self.bar.is_hidden()) else {
            return;
        };
        self.bar.set_prefix(format!("epoch {}/{}", done + 1, self.epochs));
        self.bar.set_length(self.epochs * batches);
        self.behind.set(done * batches);
        self.bar.set_position(done * batches + position);
        if self.drawn.get().is_none() {
            self.bar.reset_eta();
        }
    }

    /// Notes that training has come to this place of the epoch.
    pub fn advance(&self, position: &Position) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_position(self.behind.get() + position.batches);
        if self.drawn.get().is_none_or(|drawn| drawn.elapsed() > Duration::from_millis(100)) {
            self.bar.set_message(describe(&position.sums.means(), ""));
            self.drawn.set(Some(Instant::now()));
        }
    }

    /// Notes the end of an epoch; where there is no bar, this is the epoch's line.
    pub fn end_epoch(&self, history: &History, elapsed: Duration) {
        let Some(epoch) = history.epochs.last().filter(|_| self.bar.is_hidden() && !self.quiet) else {
            return;
        };
        let figures = [describe(&epoch.training, ""), describe(&epoch.validation, "validation ")];
        let figures: Vec<&str> = figures.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        eprintln!(
            "epoch {}/{}: {} · {:.2} s",
            epoch.epoch,
            self.epochs,
            figures.join(" · "),
            elapsed.as_secs_f64()
        );
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
