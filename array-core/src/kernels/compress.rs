//! The elements that a mask marks, side by side: one pass to count them, one to move them.

use std::ops::Range;

use super::isa::{Kernel, dispatch};
use super::operand::Ptr;
use super::parallel;

/// Elements handled by one task; its output starts where the counts of the blocks before it end.
const BLOCK: usize = 1 << 15;

/// Where the marked elements of each block go.
#[derive(Debug)]
pub struct Compress<'a> {
    mask: &'a [bool],
    /// For each block, how many marked elements come before it; last, how many there are.
    starts: Vec<usize>,
}

struct Count<'a>(&'a [bool]);

impl Kernel for Count<'_> {
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        // 255 flags cannot overflow the byte they are summed in.
        self.0
            .chunks(255)
            .map(|flags| usize::from(flags.iter().map(|&flag| u8::from(flag)).sum::<u8>()))
            .sum()
    }
}

fn for_each_block(len: usize, task: impl Fn(usize) + Sync) {
    match len.div_ceil(BLOCK) {
        blocks @ 0..=1 => (0..blocks).for_each(task),
        blocks => parallel::for_each_task(blocks, task),
    }
}

impl<'a> Compress<'a> {
    /// Counts the marks.
    pub fn new(mask: &'a [bool]) -> Self {
        let blocks = mask.len().div_ceil(BLOCK);
        let mut starts = vec![0; blocks + 1];
        let counts = Ptr(starts.as_mut_ptr());
        for_each_block(mask.len(), |block| {
            let flags = &mask[block * BLOCK..mask.len().min((block + 1) * BLOCK)];
            // SAFETY: `starts` has blocks + 1 places, and each task writes the one after its own number.
            unsafe { *counts.at(block as isize + 1) = dispatch(Count(flags)) };
        });
        for block in 0..blocks {
            starts[block + 1] += starts[block];
        }
        Compress { mask, starts }
    }

    /// How many elements are marked.
    pub fn count(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Writes the marked ones of `a`, which has the mask's length, to `out`, which has [`Self::count`].
    pub fn elements<T: Copy + Send + Sync>(&self, out: &mut [T], a: &[T]) {
        assert_eq!(a.len(), self.mask.len(), "one flag per element");
        self.run(out, |part| a[part].iter().copied());
    }

    /// Writes the positions of the marks to `out`, which has [`Self::count`].
    pub fn positions(&self, out: &mut [i64]) {
        self.run(out, |part| part.map(|i| i as i64));
    }

    fn run<T: Send + Sync, I: Iterator<Item = T>>(
        &self,
        out: &mut [T],
        values: impl Fn(Range<usize>) -> I + Sync,
    ) {
        assert_eq!(out.len(), self.count(), "one place per mark");
        let out = Ptr(out.as_mut_ptr());
        for_each_block(self.mask.len(), |block| {
            let part = block * BLOCK..self.mask.len().min((block + 1) * BLOCK);
            let (start, end) = (self.starts[block], self.starts[block + 1]);
            // SAFETY: starts ascend to the length of `out`, so tasks write disjoint parts of it.
            let out = unsafe { out.slice_mut(start as isize, end - start) };
            compress_block(out, values(part.clone()), &self.mask[part]);
        });
    }
}

/// Every value is written to the next free place, which only a mark takes: no branch depends on the mask.
fn compress_block<T>(out: &mut [T], values: impl Iterator<Item = T>, mask: &[bool]) {
    let mut values = values.zip(mask);
    let mut taken = 0;
    while let Some(place) = out.get_mut(taken)
        && let Some((value, &marked)) = values.next()
    {
        *place = value;
        taken += usize::from(marked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_a_loop_keeps() {
        let mut state = 1u64;
        for len in [0, 1, 254, 255, 256, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 77] {
            let a: Vec<usize> = (0..len).collect();
            let random: Vec<bool> = (0..len)
                .map(|_| {
                    state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    state >> 62 == 0
                })
                .collect();
            for mask in [random, vec![true; len], vec![false; len]] {
                let expected: Vec<usize> = (0..len).filter(|&i| mask[i]).collect();
                let plan = Compress::new(&mask);
                let mut out = vec![0; plan.count()];
                plan.elements(&mut out, &a);
                assert_eq!(out, expected);
            }
        }
    }
}
