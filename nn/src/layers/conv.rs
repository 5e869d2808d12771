//! Convolutions of sequences and images.

use array_core::random::Generator;
use array_core::{Convolution, IntList};

use super::{per_axis, uniform};
use crate::autograd::Var;
use crate::module::{Layer, Param};
use crate::scalar::Scalar;

/// A convolution along `D` axes: (batch, inputs, …) → (batch, outputs, …). PyTorch's `Conv1d` and `Conv2d`.
///
/// An axis of size n becomes ⌊(n + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1.
///
/// Parameters lie as in PyTorch. They are drawn from U(−1/√fan_in, 1/√fan_in), its default, where fan_in is the number
/// of elements that a filter sees: inputs/groups · kernel.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{Conv2d, Tape};
/// let layer: Conv2d = Conv2d::new(3, 16, 5, &mut default_rng(0)).stride(2).padding(2);
/// let images = Tape::inference();
/// let y = images.constant(Array::ones([4, 3, 28, 28])).apply("conv", &layer);
/// assert_eq!(y.shape(), [4, 16, 14, 14]);
/// ```
#[derive(Debug, Clone)]
pub struct Conv<const D: usize, T: Scalar = f32> {
    /// The filters, of shape (outputs, inputs/groups, kernel…).
    pub weight: Param<T>,
    /// What is added to each output channel, of shape (outputs); `None` after [`Conv::without_bias`].
    pub bias: Option<Param<T>>,
    stride: [usize; D],
    padding: [usize; D],
    dilation: [usize; D],
    groups: usize,
}

/// A convolution of sequences: (batch, inputs, length) → (batch, outputs, length′).
pub type Conv1d<T = f32> = Conv<1, T>;
/// A convolution of images: (batch, inputs, height, width) → (batch, outputs, height′, width′).
pub type Conv2d<T = f32> = Conv<2, T>;

crate::module!(Conv<const D, T> { weight, bias; stride, padding, dilation, groups });

impl<const D: usize, T: Scalar> Conv<D, T> {
    /// Filters of size `kernel` (one number for all axes, or one per axis) with stride 1, without padding.
    ///
    /// # Panics
    /// If `kernel` is neither one number nor one per axis.
    #[track_caller]
    pub fn new(inputs: usize, outputs: usize, kernel: impl IntList, rng: &mut Generator) -> Self {
        Self::grouped(1, inputs, outputs, kernel, rng)
    }

    /// Filters that see the channels of their own group only. With as many groups as inputs, a depthwise convolution.
    ///
    /// # Panics
    /// If inputs and outputs cannot be divided into so many groups, or as [`Conv::new`].
    #[track_caller]
    pub fn grouped(
        groups: usize,
        inputs: usize,
        outputs: usize,
        kernel: impl IntList,
        rng: &mut Generator,
    ) -> Self {
        assert!(
            groups > 0 && inputs.is_multiple_of(groups) && outputs.is_multiple_of(groups),
            "Conv{D}d: {inputs} inputs and {outputs} outputs do not make {groups} groups"
        );
        let kernel = per_axis::<D>("kernel", kernel);
        let fan_in = inputs / groups * kernel.iter().product::<usize>();
        let shape = [&[outputs, inputs / groups], &kernel[..]].concat();
        Conv {
            weight: uniform(fan_in, &shape, rng),
            bias: Some(uniform(fan_in, &[outputs], rng)),
            stride: [1; D],
            padding: [0; D],
            dilation: [1; D],
            groups,
        }
    }

    /// Sets the distance of neighbouring places of a filter: one number, or one per axis.
    #[track_caller]
    pub fn stride(self, stride: impl IntList) -> Self {
        Conv { stride: per_axis("stride", stride), ..self }
    }

    /// Sets how many zeros the input is thought to have at both ends of each axis.
    #[track_caller]
    pub fn padding(self, padding: impl IntList) -> Self {
        Conv { padding: per_axis("padding", padding), ..self }
    }

    /// Sets the distance of the elements that a filter sees.
    #[track_caller]
    pub fn dilation(self, dilation: impl IntList) -> Self {
        Conv { dilation: per_axis("dilation", dilation), ..self }
    }

    /// Leaves out the bias.
    pub fn without_bias(self) -> Self {
        Conv { bias: None, ..self }
    }
}

