//! Threads that help the calling one. They stay awake for some microseconds after a job, since the next one is often
//! near and waking a thread takes as long as a small job; then they sleep, in a pool of rayon's.
//!
//! One job at a time is on offer. Its owner works at it too, takes the offer back when nothing is left to begin, and
//! waits for those alone who have begun: a helper that wakes too late costs nothing.

use std::any::Any;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::Release, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// How long a helper looks for the next job before it sleeps: longer than what usually lies between two jobs of a
/// training step.
const PATIENCE: Duration = Duration::from_micros(100);
/// Small jobs that so many helpers could have shared within [`PATIENCE`] are worth waking them for, though none alone is.
const OFTEN: usize = 16;

/// What several threads do at once, each with its number, which is 0 for the owner. Whoever calls it after everything
/// is done returns at once.
type Job<'a> = &'a (dyn Fn(usize) + Sync);

pub(super) struct Helpers {
    pool: ThreadPool,
    /// Whether somebody's job is being done: from before it is on offer until nobody is at it any more.
    taken: AtomicBool,
    /// Helpers who look for jobs, or have been told to wake up.
    awake: AtomicUsize,
    /// How many helpers would have been welcome who were asleep, and since when.
    missed: Mutex<(usize, Instant)>,
    /// What a helper panicked with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    board: Board,
}

/// What helpers look at all the time, in cache lines of its own, of which caches fetch two: whatever else an owner writes
/// stays with it.
#[repr(align(128))]
struct Board {
    /// The job on offer; null if there is none.
    offer: AtomicPtr<Job<'static>>,
    /// Counts the offers, so that nobody takes the same one twice.
    round: AtomicUsize,
    /// Helpers who may be at the job on offer.
    busy: AtomicUsize,
}

impl Helpers {
    /// So many helpers, asleep; `None` if the system will not start them.
    pub fn new(count: usize) -> Option<Helpers> {
        let name = |i| format!("array-core {i}");
        Some(Helpers {
            pool: ThreadPoolBuilder::new().num_threads(count).thread_name(name).build().ok()?,
            taken: AtomicBool::new(false),
            awake: AtomicUsize::new(0),
            missed: Mutex::new((0, Instant::now())),
            panic: Mutex::new(None),
            board: Board {
                offer: AtomicPtr::new(null_mut()),
                round: AtomicUsize::new(0),
                busy: AtomicUsize::new(0),
            },
        })
    }

    /// Who should be asked to share a job that is too small to wake anybody for: how many of the `wanted` helpers are
    /// awake, or all if they are asleep and such jobs have come often lately. The job is `worth` so many helpers.
    pub fn at_hand(&self, wanted: usize, worth: usize) -> usize {
        if self.taken.load(SeqCst) {
            return 0;
        }
        match self.awake.load(SeqCst).min(wanted) {
            0 if self.are_missed(worth) => wanted,
            awake => awake,
        }
    }

    /// Notes that so many helpers are missed; returns whether it has been many lately.
    fn are_missed(&self, worth: usize) -> bool {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if now - missed.1 > PATIENCE {
            *missed = (0, now);
        }
        missed.0 += worth;
        missed.0 >= OFTEN
    }

    /// Calls the job here and by up to `wanted` helpers at once, and returns when all of them have returned.
    ///
    /// If another job is being done, be it this thread's own, nobody helps.
    ///
    /// # Panics
    /// If the job does, on any thread.
    pub fn run(self: &Arc<Self>, wanted: usize, job: Job<'_>) {
        if self.taken.swap(true, SeqCst) {
            return job(0);
        }
        let offered = Offered(self);
        // A plain store: one after the other, both are done while the line is here.
        self.board.offer.store((&raw const job).cast_mut().cast(), Release);
        self.board.round.fetch_add(1, SeqCst);
        for _ in self.awake.load(SeqCst)..wanted {
            self.awake.fetch_add(1, SeqCst);
            let helpers = Arc::clone(self);
            self.pool.spawn(move || helpers.look_for_jobs());
        }
        job(0);
        if let Some(panic) = offered.end() {
            resume_unwind(panic);
        }
    }

    /// A helper's life between two sleeps.
    fn look_for_jobs(&self) {
        let mut seen = 0;
        loop {
            let mut idle_since = Instant::now();
            while idle_since.elapsed() < PATIENCE {
                for _ in 0..16 {
                    if self.board.round.load(SeqCst) != seen {
                        seen = self.help();
                        idle_since = Instant::now();
                    }
                    spin_loop();
                }
            }
            self.awake.fetch_sub(1, SeqCst);
            // Who has made an offer just now may have counted on this helper.
            if self.board.round.load(SeqCst) == seen {
                return;
            }
            self.awake.fetch_add(1, SeqCst);
        }
    }

