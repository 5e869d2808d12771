//! `+ − × ÷` of two values, with broadcasting, and of a value and a scalar.
//!
//! Broadcasting happens in one place: [`Var::expand`], whose adjoint is a sum. Behind it both operands have
//! one shape.

use std::ops::{Add, Div, Mul, Neg, Sub};

use array_core::{Array, Dual};

use super::super::Var;
use crate::scalar::Scalar;

impl<'t, T: Scalar> Var<'t, T> {
    /// Both operands expanded to the shape they broadcast to.
    #[track_caller]
    pub(super) fn broadcast_with(self, other: Self, op: &'static str) -> (Self, Self) {
        let (a, b) = (self.shape(), other.shape());
        if a == b {
            return (self, other);
        }
        let shape = self.tape().expect(array_core::broadcast_shapes(op, &a, &b));
        (self.expand(&shape[..]), other.expand(&shape[..]))
    }
}

impl<'t, T: Scalar> Add for Var<'t, T> {
    type Output = Var<'t, T>;
    #[track_caller]
    fn add(self, other: Self) -> Self {
        let (a, b) = self.broadcast_with(other, "add");
        a.tape().record("add", a.value() + b.value(), [a.edge(|g| g), b.edge(|g| g)])
    }
}

impl<'t, T: Scalar> Sub for Var<'t, T> {
    type Output = Var<'t, T>;
    #[track_caller]
    fn sub(self, other: Self) -> Self {
        let (a, b) = self.broadcast_with(other, "sub");
        a.tape().record("sub", a.value() - b.value(), [a.edge(|g| g), b.edge(|g| -g)])
    }
}

impl<'t, T: Scalar> Mul for Var<'t, T> {
    type Output = Var<'t, T>;
    #[track_caller]
    fn mul(self, other: Self) -> Self {
        let (a, b) = self.broadcast_with(other, "mul");
        let (x, y) = (a.value(), b.value());
        let value = &x * &y;
        a.tape().record("mul", value, [a.edge(move |g| g * y), b.edge(move |g| g * x)])
    }
}

/// g·∂(x/y)/∂y = −g·q/y, where q = x/y.
fn by_divisor<T: Scalar>(g: Array<T>, q: Array<T>, y: Array<T>) -> Array<T> {
    -(g * q / y)
}

impl<'t, T: Scalar> Div for Var<'t, T> {
    type Output = Var<'t, T>;
    #[track_caller]
    fn div(self, other: Self) -> Self {
        let (a, b) = self.broadcast_with(other, "div");
        let y = b.value();
        let quotient = a.value() / &y;
        let (divisor, q) = (y.clone(), quotient.clone());
        let edges = [a.edge(move |g| g / divisor), b.edge(move |g| by_divisor(g, q, y))];
        a.tape().record("div", quotient, edges)
    }
}

impl<'t, T: Scalar> Neg for Var<'t, T> {
    type Output = Var<'t, T>;
    fn neg(self) -> Self {
        self.tape().record("neg", -self.value(), [self.edge(|g| -g)])
    }
}

/// Lists the operators that take a scalar on the right.
macro_rules! scalar_right {
    ($($trait:ident $method:ident $op:literal: $value:expr, $vjp:expr;)*) => {$(
        impl<'t, T: Scalar> $trait<T> for Var<'t, T> {
            type Output = Var<'t, T>;
            fn $method(self, s: T) -> Self {
                let value: Array<T> = $value(self.value(), s);
                self.tape().record($op, value, [self.edge(move |g| $vjp(g, s))])
            }
        }
        // Constants in a function that is differentiated forward.
        impl<'t> $trait<f64> for Var<'t, Dual> {
            type Output = Self;
            fn $method(self, s: f64) -> Self {
                $trait::<Dual>::$method(self, Dual::constant(s))
            }
        }
    )*};
}

scalar_right! {
    Add add "add_scalar": |x: Array<T>, s| x + s, |g, _| g;
    Sub sub "sub_scalar": |x: Array<T>, s| x - s, |g, _| g;
    Mul mul "mul_scalar": |x: Array<T>, s| x * s, |g: Array<T>, s| g * s;
    Div div "div_scalar": |x: Array<T>, s| x / s, |g: Array<T>, s| g / s;
}

