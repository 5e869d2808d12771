//! Pools over images: the greatest element or the mean of every window.

use std::ops::Range;

use crate::array::Array;
use crate::element::Float;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::pool;
use crate::layout::window::Window;

/// Windows along height and width that a pool is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pooling {
    /// Along height and width; without dilation, and with a padding of at most half the size.
    pub windows: [Window; 2],
    /// Whether a last window may stick out at the end: PyTorch's `ceil_mode`.
    pub ceil_mode: bool,
}

/// The ranges of one axis that means are taken over, each with the number its sum is divided by.
pub type MeanWindows = Vec<(Range<usize>, usize)>;

impl Pooling {
    fn places(&self, op: &'static str, shape: &[usize]) -> Result<[usize; 2]> {
        let error = |message: String| Error::Value { op, message };
        if shape.len() != 4 {
            return Err(error(format!("images have four axes, not shape {shape:?}")));
        }
        let mut places = [0; 2];
        for ((places, window), &size) in places.iter_mut().zip(self.windows).zip(&shape[2..]) {
            if window.padding > window.size / 2 || window.dilation != 1 {
                return Err(error(format!(
                    "a padding of {} is more than half the window's {}",
                    window.padding, window.size
                )));
            }
            let found = if self.ceil_mode { window.places_ceil(size) } else { window.places(size) };
            let reason =
                || format!("windows {:?} do not fit images of shape {shape:?}", self.windows.map(|w| w.size));
            *places = found.ok_or_else(|| error(reason()))?;
        }
        Ok(places)
    }

    /// The greatest element of every window, and its position in its plane, row by row: (batch, channels, height,
    /// width) → (batch, channels, rows, columns), twice. PyTorch's `max_pool2d`.
    ///
    /// Of equal elements the first counts. NaN is greater than anything, and of several the last counts.
    ///
    /// # Panics
    /// If the images do not have four axes, or the windows do not fit them.
    #[track_caller]
    pub fn max<T: Float>(&self, x: &Array<T>) -> (Array<T>, Array<u32>) {
        self.try_max(x).or_panic()
    }

    /// As [`Pooling::max`]; fails where it panics.
    pub fn try_max<T: Float>(&self, x: &Array<T>) -> Result<(Array<T>, Array<u32>)> {
        let op = "max_pool";
        let places = self.places(op, x.shape())?;
        let size = [x.shape()[2], x.shape()[3]];
        if u32::try_from(size[0] * size[1]).is_err() {
            return Err(Error::TooLarge { op, shape: x.shape().to_vec(), dtype: T::DTYPE });
        }
        let shape = [x.shape()[0], x.shape()[1], places[0], places[1]];
        let kernel = pool::Pool { windows: self.windows, size, places };
        let x = x.contiguous();
        let mut positions = Array::filled(op, shape, |_: &mut [u32]| {})?;
        let at = positions.as_mut_slice().unwrap_or_default();
        let values =
            Array::filled(op, shape, |y| pool::max(&kernel, y, at, x.as_slice().unwrap_or_default()))?;
        Ok((values, positions))
    }

    /// The windows along height and width of images, for [`mean_pool`]. Sums are divided by the number of elements in
    /// the window; those of the padding count as well if `count_padding` (PyTorch's `count_include_pad`), but not
    /// what sticks out further.
    ///
    /// # Panics
    /// If the images do not have four axes, or the windows do not fit them.
    #[track_caller]
    pub fn mean_windows(&self, shape: &[usize], count_padding: bool) -> [MeanWindows; 2] {
        self.try_mean_windows(shape, count_padding).or_panic()
    }

    /// As [`Pooling::mean_windows`]; fails where it panics.
    pub fn try_mean_windows(&self, shape: &[usize], count_padding: bool) -> Result<[MeanWindows; 2]> {
        let places = self.places("avg_pool", shape)?;
        Ok([0, 1].map(|axis| {
            let (window, input) = (self.windows[axis], shape[axis + 2]);
            let one = |place: usize| {
                let (shown, start) = (window.shown(place, input), place * window.stride);
                let padded = (start + window.size).min(input + 2 * window.padding) - start;
                let count = if count_padding { padded } else { shown.len() };
                (shown, count)
            };
            (0..places[axis]).map(one).collect()
        }))
    }
}

/// The windows that divide an axis of `input` elements into `output` parts of nearly equal size, which may overlap:
/// from ⌊i·input/output⌋ to ⌈(i + 1)·input/output⌉. PyTorch's adaptive pooling.
pub fn adaptive_windows(input: usize, output: usize) -> MeanWindows {
    let one = |i: usize| {
        let range = i * input / output..((i + 1) * input).div_ceil(output);
        (range.clone(), range.len())
    };
    (0..output).map(one).collect()
}

/// The gradient of the images from that of [`Pooling::max`] and the positions it returned.
///
/// # Panics
/// If the shapes do not belong together.
#[track_caller]
pub fn max_pool_gradient<T: Float>(gradient: &Array<T>, positions: &Array<u32>, shape: &[usize]) -> Array<T> {
    assert!(
        gradient.shape() == positions.shape() && gradient.ndim() == 4 && gradient.shape()[..2] == shape[..2],
        "max_pool_gradient: shapes {:?} and {:?} for images of {shape:?}",
        gradient.shape(),
        positions.shape()
    );
    let (g, positions) = (gradient.contiguous(), positions.contiguous());
    let mut images = Array::zeros(shape);
    let (input, output) = (shape[2] * shape[3], g.shape()[2] * g.shape()[3]);
    pool::max_gradient(
        input,
        output,
        images.as_mut_slice().unwrap_or_default(),
        g.as_slice().unwrap_or_default(),
        positions.as_slice().unwrap_or_default(),
    );
    images
}

/// The mean of every window of each plane: (batch, channels, height, width) → (batch, channels, rows, columns).
///
/// # Panics
/// If the images do not have four axes or a window leaves them.
#[track_caller]
pub fn mean_pool<T: Float>(x: &Array<T>, [rows, columns]: &[MeanWindows; 2]) -> Array<T> {
    let &[images, channels, _, width] = x.shape() else {
        panic!("mean_pool: images have four axes, not shape {:?}", x.shape())
    };
    let x = x.contiguous();
    let shape = [images, channels, rows.len(), columns.len()];
    let fill = |y: &mut [T]| pool::mean(y, x.as_slice().unwrap_or_default(), width, rows, columns);
    Array::filled("mean_pool", shape, fill).or_panic()
}

/// The gradient of the images, of this shape, from that of [`mean_pool`].
///
/// # Panics
/// If the images do not have four axes or a window leaves them.
#[track_caller]
pub fn mean_pool_gradient<T: Float>(
    gradient: &Array<T>,
    [rows, columns]: &[MeanWindows; 2],
    shape: &[usize],
) -> Array<T> {
    let g = gradient.contiguous();
    let mut images = Array::zeros(shape);
    let x = images.as_mut_slice().unwrap_or_default();
    pool::mean_gradient(x, g.as_slice().unwrap_or_default(), shape[3], rows, columns);
    images
}
