//! The parts of complex numbers.

use num_complex::Complex;

use super::{layout_like, map_to};
use crate::array::Array;
use crate::element::{Element, Float};
use crate::kernels::math::FloatMath;

impl<R> Array<Complex<R>>
where
    R: FloatMath,
    Complex<R>: Element,
{
    /// The real part of every element: NumPy's `a.real`, as a copy.
    ///
    /// ```
    /// use array_core::{Array, Complex};
    /// let z = Array::from_vec([Complex::new(3.0, 4.0), Complex::new(0.0, -1.0)], 2);
    /// assert_eq!(z.real().to_vec(), [3.0, 0.0]);
    /// assert_eq!(z.conj().imag().to_vec(), [-4.0, 1.0]);
    /// ```
    pub fn real(&self) -> Array<R> {
        map_to(
            layout_like(self),
            self,
            #[inline(always)]
            |z| z.re,
        )
    }

    /// The imaginary part of every element: NumPy's `a.imag`, as a copy.
    pub fn imag(&self) -> Array<R> {
        map_to(
            layout_like(self),
            self,
            #[inline(always)]
            |z| z.im,
        )
    }

    /// The angle of every element with the positive real axis, in radians, from −π to π: `numpy.angle`.
    pub fn angle(&self) -> Array<R> {
        map_to(layout_like(self), self, |z| FloatMath::atan2(z.im, z.re))
    }

    /// The real parts, if no imaginary part is greater than `tolerance` times ε in size: `numpy.real_if_close`.
    ///
    /// ```
    /// use array_core::{Array, Complex};
    /// let z = Array::from_vec([Complex::new(3.0, 0.0), Complex::new(-1.0, 1e-15)], 2);
    /// assert_eq!(z.real_if_close(100.0).map(|re| re.to_vec()), Some(vec![3.0, -1.0]));
    /// assert!(z.real_if_close(0.0).is_none());
    /// ```
    pub fn real_if_close(&self, tolerance: f64) -> Option<Array<R>> {
        let bound = tolerance * <R as Float>::EPSILON.to_f64();
        self.iter().all(|z| z.im.to_f64().abs() <= bound).then(|| self.real())
    }
}
