//! Recurrent networks, each one operation over all steps of a sequence, with backpropagation through time.
//!
//! In the comments, p = h·W + b is what the state contributes to the gates, x what the input does.

use array_core::{Array, concatenate};
use smallvec::{SmallVec, smallvec};

use super::super::Var;
use super::joint::Joint;
use crate::scalar::Scalar;

/// What a step keeps for the way back.
type Saved<T> = SmallVec<[Array<T>; 4]>;

/// The gradients of a step's x and p, and of the state that it began with, apart from what comes to that through p.
struct Back<T: Scalar> {
    x: Array<T>,
    p: Array<T>,
    state: Array<T>,
}

/// One step of a recurrent network. Gates lie side by side along the last axis of x and p; so do the parts of the
/// state, of which h is the first.
trait Cell<T: Scalar>: Copy + 'static {
    const OP: &'static str;
    /// How many gates there are, and how many parts the state has.
    const GATES: usize;
    const PARTS: usize;
    /// The next state from x, p and the state.
    fn step(self, x: Array<T>, p: Array<T>, state: &Array<T>) -> (Array<T>, Saved<T>);
    /// From the gradient of the next state to those of what it was made of.
    fn back(self, g: Array<T>, saved: Saved<T>, state: &Array<T>) -> Back<T>;
}

/// Part `i` of what lies side by side, each of this width.
fn part<T: Scalar>(a: &Array<T>, i: usize, width: usize) -> Array<T> {
    a.slice((.., i * width..(i + 1) * width))
}

/// g·s′ for a logistic s: g·s·(1 − s).
fn by_sigmoid<T: Scalar>(g: Array<T>, s: &Array<T>) -> Array<T> {
    g.zip_map(s, |g, s| g.mul(s.mul(T::ONE.sub(s))))
}

/// g·t′ for a hyperbolic tangent t: g·(1 − t²).
fn by_tanh<T: Scalar>(g: Array<T>, t: &Array<T>) -> Array<T> {
    g.zip_map(t, |g, t| g.mul(T::ONE.sub(t.mul(t))))
}

/// h′ = tanh(x + p), or max(x + p, 0).
#[derive(Clone, Copy)]
struct Rnn {
    relu: bool,
}

impl<T: Scalar> Cell<T> for Rnn {
    const OP: &'static str = "rnn";
    const GATES: usize = 1;
    const PARTS: usize = 1;

    fn step(self, x: Array<T>, p: Array<T>, _: &Array<T>) -> (Array<T>, Saved<T>) {
        let next = if self.relu { (x + p).relu() } else { (x + p).tanh() };
        (next.clone(), smallvec![next])
    }

    fn back(self, g: Array<T>, saved: Saved<T>, _: &Array<T>) -> Back<T> {
        let zeros = Array::zeros(g.shape());
        let p = if self.relu {
            g.zip_map(&saved[0], |g, y| if y > T::ZERO { g } else { T::ZERO })
        } else {
            by_tanh(g, &saved[0])
        };
        Back { x: p.clone(), p, state: zeros }
    }
}

/// r, z = σ(x + p); n = tanh(x + r·p); h′ = (1 − z)·n + z·h.
#[derive(Clone, Copy)]
struct Gru;

impl<T: Scalar> Cell<T> for Gru {
    const OP: &'static str = "gru";
    const GATES: usize = 3;
    const PARTS: usize = 1;

    fn step(self, x: Array<T>, p: Array<T>, h: &Array<T>) -> (Array<T>, Saved<T>) {
        let width = h.shape()[1];
        let rz = (x.slice((.., ..2 * width)) + p.slice((.., ..2 * width))).sigmoid();
        let (r, z, p_n) = (part(&rz, 0, width), part(&rz, 1, width), part(&p, 2, width));
        let n = (&r * &p_n + part(&x, 2, width)).tanh();
        let next = (h - &n) * &z + &n;
        (next, smallvec![rz, n, p_n])
    }

