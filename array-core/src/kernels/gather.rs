//! Slices copied from irregular places, and slices written to them.

use super::isa::{Kernel, dispatch};
use super::operand::{In, Out, Ptr};
use super::prefetch::prefetch;
use super::{parallel, stream};
use crate::layout::Layout;
use crate::layout::pick::Picks;
use crate::layout::walk::{Axis, Walk};

/// From this many elements on, gathering is worth waking threads for.
const PARALLEL_SIZE: usize = 1 << 17;

/// So many picked slices ahead, memory is asked for the next: no processor foresees where that lies.
const AHEAD: usize = 16;

/// Loops over the elements of (a regular layout, picks from another): outer axes, picked axis, inner axes.
#[derive(Clone)]
struct Loops<'a> {
    outer: Walk<2>,
    /// How far apart the regular slices lie, and where the first one does.
    stride: isize,
    start: isize,
    /// Where the picked slices lie.
    offsets: &'a [isize],
    inner: Walk<2>,
}

impl<'a> Loops<'a> {
    /// The regular layout has the flat shape of the picks.
    fn new(regular: &Layout, picks: &'a Picks) -> Self {
        assert_eq!(regular.shape(), &picks.flat_shape()[..], "both sides of a transfer have one shape");
        let axis = picks.outer().ndim();
        let (outer, inner) = regular.split_around(axis);
        Loops {
            outer: Walk::new([&outer, picks.outer()]),
            stride: regular.strides()[axis],
            start: 0,
            offsets: picks.offsets(),
            inner: Walk::new([&inner, picks.inner()]),
        }
    }

    /// Calls `f` with the offsets on both sides at the start of every inner run, and `ahead` with a picked offset
    /// some time before.
    #[inline(always)]
    fn for_each_run(&self, ahead: impl Fn(isize), mut f: impl FnMut(isize, isize)) {
        let Axis { len, strides } = self.outer.run();
        self.outer.for_each_run(|[r, p]| {
            for i in 0..len as isize {
                let mut r = r + i * strides[0] + self.start;
                let p = p + i * strides[1];
                for (k, &offset) in self.offsets.iter().enumerate() {
                    if let Some(next) = self.offsets.get(k + AHEAD) {
                        ahead(p + next);
                    }
                    self.inner.for_each_run(|[inner_r, inner_p]| f(r + inner_r, p + offset + inner_p));
                    r += self.stride;
                }
            }
        });
    }

    /// Part `i` of `parts`, cut across the longer of the outer loops.
    fn part(&self, i: usize, parts: usize) -> Self {
        let picked = self.offsets.len();
        if self.outer.len() >= picked {
            return Loops { outer: self.outer.part(i, parts), ..self.clone() };
        }
        let (from, to) = (picked * i / parts, picked * (i + 1) / parts);
        Loops { start: from as isize * self.stride, offsets: &self.offsets[from..to], ..self.clone() }
    }
}

struct Gather<'a, T> {
    loops: &'a Loops<'a>,
    out: Ptr<T>,
    data: Ptr<T>,
    /// Whether to write past the caches.
    stream: bool,
}

impl<T: Copy> Kernel for Gather<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Gather { loops, out, data, .. } = self;
        let Axis { len, strides: [so, sa] } = loops.inner.run();
        let ahead = |offset| prefetch(data.0.wrapping_offset(offset), len);
        // SAFETY (all arms): `gather` has checked that all offsets of both sides lie in their data; the output
        // is borrowed exclusively, shows no element twice, and this part of it is ours.
        if len == 1 {
            // SAFETY: see above.
            loops.for_each_run(ahead, |o, x| unsafe { *out.at(o) = *data.at(x) });
        } else if [so, sa] == [1, 1] {
            if self.stream {
                // SAFETY: see above.
                loops.for_each_run(ahead, |o, x| unsafe {
                    stream::copy(out.slice_mut(o, len), data.slice(x, len))
                });
                return stream::fence();
            }
            // SAFETY: see above.
            loops.for_each_run(ahead, |o, x| unsafe {
                out.slice_mut(o, len).copy_from_slice(data.slice(x, len));
            });
        } else {
            loops.for_each_run(ahead, |o, x| {
                for i in 0..len as isize {
                    // SAFETY: see above.
                    unsafe { *out.at(o + i * so) = *data.at(x + i * sa) };
                }
            });
        }
    }
}

