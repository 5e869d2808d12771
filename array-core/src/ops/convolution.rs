//! Convolutions of images, their gradients, and so their transposes.

use crate::array::Array;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::conv::{self, Conv};
use crate::kernels::gemm::Gemm;
use crate::layout::window::Window;

/// How the filters of a two-dimensional convolution move, along height and width.
///
/// As everywhere in machine learning, filters are not flipped: this is cross-correlation, PyTorch's `conv2d`.
///
/// ```
/// use array_core::{Array, Convolution};
/// let x = Array::arange(0.0, 9.0, 1.0).reshape([1, 1, 3, 3]);
/// let corners = Array::from_vec([1.0, 0.0, 0.0, 1.0], [1, 1, 2, 2]);
/// let y = Convolution::default().apply(&x, &corners, None);
/// assert_eq!(y.to_vec(), [0.0 + 4.0, 1.0 + 5.0, 3.0 + 7.0, 4.0 + 8.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Convolution {
    /// The distance of neighbouring places of a filter; at least 1.
    pub stride: [usize; 2],
    /// How many zeros the image is thought to have around it.
    pub padding: [usize; 2],
    /// The distance of neighbouring elements of a filter on the image; at least 1.
    pub dilation: [usize; 2],
    /// Into how many groups channels and filters are divided, each filter seeing the channels of its group.
    pub groups: usize,
}

impl Default for Convolution {
    /// Stride and dilation 1, without padding, in one group.
    fn default() -> Self {
        Convolution { stride: [1; 2], padding: [0; 2], dilation: [1; 2], groups: 1 }
    }
}

impl Convolution {
    fn windows(&self, [height, width]: [usize; 2]) -> [Window; 2] {
        let along = |axis: usize, size| Window {
            size,
            stride: self.stride[axis],
            padding: self.padding[axis],
            dilation: self.dilation[axis],
        };
        [along(0, height), along(1, width)]
    }

    /// The shapes of a convolution of images with a weight, both of four axes.
    fn plan(&self, op: &'static str, x: &[usize], weight: &[usize]) -> Result<Conv> {
        let error = |rule| Error::Shapes { op, shapes: [x.to_vec(), weight.to_vec()], rule };
        let (&[images, channels, height, width], &[filters, per_group, high, wide]) = (x, weight) else {
            return Err(error("images and weight must have four axes"));
        };
        if self.groups == 0 || channels != per_group.saturating_mul(self.groups) {
            return Err(error(
                "the images must have as many channels as the weight, times the number of groups",
            ));
        }
        if !filters.is_multiple_of(self.groups) {
            return Err(error("the number of filters must be a multiple of the number of groups"));
        }
        let windows = self.windows([high, wide]);
        let places = windows[0].places(height).zip(windows[1].places(width));
        let (rows, columns) = places.ok_or_else(|| {
            error("the filter must fit into the padded image, and stride and dilation be at least 1")
        })?;
        Ok(Conv {
            images,
            groups: self.groups,
            channels: per_group,
            filters: filters / self.groups,
            windows,
            size: [height, width],
            places: [rows, columns],
        })
    }

    /// Convolves images: (batch, channels, height, width) and a weight of (filters, channels per group, high, wide)
    /// → (batch, filters, rows, columns), with ⌊(height + 2·padding − dilation·(high − 1) − 1)/stride⌋ + 1 rows,
    /// and columns likewise. The bias, of shape (filters), is added to each.
    ///
    /// # Panics
    /// If the shapes do not fit together, or stride, dilation or groups are 0.
    #[track_caller]
    pub fn apply<T: Gemm>(&self, x: &Array<T>, weight: &Array<T>, bias: Option<&Array<T>>) -> Array<T> {
        self.try_apply(x, weight, bias).or_panic()
    }

