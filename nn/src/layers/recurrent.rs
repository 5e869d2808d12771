//! Recurrent networks over sequences.

use array_core::Array;
use array_core::random::Generator;

use super::uniform;
use crate::autograd::Var;
use crate::autograd::ops::concatenate;
use crate::module::{Layer, Module, Param, Path};
use crate::scalar::Scalar;

/// What one step of a recurrent network computes: see [`Rnn`], [`Gru`] and [`Lstm`].
pub trait RecurrentCell: Clone + Send + Sync {
    /// The network's name.
    const NAME: &'static str;
    /// How many gates there are, whose weights lie side by side.
    const GATES: usize;
    /// Whether the state is h and c, and not h alone.
    const HAS_C: bool;

    /// The states of all steps, as [`Var::gru`].
    fn scan<'t, T: Scalar>(
        &self,
        x: Var<'t, T>,
        state: Var<'t, T>,
        weight: Var<'t, T>,
        bias: Var<'t, T>,
        reverse: bool,
    ) -> Var<'t, T>;
}

/// The cell of [`Rnn`].
#[derive(Debug, Clone, Copy, Default)]
pub struct RnnCell {
    relu: bool,
}

/// The cell of [`Gru`].
#[derive(Debug, Clone, Copy, Default)]
pub struct GruCell;

/// The cell of [`Lstm`].
#[derive(Debug, Clone, Copy, Default)]
pub struct LstmCell;

/// h′ = tanh(x·W + b + h·W′ + b′), or the rectifier of that after [`Rnn::relu`]. PyTorch's `RNN`.
pub type Rnn<T = f32> = Recurrent<RnnCell, T>;

/// Gated recurrent units: r, z = σ(x·W + b + h·W′ + b′), n = tanh(x·W + b + r·(h·W′ + b′)), h′ = (1 − z)·n + z·h.
/// PyTorch's `GRU`; gates lie in the order r, z, n.
pub type Gru<T = f32> = Recurrent<GruCell, T>;

/// Long short-term memory: i, f, o = σ(x·W + b + h·W′ + b′), g = tanh(the same), c′ = f·c + i·g, h′ = o·tanh(c′).
/// PyTorch's `LSTM`; gates lie in the order i, f, g, o.
pub type Lstm<T = f32> = Recurrent<LstmCell, T>;

/// Layers of a recurrent network, run over sequences: (batch, time, inputs) → (batch, time, hidden·directions).
///
/// The batch is the first axis, as with PyTorch's `batch_first=True`. A bidirectional network runs every layer over
/// time in both directions, and puts both results side by side as the next layer's input.
///
/// Parameters have PyTorch's names, such as `weight_ih_l0` (inputs, gates·hidden), `weight_hh_l0` (hidden,
/// gates·hidden), `bias_ih_l0` and `bias_hh_l0` (gates·hidden), with `_reverse` behind for the backward direction. They
/// are drawn from U(−1/√hidden, 1/√hidden), its default.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{Gru, Tape};
/// let gru: Gru = Gru::new(8, 16, &mut default_rng(0));
/// let tape = Tape::inference();
/// let x = tape.constant(Array::zeros([4, 10, 8]));
/// let (outputs, last) = tape.scope("gru", || gru.run(x, None));
/// assert_eq!(outputs.shape(), [4, 10, 16]);
/// assert_eq!(last.h.shape(), [1, 4, 16]);
/// // The next part of the same sequences:
/// let (outputs, _) = tape.scope("gru", || gru.run(x, Some(last)));
/// # assert_eq!(outputs.shape(), [4, 10, 16]);
/// ```
#[derive(Debug, Clone)]
pub struct Recurrent<C, T: Scalar = f32> {
    /// By layer and, within it, by direction.
    directions: Vec<Direction<T>>,
    bidirectional: bool,
    dropout: f64,
    cell: C,
}

/// The parameters of one direction of one layer.
#[derive(Debug, Clone)]
struct Direction<T: Scalar> {
    weight_ih: Param<T>,
    weight_hh: Param<T>,
    bias_ih: Param<T>,
    bias_hh: Param<T>,
}

/// The state of a recurrent network, for a batch.
#[derive(Debug, Clone, Copy)]
pub struct RecurrentState<'t, T: Scalar = f32> {
    /// The outputs of every layer and direction: (layers·directions, batch, hidden).
    pub h: Var<'t, T>,
    /// The cells' memory, of the same shape; `None` but for [`Lstm`].
    pub c: Option<Var<'t, T>>,
}

impl<C: RecurrentCell + Default, T: Scalar> Recurrent<C, T> {
    /// One layer, run forward in time.
    pub fn new(inputs: usize, hidden: usize, rng: &mut Generator) -> Self {
        Self::stacked(1, false, inputs, hidden, rng)
    }