    fn back(self, g: Array<T>, saved: Saved<T>, h: &Array<T>) -> Back<T> {
        let width = h.shape()[1];
        let [rz, n, p_n] = [0, 1, 2].map(|i| &saved[i]);
        let (r, z) = (part(rz, 0, width), part(rz, 1, width));
        let of_n = by_tanh(&g - &g * &z, n);
        let of_rz = concatenate(&[&of_n * p_n, (h - n) * &g], 1);
        let of_rz = by_sigmoid(of_rz, rz);
        let p = concatenate(&[&of_rz, &(&of_n * &r)], 1);
        Back { x: concatenate(&[of_rz, of_n], 1), p, state: g * z }
    }
}

/// i, f, o = σ(x + p); ĝ = tanh(x + p); c′ = f·c + i·ĝ; h′ = o·tanh(c′). The gates are i, f, ĝ, o; the state is h, c.
#[derive(Clone, Copy)]
struct Lstm;

impl<T: Scalar> Cell<T> for Lstm {
    const OP: &'static str = "lstm";
    const GATES: usize = 4;
    const PARTS: usize = 2;

    fn step(self, x: Array<T>, p: Array<T>, state: &Array<T>) -> (Array<T>, Saved<T>) {
        let width = state.shape()[1] / 2;
        let all = x + p;
        let i_f = all.slice((.., ..2 * width)).sigmoid();
        let (c_hat, o) = (part(&all, 2, width).tanh(), part(&all, 3, width).sigmoid());
        let c = part(&i_f, 1, width) * part(state, 1, width) + part(&i_f, 0, width) * &c_hat;
        let tanh_c = c.tanh();
        let next = concatenate(&[&o * &tanh_c, c], 1);
        (next, smallvec![i_f, c_hat, o, tanh_c])
    }

    fn back(self, g: Array<T>, saved: Saved<T>, state: &Array<T>) -> Back<T> {
        let width = state.shape()[1] / 2;
        let [i_f, c_hat, o, tanh_c] = [0, 1, 2, 3].map(|i| &saved[i]);
        let (of_h, of_c) = (part(&g, 0, width), part(&g, 1, width));
        let of_c = by_tanh(&of_h * o, tanh_c) + of_c;
        let of_i_f = concatenate(&[&of_c * c_hat, &of_c * part(state, 1, width)], 1);
        let of_c_hat = by_tanh(&of_c * part(i_f, 0, width), c_hat);
        let of_o = by_sigmoid(of_h * tanh_c, o);
        let p = concatenate(&[by_sigmoid(of_i_f, i_f), of_c_hat, of_o], 1);
        let before = of_c * part(i_f, 1, width);
        Back { x: p.clone(), p, state: concatenate(&[Array::zeros(before.shape()), before], 1) }
    }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// h′ = tanh(x + h·W + b), or the rectifier of that if `relu`, step by step: from x of shape (time, batch, hidden),
    /// what inputs contribute, and the state before the first step, (batch, hidden), to all states, (time, batch,
    /// hidden). If `reverse`, the last step in time is made first. `weight` is (hidden, hidden), `bias` (hidden).
    ///
    /// # Panics
    /// If the shapes do not fit together.
    #[track_caller]
    pub fn rnn(self, state: Self, weight: Self, bias: Self, relu: bool, reverse: bool) -> Self {
        scan(Rnn { relu }, self, [state, weight, bias], reverse)
    }

    /// The states of gated recurrent units; as [`Var::rnn`], with gates r, z, n side by side: x is (time, batch,
    /// 3·hidden), `weight` (hidden, 3·hidden), `bias` (3·hidden).
    ///
    /// With p = h·W + b: r, z = σ(x + p), n = tanh(x + r·p), h′ = (1 − z)·n + z·h. The reset gate r comes after the
    /// product and its bias, as in PyTorch and cuDNN, where K. Cho et al. (2014) apply it to h.
    ///
    /// # Panics
    /// If the shapes do not fit together.
    #[track_caller]
    pub fn gru(self, state: Self, weight: Self, bias: Self, reverse: bool) -> Self {
        scan(Gru, self, [state, weight, bias], reverse)
    }

