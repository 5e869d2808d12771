//! Sorting, by the keys and ranks of [`Ordered`]: whatever the elements are, only unsigned integers are sorted here.
//!
//! All functions work on *lanes*: a slice holds several, each of `len` elements side by side. Lanes do not depend
//! on each other and are dealt out to threads.

mod radix;

use std::cmp::Reverse;

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

/// Lets `f` rearrange each lane by its keys.
fn rearrange<T: Ordered + Send + Sync, S: Default>(
    lanes: &mut [T],
    len: usize,
    f: impl Fn(&mut [T::Key], &mut S) + Sync,
) {
    for_each_lane(lanes, len, |_, lane, (keys, scratch): &mut (Vec<T::Key>, S)| {
        keys.clear();
        keys.extend(lane.iter().map(|x| x.key()));
        f(keys, scratch);
        for (x, &key) in lane.iter_mut().zip(&*keys) {
            *x = T::from_key(key);
        }
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

/// Sorts each lane, NaNs last.
pub fn sort_lanes<T: Ordered + Send + Sync>(lanes: &mut [T], len: usize) {
    if T::KEYS_ORDER {
        rearrange(lanes, len, radix::sort);
    } else {
        permute(lanes, len, |positions, lane, scratch| {
            radix::argsort(positions, |i| lane[i].rank(), scratch);
        });
    }
}

/// Writes, for each lane, where in it the element of each rank stands; equal elements in the order they stand in.
pub fn argsort_lanes<T: Ordered + Sync>(positions: &mut [i64], lanes: &[T], len: usize) {
    assert_eq!(positions.len(), lanes.len(), "one position per element");
    for_each_lane(positions, len, |lane, positions, scratch| {
        radix::argsort(positions, |i| lanes[lane * len + i].rank(), scratch);
    });
}

/// Rearranges each lane so that the elements of the given ranks, which ascend, stand where a sort would put them,
/// lesser or equal ones before and greater or equal ones behind.
pub fn select_lanes<T: Ordered + Send + Sync>(lanes: &mut [T], len: usize, ranks: &[usize]) {
    if T::KEYS_ORDER {
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
