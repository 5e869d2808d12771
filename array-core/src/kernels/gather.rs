//! Whole slices copied from given positions along an axis.

use super::isa::{Kernel, dispatch};
use super::operand::{In, Out, Ptr};
use crate::layout::walk::{Axis, Walk};

struct Gather<'a, T> {
    /// Over one slice of (output, input).
    slices: Walk<2>,
    /// Offsets of the slices to copy from, relative to the first; and how far the outputs lie apart.
    from: &'a [isize],
    to_stride: isize,
    data: Ptr<T>,
    out: Ptr<T>,
}

impl<T: Copy> Kernel for Gather<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Gather { slices, from, to_stride, data, out } = self;
        let Axis { len, strides: [so, sa] } = slices.run();
        for (i, &from) in from.iter().enumerate() {
            slices.for_each_run(|[o, x]| {
                let (o, x) = (o + i as isize * to_stride, x + from);
                if [so, sa] == [1, 1] {
                    // SAFETY: positions were checked against the axis, all else by `In` and `Out`.
                    unsafe { out.slice_mut(o, len).copy_from_slice(data.slice(x, len)) };
                } else {
                    for j in 0..len as isize {
                        // SAFETY: as above.
                        unsafe { *out.at(o + j * so) = *data.at(x + j * sa) };
                    }
                }
            });
        }
    }
}

/// Slice `i` of `out` along `axis` is slice `positions[i]` of `a`; all other axes are equal.
///
/// Panics if a position lies outside the axis or the shapes do not fit.
pub fn gather<T: Copy + Send + Sync>(mut out: Out<'_, T>, a: In<'_, T>, axis: usize, positions: &[usize]) {
    let (to, from) = (out.layout(), a.layout());
    assert_eq!(to.shape()[axis], positions.len(), "one position per slice of the output");
    assert!(positions.iter().all(|&p| p < from.shape()[axis]), "a position lies outside the axis");
    if positions.is_empty() {
        return;
    }
    let offsets: Vec<isize> = positions.iter().map(|&p| p as isize * from.strides()[axis]).collect();
    let (one_to, one_from) = (to.without_axis(axis, 0), from.without_axis(axis, 0));
    assert_eq!(one_to.shape(), one_from.shape(), "slices have one shape");
    let slices = Walk::new([&one_to, &one_from]);
    let to_stride = to.strides()[axis];
    dispatch(Gather { slices, from: &offsets, to_stride, data: a.ptr(), out: out.ptr() });
}
