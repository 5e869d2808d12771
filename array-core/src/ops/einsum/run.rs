//! A planned expression carried out.

use smallvec::SmallVec;

use super::expression::Expression;
use super::order::Steps;
use super::term::Term;
use super::{many, pair};
use crate::array::Array;
use crate::error::Result;
use crate::kernels::gemm::Gemm;
use crate::layout::labels::{LabelList, Labels};
use crate::layout::listed;

/// Contracts operands, whose shapes the expression has checked.
pub fn run<T: Gemm>(
    op: &'static str,
    expression: &Expression,
    steps: &Steps,
    operands: &[&Array<T>],
) -> Result<Array<T>> {
    let inputs = expression.inputs.iter().zip(operands);
    let mut left: SmallVec<[Term<T>; 4]> = inputs.map(|(labels, array)| Term::new(array, labels)).collect();
    let output = Labels::of(&expression.output);
    for (at, step) in steps.iter().enumerate() {
        let mut picked: SmallVec<[Term<T>; 2]> = step.iter().rev().map(|&i| left.remove(i)).collect();
        picked.reverse();
        let kept = left.iter().fold(output, |all, term| all | term.set());
        let present = picked.iter().fold(Labels::default(), |all, term| all | term.set());
        let is_last = at + 1 == steps.len();
        let order: Option<LabelList> = is_last
            .then(|| listed(expression.output.iter().copied().filter(|&label| present.contains(label))));
        let order = order.as_deref();
        left.push(match &picked[..] {
            [a] => a.clone().summed(op, present - kept, order)?,
            [a, b] => pair::contract(op, a, b, kept, order)?,
            all => many::contract(op, all, kept, order)?,
        });
    }
    // Labels that no operand extends along have axes of size 1.
    Ok(left[0].to_array(&expression.output))
}
