//! A planned einsum, and the report of its costs.

use std::fmt;

use smallvec::SmallVec;

use super::expression::Expression;
use super::order::{Costs, Optimize, Steps, steps};
use super::run::run;
use super::spec::Context;
use crate::array::Array;
use crate::error::{OrPanic, Result};
use crate::kernels::gemm::Gemm;
use crate::layout::labels::{LabelList, Labels};

/// In which order [`einsum`](super::einsum()) contracts its operands, and what that costs: the result of
/// [`einsum_path`].
///
/// It prints as a table, and can be kept to contract many sets of operands in the same order.
///
/// ```
/// use array_core::{Array, Optimize, einsum_path};
/// let (a, b, c) = (Array::<f64>::ones([10, 1000]), Array::ones([1000, 10]), Array::ones([10, 500]));
/// let path = einsum_path("ij,jk,kl->il", &[a.shape(), b.shape(), c.shape()], Optimize::Optimal, None);
/// assert_eq!(path.steps(), [[0, 1], [0, 1]]);
/// assert_eq!(path.flops(), 2 * 10 * 1000 * 10 + 2 * 10 * 10 * 500);
/// assert_eq!(path.einsum(&[&a, &b, &c])[[0, 0]], 10_000.0);
/// ```
#[derive(Debug, Clone)]
pub struct EinsumPath {
    spec: String,
    shapes: Vec<Vec<usize>>,
    expression: Expression,
    steps: Vec<Vec<usize>>,
}

/// One step, for the report.
struct Contraction {
    flops: u128,
    /// The labels that are looped over.
    labels: Labels,
    /// Elements of the result.
    size: u128,
    /// Its subscripts, and those of what is left to do after it.
    current: String,
    remaining: String,
}

/// Plans an einsum of operands of these shapes: `numpy.einsum_path`.
///
/// No intermediate result is to have more than `memory_limit` elements; where no order of pairs keeps to it, the
/// operands that are left are contracted at once.
///
/// # Panics
/// Where [`einsum`](super::einsum()) does.
#[track_caller]
pub fn einsum_path(
    spec: &str,
    shapes: &[&[usize]],
    optimize: Optimize,
    memory_limit: Option<usize>,
) -> EinsumPath {
    try_einsum_path(spec, shapes, optimize, memory_limit).or_panic()
}

/// As [`einsum_path`]; fails where it panics.
pub fn try_einsum_path(
    spec: &str,
    shapes: &[&[usize]],
    optimize: Optimize,
    memory_limit: Option<usize>,
) -> Result<EinsumPath> {
    let expression = Expression::parse(&Context { op: "einsum", text: spec, shapes })?;
    let steps = steps(&expression, optimize, memory_limit);
    let steps = steps.into_iter().map(SmallVec::into_vec).collect();
    let shapes = shapes.iter().map(|shape| shape.to_vec()).collect();
    Ok(EinsumPath { spec: spec.to_string(), shapes, expression, steps })
}

impl EinsumPath {
    /// The operands of every contraction, in NumPy's form: positions in the list of operands that are left. They
    /// leave the list, and the result goes to its end.
    pub fn steps(&self) -> &[Vec<usize>] {
        &self.steps
    }

    /// Floating-point operations of all contractions: for each, one multiplication and, if it sums, one addition
    /// per combination of its indices.
    pub fn flops(&self) -> u128 {
        self.contractions().iter().fold(0, |sum: u128, contraction| sum.saturating_add(contraction.flops))
    }

    /// The same if all operands were contracted at once.
    pub fn naive_flops(&self) -> u128 {
        Costs::new(&self.expression).of_step(&self.expression.extents, &[]).0
    }

    /// Elements of the largest result of any contraction, the last one's included.
    pub fn largest_intermediate(&self) -> u128 {
        self.contractions().iter().map(|contraction| contraction.size).max().unwrap_or(0)
    }

