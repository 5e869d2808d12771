//! Broadcasting: NumPy's three rules, on shapes and on layouts.
//!
//! 1. The shorter shape is padded with 1s on the left.
//! 2. An axis of size 1 is stretched to the other's size (stride 0, nothing is copied).
//! 3. Any other mismatch is an error.

use super::{Layout, Shape, Strides};
use crate::error::{Error, Result};

/// The shape that two shapes broadcast to.
#[inline]
pub fn broadcast_shapes(op: &'static str, a: &[usize], b: &[usize]) -> Result<Shape> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut shape = Shape::from_slice(long);
    for (from_end, (size, &other)) in shape.iter_mut().rev().zip(short.iter().rev()).enumerate() {
        if *size == 1 {
            *size = other;
        } else if other != *size && other != 1 {
            let shapes = [a.to_vec(), b.to_vec()];
            return Err(Error::Broadcast { op, shapes, axis_from_end: from_end + 1 });
        }
    }
    Ok(shape)
}

impl Layout {
    /// Stretches to `shape`: new and stretched axes get stride 0.
    #[inline]
    pub(crate) fn broadcast_to(&self, op: &'static str, shape: &[usize]) -> Result<Layout> {
        let error = || Error::BroadcastTo { op, from: self.shape.to_vec(), to: shape.to_vec() };
        let missing = shape.len().checked_sub(self.ndim()).ok_or_else(error)?;
        let mut strides = Strides::from_elem(0, shape.len());
        for (axis, (&have, &stride)) in self.shape.iter().zip(&self.strides).enumerate() {
            let want = shape[missing + axis];
            if have == want {
                strides[missing + axis] = stride;
            } else if have != 1 {
                return Err(error());
            }
        }
        Ok(Layout { shape: Shape::from_slice(shape), strides, offset: self.offset })
    }

    /// As [`Layout::broadcast_to`], but without leading axes of size 1 that `shape` does not have: what may be
    /// assigned to an array of that shape.
    #[inline]
    pub(crate) fn assignable(&self, op: &'static str, shape: &[usize]) -> Result<Layout> {
        let extra = self.ndim().saturating_sub(shape.len());
        if extra == 0 || self.shape[..extra].iter().any(|&n| n != 1) {
            return self.broadcast_to(op, shape);
        }
        let (sizes, strides) = (self.shape[extra..].into(), self.strides[extra..].into());
        Layout { shape: sizes, strides, offset: self.offset }.broadcast_to(op, shape)
    }
}
