//! Contractions of two operands as products of matrices.

use smallvec::{SmallVec, smallvec};

use super::labels::{LabelList, Labelled, Labels};
use super::walk::{Axis, Walk};
use super::{Layout, Shape, Strides, listed};

/// The labels of a contraction of a and b, by where they occur.
///
/// ```text
///             a    b    result
/// batch       ×    ×    ×
/// m           ×         ×
/// n                ×    ×
/// k           ×    ×
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Groups {
    pub batch: Labels,
    pub m: Labels,
    pub n: Labels,
    pub k: Labels,
}

impl Groups {
    /// The groups of two sets of labels; in the result are those that are kept. What only one operand has must be
    /// kept.
    pub fn new(a: Labels, b: Labels, kept: Labels) -> Groups {
        let shared = a & b;
        Groups { batch: shared & kept, m: a - shared, n: b - shared, k: shared - kept }
    }

    /// An order for the result in which it lies as the operands do.
    pub fn in_memory_order(&self, a: &Labelled, b: &Labelled) -> LabelList {
        let mut order = a.by_stride(self.batch);
        order.extend(a.by_stride(self.m));
        order.extend(b.by_stride(self.n));
        order
    }
}

/// A group as one axis of a matrix, and loops around it: each with its strides in two of the arrays.
#[derive(Debug)]
struct Group {
    axis: Axis<2>,
    loops: SmallVec<[Axis<2>; 1]>,
    /// How far the first element lies from where the arrays start.
    start: [isize; 2],
}

impl Group {
    fn new(labels: Labels, x: &Labelled, y: &Labelled) -> Group {
        let list: LabelList = listed(labels.iter());
        let whole = |axis: Axis<2>| Group { axis, loops: smallvec![], start: [0; 2] };
        match list[..] {
            [] => whole(Axis { len: 1, strides: [0; 2] }),
            [label] => {
                let ((len, of_x), (_, of_y)) = (x.get(label), y.get(label));
                whole(Axis { len, strides: [of_x, of_y] })
            }
            _ => {
                let [x, y] = [x, y].map(|labelled| labelled.ordered(&list).layout.starting_at(0));
                let walk = Walk::new([&x, &y]);
                let mut loops: SmallVec<[Axis<2>; 1]> = walk.axes().into();
                // The longest loop makes the largest matrices; of equal ones, the innermost.
                let at = (0..loops.len()).max_by_key(|&at| loops[at].len).unwrap_or(0);
                Group { axis: loops.remove(at), loops, start: walk.start() }
            }
        }
    }

    fn rounds(&self) -> usize {
        self.loops.iter().map(|axis| axis.len).product()
    }
}

/// A contraction as products of matrices: (m, k) · (k, n) → (m, n), for every element of the batch.
///
/// A group of several labels is one axis of a matrix if one stride steps through all of them, in both arrays that
/// have it; else `m` and `n` have loops around the product.
#[derive(Debug)]
pub struct Matrices {
    batch: LabelList,
    m: Group,
    n: Group,
    k: Group,
}

impl Matrices {
    pub fn new(result: &Labelled, a: &Labelled, b: &Labelled, groups: &Groups) -> Matrices {
        Matrices {
            batch: result.by_stride(groups.batch),
            m: Group::new(groups.m, result, a),
            n: Group::new(groups.n, result, b),
            k: Group::new(groups.k, a, b),
        }
    }

    /// How many products are made; `None` if they would have to be summed, `k` being several axes.
    pub fn products(&self, result: &Labelled) -> Option<usize> {
        let batch: usize = self.batch.iter().map(|&label| result.size(label)).product();
        self.k.loops.is_empty().then(|| batch * self.m.rounds() * self.n.rounds())
    }

    /// Whether every group is one axis, so that nothing but the batch is looped over.
    pub fn are_whole(&self) -> bool {
        [&self.m, &self.n, &self.k].iter().all(|group| group.loops.is_empty())
    }

    /// The layouts of result, a and b as stacks of matrices.
    pub fn layouts(&self, result: &Labelled, a: &Labelled, b: &Labelled) -> [Layout; 3] {
        let Matrices { batch, m, n, k } = self;
        let ([c_m, a_m], [c_n, b_n], [a_k, b_k]) = (m.axis.strides, n.axis.strides, k.axis.strides);
        // Along the loops of m, b does not move; along those of n, a does not.
        let stack =
            |whole: &Labelled, loops: [[isize; 2]; 2], starts: [isize; 2], matrix: [(usize, isize); 2]| {
                let (mut shape, mut strides) = (Shape::new(), Strides::new());
                for &label in batch {
                    let (size, stride) = whole.get(label);
                    shape.push(size);
                    strides.push(stride);
                }
                for (group, [first, second]) in [m, n].into_iter().zip(loops) {
                    for Axis { len, strides: moves } in &group.loops {
                        shape.push(*len);
                        strides.push(first * moves[0] + second * moves[1]);
                    }
                }
                for (len, stride) in matrix {
                    shape.push(len);
                    strides.push(stride);
                }
                let offset = whole.layout.offset() as isize + starts[0] + starts[1];
                Layout::from_parts(shape, strides, offset as usize)
            };
        let (m_len, n_len, k_len) = (m.axis.len, n.axis.len, k.axis.len);
        [
            stack(result, [[1, 0], [1, 0]], [m.start[0], n.start[0]], [(m_len, c_m), (n_len, c_n)]),
            stack(a, [[0, 1], [0, 0]], [m.start[1], k.start[0]], [(m_len, a_m), (k_len, a_k)]),
            stack(b, [[0, 0], [0, 1]], [n.start[1], k.start[1]], [(k_len, b_k), (n_len, b_n)]),
        ]
    }
}
