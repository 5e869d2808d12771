//! Samples varied at random, so that a model sees more than there are.
//!
//! All of these take a batch with one sample per row, and vary each sample on its own.

use std::ops::Range;

use array_core::random::{Generator, endpoint};
use array_core::{Array, Ellipsis};

use crate::scalar::Scalar;

/// Shifts each image of (samples, …, height, width) by whole pixels, up to `most` in each direction; what comes in at
/// the edges is 0.
///
/// # Panics
/// If there are fewer than three axes.
#[track_caller]
pub fn shift<T: Scalar>(images: &Array<T>, most: usize, rng: &mut Generator) -> Array<T> {
    let [samples, height, width] = sizes("shift", images);
    let most = most as i64;
    let by = rng.integers(-most, endpoint(most), [samples, 2]);
    let mut shifted = Array::zeros(images.shape());
    for sample in 0..samples {
        let (rows, to_rows) = overlap(height, by[[sample, 0]]);
        let (columns, to_columns) = overlap(width, by[[sample, 1]]);
        let image = images.slice((sample, Ellipsis, rows, columns));
        shifted.slice_mut((sample, Ellipsis, to_rows, to_columns)).assign(&image);
    }
    shifted
}

/// Which places of an axis are still on it after a shift, and where they are then.
fn overlap(size: usize, by: i64) -> (Range<usize>, Range<usize>) {
    let lost = by.unsigned_abs().min(size as u64) as usize;
    if by < 0 { (lost..size, 0..size - lost) } else { (0..size - lost, lost..size) }
}

/// Mirrors each image of (samples, …, height, width), left to right, with probability 1/2.
///
/// # Panics
/// If there are fewer than three axes.
#[track_caller]
pub fn flip<T: Scalar>(images: &Array<T>, rng: &mut Generator) -> Array<T> {
    let [samples, ..] = sizes("flip", images);
    let coins = rng.integers(0, 2, samples);
    let mut flipped = images.copy();
    for sample in 0..samples {
        if coins[sample] == 1 {
            let image = images.slice(sample).flip(-1);
            flipped.slice_mut(sample).assign(&image);
        }
    }
    flipped
}

/// Adds normally distributed noise of this standard deviation to every element of an array of any shape.
pub fn noise<T: Scalar>(x: &Array<T>, std: f64, rng: &mut Generator) -> Array<T> {
    x + rng.normal(0.0, std, x.shape()).map(T::from_f64)
}

#[track_caller]
fn sizes<T: Scalar>(op: &str, images: &Array<T>) -> [usize; 3] {
    match images.shape() {
        [samples, .., height, width] => [*samples, *height, *width],
        shape => panic!("{op}: images of shape {shape:?} must be (samples, …, height, width)"),
    }
}
