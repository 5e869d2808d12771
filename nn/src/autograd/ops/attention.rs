//! Scaled dot-product attention.

use std::ops::Range;

use array_core::random::Generator;
use array_core::{Array, fold_updated_row, for_each_row, matmul_into, update_row};

use super::super::{Tape, Var};
use super::attention_mask::{AttentionMask, TileMask};
use super::dropout::dropout_mask;
use super::joint::Joint;
use super::row;
use crate::scalar::Scalar;

/// Scores worked on at once: what fits the second-level cache.
const TILE: usize = 1 << 17;

/// The softmax along the last axis of scores times `scale`, over what is allowed; 0 elsewhere, and in rows where nothing
/// is.
fn masked_softmax<T: Scalar>(mut scores: Array<T>, scale: T, mask: &TileMask) -> Array<T> {
    let lowest = T::from_f64(f64::NEG_INFINITY);
    for_each_row(
        [&mut scores],
        [],
        #[inline(always)]
        |i, [y], []| {
            let (y, unseen) = y.split_at_mut(mask.seen(i));
            unseen.fill(T::ZERO);
            update_row(y, [], |y, []| y.mul(scale));
            for (y, &allowed) in y.iter_mut().zip(mask.allowed(i).unwrap_or_default()) {
                *y = if allowed { *y } else { lowest };
            }
            let greatest = row::max(y);
            if greatest == lowest {
                return y.fill(T::ZERO);
            }
            let sum = fold_updated_row(y, [], |y, []| y.sub(greatest).exp_nonpositive(), T::ZERO, T::add);
            row::divide_by_sum(y, sum);
        },
    );
    scores
}

/// From the gradient of a softmax to that of its input, times `scale`: (g − Σ g·p)·p·scale.
fn softmax_vjp<T: Scalar>(mut g: Array<T>, p: &Array<T>, scale: T, mask: &TileMask) -> Array<T> {
    for_each_row(
        [&mut g],
        [p],
        #[inline(always)]
        |i, [g], [p]| {
            let (g, unseen) = g.split_at_mut(mask.seen(i));
            unseen.fill(T::ZERO);
            let along = row::dot(g, p);
            update_row(g, [p], |g, [p]| g.sub(along).mul(p).mul(scale));
        },
    );
    g
}

/// Scores that are worked on at once: ranges of both axes of the batch, and of the queries.
struct Tile {
    batch: [Range<usize>; 2],
    rows: Range<usize>,
}

impl Tile {
    /// The matrices of this part of the batch.
    fn matrices<T: Scalar>(&self, a: &Array<T>) -> Array<T> {
        let [outer, inner] = self.batch.clone();
        a.slice((outer, inner))
    }

    /// Their rows that belong to the queries.
    fn of_queries<T: Scalar>(&self, a: &Array<T>) -> Array<T> {
        let [outer, inner] = self.batch.clone();
        a.slice((outer, inner, self.rows.clone()))
    }
}

/// Attention over (outer, inner, queries, width) and (outer, inner, keys, width): everything but the values. None of the
/// arrays need lie in order: heads are views into what a layer has projected.
#[derive(Clone)]
struct Attention<T: Scalar> {
    q: Array<T>,
    k: Array<T>,
    v: Array<T>,
    mask: AttentionMask,
    scale: T,
    dropout: f64,
    /// Where dropout draws from: the same numbers, in the order of the tiles, forward and backward.
    rng: Option<Generator>,
}

impl<T: Scalar> Attention<T> {
    /// Tiles in row-major order of scores.
    fn tiles(&self) -> Vec<Tile> {
        let &[outer, inner, queries, _] = self.q.shape() else { unreachable!("four axes") };
        let keys = self.k.shape()[2].max(1);
        let (of_inner, of_outer) = (queries * keys, inner * queries * keys);
        let most = |size: usize| (TILE / size.max(1)).max(1);
        let steps = match TILE {
            tile if of_outer <= tile => [most(of_outer), inner, queries],
            tile if of_inner <= tile => [1, most(of_inner), queries],
            _ => [1, 1, most(keys)],
        };
        let ranges = |size: usize, step: usize| {
            (0..size).step_by(step.max(1)).map(move |start| start..size.min(start + step))
        };
        let mut tiles = Vec::new();
        for a in ranges(outer, steps[0]) {
            for b in ranges(inner, steps[1]) {
                tiles.extend(
                    ranges(queries, steps[2]).map(|rows| Tile { batch: [a.clone(), b.clone()], rows }),
                );
            }
        }
        tiles
    }

