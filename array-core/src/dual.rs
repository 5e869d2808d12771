//! Dual numbers: a value and its derivative along a direction.

use std::cmp::Ordering;
use std::fmt;

use crate::dtype::DType;
use crate::element::{Element, Field, Float, Num, Real, sealed::Sealed};
use crate::number::{Cast, Number};
use crate::order::Ordered;

/// `value + tangent·ε` with ε² = 0, so that f(x + ẋε) = f(x) + f'(x)·ẋε: whatever is computed in dual numbers is computed
/// together with its derivative along the direction that the inputs' tangents give. Forward-mode automatic
/// differentiation, for any program that is generic over its element type.
///
/// Dual numbers are compared and ordered by their values. What is constant between jumps, such as `floor` or `sign`, has
/// the tangent 0.
///
/// ```
/// use array_core::{Array, Dual};
/// // At x = 2, x³ has the derivative 3·x² = 12.
/// let x = Array::from_vec([Dual::new(2.0, 1.0)], 1);
/// let y = &x * &x * &x;
/// assert_eq!((y[0].value, y[0].tangent), (8.0, 12.0));
/// ```
///
/// Source: W. K. Clifford, "Preliminary Sketch of Biquaternions", 1873; R. E. Wengert, "A simple automatic derivative
/// evaluation program", CACM 7, 1964.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Dual {
    /// The value.
    pub value: f64,
    /// Its derivative.
    pub tangent: f64,
}

impl Dual {
    /// A value and its derivative.
    #[inline(always)]
    pub const fn new(value: f64, tangent: f64) -> Dual {
        Dual { value, tangent }
    }

    /// A constant.
    #[inline(always)]
    pub const fn constant(value: f64) -> Dual {
        Dual::new(value, 0.0)
    }

    /// A function's value at this one, by the chain rule: `slope` is the function's derivative here.
    #[inline(always)]
    pub(crate) fn chain(self, value: f64, slope: f64) -> Dual {
        Dual::new(value, slope * self.tangent)
    }

    /// Of two equal numbers, the one that moves as both do on average: their greater has no derivative, and this lies
    /// between those on either side. It makes max(x, 0) + ln(1 + e^−|x|) as smooth at 0 as it is.
    #[inline(always)]
    fn between(self, other: Dual) -> Dual {
        Dual::new(self.value, 0.5 * self.tangent + 0.5 * other.tangent)
    }

    /// −1 or 1 by the sign bit.
    #[inline(always)]
    fn signum(self) -> f64 {
        1f64.copysign(self.value)
    }
}

impl fmt::Debug for Dual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{:+?}ε", self.value, self.tangent)
    }
}

impl PartialEq for Dual {
    #[inline(always)]
    fn eq(&self, other: &Dual) -> bool {
        self.value == other.value
    }
}

