//! Two operands contracted: one batched matrix product, or a direct loop where that is no use.
//!
//! The labels of operands and result fall into four groups:
//!
//! ```text
//!             a    b    result
//! batch       ×    ×    ×
//! m           ×         ×
//! n                ×    ×
//! k           ×    ×
//! ```
//!
//! What only one operand has is summed first. Without `k` the contraction is an element-wise product, without `m`
//! and `n` a row of dot products; else it is a product of matrices of (m, k) and (k, n).
//!
//! A group of several labels is one axis of a matrix if one stride steps through all of them, in both arrays
//! that have it. Otherwise the rest of `m` and `n` are loops around the product, or an operand is copied so that its
//! groups become axes: whichever costs less.

use smallvec::SmallVec;

use super::labels::{Label, LabelList, Labels};
use super::term::{Axes, Term, joint_size, multiply, new_layout};
use crate::array::Array;
use crate::error::Result;
use crate::kernels::dot::sum_products;
use crate::kernels::gemm::{Gemm, gemm};
use crate::kernels::operand::In;
use crate::layout::walk::{Axis, Walk};
use crate::layout::{Layout, Shape, Strides};

/// Costs in nanoseconds, on the machine they were measured on; their ratios are what matters.
mod cost {
    /// Of a product of small matrices, besides its multiplications.
    pub const PRODUCT: f64 = 60.0;
    /// Of a multiplication inside a product of matrices.
    pub const MULTIPLY: f64 = 0.02;
    /// Of a multiplication in a direct loop.
    pub const LOOP: f64 = 0.5;
    /// Of copying an element to another order.
    pub const COPY: f64 = 1.5;
}

/// Contracts two terms along all labels that are not kept. The result lies in the given order, if there is one.
pub fn contract<T: Gemm>(
    op: &'static str,
    a: &Term<T>,
    b: &Term<T>,
    kept: Labels,
    order: Option<&[Label]>,
) -> Result<Term<T>> {
    let (set_a, set_b) = (a.set(), b.set());
    let (alone_a, alone_b) = (set_a - set_b - kept, set_b - set_a - kept);
    if !(alone_a | alone_b).is_empty() {
        let a = a.clone().summed(op, alone_a, None)?;
        let b = b.clone().summed(op, alone_b, None)?;
        return contract(op, &a, &b, kept, order);
    }
    let shared = set_a & set_b;
    let groups = Groups { batch: shared & kept, m: set_a - shared, n: set_b - shared, k: shared - kept };
    let order = order.map_or_else(|| groups.in_memory_order(a, b), LabelList::from_slice);
    if groups.k.is_empty() {
        return multiply(op, a, b, &order);
    }
    let layout = new_layout::<T>(op, &order, &order, |label| joint_size(a, b, label))?;
    if (groups.m | groups.n).is_empty() {
        return Ok(Term { array: sums_of_products(a, b, &order, layout, &groups), labels: order });
    }
    let matrices = Matrices::new(a, b, Axes { labels: &order, layout: &layout }, &groups);
    let macs = layout.size() as f64 * matrices.k.len() as f64;
    let direct = macs * cost::LOOP;
    let in_place = matrices.cost(macs);
    let packing =
        if matrices.are_whole() { None } else { Some(Packing::new(a, b, &order, &layout, &groups)) };
    match packing {
        Some(packing) if packing.cost(macs) < direct.min(in_place) => {
            packing.contract(op, a, b, &groups, &order)
        }
        _ if in_place <= direct => Ok(Term { array: matrices.multiply(a, b, layout), labels: order }),
        _ => Ok(Term { array: sums_of_products(a, b, &order, layout, &groups), labels: order }),
    }
}

/// Every result by itself, in a loop over its `k`.
fn sums_of_products<T: Gemm>(
    a: &Term<T>,
    b: &Term<T>,
    order: &[Label],
    layout: Layout,
    groups: &Groups,
) -> Array<T> {
    // The labels of the result, along some of which an operand does not move, then those of the sum.
    let loops: LabelList = order.iter().copied().chain(a.axes().by_stride(groups.k)).collect();
    let shape: Shape = loops.iter().map(|&label| joint_size(a, b, label)).collect();
    let stretched = |term: &Term<T>| {
        let strides = loops.iter().map(|&label| term.axes().get(label).1).collect();
        Layout::from_parts(shape.clone(), strides, term.array.layout().offset())
    };
    let (of_a, of_b) = (stretched(a), stretched(b));
    Array::build(layout, |out| {
        sum_products(out, In::new(a.array.data(), &of_a), In::new(b.array.data(), &of_b));
    })
}

