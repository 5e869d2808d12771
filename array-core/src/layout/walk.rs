//! The one loop planner: visits the elements of several layouts of equal shape in step.
//!
//! A [`Walk`] drops axes of size 1, orders the rest so that memory is visited as it lies, merges axes that
//! one stride can step through, and presents what is left as *runs*: an innermost loop of constant strides,
//! started at a sequence of offsets. Kernels only ever write the loop over one run.

use smallvec::SmallVec;

use super::{INLINE_RANK, Layout};

/// One loop of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis<const N: usize> {
    /// How many times the loop goes round.
    pub len: usize,
    /// How far each operand moves per round, in elements.
    pub strides: [isize; N],
}

/// A plan for visiting `N` layouts of equal shape in step.
#[derive(Debug, Clone)]
pub struct Walk<const N: usize> {
    /// Nested loops, outermost first; the last one is the run. Never empty.
    axes: SmallVec<[Axis<N>; INLINE_RANK]>,
    /// The offset of each operand's first element in the order of this walk.
    start: [isize; N],
}

impl<const N: usize> Walk<N> {
    /// A walk in whatever order suits memory; the first operand decides, then the second, and so on.
    #[inline]
    pub fn new(operands: [&Layout; N]) -> Self {
        if operands.iter().all(|o| o.is_contiguous()) {
            return Self::one_run(operands);
        }
        Self::planned(operands)
    }

    /// Of contiguous operands: what the planner would find, without the planning, which small arrays would feel.
    #[inline]
    fn one_run(operands: [&Layout; N]) -> Self {
        let len = operands[0].size();
        let mut axes = SmallVec::new();
        axes.push(Axis { len, strides: [isize::from(len > 1); N] });
        Walk { axes, start: operands.map(|o| o.offset() as isize) }
    }

    fn planned(operands: [&Layout; N]) -> Self {
        let mut walk = Self::axes_of(operands[0].shape(), operands);
        walk.flip_descending();
        walk.sort_by_stride();
        walk.merge();
        walk
    }

    /// A walk in row-major order.
    #[inline]
    pub fn in_order(operands: [&Layout; N]) -> Self {
        Self::in_order_over(operands[0].shape(), operands)
    }

    /// A walk in row-major order over operands of this shape, if there are any.
    #[inline]
    pub fn in_order_over(shape: &[usize], operands: [&Layout; N]) -> Self {
        let mut walk = Self::axes_of(shape, operands);
        walk.merge();
        walk
    }

    fn axes_of(shape: &[usize], operands: [&Layout; N]) -> Self {
        debug_assert!(operands.iter().all(|o| o.shape() == shape), "operands of a walk have one shape");
        let mut axes = SmallVec::new();
        for (axis, &len) in shape.iter().enumerate() {
            if len != 1 {
                axes.push(Axis { len, strides: operands.map(|o| o.strides()[axis]) });
            }
        }
        Walk { axes, start: operands.map(|o| o.offset() as isize) }
    }

    /// Reverses axes on which the first operand that moves at all moves downwards.
    fn flip_descending(&mut self) {
        for axis in &mut self.axes {
            let descending = axis.strides.iter().find(|&&s| s != 0).is_some_and(|&s| s < 0);
            if descending && axis.len > 0 {
                for (start, stride) in self.start.iter_mut().zip(&mut axis.strides) {
                    *start += (axis.len as isize - 1) * *stride;
                    *stride = -*stride;
                }
            }
        }
    }

    /// Largest strides outermost. Insertion sort: stable, and at most a handful of axes.
    fn sort_by_stride(&mut self) {
        let key = |axis: &Axis<N>| axis.strides.map(isize::unsigned_abs);
        for end in 1..self.axes.len() {
            let mut at = end;
            while at > 0 && key(&self.axes[at - 1]) < key(&self.axes[at]) {
                self.axes.swap(at - 1, at);
                at -= 1;
            }
        }
    }

    /// Merges each axis into its inner neighbour where one stride per operand steps through both.
    fn merge(&mut self) {
        if self.axes.iter().any(|axis| axis.len == 0) {
            self.axes.clear();
            self.axes.push(Axis { len: 0, strides: [0; N] });
            return;
        }
        let mut kept: usize = 0;
        for at in 1..self.axes.len() {
            let (outer, inner) = (self.axes[kept], self.axes[at]);
            let steps_through =
                (0..N).all(|i| outer.strides[i] == inner.strides[i].wrapping_mul(inner.len as isize));
            if steps_through {
                self.axes[kept] = Axis { len: outer.len * inner.len, strides: inner.strides };
            } else {
                kept += 1;
                self.axes[kept] = inner;
            }
        }
        self.axes.truncate(kept + 1);
        if self.axes.is_empty() {
            self.axes.push(Axis { len: 1, strides: [0; N] });
        }
    }

