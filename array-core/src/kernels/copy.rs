//! Copies. Where input and output run along different axes, as in a transposed copy, small square tiles are turned
//! on the stack: each cache line is read once and written once, however far apart rows lie.

use super::isa::{Kernel, dispatch};
use super::map::{in_parts, map1};
use super::operand::{In, Out, Ptr};
use crate::layout::walk::{Axis, Walk};

/// Rows and columns of a tile: a cache line of `f32`, two of `f64`.
const TILE: usize = 16;

struct Turn<'a, T> {
    /// A walk over the starts of planes, and the two axes of a plane: the input runs along the first, the output
    /// along the second.
    planes: &'a Walk<2>,
    rows: Axis<2>,
    columns: Axis<2>,
    out: Ptr<T>,
    input: Ptr<T>,
}

impl<T: Copy + Default> Kernel for Turn<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Turn { planes, rows, columns, out, input } = self;
        let Axis { len, strides: [to_plane, from_plane] } = planes.run();
        let (to_row, from_column) = (rows.strides[0], columns.strides[1]);
        let mut tile = [[T::default(); TILE]; TILE];
        for [o, x] in planes.runs() {
            for plane in 0..len as isize {
                let (o, x) = (o + plane * to_plane, x + plane * from_plane);
                for column in (0..columns.len).step_by(TILE) {
                    let width = TILE.min(columns.len - column);
                    for row in (0..rows.len).step_by(TILE) {
                        let height = TILE.min(rows.len - row);
                        for (i, line) in tile.iter_mut().enumerate().take(width) {
                            let at = x + row as isize + (column + i) as isize * from_column;
                            // SAFETY: `In` has checked that every offset of the walk lies in the data.
                            line[..height].copy_from_slice(unsafe { input.slice(at, height) });
                        }
                        for i in 0..height {
                            let at = o + (row + i) as isize * to_row + column as isize;
                            // SAFETY: as above, by `Out`; this part of the output is ours.
                            let line = unsafe { out.slice_mut(at, width) };
                            for (to, from) in line.iter_mut().zip(&tile) {
                                *to = from[i];
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Up to this many elements, the nearest cache holds whatever order they are read in.
const SMALL: usize = 1 << 15;

/// `out = input`, of one shape.
pub fn copy<T: Copy + Default + Send + Sync>(out: Out<'_, T>, input: In<'_, T>) {
    if out.layout().size() > SMALL {
        return turned(out, input);
    }
    map1(
        out,
        input,
        #[inline(always)]
        |x| x,
    );
}

/// As [`copy`], tile by tile where there are any.
fn turned<T: Copy + Default + Send + Sync>(mut out: Out<'_, T>, input: In<'_, T>) {
    let walk = Walk::new([out.layout(), input.layout()]);
    let turns = |(_, rows, columns): (_, Axis<2>, Axis<2>)| rows.len.min(columns.len) >= TILE;
    if !walk.planes().is_some_and(turns) {
        return map1(
            out,
            input,
            #[inline(always)]
            |x| x,
        );
    }
    let (out, input) = (out.ptr(), input.ptr());
    in_parts(&walk, |walk| {
        if let Some((planes, rows, columns)) = walk.planes() {
            dispatch(Turn { planes: &planes, rows, columns, out, input });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;
    use crate::layout::walk::Offsets;

    /// Against the offsets one by one, for permutations of sizes around those of tiles.
    #[test]
    fn copies_of_permuted_layouts_are_those_element_by_element() {
        for shape in [[1, 1, 1], [2, 3, 4], [16, 5, 16], [17, 2, 33], [40, 1, 31], [3, 70, 18], [0, 3, 20]] {
            for axes in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                let from = Layout::contiguous(&shape).permuted("test", axes).unwrap();
                let data: Vec<usize> = (0..from.size()).collect();
                let to = Layout::contiguous(from.shape());
                let mut copied = vec![usize::MAX; from.size()];
                turned(Out::new(&mut copied, &to), In::new(&data, &from));
                assert_eq!(copied, Offsets::new(&from).collect::<Vec<_>>(), "{shape:?} {axes:?}");
            }
        }
    }
}
