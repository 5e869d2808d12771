//! Arithmetic, comparisons, functions of elements.

use array_core::io::AnyArray;
use array_core::{
    Array, Element, Float, FloatMath, Gemm, Integer, Math, Num, Operand, Power, Real, Result, Side, equal_nan,
};

use super::index::written;
use super::{Outcome, wrap};
use crate::bits::Bits;
use crate::call::{Call, Value};

/// A function of two operands.
fn binary<T: Bits, O: Element>(call: &mut Call, f: fn(&Array<T>, Value<T>) -> Result<Array<O>>) -> Outcome {
    let (a, b) = (call.array::<T>(0), call.operand::<T>(1));
    wrap(f(&a, b))
}

/// `a + b` and the like, once the `try_` form has succeeded: an owned array lends its buffer to the result.
fn operator<T: Bits, O: Element>(
    a: Array<T>,
    b: Value<T>,
    checked: fn(&Array<T>, &Value<T>) -> Result<Array<O>>,
    plain: fn(Array<T>, &Value<T>) -> Array<O>,
) -> Outcome {
    let result = checked(&a, &b);
    if result.is_err() {
        return wrap(result);
    }
    wrap(Ok(plain(a, &b)))
}

pub fn of_elements<T: Bits>(call: &mut Call) -> Outcome {
    type Classify<T> = fn(&Array<T>) -> Array<bool>;
    let classify: Option<Classify<T>> = match call.name {
        "logical_not" => Some(Array::logical_not),
        "isnan" => Some(Array::isnan),
        "isinf" => Some(Array::isinf),
        "isfinite" => Some(Array::isfinite),
        _ => None,
    };
    if let Some(classify) = classify {
        return wrap(Ok(classify(&call.array(0))));
    }
    let compare: fn(&Array<T>, Value<T>) -> Result<Array<bool>> = match call.name {
        "equal" => Array::<T>::try_equal,
        "not_equal" => Array::<T>::try_not_equal,
        "logical_and" => Array::<T>::try_logical_and,
        "logical_or" => Array::<T>::try_logical_or,
        "logical_xor" => Array::<T>::try_logical_xor,
        "isclose" => {
            let (a, b) = (call.array::<T>(0), call.operand::<T>(1).into_array());
            return wrap(match call.word(2) {
                "nan" => a.try_isclose(equal_nan(&b), 1e-2, 1e-3),
                _ => a.try_isclose(&b, 1e-2, 1e-3),
            });
        }
        _ => return None,
    };
    binary(call, compare)
}

pub fn numbers<T: Bits + Num + Gemm + Power>(call: &mut Call) -> Outcome {
    match call.name {
        "negative" => wrap(Ok(-call.array::<T>(0))),
        "square" => wrap(Ok(call.array::<T>(0).square())),
        "abs" => wrap(Ok(call.array::<T>(0).abs())),
        "sign" => wrap(Ok(call.array::<T>(0).sign())),
        "conj" => wrap(Ok(call.array::<T>(0).conj())),
        "power" => {
            let (a, b) = (call.array::<T>(0), call.operand::<T>(1));
            wrap(a.try_power(b))
        }
        "add" => {
            operator(call.array::<T>(0), call.operand(1), |a, b| a.try_add(b.source()), |a, b| a + b.source())
        }
        "subtract" => binary(call, Array::<T>::try_sub),
        "multiply" => binary(call, Array::<T>::try_mul),
        "update_add" | "update_subtract" | "update_multiply" => {
            let (a, slice, b) = (call.array::<T>(0), call.slice(1)?, call.operand::<T>(2).into_array());
            let name = call.name;
            written(a, |a| {
                let mut part = a.try_slice_mut(&slice[..])?;
                // The operators panic where these shapes do not fit.
                b.try_broadcast_to(part.shape())?;
                match name {
                    "update_add" => part += &b,
                    "update_subtract" => part -= &b,
                    _ => part *= &b,
                }
                Ok(())
            })
        }
        "pick_add" => {
            let (a, index, values) = (call.array::<T>(0), call.index(1), call.operand::<T>(2));
            written(a, |a| a.try_pick_add(&index[..], values))
        }
        "ptp" => wrap(call.array::<T>(0).try_ptp_axis(call.axes(1))),
        "diff" => wrap(call.array::<T>(0).try_diff(call.int(1) as usize, call.int(2))),
        "matmul" => {
            let (a, b) = (call.array::<T>(0), call.array::<T>(1));
            wrap(a.try_matmul(&b))
        }
        _ => None,
    }
}