    /// As [`Convolution::apply`]; fails where it panics.
    pub fn try_apply<T: Gemm>(
        &self,
        x: &Array<T>,
        weight: &Array<T>,
        bias: Option<&Array<T>>,
    ) -> Result<Array<T>> {
        let op = "convolution";
        let conv = self.plan(op, x.shape(), weight.shape())?;
        check_bias(op, weight.shape(), weight.shape()[0], bias)?;
        let [x, weight] = [x, weight].map(Array::contiguous);
        let bias = bias.map(Array::contiguous);
        let shape = [conv.images, conv.filters * conv.groups, conv.places[0], conv.places[1]];
        Array::filled(op, shape, |y| {
            conv::convolve(&conv, y, elements(&x), elements(&weight), bias.as_ref().map(elements));
        })
    }

    /// What convolving images of height and width `size` was, run backwards: the gradient of the images from that of
    /// the result; with a bias of shape (channels) a transposed convolution, PyTorch's `conv_transpose2d`.
    ///
    /// (batch, filters, rows, columns) and a weight of (filters, channels per group, high, wide) → (batch, channels,
    /// height, width).
    ///
    /// # Panics
    /// If the shapes do not fit together, or stride, dilation or groups are 0.
    #[track_caller]
    pub fn transposed<T: Gemm>(
        &self,
        y: &Array<T>,
        weight: &Array<T>,
        size: [usize; 2],
        bias: Option<&Array<T>>,
    ) -> Array<T> {
        self.try_transposed(y, weight, size, bias).or_panic()
    }

    /// As [`Convolution::transposed`]; fails where it panics.
    pub fn try_transposed<T: Gemm>(
        &self,
        y: &Array<T>,
        weight: &Array<T>,
        size: [usize; 2],
        bias: Option<&Array<T>>,
    ) -> Result<Array<T>> {
        let op = "convolution_transposed";
        let error = |rule| Error::Shapes { op, shapes: [y.shape().to_vec(), weight.shape().to_vec()], rule };
        if y.ndim() != 4 || weight.ndim() != 4 {
            return Err(error("images and weight must have four axes"));
        }
        let channels = weight.shape()[1].saturating_mul(self.groups);
        let shape = [y.shape()[0], channels, size[0], size[1]];
        let conv = self.plan(op, &shape, weight.shape())?;
        if y.shape()[1..] != [conv.filters * conv.groups, conv.places[0], conv.places[1]] {
            return Err(error("the images must be what a convolution to this size's images makes"));
        }
        check_bias(op, weight.shape(), channels, bias)?;
        let [y, weight] = [y, weight].map(Array::contiguous);
        let bias = bias.map(Array::contiguous);
        Array::filled(op, shape, |x| {
            conv::convolve_transposed(&conv, x, elements(&y), elements(&weight), bias.as_ref().map(elements));
        })
    }

    /// The gradient of the weight, of height and width `size`, from the images and the gradient of the result:
    /// (batch, channels, height, width) and (batch, filters, rows, columns) → (filters, channels per group, high,
    /// wide).
    ///
    /// # Panics
    /// If the shapes do not fit together, or stride, dilation or groups are 0.
    #[track_caller]
    pub fn weight_gradient<T: Gemm>(&self, x: &Array<T>, y: &Array<T>, size: [usize; 2]) -> Array<T> {
        self.try_weight_gradient(x, y, size).or_panic()
    }

    /// As [`Convolution::weight_gradient`]; fails where it panics.
    pub fn try_weight_gradient<T: Gemm>(
        &self,
        x: &Array<T>,
        y: &Array<T>,
        size: [usize; 2],
    ) -> Result<Array<T>> {
        let op = "convolution_weight_gradient";
        let error = |rule| Error::Shapes { op, shapes: [x.shape().to_vec(), y.shape().to_vec()], rule };
        if x.ndim() != 4 || y.ndim() != 4 {
            return Err(error("images must have four axes"));
        }
        let per_group = x.shape()[1].checked_div(self.groups).unwrap_or(0);
        let shape = [y.shape()[1], per_group, size[0], size[1]];
        let conv = self.plan(op, x.shape(), &shape)?;
        if y.shape()[..1] != x.shape()[..1] || y.shape()[2..] != conv.places {
            return Err(error("the second must be what a convolution of the first makes"));
        }
        let [x, y] = [x, y].map(Array::contiguous);
        Array::filled(op, shape, |gradient| {
            conv::weight_gradient(&conv, gradient, elements(&x), elements(&y))
        })
    }
}

