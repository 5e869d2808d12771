//! Several arrays in one pass.

use std::borrow::Cow;

use crate::array::Array;
use crate::element::Element;
use crate::error::OrPanic;
use crate::kernels::operand::In;
use crate::kernels::zip;
use crate::layout::broadcast::broadcast_shapes;
use crate::layout::{Layout, Shape};

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
/// If the targets' shapes differ, or an input does not broadcast to theirs.
#[track_caller]
pub fn zip_update<T: Element, const M: usize, const N: usize>(
    targets: [&mut Array<T>; M],
    inputs: [&Array<T>; N],
    f: impl Fn([T; M], [T; N]) -> [T; M] + Sync,
) {
    let Some(shape) = targets.first().map(|target| target.shape().to_vec()) else { return };
    for other in &targets {
        assert!(other.shape() == shape, "zip_update: shapes {shape:?} and {:?} differ", other.shape());
    }
    let inputs = inputs.map(|input| in_rows(input, "zip_update", &shape));
    let targets = targets.map(|target| {
        if !target.is_contiguous() {
            *target = target.copy();
        }
        target.as_mut_slice().unwrap_or_default()
    });
    zip::zip_update(targets, inputs.each_ref().map(|(x, layout)| In::new(x.data(), layout)), &f);
}

/// A function of the elements of several arrays, all at the same index of the shape they broadcast to: one pass over
/// memory where a chain of operations would make many.
///
/// For two arrays of different element types, see [`Array::zip_map`].
///
/// ```
/// use array_core::{array, zip_map};
/// let (x, mean, deviation) = (array![[1.0, 2.0], [3.0, 4.0]], array![2.0, 3.0], array![0.5, 2.0]);
/// let normalised = zip_map([&x, &mean, &deviation], |[x, m, d]| (x - m) / d);
/// assert_eq!(normalised, array![[-2.0, -0.5], [2.0, 0.5]]);
/// ```
///
/// # Panics
/// If the shapes do not broadcast, or there are no arrays.
#[track_caller]
pub fn zip_map<T: Element, O: Element, const N: usize>(
    inputs: [&Array<T>; N],
    f: impl Fn([T; N]) -> O + Sync,
) -> Array<O> {
    let [first, others @ ..] = &inputs[..] else { panic!("zip_map: no arrays") };
    let shape = others
        .iter()
        .try_fold(first.shape().into(), |shape: Shape, other| {
            broadcast_shapes("zip_map", &shape, other.shape())
        })
        .or_panic();
    let inputs = inputs.map(|input| in_rows(input, "zip_map", &shape));
    let inputs = inputs.each_ref().map(|(x, layout)| In::new(x.data(), layout));
    Array::filled("zip_map", &shape[..], |out| zip::zip_map(out, inputs, &f)).or_panic()
}

/// An array and how it is read when stretched to `shape`. What would have to be picked together along the last axis is
/// brought into row-major order first.
#[track_caller]
fn in_rows<'a, T: Element>(
    array: &'a Array<T>,
    op: &'static str,
    shape: &[usize],
) -> (Cow<'a, Array<T>>, Layout) {
    let array = if array.layout().lies_in_rows() { Cow::Borrowed(array) } else { array.row_major() };
    let layout = array.stretched(op, shape).or_panic().into_owned();
    (array, layout)
}