    fn contractions(&self) -> Vec<Contraction> {
        let (expression, costs) = (&self.expression, Costs::new(&self.expression));
        let (mut extents, mut lists) = (expression.extents.to_vec(), expression.inputs.to_vec());
        let each = self.steps.iter().enumerate().map(|(at, step)| {
            let picked: Vec<Labels> = step.iter().rev().map(|&i| extents.remove(i)).collect();
            let texts: Vec<String> = step.iter().rev().map(|&i| expression.text(&lists.remove(i))).collect();
            let (flops, kept) = costs.of_step(&picked, &extents);
            let is_last = at + 1 == self.steps.len();
            lists.push(if is_last { expression.output.clone() } else { kept.iter().collect() });
            extents.push(kept);
            let remaining: Vec<String> = lists.iter().map(|list| expression.text(list)).collect();
            Contraction {
                flops,
                labels: picked.iter().fold(Labels::default(), |all, &one| all | one),
                size: costs.size(kept),
                current: format!("{}->{}", texts.join(","), remaining.last().map_or("", String::as_str)),
                remaining: format!("{}->{}", remaining.join(","), expression.text(&expression.output)),
            }
        });
        each.collect()
    }

    /// The shape of the result.
    pub fn shape(&self) -> Vec<usize> {
        self.expression.output_shape().to_vec()
    }

    /// The subscripts of each operand and of the output, with a letter for every axis: those behind an ellipsis have
    /// letters that the text does not use, `?` if none is left.
    pub fn subscripts(&self) -> (Vec<String>, String) {
        let text = |list: &LabelList| self.expression.text(list);
        (self.expression.inputs.iter().map(text).collect(), text(&self.expression.output))
    }

    /// The einsum of operands in this order. Their shapes may differ from the planned ones.
    ///
    /// # Panics
    /// Where [`einsum`](super::einsum()) does.
    #[track_caller]
    pub fn einsum<T: Gemm>(&self, operands: &[&Array<T>]) -> Array<T> {
        self.try_einsum(operands).or_panic()
    }

    /// As [`EinsumPath::einsum`]; fails where it panics.
    pub fn try_einsum<T: Gemm>(&self, operands: &[&Array<T>]) -> Result<Array<T>> {
        let steps: Steps = self.steps.iter().map(|step| step.as_slice().into()).collect();
        let shapes: SmallVec<[&[usize]; 4]> = operands.iter().map(|operand| operand.shape()).collect();
        if shapes[..] == self.shapes[..] {
            return run("einsum", &self.expression, &steps, operands);
        }
        let expression = Expression::parse(&Context { op: "einsum", text: &self.spec, shapes: &shapes })?;
        run("einsum", &expression, &steps, operands)
    }
}

impl fmt::Display for EinsumPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inputs, output) = self.subscripts();
        let all = self.expression.extents.iter().fold(Labels::default(), |all, &one| all | one);
        let contractions = self.contractions();
        let scaling = contractions.iter().map(|contraction| contraction.labels.len()).max().unwrap_or(0);
        let (naive, flops) = (self.naive_flops() as f64, self.flops() as f64);
        writeln!(f, "  Complete contraction:  {}->{output}", inputs.join(","))?;
        writeln!(f, "         Naive scaling:  {}", all.len())?;
        writeln!(f, "     Optimized scaling:  {scaling}")?;
        writeln!(f, "      Naive FLOP count:  {naive:.3e}")?;
        writeln!(f, "  Optimized FLOP count:  {flops:.3e}")?;
        writeln!(f, "   Theoretical speedup:  {:.3}", naive / flops.max(1.0))?;
        writeln!(f, "  Largest intermediate:  {:.3e} elements", self.largest_intermediate() as f64)?;
        let rule = "-".repeat(84);
        write!(f, "{rule}\n{:>8} {:>10} {:>24} {:>40}\n{rule}", "scaling", "FLOPs", "current", "remaining")?;
        for Contraction { flops, labels, current, remaining, .. } in contractions {
            let (scaling, flops) = (labels.len(), format!("{:.2e}", flops as f64));
            write!(f, "\n{scaling:>8} {flops:>10} {current:>24} {remaining:>40}")?;
        }
        Ok(())
    }
}
