//! More than two operands contracted at once: no intermediate results, and no matrix product either.

use smallvec::SmallVec;

use super::term::{Term, narrow, new_axes};
use crate::array::Array;
use crate::element::Num;
use crate::error::Result;
use crate::layout::Shape;
use crate::layout::labels::{Label, LabelList, Labels};
use crate::layout::walk::Offsets;

/// `out[kept] = Σ a·b·c…` over all labels that are not kept, one combination of indices after the other.
pub fn contract<T: Num>(
    op: &'static str,
    terms: &[Term<T>],
    kept: Labels,
    order: Option<&[Label]>,
) -> Result<Term<T>> {
    let all = terms.iter().fold(Labels::default(), |all, term| all | term.set());
    let results: LabelList = order.map_or_else(|| (all & kept).iter().collect(), LabelList::from_slice);
    let size = |label: Label| {
        let mut sizes = terms.iter().map(|term| term.axes.size(label));
        sizes.find(|&size| size != 1).unwrap_or(1)
    };
    let loops: LabelList = results.iter().copied().chain((all - kept).iter()).collect();
    let shape: Shape = loops.iter().map(|&label| size(label)).collect();
    let per_result: usize = shape[results.len()..].iter().product();
    let axes = new_axes::<T>(op, &results, &results, size)?;
    let layouts = terms.iter().map(|term| term.axes.stretched(&loops, shape.clone()));
    let mut offsets: SmallVec<[Offsets; 8]> = layouts.map(|layout| Offsets::new(&layout)).collect();
    let array = Array::filled(op, axes.layout.shape(), |values| {
        for value in values {
            let mut sum = T::Acc::ZERO;
            for _ in 0..per_result {
                let mut product = T::Acc::ONE;
                for (term, offsets) in terms.iter().zip(&mut offsets) {
                    if let Some(at) = offsets.next() {
                        product = product.mul(term.data()[at].to_acc());
                    }
                }
                sum = sum.add(product);
            }
            *value = narrow(sum);
        }
    })?;
    Ok(Term::made(array, axes))
}