/// Lists the scalars that may stand on the left: of values of which type, and made into what.
macro_rules! scalar_left {
    ($($scalar:ty, $t:ty, $of:expr;)*) => {$(
        impl<'t> Add<Var<'t, $t>> for $scalar {
            type Output = Var<'t, $t>;
            fn add(self, x: Var<'t, $t>) -> Var<'t, $t> {
                x + $of(self)
            }
        }
        impl<'t> Sub<Var<'t, $t>> for $scalar {
            type Output = Var<'t, $t>;
            fn sub(self, x: Var<'t, $t>) -> Var<'t, $t> {
                -x + $of(self)
            }
        }
        impl<'t> Mul<Var<'t, $t>> for $scalar {
            type Output = Var<'t, $t>;
            fn mul(self, x: Var<'t, $t>) -> Var<'t, $t> {
                x * $of(self)
            }
        }
        // PyTorch, too, multiplies by the reciprocal.
        impl<'t> Div<Var<'t, $t>> for $scalar {
            type Output = Var<'t, $t>;
            fn div(self, x: Var<'t, $t>) -> Var<'t, $t> {
                x.reciprocal().mul($of(self))
            }
        }
    )*};
}

scalar_left! {
    f32, f32, |s| s;
    f64, f64, |s| s;
    f64, Dual, Dual::constant;
}

/// g·∂(aᵇ)/∂a = g·b·a^(b − 1); 0 where b is 0, also at a = 0.
fn by_base<T: Scalar>(g: T, a: T, b: T) -> T {
    if b == T::ZERO { T::ZERO } else { g.mul(b.mul(a.pow(b.sub(T::ONE)))) }
}

/// g·∂(aᵇ)/∂b = g·aᵇ·ln a; 0 where a is 0 and b is not negative.
fn by_exponent<T: Scalar>(g: T, a: T, b: T) -> T {
    if a == T::ZERO && b >= T::ZERO { T::ZERO } else { g.mul(a.pow(b).mul(a.ln())) }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// Every element raised to a constant exponent.
    pub fn powf(self, exponent: f64) -> Var<'t, T> {
        let (x, exponent) = (self.value(), T::from_f64(exponent));
        let value = x.power(exponent);
        let vjp = move |g: Array<T>| g.into_zip_map(&x, |g, x| by_base(g, x, exponent));
        self.tape().record("powf", value, [self.edge(vjp)])
    }

    /// Every element raised to the other's, broadcast.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn pow(self, exponent: Self) -> Self {
        let (a, b) = self.broadcast_with(exponent, "pow");
        let (x, y) = (a.value(), b.value());
        let value = x.power(&y);
        // The gradient is 1·∂/∂ first, so that each part is one function of two elements.
        let (x2, y2) = (x.clone(), y.clone());
        let vjp_a = move |g| x.into_zip_map(&y, |x, y| by_base(T::ONE, x, y)) * g;
        let vjp_b = move |g| x2.into_zip_map(&y2, |x, y| by_exponent(T::ONE, x, y)) * g;
        a.tape().record("pow", value, [a.edge(vjp_a), b.edge(vjp_b)])
    }

    /// The sum of several values of one shape, such as losses.
    ///
    /// # Panics
    /// If there are none.
    #[track_caller]
    pub fn sum_of(values: &[Self]) -> Self {
        values.iter().copied().reduce(|a, b| a + b).expect("sum_of: at least one value is needed")
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::pairs("add", |[a, b]| a + b),
        Check::pairs("sub", |[a, b]| a - b),
        Check::pairs("mul", |[a, b]| a * b),
        Check::pairs("div", |[a, b]| a / (b * b + 0.5)),
        Check::each("neg", |[a]| -a),
        Check::each("add_scalar", |[a]| a + 1.5),
        Check::each("sub_scalar", |[a]| a - 1.5),
        Check::each("mul_scalar", |[a]| a * 1.5),
        Check::each("div_scalar", |[a]| a / 1.5),
        Check::each("div_scalar", |[a]| 1.5 + 2.0 * a - 3.0 / (4.0 - a)),
        Check::each("powf", |[a]| a.powf(-1.5)).on(0.2..2.0),
        Check::each("powf", |[a]| a.powf(3.0)),
        Check::each("powf", |[a]| a.powf(0.0)),
        Check::pairs("pow", |[a, b]| a.pow(b)).on(0.2..2.0),
        Check::pairs("sum_of", |[a, b]| Var::sum_of(&[a * b, a * a, b])),
    ]
}

#[cfg(test)]
mod tests {
    use array_core::{Array, Dual};

    use crate::Tape;

    #[test]
    fn a_scalar_may_stand_on_the_left() {
        let tape = Tape::<f32>::inference();
        let x = tape.constant(Array::from_vec([2.0, 4.0], 2));
        let all = [1.0 + x, 1.0 - x, 3.0 * x, 1.0 / x].map(|y| y.value().to_vec());
        assert_eq!(all, [[3.0, 5.0], [-1.0, -3.0], [6.0, 12.0], [0.5, 0.25]]);
        let tape = Tape::<Dual>::inference();
        let x = tape.constant(Array::from_vec([Dual::new(2.0, 1.0)], 1));
        assert_eq!((1.0 / x).value()[0].tangent, -0.25);
    }
}
