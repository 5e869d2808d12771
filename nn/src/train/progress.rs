//! The progress bar.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// One bar on stderr for a whole training run: epoch, loss, accuracy, samples per second, time left.
///
/// On a terminal the bar is redrawn at most ten times a second. Elsewhere there is no bar but one line per
/// epoch, so that logs stay readable.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    epochs: u64,
    per_epoch: u64,
    quiet: bool,
}

impl Progress {
    /// A bar for `epochs` epochs of `samples` samples each, of which `done` epochs lie behind. A `quiet` one
    /// shows nothing at all.
    pub fn new(epochs: u64, samples: u64, done: u64, quiet: bool) -> Progress {
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(10) };
        let bar = ProgressBar::with_draw_target(Some(epochs * samples), target);
        let template = "{prefix} [{wide_bar}] {msg} · {per_sec} · {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            let per_sec = |state: &indicatif::ProgressState, w: &mut dyn std::fmt::Write| {
                // A write to the bar's own buffer; there is nobody to report a failure to.
                let _ = write!(w, "{:.0} samples/s", state.per_sec());
            };
            bar.set_style(style.progress_chars("━╸ ").with_key("per_sec", per_sec));
        }
        bar.set_position(done * samples);
        bar.reset_eta();
        Progress { bar, epochs, per_epoch: samples, quiet }
    }

    /// Notes that `samples` more have been trained on, with the epoch's figures so far.
    pub fn advance(&self, epoch: u64, samples: u64, loss: f64, accuracy: f64) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_prefix(format!("epoch {epoch}/{}", self.epochs));
        self.bar.set_message(format!("loss {loss:.4} · accuracy {accuracy:.4}"));
        self.bar.inc(samples);
    }

    /// Notes the end of an epoch; where there is no bar, this is the epoch's line.
    pub fn end_epoch(&self, epoch: u64, summary: &str, elapsed: Duration) {
        if self.bar.is_hidden() && !self.quiet {
            let rate = self.per_epoch as f64 / elapsed.as_secs_f64().max(1e-9);
            eprintln!("epoch {epoch}/{}: {summary} · {rate:.0} samples/s", self.epochs);
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
