//! Threads: nobody else knows them, besides the [`helpers`](super::helpers) that wait here.
//!
//! Tasks write disjoint results, and how an element is computed never depends on where work is cut, so the number of
//! threads changes no bit of any result. The calling thread works too, and idle threads take the next task.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::helpers::Helpers;

/// The helpers of calling threads; `None` until first needed.
static HELPERS: RwLock<Option<Arc<Helpers>>> = RwLock::new(None);
/// All threads, for [`install`]; `None` until first needed.
#[cfg(feature = "linalg")]
static POOL: RwLock<Option<Arc<rayon::ThreadPool>>> = RwLock::new(None);
/// 0 stands for "as many as the machine has".
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// How many threads an operation may use, the caller's included.
///
/// The number of CPUs, unless `RAYON_NUM_THREADS` or [`set_num_threads`] says otherwise.
pub fn num_threads() -> usize {
    match THREADS.load(Ordering::Relaxed) {
        0 => {
            let asked = std::env::var("RAYON_NUM_THREADS").ok().and_then(|n| n.parse().ok());
            let threads = asked.filter(|&n| n > 0);
            let threads =
                threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
            THREADS.store(threads, Ordering::Relaxed);
            threads
        }
        threads => threads,
    }
}

/// Sets how many threads an operation may use, at least 1. Results are the same bits for every number.
pub fn set_num_threads(threads: usize) {
    THREADS.store(threads.max(1), Ordering::Relaxed);
    *HELPERS.write().unwrap_or_else(PoisonError::into_inner) = None;
    #[cfg(feature = "linalg")]
    (*POOL.write().unwrap_or_else(PoisonError::into_inner) = None);
}

/// The threads in a slot, started if there are none; `None` if the system will not start any.
fn threads_in<T>(slot: &RwLock<Option<Arc<T>>>, start: impl FnOnce() -> Option<T>) -> Option<Arc<T>> {
    if let Some(threads) = slot.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
        return Some(Arc::clone(threads));
    }
    let mut slot = slot.write().unwrap_or_else(PoisonError::into_inner);
    if slot.is_none() {
        *slot = start().map(Arc::new);
    }
    slot.clone()
}

/// Calls `f` in a pool of [`num_threads`] threads: for another library, whose tasks go to the pool it is called in.
///
/// One thread is a pool too: outside of any, rayon takes one of as many threads as the machine has.
#[cfg(feature = "linalg")]
pub fn install<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    let start = || rayon::ThreadPoolBuilder::new().num_threads(num_threads()).build().ok();
    match threads_in(&POOL, start) {
        Some(pool) => pool.install(f),
        None => f(),
    }
}

/// How many threads should share some work: so many that each helper who is awake has `awake` of it at least, or each who
/// has to be woken `woken`, which should take longer than waking it does.
///
/// Where such work comes often, helpers are woken for less.
pub fn threads_for(work: usize, [awake, woken]: [usize; 2]) -> usize {
    let most = num_threads();
    let [if_awake, if_woken] = [awake, woken].map(|each| (work / each).clamp(1, most));
    if if_awake == if_woken {
        return if_woken;
    }
    let helpers = threads_in(&HELPERS, || Helpers::new(most - 1));
    if_woken.max(1 + helpers.map_or(0, |helpers| helpers.at_hand(if_awake - 1, work / awake)))
}

/// The next task of a part, in a cache line of its own.
#[repr(align(64))]
struct Next(AtomicUsize);

/// Calls `task(0)`, …, `task(tasks − 1)`, each once, on as many threads as there are tasks for: see [`share_init`].
///
/// Whether threads are used at all is the caller's decision: offering work costs little if helpers are awake, and a call
/// of the system if they have to be woken.
pub fn for_each_task(tasks: usize, task: impl Fn(usize) + Sync) {
    share(num_threads(), tasks, task);
}

/// As [`for_each_task`], on so many threads at most: see [`threads_for`].
pub fn share(threads: usize, tasks: usize, task: impl Fn(usize) + Sync) {
    share_init(threads, tasks, || (), |(), i| task(i));
}