/// Refuses a bias that is not one number per channel of the result.
fn check_bias<T: Gemm>(
    op: &'static str,
    weight: &[usize],
    channels: usize,
    bias: Option<&Array<T>>,
) -> Result<()> {
    match bias {
        Some(bias) if bias.shape() != [channels] => {
            let shapes = [weight.to_vec(), bias.shape().to_vec()];
            Err(Error::Shapes {
                op,
                shapes,
                rule: "the bias must have one element per channel of the result",
            })
        }
        _ => Ok(()),
    }
}

/// The elements of a contiguous array.
fn elements<T: Gemm>(a: &Array<T>) -> &[T] {
    a.as_slice().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    /// The definition, one product at a time.
    fn by_hand(c: &Convolution, x: &Array<f64>, w: &Array<f64>, places: [usize; 2]) -> Array<f64> {
        let filters = w.shape()[0] / c.groups;
        Array::from_fn([x.shape()[0], w.shape()[0], places[0], places[1]], |i| {
            let mut sum = 0.0;
            for (channel, y, z) in indices_of(&w.shape()[1..]) {
                let at = |axis: usize, tap: usize| {
                    (i[axis + 2] * c.stride[axis] + tap * c.dilation[axis]).checked_sub(c.padding[axis])
                };
                if let (Some(row), Some(column)) = (at(0, y), at(1, z))
                    && row < x.shape()[2]
                    && column < x.shape()[3]
                {
                    let of_group = i[1] / filters * w.shape()[1] + channel;
                    sum += x[[i[0], of_group, row, column]] * w[[i[1], channel, y, z]];
                }
            }
            sum
        })
    }

    fn indices_of(shape: &[usize]) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
        let [a, b, c] = [shape[0], shape[1], shape[2]];
        (0..a * b * c).map(move |i| (i / (b * c), i / c % b, i % c))
    }

    #[test]
    fn padding_and_stride_may_be_huge() {
        let huge = [isize::MAX as usize; 2];
        let c = Convolution { stride: huge, padding: huge, ..Convolution::default() };
        let (x, w) = (Array::full([1, 1, 1, 1], 3.0), Array::full([1, 1, 1, 1], 2.0));
        let y = c.apply(&x, &w, None);
        assert_eq!(y.to_vec(), [0.0, 0.0, 0.0, 0.0, 6.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(c.transposed(&y, &w, [1, 1], None).to_vec(), [12.0]);
        assert_eq!(c.weight_gradient(&x, &y, [1, 1]).to_vec(), [18.0]);
    }

    /// Forward against the definition; the other two by ⟨y, conv(x, w)⟩ = ⟨convᵀ(y, w), x⟩ = ⟨∂w(x, y), w⟩.
    #[test]
    fn convolutions_are_their_definition_and_gradients_their_adjoints() {
        let rng = &mut default_rng(0);
        let one = Convolution::default();
        let cases = [
            ([2, 3, 5, 6], [4, 3, 3, 2], one),
            ([1, 1, 1, 9], [2, 1, 1, 4], Convolution { padding: [0, 3], stride: [1, 2], ..one }),
            (
                [2, 4, 7, 6],
                [6, 2, 3, 3],
                Convolution { padding: [1, 2], stride: [2, 3], dilation: [2, 1], groups: 2 },
            ),
            ([3, 2, 4, 4], [3, 2, 1, 1], one),
            ([2, 3, 4, 4], [3, 1, 2, 2], Convolution { padding: [5, 4], groups: 3, ..one }),
            // Larger than a block, in both directions.
            ([1, 4, 70, 66], [4, 4, 3, 3], Convolution { padding: [1, 1], ..one }),
            ([1, 16, 1, 1000], [2, 16, 1, 9], one),
            // As many places as columns of the image: rows of patches lie as those of the image do.
            ([2, 2, 9, 5], [3, 2, 3, 3], Convolution { padding: [1, 2], dilation: [1, 2], ..one }),
            ([1, 2, 3, 3], [2, 2, 7, 7], Convolution { padding: [3, 3], ..one }),
            ([2, 2, 6, 4], [2, 2, 3, 1], Convolution { stride: [2, 1], ..one }),
            ([0, 2, 3, 3], [2, 2, 2, 2], one),
        ];
        for (x_shape, w_shape, c) in cases {
            let (x, w): (Array<f64>, Array<f64>) =
                (rng.uniform(-1.0, 1.0, x_shape), rng.uniform(-1.0, 1.0, w_shape));
            let y = c.apply(&x, &w, None);
            let expected = by_hand(&c, &x, &w, [y.shape()[2], y.shape()[3]]);
            assert!(y.allclose(&expected, 1e-12, 1e-12), "{x_shape:?} {w_shape:?} {c:?}");

            let g: Array<f64> = rng.uniform(-1.0, 1.0, y.shape());
            let inner = (&g * &y).sum();
            let back = (c.transposed(&g, &w, [x_shape[2], x_shape[3]], None) * &x).sum();
            let of_weight = (c.weight_gradient(&x, &g, [w_shape[2], w_shape[3]]) * &w).sum();
            assert!(
                (inner - back).abs() < 1e-9 && (inner - of_weight).abs() < 1e-9,
                "{x_shape:?} {w_shape:?} {c:?}"
            );

            let bias = rng.uniform(-1.0, 1.0, w_shape[0]);
            let with_bias = c.apply(&x, &w, Some(&bias)) - bias.reshape([-1, 1, 1]);
            assert!(with_bias.allclose(&y, 1e-12, 1e-12), "bias, {x_shape:?} {w_shape:?} {c:?}");
        }
    }

    #[test]
    fn the_number_of_threads_changes_no_bit() {
        let rng = &mut default_rng(1);
        let c = Convolution { padding: [1, 1], ..Convolution::default() };
        let (x, w): (Array<f32>, Array<f32>) =
            (rng.uniform(-1.0, 1.0, [9, 8, 24, 24]), rng.uniform(-1.0, 1.0, [16, 8, 3, 3]));
        let g: Array<f32> = rng.uniform(-1.0, 1.0, [9, 16, 24, 24]);
        let all = |threads| {
            crate::set_num_threads(threads);
            (c.apply(&x, &w, None), c.transposed(&g, &w, [24, 24], None), c.weight_gradient(&x, &g, [3, 3]))
        };
        let (one, three) = (all(1), all(3));
        crate::set_num_threads(2);
        assert!(one == three);
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused_with_a_reason() {
        let c = Convolution { groups: 2, ..Convolution::default() };
        let zeros = |shape: [usize; 4]| Array::<f32>::zeros(shape);
        let message = |x, w| c.try_apply(&zeros(x), &zeros(w), None).expect_err("a refusal").to_string();
        assert_eq!(
            message([1, 3, 4, 4], [2, 2, 3, 3]),
            "convolution: shapes [1, 3, 4, 4] and [2, 2, 3, 3]: the images must have as many channels as the weight, times the number of groups"
        );
        assert!(message([1, 4, 2, 4], [2, 2, 3, 3]).contains("must fit into the padded image"));
        assert!(message([1, 4, 4, 4], [3, 2, 3, 3]).contains("multiple of the number of groups"));
        assert!(c.try_transposed(&zeros([1, 2, 3, 3]), &zeros([2, 2, 2, 2]), [5, 5], None).is_err());
    }
}
