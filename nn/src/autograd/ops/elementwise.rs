//! Functions of one element: each one entry — formula, what its derivative is made from, derivative.

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
                let edge = self.edge(move |g| g.zip_map(&saved, $vjp));
                self.tape().record(stringify!($name), y, [edge])
            }
        )*}

        #[cfg(test)]
        pub(super) fn checks() -> Vec<super::tests::Check> {
            vec![$(super::tests::Check::each(stringify!($name), |[x]| x.$name()).on($domain)),*]
        }
    };
    (@saved x $x:ident $y:ident) => { $x };
    (@saved y $x:ident $y:ident) => { $y.clone() };
}

elementwise! {
    /// eˣ
    exp: Array::exp, y, |g: T, y: T| g.mul(y), on -2.0..2.0;
    /// The natural logarithm.
    ln: Array::ln, x, |g: T, x: T| g.div(x), on 0.2..3.0;
    /// The square root.
    sqrt: Array::sqrt, y, |g: T, y: T| g.div(y.add(y)), on 0.2..3.0;
    /// x²
    square: Array::square, x, |g: T, x: T| g.mul(x.add(x)), on -2.0..2.0;
    /// |x|, with derivative 0 at 0, as PyTorch's.
    abs: Array::abs, x, |g: T, x: T| g.mul(x.sign()), on 0.1..2.0;
    /// max(x, 0), with derivative 0 at 0, as PyTorch's.
    relu: Array::relu, y, |g: T, y: T| if y > T::ZERO { g } else { T::ZERO }, on -2.0..2.0;
    /// The hyperbolic tangent.
    tanh: Array::tanh, y, |g: T, y: T| g.mul(T::ONE.sub(y.mul(y))), on -2.0..2.0;
    /// The logistic function 1/(1 + e⁻ˣ).
    sigmoid: Array::sigmoid, y, |g: T, y: T| g.mul(y.mul(T::ONE.sub(y))), on -2.0..2.0;
    /// The sine, of radians.
    sin: Array::sin, x, |g: T, x: T| g.mul(x.cos()), on -2.0..2.0;
    /// The cosine, of radians.
    cos: Array::cos, x, |g: T, x: T| g.mul(x.sin()).neg(), on -2.0..2.0;
}
