//! The tape: every value of a forward pass, in the order of making.

use std::cell::{Ref, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};

use array_core::Array;
use array_core::random::Generator;
use smallvec::SmallVec;

use super::gradients::BufferUpdate;
use super::inspect::{Fault, Inspection, check_value};
use super::scope::{ROOM, Scopes};
use super::var::Var;
use crate::scalar::Scalar;

/// The identity of a differentiable leaf. Parameters have one for life, other leaves one per recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafId(u64);

impl LeafId {
    /// An identity that nothing else has.
    pub fn unique() -> LeafId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        LeafId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A vector-Jacobian product: from the gradient of a value to that of one of its inputs, in the input's shape.
pub(super) enum Vjp<T: Scalar> {
    /// Gives what the value contributes.
    Map(Box<Map<T>>),
    /// Adds it to what others have contributed: where it touches few elements, such as those of a slice, nobody has
    /// to make an array of the others' zeros.
    Add(Box<Add<T>>),
}

type Map<T> = dyn FnOnce(Array<T>) -> Array<T>;
type Add<T> = dyn FnOnce(Array<T>, &mut Array<T>);

/// How a value depends on one of its inputs.
pub(crate) struct Edge<T: Scalar> {
    pub(super) input: u32,
    /// `None` if the input needs no gradient.
    pub(super) vjp: Option<Vjp<T>>,
}

/// One value.
pub(super) struct Node<T: Scalar> {
    pub op: &'static str,
    /// `None` once backward has released a parameter.
    pub value: Option<Array<T>>,
    pub edges: SmallVec<[Edge<T>; 3]>,
    /// Whether a gradient has to come through here.
    pub needs_gradient: bool,
    pub leaf: Option<LeafId>,
    /// Whether the value lies in a parameter's buffer, which the optimizer wants for itself.
    pub in_parameter: bool,
    pub scope: u32,
    /// The floating-point operations of the forward pass, if the shapes do not tell: see `ops::table`.
    pub flops: Option<u64>,
}

pub(super) struct State<T: Scalar> {
    pub nodes: Vec<Node<T>>,
    pub scopes: Scopes,
    /// (node, scope whose path is a name of it), in the order of naming.
    pub names: Vec<(u32, u32)>,
    /// What this pass wants buffers to become.
    pub buffer_updates: Vec<BufferUpdate<T>>,
    pub drained: bool,
    /// What this pass has stopped at.
    pub fault: Option<Fault>,
    /// `None` if nobody looks.
    pub inspection: Option<Box<Inspection<T>>>,
}

/// What the forward pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Training,
    Evaluation,
    Inference,
}

/// A record of one forward pass.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::Tape;
/// let tape = Tape::training(default_rng(0));
/// let x = tape.variable(Array::from_vec([1.0f32, 2.0, 3.0], 3));
/// let loss = (x * x).sum();
/// let gradients = loss.backward();
/// assert_eq!(gradients.get(x).unwrap().to_vec(), [2.0, 4.0, 6.0]);
/// ```
pub struct Tape<T: Scalar = f32> {
    state: RefCell<State<T>>,
    mode: Mode,
    rng: RefCell<Option<Generator>>,
}

impl<T: Scalar> Tape<T> {
    /// A tape for a training step. What is random in training (dropout) draws from `rng`.
    pub fn training(rng: Generator) -> Tape<T> {
        Self::new(Mode::Training, Some(rng))
    }

    /// A tape that records derivatives of what inference computes: nothing is left out at random, and normalisations
    /// use their running statistics. For the gradients of a trained model with respect to its inputs, or for training
    /// what stands on one. PyTorch's `model.eval()`.
    ///
    /// ```
    /// use array_core::Array;
    /// use nn::{Dropout, Tape};
    /// let tape = Tape::evaluation();
    /// let x = tape.variable(Array::from_vec([1.0f32, 2.0], 2));
    /// let gradients = x.apply("drop", &Dropout::new(0.5)).square().sum().backward();
    /// assert_eq!(gradients.get(x).unwrap().to_vec(), [2.0, 4.0]);
    /// ```
    pub fn evaluation() -> Tape<T> {
        Self::new(Mode::Evaluation, None)
    }

    /// A tape that records values but no derivatives; layers that behave differently in training know it.
    pub fn inference() -> Tape<T> {
        Self::new(Mode::Inference, None)
    }

    fn new(mode: Mode, rng: Option<Generator>) -> Tape<T> {
        let (nodes, names, buffer_updates) = (Vec::with_capacity(ROOM), Vec::new(), Vec::new());
        let (scopes, drained, fault, inspection) = (Scopes::default(), false, None, None);
        let state = State { nodes, scopes, names, buffer_updates, drained, fault, inspection };
        Tape { state: RefCell::new(state), mode, rng: RefCell::new(rng) }
    }

    /// Whether this pass is for training.
    pub fn is_training(&self) -> bool {
        self.mode == Mode::Training
    }

    /// Whether there is a way back: whether derivatives are recorded.
    pub fn is_differentiable(&self) -> bool {
        self.mode != Mode::Inference
    }

    /// Draws from the tape's random stream; `None` on a tape that is not for training, which has none.
    pub fn draw<R>(&self, draw: impl FnOnce(&mut Generator) -> R) -> Option<R> {
        self.rng.borrow_mut().as_mut().map(draw)
    }

