//! Samples from a finite population, with and without replacement.

use std::collections::HashSet;

use super::Generator;
use super::drawn::Drawn;
use super::integers::{Bounded, bounded};
use super::pcg64::Pcg64;
use super::population::Population;
use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::{IntList, checked_size, shape_of};

/// The keyword arguments of NumPy's `rng.choice`, with its defaults.
///
/// ```
/// use array_core::random::Choice;
/// use array_core::{Array, default_rng};
/// let rng = &mut default_rng(42);
/// let hand = rng.choice_with(52, 5, Choice { replace: false, ..Choice::default() });
/// assert_eq!(hand.to_vec(), [37, 22, 32, 4, 51]);
/// let p = Array::from_vec([0.5, 0.25, 0.25], 3);
/// let biased = rng.choice_with(3, 5, Choice { p: Some(p), ..Choice::default() });
/// assert_eq!(biased.to_vec(), [2, 2, 2, 0, 0]);
/// ```
#[derive(Debug, Clone)]
pub struct Choice {
    /// Whether the same one may be drawn more than once.
    pub replace: bool,
    /// How likely each one is; the probabilities must sum to 1. `None` for all alike.
    pub p: Option<Array<f64>>,
    /// The axis of an array to draw along.
    pub axis: isize,
    /// Whether a sample without replacement (and without `p`) comes in random order. It is drawn faster in
    /// some other order, which is neither random nor sorted.
    pub shuffle: bool,
}

impl Default for Choice {
    fn default() -> Choice {
        Choice { replace: true, p: None, axis: 0, shuffle: true }
    }
}

fn fail<T>(message: String) -> Result<T> {
    Err(Error::Value { op: "choice", message })
}

/// Checks that these are the probabilities of so many.
fn checked_probabilities(p: &Array<f64>, population: usize) -> Result<Vec<f64>> {
    if p.shape() != [population] {
        let (shapes, rule) =
            ([p.shape().to_vec(), vec![population]], "p must have one entry for each to draw");
        return Err(Error::Shapes { op: "choice", shapes, rule });
    }
    let p = p.to_vec();
    let (mut sum, mut carry) = (0.0, 0.0);
    for &p in &p {
        // Kahan's summation: `carry` is what the last addition rounded away.
        let summand = p - carry;
        let next = sum + summand;
        (carry, sum) = ((next - sum) - summand, next);
    }
    match p.iter().find(|p| p.is_nan() || **p < 0.0) {
        Some(p) => fail(format!("{p} is no probability")),
        None if (sum - 1.0).abs() > f64::EPSILON.sqrt() => {
            fail(format!("the probabilities sum to {sum}, not 1"))
        }
        None => Ok(p),
    }
}

/// The cumulative distribution of these weights.
fn distribution(weights: &[f64]) -> Vec<f64> {
    let sums = weights.iter().scan(0.0, |sum, p| {
        *sum += p;
        Some(*sum)
    });
    let mut cdf: Vec<f64> = sums.collect();
    let total = cdf.last().copied().unwrap_or(1.0);
    cdf.iter_mut().for_each(|sum| *sum /= total);
    cdf
}

/// Whose share of a cumulative distribution a random number falls into.
fn draw(bits: &mut Pcg64, cdf: &[f64]) -> i64 {
    let u = f64::uniform(bits);
    cdf.partition_point(|&sum| sum <= u) as i64
}

/// Distinct ones by weights: repeated ones are dropped, and drawn anew with the weights of what is left.
fn distinct_by_weight(bits: &mut Pcg64, mut weights: Vec<f64>, out: &mut [i64]) {
    let mut found = 0;
    while found < out.len() {
        let cdf = distribution(&weights);
        let missing = out.len() - found;
        for _ in 0..missing {
            let one = draw(bits, &cdf);
            if weights[one as usize] > 0.0 {
                weights[one as usize] = 0.0;
                out[found] = one;
                found += 1;
            }
        }
    }
}

/// The last ones of a shuffled population.
fn shuffled_tail(bits: &mut Pcg64, population: usize, out: &mut [i64]) {
    let mut all: Vec<i64> = (0..population as i64).collect();
    let first = population - out.len();
    for i in (first.max(1)..population).rev() {
        all.swap(i, bounded(bits, i as u64) as usize);
    }
    out.copy_from_slice(&all[first..]);
}

