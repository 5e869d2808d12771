//! Coordinates of grids.

use std::borrow::Borrow;

use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::layout::shape::{IntList, shape_of};
use crate::ops::shape::try_broadcast_arrays;

/// In which order the axes of a grid come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Indexing {
    /// Cartesian: the first coordinate runs along axis 1, the second along axis 0, as in plots.
    #[default]
    Xy,
    /// Matrix: coordinate `i` runs along axis `i`.
    Ij,
}

/// The coordinates of every point of a grid, given those along its sides: `numpy.meshgrid`, as views.
///
/// One array for each side, all of the grid's shape. Sides are read as one axis.
///
/// ```
/// use array_core::{Indexing, array, meshgrid};
/// let grid = meshgrid(&[array![1, 2, 3], array![10, 20]], Indexing::Xy);
/// assert_eq!(grid[0], array![[1, 2, 3], [1, 2, 3]]);
/// assert_eq!(grid[1], array![[10, 10, 10], [20, 20, 20]]);
/// ```
///
/// # Panics
/// If the grid exceeds the address space.
#[track_caller]
pub fn meshgrid<T: Element>(sides: &[impl Borrow<Array<T>>], indexing: Indexing) -> Vec<Array<T>> {
    try_meshgrid(sides, indexing).or_panic()
}

/// As [`meshgrid`]; fails where it panics.
pub fn try_meshgrid<T: Element>(
    sides: &[impl Borrow<Array<T>>],
    indexing: Indexing,
) -> Result<Vec<Array<T>>> {
    let along_own_axis = |(number, side): (usize, _)| {
        let axis = match (indexing, number) {
            (Indexing::Xy, 0) if sides.len() > 1 => 1,
            (Indexing::Xy, 1) => 0,
            _ => number,
        };
        let mut shape = vec![1; sides.len()];
        shape[axis] = -1;
        Borrow::<Array<T>>::borrow(side).ravel().try_reshape(shape)
    };
    let sides: Result<Vec<Array<T>>> = sides.iter().enumerate().map(along_own_axis).collect();
    try_broadcast_arrays(&sides?)
}

/// The index of every element of a shape: `numpy.indices`.
///
/// Of shape (number of axes, …shape); part `i` holds the indices along axis `i`.
///
/// ```
/// use array_core::{array, indices};
/// let grid = indices([2, 3]);
/// assert_eq!(grid.slice(0), array![[0, 0, 0], [1, 1, 1]]);
/// assert_eq!(grid.slice(1), array![[0, 1, 2], [0, 1, 2]]);
/// ```
///
/// # Panics
/// On a negative size and if the result exceeds the address space.
#[track_caller]
pub fn indices(shape: impl IntList) -> Array<i64> {
    try_indices(shape).or_panic()
}

/// As [`indices`]; fails where it panics.
pub fn try_indices(shape: impl IntList) -> Result<Array<i64>> {
    let mut shape = shape_of("indices", shape)?;
    shape.insert(0, shape.len());
    Array::try_from_fn(&shape[..], |index| index[1 + index[0]] as i64)
}
