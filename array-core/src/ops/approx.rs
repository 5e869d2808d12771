//! The traits of the `approx` crate, element by element: for `assert_relative_eq!` and its relatives.

use approx::{AbsDiffEq, RelativeEq, UlpsEq};

use crate::array::Array;
use crate::element::Element;

/// Whether the shapes are equal and every pair of elements passes.
fn all_pairs<T: Element>(a: &Array<T>, b: &Array<T>, passes: impl Fn(&T, &T) -> bool) -> bool {
    a.shape() == b.shape() && a.iter().zip(b).all(|(a, b)| passes(a, b))
}

/// Arrays of different shapes are never equal; nothing broadcasts.
///
/// ```
/// use approx::assert_abs_diff_eq;
/// use array_core::Array;
/// let a = Array::from_vec([0.1, 0.2], 2);
/// assert_abs_diff_eq!(&a + &a + &a, Array::from_vec([0.3, 0.6], 2), epsilon = 1e-15);
/// ```
impl<T: Element + AbsDiffEq> AbsDiffEq for Array<T>
where
    T::Epsilon: Clone,
{
    type Epsilon = T::Epsilon;

    fn default_epsilon() -> T::Epsilon {
        T::default_epsilon()
    }

    fn abs_diff_eq(&self, other: &Self, epsilon: T::Epsilon) -> bool {
        all_pairs(self, other, |a, b| a.abs_diff_eq(b, epsilon.clone()))
    }
}

/// Arrays of different shapes are never equal; nothing broadcasts.
impl<T: Element + RelativeEq> RelativeEq for Array<T>
where
    T::Epsilon: Clone,
{
    fn default_max_relative() -> T::Epsilon {
        T::default_max_relative()
    }

    fn relative_eq(&self, other: &Self, epsilon: T::Epsilon, max_relative: T::Epsilon) -> bool {
        all_pairs(self, other, |a, b| a.relative_eq(b, epsilon.clone(), max_relative.clone()))
    }
}

/// Arrays of different shapes are never equal; nothing broadcasts.
impl<T: Element + UlpsEq> UlpsEq for Array<T>
where
    T::Epsilon: Clone,
{
    fn default_max_ulps() -> u32 {
        T::default_max_ulps()
    }

    fn ulps_eq(&self, other: &Self, epsilon: T::Epsilon, max_ulps: u32) -> bool {
        all_pairs(self, other, |a, b| a.ulps_eq(b, epsilon.clone(), max_ulps))
    }
}

#[cfg(test)]
mod tests {
    use approx::{
        assert_abs_diff_eq, assert_abs_diff_ne, assert_relative_eq, assert_relative_ne, assert_ulps_eq,
        assert_ulps_ne,
    };
    use num_complex::Complex;

    use super::*;

    #[test]
    fn every_pair_must_pass() {
        let a = Array::from_vec([1.0f32, 1000.0], 2);
        let b = Array::from_vec([1.0f32, 1000.0f32.next_up()], 2);
        assert_ulps_eq!(a, b, epsilon = 0.0, max_ulps = 1);
        assert_ulps_ne!(a, b, epsilon = 0.0, max_ulps = 0);
        assert_relative_eq!(a, b);
        assert_relative_ne!(a, b, epsilon = 0.0, max_relative = 1e-8);
        assert_abs_diff_eq!(a, b, epsilon = 1e-4);
        assert_abs_diff_ne!(a, b);
    }

    #[test]
    fn shapes_must_match() {
        let a = Array::<f64>::ones([1, 2]);
        assert_abs_diff_ne!(a, Array::ones(2));
        assert_relative_ne!(a, Array::ones([2, 1]));
        assert_ulps_ne!(a, Array::ones([2, 2]));
        assert_abs_diff_eq!(Array::<i32>::zeros([0, 2]), Array::zeros([0, 2]));
    }

    #[test]
    fn integers_and_complex_numbers() {
        assert_abs_diff_eq!(Array::from_vec([1u8, 9], 2), Array::from_vec([2, 8], 2), epsilon = 1);
        let z = Array::scalar(Complex::new(1.0, 2.0));
        assert_relative_eq!(z, &z + Complex::new(0.0, 1e-16));
        assert_relative_ne!(z, &z + Complex::new(0.0, 1e-6));
    }
}
