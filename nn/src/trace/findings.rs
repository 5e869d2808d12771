//! What in a trace deserves a look: dead and saturated units, values that are not finite, gradients that are missing,
//! vanish or explode.

use std::fmt;

use array_core::Array;

use super::{Stats, Trace};
use crate::scalar::Scalar;

/// One remark about one value.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The value's path, or that of the layer in which it was made.
    pub path: String,
    /// What it is about.
    pub kind: FindingKind,
    /// The remark.
    pub message: String,
}

/// What a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// Values that are NaN or infinite.
    NonFinite,
    /// A trainable parameter that the loss does not depend on.
    MissingGradient,
    /// A parameter that is frozen.
    Frozen,
    /// A gradient whose elements are less than 1e-4 of the largest parameter's gradient, by root mean square.
    VanishingGradient,
    /// A gradient whose norm is above 100·(1 + the parameter's norm).
    ExplodingGradient,
    /// Units of a rectifier that are 0 for every sample.
    DeadUnits,
    /// A tanh or sigmoid of which more than half is within 1 % of a bound.
    Saturated,
    /// A parameter that a step has left where it was, though it is not frozen.
    Unmoved,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// A trainable parameter's share in a backward pass: its gradient's norm is `None` if there is no gradient.
pub(crate) struct ParameterGradient<'a> {
    pub path: &'a str,
    pub size: usize,
    pub norm: f64,
    pub gradient: Option<f64>,
}

/// Remarks about gradients: none, next to none, too much.
pub(crate) fn about_gradients(parameters: &[ParameterGradient<'_>]) -> Vec<Finding> {
    let rms = |p: &ParameterGradient<'_>, norm: f64| norm / (p.size.max(1) as f64).sqrt();
    let largest = parameters.iter().filter_map(|p| Some(rms(p, p.gradient?))).fold(0.0, f64::max);
    let finding = |p: &ParameterGradient<'_>| {
        let (kind, message) = match p.gradient {
            None => (FindingKind::MissingGradient, "no gradient: the loss does not depend on it".to_string()),
            Some(norm) if norm.is_finite() && norm > 100.0 * (1.0 + p.norm) => {
                let message =
                    format!("its gradient explodes: norm {norm:.3e} for a parameter of norm {:.3e}", p.norm);
                (FindingKind::ExplodingGradient, message)
            }
            Some(norm) if rms(p, norm) < 1e-4 * largest => {
                let message = format!(
                    "its gradient vanishes: {:.1e} per element, where the largest is {largest:.1e}",
                    rms(p, norm)
                );
                (FindingKind::VanishingGradient, message)
            }
            Some(_) => return None,
        };
        Some(Finding { path: p.path.to_string(), kind, message })
    };
    parameters.iter().filter_map(finding).collect()
}

impl<T: Scalar> Trace<T> {
    /// Remarks about values and gradients, in the order of the forward pass.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            self.rows().iter().filter_map(|row| non_finite(&row.path, "the value", &row.stats())).collect();
        for (index, node) in self.snapshot.nodes.iter().enumerate() {
            let Some(value) = &node.value else { continue };
            let remark = match node.op {
                "relu" => dead(value),
                "tanh" => saturated(value, -1.0, 1.0),
                "sigmoid" => saturated(value, 0.0, 1.0),
                _ => None,
            };
            let path = || self.place(index);
            findings.extend(remark.map(|(kind, message)| Finding { path: path(), kind, message }));
        }
        if self.rows().iter().any(|row| row.gradient.is_some()) {
            let gradients = self.rows().iter().filter_map(|row| Some((row, row.gradient_stats()?)));
            findings
                .extend(gradients.filter_map(|(row, stats)| non_finite(&row.path, "the gradient", &stats)));
            let frozen = self.rows().iter().filter(|row| row.op == "parameter" && !row.trainable);
            findings.extend(frozen.map(|row| Finding {
                path: row.path.clone(),
                kind: FindingKind::Frozen,
                message: "frozen: it gets no gradient".to_string(),
            }));
            let trainable = self.rows().iter().filter(|row| row.op == "parameter" && row.trainable);
            let parameters: Vec<ParameterGradient<'_>> = trainable
                .map(|row| ParameterGradient {
                    path: &row.path,
                    size: row.value.size(),
                    norm: row.stats().norm,
                    gradient: row.gradient_stats().map(|stats| stats.norm),
                })
                .collect();
            findings.extend(about_gradients(&parameters));
        }
        findings
    }

    /// The first name of a node, or the scope it was made in.
    fn place(&self, node: usize) -> String {
        let name = self.snapshot.names.iter().find(|&&(of, _)| of as usize == node).map(|&(_, scope)| scope);
        let scope = name.unwrap_or(self.snapshot.nodes[node].scope);
        self.snapshot.scopes[scope as usize].1.clone()
    }
}

fn non_finite(path: &str, what: &str, stats: &Stats) -> Option<Finding> {
    let bad = stats.nans + stats.infinities;
    let message =
        || format!("{what} is {:.2} % NaN, {:.2} % infinite", 100.0 * stats.nans, 100.0 * stats.infinities);
    let kind = FindingKind::NonFinite;
    (bad > 0.0).then(|| Finding { path: path.to_string(), kind, message: message() })
}

/// Units are positions along the last axis or, of (n, channels, height, width), channels.
fn dead<T: Scalar>(value: &Array<T>) -> Option<(FindingKind, String)> {
    let (ndim, axis) = (value.ndim(), if value.ndim() == 4 { 1 } else { value.ndim().checked_sub(1)? });
    if ndim < 2 || value.size() == 0 || value.size() == value.shape()[axis] {
        return None;
    }
    let samples: Vec<usize> = (0..ndim).filter(|&other| other != axis).collect();
    let units = value.shape()[axis];
    let dead = value.equal(T::ZERO).all_axis(samples).iter().filter(|&&dead| dead).count();
    let message = || format!("{dead} of {units} rectified units are 0 for every sample");
    (dead > 0).then(|| (FindingKind::DeadUnits, message()))
}

fn saturated<T: Scalar>(value: &Array<T>, low: f64, high: f64) -> Option<(FindingKind, String)> {
    let margin = 0.01 * (high - low);
    let at_bound = |x: &&T| x.to_f64() < low + margin || x.to_f64() > high - margin;
    let share = value.iter().filter(at_bound).count() as f64 / value.size() as f64;
    let message = || format!("{:.0} % of the elements are within 1 % of {low} or {high}", 100.0 * share);
    (share > 0.5).then(|| (FindingKind::Saturated, message()))
}