    /// A value without gradient: data, labels, masks.
    pub fn constant(&self, value: Array<T>) -> Var<'_, T> {
        self.push("constant", value, None, false)
    }

    /// A leaf whose gradient is wanted, found again by [`Gradients::get`](super::Gradients::get).
    pub fn variable(&self, value: Array<T>) -> Var<'_, T> {
        self.push("variable", value, Some(LeafId::unique()), false)
    }

    /// The leaf of a parameter, or of a buffer, as `op` says; a trainable one has an identity, and is recorded once per
    /// tape, however often it is used.
    pub(crate) fn parameter(
        &self,
        op: &'static str,
        name: &str,
        id: Option<LeafId>,
        value: &Array<T>,
    ) -> Var<'_, T> {
        let known = id.and_then(|_| self.state.borrow().nodes.iter().position(|node| node.leaf == id));
        if let Some(index) = known {
            return Var { tape: self, index: index as u32 }.or_patched();
        }
        self.push(op, value.clone(), id, true).named(name)
    }

    /// Notes what a buffer is to become, for [`Gradients`](super::Gradients) to carry to the model: in training only.
    pub(crate) fn note_buffer_update(&self, update: BufferUpdate<T>) {
        if self.is_training() {
            self.with_state(|state| state.buffer_updates.push(update));
        }
    }

    fn push(
        &self,
        op: &'static str,
        value: Array<T>,
        leaf: Option<LeafId>,
        in_parameter: bool,
    ) -> Var<'_, T> {
        let needs_gradient = leaf.is_some() && self.is_differentiable();
        self.add(Node {
            op,
            value: Some(value),
            edges: SmallVec::new(),
            needs_gradient,
            leaf,
            in_parameter,
            scope: 0,
            flops: None,
        })
    }

    /// Records the value of an operation with one edge per input: the only way to make a value that is no leaf.
    pub(crate) fn record<const N: usize>(
        &self,
        op: &'static str,
        value: Array<T>,
        edges: [Edge<T>; N],
    ) -> Var<'_, T> {
        self.record_all(op, value, SmallVec::from_iter(edges))
    }

    /// As [`Tape::record`], for a number of inputs known at run time.
    pub(crate) fn record_all(
        &self,
        op: &'static str,
        value: Array<T>,
        edges: SmallVec<[Edge<T>; 3]>,
    ) -> Var<'_, T> {
        let needs_gradient = edges.iter().any(|edge| edge.vjp.is_some());
        let in_parameter = edges.iter().any(|edge| {
            let input = &self.state.borrow().nodes[edge.input as usize];
            input.in_parameter && input.value.as_ref().is_some_and(|v| v.shares_buffer_with(&value))
        });
        let value = Some(value);
        self.add(Node { op, value, edges, needs_gradient, leaf: None, in_parameter, scope: 0, flops: None })
    }

    fn add(&self, mut node: Node<T>) -> Var<'_, T> {
        let mut state = self.state.borrow_mut();
        assert!(!state.drained, "{}: the tape has been walked back already; make a new one", node.op);
        node.scope = state.scopes.current();
        if let Some(inspection) = &mut state.inspection {
            inspection.finish();
            if let Some(fault) = inspection.checked.then(|| check_value(&state, &node)).flatten() {
                drop(state);
                self.stop(fault);
            }
            if let Some(inspection) = &mut state.inspection {
                inspection.begin();
            }
        }
        state.nodes.push(node);
        Var { tape: self, index: state.nodes.len() as u32 - 1 }
    }

    pub(super) fn state(&self) -> Ref<'_, State<T>> {
        self.state.borrow()
    }

    pub(super) fn with_state<R>(&self, f: impl FnOnce(&mut State<T>) -> R) -> R {
        f(&mut self.state.borrow_mut())
    }

    /// The dotted path of the scope in which values are being made; empty at the root.
    pub fn path(&self) -> String {
        let state = self.state.borrow();
        state.scopes.path(state.scopes.current())
    }

    /// Runs `f` in a named scope: paths of values made meanwhile begin with the name.
    pub fn scope<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        self.with_state(|state| state.scopes.enter(name));
        let _leave = Leave(self);
        f()
    }

    /// As [`Tape::scope`], and names the resulting value by the scope's path: [`Var::apply`] for what is no layer,
    /// such as a module with several inputs.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// use nn::{Embedding, Tape};
    /// let tokens: Embedding = Embedding::new(65, 16, &mut default_rng(0));
    /// let tape = Tape::inference();
    /// let x = tape.apply("tokens", || tokens.forward(&tape, &Array::from_vec([4, 0, 64], [1, 3])));
    /// assert_eq!(x.shape(), [1, 3, 16]);
    /// ```
    pub fn apply<'t>(&'t self, name: &str, f: impl FnOnce() -> Var<'t, T>) -> Var<'t, T> {
        let scope = self.with_state(|state| state.scopes.enter(name));
        let _leave = Leave(self);
        f().named_by(scope)
    }

    /// The value of a successful operation, or a panic that says where in the model it failed.
    #[track_caller]
    pub(crate) fn expect<R>(&self, result: array_core::Result<R>) -> R {
        match result.map_err(|error| (error, self.path())) {
            Ok(value) => value,
            Err((error, path)) if path.is_empty() => panic!("{error}"),
            Err((error, path)) => panic!("{path}: {error}"),
        }
    }
}

/// Leaves the current scope when dropped: also when a layer panics, so that the tape stays usable.
struct Leave<'t, T: Scalar>(&'t Tape<T>);

impl<T: Scalar> Drop for Leave<'_, T> {
    fn drop(&mut self) {
        self.0.with_state(|state| {
            if std::thread::panicking() && state.fault.is_none() {
                // The innermost scope is left first: that is the place.
                state.fault = Some(Fault::new(state.scopes.path(state.scopes.current()), String::new()));
            }
            state.scopes.leave();
        });
    }
}

impl<T: Scalar> std::fmt::Debug for Tape<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tape of {} values for {:?}", self.state.borrow().nodes.len(), self.mode)
    }
}
