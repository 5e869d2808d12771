//! Functions of dual numbers: the functions of `f64`, and their derivatives.

use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LN_10};

use super::{FloatMath, Math, Power};
use crate::dual::Dual;

/// Lists functions: name, and the derivative as a function of x and of the value y.
macro_rules! math {
    ($($name:ident: $slope:expr;)*) => {
        impl Math for Dual {$(
            #[inline(always)]
            fn $name(self) -> Dual {
                let y = Math::$name(self.value);
                let slope: fn(f64, f64) -> f64 = $slope;
                self.chain(y, slope(self.value, y))
            }
        )*}
    };
}

math! {
    exp: |_, y| y;
    exp2: |_, y| LN_2 * y;
    expm1: |_, y| y + 1.0;
    ln: |x, _| 1.0 / x;
    log2: |x, _| 1.0 / (LN_2 * x);
    log10: |x, _| 1.0 / (LN_10 * x);
    log1p: |x, _| 1.0 / (1.0 + x);
    sigmoid: |_, y| y * (1.0 - y);
    sin: |x, _| Math::cos(x);
    cos: |x, _| -Math::sin(x);
    tan: |_, y| 1.0 + y * y;
    asin: |x, _| 1.0 / (1.0 - x * x).sqrt();
    acos: |x, _| -1.0 / (1.0 - x * x).sqrt();
    atan: |x, _| 1.0 / (1.0 + x * x);
    sinh: |x, _| Math::cosh(x);
    cosh: |x, _| Math::sinh(x);
    tanh: |_, y| 1.0 - y * y;
    asinh: |x, _| 1.0 / (x * x + 1.0).sqrt();
    acosh: |x, _| 1.0 / (x * x - 1.0).sqrt();
    atanh: |x, _| 1.0 / (1.0 - x * x);
}

/// slope·tangent; 0 for a constant, also where the slope is not finite.
#[inline(always)]
fn along(slope: impl FnOnce() -> f64, tangent: f64) -> f64 {
    if tangent == 0.0 { 0.0 } else { slope() * tangent }
}

impl Power for Dual {
    /// d(aᵇ) = b·a^(b − 1)·ȧ + aᵇ·ln a·ḃ, where b = 0 makes a constant of aᵇ, and so does a = 0 if b is not negative.
    fn pow(self, exponent: Dual) -> Dual {
        let (a, b) = (self.value, exponent.value);
        let y = a.pow(b);
        let by_base = || if b == 0.0 { 0.0 } else { b * a.pow(b - 1.0) };
        let by_exponent = || if a == 0.0 && b >= 0.0 { 0.0 } else { y * Math::ln(a) };
        Dual::new(y, along(by_base, self.tangent) + along(by_exponent, exponent.tangent))
    }
}

impl FloatMath for Dual {
    fn cbrt(self) -> Dual {
        let y = FloatMath::cbrt(self.value);
        self.chain(y, 1.0 / (3.0 * y * y))
    }
    fn exp_nonpositive(self) -> Dual {
        Math::exp(self)
    }
    fn erf(self) -> Dual {
        self.chain(FloatMath::erf(self.value), FRAC_2_SQRT_PI * Math::exp(-self.value * self.value))
    }
    fn atan2(self, x: Dual) -> Dual {
        let square = x.value * x.value + self.value * self.value;
        let tangent = (x.value * self.tangent - self.value * x.tangent) / square;
        Dual::new(FloatMath::atan2(self.value, x.value), tangent)
    }
    fn hypot(self, other: Dual) -> Dual {
        let y = FloatMath::hypot(self.value, other.value);
        Dual::new(y, (self.value * self.tangent + other.value * other.tangent) / y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::{Field, Float, Num, Real};

    /// The tangent of each function is its central difference.
    #[test]
    fn tangents_are_differences() {
        type Function = (&'static str, fn(Dual) -> Dual, f64);
        let functions: &[Function] = &[
            ("exp", Math::exp, 0.7),
            ("exp2", Math::exp2, 0.7),
            ("expm1", Math::expm1, 0.7),
            ("ln", Math::ln, 0.7),
            ("log2", Math::log2, 0.7),
            ("log10", Math::log10, 0.7),
            ("log1p", Math::log1p, 0.7),
            ("sigmoid", Math::sigmoid, 0.7),
            ("sin", Math::sin, 0.7),
            ("cos", Math::cos, 0.7),
            ("tan", Math::tan, 0.7),
            ("asin", Math::asin, 0.7),
            ("acos", Math::acos, 0.7),
            ("atan", Math::atan, 0.7),
            ("sinh", Math::sinh, 0.7),
            ("cosh", Math::cosh, 0.7),
            ("tanh", Math::tanh, 0.7),
            ("asinh", Math::asinh, 0.7),
            ("acosh", Math::acosh, 1.7),
            ("atanh", Math::atanh, 0.7),
            ("cbrt", FloatMath::cbrt, 0.7),
            ("erf", FloatMath::erf, 0.7),
            ("sqrt", Field::sqrt, 0.7),
            ("abs", Num::abs, -0.7),
            ("sign", Num::sign, -0.7),
            ("floor", Float::floor, 0.7),
            ("copysign", |x| x.copysign(Dual::constant(-1.0)), 0.7),
            ("square", |x| x.mul(x), 0.7),
            ("quotient", |x| Dual::constant(2.0).sub(x).div(x.add(Dual::ONE)), 0.7),
            ("remainder", |x| Dual::constant(5.0).remainder(x), 0.7),
            ("x to 2.5", |x| x.pow(Dual::constant(2.5)), 0.7),
            ("2.5 to x", |x| Dual::constant(2.5).pow(x), 0.7),
            ("x to x", |x| x.pow(x), 0.7),
            ("atan2", |x| x.atan2(x.mul(x).neg()), 0.7),
            ("hypot", |x| x.hypot(x.add(Dual::ONE)), 0.7),
        ];
        for &(name, f, x) in functions {
            let at = |x: f64| f(Dual::new(x, -2.0));
            let h = 1e-5;
            let numeric = -2.0 * (at(x + h).value - at(x - h).value) / (2.0 * h);
            assert!((at(x).tangent - numeric).abs() < 1e-8, "{name}: {} and {numeric}", at(x).tangent);
        }
    }
}
