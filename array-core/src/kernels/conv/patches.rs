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
    /// Where the image's row starts; `None` if it is padding.
    row: Option<usize>,
    /// The part of the row of places that meets the image, counted from its first, and the column it begins at.
    inside: Range<usize>,
    column: usize,
}

/// Calls `f` for every tap and row of places.
#[inline(always)]
fn for_each_meeting(conv: &Conv, block: &Block, mut f: impl FnMut(Meeting)) {
    let [high, wide]: [Window; 2] = conv.windows;
    let [height, width] = conv.size;
    let mut patch = 0;
    for channel in 0..conv.channels {
        for y in 0..high.size {
            for x in 0..wide.size {
                let places = wide.inside(block.columns.clone(), x, width);
                let column = wide.index(places.start, x, width).unwrap_or(0);
                let inside = places.start - block.columns.start..places.end - block.columns.start;
                for place in block.rows.clone() {
                    let row = high.index(place, y, height).map(|row| (channel * height + row) * width);
                    f(Meeting { patch, row, inside: inside.clone(), column });
                    patch += block.columns.len();
                }
            }
        }
    }
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
            #[inline(always)]
            |Meeting { patch, row, inside, column }| {
                let Some(row) = row else { return patches[patch..][..len].fill(T::ZERO) };
                zero(&mut patches[patch..][..inside.start]);
                let source = &image[row + column..];
                if stride == 1 {
                    copy_over(&mut patches[patch + inside.start..], source, inside.len());
                } else {
                    let patch = &mut patches[patch..][inside.clone()];
                    for (to, &from) in patch.iter_mut().zip(source.iter().step_by(stride)) {
                        *to = from;
                    }
                }
                zero(&mut patches[patch + inside.end..patch + len]);
            },
        );
    }
}

/// Elements copied at once: a vector of the widest kind.
const LANES: usize = 16;

/// Copies the first `len` elements; in whole vectors where there is room, which overwrites what comes behind them in
/// `to`. That is for rows that are written in the order in which they lie: the next one mends it.
#[inline(always)]
fn copy_over<T: Copy>(to: &mut [T], from: &[T], len: usize) {
    let padded = len.next_multiple_of(LANES);
    if padded <= to.len() && padded <= from.len() {
        let (to, from) = (to[..padded].as_chunks_mut::<LANES>().0, from[..padded].as_chunks::<LANES>().0);
        for (to, from) in to.iter_mut().zip(from) {
            *to = *from;
        }
    } else {
        to[..len].copy_from_slice(&from[..len]);
    }
}

/// Fills with zeros what is mostly nothing, or one or two elements.
#[inline(always)]
fn zero<T: Num>(values: &mut [T]) {
    if !values.is_empty() {
        values.fill(T::ZERO);
    }
}

impl<T: Num> Kernel for Fold<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Fold { conv, block, patches, image } = self;
        let (stride, width) = (conv.windows[1].stride, conv.size[1]);
        for_each_meeting(
            conv,
            &block,
            #[inline(always)]
            |Meeting { patch, row, inside, column }| {
                let Some(row) = row else { return };
                let patch = &patches[patch..][..block.columns.len()][inside];
                let target = &mut image[row..][..width][column..];
                if stride == 1 {
                    for (to, &from) in target.iter_mut().zip(patch) {
                        *to = to.add(from);
                    }
                } else {
                    for (to, &from) in target.iter_mut().step_by(stride).zip(patch) {
                        *to = to.add(from);
                    }
                }
            },
        );
    }
}