    /// Works at the job on offer, if it still is; returns the number of its round.
    fn help(&self) -> usize {
        self.board.busy.fetch_add(1, SeqCst);
        let offer = self.board.offer.load(SeqCst);
        let round = self.board.round.load(SeqCst);
        if !offer.is_null() {
            let number = 1 + rayon::current_thread_index().unwrap_or(0);
            // SAFETY: the offer was there after this helper was counted as busy, and its owner, whose variable it is,
            // keeps it alive until it has taken it back and then seen that nobody is busy.
            let job = unsafe { *offer };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| job(number))) {
                *self.panic.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
            }
        }
        self.board.busy.fetch_sub(1, SeqCst);
        round
    }
}

/// An offer that has to be taken back, also when the owner of the job panics.
struct Offered<'a>(&'a Helpers);

impl Offered<'_> {
    /// Takes the offer back, and waits until nobody is at the job any more; returns what a helper panicked with.
    fn take_back(&self) -> Option<Box<dyn Any + Send>> {
        let Offered(helpers) = self;
        helpers.board.offer.store(null_mut(), SeqCst);
        let mut turns = 0_u32;
        while helpers.board.busy.load(SeqCst) != 0 {
            turns = turns.saturating_add(1);
            // A helper whose processor was taken away gets this one.
            if turns < 10_000 { spin_loop() } else { std::thread::yield_now() }
        }
        let panic = helpers.panic.lock().unwrap_or_else(PoisonError::into_inner).take();
        helpers.taken.store(false, SeqCst);
        panic
    }

    /// As [`Offered::take_back`], where nobody has panicked here.
    fn end(self) -> Option<Box<dyn Any + Send>> {
        let panic = self.take_back();
        std::mem::forget(self);
        panic
    }
}

impl Drop for Offered<'_> {
    fn drop(&mut self) {
        // One panic is reported: the owner's, and not a helper's to the next job's owner.
        self.take_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helpers_help_and_panics_reach_the_owner() {
        let helpers = Arc::new(Helpers::new(2).unwrap());
        for round in 0..1000 {
            let (next, sum) = (AtomicUsize::new(0), AtomicUsize::new(0));
            helpers.run(2, &|_| {
                while let task @ 0..20 = next.fetch_add(1, SeqCst) {
                    // Within a job nobody is there to help, and the work is done all the same.
                    helpers.run(2, &|_| _ = sum.fetch_add(task + round, SeqCst));
                }
            });
            assert_eq!(sum.load(SeqCst), 190 + 20 * round);
            if round % 100 == 0 {
                let owner = std::thread::current().id();
                let refuse = |by_owner: bool| {
                    let turns = AtomicUsize::new(0);
                    let result = catch_unwind(AssertUnwindSafe(|| {
                        helpers.run(2, &|_| {
                            turns.fetch_add(1, SeqCst);
                            // Three calls at once: at least one is a helper's, and one the owner's.
                            while turns.load(SeqCst) < 3 {
                                spin_loop();
                            }
                            assert!((std::thread::current().id() == owner) != by_owner, "refused");
                        });
                    }));
                    *result.unwrap_err().downcast::<&str>().unwrap()
                };
                assert_eq!([refuse(true), refuse(false)], ["refused"; 2]);
            }
        }
    }

    #[test]
    fn small_jobs_find_helpers_who_are_awake_or_often_missed() {
        let helpers = Arc::new(Helpers::new(2).unwrap());
        // This thread may be held up anywhere, so what needs it to be quick happens in some turn, but not in each.
        let happens = |mut turn: Box<dyn FnMut() -> bool>| (0..1000).any(|_| turn());
        let asleep = || {
            while helpers.awake.load(SeqCst) != 0 {
                std::thread::sleep(PATIENCE);
            }
            std::thread::sleep(2 * PATIENCE);
        };
        assert!(happens(Box::new(|| {
            asleep();
            assert!((3..OFTEN).step_by(3).all(|_| helpers.at_hand(2, 3) == 0), "few small jobs wake nobody");
            helpers.at_hand(2, 3) == 2
        })));
        assert!(happens(Box::new(|| {
            asleep();
            helpers.run(1, &|_| assert_eq!(helpers.at_hand(1, 99), 0, "nobody helps within a job"));
            helpers.at_hand(2, 1) == 1
        })));
    }
}
