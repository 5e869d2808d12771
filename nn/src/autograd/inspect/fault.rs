//! A forward or backward pass that failed, and where.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::NonFinite;
use crate::autograd::Tape;
use crate::scalar::Scalar;

/// Why a pass stopped.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Where in the model: the path of the layer, or the name of the leaf, that is at fault; empty outside of all
    /// scopes.
    pub path: String,
    /// What went wrong, with the path in front.
    pub message: String,
    /// The value that was not finite, if it is that which a [checked](Tape::checked) tape has found.
    pub non_finite: Option<Box<NonFinite>>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for crate::error::Error {
    fn from(Fault { path, message, .. }: Fault) -> Self {
        crate::error::Error::Fault { path, message }
    }
}

impl<T: Scalar> Tape<T> {
    /// Runs `f`, a forward or backward pass on this tape, and returns what it panics with as a [`Fault`] that names
    /// the place. What was recorded up to there stays, for [`Tape::trace`] to show.
    ///
    /// The panic's message is also printed as panics are; `std::panic::set_hook` changes that.
    ///
    /// # Errors
    /// If `f` panics with a text.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// use nn::{Dense, Tape};
    /// let layer: Dense = Dense::new(4, 2, &mut default_rng(0));
    /// let tape = Tape::inference();
    /// let x = tape.constant(Array::ones([5, 3]));
    /// let fault = tape.attempt(|| x.apply("head", &layer)).unwrap_err();
    /// assert_eq!(fault.path, "head");
    /// assert!(fault.message.contains("input axis 1 is 3, expected 4"));
    /// ```
    pub fn attempt<R>(&self, f: impl FnOnce() -> R) -> Result<R, Fault> {
        self.with_state(|state| state.fault = None);
        // What `f` leaves half done is the tape, whose scopes are left while unwinding.
        let panic = match catch_unwind(AssertUnwindSafe(f)) {
            Ok(result) => return Ok(result),
            Err(panic) => panic,
        };
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let Some(message) = text.or_else(|| panic.downcast_ref::<&str>().copied()) else {
            resume_unwind(panic)
        };
        self.with_state(|state| {
            let fault = state.fault.get_or_insert_with(|| Fault::new(String::new(), String::new()));
            if fault.message.is_empty() {
                fault.message = message.to_string();
            }
            Err(fault.clone())
        })
    }

    /// Stops: for faults that the tape itself has found.
    #[track_caller]
    pub(in crate::autograd) fn stop(&self, fault: Fault) -> ! {
        let message = fault.message.clone();
        self.with_state(|state| state.fault = Some(fault));
        panic!("{message}")
    }
}

impl Fault {
    pub(in crate::autograd) fn new(path: String, message: String) -> Fault {
        Fault { path, message, non_finite: None }
    }
}