impl PartialOrd for Dual {
    #[inline(always)]
    fn partial_cmp(&self, other: &Dual) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl Ordered for Dual {
    type Key = [u64; 2];
    const LOWEST: Dual = Dual::constant(f64::NEG_INFINITY);
    const HIGHEST: Dual = Dual::constant(f64::INFINITY);
    #[inline(always)]
    fn is_nan(self) -> bool {
        self.value.is_nan()
    }
    #[inline(always)]
    fn maximum(self, other: Dual) -> Dual {
        if self == other {
            self.between(other)
        } else if self > other || self.is_nan() {
            self
        } else {
            other
        }
    }
    #[inline(always)]
    fn minimum(self, other: Dual) -> Dual {
        if self == other {
            self.between(other)
        } else if self < other || self.is_nan() {
            self
        } else {
            other
        }
    }
    #[inline(always)]
    fn key(self) -> [u64; 2] {
        [self.value.key(), self.tangent.key()]
    }
    #[inline(always)]
    fn from_key(key: [u64; 2]) -> Dual {
        let [value, tangent] = key.map(f64::from_key);
        Dual { value, tangent }
    }
    #[inline(always)]
    fn rank(self) -> [u64; 2] {
        [self.value.rank(), 0]
    }
}

impl Cast for Dual {
    #[inline(always)]
    fn to_number(self) -> Number {
        Number::Dual(self)
    }
    #[inline(always)]
    fn from_number(number: Number) -> Dual {
        match number {
            Number::Dual(dual) => dual,
            other => Dual::constant(f64::from_number(other)),
        }
    }
    fn from_number_checked(number: Number) -> Option<Dual> {
        match number {
            Number::Dual(dual) => Some(dual),
            other => f64::from_number_checked(other).map(Dual::constant),
        }
    }
}

impl Sealed for Dual {}
impl Element for Dual {
    const DTYPE: DType = DType::Dual128;
    type Acc = Dual;
    type Sum = Dual;
    type Wide = Dual;
    type Mean = Dual;
    type Magnitude = Dual;
    #[inline(always)]
    fn to_acc(self) -> Dual {
        self
    }
    #[inline(always)]
    fn sum_of(acc: Dual) -> Dual {
        acc
    }
    #[inline(always)]
    fn mean_of(sum: Dual, count: usize) -> Dual {
        Dual::new(sum.value / count as f64, sum.tangent / count as f64)
    }
}

impl Num for Dual {
    type Abs = Dual;
    const ZERO: Dual = Dual::constant(0.0);
    const ONE: Dual = Dual::constant(1.0);
    #[inline(always)]
    fn add(self, other: Dual) -> Dual {
        Dual::new(self.value + other.value, self.tangent + other.tangent)
    }
    #[inline(always)]
    fn sub(self, other: Dual) -> Dual {
        Dual::new(self.value - other.value, self.tangent - other.tangent)
    }
    #[inline(always)]
    fn mul(self, other: Dual) -> Dual {
        Dual::new(self.value * other.value, self.tangent * other.value + self.value * other.tangent)
    }
    #[inline(always)]
    fn neg(self) -> Dual {
        Dual::new(-self.value, -self.tangent)
    }
    #[inline(always)]
    fn abs(self) -> Dual {
        self.chain(self.value.abs(), Num::sign(self.value))
    }
    #[inline(always)]
    fn sign(self) -> Dual {
        Dual::constant(Num::sign(self.value))
    }
}

impl Real for Dual {
    fn floor_divide(self, other: Dual) -> Dual {
        Dual::constant(self.value.floor_divide(other.value))
    }
    /// a − b·⌊a/b⌋, where ⌊a/b⌋ is constant.
    fn remainder(self, other: Dual) -> Dual {
        let quotient = self.value.floor_divide(other.value);
        Dual::new(self.value.remainder(other.value), self.tangent - other.tangent * quotient)
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self.value
    }
    fn steps(start: Dual, stop: Dual, step: Dual) -> f64 {
        f64::steps(start.value, stop.value, step.value)
    }
    #[inline(always)]
    fn element_of_range(first: Dual, second: Dual, i: usize) -> Dual {
        let value = f64::element_of_range(first.value, second.value, i);
        Dual::new(value, f64::element_of_range(first.tangent, second.tangent, i))
    }
}

impl Field for Dual {
    #[inline(always)]
    fn div(self, other: Dual) -> Dual {
        let quotient = self.value / other.value;
        Dual::new(quotient, (self.tangent - quotient * other.tangent) / other.value)
    }
    #[inline(always)]
    fn from_f64(x: f64) -> Dual {
        Dual::constant(x)
    }
    #[inline(always)]
    fn sqrt(self) -> Dual {
        let root = self.value.sqrt();
        self.chain(root, 0.5 / root)
    }
    #[inline(always)]
    fn abs_squared(self) -> Dual {
        self.mul(self)
    }
}

impl Float for Dual {
    const EPSILON: Dual = Dual::constant(f64::EPSILON);
    const MIN_POSITIVE: Dual = Dual::constant(f64::MIN_POSITIVE);
    const NAN: Dual = Dual::constant(f64::NAN);
    fn floor(self) -> Dual {
        Dual::constant(self.value.floor())
    }
    fn ceil(self) -> Dual {
        Dual::constant(self.value.ceil())
    }
    fn round_half_even(self) -> Dual {
        Dual::constant(self.value.round_ties_even())
    }
    fn trunc(self) -> Dual {
        Dual::constant(self.value.trunc())
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        self.value.is_finite()
    }
    #[inline(always)]
    fn is_sign_negative(self) -> bool {
        self.value.is_sign_negative()
    }
    #[inline(always)]
    fn copysign(self, sign: Dual) -> Dual {
        self.chain(self.value.copysign(sign.value), self.signum() * sign.signum())
    }
}
