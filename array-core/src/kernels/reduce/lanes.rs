//! The leaves of a reduction: loops over a few elements that the compiler turns into vector instructions.
//!
//! The form of these loops matters: a new array of accumulators per round, made from the old one through a
//! reference, stays in vector registers; one that is changed in place goes through memory each time.

/// Independent accumulators of a fold over elements side by side: four vectors of the widest kind for 4-byte
/// elements.
pub const LANES: usize = 64;
/// Independent accumulators where elements have to be loaded one by one.
pub const FEW_LANES: usize = 8;

/// Accumulates `absorb(acc, i)` for the `n` positions i = 0, STEP, 2·STEP, … with `L` accumulators, [`LANES`] or
/// [`FEW_LANES`], then joins them as a tree.
///
/// With a `STEP` of 2, the positions between are looked at too, since vectors hold them anyway, but not kept.
/// An accumulator takes in n·STEP/L elements one after the other: `n` should not be many times `L`.
#[inline(always)]
pub fn fold_lanes<A: Copy, const L: usize, const STEP: usize>(
    n: usize,
    neutral: A,
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
    let mut lanes = [neutral; LANES];
    for at in (0..full).step_by(LANES) {
        lanes = absorb_all(&lanes, |acc, lane| absorb(acc, at + lane));
    }
    combine(tree::<A, LANES, STEP>(lanes, &combine), rest)
}

/// One round: `absorb(lanes[i], i)` for every lane.
#[inline(always)]
pub fn absorb_all<A: Copy>(lanes: &[A; LANES], absorb: impl Fn(A, usize) -> A) -> [A; LANES] {
    let mut new = *lanes;
    for lane in 0..LANES {
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

/// Accumulates `absorb(accs[j], i, j)` for `i` in `0..rows`, from neutral accumulators, at most [`LANES`] of them.
#[inline(always)]
pub fn fold_rows<A: Copy>(accs: &mut [A], rows: usize, neutral: A, absorb: impl Fn(A, usize, usize) -> A) {
    if accs.len() == LANES {
        // A number of accumulators known to the compiler.
        let mut lanes = [neutral; LANES];
        for i in 0..rows {
            lanes = absorb_all(&lanes, |acc, j| absorb(acc, i, j));
        }
        accs.copy_from_slice(&lanes);
    } else {
        accs.fill(neutral);
        for i in 0..rows {
            for (j, acc) in accs.iter_mut().enumerate() {
                *acc = absorb(*acc, i, j);
            }
        }
    }
}