impl<const D: usize, T: Scalar> Layer<T> for Conv<D, T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        expect_images::<D, T>(x, self.weight.value().shape()[1] * self.groups, self);
        let tape = x.tape();
        let weight = tape.param("weight", &self.weight);
        let bias = self.bias.as_ref().map(|bias| tape.param("bias", bias));
        let conv = convolution(self.stride, self.padding, self.dilation, self.groups);
        with_two_axes(x, weight, |x, weight| x.conv2d(weight, bias, &conv))
    }

    fn describe(&self) -> String {
        let shape = self.weight.value().shape();
        format!("Conv{D}d {} → {}, kernel {:?}", shape[1] * self.groups, shape[0], &shape[2..])
    }
}

/// A transposed convolution along `D` axes: (batch, inputs, …) → (batch, outputs, …). PyTorch's `ConvTranspose1d` and
/// `ConvTranspose2d`.
///
/// It makes larger what a convolution with the same numbers makes smaller: an axis of size n becomes
/// (n − 1)·stride − 2·padding + dilation·(kernel − 1) + 1 + output_padding.
///
/// Parameters lie as in PyTorch and are drawn as its defaults, U(−1/√fan, 1/√fan) with fan = outputs/groups · kernel.
#[derive(Debug, Clone)]
pub struct ConvTranspose<const D: usize, T: Scalar = f32> {
    /// The filters, of shape (inputs, outputs/groups, kernel…).
    pub weight: Param<T>,
    /// What is added to each output channel, of shape (outputs); `None` after [`ConvTranspose::without_bias`].
    pub bias: Option<Param<T>>,
    stride: [usize; D],
    padding: [usize; D],
    output_padding: [usize; D],
    dilation: [usize; D],
    groups: usize,
}

/// A transposed convolution of sequences: (batch, inputs, length) → (batch, outputs, length′).
pub type ConvTranspose1d<T = f32> = ConvTranspose<1, T>;
/// A transposed convolution of images: (batch, inputs, height, width) → (batch, outputs, height′, width′).
pub type ConvTranspose2d<T = f32> = ConvTranspose<2, T>;

crate::module!(ConvTranspose<const D, T> { weight, bias; stride, padding, output_padding, dilation, groups });

impl<const D: usize, T: Scalar> ConvTranspose<D, T> {
    /// Filters of size `kernel` (one number for all axes, or one per axis) with stride 1, without padding.
    ///
    /// # Panics
    /// If `kernel` is neither one number nor one per axis.
    #[track_caller]
    pub fn new(inputs: usize, outputs: usize, kernel: impl IntList, rng: &mut Generator) -> Self {
        Self::grouped(1, inputs, outputs, kernel, rng)
    }

    /// Filters that see the channels of their own group only.
    ///
    /// # Panics
    /// If inputs and outputs cannot be divided into so many groups, or as [`ConvTranspose::new`].
    #[track_caller]
    pub fn grouped(
        groups: usize,
        inputs: usize,
        outputs: usize,
        kernel: impl IntList,
        rng: &mut Generator,
    ) -> Self {
        assert!(
            groups > 0 && inputs.is_multiple_of(groups) && outputs.is_multiple_of(groups),
            "ConvTranspose{D}d: {inputs} inputs and {outputs} outputs do not make {groups} groups"
        );
        let kernel = per_axis::<D>("kernel", kernel);
        let fan = outputs / groups * kernel.iter().product::<usize>();
        let shape = [&[inputs, outputs / groups], &kernel[..]].concat();
        ConvTranspose {
            weight: uniform(fan, &shape, rng),
            bias: Some(uniform(fan, &[outputs], rng)),
            stride: [1; D],
            padding: [0; D],
            output_padding: [0; D],
            dilation: [1; D],
            groups,
        }
    }

    /// Sets how far apart the filter is laid down for neighbouring inputs: one number, or one per axis.
    #[track_caller]
    pub fn stride(self, stride: impl IntList) -> Self {
        ConvTranspose { stride: per_axis("stride", stride), ..self }
    }

    /// Sets how many elements are cut off at both ends of each axis of the output.
    #[track_caller]
    pub fn padding(self, padding: impl IntList) -> Self {
        ConvTranspose { padding: per_axis("padding", padding), ..self }
    }

