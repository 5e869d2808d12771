//! Softmax and its logarithm, each fused into one operation.

use array_core::{Array, BLOCK, Error, for_each_row, update_row};

use super::super::Var;
use super::row;
use crate::scalar::Scalar;

/// An array with an axis at another place; the array itself if it is the last and stays that.
fn moved<T: Scalar>(a: Array<T>, from: isize, to: isize) -> Array<T> {
    let last = a.ndim() as isize - 1;
    let stays = [from, to].iter().all(|axis| [-1, last].contains(axis));
    if stays { a } else { a.moveaxis(from, to) }
}

/// What `f` makes of the rows of a gradient along this axis, and of those of the value that was saved.
fn back_along<T: Scalar>(
    axis: isize,
    g: Array<T>,
    saved: &Array<T>,
    f: impl Fn(&mut [T], &[T]) + Sync,
) -> Array<T> {
    let mut g = moved(g, axis, -1);
    for_each_row(
        [&mut g],
        [saved],
        #[inline(always)]
        |_, [g], [saved]| f(g, saved),
    );
    moved(g, -1, axis)
}

impl<'t, T: Scalar> Var<'t, T> {
    /// eˣ / Σ eˣ along an axis, computed from x − max so that nothing overflows.
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn softmax(self, axis: isize) -> Var<'t, T> {
        let x = self.with_last("softmax", axis);
        let y = row::map_rows(
            &x,
            #[inline(always)]
            |y, x| {
                let [_, sum] = row::exponentials_of_row(y, x);
                row::divide_by_sum(y, sum);
            },
            #[inline(always)]
            |len, y, x| {
                let mut exponentials = [T::ZERO; BLOCK];
                let exponentials = &mut exponentials[..x.len()];
                let [_, mut scales] = row::exponentials(len, exponentials, x);
                update_row(&mut scales[..row::count(len, x)], [], |sum, []| T::ONE.div(sum));
                row::map_each(len, y, exponentials, |row| {
                    let scale = scales[row];
                    move |y: T| y.mul(scale)
                });
            },
        );
        let saved = y.clone();
        let vjp = move |g: Array<T>| {
            // ∂x = y·(g − Σ g·y)
            back_along(
                axis,
                g,
                &saved,
                #[inline(always)]
                |g, y| {
                    let along = row::dot(g, y);
                    update_row(g, [y], |g, [y]| g.sub(along).mul(y));
                },
            )
        };
        self.tape().record("softmax", moved(y, -1, axis), [self.edge(vjp)])
    }

    /// ln softmax: x − max − ln Σ e^(x − max) along an axis.
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn log_softmax(self, axis: isize) -> Var<'t, T> {
        let x = self.with_last("log_softmax", axis);
        let y = row::map_rows(
            &x,
            #[inline(always)]
            |y, x| {
                let [greatest, sum] = row::exponentials_of_row(y, x);
                let ln = sum.ln();
                update_row(y, [x], |_, [x]| x.sub(greatest).sub(ln));
            },
            #[inline(always)]
            |len, y, x| {
                let [greatest, mut sums] = row::exponentials(len, y, x);
                update_row(&mut sums[..row::count(len, x)], [], |sum, []| sum.ln());
                row::map_each(len, y, x, |row| {
                    let (greatest, ln) = (greatest[row], sums[row]);
                    move |x: T| x.sub(greatest).sub(ln)
                });
            },
        );
        let saved = y.clone();
        let vjp = move |g: Array<T>| {
            // ∂x = g − softmax·Σ g
            back_along(
                axis,
                g,
                &saved,
                #[inline(always)]
                |g, y| {
                    let sum = row::sum(g);
                    update_row(g, [y], |g, [y]| g.sub(y.exp_nonpositive().mul(sum)));
                },
            )
        };
        self.tape().record("log_softmax", moved(y, -1, axis), [self.edge(vjp)])
    }

    /// The value with this axis moved to the end.
    #[track_caller]
    fn with_last(self, op: &'static str, axis: isize) -> Array<T> {
        let x = self.value();
        let axes = x.ndim() as isize;
        if !(-axes..axes).contains(&axis) {
            self.tape().expect(Err(Error::Axis { op, axis, shape: x.shape().to_vec() }))
        }
        moved(x, axis, -1)
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::shapes("softmax", [&[3, 4]], |[x]| x.softmax(-1)),
        Check::shapes("softmax", [&[3, 4]], |[x]| x.softmax(0)),
        Check::shapes("softmax", [&[0, 4]], |[x]| x.softmax(1)),
        Check::shapes("softmax", [&[3, 1]], |[x]| x.softmax(1)),
        Check::shapes("log_softmax", [&[3, 4]], |[x]| x.log_softmax(-1)),
        Check::shapes("log_softmax", [&[2, 3, 2]], |[x]| x.log_softmax(1)),
    ]
}

#[cfg(test)]
mod tests {
    use array_core::{default_rng, keepdims};

    use super::super::tests::assert_twins;
    use super::*;
    use crate::Tape;

    #[test]
    fn a_row_gives_the_same_bits_wherever_it_stands() {
        // Blocks of many rows and of one; enough of them for several tasks.
        for (rows, len) in [(9000, 10), (90, 1), (90, 3), (90, 15), (90, 16), (90, 64), (90, 65), (5, 600)] {
            let x: Array<f32> = default_rng(0).uniform(-90.0, 90.0, [rows, len]);
            let tape = Tape::inference();
            let of = |x: Array<f32>| [tape.constant(x.clone()).softmax(-1), tape.constant(x).log_softmax(-1)];
            let [whole, log_whole] = of(x.clone()).map(Var::value);
            for i in (0..rows).step_by(rows / 90 + 1) {
                let [alone, log_alone] = of(x.slice(i..i + 1)).map(Var::value);
                assert_eq!(whole.slice(i..i + 1), alone, "{rows} {len}");
                assert_eq!(log_whole.slice(i..i + 1), log_alone, "{rows} {len}");
            }
        }
    }

    #[test]
    fn softmaxes_are_their_composed_twins() {
        fn composed(x: Var<'_, f64>) -> Var<'_, f64> {
            let e = x.exp();
            e / e.sum_axis(keepdims(-1))
        }
        for shape in [[5, 7], [13, 16], [13, 33], [9, 65], [2, 300]] {
            assert_twins([&shape], |[x]| x.softmax(-1), |[x]| composed(x));
            assert_twins([&shape], |[x]| x.log_softmax(-1), |[x]| composed(x).ln());
        }
    }
}