/// As [`share`], with something that every thread makes for its first task and has at hand for all of its tasks.
///
/// Each thread begins with a part of the tasks that is always the same: so neighbouring operations find in its cache
/// what it has written there, and nobody fetches it from another's. Who is done helps with the other parts.
pub fn share_init<S>(
    threads: usize,
    tasks: usize,
    init: impl Fn() -> S + Sync,
    task: impl Fn(&mut S, usize) + Sync,
) {
    const MOST_PARTS: usize = 16;
    let threads = threads.min(tasks);
    let helpers = if threads > 1 { threads_in(&HELPERS, || Helpers::new(num_threads() - 1)) } else { None };
    let Some(helpers) = helpers else {
        let mut own = init();
        return (0..tasks).for_each(|i| task(&mut own, i));
    };
    let parts = threads.min(MOST_PARTS);
    let start = |part: usize| tasks * part / parts;
    let next: [Next; MOST_PARTS] = std::array::from_fn(|part| Next(AtomicUsize::new(start(part.min(parts)))));
    helpers.run(threads - 1, &|thread| {
        let mut own = None;
        for part in (0..parts).map(|turn| (thread + turn) % parts) {
            loop {
                let i = next[part].0.fetch_add(1, Ordering::Relaxed);
                if i >= start(part + 1) {
                    break;
                }
                task(own.get_or_insert_with(&init), i);
            }
        }
    });
}

/// Calls `task(i, chunk)` for every chunk of `len` elements, the last one shorter, as [`for_each_task`] does.
pub fn for_each_chunk<T: Send>(values: &mut [T], len: usize, task: impl Fn(usize, &mut [T]) + Sync) {
    if values.len() <= len {
        return task(0, values);
    }
    // Each lock is taken once and by one thread only: it hands its chunk over.
    let chunks: Vec<Mutex<&mut [T]>> = values.chunks_mut(len).map(Mutex::new).collect();
    for_each_task(chunks.len(), |i| {
        task(i, &mut chunks[i].lock().unwrap_or_else(PoisonError::into_inner));
    });
}

/// Iterators whose items several threads work on at once: those over parts of arrays, alone or combined by `zip`,
/// `enumerate` and the like.
///
/// ```
/// use array_core::{Array, Parallel};
/// let mut table = Array::<f64>::zeros([3, 4]);
/// table.axis_iter_mut(0).enumerate().par_for_each(|(i, mut row)| row.fill(i as f64));
/// assert_eq!(table.axis_iter(0).par_map(|row| row.sum()), [0.0, 4.0, 8.0]);
/// ```
pub trait Parallel: ExactSizeIterator + Sized {
    /// Calls a function with every item, on as many threads as [`num_threads`] allows, in no particular order.
    fn par_for_each(self, f: impl Fn(Self::Item) + Sync)
    where
        Self::Item: Send,
    {
        self.par_map(f);
    }

    /// The results of a function of every item, in the order of the items. The function is called on as many
    /// threads as [`num_threads`] allows.
    fn par_map<O: Send>(self, f: impl Fn(Self::Item) -> O + Sync) -> Vec<O>
    where
        Self::Item: Send,
    {
        // Each lock is taken once and by one thread only: it hands the item over, and the result back.
        let slots: Vec<_> = self.map(|item| Mutex::new((Some(item), None))).collect();
        for_each_task(slots.len(), |i| {
            let (item, result) = &mut *slots[i].lock().unwrap_or_else(PoisonError::into_inner);
            *result = item.take().map(&f);
        });
        let results =
            slots.into_iter().map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner).1);
        results.flatten().collect()
    }
}

impl<I: ExactSizeIterator> Parallel for I {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_runs_once() {
        for tasks in [0, 1, 2, 7, 100] {
            let counts: Vec<AtomicUsize> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
            for_each_task(tasks, |i| {
                counts[i].fetch_add(1, Ordering::Relaxed);
            });
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1));
        }
    }

    #[test]
    fn every_chunk_is_visited_once() {
        for len in [0, 1, 4, 5, 17] {
            let mut values = vec![0; len];
            for_each_chunk(&mut values, 4, |i, chunk| {
                assert!(chunk.len() == 4 || 4 * i + chunk.len() == len);
                chunk.iter_mut().enumerate().for_each(|(j, value)| *value += 4 * i + j);
            });
            assert!(values.into_iter().eq(0..len));
        }
    }
}