    /// Several layers, in one direction or both.
    ///
    /// # Panics
    /// If there are none.
    #[track_caller]
    pub fn stacked(
        layers: usize,
        bidirectional: bool,
        inputs: usize,
        hidden: usize,
        rng: &mut Generator,
    ) -> Self {
        assert!(layers > 0, "{}: at least one layer is needed", C::NAME);
        let directions = 1 + usize::from(bidirectional);
        let mut direction = |i: usize| {
            let inputs = if i < directions { inputs } else { directions * hidden };
            let gates = C::GATES * hidden;
            let mut matrix =
                |rows| Param::transposed_in_pytorch(uniform(hidden, &[rows, gates], rng).value().clone());
            let (weight_ih, weight_hh) = (matrix(inputs), matrix(hidden));
            let mut bias = || uniform(hidden, &[gates], rng);
            Direction { weight_ih, weight_hh, bias_ih: bias(), bias_hh: bias() }
        };
        let directions = (0..layers * directions).map(&mut direction).collect();
        Recurrent { directions, bidirectional, dropout: 0.0, cell: C::default() }
    }
}

impl<T: Scalar> Rnn<T> {
    /// Takes the rectifier in place of tanh: PyTorch's `nonlinearity='relu'`.
    pub fn relu(self) -> Self {
        Recurrent { cell: RnnCell { relu: true }, ..self }
    }
}

impl<C: RecurrentCell, T: Scalar> Recurrent<C, T> {
    /// Leaves out elements of what one layer hands to the next with probability `p` in training.
    ///
    /// # Panics
    /// If `p` is not in 0 ..= 1.
    #[track_caller]
    pub fn dropout(self, p: f64) -> Self {
        assert!((0.0..=1.0).contains(&p), "{}: {p} is no probability", C::NAME);
        Recurrent { dropout: p, ..self }
    }

    /// The size of the last axis of its input.
    pub fn inputs(&self) -> usize {
        self.directions[0].weight_ih.value().shape()[0]
    }

    /// The size of the state of one layer and direction.
    pub fn hidden(&self) -> usize {
        self.directions[0].weight_hh.value().shape()[0]
    }

    fn directions(&self) -> usize {
        1 + usize::from(self.bidirectional)
    }

    /// What PyTorch calls a parameter of this direction.
    fn name(&self, parameter: &str, index: usize) -> String {
        let (layer, reverse) = (index / self.directions(), index % self.directions() == 1);
        format!("{parameter}_l{layer}{}", if reverse { "_reverse" } else { "" })
    }

    /// Runs sequences (batch, time, inputs) from a state, zeros if `None`: the outputs of the last layer at all times,
    /// (batch, time, hidden·directions), and the state after the last step of every direction.
    ///
    /// # Panics
    /// If an input or state does not have the shape it should have.
    #[track_caller]
    pub fn run<'t>(
        &self,
        x: Var<'t, T>,
        state: Option<RecurrentState<'t, T>>,
    ) -> (Var<'t, T>, RecurrentState<'t, T>) {
        let (tape, shape, hidden) = (x.tape(), x.shape(), self.hidden());
        x.expect_input(shape.len() == 3, self, || format!("input has {} axes, expected 3", shape.len()));
        x.expect_axis(2, self.inputs(), self);
        x.expect_input(shape[1] > 0, self, || "a sequence needs at least one step".to_string());
        let expected = [self.directions.len(), shape[0], hidden];
        for part in state.iter().flat_map(|state| [Some(state.h), state.c]).flatten() {
            part.expect_input(part.shape() == expected, self, || {
                format!("a state must have shape {expected:?}")
            });
        }
        let zeros = || tape.constant(Array::zeros(expected));
        let (h, c) = match state {
            Some(RecurrentState { h, c }) => (h, c.unwrap_or_else(zeros)),
            None => (zeros(), zeros()),
        };
        let (mut x, mut last_h, mut last_c) = (x, Vec::new(), Vec::new());
        for layer in 0..self.directions.len() / self.directions() {
            if layer > 0 {
                x = x.dropout(self.dropout);
            }
            let mut outputs = Vec::new();
            for index in layer * self.directions()..(layer + 1) * self.directions() {
                let initial =
                    if C::HAS_C { concatenate(&[h.slice(index), c.slice(index)], 1) } else { h.slice(index) };
                let states = self.direction(index, x, initial);
                let last =
                    states.slice(if index % self.directions() == 1 { 0 } else { shape[1] as isize - 1 });
                let of_layer = |part: Var<'t, T>| part.reshape([1, shape[0], hidden]);
                last_h.push(of_layer(if C::HAS_C { last.slice((.., ..hidden)) } else { last }));
                if C::HAS_C {
                    last_c.push(of_layer(last.slice((.., hidden..))));
                }
                outputs.push(if C::HAS_C { states.slice((.., .., ..hidden)) } else { states });
            }
            let both = if outputs.len() == 1 { outputs[0] } else { concatenate(&outputs, 2) };
            x = both.permute([1, 0, 2]);
        }
        let all = |parts: &[Var<'t, T>]| if parts.len() == 1 { parts[0] } else { concatenate(parts, 0) };
        (x, RecurrentState { h: all(&last_h), c: (!last_c.is_empty()).then(|| all(&last_c)) })
    }

    /// The states of one direction of a layer at all times: (time, batch, parts of the state).
    fn direction<'t>(&self, index: usize, x: Var<'t, T>, initial: Var<'t, T>) -> Var<'t, T> {
        let direction = &self.directions[index];
        let param = |name, param| x.tape().param(&self.name(name, index), param);
        let weight_ih = param("weight_ih", &direction.weight_ih);
        let weight_hh = param("weight_hh", &direction.weight_hh);
        let bias_ih = param("bias_ih", &direction.bias_ih);
        let bias_hh = param("bias_hh", &direction.bias_hh);
        let gates = x.linear(weight_ih, bias_ih).permute([1, 0, 2]);
        self.cell.scan(gates, initial, weight_hh, bias_hh, index % self.directions() == 1)
    }
}