    /// The attention pattern of a tile, and its mask.
    fn pattern(&self, tile: &Tile) -> (Array<T>, TileMask) {
        let scores = tile.of_queries(&self.q).matmul(&tile.matrices(&self.k).swapaxes(-1, -2));
        let mask = self.mask.of_tile(Some(tile.batch.each_ref()), &tile.rows, scores.shape());
        (masked_softmax(scores, self.scale, &mask), mask)
    }

    /// What dropout multiplies a tile's pattern by; `None` for 1.
    fn kept(&mut self, pattern: &Array<T>) -> Option<Array<T>> {
        self.rng.as_mut().map(|rng| dropout_mask(rng, pattern.shape(), self.dropout))
    }

    fn forward(mut self) -> Array<T> {
        let mut y = beside_each_other(&self.q, self.v.shape()[3]);
        for tile in self.tiles() {
            let (mut pattern, _) = self.pattern(&tile);
            if let Some(kept) = self.kept(&pattern) {
                pattern *= kept;
            }
            let [outer, inner] = tile.batch.clone();
            let mut out = y.slice_mut((outer, inner, tile.rows.clone()));
            matmul_into(&mut out, &pattern, &tile.matrices(&self.v), false);
        }
        y
    }

    /// The gradients of q, k and v. Patterns are computed again, a tile at a time.
    fn backward(mut self, g: Array<T>) -> [Array<T>; 3] {
        let mut gradients = [&self.q, &self.k, &self.v].map(|a| beside_each_other(a, a.shape()[3]));
        let [of_q, of_k, of_v] = &mut gradients;
        let tiles = self.tiles();
        if tiles.is_empty() {
            // Without queries, nothing else writes these.
            for gradient in [of_k, of_v] {
                gradient.view_mut().fill(T::ZERO);
            }
            return gradients;
        }
        for tile in tiles {
            let (pattern, mask) = self.pattern(&tile);
            let kept = self.kept(&pattern);
            let g = tile.of_queries(&g);
            let mut of_pattern = g.matmul(&tile.matrices(&self.v).swapaxes(-1, -2));
            let dropped = kept.as_ref().map(|kept| &pattern * kept);
            let used = dropped.as_ref().unwrap_or(&pattern);
            // Keys and values get something from every tile of their queries.
            let (again, [outer, inner]) = (tile.rows.start > 0, tile.batch.clone());
            let mut of_v = of_v.slice_mut((outer.clone(), inner.clone()));
            matmul_into(&mut of_v, &used.swapaxes(-1, -2), &g, again);
            if let Some(kept) = kept {
                of_pattern *= kept;
            }
            let of_scores = softmax_vjp(of_pattern, &pattern, self.scale, &mask);
            let mut of_k = of_k.slice_mut((outer.clone(), inner.clone()));
            matmul_into(&mut of_k, &of_scores.swapaxes(-1, -2), &tile.of_queries(&self.q), again);
            let mut of_q = of_q.slice_mut((outer, inner, tile.rows.clone()));
            matmul_into(&mut of_q, &of_scores, &tile.matrices(&self.k), false);
        }
        gradients
    }
}

/// Room for (outer, inner, rows, width), for the first three sizes of `a`, of which all inner parts of a row lie side by
/// side, so that heads are joined without a copy.
fn beside_each_other<T: Scalar>(a: &Array<T>, width: usize) -> Array<T> {
    let &[outer, inner, rows, _] = a.shape() else { unreachable!("four axes") };
    Array::empty([outer, rows, inner, width]).swapaxes(1, 2)
}

/// What scores are multiplied by: 1/√width.
pub(crate) fn attention_scale<T: Scalar>(width: usize) -> T {
    T::from_f64(1.0 / (width.max(1) as f64).sqrt())
}