    /// The number of elements visited.
    #[inline]
    pub fn len(&self) -> usize {
        self.axes.iter().map(|axis| axis.len).product()
    }

    /// The nested loops, outermost first.
    #[inline]
    pub fn axes(&self) -> &[Axis<N>] {
        &self.axes
    }

    /// The offsets of the first element visited; negative ones are possible for parts of layouts.
    #[inline]
    pub fn start(&self) -> [isize; N] {
        self.start
    }

    /// The innermost loop.
    #[inline]
    pub fn run(&self) -> Axis<N> {
        self.axes[self.axes.len() - 1]
    }

    /// The operands' offsets at the start of every run, in order.
    ///
    /// Inlined always, here and in [`Runs`]: a kernel's loop stays in the function that is compiled for an
    /// instruction set.
    #[inline(always)]
    pub fn runs(&self) -> Runs<'_, N> {
        let once = Axis { len: 1, strides: [0; N] };
        let (outer, last) = match &self.axes[..] {
            [outer @ .., last, _] => (outer, *last),
            _ => (&[][..], once),
        };
        let left = if self.run().len == 0 { 0 } else { last.len };
        Runs {
            outer,
            counters: SmallVec::from_elem(0, outer.len()),
            row: self.start,
            last,
            left,
            next: self.start,
        }
    }

    /// Calls `f` with the operands' offsets at the start of every run, in order.
    #[inline(always)]
    pub fn for_each_run(&self, f: impl FnMut([isize; N])) {
        self.runs().for_each(f);
    }

    /// For a walk whose first operand runs along one axis and whose last one along another, as in a transposed
    /// copy: the walk over all other loops, the axis of the last operand's run, and that of the first's.
    ///
    /// `None` if both run along the same axis, or one of them along none.
    pub fn planes(&self) -> Option<(Walk<N>, Axis<N>, Axis<N>)> {
        let (columns, outer) = self.axes.split_last()?;
        if columns.strides[0] != 1 || columns.strides[N - 1] == 1 {
            return None;
        }
        let along = outer.iter().rposition(|axis| axis.strides[N - 1] == 1)?;
        let mut planes = self.clone();
        planes.axes.truncate(outer.len());
        let rows = planes.axes.remove(along);
        if planes.axes.is_empty() {
            planes.axes.push(Axis { len: 1, strides: [0; N] });
        }
        Some((planes, rows, *columns))
    }

    /// Cuts a loop into `parts` nearly equal pieces; part `i` of them. Together the parts visit what the whole visits; a
    /// part may be empty.
    pub fn part(&self, i: usize, parts: usize) -> Self {
        // The outermost loop that is long enough, so that parts lie apart in memory; if there is none, the longest.
        let is_long = |axis: &Axis<N>| axis.len >= 4 * parts;
        let longest = || (0..self.axes.len()).rev().max_by_key(|&axis| self.axes[axis].len);
        let axis = self.axes.iter().position(is_long).or_else(longest).unwrap_or(0);
        self.cut(axis, i, parts).0
    }

    /// As [`Walk::part`], of the outermost loop: what comes before a part is what the parts before it visit. Also how
    /// many elements these are.
    pub fn outer_part(&self, i: usize, parts: usize) -> (Self, usize) {
        let (part, from) = self.cut(0, i, parts);
        (part, from * self.axes[1..].iter().map(|axis| axis.len).product::<usize>())
    }

    /// Part `i` of `parts` of a loop, and the round it begins with.
    fn cut(&self, axis: usize, i: usize, parts: usize) -> (Self, usize) {
        let mut part = self.clone();
        let axis = &mut part.axes[axis];
        let (from, to) = (axis.len * i / parts, axis.len * (i + 1) / parts);
        axis.len = to - from;
        advance(&mut part.start, axis.strides, from as isize);
        if axis.len == 0 {
            part.merge();
        }
        (part, from)
    }
}

#[inline(always)]
fn advance<const N: usize>(offsets: &mut [isize; N], strides: [isize; N], rounds: isize) {
    for i in 0..N {
        // Wrapping: the last round may step to where no element is.
        offsets[i] = offsets[i].wrapping_add(strides[i].wrapping_mul(rounds));
    }
}

/// See [`Walk::runs`].
#[derive(Debug)]
pub struct Runs<'a, const N: usize> {
    /// All loops but the two innermost, the rounds they have made, and where this round starts.
    outer: &'a [Axis<N>],
    counters: SmallVec<[usize; INLINE_RANK]>,
    row: [isize; N],
    /// The loop around the run, its rounds left, and where the next one starts.
    last: Axis<N>,
    left: usize,
    next: [isize; N],
}