/// The labels of a contraction by where they occur.
struct Groups {
    batch: Labels,
    m: Labels,
    n: Labels,
    k: Labels,
}

impl Groups {
    /// An order for the result in which it lies as the operands do.
    fn in_memory_order<T: Gemm>(&self, a: &Term<T>, b: &Term<T>) -> LabelList {
        let mut order = a.axes().by_stride(self.batch);
        order.extend(a.axes().by_stride(self.m));
        order.extend(b.axes().by_stride(self.n));
        order
    }
}

/// The groups as axes of matrices: for each, its loops and how far they move in the two arrays that have them.
struct Matrices {
    /// Axes of the result, a and b.
    batch: [Layout; 3],
    /// In the result and a.
    m: Walk<2>,
    /// In the result and b.
    n: Walk<2>,
    /// In a and b.
    k: Walk<2>,
}

impl Matrices {
    fn new<T: Gemm>(a: &Term<T>, b: &Term<T>, result: Axes<'_>, groups: &Groups) -> Matrices {
        let (a, b) = (a.axes(), b.axes());
        let walk = |labels: Labels, x: Axes<'_>, y: Axes<'_>| {
            let list: LabelList = labels.iter().collect();
            Walk::new([&x.layout(&list, 0), &y.layout(&list, 0)])
        };
        let batch: LabelList = groups.batch.iter().collect();
        Matrices {
            batch: [result, a, b].map(|axes| axes.layout(&batch, axes.layout.offset())),
            m: walk(groups.m, result, a),
            n: walk(groups.n, result, b),
            k: walk(groups.k, a, b),
        }
    }

    /// Whether every group is one axis, so that nothing but the batch is looped over.
    fn are_whole(&self) -> bool {
        [&self.m, &self.n, &self.k].iter().all(|group| group.axes().len() == 1)
    }

    /// The cost of multiplying as the operands lie; infinite if `k` is no single axis.
    fn cost(&self, macs: f64) -> f64 {
        if self.k.axes().len() > 1 {
            return f64::INFINITY;
        }
        let loops = |group: &Walk<2>| (group.len() / longest(group).1.len.max(1)) as f64;
        let products = self.batch[0].size() as f64 * loops(&self.m) * loops(&self.n);
        products * cost::PRODUCT + macs * cost::MULTIPLY
    }

    /// The products, by the kernel that makes all of them. `k` must be a single axis.
    fn multiply<T: Gemm>(&self, a: &Term<T>, b: &Term<T>, layout: Layout) -> Array<T> {
        let ((at_m, m), (at_n, n), k) = (longest(&self.m), longest(&self.n), self.k.run());
        let others = |group: &Walk<2>, at: usize| -> SmallVec<[Axis<2>; 4]> {
            let axes = group.axes().iter().enumerate();
            axes.filter(|&(other, _)| other != at).map(|(_, &axis)| axis).collect()
        };
        let (more_m, more_n) = (others(&self.m, at_m), others(&self.n, at_n));
        // The batch, the loops of m and n that are no axes of matrices, and the two axes of the matrix.
        let whole = |operand: usize, starts: [isize; 2], matrix: [(usize, isize); 2]| {
            let mut shape = Shape::from_slice(self.batch[operand].shape());
            let mut strides = Strides::from_slice(self.batch[operand].strides());
            for Axis { len, strides: [c, a] } in &more_m {
                shape.push(*len);
                strides.push([*c, *a, 0][operand]);
            }
            for Axis { len, strides: [c, b] } in &more_n {
                shape.push(*len);
                strides.push([*c, 0, *b][operand]);
            }
            for (len, stride) in matrix {
                shape.push(len);
                strides.push(stride);
            }
            let offset = self.batch[operand].offset() as isize + starts[0] + starts[1];
            Layout::from_parts(shape, strides, offset as usize)
        };
        let ([c_m, a_m], [c_n, b_n], [a_k, b_k]) = (m.strides, n.strides, k.strides);
        let (start_m, start_n, start_k) = (self.m.start(), self.n.start(), self.k.start());
        let of_c = whole(0, [start_m[0], start_n[0]], [(m.len, c_m), (n.len, c_n)]);
        let of_a = whole(1, [start_m[1], start_k[0]], [(m.len, a_m), (k.len, a_k)]);
        let of_b = whole(2, [start_n[1], start_k[1]], [(k.len, b_k), (n.len, b_n)]);
        let product = Array::build(of_c, |out| {
            gemm(out, In::new(a.array.data(), &of_a), In::new(b.array.data(), &of_b), false);
        });
        product.view(layout)
    }
}

