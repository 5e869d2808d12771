//! A choice that is made once for the process and that tests and measurements can override for a while.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

/// A number that stands for a choice, if one is forced.
#[derive(Debug)]
pub struct Forced {
    value: AtomicU8,
    turn: Mutex<()>,
}

const NOT_FORCED: u8 = u8::MAX;

impl Forced {
    /// Nothing is forced.
    pub const fn new() -> Forced {
        Forced { value: AtomicU8::new(NOT_FORCED), turn: Mutex::new(()) }
    }

    /// What is forced.
    #[inline]
    pub fn get(&self) -> Option<u8> {
        Some(self.value.load(Ordering::Relaxed)).filter(|&value| value != NOT_FORCED)
    }

    /// Calls `f` while `value` is forced. It holds for all threads, so that it reaches the ones that `f` has work
    /// done by; calls from several threads take turns. They must not be nested.
    pub fn with<R>(&self, value: u8, f: impl FnOnce() -> R) -> R {
        struct Release<'a>(&'a AtomicU8);
        impl Drop for Release<'_> {
            fn drop(&mut self) {
                self.0.store(NOT_FORCED, Ordering::Relaxed);
            }
        }

        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let _release = Release(&self.value);
        self.value.store(value, Ordering::Relaxed);
        f()
    }
}
