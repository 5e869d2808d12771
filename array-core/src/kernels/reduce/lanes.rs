//! The leaves of a reduction: loops over a few elements that the compiler turns into vector instructions.
//!
//! The form of these loops matters: a new array of accumulators per round, made from the old one through a
//! reference, stays in vector registers; one that is changed in place goes through memory each time.

use std::ops::Range;

/// Independent accumulators of a fold over elements side by side: four vectors of the widest kind for 4-byte
/// elements.
pub const LANES: usize = 64;
/// Independent accumulators where elements have to be loaded one by one.
pub const FEW_LANES: usize = 8;

/// Elements that one accumulator takes in one after the other.
pub const ROUNDS: usize = 16;
/// Blocks of so many rounds are joined pairwise up to 2^LEVELS of them, and those one after the other.
const LEVELS: usize = 4;
/// Elements side by side that are best folded at once: longer rows are better cut into such leaves.
pub const MOST: usize = (LANES * ROUNDS) << LEVELS;

/// Accumulates `absorb(acc, i)` for the `n` positions i = 0, STEP, 2·STEP, … with `L` accumulators, [`LANES`] or
/// [`FEW_LANES`], then joins them as a tree. `ahead(i)` comes before each [`LANES`] positions from i on.
///
/// With a `STEP` of 2, the positions between are looked at too, since vectors hold them anyway, but not kept.
/// With [`FEW_LANES`], an accumulator takes in n·STEP/L elements one after the other.
#[inline(always)]
pub fn fold_lanes<A: Copy, const L: usize, const STEP: usize>(
    n: usize,
    neutral: A,
    ahead: impl Fn(usize),
    absorb: impl Fn(A, usize) -> A,
    combine: impl Fn(A, A) -> A,
) -> A {
    let span = if n == 0 { 0 } else { (n - 1) * STEP + 1 };
    let full = if L == LANES { span - span % LANES } else { 0 };
    let mut few = [neutral; FEW_LANES];
    for at in (full..span).step_by(FEW_LANES) {
        for (lane, acc) in few.iter_mut().enumerate().step_by(STEP) {
            if at + lane < span {
                *acc = absorb(*acc, at + lane);
            }
        }
    }
    let rest = tree::<A, FEW_LANES, STEP>(few, &combine);
    if full == 0 {
        return rest;
    }
    let block = LANES * ROUNDS;
    let lanes = if full <= block {
        rounds(0..full, neutral, &ahead, &absorb)
    } else {
        blocks(
            full.div_ceil(block),
            neutral,
            #[inline(always)]
            |i| rounds(i * block..full.min((i + 1) * block), neutral, &ahead, &absorb),
            &combine,
        )
    };
    combine(tree::<A, LANES, STEP>(lanes, &combine), rest)
}

/// Accumulates `absorb(acc, i)` for these positions, a multiple of [`LANES`] of them.
#[inline(always)]
fn rounds<A: Copy>(
    range: Range<usize>,
    neutral: A,
    ahead: &impl Fn(usize),
    absorb: &impl Fn(A, usize) -> A,
) -> [A; LANES] {
    let mut lanes = [neutral; LANES];
    for at in range.step_by(LANES) {
        ahead(at);
        lanes = absorb_all(&lanes, |acc, lane| absorb(acc, at + lane));
    }
    lanes
}

/// Joins the lanes of `count` blocks pairwise. This is [`super::Cascade`] for a number of accumulators that the compiler
/// knows.
#[inline(always)]
fn blocks<A: Copy>(
    count: usize,
    neutral: A,
    block: impl Fn(usize) -> [A; LANES],
    combine: &impl Fn(A, A) -> A,
) -> [A; LANES] {
    // Each 1 of the binary digits of `i` is a tree of that many blocks; the last level takes in all further ones.
    let mut trees = [[neutral; LANES]; LEVELS + 1];
    for i in 0..count {
        let mut lanes = block(i);
        let level = (i.trailing_ones() as usize).min(LEVELS);
        for tree in &trees[..level] {
            lanes = absorb_all(&lanes, |acc, lane| combine(tree[lane], acc));
        }
        if level == LEVELS {
            lanes = absorb_all(&lanes, |acc, lane| combine(trees[LEVELS][lane], acc));
        }
        trees[level] = lanes;
    }
    let mut sum = [neutral; LANES];
    for (level, tree) in trees.iter().enumerate() {
        if level == LEVELS || count >> level & 1 == 1 {
            sum = absorb_all(&sum, |acc, lane| combine(tree[lane], acc));
        }
    }
    sum
}

/// One round: `absorb(lanes[i], i)` for every lane.
#[inline(always)]
pub fn absorb_all<A: Copy, const L: usize>(lanes: &[A; L], absorb: impl Fn(A, usize) -> A) -> [A; L] {
    let mut new = *lanes;
    for lane in 0..L {
        new[lane] = absorb(lanes[lane], lane);
    }
    new
}

/// Joins the upper half of the lanes to the lower, until the first of each `STEP` lanes are one.
#[inline(always)]
fn tree<A: Copy, const L: usize, const STEP: usize>(mut lanes: [A; L], combine: impl Fn(A, A) -> A) -> A {
    let mut width = L / 2;
    while width >= STEP {
        for lane in 0..width {
            lanes[lane] = combine(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// Rows that many neighbouring columns are taken from at a time: processors foresee what is read of so many, and not of
/// twice as many.
const ROWS: usize = 8;
/// So many columns are many.
const MANY: usize = 1024;

/// Accumulates `absorb(accs[j], i, j)` for `i` in `0..rows`, from neutral accumulators.
#[inline(always)]
pub fn fold_rows<A: Copy>(accs: &mut [A], rows: usize, neutral: A, absorb: impl Fn(A, usize, usize) -> A) {
    match accs.len() {
        LANES.. => fold_columns::<A, LANES>(accs, rows, neutral, absorb),
        FEW_LANES.. => fold_columns::<A, FEW_LANES>(accs, rows, neutral, absorb),
        _ => {
            accs.fill(neutral);
            for i in 0..rows {
                for (j, acc) in accs.iter_mut().enumerate() {
                    *acc = absorb(*acc, i, j);
                }
            }
        }
    }
}

/// As [`fold_rows`], `L` accumulators at a time, a number known to the compiler; the last of them overlap those before.
#[inline(always)]
fn fold_columns<A: Copy, const L: usize>(
    accs: &mut [A],
    rows: usize,
    neutral: A,
    absorb: impl Fn(A, usize, usize) -> A,
) {
    // Only whole groups: the last of others overlaps the one before, which has taken in its rows.
    let many = accs.len() >= MANY && accs.len().is_multiple_of(L);
    let step = if many { ROWS } else { rows.max(1) };
    for first in (0..rows.max(1)).step_by(step) {
        let mut from = 0;
        while from < accs.len() {
            from = from.min(accs.len() - L);
            let mut lanes = [neutral; L];
            if first > 0 {
                lanes.copy_from_slice(&accs[from..from + L]);
            }
            for i in first..rows.min(first + step) {
                lanes = absorb_all(&lanes, |acc, j| absorb(acc, i, from + j));
            }
            accs[from..from + L].copy_from_slice(&lanes);
            from += L;
        }
    }
}
