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

/// Adds patches to the image at the places that they belong to: the adjoint of [`Unfold`]. What belongs to padding may
/// become 0.
pub struct Fold<'a, T> {
    pub conv: &'a Conv,
    pub block: Block,
    pub patches: &'a mut [T],
    pub image: &'a mut [T],
}

/// What one tap meets at the places of a block.
struct Meeting {
    /// Where its row of the matrix of patches starts, and how long the rows of places are that this consists of.
    patch: usize,
    len: usize,
    /// The places that meet the image, counted from the first: of some of their rows, the same part of each.
    rows: Range<usize>,
    inside: Range<usize>,
    /// The index of the image that the first place meets, and how far apart there the next ones in a column and in a row
    /// are. If the first place is not inside, it is an index of another row, or of nothing.
    start: isize,
    down: usize,
    along: usize,
}

/// Calls `f` for every tap, in the order of the matrix of patches.
#[inline(always)]
fn for_each_meeting(conv: &Conv, block: &Block, mut f: impl FnMut(Meeting)) {
    let ([high, wide], [height, width]) = (conv.windows, conv.size);
    let mut patch = 0;
    for channel in 0..conv.channels {
        for y in 0..high.size {
            let (rows, first_row) = places_inside(high, &block.rows, y, height);
            let first_row = first_row.wrapping_add_unsigned(channel * height).wrapping_mul(width as isize);
            for x in 0..wide.size {
                let (inside, first) = places_inside(wide, &block.columns, x, width);
                f(Meeting {
                    patch,
                    len: block.columns.len(),
                    rows: rows.clone(),
                    inside,
                    start: first_row.wrapping_add(first),
                    down: high.stride.wrapping_mul(width),
                    along: wide.stride,
                });
                patch += block.len();
            }
        }
    }
}

/// Those of some places at which a tap lies on an axis of this size, counted from the first; and where it lies at the first.
#[inline(always)]
fn places_inside(window: Window, places: &Range<usize>, tap: usize, size: usize) -> (Range<usize>, isize) {
    let inside = window.inside(places.clone(), tap, size);
    // Of places that are not inside, nobody reads the index: it may wrap, if the padding is huge.
    let first = (places.start * window.stride + tap * window.dilation).wrapping_sub(window.padding);
    (inside.start - places.start..inside.end - places.start, first as isize)
}

impl Meeting {
    /// The index of the image that a place meets; it may wrap for those that are not inside.
    #[inline(always)]
    fn index(&self, row: usize, place: usize) -> isize {
        let moved = row.wrapping_mul(self.down).wrapping_add(place.wrapping_mul(self.along));
        self.start.wrapping_add_unsigned(moved)
    }

    /// The patches of some rows of places.
    #[inline(always)]
    fn patches(&self, rows: Range<usize>) -> Range<usize> {
        self.patch + rows.start * self.len..self.patch + rows.end * self.len
    }

    /// If rows of places follow one another in the image as they do among the patches: the patches of all places from the
    /// first that is inside to the last, and the elements of the image that lie as they do. At the ends of rows between,
    /// that is not what places meet.
    #[inline(always)]
    fn run(&self) -> Option<(Range<usize>, Range<usize>)> {
        let (rows, inside) = (&self.rows, &self.inside);
        if (self.along, self.down) != (1, self.len) || rows.is_empty() || inside.is_empty() {
            return None;
        }
        let Range { start, end } = self.patches(rows.clone());
        let patches = start + inside.start..end - (self.len - inside.end);
        let first = self.index(rows.start, inside.start) as usize;
        Some((patches.clone(), first..first + patches.len()))
    }

    /// What the vectors of a row of places cover, in an image and in patches of these sizes; `None` if its elements do not
    /// lie side by side, or vectors would reach beyond.
    #[inline(always)]
    fn vectors(&self, row: usize, image: usize, patches: usize) -> Option<[Range<usize>; 2]> {
        let of_image = vectors(self.index(row, 0), self.len, image).filter(|_| self.along == 1)?;
        Some([of_image, vectors(self.patches(row..row + 1).start as isize, self.len, patches)?])
    }

