//! NumPy's named products: each is a contraction.

mod chain;
mod kron;
mod tensordot;

pub use chain::{multi_dot, try_multi_dot};

use smallvec::smallvec;

use super::einsum::contract_pair;
use crate::array::Array;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::gemm::Gemm;
use crate::layout::labels::{LabelList, MAX_LABELS};

/// The product of two arrays summed along one axis of each. The result has the other axes of `a`, then those of `b`.
fn sum_along<T: Gemm>(op: &'static str, a: &Array<T>, b: &Array<T>, axes: &[[usize; 2]]) -> Result<Array<T>> {
    if a.ndim() + b.ndim() - axes.len() > MAX_LABELS {
        let message = format!("{} and {} axes are more than there are labels for", a.ndim(), b.ndim());
        return Err(Error::Value { op, message });
    }
    let of_a: LabelList = (0..a.ndim() as u8).collect();
    let mut of_b: LabelList = (a.ndim() as u8..(a.ndim() + b.ndim()) as u8).collect();
    let mut next = a.ndim() as u8;
    for (axis, label) in of_b.iter_mut().enumerate() {
        *label = match axes.iter().find(|pair| pair[1] == axis) {
            Some(pair) => pair[0] as u8,
            None => {
                next += 1;
                next - 1
            }
        };
    }
    let summed = |label: &u8| axes.iter().any(|pair| pair[0] == usize::from(*label));
    let output: LabelList = of_a.iter().chain(&of_b).copied().filter(|label| !summed(label)).collect();
    contract_pair(op, [a, b], smallvec![of_a, of_b], output)
}

impl<T: Gemm> Array<T> {
    /// The dot product: `numpy.dot`.
    ///
    /// Of vectors their inner product, of matrices the matrix product; in general a sum along the last axis of the
    /// first and the last but one (or only) of the second: (…, k) · (…′, k, n) → (…, …′, n). An operand without axes
    /// multiplies the other. [`Array::matmul`] treats leading axes as a stack instead.
    ///
    /// ```
    /// use array_core::Array;
    /// let (a, b) = (Array::<f64>::ones([2, 3, 4]), Array::ones([5, 4, 6]));
    /// assert_eq!(a.dot(&b).shape(), [2, 3, 5, 6]);
    /// ```
    ///
    /// # Panics
    /// If the sizes of the summed axes differ.
    #[track_caller]
    pub fn dot(&self, other: &Array<T>) -> Array<T> {
        self.try_dot(other).or_panic()
    }

    /// As [`Array::dot`]; fails where it panics.
    pub fn try_dot(&self, other: &Array<T>) -> Result<Array<T>> {
        if self.ndim() == 0 || other.ndim() == 0 {
            return self.try_mul(other);
        }
        let (last, row) = (self.ndim() - 1, other.ndim().saturating_sub(2));
        if self.shape()[last] != other.shape()[row] {
            let shapes = [self.shape().to_vec(), other.shape().to_vec()];
            let rule = if other.ndim() == 1 {
                "the last axis of the first must equal the axis of the second"
            } else {
                "the last axis of the first must equal the last but one of the second"
            };
            return Err(Error::Shapes { op: "dot", shapes, rule });
        }
        sum_along("dot", self, other, &[[last, row]])
    }

    /// The inner product: a sum along the last axis of both. `numpy.inner`.
    ///
    /// (…, k) · (…′, k) → (…, …′). An operand without axes multiplies the other.
    ///
    /// # Panics
    /// If the sizes of the last axes differ.
    #[track_caller]
    pub fn inner(&self, other: &Array<T>) -> Array<T> {
        self.try_inner(other).or_panic()
    }

    /// As [`Array::inner`]; fails where it panics.
    pub fn try_inner(&self, other: &Array<T>) -> Result<Array<T>> {
        let (Some(a), Some(b)) = (self.ndim().checked_sub(1), other.ndim().checked_sub(1)) else {
            return self.try_mul(other);
        };
        if self.shape()[a] != other.shape()[b] {
            let shapes = [self.shape().to_vec(), other.shape().to_vec()];
            return Err(Error::Shapes { op: "inner", shapes, rule: "the last axes must be equal" });
        }
        sum_along("inner", self, other, &[[a, b]])
    }

    /// The product of every element of this array with every element of another, both taken as vectors:
    /// `numpy.outer`.
    ///
    /// ```
    /// use array_core::array;
    /// assert_eq!(array![1, 2].outer(&array![3, 4, 5]), array![[3, 4, 5], [6, 8, 10]]);
    /// ```
    ///
    /// # Panics
    /// If the result exceeds the address space.
    #[track_caller]
    pub fn outer(&self, other: &Array<T>) -> Array<T> {
        self.try_outer(other).or_panic()
    }

    /// As [`Array::outer`]; fails where it panics.
    pub fn try_outer(&self, other: &Array<T>) -> Result<Array<T>> {
        sum_along("outer", &self.flatten(), &other.flatten(), &[])
    }

    /// Σ conj(a)·b over all elements, both arrays taken as vectors: `numpy.vdot`.
    ///
    /// ```
    /// use array_core::{Complex, array};
    /// let z = array![Complex::new(1.0, 2.0), Complex::new(0.0, 1.0)];
    /// assert_eq!(z.vdot(&z), Complex::new(6.0, 0.0));
    /// ```
    ///
    /// # Panics
    /// If the numbers of elements differ.
    #[track_caller]
    pub fn vdot(&self, other: &Array<T>) -> T {
        self.try_vdot(other).or_panic()
    }

    /// As [`Array::vdot`]; fails where it panics.
    pub fn try_vdot(&self, other: &Array<T>) -> Result<T> {
        if self.size() != other.size() {
            let shapes = [self.shape().to_vec(), other.shape().to_vec()];
            return Err(Error::Shapes { op: "vdot", shapes, rule: "there must be as many elements in both" });
        }
        let (a, b) = (self.map(T::conj).flatten(), other.flatten());
        sum_along("vdot", &a, &b, &[[0, 0]]).map(|sum| sum.item())
    }
}
