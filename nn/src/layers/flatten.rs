//! Several axes into one.

use crate::autograd::Var;
use crate::module::{Layer, Module, Param, Path};
use crate::scalar::Scalar;

/// Merges all axes but the first, or those of a range, into one: PyTorch's `Flatten`.
///
/// ```
/// use array_core::Array;
/// use nn::{Flatten, Tape};
/// let tape = Tape::<f32>::inference();
/// let images = tape.constant(Array::zeros([5, 3, 8, 8]));
/// assert_eq!(images.apply("flat", &Flatten::new()).shape(), [5, 192]);
/// assert_eq!(images.apply("flat", &Flatten::axes(-2, -1)).shape(), [5, 3, 64]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flatten {
    first: isize,
    last: isize,
}

impl Flatten {
    /// Merges all axes but the first, which counts samples.
    pub fn new() -> Flatten {
        Flatten::axes(1, -1)
    }

    /// Merges the axes from `first` to `last`, both included; negative ones count from the end.
    pub fn axes(first: isize, last: isize) -> Flatten {
        Flatten { first, last }
    }
}

impl Default for Flatten {
    fn default() -> Self {
        Flatten::new()
    }
}

impl<T: Scalar> Module<T> for Flatten {
    fn visit(&self, _: &mut Path, _: &mut dyn FnMut(&Path, &Param<T>)) {}
    fn visit_mut(&mut self, _: &mut Path, _: &mut dyn FnMut(&Path, &mut Param<T>)) {}
}

impl<T: Scalar> Layer<T> for Flatten {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let shape = x.shape();
        let at = |axis: isize| if axis < 0 { axis + shape.len() as isize } else { axis };
        let (first, last) = (at(self.first), at(self.last));
        let fits = 0 <= first && first <= last && last < shape.len() as isize;
        x.expect_input(fits, self, || format!("input has no axes {} to {}", self.first, self.last));
        let (first, last) = (first as usize, last as usize);
        let merged = shape[first..=last].iter().product();
        x.reshape([&shape[..first], &[merged], &shape[last + 1..]].concat())
    }

    fn describe(&self) -> String {
        format!("Flatten {}..={}", self.first, self.last)
    }
}