    /// Sets how many elements each axis of the output has more at its end: of the sizes that a convolution with a
    /// stride makes one of, which one comes back. Less than the stride.
    #[track_caller]
    pub fn output_padding(self, output_padding: impl IntList) -> Self {
        ConvTranspose { output_padding: per_axis("output_padding", output_padding), ..self }
    }

    /// Sets the distance of the elements that a filter is laid down on.
    #[track_caller]
    pub fn dilation(self, dilation: impl IntList) -> Self {
        ConvTranspose { dilation: per_axis("dilation", dilation), ..self }
    }

    /// Leaves out the bias.
    pub fn without_bias(self) -> Self {
        ConvTranspose { bias: None, ..self }
    }

    /// The size of an output axis, if there is one.
    fn output_size(&self, axis: usize, input: usize) -> Option<usize> {
        let kernel = self.weight.value().shape()[axis + 2];
        let last = input.checked_sub(1)? * self.stride[axis] + self.dilation[axis] * kernel.checked_sub(1)?;
        (last + 1 + self.output_padding[axis]).checked_sub(2 * self.padding[axis]).filter(|&size| size > 0)
    }
}

impl<const D: usize, T: Scalar> Layer<T> for ConvTranspose<D, T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let shape = self.weight.value().shape();
        expect_images::<D, T>(x, shape[0], self);
        let fits = (0..D).all(|axis| self.output_padding[axis] < self.stride[axis]);
        x.expect_input(fits, self, || {
            format!("output_padding {:?} must be less than stride {:?}", self.output_padding, self.stride)
        });
        let input = x.shape();
        let sizes: Option<Vec<usize>> = (0..D).map(|axis| self.output_size(axis, input[axis + 2])).collect();
        x.expect_input(sizes.is_some(), self, || format!("padding {:?} leaves nothing", self.padding));
        let size = last_two(&sizes.unwrap_or_default(), 1);
        let tape = x.tape();
        let weight = tape.param("weight", &self.weight);
        let bias = self.bias.as_ref().map(|bias| tape.param("bias", bias));
        let conv = convolution(self.stride, self.padding, self.dilation, self.groups);
        with_two_axes(x, weight, |x, weight| x.conv_transpose2d(weight, bias, &conv, size))
    }

    fn describe(&self) -> String {
        let shape = self.weight.value().shape();
        format!("ConvTranspose{D}d {} → {}, kernel {:?}", shape[0], shape[1] * self.groups, &shape[2..])
    }
}

/// Panics unless this input of `layer` has a batch of so many channels, along `D` axes.
#[track_caller]
fn expect_images<const D: usize, T: Scalar>(x: Var<'_, T>, channels: usize, layer: &impl Layer<T>) {
    let ndim = x.ndim();
    x.expect_input(ndim == D + 2, layer, || format!("input has {ndim} axes, expected {}", D + 2));
    x.expect_axis(1, channels, layer);
}

/// Numbers per axis as those of two axes: where there is one, it is the width.
fn last_two(values: &[usize], missing: usize) -> [usize; 2] {
    match *values {
        [height, width] => [height, width],
        [width] => [missing, width],
        _ => panic!("convolutions along {} axes are not supported", values.len()),
    }
}

fn convolution<const D: usize>(
    stride: [usize; D],
    padding: [usize; D],
    dilation: [usize; D],
    groups: usize,
) -> Convolution {
    let [stride, dilation] = [stride, dilation].map(|values| last_two(&values, 1));
    Convolution { stride, padding: last_two(&padding, 0), dilation, groups }
}

/// Sequences as images of height 1.
fn with_two_axes<'t, T: Scalar>(
    x: Var<'t, T>,
    weight: Var<'t, T>,
    f: impl FnOnce(Var<'t, T>, Var<'t, T>) -> Var<'t, T>,
) -> Var<'t, T> {
    if x.ndim() == 4 {
        return f(x, weight);
    }
    let high = |v: Var<'t, T>| {
        let shape = v.shape();
        v.reshape([shape[0], shape[1], 1, shape[2]])
    };
    let y = f(high(x), high(weight));
    let shape = y.shape();
    y.reshape([shape[0], shape[1], shape[3]])
}
