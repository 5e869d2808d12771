//! Derivatives that several inputs have in common.

use std::cell::RefCell;
use std::rc::Rc;

use array_core::Array;

use crate::scalar::Scalar;

/// The gradients of `N` inputs as one computation: whichever input is asked first has it done for all.
pub(super) struct Joint<T: Scalar, const N: usize>(Rc<RefCell<State<T, N>>>);

type Vjp<T, const N: usize> = Box<dyn FnOnce(Array<T>) -> [Array<T>; N]>;

enum State<T: Scalar, const N: usize> {
    Waiting(Vjp<T, N>),
    Done([Option<Array<T>>; N]),
}

impl<T: Scalar, const N: usize> Joint<T, N> {
    /// From the gradient of a value to those of its inputs.
    pub fn new(vjp: impl FnOnce(Array<T>) -> [Array<T>; N] + 'static) -> Self {
        Joint(Rc::new(RefCell::new(State::Waiting(Box::new(vjp)))))
    }

    /// The gradient of one input, which can be taken once.
    pub fn part(&self, input: usize) -> impl FnOnce(Array<T>) -> Array<T> + use<T, N> {
        let state = Rc::clone(&self.0);
        move |g| {
            let mut state = state.borrow_mut();
            if let State::Waiting(_) = *state
                && let State::Waiting(vjp) = std::mem::replace(&mut *state, State::Done([const { None }; N]))
            {
                *state = State::Done(vjp(g).map(Some));
            }
            match &mut *state {
                State::Done(parts) => parts[input].take().expect("each gradient is taken once"),
                State::Waiting(_) => unreachable!("it has just been computed"),
            }
        }
    }
}