impl<'t, T: Scalar> Var<'t, T> {
    /// softmax(q·kᵀ/√width)·v, where q is this value: (…, queries, width), (…, keys, width), (…, keys, width′) →
    /// (…, queries, width′). PyTorch's `scaled_dot_product_attention`; in training, elements of the softmax are left
    /// out with probability `dropout`.
    ///
    /// A query that may attend to nothing gets zeros. Scores are computed a tile at a time, and once more on the way
    /// back: memory grows with the number of queries and keys, not with their product.
    ///
    /// Source: A. Vaswani et al., "Attention Is All You Need", NeurIPS 2017; T. Dao et al., "FlashAttention", NeurIPS
    /// 2022.
    ///
    /// # Panics
    /// If the shapes do not fit together: leading axes have to be equal.
    #[track_caller]
    pub fn attention(self, k: Var<'t, T>, v: Var<'t, T>, mask: &AttentionMask, dropout: f64) -> Var<'t, T> {
        let tape: &Tape<T> = self.tape();
        let [q, keys, values] = [self, k, v].map(Var::value);
        let ndim = q.ndim();
        let fits = ndim >= 2
            && [keys.ndim(), values.ndim()] == [ndim; 2]
            && q.shape()[..ndim - 2] == keys.shape()[..ndim - 2]
            && keys.shape()[..ndim - 1] == values.shape()[..ndim - 1]
            && q.shape()[ndim - 1] == keys.shape()[ndim - 1];
        if !fits {
            let shapes = [q.shape().to_vec(), keys.shape().to_vec()];
            let rule =
                "queries and keys must be (…, queries, width) and (…, keys, width), values (…, keys, width′)";
            tape.expect::<()>(Err(array_core::Error::Shapes { op: "attention", shapes, rule }));
        }
        let (leading, (rows, width)) = (&q.shape()[..ndim - 2], (q.shape()[ndim - 2], q.shape()[ndim - 1]));
        let batch = match leading {
            [] => [1, 1],
            &[outer] => [outer, 1],
            [outer @ .., inner] => [outer.iter().product(), *inner],
        };
        let in_batch =
            |a: &Array<T>| a.reshape([batch[0], batch[1], a.shape()[ndim - 2], a.shape()[ndim - 1]]);
        let attention = Attention {
            mask: tape.expect(mask.with_batch(leading, batch, [rows, keys.shape()[ndim - 2]])),
            q: in_batch(&q),
            k: in_batch(&keys),
            v: in_batch(&values),
            scale: attention_scale(width),
            dropout,
            rng: if dropout > 0.0 { tape.draw(Generator::spawn) } else { None },
        };
        let value =
            attention.clone().forward().reshape([leading, &[rows, values.shape()[ndim - 1]]].concat());
        let shapes = [&q, &keys, &values].map(|a| a.shape().to_vec());
        let joint = Joint::new(move |g: Array<T>| {
            let of_batch = [batch[0], batch[1], attention.q.shape()[2], attention.v.shape()[3]];
            let [of_q, of_k, of_v] = attention.backward(g.reshape(of_batch));
            [of_q.reshape(&shapes[0]), of_k.reshape(&shapes[1]), of_v.reshape(&shapes[2])]
        });
        let edges = [self.edge(joint.part(0)), k.edge(joint.part(1)), v.edge(joint.part(2))];
        tape.record("attention", value, edges)
    }

    /// The softmax along the last axis of scores, (…, queries, keys), over the keys that the mask allows; the others
    /// get 0, and a query that may attend to nothing gets zeros everywhere.
    ///
    /// # Panics
    /// If the mask does not broadcast to the scores.
    #[track_caller]
    pub fn masked_softmax(self, mask: &AttentionMask) -> Var<'t, T> {
        let scores = self.value();
        let &[.., queries, _] = scores.shape() else {
            panic!("masked_softmax: scores have at least two axes, not shape {:?}", scores.shape());
        };
        self.tape().expect(mask.fits(scores.shape()));
        let mask = mask.of_tile(None, &(0..queries), scores.shape());
        let pattern = masked_softmax(scores, T::ONE, &mask);
        let p = pattern.clone();
        self.tape().record("masked_softmax", pattern, [self.edge(move |g| softmax_vjp(g, &p, T::ONE, &mask))])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    let some = || AttentionMask::causal().and_allowed(Array::from_fn([3, 4], |i| i[0] != 1 && i[1] != 2));
    vec![
        Check::shapes("attention", [&[2, 3, 4], &[2, 5, 4], &[2, 5, 3]], |[q, k, v]| {
            q.attention(k, v, &AttentionMask::none(), 0.0)
        }),
        Check::shapes("attention", [&[2, 2, 3, 2], &[2, 2, 4, 2], &[2, 2, 4, 1]], move |[q, k, v]| {
            q.attention(k, v, &some(), 0.0)
        }),
        Check::shapes("attention", [&[3, 2], &[3, 2], &[3, 2]], |[q, k, v]| {
            q.attention(k, v, &AttentionMask::causal(), 0.4)
        }),
        Check::shapes("attention", [&[1, 1, 1], &[1, 1, 1], &[1, 1, 1]], |[q, k, v]| {
            q.attention(k, v, &AttentionMask::none(), 0.0)
        }),
        Check::shapes("attention", [&[0, 2, 1], &[0, 3, 1], &[0, 3, 2]], |[q, k, v]| {
            q.attention(k, v, &AttentionMask::none(), 0.0)
        }),
        Check::shapes("attention", [&[2, 0, 1], &[2, 3, 1], &[2, 3, 2]], |[q, k, v]| {
            q.attention(k, v, &AttentionMask::none(), 0.0)
        }),
        Check::shapes("masked_softmax", [&[2, 3, 4]], move |[x]| x.masked_softmax(&some())),
    ]
}

