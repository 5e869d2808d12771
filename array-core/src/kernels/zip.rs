//! Several arrays in one pass: what an optimizer's update is.

use super::isa::{Kernel, dispatch};
use super::operand::{In, Ptr};
use super::{parallel, stream};
use crate::element::Element;
use crate::layout::walk::{Axis, Walk};

/// Elements worked on at once. They are copied to the stack and back, which frees the inner loop of any doubt
/// whether the arrays overlap, so that it is vectorised for every number of them.
const BLOCK: usize = 64;
/// Elements per task, and from twice this number on, tasks are worth waking threads for.
const TASK: usize = 1 << 15;

/// Elements side by side. Aligned, so that no vector lies across two cache lines, or two pages.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct Block<T>([T; BLOCK]);

/// With `STREAMED`, the targets' elements are stored past the caches.
struct Zip<'a, T, O, F, const M: usize, const N: usize, const STREAMED: bool> {
    /// Contiguous; the elements of this walk begin at `start`.
    targets: [Ptr<O>; M],
    start: usize,
    inputs: [Ptr<T>; N],
    /// In row-major order.
    walk: &'a Walk<N>,
    f: F,
}

impl<T, O, F, const M: usize, const N: usize, const STREAMED: bool> Kernel
    for Zip<'_, T, O, F, M, N, STREAMED>
where
    T: Element,
    O: Element,
    F: Fn([O; M], [T; N]) -> [O; M],
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Axis { len, strides } = self.walk.run();
        let side_by_side = strides.iter().all(|&stride| stride == 1);
        let mut start = self.start;
        for offsets in self.walk.runs() {
            // Streamed blocks begin where a line of the cache does.
            let head = match self.targets.first() {
                Some(target) if STREAMED => stream::to_line(target.0.wrapping_add(start)),
                _ => 0,
            };
            let head = head.min(len);
            let whole = head + (len - head) / BLOCK * BLOCK;
            self.part(start, offsets, strides, 0, head);
            for at in (head..whole).step_by(BLOCK) {
                if side_by_side {
                    self.block(start, offsets, at);
                } else {
                    self.part(start, offsets, strides, at, BLOCK);
                }
            }
            self.part(start, offsets, strides, whole, len - whole);
            start += len;
        }
        if STREAMED {
            stream::fence();
        }
    }
}

impl<T, O, F, const M: usize, const N: usize, const STREAMED: bool> Zip<'_, T, O, F, M, N, STREAMED>
where
    T: Element,
    O: Element,
    F: Fn([O; M], [T; N]) -> [O; M],
{
    /// The block that begins `at` elements after the start of a run in which all inputs lie side by side.
    #[inline(always)]
    fn block(&self, start: usize, offsets: [isize; N], at: usize) {
        // SAFETY: `zip` has checked that the targets have all elements of the walk, and `In` that the inputs do.
        let mut t = self.targets.map(
            #[inline(always)]
            |t| Block(unsafe { *t.at((start + at) as isize).cast() }),
        );
        let x = std::array::from_fn(
            #[inline(always)]
            // SAFETY: as above.
            |n| Block(unsafe { *self.inputs[n].at(offsets[n] + at as isize).cast() }),
        );
        update(&mut t, &x, BLOCK, &self.f);
        for (values, target) in t.into_iter().zip(self.targets) {
            // SAFETY: as above; this part of the targets is ours.
            let target = unsafe { target.at((start + at) as isize) }.cast::<[O; BLOCK]>();
            if STREAMED {
                // SAFETY: as above.
                stream::copy(unsafe { &mut *target }, &values.0);
            } else {
                // SAFETY: as above.
                unsafe { *target = values.0 };
            }
        }
    }

    /// So many elements of a run, at most a block, from `at` on.
    #[inline(always)]
    fn part(&self, start: usize, offsets: [isize; N], strides: [isize; N], at: usize, len: usize) {
        if len == 0 {
            return;
        }
        let mut t = [Block([O::default(); BLOCK]); M];
        let mut x = [Block([T::default(); BLOCK]); N];
        for (values, target) in t.iter_mut().zip(self.targets) {
            // SAFETY: as in `block`; this part of the targets is ours.
            values.0[..len].copy_from_slice(unsafe { target.slice((start + at) as isize, len) });
        }
        for (((x, input), offset), stride) in x.iter_mut().zip(self.inputs).zip(offsets).zip(strides) {
            let first = offset + at as isize * stride;
            let values = &mut x.0[..len];
            match stride {
                // SAFETY: as in `block`.
                1 => values.copy_from_slice(unsafe { input.slice(first, len) }),
                // SAFETY: as in `block`; there is a first element.
                0 => values.fill(unsafe { *input.at(first) }),
                _ => {
                    for (i, x) in values.iter_mut().enumerate() {
                        // SAFETY: as in `block`.
                        *x = unsafe { *input.at(first + i as isize * stride) };
                    }
                }
            }
        }
        update(&mut t, &x, len, &self.f);
        for (values, target) in t.iter().zip(self.targets) {
            // SAFETY: as in `block`; this part of the targets is ours.
            unsafe { target.slice_mut((start + at) as isize, len) }.copy_from_slice(&values.0[..len]);
        }
    }
}

