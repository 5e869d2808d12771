//! In which order to contract operands: what an order costs, and how to find a cheap one.

use smallvec::{SmallVec, smallvec};

use super::expression::Expression;
use crate::layout::labels::Labels;

/// How to choose the order in which [`einsum`](super::einsum()) contracts its operands: NumPy's `optimize`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Optimize {
    /// All operands at once, without intermediate results.
    None,
    /// Again and again the pair whose contraction frees the most memory; of equal ones, the cheapest.
    Greedy,
    /// The order of pairs with the fewest FLOPs; greedy if there are more than 12 operands.
    #[default]
    Optimal,
}

/// Up to how many operands [`Optimize::Optimal`] is exact: 3¹² = 531,441 pairs of disjoint sets of operands.
const EXACT_OPERANDS: usize = 12;

/// The operands of one contraction: positions in the list of those that are left, ascending. They leave the list;
/// the result goes to its end.
pub type Step = SmallVec<[usize; 2]>;
/// The contractions that make one result of all operands.
pub type Steps = SmallVec<[Step; 4]>;

/// Operands and results of a contraction, as far as its cost goes: along which labels they extend.
pub struct Costs<'a> {
    sizes: &'a [usize],
    output: Labels,
}

impl<'a> Costs<'a> {
    pub fn new(expression: &'a Expression) -> Costs<'a> {
        Costs { sizes: &expression.sizes, output: Labels::of(&expression.output) }
    }

    pub fn size(&self, labels: Labels) -> u128 {
        labels.size(self.sizes)
    }

    /// The labels that stay when operands with these labels are contracted while others are left.
    pub fn kept(&self, labels: Labels, left: impl IntoIterator<Item = Labels>) -> Labels {
        labels & left.into_iter().fold(self.output, |all, one| all | one)
    }

    /// The FLOPs of a product of two operands that are summed along what only they have: one multiplication, and
    /// one addition if there is a sum, for every combination of indices.
    pub fn of_pair(&self, a: Labels, b: Labels, kept: Labels) -> u128 {
        let all = a | b;
        self.size(all).saturating_mul(if (all - kept).is_empty() { 1 } else { 2 })
    }

    /// The FLOPs of summing one operand: one addition per element; none if there is nothing to sum.
    pub fn of_sum(&self, labels: Labels, kept: Labels) -> u128 {
        if (labels - kept).is_empty() { 0 } else { self.size(labels) }
    }

    /// The FLOPs of a contraction and the labels of its result. Of one or two operands, what only one of them has
    /// is summed first.
    pub fn of_step(&self, picked: &[Labels], left: &[Labels]) -> (u128, Labels) {
        let all = picked.iter().fold(Labels::default(), |all, &one| all | one);
        let kept = self.kept(all, left.iter().copied());
        let flops = match *picked {
            [a] => self.of_sum(a, kept),
            [a, b] => {
                let (a_kept, b_kept) = (a & (b | kept), b & (a | kept));
                let sums = self.of_sum(a, a_kept).saturating_add(self.of_sum(b, b_kept));
                sums.saturating_add(self.of_pair(a_kept, b_kept, kept))
            }
            _ => {
                let per_index = picked.len() as u128 - u128::from((all - kept).is_empty());
                self.size(all).saturating_mul(per_index)
            }
        };
        (flops, kept)
    }
}

/// The contractions of an expression. No intermediate result is to have more than `limit` elements; the operands
/// that are left when no pair can keep to it are contracted at once.
pub fn steps(expression: &Expression, optimize: Optimize, limit: Option<usize>) -> Steps {
    let count = expression.inputs.len();
    let limit = limit.map_or(u128::MAX, |limit| limit as u128);
    if count <= 2 || optimize == Optimize::None {
        return smallvec![(0..count).collect()];
    }
    let costs = Costs::new(expression);
    let exact = optimize == Optimize::Optimal && count <= EXACT_OPERANDS;
    let optimal = if exact { optimal(&costs, &expression.extents, limit) } else { None };
    optimal.unwrap_or_else(|| greedy(&costs, &expression.extents, limit))
}

/// The best way to contract a set of operands.
#[derive(Clone, Copy)]
struct Best {
    flops: u128,
    /// The labels of the result.
    kept: Labels,
    /// One of the two sets that it is the contraction of; 0 for a single operand.
    half: usize,
}

/// The cheapest order of pairs, by dynamic programming: what is left of a set of operands does not depend on the
/// order in which they were contracted, so the best order of a set is made of best orders of two halves. `None`
/// if every order exceeds the limit.
fn optimal(costs: &Costs<'_>, extents: &[Labels], limit: u128) -> Option<Steps> {
    let all = (1usize << extents.len()) - 1;
    // The labels of a set: those of all members but the first, which is a smaller set, and the first's.
    let mut unions: SmallVec<[Labels; 16]> = smallvec![Labels::default()];
    for set in 1..=all {
        unions.push(unions[set & (set - 1)] | extents[set.trailing_zeros() as usize]);
    }
    let unreachable = Best { flops: u128::MAX, kept: Labels::default(), half: 0 };
    let mut best: SmallVec<[Best; 16]> = SmallVec::from_elem(unreachable, all + 1);
    for set in 1..=all {
        let kept = costs.kept(unions[set], [unions[all & !set]]);
        best[set].kept = kept;
        if set.is_power_of_two() {
            best[set].flops = 0; // Summing what only one operand has costs the same in every order.
            continue;
        }
        if set != all && costs.size(kept) > limit {
            continue;
        }
        // Every way to halve the set; the half with its first operand stands for both.
        let first = set & set.wrapping_neg();
        let mut half = (set - 1) & set;
        while half > 0 {
            if half & first != 0 {
                let (a, b) = (best[half], best[set & !half]);
                let below = a.flops.saturating_add(b.flops);
                if below < best[set].flops {
                    let flops = below.saturating_add(costs.of_pair(a.kept, b.kept, kept));
                    if flops < best[set].flops {
                        best[set] = Best { flops, kept, half };
                    }
                }
            }
            half = (half - 1) & set;
        }
    }
    (best[all].half != 0).then(|| {
        let mut left: SmallVec<[usize; 16]> = (0..extents.len()).map(|i| 1 << i).collect();
        let mut steps = Steps::new();
        halve(&best, all, &mut left, &mut steps);
        steps
    })
}

/// The steps that contract a set of operands, after those of its halves. `left` lists the sets that are left.
fn halve(best: &[Best], set: usize, left: &mut SmallVec<[usize; 16]>, steps: &mut Steps) {
    let half = best[set].half;
    if half == 0 {
        return;
    }
    halve(best, half, left, steps);
    halve(best, set & !half, left, steps);
    let is_half = |&other: &usize| other == half || other == set & !half;
    steps.push((0..left.len()).filter(|&i| is_half(&left[i])).collect());
    left.retain(|other| !is_half(other));
    left.push(set);
}

fn greedy(costs: &Costs<'_>, extents: &[Labels], limit: u128) -> Steps {
    let mut left: SmallVec<[Labels; 16]> = extents.into();
    let mut steps = Steps::new();
    while left.len() > 1 {
        let pair = best_pair(costs, &left, limit, false).or_else(|| best_pair(costs, &left, limit, true));
        let step: Step = match pair {
            Some([i, j]) => smallvec![i, j],
            None => (0..left.len()).collect(),
        };
        let picked: SmallVec<[Labels; 16]> = step.iter().rev().map(|&i| left.remove(i)).collect();
        let (_, kept) = costs.of_step(&picked, &left);
        left.push(kept);
        steps.push(step);
    }
    steps
}

/// The pair whose contraction frees the most memory; pairs without a common label only if `outer`.
fn best_pair(costs: &Costs<'_>, left: &[Labels], limit: u128, outer: bool) -> Option<[usize; 2]> {
    let mut best = None;
    for (j, &b) in left.iter().enumerate() {
        for (i, &a) in left[..j].iter().enumerate() {
            if !outer && (a & b).is_empty() {
                continue;
            }
            let others =
                left.iter().enumerate().filter(|&(o, _)| o != i && o != j).map(|(_, &labels)| labels);
            let kept = costs.kept(a | b, others);
            let size = costs.size(kept);
            if size > limit && left.len() > 2 {
                continue;
            }
            let signed = |size: u128| i128::try_from(size).unwrap_or(i128::MAX);
            let before = costs.size(a).saturating_add(costs.size(b));
            let grown = signed(size).saturating_sub(signed(before));
            let key = (grown, costs.of_pair(a, b, kept));
            if best.is_none_or(|(least, _)| key < least) {
                best = Some((key, [i, j]));
            }
        }
    }
    best.map(|(_, pair)| pair)
}