/// R. W. Floyd's sample (Bentley, "Programming Pearls", CACM 30, 1987): one of 0 ..= j for growing j, or j
/// itself if that one was drawn before.
fn floyd(bits: &mut Pcg64, population: usize, shuffle: bool, out: &mut [i64]) {
    let mut seen = HashSet::with_capacity(out.len());
    for (j, slot) in (population - out.len()..).zip(&mut *out) {
        let mut one = bounded(bits, j as u64);
        if !seen.insert(one) {
            one = j as u64;
            seen.insert(one);
        }
        *slot = one as i64;
    }
    if shuffle {
        for i in (1..out.len()).rev() {
            out.swap(i, bounded(bits, i as u64) as usize);
        }
    }
}

/// Samples.
impl Generator {
    /// A sample with replacement of the numbers 0, …, n − 1, or of the parts of an array along its first axis:
    /// NumPy's `rng.choice(a, shape)`.
    ///
    /// The axis drawn along is replaced by the axes of `shape`.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// let colours = Array::from_vec([10, 20, 30], 3);
    /// assert_eq!(default_rng(42).choice(&colours, [2, 2]).to_vec(), [10, 30, 20, 20]);
    /// assert_eq!(default_rng(42).choice(3, [2, 2]).to_vec(), [0, 2, 1, 1]);
    /// ```
    ///
    /// # Panics
    /// Where [`Generator::choice_with`] does.
    #[track_caller]
    pub fn choice<P: Population>(&mut self, population: P, shape: impl IntList) -> P::Sample {
        self.try_choice(population, shape).or_panic()
    }

    /// As [`Generator::choice`]; fails, and draws nothing, where it panics.
    pub fn try_choice<P: Population>(&mut self, population: P, shape: impl IntList) -> Result<P::Sample> {
        self.try_choice_with(population, shape, Choice::default())
    }

    /// As [`Generator::choice`], with NumPy's keyword arguments: `rng.choice(a, shape, replace, p, axis, shuffle)`.
    ///
    /// # Panics
    /// If there are too few to choose from, the probabilities are none or sum to something else than 1, or
    /// the axis does not exist.
    #[track_caller]
    pub fn choice_with<P: Population>(
        &mut self,
        population: P,
        shape: impl IntList,
        options: Choice,
    ) -> P::Sample {
        self.try_choice_with(population, shape, options).or_panic()
    }

    /// As [`Generator::choice_with`]; fails, and draws nothing, where it panics.
    pub fn try_choice_with<P: Population>(
        &mut self,
        population: P,
        shape: impl IntList,
        options: Choice,
    ) -> Result<P::Sample> {
        let op = "choice";
        let Choice { replace, p, axis, shuffle } = options;
        let from = population.size(op, axis)?;
        let shape = shape_of(op, shape)?;
        let size = checked_size(op, &shape, i64::DTYPE)?;
        let weights = p.map(|p| checked_probabilities(&p, from)).transpose()?;
        let likely = weights.as_ref().map_or(from, |p| p.iter().filter(|&&p| p > 0.0).count());
        if likely < if replace { size.min(1) } else { size } {
            return fail(format!("{size} cannot be chosen from {likely}, with replace: {replace}"));
        }

        // Drawn from a copy: if the sample turns out too large to be made, nothing has been drawn.
        let mut next = self.bits.clone();
        let bits = &mut next;
        let positions = Array::filled(op, &shape[..], |out: &mut [i64]| match (replace, weights) {
            _ if out.is_empty() => {}
            (true, None) => i64::fill_integers(bits, 0, from as i64 - 1, out),
            (true, Some(weights)) => {
                let cdf = distribution(&weights);
                out.fill_with(|| draw(bits, &cdf));
            }
            (false, Some(weights)) => distinct_by_weight(bits, weights, out),
            (false, None) if from > 10_000 && out.len() > from / if shuffle { 50 } else { 20 } => {
                shuffled_tail(bits, from, out);
            }
            (false, None) => floyd(bits, from, shuffle, out),
        })?;
        let sample = population.sample(positions, axis)?;
        self.bits = next;
        Ok(sample)
    }
}