#[inline(always)]
fn update<T: Copy, O: Copy, const M: usize, const N: usize>(
    t: &mut [Block<O>; M],
    x: &[Block<T>; N],
    len: usize,
    f: &impl Fn([O; M], [T; N]) -> [O; M],
) {
    for i in 0..len {
        let new = f(
            std::array::from_fn(
                #[inline(always)]
                |m| t[m].0[i],
            ),
            std::array::from_fn(
                #[inline(always)]
                |n| x[n].0[i],
            ),
        );
        for (values, new) in t.iter_mut().zip(new) {
            values.0[i] = new;
        }
    }
}

/// `out[i] = f(inputs[..][i])` for every `i` in row-major order.
///
/// Panics if there are not as many places as elements of each input, which must have one shape.
pub fn zip_map<T: Element, O: Element, const N: usize>(
    out: &mut [O],
    inputs: [In<'_, T>; N],
    f: impl Fn([T; N]) -> O + Sync,
) {
    let run = inputs.first().and_then(|x| x.layout().shape().last()).copied().unwrap_or(1);
    let zip = if stream::pays::<T, O>(out.len(), run) {
        zip::<_, _, _, _, _, true>
    } else {
        zip::<_, _, _, _, _, false>
    };
    zip(
        [out],
        inputs,
        #[inline(always)]
        |_, x| [f(x)],
    );
}

/// `targets[..][i] = f(targets[..][i], inputs[..][i])` for every `i` in row-major order.
///
/// Panics if a target has not as many places as each input has elements; the inputs must have one shape.
pub fn zip_update<T: Element, O: Element, const M: usize, const N: usize>(
    targets: [&mut [O]; M],
    inputs: [In<'_, T>; N],
    f: impl Fn([O; M], [T; N]) -> [O; M] + Sync,
) {
    zip::<_, _, _, _, _, false>(targets, inputs, f);
}

fn zip<T: Element, O: Element, F, const M: usize, const N: usize, const STREAMED: bool>(
    targets: [&mut [O]; M],
    inputs: [In<'_, T>; N],
    f: F,
) where
    F: Fn([O; M], [T; N]) -> [O; M] + Sync,
{
    let len = targets.first().map_or(0, |target| target.len());
    let equal = targets.iter().all(|t| t.len() == len) && inputs.iter().all(|x| x.layout().size() == len);
    assert!(equal, "zip: arrays of different size");
    let flat = [len];
    let shape = inputs.first().map_or(&flat[..], |x| x.layout().shape());
    let walk = Walk::in_order_over(shape, inputs.map(|x| x.layout()));
    let (targets, inputs) = (targets.map(|t| Ptr(t.as_mut_ptr())), inputs.map(|x| x.ptr()));
    let f = &f;
    if len < 2 * TASK {
        return dispatch(Zip::<_, _, _, M, N, STREAMED> { targets, start: 0, inputs, walk: &walk, f });
    }
    let parts = walk.axes()[0].len.min(len.div_ceil(TASK));
    parallel::for_each_task(parts, |i| {
        let (walk, start) = walk.outer_part(i, parts);
        dispatch(Zip::<_, _, _, M, N, STREAMED> { targets, start, inputs, walk: &walk, f });
    });
}
