//! Arithmetic with twice the digits of `f64`, for building tables whose last bits must be right everywhere.
//!
//! T. J. Dekker, "A Floating-Point Technique for Extending the Available Precision" (1971).

use std::ops::{Add, Div, Mul, Neg};

/// The unevaluated sum of two numbers, the second at most half a unit in the last place of the first.
/// The first is the value rounded to `f64`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wide(pub f64, pub f64);

/// a + b = sum + error, exactly.
fn two_sum(a: f64, b: f64) -> Wide {
    let sum = a + b;
    let of_b = sum - a;
    Wide(sum, (a - (sum - of_b)) + (b - of_b))
}

impl From<f64> for Wide {
    fn from(x: f64) -> Wide {
        Wide(x, 0.0)
    }
}

impl Neg for Wide {
    type Output = Wide;
    fn neg(self) -> Wide {
        Wide(-self.0, -self.1)
    }
}

impl Add for Wide {
    type Output = Wide;
    fn add(self, other: Wide) -> Wide {
        let Wide(high, low) = two_sum(self.0, other.0);
        let Wide(carry, rest) = two_sum(self.1, other.1);
        let Wide(high, low) = two_sum(high, low + carry);
        two_sum(high, low + rest)
    }
}

impl Mul for Wide {
    type Output = Wide;
    fn mul(self, other: Wide) -> Wide {
        let product = self.0 * other.0;
        let error = self.0.mul_add(other.0, -product);
        two_sum(product, error + (self.0 * other.1 + self.1 * other.0))
    }
}

impl Div for Wide {
    type Output = Wide;
    fn div(self, other: Wide) -> Wide {
        // Each quotient leaves a remainder 53 bits smaller.
        let first = self.0 / other.0;
        let rest = self + -(other * first.into());
        let second = rest.0 / other.0;
        let rest = rest + -(other * second.into());
        two_sum(first, second) + (rest.0 / other.0).into()
    }
}

impl Wide {
    /// The greatest integer that is not above.
    pub fn floor(self) -> f64 {
        let whole = self.0.floor();
        whole + (self.0 - whole + self.1).floor()
    }

    /// eˣ = (e^(x/2¹⁰))^(2¹⁰), with eʸ − 1 kept instead of eʸ so that no digits are lost beside the 1.
    pub fn exp(self) -> Wide {
        let y = Wide(self.0 / 1024.0, self.1 / 1024.0);
        let one = Wide::from(1.0);
        let series = (2..=12).rev().fold(one, |sum, n| one + y * sum / f64::from(n).into());
        let mut minus_one = y * series;
        for _ in 0..10 {
            minus_one = minus_one * (minus_one + 2.0.into());
        }
        minus_one + one
    }

    /// The natural logarithm, by one step of Newton's method from that of an `f64`.
    pub fn ln(self) -> Wide {
        let near = Wide::from(libm::log(self.0));
        near + self * (-near).exp() + (-1.0).into()
    }
}
