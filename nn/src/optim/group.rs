//! Settings of some parameters only.

use crate::pattern::matches;

/// Settings of the parameters whose paths match a pattern, instead of the optimizer's own.
///
/// A pattern matches a path and everything below it; `*` in it stands for any characters. Where several groups
/// match, the last one that has the setting decides.
///
/// ```
/// use nn::{AdamW, Optimizer};
/// use nn::optim::Group;
/// let adam: AdamW = AdamW::new(1e-3)
///     .weight_decay(0.1)
///     .group(Group::new("*.bias").weight_decay(0.0))
///     .group(Group::new("encoder").learning_rate_factor(0.1));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub(super) pattern: String,
    pub(super) learning_rate_factor: Option<f64>,
    pub(super) weight_decay: Option<f64>,
}

impl Group {
    /// The parameters that this pattern matches, such as `encoder` or `*.bias`.
    pub fn new(pattern: impl Into<String>) -> Self {
        Group { pattern: pattern.into(), learning_rate_factor: None, weight_decay: None }
    }

    /// Multiplies the optimizer's learning rate.
    pub fn learning_rate_factor(self, factor: f64) -> Self {
        Group { learning_rate_factor: Some(factor), ..self }
    }

    /// Replaces the optimizer's weight decay.
    pub fn weight_decay(self, decay: f64) -> Self {
        Group { weight_decay: Some(decay), ..self }
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        matches(&self.pattern, path)
    }
}