/// The longest loop of a group, which becomes the axis of the matrix; of equal ones, the innermost.
fn longest(group: &Walk<2>) -> (usize, Axis<2>) {
    let axes = group.axes().iter().copied().enumerate();
    axes.max_by_key(|(_, axis)| axis.len).unwrap_or((0, group.run()))
}

/// What to copy so that every group becomes one axis.
struct Packing {
    /// The orders to copy operands to; `None` for one that lies well.
    a: Option<LabelList>,
    b: Option<LabelList>,
    /// The order in which the result is made.
    order: LabelList,
    /// How many elements are copied, those of the result included if it is made in another order than wanted.
    copied: usize,
    /// How many products there are.
    products: usize,
}

impl Packing {
    fn new<T: Gemm>(a: &Term<T>, b: &Term<T>, wanted: &[Label], layout: &Layout, groups: &Groups) -> Packing {
        let among = |order: &[Label], labels: Labels| -> LabelList {
            order.iter().copied().filter(|&label| labels.contains(label)).collect()
        };
        let result = Axes { labels: wanted, layout };
        let lies_well =
            [groups.m, groups.n].iter().all(|&labels| is_one_axis(result, &among(wanted, labels)));
        let order = if lies_well { wanted.into() } else { groups.in_memory_order(a, b) };
        let (batch, m, n) = (among(&order, groups.batch), among(&order, groups.m), among(&order, groups.n));
        // The order of k that copies the least.
        let candidates = [a, b].map(|term| {
            let k = term.axes().by_stride(groups.k);
            let copy = |term: &Term<T>, parts: [&LabelList; 2]| -> Option<LabelList> {
                let lies_well = parts.iter().all(|labels| is_one_axis(term.axes(), labels));
                (!lies_well).then(|| [&batch, parts[0], parts[1]].into_iter().flatten().copied().collect())
            };
            let (a_to, b_to) = (copy(a, [&m, &k]), copy(b, [&k, &n]));
            let size =
                |to: &Option<LabelList>, term: &Term<T>| if to.is_some() { term.array.size() } else { 0 };
            (size(&a_to, a) + size(&b_to, b), a_to, b_to)
        });
        let [first, second] = candidates;
        let (copied, a_to, b_to) = if second.0 < first.0 { second } else { first };
        let products = batch.iter().map(|&label| joint_size(a, b, label)).product();
        let copied = copied + if lies_well { 0 } else { layout.size() };
        Packing { a: a_to, b: b_to, order, copied, products }
    }

    fn cost(&self, macs: f64) -> f64 {
        self.products as f64 * cost::PRODUCT + self.copied as f64 * cost::COPY + macs * cost::MULTIPLY
    }

    fn contract<T: Gemm>(
        &self,
        op: &'static str,
        a: &Term<T>,
        b: &Term<T>,
        groups: &Groups,
        wanted: &[Label],
    ) -> Result<Term<T>> {
        let copied = |term: &Term<T>, to: &Option<LabelList>| match to {
            Some(order) => term.copied(order),
            None => term.clone(),
        };
        let (a, b, order) = (copied(a, &self.a), copied(b, &self.b), &self.order);
        let layout = new_layout::<T>(op, order, order, |label| joint_size(&a, &b, label))?;
        let matrices = Matrices::new(&a, &b, Axes { labels: order, layout: &layout }, groups);
        debug_assert!(matrices.are_whole(), "copies lie as products need them");
        let product = Term { array: matrices.multiply(&a, &b, layout), labels: order.clone() };
        Ok(if order[..] == *wanted { product } else { product.copied(wanted) })
    }
}

/// Whether one stride steps through all of these labels, in this order.
fn is_one_axis(axes: Axes<'_>, labels: &[Label]) -> bool {
    Walk::in_order([&axes.layout(labels, 0)]).axes().len() == 1
}