    /// The states of long short-term memories; as [`Var::rnn`], with gates i, f, g, o side by side: x is (time, batch,
    /// 4·hidden), `weight` (hidden, 4·hidden), `bias` (4·hidden). A state is h and c side by side: (batch, 2·hidden).
    ///
    /// With p = h·W + b: i, f, o = σ(x + p), g = tanh(x + p), c′ = f·c + i·g, h′ = o·tanh(c′).
    ///
    /// # Panics
    /// If the shapes do not fit together.
    #[track_caller]
    pub fn lstm(self, state: Self, weight: Self, bias: Self, reverse: bool) -> Self {
        scan(Lstm, self, [state, weight, bias], reverse)
    }
}

/// All states of a recurrent network.
#[track_caller]
fn scan<'t, T: Scalar, C: Cell<T>>(
    cell: C,
    input: Var<'t, T>,
    [state, weight, bias]: [Var<'t, T>; 3],
    reverse: bool,
) -> Var<'t, T> {
    let (x, initial, w, b) = (input.value().contiguous(), state.value(), weight.value(), bias.value());
    let hidden = w.shape().first().copied().unwrap_or(0);
    let gates = C::GATES * hidden;
    let fits = x.ndim() == 3
        && x.shape()[2] == gates
        && w.shape() == [hidden, gates]
        && b.shape() == [gates]
        && initial.shape() == [x.shape()[1], C::PARTS * hidden];
    if !fits {
        let shapes = [x.shape().to_vec(), w.shape().to_vec()];
        let rule = "x must be (time, batch, gates·hidden), the weight (hidden, gates·hidden)";
        input.tape().expect::<()>(Err(array_core::Error::Shapes { op: C::OP, shapes, rule }));
    }
    let steps = x.shape()[0];
    let batch = x.shape()[1];
    let at = move |step: usize| if reverse { steps - 1 - step } else { step };

    let mut states = Array::zeros([steps, batch, C::PARTS * hidden]);
    let mut saved = Vec::with_capacity(steps);
    let mut before = initial;
    for step in 0..steps {
        let p = part(&before, 0, hidden).matmul(&w) + &b;
        let (next, kept) = cell.step(x.slice(at(step)), p, &before);
        states.slice_mut(at(step)).assign(&next);
        saved.push((std::mem::replace(&mut before, next), kept));
    }

    let w_t = w.t();
    let joint = Joint::new(move |g: Array<T>| {
        let (mut of_x, mut of_p) = (Array::zeros([steps, batch, gates]), Array::zeros([steps, batch, gates]));
        let mut hs = Array::zeros([steps, batch, hidden]);
        let mut of_state = Array::zeros([batch, C::PARTS * hidden]);
        for (step, (state, kept)) in saved.into_iter().enumerate().rev() {
            let back = cell.back(g.slice(at(step)) + of_state, kept, &state);
            of_x.slice_mut(at(step)).assign(back.x);
            hs.slice_mut(at(step)).assign(part(&state, 0, hidden));
            of_state = back.state;
            let mut of_h = of_state.slice_mut((.., ..hidden));
            array_core::matmul_into(&mut of_h, &back.p, &w_t, true);
            of_p.slice_mut(at(step)).assign(back.p);
        }
        let rows = of_p.reshape([-1, gates as isize]);
        let of_w = hs.reshape([-1, hidden as isize]).t().matmul(&rows);
        [of_x, of_state, of_w, rows.sum_axis(0)]
    });
    let [x, state, weight, bias] =
        [(input, 0), (state, 1), (weight, 2), (bias, 3)].map(|(v, i)| v.edge(joint.part(i)));
    input.tape().record(C::OP, states, [state, weight, bias, x])
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    let mut checks = Vec::new();
    for reverse in [false, true] {
        checks.extend([
            Check::shapes("rnn", [&[3, 2, 2], &[2, 2], &[2, 2], &[2]], move |[x, h, w, b]| {
                x.rnn(h, w, b, false, reverse)
            }),
            Check::shapes("gru", [&[3, 2, 6], &[2, 2], &[2, 6], &[6]], move |[x, h, w, b]| {
                x.gru(h, w, b, reverse)
            }),
            Check::shapes("lstm", [&[3, 2, 8], &[2, 4], &[2, 8], &[8]], move |[x, h, w, b]| {
                x.lstm(h, w, b, reverse)
            }),
        ]);
    }
    checks.extend([
        Check::shapes("rnn", [&[2, 1, 3], &[1, 3], &[3, 3], &[3]], |[x, h, w, b]| {
            x.rnn(h, w, b, true, false)
        }),
        Check::shapes("gru", [&[1, 1, 3], &[1, 1], &[1, 3], &[3]], |[x, h, w, b]| x.gru(h, w, b, false)),
        Check::shapes("lstm", [&[2, 0, 4], &[0, 2], &[1, 4], &[4]], |[x, h, w, b]| x.lstm(h, w, b, false)),
    ]);
    checks
}

