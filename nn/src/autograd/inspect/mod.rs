//! What a tape does besides recording when somebody looks: it keeps gradients and times, finds the first value
//! that is not finite, replaces values. An ordinary tape has none of it, and pays one test per operation.

mod fault;
mod non_finite;
mod patch;
mod snapshot;

use std::time::{Duration, Instant};

use array_core::Array;

pub use fault::Fault;
pub use non_finite::{NonFinite, Phase};
pub(super) use non_finite::{check_gradient, check_value, makes_non_finite};
pub(super) use patch::Patch;
pub(crate) use snapshot::{Snapshot, SnapshotNode};

use super::tape::Tape;
use crate::scalar::Scalar;

/// What was asked for, and what came of it.
pub(super) struct Inspection<T: Scalar> {
    /// Whether the times of all operations are kept.
    pub timed: bool,
    /// Whether layers note what they call themselves.
    pub labelled: bool,
    /// Whether the gradients of all values are kept.
    pub traced: bool,
    /// Whether values and gradients are searched for NaN and infinity.
    pub checked: bool,
    /// The number of the training step, for messages.
    pub step: Option<u64>,
    pub patches: Vec<Patch<T>>,
    /// (value, what stands in its place)
    pub patched: Vec<(u32, u32)>,
    /// What layers call themselves, by the scope they run in.
    pub layers: Vec<(u32, String)>,
    /// One per value of a timed tape.
    pub records: Vec<Record<T>>,
    /// When the value that is being made was begun.
    begun: Instant,
}

/// What is kept of a value besides itself.
#[derive(Debug, Clone)]
pub(crate) struct Record<T: Scalar> {
    /// The time between the end of the last operation and the end of this one.
    pub forward: Duration,
    /// The time that its vector-Jacobian products took.
    pub backward: Duration,
    pub gradient: Option<Array<T>>,
}

impl<T: Scalar> Inspection<T> {
    fn new() -> Self {
        Inspection {
            timed: false,
            labelled: false,
            traced: false,
            checked: false,
            step: None,
            patches: Vec::new(),
            patched: Vec::new(),
            layers: Vec::new(),
            records: Vec::new(),
            begun: Instant::now(),
        }
    }

    /// Starts the clock of the next value.
    pub fn begin(&mut self) {
        self.begun = Instant::now();
    }

    /// Notes the gradient of a value if asked to; returns where its time is to be noted, if it is, and the time now.
    pub fn record_gradient(
        &mut self,
        index: usize,
        gradient: &Array<T>,
    ) -> Option<(&mut Record<T>, Instant)> {
        let traced = self.traced;
        let record = self.records.get_mut(index)?;
        record.gradient = traced.then(|| gradient.clone());
        Some((record, Instant::now()))
    }

    /// Notes the time that a new value has taken.
    pub fn finish(&mut self) {
        if self.timed {
            let forward = self.begun.elapsed();
            self.records.push(Record { forward, backward: Duration::ZERO, gradient: None });
        }
    }
}

impl<T: Scalar> Tape<T> {
    /// Makes the tape keep what an ordinary one lets go: the gradient of every value, the time of every operation
    /// forward and backward, and the values of parameters after backward, so that a trace shows all of them.
    ///
    /// Values and gradients are the same as without. While the tape lives, an optimizer's step copies parameters
    /// instead of writing them in place.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// use nn::{Dense, Relu, Sequential, Tape};
    /// let rng = &mut default_rng(0);
    /// let model: Sequential = Sequential::new().add("l1", Dense::new(4, 8, rng)).add("act", Relu);
    /// let tape = Tape::training(rng.spawn()).traced();
    /// let _ = tape.constant(Array::ones([2, 4])).apply("net", &model).sum().backward();
    /// let trace = tape.trace();
    /// assert_eq!(trace.get("net.act").unwrap().shape(), [2, 8]);
    /// assert_eq!(trace.grad("net.l1.weight").unwrap().shape(), [4, 8]);
    /// ```
    pub fn traced(self) -> Tape<T> {
        self.timed().labelled().inspecting(|inspection| inspection.traced = true)
    }

    /// Makes the tape keep the times of its operations, and nothing else.
    pub(crate) fn timed(self) -> Tape<T> {
        self.inspecting(|inspection| inspection.timed = true)
    }

    /// Makes layers note what they call themselves, and nothing else: the operations are those of a plain tape.
    pub(crate) fn labelled(self) -> Tape<T> {
        self.inspecting(|inspection| inspection.labelled = true)
    }

    /// The times that the values of a timed tape took so far, forward and backward.
    pub(crate) fn times(&self) -> Vec<[Duration; 2]> {
        let state = self.state();
        let records = state.inspection.as_ref().map_or(&[][..], |inspection| &inspection.records);
        records.iter().map(|record| [record.forward, record.backward]).collect()
    }

    /// Makes the tape stop at the first operation that makes a value that is not finite out of finite ones, forward
    /// or backward, and at the first use of data or of a parameter that hold NaN.
    ///
    /// It stops by a panic whose message is a [`Fault`], with the path, the operation, the first bad element, the
    /// row of the batch and the ranges of the inputs; [`Tape::attempt`] returns it instead.
    ///
    /// ```
    /// use array_core::Array;
    /// use nn::Tape;
    /// let tape = Tape::inference().checked();
    /// let x = tape.constant(Array::from_vec([1.0f32, 0.0, 2.0], [3, 1])).named("x");
    /// let fault = tape.attempt(|| tape.apply("loss", || x.ln())).unwrap_err();
    /// assert_eq!(
    ///     fault.to_string(),
    ///     "loss: ln makes -inf out of finite values, first at [1, 0] (row 1) of [3, 1]; its input is the constant x in 0 ..= 2.000"
    /// );
    /// ```
    pub fn checked(self) -> Tape<T> {
        self.inspecting(|inspection| inspection.checked = true)
    }

    /// Tells the tape the number of the training step, for messages.
    pub fn at_step(self, step: u64) -> Tape<T> {
        self.inspecting(|inspection| inspection.step = Some(step))
    }

    /// Whether somebody wants to see, or to replace, values that are otherwise never made as a whole.
    pub(crate) fn is_looked_at(&self) -> bool {
        self.state()
            .inspection
            .as_ref()
            .is_some_and(|inspection| inspection.traced || !inspection.patches.is_empty())
    }

    fn inspecting(self, set: impl FnOnce(&mut Inspection<T>)) -> Tape<T> {
        self.with_state(|state| set(state.inspection.get_or_insert_with(|| Box::new(Inspection::new()))));
        self
    }

    /// Notes what the layer that runs in the current scope calls itself, if anybody looks.
    pub(crate) fn note_layer(&self, describe: impl FnOnce() -> String) {
        self.with_state(|state| {
            let scope = state.scopes.current();
            if let Some(inspection) = state.inspection.as_mut().filter(|inspection| inspection.labelled) {
                inspection.layers.push((scope, describe()));
                inspection.begin();
            }
        });
    }
}
