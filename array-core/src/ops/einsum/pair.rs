//! Two operands contracted: one batched matrix product, or a direct loop where that is no use.
//!
//! What only one operand has is summed first. Of the other labels there are four [`Groups`]: without `k` the
//! contraction is an element-wise product, without `m` and `n` a row of dot products; else it is a product of matrices
//! of (m, k) and (k, n). Where a group is no single axis of a matrix, loops go around the product, or an operand is
//! copied so that the group becomes one: whichever costs less.

use super::term::{Term, joint_size, multiply, new_axes};
use crate::array::Array;
use crate::error::Result;
use crate::kernels::dot::sum_products;
use crate::kernels::gemm::{Base, Gemm, gemm};
use crate::kernels::operand::In;
use crate::layout::Shape;
use crate::layout::labels::{Label, LabelList, Labelled, Labels};
use crate::layout::matrices::{Groups, Matrices};

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
    let groups = Groups::new(set_a, set_b, kept);
    let order = order.map_or_else(|| groups.in_memory_order(&a.axes, &b.axes), LabelList::from_slice);
    if groups.k.is_empty() {
        return multiply(op, a, b, &order);
    }
    let axes = new_axes::<T>(op, &order, &order, |label| joint_size(a, b, label))?;
    if (groups.m | groups.n).is_empty() {
        return Ok(sums_of_products(a, b, axes, &groups));
    }
    let matrices = Matrices::new(&axes, &a.axes, &b.axes, &groups);
    let macs =
        groups.k.iter().fold(axes.layout.size(), |n, label| n.saturating_mul(a.axes.size(label))) as f64;
    let direct = macs * cost::LOOP;
    let products = matrices.products(&axes).map(|products| products as f64 * cost::PRODUCT);
    let in_place = products.map_or(f64::INFINITY, |products| products + macs * cost::MULTIPLY);
    if !matrices.are_whole() {
        let packing = Packing::new(a, b, &axes, &groups);
        if packing.cost(macs) < direct.min(in_place) {
            return packing.contract(op, a, b, &groups, &order);
        }
    }
    if in_place <= direct {
        return Ok(multiply_matrices(&matrices, a, b, axes));
    }
    Ok(sums_of_products(a, b, axes, &groups))
}

/// The products, by the kernel that makes all of them.
fn multiply_matrices<T: Gemm>(matrices: &Matrices, a: &Term<T>, b: &Term<T>, axes: Labelled) -> Term<T> {
    let [of_c, of_a, of_b] = matrices.layouts(&axes, &a.axes, &b.axes);
    let product = Array::build(of_c, |out| {
        gemm(out, In::new(a.data(), &of_a), In::new(b.data(), &of_b), Base::Zero);
    });
    Term::made(product, axes)
}

/// Every result by itself, in a loop over its `k`.
fn sums_of_products<T: Gemm>(a: &Term<T>, b: &Term<T>, axes: Labelled, groups: &Groups) -> Term<T> {
    // The labels of the result, along some of which an operand does not move, then those of the sum.
    let loops: LabelList = axes.labels.iter().copied().chain(a.axes.by_stride(groups.k)).collect();
    let shape: Shape = loops.iter().map(|&label| joint_size(a, b, label)).collect();
    let (of_a, of_b) = (a.axes.stretched(&loops, shape.clone()), b.axes.stretched(&loops, shape));
    let sums = Array::build(axes.layout.clone(), |out| {
        sum_products(out, In::new(a.data(), &of_a), In::new(b.data(), &of_b));
    });
    Term::made(sums, axes)
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
    fn new<T: Gemm>(a: &Term<T>, b: &Term<T>, wanted: &Labelled, groups: &Groups) -> Packing {
        let among = |order: &[Label], labels: Labels| -> LabelList {
            order.iter().copied().filter(|&label| labels.contains(label)).collect()
        };
        let lies_well =
            [groups.m, groups.n].iter().all(|&labels| wanted.is_one_axis(&among(&wanted.labels, labels)));
        let order = if lies_well { wanted.labels.clone() } else { groups.in_memory_order(&a.axes, &b.axes) };
        let (batch, m, n) = (among(&order, groups.batch), among(&order, groups.m), among(&order, groups.n));
        // The order of k that copies the least.
        let [first, second] = [a, b].map(|term| {
            let k = term.axes.by_stride(groups.k);
            let copy = |term: &Term<T>, parts: [&LabelList; 2]| -> (usize, Option<LabelList>) {
                if parts.iter().all(|labels| term.axes.is_one_axis(labels)) {
                    return (0, None);
                }
                let order = [&batch, parts[0], parts[1]].into_iter().flatten().copied().collect();
                (term.axes.layout.size(), Some(order))
            };
            let ((size_a, to_a), (size_b, to_b)) = (copy(a, [&m, &k]), copy(b, [&k, &n]));
            (size_a + size_b, to_a, to_b)
        });
        let (copied, to_a, to_b) = if second.0 < first.0 { second } else { first };
        let products = batch.iter().map(|&label| wanted.size(label)).product();
        let copied = copied + if lies_well { 0 } else { wanted.layout.size() };
        Packing { a: to_a, b: to_b, order, copied, products }
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
        let axes = new_axes::<T>(op, order, order, |label| joint_size(&a, &b, label))?;
        let matrices = Matrices::new(&axes, &a.axes, &b.axes, groups);
        debug_assert!(matrices.are_whole(), "copies lie as products need them");
        let product = multiply_matrices(&matrices, &a, &b, axes);
        Ok(if order[..] == *wanted { product } else { product.copied(wanted) })
    }
}
