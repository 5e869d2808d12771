//! One rise and one fall.

use super::Schedule;
use super::cosine::half_cosine;

/// One rise to a great rate and one fall far below the start: PyTorch's `OneCycleLR`, the rate alone (it can
/// cycle the momentum, too).
///
/// The rate goes from max/25 to max in the first 30 % of the steps, then to max/250,000, both along half a
/// cosine.
///
/// Source: L. Smith and N. Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning
/// Rates", 2018; the variant of fast.ai.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneCycle {
    maximum: f64,
    steps: u64,
    rise: f64,
    start_division: f64,
    end_division: f64,
    linear: bool,
    three_phases: bool,
}

impl OneCycle {
    /// A cycle with this greatest rate over so many steps, after which the rate stays what it is at the end.
    ///
    /// # Panics
    /// If `steps` is 0.
    #[track_caller]
    pub fn new(maximum: f64, steps: u64) -> Self {
        assert!(steps > 0, "OneCycle: at least one step is needed");
        let (start_division, end_division) = (25.0, 1e4);
        OneCycle {
            maximum,
            steps,
            rise: 0.3,
            start_division,
            end_division,
            linear: false,
            three_phases: false,
        }
    }

    /// Sets which part of the steps the rise takes, 0.3 by default: PyTorch's `pct_start`.
    ///
    /// # Panics
    /// If it does not lie in 0..=1.
    #[track_caller]
    pub fn rise(self, part: f64) -> Self {
        assert!((0.0..=1.0).contains(&part), "OneCycle: a rise of {part} does not lie in 0..=1");
        OneCycle { rise: part, ..self }
    }

    /// Sets how many times less than the maximum the first rate is, 25 by default, and how many times less than
    /// that the last one, 10,000 by default: PyTorch's `div_factor` and `final_div_factor`.
    pub fn divisions(self, start: f64, end: f64) -> Self {
        OneCycle { start_division: start, end_division: end, ..self }
    }

    /// Straight lines instead of cosines.
    pub fn linear(self) -> Self {
        OneCycle { linear: true, ..self }
    }

    /// A fall to the first rate that takes as long as the rise, and then a last phase down to the end, as in the
    /// paper.
    pub fn three_phases(self) -> Self {
        OneCycle { three_phases: true, ..self }
    }
}

impl Schedule for OneCycle {
    fn rate(&self, step: u64) -> f64 {
        let (last, top) = ((self.steps - 1) as f64, self.rise * self.steps as f64 - 1.0);
        let start = self.maximum / self.start_division;
        let end = start / self.end_division;
        let phases = match self.three_phases {
            false => &[(top, start, self.maximum), (last, self.maximum, end)][..],
            true => &[(top, start, self.maximum), (2.0 * top, self.maximum, start), (last, start, end)][..],
        };
        let step = step as f64;
        let mut begin = 0.0;
        for &(stop, from, to) in phases {
            if step <= stop {
                let done = if stop > begin { (step - begin) / (stop - begin) } else { 1.0 };
                return if self.linear { from + (to - from) * done } else { half_cosine(from, to, done) };
            }
            begin = stop;
        }
        end
    }
}
