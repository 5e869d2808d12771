//! Einstein summation: any contraction of any number of arrays.
//!
//! ```text
//! text ── spec ──> subscripts ── expression ──> labels with sizes ── order ──> steps ── run ──> result
//!                                                                       │
//!                                              one operand: term (diagonal, sum, transpose)
//!                                             two operands: pair (matrix product, or a direct loop)
//!                                                     more: many (all at once)
//! ```

mod expression;
mod many;
mod order;
mod pair;
mod path;
mod run;
mod spec;
mod term;
#[cfg(test)]
mod tests;

pub use order::Optimize;
pub use path::{EinsumPath, einsum_path, try_einsum_path};

use smallvec::SmallVec;

use crate::array::Array;
use crate::error::{OrPanic, Result};
use crate::kernels::gemm::Gemm;
use crate::layout::labels::{LabelList, MAX_LABELS};
use expression::Expression;
use spec::Context;

/// The Einstein sum of arrays: `numpy.einsum(spec, *operands, optimize="optimal")`.
///
/// `spec` gives every axis of every operand a letter; operands are separated by commas, blanks are ignored. The
/// result has the axes that follow `->`; along all other letters, products of elements are summed. Axes with the same
/// letter have the same size, or size 1, which broadcasts. A letter that an operand has twice walks down a diagonal.
/// `...` stands for the axes that have no letter; they broadcast. Without `->`, the result has the axes behind `...`,
/// then the letters that occur once, in alphabetical order, capitals first.
///
/// | spec | computes |
/// |---|---|
/// | `"ij,jk->ik"` | the matrix product |
/// | `"...ij,...jk->...ik"` | the same for stacks of matrices |
/// | `"ij,ij->i"` | the dot product of each row with each row |
/// | `"i,j->ij"` | the outer product |
/// | `"ii->"`, `"ii->i"` | the trace, the diagonal |
/// | `"ij->ji"` | the transpose |
/// | `"bhid,bhjd->bhij"` | the scores of attention |
///
/// Operands are contracted in pairs, in the order with the fewest operations (see [`einsum_path`] for others, and to
/// plan once what is computed often); a pair is one batched matrix product wherever it can be. The result is
/// row-major, except that of one operand without a sum is a view. Integers wrap around; sums of half precision are
/// rounded once per contraction.
///
/// ```
/// use array_core::{Array, einsum};
/// let a = Array::arange(0.0, 6.0, 1.0).reshape([2, 3]);
/// let v = Array::from_vec([1.0, 0.0, -1.0], 3);
/// assert_eq!(einsum("ij,j->i", &[&a, &v]).to_vec(), [-2.0, -2.0]);
/// assert_eq!(einsum("ij,kj->ik", &[&a, &a]), a.matmul(&a.t()));
///
/// let error = array_core::try_einsum("ij,jk->iz", &[&a, &a.t()]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "einsum: 'z' is in the output but in no operand\n    ij,jk->iz\n            ^\n    shapes: [2, 3], [3, 2]"
/// );
/// ```
///
/// # Panics
/// If `spec` breaks these rules or does not fit the operands.
#[track_caller]
pub fn einsum<T: Gemm>(spec: &str, operands: &[&Array<T>]) -> Array<T> {
    try_einsum(spec, operands).or_panic()
}

/// As [`einsum`](einsum()); fails where it panics.
pub fn try_einsum<T: Gemm>(spec: &str, operands: &[&Array<T>]) -> Result<Array<T>> {
    let shapes: SmallVec<[&[usize]; 4]> = operands.iter().map(|operand| operand.shape()).collect();
    let expression = Expression::parse(&Context { op: "einsum", text: spec, shapes: &shapes })?;
    let steps = order::steps(&expression, Optimize::Optimal, None);
    run::run("einsum", &expression, &steps, operands)
}

/// The contraction of two operands whose axes have these labels, without broadcasting: equal labels have equal sizes.
pub(super) fn contract_pair<T: Gemm>(
    op: &'static str,
    operands: [&Array<T>; 2],
    inputs: SmallVec<[LabelList; 4]>,
    output: LabelList,
) -> Result<Array<T>> {
    let axes = inputs.iter().zip(operands).flat_map(|(labels, array)| labels.iter().zip(array.shape()));
    let mut sizes = SmallVec::from_elem(1, MAX_LABELS);
    axes.for_each(|(&label, &size)| sizes[usize::from(label)] = size);
    let expression = Expression::new(inputs, output, sizes, &operands.map(Array::shape));
    let steps = order::steps(&expression, Optimize::None, None);
    run::run(op, &expression, &steps, &operands)
}