#[cfg(test)]
mod tests {
    use super::super::concatenate;
    use super::super::tests::assert_twins;
    use super::*;

    /// The states of three steps, computed by `step` from the gates' part of the input and of the state.
    fn composed<'t>(
        [x, h, w, b]: [Var<'t, f64>; 4],
        reverse: bool,
        step: impl Fn(Var<'t, f64>, Var<'t, f64>, Var<'t, f64>) -> Var<'t, f64>,
    ) -> Var<'t, f64> {
        let (hidden, mut state, mut states) = (w.shape()[0], h, Vec::new());
        for i in 0..3 {
            let x = x.slice(if reverse { 2 - i } else { i });
            state = step(x, state.slice((.., ..hidden)).matmul(w) + b, state);
            states.push(state.reshape([1, 2, state.shape()[1]]));
        }
        if reverse {
            states.reverse();
        }
        concatenate(&states, 0)
    }

    fn nth(v: Var<'_, f64>, i: usize) -> Var<'_, f64> {
        v.slice((.., 2 * i..2 * i + 2))
    }

    #[test]
    fn recurrent_networks_are_their_composed_twins() {
        for reverse in [false, true] {
            assert_twins(
                [&[3, 2, 2], &[2, 2], &[2, 2], &[2]],
                move |[x, h, w, b]| x.rnn(h, w, b, false, reverse),
                move |v| composed(v, reverse, |x, p, _| (x + p).tanh()),
            );
            assert_twins(
                [&[3, 2, 6], &[2, 2], &[2, 6], &[6]],
                move |[x, h, w, b]| x.gru(h, w, b, reverse),
                move |v| {
                    composed(v, reverse, |x, p, h| {
                        let (r, z) = ((nth(x, 0) + nth(p, 0)).sigmoid(), (nth(x, 1) + nth(p, 1)).sigmoid());
                        let n = (nth(x, 2) + r * nth(p, 2)).tanh();
                        n - z * n + z * h
                    })
                },
            );
            assert_twins(
                [&[3, 2, 8], &[2, 4], &[2, 8], &[8]],
                move |[x, h, w, b]| x.lstm(h, w, b, reverse),
                move |v| {
                    composed(v, reverse, |x, p, state| {
                        let gate = |i| nth(x, i) + nth(p, i);
                        let c = gate(1).sigmoid() * nth(state, 1) + gate(0).sigmoid() * gate(2).tanh();
                        concatenate(&[gate(3).sigmoid() * c.tanh(), c], 1)
                    })
                },
            );
        }
    }
}
