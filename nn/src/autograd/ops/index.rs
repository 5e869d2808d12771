//! Picking and joining along an axis.

use array_core::{Array, Integer, SliceItem, try_concatenate};

use super::super::Var;
use crate::scalar::Scalar;

/// `..` on the first `axis` axes, then the item.
fn along(axis: usize, item: SliceItem) -> Vec<SliceItem> {
    let mut items = vec![SliceItem::Range { start: None, stop: None, step: 1 }; axis];
    items.push(item);
    items
}

/// An axis that is known to exist, counted from the front.
fn from_front(axis: isize, ndim: usize) -> usize {
    axis.rem_euclid(ndim as isize) as usize
}

impl<'t, T: Scalar> Var<'t, T> {
    /// The slices at these positions along an axis, as [`Array::take`]. A position may be given repeatedly: its
    /// gradients add up, in the order of the positions.
    ///
    /// # Panics
    /// If the axis does not exist or a position lies outside it.
    #[track_caller]
    pub fn take<I: Integer>(self, positions: &Array<I>, axis: isize) -> Var<'t, T> {
        let x = self.value();
        let value = self.tape().expect(x.try_take(positions, axis));
        let (shape, positions) = (x.shape().to_vec(), positions.clone());
        let vjp = move |g: Array<T>| {
            let axis = from_front(axis, shape.len());
            let mut flat = shape.clone();
            flat[axis] = positions.size();
            let g = g.reshape(flat);
            let mut sum = Array::zeros(&shape);
            for (from, &to) in positions.iter().enumerate() {
                let to = along(axis, SliceItem::Index(to.to_isize().unwrap_or(isize::MAX)));
                let mut slice = sum.slice_mut(&to[..]);
                slice += g.slice(&along(axis, SliceItem::Index(from as isize))[..]);
            }
            sum
        };
        self.tape().record("take", value, [self.edge(vjp)])
    }
}

/// Joins values along an existing axis, as [`array_core::concatenate`].
///
/// # Panics
/// If there are no values, the axis does not exist, or the shapes differ on another axis.
#[track_caller]
pub fn concatenate<'t, T: Scalar>(values: &[Var<'t, T>], axis: isize) -> Var<'t, T> {
    let first = values.first().expect("concatenate: at least one value is needed");
    let arrays: Vec<Array<T>> = values.iter().map(|v| v.value()).collect();
    let joined = first.tape().expect(try_concatenate(&arrays.iter().collect::<Vec<_>>(), axis));
    let axis = from_front(axis, joined.ndim());
    let mut start = 0;
    let edges = values.iter().zip(&arrays).map(|(v, array)| {
        let stop = start + array.shape()[axis] as isize;
        let part = along(axis, SliceItem::Range { start: Some(start), stop: Some(stop), step: 1 });
        start = stop;
        v.edge(move |g| g.slice(&part[..]))
    });
    first.tape().record_all("concatenate", joined, edges.collect())
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::tests::Check> {
    use super::tests::Check;
    vec![
        Check::shapes("take", [&[4, 3]], |[x]| x.take(&Array::from_vec([2, 0, -2, 2], [2, 2]), 0)),
        Check::shapes("take", [&[4, 3]], |[x]| x.take(&Array::from_vec([1], 1), -1)),
        Check::shapes("take", [&[4, 3]], |[x]| x.take(&Array::<i64>::zeros([0]), 0)),
        Check::shapes("concatenate", [&[2, 3], &[2, 1]], |[a, b]| concatenate(&[a, b, a], 1)),
        Check::shapes("concatenate", [&[2, 3], &[0, 3]], |[a, b]| concatenate(&[a, b], -2)),
    ]
}