pub fn reals<T: Bits + Real>(call: &mut Call) -> Outcome {
    let function: fn(&Array<T>, Value<T>) -> Result<Array<T>> = match call.name {
        "quantile" => {
            let q: f64 = call.word(2).parse().ok()?;
            return wrap(call.array::<T>(0).try_quantile_axis(q, call.axes(1)));
        }
        "clip" => {
            let (a, low, high) = (call.array::<T>(0), call.operand(1), call.operand(2));
            return wrap(a.try_clip(low, high));
        }
        "isin" => {
            let (a, values) = (call.array::<T>(0), call.array::<T>(1));
            return wrap(Ok(a.isin(&values)));
        }
        "digitize" => {
            let (a, edges) = (call.array::<T>(0), call.array::<T>(1));
            return wrap(a.try_digitize(&edges, call.word(2) == "right"));
        }
        "searchsorted" => {
            let (a, values) = (call.array::<T>(0), call.operand(1));
            let side = if call.word(2) == "left" { Side::Left } else { Side::Right };
            return wrap(a.try_sort(0).and_then(|sorted| sorted.try_searchsorted(values, side)));
        }
        "less" => return binary(call, Array::<T>::try_less),
        "less_equal" => return binary(call, Array::<T>::try_less_equal),
        "greater" => return binary(call, Array::<T>::try_greater),
        "greater_equal" => return binary(call, Array::<T>::try_greater_equal),
        "remainder" => Array::<T>::try_remainder,
        "floor_divide" => Array::<T>::try_floor_divide,
        "maximum" => Array::<T>::try_maximum,
        "minimum" => Array::<T>::try_minimum,
        "fmax" => Array::<T>::try_fmax,
        "fmin" => Array::<T>::try_fmin,
        _ => return None,
    };
    binary(call, function)
}

pub fn integers<T: Bits + Integer>(call: &mut Call) -> Outcome {
    match call.name {
        "left_shift" => binary(call, Array::<T>::try_left_shift),
        "right_shift" => binary(call, Array::<T>::try_right_shift),
        "bincount" => wrap(call.array::<T>(0).try_bincount(call.int(1) as usize)),
        _ => None,
    }
}

pub fn bits<T: Bits + array_core::Bits>(call: &mut Call) -> Outcome {
    match call.name {
        "invert" => wrap(Ok(!call.array::<T>(0))),
        "bitwise_and" => binary(call, Array::<T>::try_bitwise_and),
        "bitwise_or" => binary(call, Array::<T>::try_bitwise_or),
        "bitwise_xor" => operator(
            call.array::<T>(0),
            call.operand(1),
            |a, b| a.try_bitwise_xor(b.source()),
            |a, b| a ^ b.source(),
        ),
        _ => None,
    }
}

pub fn fields<T: Bits + Math>(call: &mut Call) -> Outcome {
    let function: fn(&Array<T>) -> Array<T> = match call.name {
        "divide" => {
            let (a, b) = (call.array::<T>(0), call.operand::<T>(1));
            return wrap(a.try_div(b));
        }
        "sqrt" => Array::sqrt,
        "reciprocal" => Array::reciprocal,
        "exp" => Array::exp,
        "exp2" => Array::exp2,
        "ln" => Array::ln,
        "log2" => Array::log2,
        "log10" => Array::log10,
        "expm1" => Array::expm1,
        "log1p" => Array::log1p,
        "sin" => Array::sin,
        "cos" => Array::cos,
        "tan" => Array::tan,
        "asin" => Array::asin,
        "acos" => Array::acos,
        "atan" => Array::atan,
        "sinh" => Array::sinh,
        "cosh" => Array::cosh,
        "tanh" => Array::tanh,
        "asinh" => Array::asinh,
        "acosh" => Array::acosh,
        "atanh" => Array::atanh,
        _ => return None,
    };
    wrap(Ok(function(&call.array(0))))
}

pub fn floats<T: Bits + Float + FloatMath>(call: &mut Call) -> Outcome {
    let function: fn(&Array<T>) -> Array<T> = match call.name {
        "nanmax" => return wrap(call.array::<T>(0).try_nanmax_axis(call.axes(1))),
        "nanmin" => return wrap(call.array::<T>(0).try_nanmin_axis(call.axes(1))),
        "signbit" => return wrap(Ok(call.array::<T>(0).signbit())),
        "atan2" | "hypot" => {
            let (name, a, b) = (call.name, call.array::<T>(0), call.operand::<T>(1));
            return wrap(if name == "atan2" { a.try_atan2(b) } else { a.try_hypot(b) });
        }
        "floor" => Array::floor,
        "ceil" => Array::ceil,
        "trunc" => Array::trunc,
        "round" => Array::round,
        "cbrt" => Array::cbrt,
        _ => return None,
    };
    wrap(Ok(function(&call.array(0))))
}

pub fn complexes(call: &mut Call) -> Outcome {
    /// The parts of numbers of either type.
    macro_rules! parts {
        ($a:expr) => {
            match call.name {
                "real" => wrap(Ok($a.real())),
                "imag" => wrap(Ok($a.imag())),
                "angle" => wrap(Ok($a.angle())),
                _ => None,
            }
        };
    }
    match call.any(0) {
        AnyArray::Complex128(a) => parts!(a),
        AnyArray::Complex64(a) => parts!(a),
        _ => None,
    }
}
