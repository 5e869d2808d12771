//! Several arrays in one pass.

use crate::array::Array;
use crate::element::Element;
use crate::kernels::zip;

/// Replaces the elements of several arrays by a function of them and of the elements of others, all at the same
/// index: one pass over memory where a chain of operations would make many.
///
/// ```
/// use array_core::{Array, zip_update};
/// let mut x = Array::from_vec([1.0, 2.0], 2);
/// let mut velocity = Array::zeros(2);
/// let gradient = Array::from_vec([10.0, 20.0], 2);
/// zip_update([&mut x, &mut velocity], [&gradient], |[x, v], [g]| {
///     let v = 0.9 * v + g;
///     [x - 0.1 * v, v]
/// });
/// assert_eq!((x.to_vec(), velocity.to_vec()), (vec![0.0, 0.0], vec![10.0, 20.0]));
/// ```
///
/// # Panics
/// If the shapes differ: nothing is broadcast here.
#[track_caller]
pub fn zip_update<T: Element, const M: usize, const N: usize>(
    targets: [&mut Array<T>; M],
    inputs: [&Array<T>; N],
    f: impl Fn([T; M], [T; N]) -> [T; M] + Sync,
) {
    let Some(shape) = targets.first().map(|target| target.shape().to_vec()) else { return };
    for other in targets.iter().map(|t| t.shape()).chain(inputs.iter().map(|x| x.shape())) {
        assert!(other == shape, "zip_update: shapes {shape:?} and {other:?} differ");
    }
    let inputs = inputs.map(Array::row_major);
    let inputs = inputs.each_ref().map(|input| input.as_slice().unwrap_or_default());
    let targets = targets.map(|target| {
        if !target.is_contiguous() {
            *target = target.copy();
        }
        target.as_mut_slice().unwrap_or_default()
    });
    zip::zip_update(targets, inputs, &f);
}

/// A function of the elements of several arrays of one shape, all at the same index.
///
/// For two arrays of different element types, see [`Array::zip_map`].
///
/// ```
/// use array_core::{array, zip_map};
/// let (a, b, c) = (array![1.0, 2.0], array![3.0, 4.0], array![5.0, 6.0]);
/// let volume = zip_map([&a, &b, &c], |[a, b, c]| a * b * c);
/// assert_eq!(volume, array![15.0, 48.0]);
/// ```
///
/// # Panics
/// If the shapes differ: nothing is broadcast here. If there are no arrays.
#[track_caller]
pub fn zip_map<T: Element, O: Element, const N: usize>(
    inputs: [&Array<T>; N],
    f: impl Fn([T; N]) -> O + Sync,
) -> Array<O> {
    let Some(first) = inputs.first() else { panic!("zip_map: no arrays") };
    for other in &inputs {
        assert!(
            other.shape() == first.shape(),
            "zip_map: shapes {:?} and {:?} differ",
            first.shape(),
            other.shape()
        );
    }
    let mut result = Array::empty(first.shape());
    let inputs = inputs.map(Array::row_major);
    let inputs = inputs.each_ref().map(|input| input.as_slice().unwrap_or_default());
    let target = result.as_mut_slice().unwrap_or_default();
    zip::zip_update(
        [target],
        inputs,
        #[inline(always)]
        |_, x| [f(x)],
    );
    result
}
