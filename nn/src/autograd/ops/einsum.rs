//! Einstein summation.

use array_core::{Array, Optimize, einsum as contract, try_einsum_path};

use super::super::Var;
use crate::scalar::Scalar;

/// The Einstein sum of values, as [`array_core::einsum`].
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::Tape;
/// use nn::autograd::ops::einsum;
/// let tape = Tape::training(default_rng(0));
/// let q = tape.variable(Array::<f32>::ones([2, 4, 10, 8]));
/// let k = tape.variable(Array::ones([2, 4, 10, 8]));
/// let scores = einsum("bhid,bhjd->bhij", &[q, k]);
/// assert_eq!(scores.shape(), [2, 4, 10, 10]);
/// assert_eq!(scores.sum().backward().get(q).unwrap().shape(), [2, 4, 10, 8]);
/// ```
///
/// # Panics
/// If there are no operands, the subscripts cannot be read, or they do not fit the operands.
#[track_caller]
pub fn einsum<'t, T: Scalar>(spec: &str, operands: &[Var<'t, T>]) -> Var<'t, T> {
    let tape = operands.first().expect("einsum: at least one operand is needed").tape();
    let values: Vec<Array<T>> = operands.iter().map(|operand| operand.value()).collect();
    let shapes: Vec<&[usize]> = values.iter().map(Array::shape).collect();
    let path = tape.expect(try_einsum_path(spec, &shapes, Optimize::Optimal, None));
    let value = tape.expect(path.try_einsum(&values.iter().collect::<Vec<_>>()));
    let flops = u64::try_from(path.flops()).unwrap_or(u64::MAX);
    let edges = operands.iter().enumerate().map(|(at, operand)| {
        let (subscripts, values) = (path.subscripts(), values.clone());
        operand.edge(move |g| adjoint(subscripts, &values, at, g))
    });
    tape.record_all("einsum", value, edges.collect()).costing(flops)
}

/// The gradient of operand `at`: an einsum of the result's gradient and the other operands. An identity matrix puts
/// a diagonal's gradient on the diagonal; ones spread it along what is summed in this operand alone.
fn adjoint<T: Scalar>(
    (inputs, output): (Vec<String>, String),
    values: &[Array<T>],
    at: usize,
    g: Array<T>,
) -> Array<T> {
    let own = &values[at];
    // Letters for the second and further axes of a diagonal.
    let mut free = ('a'..='z').chain('A'..='Z').filter(|&c| !inputs.iter().any(|input| input.contains(c)));

    let mut terms = vec![output.clone()];
    let mut factors = vec![g];
    let others = (0..values.len()).filter(|&other| other != at);
    for other in others {
        terms.push(inputs[other].clone());
        factors.push(values[other].clone());
    }
    let mut target = String::new();
    let mut seen = String::new();
    for (letter, &size) in inputs[at].chars().zip(own.shape()) {
        if size == 1 {
            continue; // Summed, as far as it was stretched.
        }
        if seen.contains(letter) {
            let second = free.next().expect("a letter is left");
            terms.push([letter, second].iter().collect());
            factors.push(Array::eye(size));
            target.push(second);
        } else {
            let is_extent = |(term, factor): (&String, &Array<T>)| {
                term.chars().zip(factor.shape()).any(|(other, &size)| other == letter && size != 1)
            };
            if !terms.iter().zip(&factors).any(is_extent) {
                terms.push(letter.to_string());
                factors.push(Array::scalar(T::ONE).broadcast_to(size));
            }
            target.push(letter);
            seen.push(letter);
        }
    }
    let factors: Vec<&Array<T>> = factors.iter().collect();
    contract(&format!("{}->{target}", terms.join(",")), &factors).reshape(own.shape())
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    let one: [(&'static str, &'static [usize]); 9] = [
        ("ij->ji", &[2, 3]),
        ("ij->i", &[2, 3]),
        ("ij->", &[1, 3]),
        ("ii->", &[3, 3]),
        ("ii->i", &[3, 3]),
        ("iij->j", &[1, 1, 2]),
        ("iji->j", &[2, 3, 2]),
        ("iii", &[2, 2, 2]),
        ("...ij->...", &[2, 0, 3]),
    ];
    let two: [(&'static str, [&'static [usize]; 2]); 13] = [
        ("ij,jk->ik", [&[2, 3], &[3, 4]]),
        ("ij,jk->ki", [&[2, 0], &[0, 2]]),
        ("bhid,bhjd->bhij", [&[2, 1, 3, 2], &[2, 1, 2, 2]]),
        ("ij,ij->i", [&[2, 3], &[2, 3]]),
        ("i,j->ij", [&[2], &[3]]),
        // Summed away in one operand only.
        ("ijk,jl->l", [&[2, 3, 2], &[3, 2]]),
        // Stretched, and summed after that or not.
        ("ij,ij->j", [&[4, 2], &[1, 2]]),
        ("ij,jk->ik", [&[2, 1], &[3, 2]]),
        ("i,i->", [&[1], &[3]]),
        ("...i,...i->...", [&[2, 1, 3], &[4, 3]]),
        ("i...,j...->...", [&[2, 3], &[2, 1]]),
        ("ii,ij->j", [&[3, 3], &[3, 2]]),
        (",i->i", [&[], &[3]]),
    ];
    let three: [(&'static str, [&'static [usize]; 3]); 3] = [
        ("ij,jk,kl->il", [&[2, 3], &[3, 2], &[2, 4]]),
        ("ea,fb,abcd->efcd", [&[2, 3], &[1, 2], &[3, 2, 1, 2]]),
        ("ij,ij,ik->k", [&[2, 3], &[2, 1], &[2, 2]]),
    ];
    let mut checks = Vec::new();
    checks.extend(one.map(|(spec, shape)| Check::shapes("einsum", [shape], move |v| einsum(spec, &v))));
    checks.extend(two.map(|(spec, shapes)| Check::shapes("einsum", shapes, move |v| einsum(spec, &v))));
    checks.extend(three.map(|(spec, shapes)| Check::shapes("einsum", shapes, move |v| einsum(spec, &v))));
    checks
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_twins;
    use super::einsum;

    #[test]
    fn einsum_has_other_operations_as_twins() {
        let shapes: [&[usize]; 2] = [&[4, 3, 5], &[4, 5, 2]];
        assert_twins(shapes, |[a, b]| einsum("bij,bjk->bik", &[a, b]), |[a, b]| a.matmul(b));
        let shapes: [&[usize]; 2] = [&[4, 3], &[4, 3]];
        assert_twins(shapes, |[a, b]| einsum("ij,ij->i", &[a, b]), |[a, b]| (a * b).sum_axis(1));
        assert_twins([&[4, 3]], |[a]| einsum("ij,ij,ij->", &[a, a, a]), |[a]| (a * a * a).sum());
    }
}
