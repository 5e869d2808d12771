//! Pools over images.

use array_core::{Array, MeanWindows, Pooling, max_pool_gradient, mean_pool, mean_pool_gradient};

use super::super::Var;
use crate::scalar::Scalar;

impl<'t, T: Scalar> Var<'t, T> {
    /// The greatest element of every window: (batch, channels, height, width) → (batch, channels, rows, columns), as
    /// [`Pooling::max`]. The gradient of a window goes to the one element that was taken: of equal ones the first.
    ///
    /// # Panics
    /// If these are no images, or the windows do not fit them.
    #[track_caller]
    pub fn max_pool2d(self, pooling: &Pooling) -> Var<'t, T> {
        let x = self.value();
        let (value, positions) = self.tape().expect(pooling.try_max(&x));
        let shape = x.shape().to_vec();
        let vjp = move |g: Array<T>| max_pool_gradient(&g, &positions, &shape);
        self.tape().record("max_pool2d", value, [self.edge(vjp)])
    }

    /// The mean of every window, a product of one along the height and one along the width, as [`mean_pool`]:
    /// (batch, channels, height, width) → (batch, channels, rows, columns).
    ///
    /// # Panics
    /// If these are no images, or a window leaves them.
    #[track_caller]
    pub fn avg_pool2d(self, windows: [MeanWindows; 2]) -> Var<'t, T> {
        let x = self.value();
        let value = mean_pool(&x, &windows);
        let shape = x.shape().to_vec();
        let vjp = move |g: Array<T>| mean_pool_gradient(&g, &windows, &shape);
        self.tape().record("avg_pool2d", value, [self.edge(vjp)])
    }
}

#[cfg(test)]
fn pooling(size: usize, stride: usize, padding: usize, ceil_mode: bool) -> Pooling {
    let window = array_core::Window { size, stride, padding, dilation: 1 };
    Pooling { windows: [window; 2], ceil_mode }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    use array_core::adaptive_windows;
    vec![
        Check::shapes("max_pool2d", [&[2, 2, 4, 5]], |[x]| x.max_pool2d(&pooling(2, 2, 0, false))),
        Check::shapes("max_pool2d", [&[1, 2, 5, 5]], |[x]| x.max_pool2d(&pooling(3, 2, 1, true))),
        Check::shapes("max_pool2d", [&[1, 1, 1, 1]], |[x]| x.max_pool2d(&pooling(1, 1, 0, false))),
        Check::shapes("max_pool2d", [&[0, 1, 2, 2]], |[x]| x.max_pool2d(&pooling(2, 1, 0, false))),
        Check::shapes("avg_pool2d", [&[2, 2, 4, 5]], |[x]| {
            x.avg_pool2d(pooling(3, 2, 1, true).mean_windows(&x.shape(), true))
        }),
        Check::shapes("avg_pool2d", [&[1, 2, 5, 3]], |[x]| {
            x.avg_pool2d([adaptive_windows(5, 2), adaptive_windows(3, 2)])
        }),
        Check::shapes("avg_pool2d", [&[0, 1, 2, 2]], |[x]| {
            x.avg_pool2d([adaptive_windows(2, 1), adaptive_windows(2, 2)])
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_twins;
    use super::*;

    #[test]
    fn avg_pool2d_is_its_composed_twin() {
        assert_twins(
            [&[2, 3, 4, 6]],
            |[x]| x.avg_pool2d(pooling(2, 2, 0, false).mean_windows(&x.shape(), true)),
            |[x]| x.reshape([2, 3, 2, 2, 3, 2]).mean_axis([3, 5]),
        );
    }

    #[test]
    fn of_equal_elements_the_first_is_taken_and_nan_wins() {
        let tape = crate::Tape::<f64>::training(array_core::default_rng(0));
        let x =
            tape.variable(Array::from_vec([1.0, 1.0, 1.0, 1.0, 5.0, f64::NAN, 7.0, f64::NAN], [1, 2, 2, 2]));
        let y = x.max_pool2d(&pooling(2, 2, 0, false));
        assert!(y.value()[[0, 0, 0, 0]] == 1.0 && y.value()[[0, 1, 0, 0]].is_nan());
        let g = y.sum().backward().get(x).map(Array::to_vec);
        assert_eq!(g, Some(vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]));
    }
}
