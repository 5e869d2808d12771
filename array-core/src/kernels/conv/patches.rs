//! Patches out of an image, and back into it.

use std::ops::Range;

use super::super::isa::Kernel;
use super::{Block, Conv};
use crate::element::Num;
use crate::layout::window::Window;

/// Gathers the patches of a block of places: for every tap, a row of what it meets; 0 where that is padding.
pub struct Unfold<'a, T> {
    pub conv: &'a Conv,
    pub block: Block,
    pub image: &'a [T],
    pub patches: &'a mut [T],
}

/// Adds patches to the image at the places that they belong to: the adjoint of [`Unfold`].
pub struct Fold<'a, T> {
    pub conv: &'a Conv,
    pub block: Block,
    pub patches: &'a [T],
    pub image: &'a mut [T],
}

/// What one tap meets on one row of places.
struct Meeting {
    /// Where the row starts in the matrix of patches.
    patch: usize,
    /// What the first of its places meets, as an index of the image; `None` if the whole row is padding. The index is
    /// that of another row, or of nothing, if the place is not inside.
    start: Option<isize>,
    /// The part of the row of places that meets the image, counted from its first.
    inside: Range<usize>,
}

/// Calls `f` for every tap and row of places, of which each tap takes every `step`th one and then those between: with a
/// step of 1, in the order of the matrix of patches.
#[inline(always)]
fn for_each_meeting(conv: &Conv, block: &Block, step: usize, mut f: impl FnMut(Meeting)) {
    let [high, wide]: [Window; 2] = conv.windows;
    let [height, width] = conv.size;
    let Range { start: first, end: last } = block.columns;
    let mut patch = 0;
    for channel in 0..conv.channels {
        for y in 0..high.size {
            for x in 0..wide.size {
                let places = wide.inside(first..last, x, width);
                let inside = places.start - first..places.end - first;
                // Of places that are not inside, nobody reads the index: it may wrap, if the padding is huge.
                let column = (first * wide.stride + x * wide.dilation).wrapping_sub(wide.padding) as isize;
                for i in (0..step).flat_map(|i| (i..block.rows.len()).step_by(step)) {
                    let row = high.index(block.rows.start + i, y, height);
                    let start = row.map(|row| column.wrapping_add_unsigned((channel * height + row) * width));
                    f(Meeting { patch: patch + i * (last - first), start, inside: inside.clone() });
                }
                patch += block.len();
            }
        }
    }
}

/// Elements handled at once: a vector of the widest kind.
const LANES: usize = 16;

/// The elements that the vectors of a row of `len` cover from `start` on, if there are as many: the last vector covers
/// what comes behind the row as well.
#[inline(always)]
fn vectors(start: isize, len: usize, of: usize) -> Option<Range<usize>> {
    let start = usize::try_from(start).ok()?;
    let end = start + len.next_multiple_of(LANES);
    (end <= of).then_some(start..end)
}

/// The vector with this number, and zeros outside of the row's part.
#[inline(always)]
fn only<T: Num>(inside: &Range<usize>, vector: usize, values: [T; LANES]) -> [T; LANES] {
    let (first, len) = (inside.start as u32, inside.len() as u32);
    std::array::from_fn(
        #[inline(always)]
        |lane| {
            // One comparison says both that it is not before the first and not after the last.
            let is_inside = ((vector * LANES + lane) as u32).wrapping_sub(first) < len;
            if is_inside { values[lane] } else { T::ZERO }
        },
    )
}

impl<T: Num> Kernel for Unfold<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Unfold { conv, block, image, patches } = self;
        let (stride, len) = (conv.windows[1].stride, block.columns.len());
        for_each_meeting(
            conv,
            &block,
            1,
            #[inline(always)]
            |Meeting { patch, start, inside }| {
                let Some(start) = start else { return patches[patch..][..len].fill(T::ZERO) };
                let covered = vectors(start, len, image.len()).filter(|_| stride == 1);
                // Rows are written in the order in which they lie: the next one mends what is written behind this.
                if let (Some(from), Some(to)) = (covered, vectors(patch as isize, len, patches.len())) {
                    let (from, to) =
                        (image[from].as_chunks::<LANES>().0, patches[to].as_chunks_mut::<LANES>().0);
                    for (vector, (to, from)) in to.iter_mut().zip(from).enumerate() {
                        *to = only(&inside, vector, *from);
                    }
                    return;
                }
                let row = &mut patches[patch..][..len];
                row[..inside.start].fill(T::ZERO);
                row[inside.end..].fill(T::ZERO);
                for i in inside {
                    row[i] = image[start.wrapping_add_unsigned(i * stride) as usize];
                }
            },
        );
    }
}

impl<T: Num> Kernel for Fold<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Fold { conv, block, patches, image } = self;
        let (stride, len) = (conv.windows[1].stride, block.columns.len());
        for_each_meeting(
            conv,
            &block,
            // Vectors of neighbouring rows overlap, and a vector cannot be read before one that it overlaps is in the cache.
            2,
            #[inline(always)]
            |Meeting { patch, start, inside }| {
                let Some(start) = start else { return };
                let covered = vectors(start, len, image.len()).filter(|_| stride == 1);
                if let (Some(to), Some(from)) = (covered, vectors(patch as isize, len, patches.len())) {
                    let (from, to) =
                        (patches[from].as_chunks::<LANES>().0, image[to].as_chunks_mut::<LANES>().0);
                    for (vector, (to, from)) in to.iter_mut().zip(from).enumerate() {
                        for (to, from) in to.iter_mut().zip(only(&inside, vector, *from)) {
                            *to = to.add(from);
                        }
                    }
                    return;
                }
                for i in inside {
                    let to = &mut image[start.wrapping_add_unsigned(i * stride) as usize];
                    *to = to.add(patches[patch + i]);
                }
            },
        );
    }
}