/// Panics if picks reach outside the range of offsets.
fn check_bounds(picks: &Picks, range: Option<(usize, usize)>) {
    if let Some((low, high)) = picks.bounds() {
        let inside = range.is_some_and(|(first, last)| first as isize <= low && high <= last as isize);
        assert!(inside, "the picks leave their data");
    }
}

/// Copies what is picked from `data`. The output has the picks' flat shape.
pub fn gather<T: Copy + Send + Sync>(mut out: Out<'_, T>, data: &[T], picks: &Picks) {
    check_bounds(picks, data.len().checked_sub(1).map(|last| (0, last)));
    let loops = Loops::new(out.layout(), picks);
    let size = out.layout().size();
    let stream = stream::pays::<T, T>(size, loops.inner.run().len);
    let (out, data) = (out.ptr(), Ptr(data.as_ptr().cast_mut()));
    if size < PARALLEL_SIZE {
        return dispatch(Gather { loops: &loops, out, data, stream });
    }
    let parts = (4 * parallel::num_threads()).min(size / (PARALLEL_SIZE / 4));
    parallel::for_each_task(parts, |i| dispatch(Gather { loops: &loops.part(i, parts), out, data, stream }));
}

struct Scatter<'a, T, F> {
    loops: &'a Loops<'a>,
    values: Ptr<T>,
    out: Ptr<T>,
    f: F,
}

impl<T: Copy, F: Fn(T, T) -> T> Kernel for Scatter<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Scatter { loops, values, out, f } = self;
        let Axis { len, strides: [sv, so] } = loops.inner.run();
        let ahead = |offset| prefetch(out.0.wrapping_offset(offset), len);
        loops.for_each_run(ahead, |v, o| {
            for i in 0..len as isize {
                // SAFETY: `scatter` has checked that all offsets of both sides lie in their data; the output is
                // borrowed exclusively, the values shared.
                unsafe {
                    let place = out.at(o + i * so);
                    *place = f(*place, *values.at(v + i * sv));
                }
            }
        });
    }
}

/// Replaces what is picked of `out` by `f(old, value)`. The values have the picks' flat shape.
///
/// One thread works in the order of the picks: what is picked twice is replaced twice, in that order.
pub fn scatter<T: Copy + Send + Sync>(
    mut out: Out<'_, T>,
    picks: &Picks,
    values: In<'_, T>,
    f: impl Fn(T, T) -> T,
) {
    check_bounds(picks, out.layout().bounds());
    let loops = Loops::new(values.layout(), picks);
    dispatch(Scatter { loops: &loops, values: values.ptr(), out: out.ptr(), f });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::pick::{PickItem, Positions};

    /// Few rows and so many that they are streamed, of whole cache lines and not.
    #[test]
    fn rows_are_gathered() {
        for (count, width) in [(10, 96), (90_000, 96), (90_000, 97)] {
            let positions: Vec<i64> = (0..count).map(|k| k * 7919 % 1000).collect();
            let from = Layout::contiguous(&[1000, width]);
            let picks = from.picked("test", &[PickItem::Positions(Positions::list(&positions))]).unwrap();
            let data: Vec<u32> = (0..from.size() as u32).collect();
            let to = Layout::contiguous(&picks.flat_shape());
            let mut out = vec![0; to.size()];
            gather(Out::new(&mut out, &to), &data, &picks);
            for (row, &position) in out.chunks(width).zip(&positions) {
                assert_eq!(row, &data[position as usize * width..][..width], "{count} rows of {width}");
            }
        }
    }
}
