//! Several arrays of one length in one pass: what an optimizer's update is.

use super::isa::{Kernel, dispatch};
use super::operand::Ptr;
use super::parallel;
use crate::element::Element;

/// Elements worked on at once. They are copied to the stack and back, which frees the inner loop of any doubt
/// whether the arrays overlap, so that it is vectorised for every number of them.
const BLOCK: usize = 64;
/// Elements per task, and from twice this number on, tasks are worth waking threads for.
const TASK: usize = 1 << 15;

struct Zip<T, O, F, const M: usize, const N: usize> {
    targets: [Ptr<O>; M],
    inputs: [Ptr<T>; N],
    start: usize,
    end: usize,
    f: F,
}

impl<T, O, F, const M: usize, const N: usize> Kernel for Zip<T, O, F, M, N>
where
    T: Element,
    O: Element,
    F: Fn([O; M], [T; N]) -> [O; M],
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Zip { targets, inputs, start, end, f } = self;
        let whole = start + (end - start) / BLOCK * BLOCK;
        for at in (start..whole).step_by(BLOCK) {
            // SAFETY: `zip_update` has checked that every array has `end` elements at least; this part of the targets
            // is ours.
            unsafe {
                let mut t = targets.map(
                    #[inline(always)]
                    |t| *block(t, at),
                );
                let x = inputs.map(
                    #[inline(always)]
                    |x| *block(x, at),
                );
                update(&mut t, &x, &f);
                for (values, target) in t.into_iter().zip(targets) {
                    *block(target, at) = values;
                }
            }
        }
        let (mut t, mut x) = ([[O::default(); BLOCK]; M], [[T::default(); BLOCK]; N]);
        let (at, len) = (whole as isize, end - whole);
        for (values, input) in x.iter_mut().zip(inputs) {
            // SAFETY: as above.
            values[..len].copy_from_slice(unsafe { input.slice(at, len) });
        }
        for (values, target) in t.iter_mut().zip(targets) {
            // SAFETY: as above.
            values[..len].copy_from_slice(unsafe { target.slice(at, len) });
        }
        update(&mut t, &x, &f);
        for (values, target) in t.iter().zip(targets) {
            // SAFETY: as above.
            unsafe { target.slice_mut(at, len) }.copy_from_slice(&values[..len]);
        }
    }
}

/// A whole block of an array.
///
/// # Safety
/// The array must have its elements.
#[inline(always)]
unsafe fn block<T>(array: Ptr<T>, at: usize) -> *mut [T; BLOCK] {
    // SAFETY: the caller's promise.
    unsafe { array.at(at as isize) }.cast()
}

#[inline(always)]
fn update<T: Copy, O: Copy, const M: usize, const N: usize>(
    t: &mut [[O; BLOCK]; M],
    x: &[[T; BLOCK]; N],
    f: &impl Fn([O; M], [T; N]) -> [O; M],
) {
    for i in 0..BLOCK {
        let new = f(
            std::array::from_fn(
                #[inline(always)]
                |m| t[m][i],
            ),
            std::array::from_fn(
                #[inline(always)]
                |n| x[n][i],
            ),
        );
        for (values, new) in t.iter_mut().zip(new) {
            values[i] = new;
        }
    }
}

/// `targets[..][i] = f(targets[..][i], inputs[..][i])` for every `i`.
///
/// Panics if the lengths differ.
pub fn zip_update<T: Element, O: Element, const M: usize, const N: usize>(
    targets: [&mut [O]; M],
    inputs: [&[T]; N],
    f: impl Fn([O; M], [T; N]) -> [O; M] + Copy + Sync,
) {
    let len = targets.first().map_or(0, |target| target.len());
    let equal = targets.iter().all(|t| t.len() == len) && inputs.iter().all(|x| x.len() == len);
    assert!(equal, "zip_update: arrays of different length");
    let (targets, inputs) =
        (targets.map(|t| Ptr(t.as_mut_ptr())), inputs.map(|x| Ptr(x.as_ptr().cast_mut())));
    if len < 2 * TASK {
        return dispatch(Zip { targets, inputs, start: 0, end: len, f });
    }
    parallel::for_each_task(len.div_ceil(TASK), |i| {
        let (start, end) = (i * TASK, len.min((i + 1) * TASK));
        dispatch(Zip { targets, inputs, start, end, f });
    });
}
