//! Sorting, by the keys and ranks of [`Ordered`]: whatever the elements are, only unsigned integers are sorted here.
//!
//! All functions work on *lanes*: a slice holds several, each of `len` elements side by side. Lanes do not depend
//! on each other and are dealt out to threads.

#[cfg(target_arch = "x86_64")]
mod network;
mod positions;
#[cfg(target_arch = "x86_64")]
mod quick;
mod radix;
/// There is no vectorised sort for other processors.
#[cfg(not(target_arch = "x86_64"))]
mod quick {
    pub fn sorts() -> bool {
        false
    }
    pub fn sort<K>(_: &mut [K], _: usize) -> bool {
        false
    }
}

use std::cmp::Reverse;
use std::mem::transmute_copy;

use super::isa::{Kernel, dispatch};
use super::operand::Ptr;
use super::parallel;
use crate::order::Ordered;

/// From this many elements on, a sort is worth waking threads for.
const PARALLEL_SIZE: usize = 1 << 14;

/// Calls `f` with the number of each lane and the lane, on several threads where that pays. What `f` needs besides
/// is made once per task.
fn for_each_lane<T: Send + Sync, S: Default>(
    lanes: &mut [T],
    len: usize,
    f: impl Fn(usize, &mut [T], &mut S) + Sync,
) {
    if len == 0 {
        return;
    }
    let (count, data) = (lanes.len() / len, Ptr(lanes.as_mut_ptr()));
    let tasks = if lanes.len() < PARALLEL_SIZE { 1 } else { (4 * parallel::num_threads()).min(count) };
    parallel::for_each_task(tasks, |task| {
        let mut scratch = S::default();
        for lane in count * task / tasks..count * (task + 1) / tasks {
            // SAFETY: the lane lies in the slice, lanes do not overlap, and each is visited by one task.
            f(lane, unsafe { data.slice_mut((lane * len) as isize, len) }, &mut scratch);
        }
    });
}

/// Replaces elements by their keys, in place; or the keys by their elements, if `BACK`.
struct Keys<'a, T, const BACK: bool>(&'a mut [T]);

impl<T: Ordered, const BACK: bool> Kernel for Keys<'_, T, BACK> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for x in self.0 {
            *x = if BACK {
                // SAFETY: `in_place` has made sure that both have one size, and any bits are a key.
                T::from_key(unsafe { transmute_copy::<T, T::Key>(x) })
            } else {
                // SAFETY: as above; any bits are a number, too, and a `bool` and its key have the same ones.
                unsafe { transmute_copy::<T::Key, T>(&x.key()) }
            };
        }
    }
}

/// Whether lanes can be rearranged as keys where they lie.
const fn in_place<T: Ordered>() -> bool {
    T::KEYS_ORDER && size_of::<T>() == size_of::<T::Key>() && align_of::<T>() >= align_of::<T::Key>()
}

/// Lets `f` rearrange each lane by its keys.
fn rearrange<T: Ordered + Send + Sync, S: Default>(
    lanes: &mut [T],
    len: usize,
    f: impl Fn(&mut [T::Key], &mut S) + Sync,
) {
    assert!(in_place::<T>(), "keys are elements of another order");
    for_each_lane(lanes, len, |_, lane, scratch| {
        dispatch(Keys::<T, false>(lane));
        // SAFETY: keys lie there now, as many as elements and aligned as these, borrowed as these.
        f(unsafe { std::slice::from_raw_parts_mut(lane.as_mut_ptr().cast(), len) }, scratch);
        dispatch(Keys::<T, true>(lane));
    });
}

/// Lets `f` put the positions in each lane in order, then rearranges the lane by them.
fn permute<T: Ordered + Send + Sync, S: Default>(
    lanes: &mut [T],
    len: usize,
    f: impl Fn(&mut [i64], &[T], &mut S) + Sync,
) {
    for_each_lane(lanes, len, |_, lane, (positions, old, scratch): &mut (Vec<i64>, Vec<T>, S)| {
        positions.resize(len, 0);
        old.clear();
        old.extend_from_slice(lane);
        f(positions, old, scratch);
        for (x, &position) in lane.iter_mut().zip(&*positions) {
            *x = old[position as usize];
        }
    });
}