impl<C: RecurrentCell, T: Scalar> Module<T> for Recurrent<C, T> {
    fn visit(&self, path: &mut Path, f: &mut dyn FnMut(&Path, &Param<T>)) {
        for (i, Direction { weight_ih, weight_hh, bias_ih, bias_hh }) in self.directions.iter().enumerate() {
            path.within(&self.name("weight_ih", i), |path| f(path, weight_ih));
            path.within(&self.name("weight_hh", i), |path| f(path, weight_hh));
            path.within(&self.name("bias_ih", i), |path| f(path, bias_ih));
            path.within(&self.name("bias_hh", i), |path| f(path, bias_hh));
        }
    }

    fn visit_mut(&mut self, path: &mut Path, f: &mut dyn FnMut(&Path, &mut Param<T>)) {
        let name = |parameter: &str, i| self.name(parameter, i);
        let names: Vec<[String; 4]> = (0..self.directions.len())
            .map(|i| ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map(|parameter| name(parameter, i)))
            .collect();
        for (Direction { weight_ih, weight_hh, bias_ih, bias_hh }, names) in
            self.directions.iter_mut().zip(names)
        {
            path.within(&names[0], |path| f(path, weight_ih));
            path.within(&names[1], |path| f(path, weight_hh));
            path.within(&names[2], |path| f(path, bias_ih));
            path.within(&names[3], |path| f(path, bias_hh));
        }
    }
}

/// From a state of zeros to the outputs at all times.
impl<C: RecurrentCell, T: Scalar> Layer<T> for Recurrent<C, T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.run(x, None).0
    }

    fn describe(&self) -> String {
        let layers = self.directions.len() / self.directions();
        let both = if self.bidirectional { ", bidirectional" } else { "" };
        format!("{} {} → {}, {layers} layers{both}", C::NAME, self.inputs(), self.hidden())
    }
}

/// Lists the cells: name, number of gates, whether there is a c, operation.
macro_rules! cells {
    ($($cell:ident: $name:literal, $gates:literal, $has_c:literal, $scan:expr;)*) => {$(
        impl RecurrentCell for $cell {
            const NAME: &'static str = $name;
            const GATES: usize = $gates;
            const HAS_C: bool = $has_c;

            fn scan<'t, T: Scalar>(
                &self,
                x: Var<'t, T>,
                state: Var<'t, T>,
                weight: Var<'t, T>,
                bias: Var<'t, T>,
                reverse: bool,
            ) -> Var<'t, T> {
                $scan(self, x, [state, weight, bias], reverse)
            }
        }
    )*};
}
cells! {
    RnnCell: "Rnn", 1, false, |cell: &Self, x: Var<'t, T>, [h, w, b]: [Var<'t, T>; 3], r| x.rnn(h, w, b, cell.relu, r);
    GruCell: "Gru", 3, false, |_: &Self, x: Var<'t, T>, [h, w, b]: [Var<'t, T>; 3], r| x.gru(h, w, b, r);
    LstmCell: "Lstm", 4, true, |_: &Self, x: Var<'t, T>, [h, w, b]: [Var<'t, T>; 3], r| x.lstm(h, w, b, r);
}
