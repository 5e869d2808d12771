//! Quicksort with vectors, for keys of 32 and 64 bits where the CPU has AVX-512: three times as fast as the radix
//! sort, which is its plain twin.
//!
//! Keys move between two buffers. Those of a vector that are less than the pivot are compressed to one side and
//! stored from the left, the others to the right; no branch depends on a key. What a network can hold, it sorts. What is
//! sorted are integers, so the result does not depend on how: any pivots and any number of threads give the same.

use std::any::TypeId;

use super::network;
use super::radix;
use crate::kernels::isa::{Isa, isa};
use crate::kernels::operand::Ptr;
use crate::kernels::parallel;
use crate::kernels::vector::{Of32, Of64, Vector};
use crate::order::Key;
use crate::storage::Buffer;

/// From this many keys on, sorting some is worth waking threads for.
const PARALLEL_SIZE: usize = 1 << 16;
/// From this many keys on, a pivot is the middle of as many samples as a network sorts; below, of [`FEW_SAMPLES`].
const MANY: usize = 1 << 12;
const FEW_SAMPLES: usize = 9;

/// Whether there is a vectorised sort on this CPU.
pub fn sorts() -> bool {
    isa() >= Isa::Avx512
}

/// Sorts keys on so many threads, unless there is no vectorised sort for them on this CPU; then it returns `false`.
pub fn sort<K: Key>(keys: &mut [K], threads: usize) -> bool {
    if !sorts() {
        return false;
    }
    // SAFETY: the CPU has AVX-512.
    unsafe { sort_as::<K, Of64>(keys, threads) || sort_as::<K, Of32>(keys, threads) }
}

/// Sorts keys if these are the vector's.
///
/// # Safety
/// The CPU must have AVX-512.
unsafe fn sort_as<K: Key, V: Vector>(keys: &mut [K], threads: usize) -> bool {
    if TypeId::of::<K>() != TypeId::of::<V::Key>() {
        return false;
    }
    // SAFETY: the types are the same.
    let keys = unsafe { std::slice::from_raw_parts_mut(keys.as_mut_ptr().cast::<V::Key>(), keys.len()) };
    let few = keys.len() <= network::capacity::<V>();
    let mut spare = Buffer::<V::Key>::unspecified(if few { 0 } else { keys.len() });
    let depth = 2 * keys.len().max(1).ilog2();
    if few || keys.len() < PARALLEL_SIZE || threads < 2 {
        // SAFETY: the caller has promised AVX-512.
        unsafe { sort_part::<V>(keys, &mut spare, Stay::Here, depth) };
        return true;
    }
    let sides = [Ptr(keys.as_mut_ptr()), Ptr(spare.as_mut_ptr())];
    let mut parts = vec![Part { start: 0, len: keys.len() }];
    let mut moved = false;
    // SAFETY: both buffers are borrowed exclusively and hold every part; parts are disjoint, and one task has each.
    let part = |Part { start, len }: Part, moved: bool| unsafe {
        [usize::from(moved), usize::from(!moved)].map(|side| sides[side].slice_mut(start as isize, len))
    };
    while parts.len() < 4 * threads {
        let mut halves: Vec<[Part; 2]> = parts.iter().map(|&part| [part; 2]).collect();
        parallel::for_each_chunk(&mut halves, 1, |_, halves| {
            let Part { start, len } = halves[0][0];
            let [from, to] = part(halves[0][0], moved);
            // SAFETY: the caller has promised AVX-512.
            let less = unsafe { partition::<V, false>(from, to, pivot::<V>(from)) };
            halves[0] = [Part { start, len: less }, Part { start: start + less, len: len - less }];
        });
        parts = halves.concat();
        moved = !moved;
    }
    parallel::for_each_task(parts.len(), |i| {
        let [from, to] = part(parts[i], moved);
        // SAFETY: the caller has promised AVX-512.
        unsafe { sort_part::<V>(from, to, if moved { Stay::There } else { Stay::Here }, depth) };
    });
    true
}

/// Some of the keys, in either buffer.
#[derive(Debug, Clone, Copy)]
struct Part {
    start: usize,
    len: usize,
}

/// Which buffer is to hold the sorted keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stay {
    /// The one they come in.
    Here,
    /// The other one.
    There,
}

/// Sorts the keys in `from`. After so many levels of uneven parts, by their digits.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,popcnt")]
fn sort_part<V: Vector>(from: &mut [V::Key], to: &mut [V::Key], stay: Stay, levels: u32) {
    if from.len() <= network::capacity::<V>() {
        let (keys, len) = (from.as_mut_ptr(), from.len());
        // SAFETY: both hold `len` keys, if they are read or written at all.
        return unsafe {
            network::sort::<V>(keys, len, if stay == Stay::Here { keys } else { to.as_mut_ptr() })
        };
    }
    if levels == 0 {
        radix::sort(from, &mut Vec::new());
        if stay == Stay::There {
            to.copy_from_slice(from);
        }
        return;
    }
    let pivot = pivot::<V>(from);
    let mut less = partition::<V, false>(from, to, pivot);
    let other = if stay == Stay::Here { Stay::There } else { Stay::Here };
    if less == 0 {
        // The pivot is the least key. All that equal it are in order.
        less = partition::<V, true>(from, to, pivot);
        if stay == Stay::Here {
            from[..less].copy_from_slice(&to[..less]);
        }
    } else {
        sort_part::<V>(&mut to[..less], &mut from[..less], other, levels - 1);
    }
    sort_part::<V>(&mut to[less..], &mut from[less..], other, levels - 1);
}

