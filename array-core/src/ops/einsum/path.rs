//! A planned einsum, and the report of its costs.

use std::fmt;

use smallvec::SmallVec;

use super::expression::Expression;
use super::labels::{LabelList, Labels};
use super::order::{Costs, Optimize, Steps, steps};
use super::run::run;
use super::spec::Context;
use crate::array::Array;
use crate::error::{OrPanic, Result};
use crate::kernels::gemm::Gemm;

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
    expression: Expression,
    steps: Vec<Vec<usize>>,
    /// One for each step.
    contractions: Vec<Contraction>,
    naive_flops: u128,
}

/// The cost of one step.
#[derive(Debug, Clone)]
struct Contraction {
    flops: u128,
    /// Labels that are looped over.
    scaling: usize,
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
    let expression = Expression::parse(&Context { op: "einsum_path", text: spec, shapes })?;
    let steps = steps(&expression, optimize, memory_limit);
    let costs = Costs::new(&expression);
    let (naive_flops, _) = costs.of_step(&expression.extents, &[]);
    let contractions = contractions(&expression, &costs, &steps);
    let steps = steps.into_iter().map(SmallVec::into_vec).collect();
    Ok(EinsumPath { spec: spec.to_string(), expression, steps, contractions, naive_flops })
}

/// The costs of every step.
fn contractions(expression: &Expression, costs: &Costs<'_>, steps: &Steps) -> Vec<Contraction> {
    let mut extents = expression.extents.to_vec();
    let mut lists = expression.inputs.to_vec();
    let output = expression.text(&expression.output);
    let last = steps.len() - 1;
    let each = steps.iter().enumerate().map(|(at, step)| {
        let picked: Vec<Labels> = step.iter().rev().map(|&i| extents.remove(i)).collect();
        let texts: Vec<String> = step.iter().rev().map(|&i| expression.text(&lists.remove(i))).collect();
        let (flops, kept) = costs.of_step(&picked, &extents);
        let result: LabelList = if at == last { expression.output.clone() } else { kept.iter().collect() };
        let current = format!("{}->{}", texts.join(","), expression.text(&result));
        extents.push(kept);
        lists.push(result);
        let remaining: Vec<String> = lists.iter().map(|list| expression.text(list)).collect();
        Contraction {
            flops,
            scaling: picked.iter().fold(Labels::default(), |all, &one| all | one).len(),
            size: costs.size(kept),
            current,
            remaining: format!("{}->{output}", remaining.join(",")),
        }
    });
    each.collect()
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
        self.contractions.iter().fold(0, |sum: u128, contraction| sum.saturating_add(contraction.flops))
    }

    /// The same if all operands were contracted at once.
    pub fn naive_flops(&self) -> u128 {
        self.naive_flops
    }

    /// Elements of the largest result of any contraction, the last one's included.
    pub fn largest_intermediate(&self) -> u128 {
        self.contractions.iter().map(|contraction| contraction.size).max().unwrap_or(0)
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
        let shapes: SmallVec<[&[usize]; 4]> = operands.iter().map(|operand| operand.shape()).collect();
        let expression = Expression::parse(&Context { op: "einsum", text: &self.spec, shapes: &shapes })?;
        let steps: Steps = self.steps.iter().map(|step| step.as_slice().into()).collect();
        run("einsum", &expression, &steps, operands)
    }
}

impl fmt::Display for EinsumPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inputs, output) = self.subscripts();
        let all = self.expression.extents.iter().fold(Labels::default(), |all, &one| all | one);
        let scaling = self.contractions.iter().map(|contraction| contraction.scaling).max().unwrap_or(0);
        let (naive, flops) = (self.naive_flops as f64, self.flops() as f64);
        writeln!(f, "  Complete contraction:  {}->{output}", inputs.join(","))?;
        writeln!(f, "         Naive scaling:  {}", all.len())?;
        writeln!(f, "     Optimized scaling:  {scaling}")?;
        writeln!(f, "      Naive FLOP count:  {naive:.3e}")?;
        writeln!(f, "  Optimized FLOP count:  {flops:.3e}")?;
        writeln!(f, "   Theoretical speedup:  {:.3}", naive / flops.max(1.0))?;
        writeln!(f, "  Largest intermediate:  {:.3e} elements", self.largest_intermediate() as f64)?;
        let rule = "-".repeat(84);
        write!(f, "{rule}\n{:>8} {:>10} {:>24} {:>40}\n{rule}", "scaling", "FLOPs", "current", "remaining")?;
        for Contraction { flops, scaling, current, remaining, .. } in &self.contractions {
            let flops = format!("{:.2e}", *flops as f64);
            write!(f, "\n{scaling:>8} {flops:>10} {current:>24} {remaining:>40}")?;
        }
        Ok(())
    }
}