#[cfg(test)]
mod tests {
    use array_core::default_rng;

    use super::super::tests::assert_twins;
    use super::*;

    fn composed<'t>([q, k, v]: [Var<'t, f64>; 3], mask: &AttentionMask) -> Var<'t, f64> {
        let width = q.shape()[q.ndim() - 1];
        let scores = q.matmul(k.permute([0, 2, 1])) * attention_scale::<f64>(width);
        scores.masked_softmax(mask).matmul(v)
    }

    #[test]
    fn attention_is_its_composed_twin() {
        let masks = [
            AttentionMask::none(),
            AttentionMask::causal(),
            AttentionMask::causal_from(2),
            AttentionMask::allowed(Array::from_fn([2, 1, 5], |i| i[2] <= 2 * i[0])),
            AttentionMask::causal().and_allowed(Array::from_fn([2, 4, 5], |i| (i[0] + i[1] + i[2]) % 3 != 0)),
        ];
        for mask in &masks {
            let shapes: [&[usize]; 3] = [&[2, 4, 3], &[2, 5, 3], &[2, 5, 2]];
            assert_twins(shapes, |[q, k, v]| q.attention(k, v, mask, 0.0), |v| composed(v, mask));
        }
    }

    /// Of several tiles, in the batch and along the queries.
    #[test]
    fn tiles_change_nothing() {
        for (batch, queries, keys) in [(3, 300, 700), (40, 70, 70)] {
            let rng = &mut default_rng(0);
            let mut draw = |shape| -> Array<f64> { rng.uniform(-1.0, 1.0, shape) };
            let arrays = [draw([batch, queries, 2]), draw([batch, keys, 2]), draw([batch, keys, 2])];
            let weights = draw([batch, queries, 2]);
            let mask = AttentionMask::causal_from(keys - queries);
            let run = |fused: bool| {
                let tape = Tape::training(default_rng(0));
                let v = arrays.each_ref().map(|a| tape.variable(a.clone()));
                let y = if fused { v[0].attention(v[1], v[2], &mask, 0.0) } else { composed(v, &mask) };
                let value = y.value();
                let gradients = y.backward_from(weights.clone());
                let of = |i: usize| gradients.get(v[i]).expect("a gradient").clone();
                [value, of(0), of(1), of(2)]
            };
            for (a, b) in run(true).iter().zip(run(false)) {
                assert!(a.allclose(&b, 1e-11, 1e-13));
            }
        }
    }

    #[test]
    fn a_query_that_may_attend_to_nothing_gets_zeros_and_no_gradient() {
        let tape = Tape::<f64>::training(default_rng(0));
        let [q, k, v] = [0.5, -1.0, 2.0].map(|x| tape.variable(Array::full([1, 2, 1], x)));
        let mask = AttentionMask::allowed(Array::from_vec([false, false, true, false], [2, 2]));
        let y = q.attention(k, v, &mask, 0.0);
        assert_eq!(y.value().to_vec(), [0.0, 2.0]);
        let gradients = y.sum().backward();
        assert_eq!(gradients.get(v).map(Array::to_vec), Some(vec![1.0, 0.0]));
        assert_eq!(gradients.get(q).map(Array::to_vec), Some(vec![0.0, 0.0]));
    }

    #[test]
    fn dropout_keeps_the_mean_of_the_pattern() {
        let tape = Tape::<f64>::training(default_rng(0));
        let [q, k] = [0, 1].map(|_| tape.constant(Array::zeros([200, 10, 1])));
        let v = tape.constant(Array::ones([200, 10, 1]));
        let y = q.attention(k, v, &AttentionMask::none(), 0.25).value();
        // Six standard deviations of the mean of 20000 elements of variance p/(1 − p).
        assert!((y.mean() - 1.0).abs() < 6.0 * (1.0 / 3.0 / 20_000f64).sqrt(), "{}", y.mean());
        assert!(y.max() > 1.2);
    }
}
