//! Functions of one element: each one entry — formula, what its derivative is made from, derivative.
//!
//! Functions that are constant between jumps, such as `floor`, `round` and `sign`, have no derivative to speak of; they
//! are array functions: `x.value().floor()`.

use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LN_10};

use array_core::Array;

use super::super::Var;
use crate::scalar::Scalar;

/// Lists element-wise functions: documentation, name, value; what is saved (`x`, the input, or `y`, the value)
/// and the gradient as a function of `g` and one saved element; and the interval on which it is checked.
macro_rules! elementwise {
    ($($(#[$doc:meta])* $name:ident: $value:expr, $saved:ident, $vjp:expr, on $domain:expr;)*) => {
        impl<'t, T: Scalar> Var<'t, T> {$(
            $(#[$doc])*
            pub fn $name(self) -> Var<'t, T> {
                let x = self.value();
                let y: Array<T> = $value(&x);
                let saved = elementwise!(@saved $saved x y);
                let edge = self.edge(move |g| g.into_zip_map(&saved, $vjp));
                self.tape().record(stringify!($name), y, [edge])
            }
        )*}

        #[cfg(test)]
        pub(super) fn checks() -> Vec<super::checks::Check> {
            vec![$(super::checks::Check::each(stringify!($name), |[x]| x.$name()).on($domain)),*]
        }
    };
    (@saved x $x:ident $y:ident) => { $x };
    (@saved y $x:ident $y:ident) => { $y.clone() };
}

elementwise! {
    /// eˣ
    exp: Array::exp, y, |g: T, y: T| g.mul(y), on -2.0..2.0;
    /// 2ˣ
    exp2: Array::exp2, y, |g: T, y: T| g.mul(y).mul(T::from_f64(LN_2)), on -2.0..2.0;
    /// eˣ − 1, precise near 0.
    expm1: Array::expm1, y, |g: T, y: T| g.mul(y.add(T::ONE)), on -2.0..2.0;
    /// The natural logarithm.
    ln: Array::ln, x, |g: T, x: T| g.div(x), on 0.2..3.0;
    /// ln(1 + x), precise near 0.
    log1p: Array::log1p, x, |g: T, x: T| g.div(x.add(T::ONE)), on -0.8..2.0;
    /// The logarithm to base 2.
    log2: Array::log2, x, |g: T, x: T| g.div(x.mul(T::from_f64(LN_2))), on 0.2..3.0;
    /// The logarithm to base 10.
    log10: Array::log10, x, |g: T, x: T| g.div(x.mul(T::from_f64(LN_10))), on 0.2..3.0;
    /// The square root.
    sqrt: Array::sqrt, y, |g: T, y: T| g.div(y.add(y)), on 0.2..3.0;
    /// x²
    square: Array::square, x, |g: T, x: T| g.mul(x.add(x)), on -2.0..2.0;
    /// 1/x
    reciprocal: Array::reciprocal, y, |g: T, y: T| g.mul(y.mul(y)).neg(), on 0.2..3.0;
    /// |x|, with derivative 0 at 0, as PyTorch's.
    abs: Array::abs, x, |g: T, x: T| g.mul(x.sign()), on 0.1..2.0;
    /// The sine, of radians.
    sin: Array::sin, x, |g: T, x: T| g.mul(x.cos()), on -2.0..2.0;
    /// The cosine, of radians.
    cos: Array::cos, x, |g: T, x: T| g.mul(x.sin()).neg(), on -2.0..2.0;
    /// The tangent, of radians.
    tan: Array::tan, y, |g: T, y: T| g.mul(T::ONE.add(y.mul(y))), on -1.2..1.2;
    /// The angle in −π/2 ..= π/2 with this sine.
    asin: Array::asin, x, |g: T, x: T| g.div(T::ONE.sub(x.mul(x)).sqrt()), on -0.8..0.8;
    /// The angle in 0 ..= π with this cosine.
    acos: Array::acos, x, |g: T, x: T| g.div(T::ONE.sub(x.mul(x)).sqrt()).neg(), on -0.8..0.8;
    /// The angle in −π/2 ..= π/2 with this tangent.
    atan: Array::atan, x, |g: T, x: T| g.div(T::ONE.add(x.mul(x))), on -2.0..2.0;
    /// The hyperbolic sine.
    sinh: Array::sinh, x, |g: T, x: T| g.mul(x.cosh()), on -2.0..2.0;
    /// The hyperbolic cosine.
    cosh: Array::cosh, x, |g: T, x: T| g.mul(x.sinh()), on -2.0..2.0;
    /// The number with this hyperbolic sine.
    asinh: Array::asinh, x, |g: T, x: T| g.div(T::ONE.add(x.mul(x)).sqrt()), on -2.0..2.0;
    /// The number that is not negative with this hyperbolic cosine.
    acosh: Array::acosh, x, |g: T, x: T| g.div(x.mul(x).sub(T::ONE).sqrt()), on 1.2..3.0;
    /// The number with this hyperbolic tangent.
    atanh: Array::atanh, x, |g: T, x: T| g.div(T::ONE.sub(x.mul(x))), on -0.8..0.8;
    /// The error function 2/√π · ∫₀ˣ e^−t² dt.
    erf: Array::erf, x, |g: T, x: T| g.mul(x.mul(x).neg().exp_nonpositive().mul(T::from_f64(FRAC_2_SQRT_PI))), on -2.0..2.0;
    /// The hyperbolic tangent.
    tanh: Array::tanh, y, |g: T, y: T| g.mul(T::ONE.sub(y.mul(y))), on -2.0..2.0;
    /// The logistic function 1/(1 + e⁻ˣ).
    sigmoid: Array::sigmoid, y, |g: T, y: T| g.mul(y.mul(T::ONE.sub(y))), on -2.0..2.0;
    /// max(x, 0), with derivative 0 at 0, as PyTorch's.
    relu: Array::relu, y, |g: T, y: T| if y <= T::ZERO { T::ZERO } else { g }, on -2.0..2.0;
}
