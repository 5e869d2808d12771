//! Pooling layers: what remains of each neighbourhood.

use array_core::{IntList, Pooling, Window, adaptive_windows};

use super::per_axis;
use crate::autograd::Var;
use crate::module::{Layer, Module, Param, Path};
use crate::scalar::Scalar;

/// The windows of a pool along `D` axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Windows<const D: usize> {
    kernel: [usize; D],
    stride: [usize; D],
    padding: [usize; D],
    ceil_mode: bool,
}

impl<const D: usize> Windows<D> {
    #[track_caller]
    fn new(kernel: impl IntList) -> Self {
        let kernel = per_axis("kernel", kernel);
        Windows { kernel, stride: kernel, padding: [0; D], ceil_mode: false }
    }

    /// As windows on images: sequences are images of height 1.
    fn pooling(&self) -> Pooling {
        let mut windows = [Window::new(1); 2];
        for axis in 0..D {
            let [size, stride, padding] = [self.kernel, self.stride, self.padding].map(|values| values[axis]);
            windows[axis + 2 - D] = Window { size, stride, padding, dilation: 1 };
        }
        Pooling { windows, ceil_mode: self.ceil_mode }
    }
}

/// Runs `f` on images: on (batch, channels, 1, length) in place of (batch, channels, length).
#[track_caller]
fn on_images<'t, const D: usize, T: Scalar>(
    x: Var<'t, T>,
    layer: &impl Layer<T>,
    f: impl FnOnce(Var<'t, T>) -> Var<'t, T>,
) -> Var<'t, T> {
    let shape = x.shape();
    x.expect_input(shape.len() == D + 2, layer, || {
        format!("input has {} axes, expected {}", shape.len(), D + 2)
    });
    if D == 2 {
        return f(x);
    }
    let y = f(x.reshape([shape[0], shape[1], 1, shape[2]]));
    let length = y.shape()[3];
    y.reshape([shape[0], shape[1], length])
}

/// Lists the pools that slide a window: documentation, name, names along one and two axes with theirs, further fields
/// with their documentation and initial value, and the operation.
macro_rules! sliding {
    ($($(#[$doc:meta])* $name:ident, $one:ident, $two:ident { $($field:ident: $initial:expr),* }, $run:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name<const D: usize> {
            windows: Windows<D>,
            $($field: bool,)*
        }

        /// Along the length of (batch, channels, length).
        pub type $one = $name<1>;
        /// Along height and width of (batch, channels, height, width).
        pub type $two = $name<2>;

        impl<const D: usize> $name<D> {
            /// Windows of this size (one number for all axes, or one per axis) side by side.
            ///
            /// # Panics
            /// If `kernel` is neither one number nor one per axis.
            #[track_caller]
            pub fn new(kernel: impl IntList) -> Self {
                $name { windows: Windows::new(kernel), $($field: $initial,)* }
            }

            /// Sets the distance of neighbouring windows, which is their size otherwise.
            #[track_caller]
            pub fn stride(mut self, stride: impl IntList) -> Self {
                self.windows.stride = per_axis("stride", stride);
                self
            }

            /// Sets how far windows may stick out at both ends of each axis: at most half their size.
            #[track_caller]
            pub fn padding(mut self, padding: impl IntList) -> Self {
                self.windows.padding = per_axis("padding", padding);
                self
            }

            /// Lets a last window stick out where elements would be left over: PyTorch's `ceil_mode`.
            pub fn ceil_mode(mut self, ceil_mode: bool) -> Self {
                self.windows.ceil_mode = ceil_mode;
                self
            }
        }

        impl<const D: usize, T: Scalar> Module<T> for $name<D> {
            fn visit(&self, _: &mut Path, _: &mut dyn FnMut(&Path, &Param<T>)) {}
            fn visit_mut(&mut self, _: &mut Path, _: &mut dyn FnMut(&Path, &mut Param<T>)) {}
        }

        impl<const D: usize, T: Scalar> Layer<T> for $name<D> {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                let pooling = self.windows.pooling();
                on_images::<D, T>(x, self, |x| $run(self, x, pooling))
            }

            fn describe(&self) -> String {
                format!("{}{D}d, kernel {:?}", stringify!($name), self.windows.kernel)
            }
        }
    )*};
}

sliding! {
    /// The greatest element of each window; padding never is. PyTorch's `MaxPool1d` and `MaxPool2d`.
    ///
    /// Of equal elements the first gets the gradient. NaN is greater than anything.
    MaxPool, MaxPool1d, MaxPool2d {}, |_: &Self, x: Var<'t, T>, pooling: Pooling| x.max_pool2d(&pooling);

    /// The mean of each window, in which padding counts as zeros. PyTorch's `AvgPool1d` and `AvgPool2d`.
    AvgPool, AvgPool1d, AvgPool2d { count_include_pad: true }, |layer: &Self, x: Var<'t, T>, pooling: Pooling| {
        let windows = pooling.try_mean_windows(&x.shape(), layer.count_include_pad);
        x.avg_pool2d(x.tape().expect(windows))
    };
}

impl<const D: usize> AvgPool<D> {
    /// Sets whether padding counts among the elements that a sum is divided by: PyTorch's `count_include_pad`.
    pub fn count_include_pad(self, count_include_pad: bool) -> Self {
        AvgPool { count_include_pad, ..self }
    }
}

/// Means over windows that divide the input into an output of given size, whatever the input's. PyTorch's
/// `AdaptiveAvgPool1d` and `AdaptiveAvgPool2d`.
///
/// Window i goes from ⌊i·input/output⌋ to ⌈(i + 1)·input/output⌉.
///
/// ```
/// use array_core::Array;
/// use nn::{AdaptiveAvgPool2d, Tape};
/// let tape = Tape::<f32>::inference();
/// let y = tape.constant(Array::ones([2, 8, 7, 5])).apply("pool", &AdaptiveAvgPool2d::new(1));
/// assert_eq!(y.shape(), [2, 8, 1, 1]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdaptiveAvgPool<const D: usize> {
    size: [usize; D],
}

/// Along the length of (batch, channels, length).
pub type AdaptiveAvgPool1d = AdaptiveAvgPool<1>;
/// Along height and width of (batch, channels, height, width).
pub type AdaptiveAvgPool2d = AdaptiveAvgPool<2>;

impl<const D: usize> AdaptiveAvgPool<D> {
    /// An output of this size: one number for all axes, or one per axis.
    ///
    /// # Panics
    /// If `size` is neither one number nor one per axis.
    #[track_caller]
    pub fn new(size: impl IntList) -> Self {
        AdaptiveAvgPool { size: per_axis("size", size) }
    }
}

impl<const D: usize, T: Scalar> Module<T> for AdaptiveAvgPool<D> {
    fn visit(&self, _: &mut Path, _: &mut dyn FnMut(&Path, &Param<T>)) {}
    fn visit_mut(&mut self, _: &mut Path, _: &mut dyn FnMut(&Path, &mut Param<T>)) {}
}

impl<const D: usize, T: Scalar> Layer<T> for AdaptiveAvgPool<D> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        on_images::<D, T>(x, self, |x| {
            let shape = x.shape();
            let output = if D == 2 { [self.size[0], self.size[D - 1]] } else { [1, self.size[0]] };
            let windows = [0, 1].map(|axis| adaptive_windows(shape[axis + 2], output[axis]));
            x.avg_pool2d(windows)
        })
    }

    fn describe(&self) -> String {
        format!("AdaptiveAvgPool{D}d to {:?}", self.size)
    }
}
