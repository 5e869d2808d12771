//! A planned expression carried out.

use smallvec::SmallVec;

use super::expression::Expression;
use super::labels::{LabelList, Labels};
use super::order::Steps;
use super::term::Term;
use super::{many, pair};
use crate::array::Array;
use crate::error::Result;
use crate::kernels::gemm::Gemm;
use crate::layout::{Layout, Shape, Strides};

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
        let mut picked: SmallVec<[Term<T>; 4]> = step.iter().rev().map(|&i| left.remove(i)).collect();
        picked.reverse();
        let kept = left.iter().fold(output, |all, term| all | term.set());
        let present = picked.iter().fold(Labels::default(), |all, term| all | term.set());
        let last = at + 1 == steps.len();
        let order: Option<LabelList> = last
            .then(|| expression.output.iter().copied().filter(|&label| present.contains(label)).collect());
        let order = order.as_deref();
        left.push(match &mut picked[..] {
            [a] => a.clone().summed(op, present - kept, order)?,
            [a, b] => pair::contract(op, a, b, kept, order)?,
            all => many::contract(op, all, kept, order)?,
        });
    }
    // Labels that no operand extends along have axes of size 1.
    let term = &left[0];
    let (shape, strides): (Shape, Strides) =
        expression.output.iter().map(|&label| term.axes().get(label)).unzip();
    Ok(term.array.view(Layout::from_parts(shape, strides, term.array.layout().offset())))
}