/// How many threads may work on one lane: all, if there is only one lane.
fn threads_per_lane(size: usize, len: usize) -> usize {
    if size == len { parallel::num_threads() } else { 1 }
}

/// Sorts each lane, NaNs last.
pub fn sort_lanes<T: Ordered + Send + Sync>(lanes: &mut [T], len: usize) {
    let threads = threads_per_lane(lanes.len(), len);
    if in_place::<T>() {
        rearrange(lanes, len, |keys, spare| {
            if !keys.is_sorted() && !quick::sort(keys, threads) {
                radix::sort(keys, spare);
            }
        });
    } else {
        permute(lanes, len, |positions, lane, scratch| {
            positions::sort(positions, lane, scratch, threads);
        });
    }
}

/// Writes, for each lane, where in it the element of each rank stands; equal elements in the order they stand in.
pub fn argsort_lanes<T: Ordered + Sync>(positions: &mut [i64], lanes: &[T], len: usize) {
    assert_eq!(positions.len(), lanes.len(), "one position per element");
    let threads = threads_per_lane(lanes.len(), len);
    for_each_lane(positions, len, |lane, positions, scratch| {
        positions::sort(positions, &lanes[lane * len..][..len], scratch, threads);
    });
}

/// Rearranges each lane so that the elements of the given ranks, which ascend, stand where a sort would put them,
/// lesser or equal ones before and greater or equal ones behind.
pub fn select_lanes<T: Ordered + Send + Sync>(lanes: &mut [T], len: usize, ranks: &[usize]) {
    if in_place::<T>() {
        rearrange(lanes, len, |keys, _: &mut ()| select(keys, ranks));
    } else {
        permute(lanes, len, |positions, lane, pairs| arg_select(positions, lane, ranks, pairs));
    }
}

/// Writes the positions that put the elements of the given ranks where a sort would.
fn arg_select<T: Ordered>(
    positions: &mut [i64],
    lane: &[T],
    ranks: &[usize],
    pairs: &mut Vec<(T::Key, usize)>,
) {
    pairs.clear();
    pairs.extend(lane.iter().enumerate().map(|(i, x)| (x.rank(), i)));
    select(pairs, ranks);
    for (position, &(_, i)) in positions.iter_mut().zip(&*pairs) {
        *position = i as i64;
    }
}

/// Writes, for each lane, the positions that rearrange it as [`select_lanes`] does.
pub fn arg_select_lanes<T: Ordered + Sync>(positions: &mut [i64], lanes: &[T], len: usize, ranks: &[usize]) {
    assert_eq!(positions.len(), lanes.len(), "one position per element");
    for_each_lane(positions, len, |lane, positions, pairs| {
        arg_select(positions, &lanes[lane * len..][..len], ranks, pairs);
    });
}

/// Writes, for each lane, the positions of its `k` greatest elements in descending order, equal ones in the order
/// they stand in.
pub fn topk_lanes<T: Ordered + Sync>(positions: &mut [i64], lanes: &[T], len: usize, k: usize) {
    for_each_lane(positions, k, |lane, positions, pairs: &mut Vec<(Reverse<T::Key>, usize)>| {
        pairs.clear();
        pairs.extend((0..len).map(|i| (Reverse(lanes[lane * len + i].rank()), i)));
        if k < len {
            pairs.select_nth_unstable(k);
        }
        pairs.truncate(k);
        pairs.sort_unstable();
        for (position, &(_, i)) in positions.iter_mut().zip(&*pairs) {
            *position = i as i64;
        }
    });
}

/// Puts the items of the given ranks, which ascend, where a sort would put them.
fn select<K: Ord>(items: &mut [K], ranks: &[usize]) {
    let mut end = items.len();
    for &rank in ranks.iter().rev() {
        items[..end].select_nth_unstable(rank);
        end = rank;
    }
}
