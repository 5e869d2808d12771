//! Copies. Where input and output run along different axes, as in a transposed copy, small square tiles are turned
//! on the stack, or in registers of AVX-512: each cache line is read once and written once, however far apart rows lie.

#[cfg(target_arch = "x86_64")]
use super::isa::{Isa, isa};
use super::isa::{Kernel, dispatch};
use super::map::{in_parts, map1};
use super::operand::{In, Out, Ptr};
use super::stream;
#[cfg(target_arch = "x86_64")]
use super::vector::{Of32, Of64, Vector, turn};
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

/// A part of a plane, at most a tile in each direction.
#[derive(Clone, Copy)]
struct Tile {
    /// Where it starts on both sides.
    out: isize,
    input: isize,
    /// Lines of the output, as far apart as `to_row`.
    height: usize,
    to_row: isize,
    /// Lines of the input, as far apart as `from_column`.
    width: usize,
    from_column: isize,
}

impl<T> Turn<'_, T> {
    /// Calls `f` with every tile of so many rows and columns.
    #[inline(always)]
    fn for_each_tile(&self, size: usize, mut f: impl FnMut(Tile)) {
        let Turn { planes, rows, columns, .. } = self;
        let Axis { len, strides: [to_plane, from_plane] } = planes.run();
        let (to_row, from_column) = (rows.strides[0], columns.strides[1]);
        for [o, x] in planes.runs() {
            for plane in 0..len as isize {
                for column in (0..columns.len).step_by(size) {
                    for row in (0..rows.len).step_by(size) {
                        f(Tile {
                            out: o + plane * to_plane + row as isize * to_row + column as isize,
                            input: x + plane * from_plane + row as isize + column as isize * from_column,
                            height: size.min(rows.len - row),
                            to_row,
                            width: size.min(columns.len - column),
                            from_column,
                        });
                    }
                }
            }
        }
    }
}

impl<T: Copy + Default> Kernel for Turn<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut lines = [[T::default(); TILE]; TILE];
        self.for_each_tile(TILE, |tile| {
            for (i, line) in lines.iter_mut().enumerate().take(tile.width) {
                let at = tile.input + i as isize * tile.from_column;
                // SAFETY: `In` has checked that every offset of the walk lies in the data.
                line[..tile.height].copy_from_slice(unsafe { self.input.slice(at, tile.height) });
            }
            for i in 0..tile.height {
                let at = tile.out + i as isize * tile.to_row;
                // SAFETY: as above, by `Out`; this part of the output is ours.
                let line = unsafe { self.out.slice_mut(at, tile.width) };
                for (to, from) in line.iter_mut().zip(&lines) {
                    *to = from[i];
                }
            }
        });
    }
}

#[cfg(target_arch = "x86_64")]
impl<T> Turn<'_, T> {
    /// As [`Turn::run`], with `N` × `N` lanes as tiles, and past the caches if asked to.
    ///
    /// # Safety
    /// `T` must be as large as the keys of `V`, which has `N` lanes.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    unsafe fn run_in_vectors<V: Vector, const N: usize>(&self, stream: bool) {
        // SAFETY: this function's features.
        let zero = unsafe { V::splat(V::Key::default()) };
        let mut lines = [zero; N];
        self.for_each_tile(N, |tile| {
            for (i, line) in lines.iter_mut().enumerate() {
                let at = tile.input + i as isize * tile.from_column;
                if i < tile.width {
                    // SAFETY: `In` has checked that every offset of the walk lies in the data.
                    *line = unsafe { V::load(self.input.at(at).cast(), tile.height, zero) };
                }
            }
            if N == 16 {
                turn::<V, N, 8>(&mut lines);
            }
            turn::<V, N, 4>(&mut lines);
            turn::<V, N, 2>(&mut lines);
            turn::<V, N, 1>(&mut lines);
            for (i, line) in lines.iter().enumerate().take(tile.height) {
                // SAFETY: as above, by `Out`; this part of the output is ours.
                unsafe {
                    let to = self.out.at(tile.out + i as isize * tile.to_row);
                    if stream && tile.width == N && to.addr().is_multiple_of(64) {
                        line.stream(to.cast());
                    } else {
                        line.store(to.cast(), tile.width);
                    }
                }
            }
        });
        stream::fence();
    }
}

/// Turns planes in the fastest way there is here.
fn turn_planes<T: Copy + Default>(turn: Turn<'_, T>, stream: bool) {
    #[cfg(target_arch = "x86_64")]
    if isa() == Isa::Avx512 {
        match size_of::<T>() {
            // SAFETY: the CPU has AVX-512, and this is the size of `u32`.
            4 => return unsafe { turn.run_in_vectors::<Of32, 16>(stream) },
            // SAFETY: the CPU has AVX-512, and this is the size of `u64`.
            8 => return unsafe { turn.run_in_vectors::<Of64, 8>(stream) },
            _ => {}
        }
    }
    dispatch(turn);
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
    let stream = stream::pays::<T, T>(walk.len(), usize::MAX);
    let (out, input) = (out.ptr(), input.ptr());
    in_parts(&walk, |walk| {
        if let Some((planes, rows, columns)) = walk.planes() {
            turn_planes(Turn { planes: &planes, rows, columns, out, input }, stream);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::isa::with_isa;
    use crate::layout::Layout;
    use crate::layout::walk::Offsets;

    /// Against the offsets one by one, for permutations of sizes around those of tiles.
    fn check<T: Copy + Default + PartialEq + std::fmt::Debug + Send + Sync>(element: impl Fn(usize) -> T) {
        for shape in [[1, 1, 1], [2, 3, 4], [16, 5, 16], [17, 2, 33], [40, 1, 31], [3, 70, 18], [0, 3, 20]] {
            for axes in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                let from = Layout::contiguous(&shape).permuted("test", axes).unwrap();
                let data: Vec<T> = (0..from.size()).map(&element).collect();
                let to = Layout::contiguous(from.shape());
                let expected: Vec<T> = Offsets::new(&from).map(&element).collect();
                for isa in [Isa::Portable, Isa::Avx512] {
                    let mut copied = vec![T::default(); from.size()];
                    with_isa(isa, || turned(Out::new(&mut copied, &to), In::new(&data, &from)));
                    assert_eq!(copied, expected, "{shape:?} {axes:?} {isa:?}");
                }
            }
        }
    }

    #[test]
    fn copies_of_permuted_layouts_are_those_element_by_element() {
        check(|i| i + 1);
        check(|i| i as f32 + 1.0);
        check(|i| i as i16 + 1);
    }

    /// A result that is streamed, whose rows begin anywhere in a line.
    #[test]
    fn large_planes_are_turned() {
        let from = Layout::contiguous(&[2900, 2901]).permuted("test", [1, 0]).unwrap();
        let to = Layout::contiguous(from.shape());
        let data: Vec<u32> = (0..from.size() as u32).collect();
        let mut copied = vec![0; from.size()];
        copy(Out::new(&mut copied, &to), In::new(&data, &from));
        for (column, row) in copied.chunks(2900).enumerate() {
            assert!(row.iter().enumerate().all(|(i, &x)| x as usize == i * 2901 + column), "{column}");
        }
    }
}