    /// Makes those patches 0 that are not inside, in rows that are.
    #[inline(always)]
    fn clear_sides<T: Num>(&self, patches: &mut [T]) {
        let patches = &mut patches[self.patches(self.rows.clone())];
        for place in (0..self.inside.start).chain(self.inside.end..self.len) {
            let mut at = place;
            while at < patches.len() {
                patches[at] = T::ZERO;
                at += self.len;
            }
        }
    }

    /// Makes the patches of some rows of places 0.
    #[inline(always)]
    fn clear_rows<T: Num>(&self, rows: Range<usize>, patches: &mut [T]) {
        if !rows.is_empty() {
            patches[self.patches(rows)].fill(T::ZERO);
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
        for_each_meeting(
            conv,
            &block,
            #[inline(always)]
            |meeting| {
                let rows = meeting.rows.clone();
                meeting.clear_rows(0..rows.start, patches);
                if let Some((run, met)) = meeting.run() {
                    patches[run].copy_from_slice(&image[met]);
                    meeting.clear_sides(patches);
                } else {
                    rows.clone().for_each(|row| gather_row(&meeting, row, image, patches));
                }
                meeting.clear_rows(rows.end..block.rows.len(), patches);
            },
        );
    }
}

/// Gathers the patches of a row of places, and writes behind them what those of the next row replace.
#[inline(always)]
fn gather_row<T: Num>(meeting: &Meeting, row: usize, image: &[T], patches: &mut [T]) {
    let inside = &meeting.inside;
    if let Some([from, to]) = meeting.vectors(row, image.len(), patches.len()) {
        let (from, to) = (image[from].as_chunks::<LANES>().0, patches[to].as_chunks_mut::<LANES>().0);
        for (vector, (to, from)) in to.iter_mut().zip(from).enumerate() {
            *to = only(inside, vector, *from);
        }
        return;
    }
    let patches = &mut patches[meeting.patches(row..row + 1)];
    patches[..inside.start].fill(T::ZERO);
    patches[inside.end..].fill(T::ZERO);
    for i in inside.clone() {
        patches[i] = image[meeting.index(row, i) as usize];
    }
}

impl<T: Num> Kernel for Fold<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Fold { conv, block, patches, image } = self;
        for_each_meeting(
            conv,
            &block,
            #[inline(always)]
            |meeting| {
                if let Some((run, met)) = meeting.run() {
                    meeting.clear_sides(patches);
                    for (to, &from) in image[met].iter_mut().zip(&patches[run]) {
                        *to = to.add(from);
                    }
                    return;
                }
                // Vectors of neighbouring rows overlap, and a vector cannot be read before one that it overlaps is in the
                // cache: every second row, then those between.
                for first in meeting.rows.clone().take(2) {
                    for row in (first..meeting.rows.end).step_by(2) {
                        add_row(&meeting, row, patches, image);
                    }
                }
            },
        );
    }
}

/// Adds the patches of a row of places to what they meet.
#[inline(always)]
fn add_row<T: Num>(meeting: &Meeting, row: usize, patches: &[T], image: &mut [T]) {
    let inside = &meeting.inside;
    if let Some([to, from]) = meeting.vectors(row, image.len(), patches.len()) {
        let (from, to) = (patches[from].as_chunks::<LANES>().0, image[to].as_chunks_mut::<LANES>().0);
        for (vector, (to, from)) in to.iter_mut().zip(from).enumerate() {
            for (to, from) in to.iter_mut().zip(only(inside, vector, *from)) {
                *to = to.add(from);
            }
        }
        return;
    }
    let patches = &patches[meeting.patches(row..row + 1)];
    for i in inside.clone() {
        let to = &mut image[meeting.index(row, i) as usize];
        *to = to.add(patches[i]);
    }
}