impl<const N: usize> Runs<'_, N> {
    /// Starts the next round of the outer loops, which turn like an odometer; `false` after the last.
    #[inline(never)]
    fn turn(&mut self) -> bool {
        for (axis, counter) in self.outer.iter().zip(&mut self.counters).rev() {
            *counter += 1;
            advance(&mut self.row, axis.strides, 1);
            if *counter < axis.len {
                (self.left, self.next) = (self.last.len, self.row);
                return true;
            }
            *counter = 0;
            advance(&mut self.row, axis.strides, -(axis.len as isize));
        }
        false
    }
}

impl<const N: usize> Iterator for Runs<'_, N> {
    type Item = [isize; N];

    #[inline(always)]
    fn next(&mut self) -> Option<[isize; N]> {
        if self.left == 0 && !self.turn() {
            return None;
        }
        let start = self.next;
        self.left -= 1;
        advance(&mut self.next, self.last.strides, 1);
        Some(start)
    }
}

/// The offsets of one layout in row-major order.
#[derive(Debug, Clone)]
pub struct Offsets {
    walk: Walk<1>,
    counters: SmallVec<[usize; INLINE_RANK]>,
    next: isize,
    left: usize,
}

impl Offsets {
    /// All offsets of a layout, first to last.
    pub fn new(layout: &Layout) -> Offsets {
        let walk = Walk::in_order([layout]);
        let (left, next) = (walk.len(), walk.start[0]);
        Offsets { counters: SmallVec::from_elem(0, walk.axes.len()), walk, next, left }
    }
}

impl Iterator for Offsets {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let offset = self.next as usize;
        for (axis, counter) in self.walk.axes.iter().zip(&mut self.counters).rev() {
            *counter += 1;
            self.next = self.next.wrapping_add(axis.strides[0]);
            if *counter < axis.len {
                break;
            }
            *counter = 0;
            self.next = self.next.wrapping_sub(axis.strides[0].wrapping_mul(axis.len as isize));
        }
        Some(offset)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Offsets {}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(shape: &[usize]) -> Layout {
        Layout::contiguous(shape)
    }

    #[test]
    fn contiguous_operands_become_one_run() {
        let (a, b) = (layout(&[4, 1, 5, 6]), layout(&[4, 1, 5, 6]));
        let walk = Walk::new([&a, &b]);
        assert_eq!(walk.axes.as_slice(), [Axis { len: 120, strides: [1, 1] }]);
    }

    #[test]
    fn contiguous_operands_are_walked_as_the_planner_would() {
        for shape in [&[][..], &[1], &[7], &[1, 5], &[5, 1, 2], &[3, 0, 2], &[2; 8]] {
            let (mut a, b) = (layout(shape), layout(shape));
            if shape.is_empty() {
                a = layout(&[4]).without_axis(0, 3);
            }
            let (walk, planned) = (Walk::new([&a, &b]), Walk::planned([&a, &b]));
            assert_eq!((walk.axes, walk.start), (planned.axes, planned.start), "{shape:?}");
        }
    }

    #[test]
    fn a_transposed_operand_is_walked_as_it_lies() {
        let t = layout(&[4, 5]).transposed();
        assert_eq!(Walk::new([&t]).axes.as_slice(), [Axis { len: 20, strides: [1] }]);
        let runs = Walk::in_order([&t]);
        assert_eq!(runs.axes.as_slice(), [Axis { len: 5, strides: [1] }, Axis { len: 4, strides: [5] }]);
    }

    #[test]
    fn a_reversed_axis_is_walked_upwards() {
        let reversed = layout(&[7]).with_range(0, 6, -1, 7);
        let walk = Walk::new([&reversed]);
        assert_eq!((walk.start, walk.run().strides), ([0], [1]));
    }

    #[test]
    fn no_axes_is_one_element_and_an_empty_axis_is_none() {
        assert_eq!(Walk::new([&layout(&[])]).len(), 1);
        let empty = Walk::new([&layout(&[3, 0, 2])]);
        assert_eq!(empty.len(), 0);
        empty.for_each_run(|_| panic!("there is no run"));
    }

    #[test]
    fn parts_visit_what_the_whole_visits() {
        let a = layout(&[5, 7, 3]).permuted("test", [2, 0, 1]).unwrap();
        let b = layout(&[3, 5, 7]);
        for parts in [1, 2, 3, 8, 40] {
            let mut pairs = Vec::new();
            for i in 0..parts {
                let part = Walk::new([&a, &b]).part(i, parts);
                let run = part.run();
                part.for_each_run(|[x, y]| {
                    pairs.extend(
                        (0..run.len as isize).map(|i| (x + i * run.strides[0], y + i * run.strides[1])),
                    );
                });
            }
            pairs.sort_unstable();
            let mut expected: Vec<_> =
                Offsets::new(&a).zip(Offsets::new(&b)).map(|(x, y)| (x as isize, y as isize)).collect();
            expected.sort_unstable();
            assert_eq!(pairs, expected);
        }
    }
}
