//! Partial results joined pairwise, as they come.

use smallvec::SmallVec;

/// Accumulators that need no memory of their own.
const INLINE: usize = 64;

/// A binary counter of partial results: after 2^k of them they form a balanced tree, so that each has gone
/// through k roundings.
///
/// A partial result is a row of `width` accumulators, joined element by element.
pub struct Cascade<A> {
    width: usize,
    /// How many rows came in. Each 1 of its binary digits is a tree of that size on the stack.
    count: usize,
    /// How many rows are on the stack.
    rows: usize,
    /// The stack, and what lies above it from rows that were joined.
    stack: SmallVec<[A; INLINE]>,
}

impl<A: Copy> Cascade<A> {
    /// No partial results yet.
    pub fn new(width: usize) -> Self {
        Cascade { width, count: 0, rows: 0, stack: SmallVec::new() }
    }

    /// Takes in the row that `fill` writes, over whatever it finds there; `any` is some value.
    pub fn push(&mut self, any: A, fill: impl FnOnce(&mut [A]), combine: impl Fn(A, A) -> A) {
        let (start, end) = (self.rows * self.width, (self.rows + 1) * self.width);
        if self.stack.len() < end {
            self.stack.resize(end, any);
        }
        fill(&mut self.stack[start..end]);
        self.rows += 1;
        for _ in 0..self.count.trailing_ones() {
            self.join_last(&combine);
        }
        self.count += 1;
    }

    /// The row that all of them make; empty if there were none.
    pub fn finish(&mut self, combine: impl Fn(A, A) -> A) -> &[A] {
        while self.rows > 1 {
            self.join_last(&combine);
        }
        &self.stack[..self.rows * self.width]
    }

    /// As [`Cascade::finish`], but more rows may follow. There must be one at least.
    pub fn total(&self, into: &mut [A], combine: impl Fn(A, A) -> A) {
        let mut rows = self.stack[..self.rows * self.width].chunks_exact(self.width).rev();
        if let Some(last) = rows.next() {
            into.copy_from_slice(last);
        }
        for row in rows {
            for (a, &b) in into.iter_mut().zip(row) {
                *a = combine(b, *a);
            }
        }
    }

    fn join_last(&mut self, combine: impl Fn(A, A) -> A) {
        self.rows -= 1;
        let (below, last) = self.stack.split_at_mut(self.rows * self.width);
        let below = &mut below[(self.rows - 1) * self.width..];
        for (a, &b) in below.iter_mut().zip(&*last) {
            *a = combine(*a, b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins numbered leaves and returns, for each, how many combinations it went through.
    fn depths(leaves: usize) -> Vec<(usize, usize)> {
        // A partial result: the numbers of its leaves as a range, and the greatest depth among them.
        let combine = |a: (usize, usize, usize), b: (usize, usize, usize)| {
            assert_eq!(a.1, b.0, "neighbours are joined, in order");
            (a.0, b.1, 1 + a.2.max(b.2))
        };
        let mut cascade = Cascade::new(1);
        (0..leaves).for_each(|i| cascade.push((0, 0, 0), |row| row[0] = (i, i + 1, 0), combine));
        cascade.finish(combine).iter().map(|&(from, to, depth)| (to - from, depth)).collect()
    }

    #[test]
    fn the_tree_is_balanced() {
        assert_eq!(depths(0), []);
        assert_eq!(depths(1), [(1, 0)]);
        assert_eq!(depths(2), [(2, 1)]);
        assert_eq!(depths(1024), [(1024, 10)]);
        for leaves in 2..300 {
            let [(joined, depth)] = depths(leaves)[..] else { panic!("one result") };
            assert_eq!(joined, leaves);
            assert!(depth <= 1 + leaves.ilog2() as usize, "{leaves} leaves, {depth} roundings");
        }
    }

    #[test]
    fn rows_are_joined_element_by_element() {
        let mut cascade = Cascade::new(3);
        for i in 0..5 {
            cascade.push(0, |row| row.copy_from_slice(&[i, 10 * i, 1]), |a, b| a + b);
        }
        assert_eq!(cascade.finish(|a, b| a + b), [10, 100, 5]);
    }
}
