//! Joining along an axis, and cutting apart.

use std::iter::once;

use array_core::{Array, IntList, SliceItem, try_concatenate};

use super::super::Var;
use super::shape::along;
use crate::scalar::Scalar;

/// Joins values along an existing axis, as [`array_core::concatenate`].
///
/// # Panics
/// If there are no values, the axis does not exist, or the shapes differ on another axis.
#[track_caller]
pub fn concatenate<'t, T: Scalar>(values: &[Var<'t, T>], axis: isize) -> Var<'t, T> {
    let first = values.first().expect("concatenate: at least one value is needed");
    let arrays: Vec<Array<T>> = values.iter().map(|v| v.value()).collect();
    let joined = first.tape().expect(try_concatenate(&arrays, axis));
    let axis = axis.rem_euclid(joined.ndim() as isize) as usize;
    let mut start = 0;
    let edges = values.iter().zip(&arrays).map(|(v, array)| {
        let stop = start + array.shape()[axis] as isize;
        let part = along(axis, SliceItem::Range { start: Some(start), stop: Some(stop), step: 1 });
        start = stop;
        v.edge(move |g| g.slice(&part[..]))
    });
    first.tape().record_all("concatenate", joined, edges.collect())
}

/// Joins values of one shape along a new axis, as [`array_core::stack`].
///
/// # Panics
/// If there are no values, the shapes differ, or the axis does not exist in the result.
#[track_caller]
pub fn stack<'t, T: Scalar>(values: &[Var<'t, T>], axis: isize) -> Var<'t, T> {
    let expanded: Vec<_> = values.iter().map(|v| v.expand_dims(axis)).collect();
    concatenate(&expanded, axis)
}

impl<'t, T: Scalar> Var<'t, T> {
    /// This value cut into sections of equal size along an axis, as [`Array::split`].
    ///
    /// # Panics
    /// If the axis does not exist or has no such sections.
    #[track_caller]
    pub fn split(self, sections: usize, axis: isize) -> Vec<Var<'t, T>> {
        let pieces = self.tape().expect(self.value().try_split(sections, axis));
        let at = axis.rem_euclid(self.ndim() as isize) as usize;
        let size = pieces[0].shape()[at];
        self.split_at((1..sections).map(|i| i * size).collect::<Vec<_>>(), axis)
    }

    /// This value cut along an axis before each of these positions, as [`Array::split_at`].
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn split_at(self, cuts: impl IntList, axis: isize) -> Vec<Var<'t, T>> {
        let cuts = cuts.ints();
        self.tape().expect(self.value().try_split_at(&cuts[..], axis));
        let axis = axis.rem_euclid(self.ndim() as isize) as usize;
        let starts = once(None).chain(cuts.iter().copied().map(Some));
        let stops = cuts.iter().copied().map(Some).chain(once(None));
        let piece = |(start, stop)| self.slice(&along(axis, SliceItem::Range { start, stop, step: 1 })[..]);
        starts.zip(stops).map(piece).collect()
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::shapes("concatenate", [&[2, 3], &[2, 1]], |[a, b]| concatenate(&[a, b, a], 1)),
        Check::shapes("concatenate", [&[2, 3], &[0, 3]], |[a, b]| concatenate(&[a, b], -2)),
        Check::shapes("stack", [&[2, 3], &[2, 3]], |[a, b]| stack(&[a, b], -1)),
        Check::shapes("stack", [&[], &[]], |[a, b]| stack(&[a, b, b], 0)),
        Check::shapes("split", [&[2, 6]], |[x]| Var::sum_of(&x.split(3, -1))),
        Check::shapes("split_at", [&[5, 2]], |[x]| {
            let [a, b, c] = x.split_at([1, 3], 0)[..] else { panic!("three pieces") };
            concatenate(&[b, a * a, c], 0)
        }),
    ]
}