/// A key somewhere in the middle.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,popcnt")]
fn pivot<V: Vector>(keys: &[V::Key]) -> V::Key {
    let mut samples = [V::Key::default(); 256];
    let many = keys.len() >= MANY;
    let count = if many { network::capacity::<V>() - 1 } else { FEW_SAMPLES };
    let samples = &mut samples[..count];
    let Some(step) = std::num::NonZero::new(keys.len() / count) else {
        return keys.first().copied().unwrap_or_default();
    };
    for (sample, stretch) in samples.iter_mut().zip(keys.chunks_exact(step.get())) {
        *sample = stretch[step.get() / 2];
    }
    if many {
        let keys = samples.as_mut_ptr();
        // SAFETY: there are `count` samples, fewer than the network's capacity.
        unsafe { network::sort::<V>(keys, count, keys) };
    } else {
        samples.sort_unstable();
    }
    samples[count / 2]
}

/// Moves the keys less than the pivot, or `OR_EQUAL` to it, to the left of `to`, the others to the right. Returns how
/// many go left.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,popcnt")]
fn partition<V: Vector, const OR_EQUAL: bool>(from: &[V::Key], to: &mut [V::Key], pivot: V::Key) -> usize {
    let len = from.len();
    assert_eq!(to.len(), len, "there is a place for every key");
    // SAFETY: this function's features.
    let pivot = unsafe { V::splat(pivot) };
    let (from, to) = (from.as_ptr(), to.as_mut_ptr());
    let (mut left, mut right) = (0, len);
    let mut step = |i: usize, count: usize| {
        let all = (1_u32 << count) - 1;
        // SAFETY: i + count ≤ len.
        let keys = unsafe { V::load(from.add(i), count, pivot) };
        let less = all & if OR_EQUAL { !pivot.less(keys) } else { keys.less(pivot) };
        let greater = (all & !less).count_ones() as usize;
        right -= greater;
        // SAFETY: as many places are free, from `left` on, as there are keys left, at least `count`. The first write
        // spoils some for which the second, or one to come, has better.
        unsafe {
            keys.compress(less).store(to.add(left), count);
            keys.compress(all & !less).store(to.add(right), greater);
        }
        left += count - greater;
    };
    let whole = len - len % V::LANES;
    for i in (0..whole).step_by(V::LANES) {
        step(i, V::LANES);
    }
    step(whole, len - whole);
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Ordered;

    /// Keys of all kinds of lengths and patterns, against the library's sort.
    fn check<K: Key>(key: impl Fn(u64) -> K + Copy) {
        let mut state = 1_u64;
        let mut random = move || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            state ^ state >> 33
        };
        for len in (0..300).chain([511, 512, 1000, MANY, 40_000, PARALLEL_SIZE + 77]) {
            for kinds in [1, 2, 50, u64::MAX] {
                let random: Vec<K> = (0..len).map(|_| key(random() % kinds)).collect();
                let ascending = (0..len as u64).map(|i| key(i * 3 % kinds)).collect();
                let organ_pipe = (0..len as u64).map(|i| key(i.min(len as u64 - i) % kinds)).collect();
                for keys in [random, ascending, organ_pipe] {
                    let mut expected: Vec<K> = keys.clone();
                    expected.sort_unstable();
                    for threads in [1, 2] {
                        let mut sorted = keys.clone();
                        if sort(&mut sorted, threads) {
                            assert_eq!(sorted, expected, "{len} keys, {kinds} kinds");
                        }
                    }
                    let mut sorted = keys;
                    radix::sort(&mut sorted, &mut Vec::new());
                    assert_eq!(sorted, expected, "{len} keys, {kinds} kinds, by digits");
                }
            }
        }
    }

    #[test]
    fn keys_of_64_bits() {
        check(|x| x);
        check(|x| (x as i64).key());
    }

    #[test]
    fn keys_of_32_bits() {
        check(|x| x as u32);
    }

    /// Whatever pivots do, digits end it.
    #[test]
    fn uneven_parts_are_sorted_by_digits() {
        if !sorts() {
            return;
        }
        for stay in [Stay::Here, Stay::There] {
            let mut keys: Vec<u64> = (0..5000).map(|i| i * 7919 % 5000).collect();
            let mut spare = vec![0; 5000];
            // SAFETY: the CPU has AVX-512.
            unsafe { sort_part::<Of64>(&mut keys, &mut spare, stay, 1) };
            assert!((if stay == Stay::Here { keys } else { spare }).into_iter().eq(0..5000));
        }
    }
}
