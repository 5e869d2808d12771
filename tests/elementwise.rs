//! Functions of one and two operands against NumPy's, from tests/reference/elementwise.py, for all kinds of element
//! types. Exponentials and their relatives are in tests/elementary.rs.

#[path = "reference/bits.rs"]
mod bits;
#[expect(dead_code, reason = "readers for tests of other kinds of results")]
#[path = "reference/reader.rs"]
mod reader;
#[path = "reference/ulps.rs"]
mod ulps;

use array_core::{
    Array, Complex, Element, FloatMath, Math, Power, Real, Result, add_into, array, div_into, f16, map_into,
    mul_into, sub_into, try_add_into, try_map_into, zip_map, zip_update,
};
use bits::Bits;
use ulps::{parts, within};

/// One stored result: see `elementwise.py`.
struct Case<'a> {
    function: &'a str,
    tolerance: &'a str,
    numpy: &'a str,
}

impl Case<'_> {
    /// Compares a result with what is stored.
    fn gives<O: Bits>(&self, result: Result<Array<O>>) -> bool {
        let Case { function, tolerance, numpy } = self;
        let Ok(result) = result else {
            assert_eq!(*numpy, "error", "{function} of {} fails", O::DTYPE);
            return true;
        };
        assert_ne!(*numpy, "error", "{function} of {} gives {result}", O::DTYPE);
        let numpy = reader::array(numpy, ' ', O::read);
        assert_eq!(result.shape(), numpy.shape(), "{function}");
        for (i, (&ours, &numpys)) in result.iter().zip(&numpy).enumerate() {
            let same = match *tolerance {
                "bits" => ours.key() == numpys.key(),
                "value" => ours == numpys || ours.is_nan() && numpys.is_nan(),
                ulps => {
                    let ulps = ulps.parse().expect("a number");
                    ours == numpys || within(ours, numpys, ulps) && same_zeros(ours, numpys)
                }
            };
            assert!(same, "{function} of {}, number {i}: {ours:?}, NumPy's {numpys:?}", O::DTYPE);
        }
        true
    }
}

/// Whether the signs of zero parts are the same.
fn same_zeros<T: Element>(a: T, b: T) -> bool {
    let mut pairs = parts(a).into_iter().zip(parts(b));
    pairs.all(|(x, y)| x != 0.0 || y != 0.0 || x.is_sign_negative() == y.is_sign_negative())
}

/// Functions of every element type; `false` if there is no such.
fn element<T: Bits>(case: &Case, a: &Array<T>, b: &Array<T>) -> bool {
    match case.function {
        "equal" => case.gives(a.try_equal(b)),
        "not_equal" => case.gives(a.try_not_equal(b)),
        "logical_and" => case.gives(a.try_logical_and(b)),
        "logical_or" => case.gives(a.try_logical_or(b)),
        "logical_xor" => case.gives(a.try_logical_xor(b)),
        "logical_not" => case.gives(Ok(a.logical_not())),
        "maximum" => case.gives(a.try_maximum(b)),
        "minimum" => case.gives(a.try_minimum(b)),
        "fmax" => case.gives(a.try_fmax(b)),
        "fmin" => case.gives(a.try_fmin(b)),
        "isnan" => case.gives(Ok(a.isnan())),
        "isinf" => case.gives(Ok(a.isinf())),
        "isfinite" => case.gives(Ok(a.isfinite())),
        _ => false,
    }
}

/// Functions of numbers.
fn number<T: Bits + Power>(case: &Case, a: &Array<T>, b: &Array<T>) -> bool
where
    T::Abs: Bits,
{
    let two = T::ONE.add(T::ONE);
    match case.function {
        "add" => case.gives(a.try_add(b)),
        "subtract" => case.gives(a.try_sub(b)),
        "multiply" => case.gives(a.try_mul(b)),
        "power" => case.gives(a.try_power(b)),
        "power_2" => case.gives(Ok(a.power(two))) && case.gives(a.try_power(Array::full(a.shape(), two))),
        "negative" => case.gives(Ok(-a)),
        "absolute" => case.gives(Ok(a.abs())),
        "sign" => case.gives(Ok(a.sign())),
        "square" => case.gives(Ok(a.square())),
        "conj" => case.gives(Ok(a.conj())),
        _ => element(case, a, b),
    }
}

/// Functions of numbers on a line.
fn real<T: Bits + Power + Real>(case: &Case, a: &Array<T>, b: &Array<T>) -> bool {
    match case.function {
        "remainder" => case.gives(a.try_remainder(b)),
        "floor_divide" => case.gives(a.try_floor_divide(b)),
        "less" => case.gives(a.try_less(b)),
        "less_equal" => case.gives(a.try_less_equal(b)),
        "greater" => case.gives(a.try_greater(b)),
        "greater_equal" => case.gives(a.try_greater_equal(b)),
        _ => number(case, a, b),
    }
}

fn float<T: Bits + FloatMath>(case: &Case, a: &Array<T>, b: &Array<T>) -> bool {
    match case.function {
        "divide" => case.gives(a.try_div(b)),
        "copysign" => case.gives(a.try_copysign(b)),
        "hypot" => case.gives(a.try_hypot(b)),
        "arctan2" => case.gives(a.try_atan2(b)),
        "power_half" => case.gives(a.try_power(T::from_f64(0.5))),
        "floor" => case.gives(Ok(a.floor())),
        "ceil" => case.gives(Ok(a.ceil())),
        "rint" => case.gives(Ok(a.round())),
        "trunc" => case.gives(Ok(a.trunc())),
        "reciprocal" => case.gives(Ok(a.reciprocal())),
        "sqrt" => case.gives(Ok(a.sqrt())),
        "signbit" => case.gives(Ok(a.signbit())),
        _ => real(case, a, b),
    }
}

fn complex<T: Bits + Math>(case: &Case, a: &Array<T>, b: &Array<T>) -> bool
where
    T::Abs: Bits,
{
    match case.function {
        "divide" => case.gives(a.try_div(b)),
        "reciprocal" => case.gives(Ok(a.reciprocal())),
        "sqrt" => case.gives(Ok(a.sqrt())),
        "exp" => case.gives(Ok(a.exp())),
        "exp2" => case.gives(Ok(a.exp2())),
        "expm1" => case.gives(Ok(a.expm1())),
        "log" => case.gives(Ok(a.ln())),
        "log2" => case.gives(Ok(a.log2())),
        "log10" => case.gives(Ok(a.log10())),
        "log1p" => case.gives(Ok(a.log1p())),
        "sin" => case.gives(Ok(a.sin())),
        "cos" => case.gives(Ok(a.cos())),
        "tan" => case.gives(Ok(a.tan())),
        "arcsin" => case.gives(Ok(a.asin())),
        "arccos" => case.gives(Ok(a.acos())),
        "arctan" => case.gives(Ok(a.atan())),
        "sinh" => case.gives(Ok(a.sinh())),
        "cosh" => case.gives(Ok(a.cosh())),
        "tanh" => case.gives(Ok(a.tanh())),
        "arcsinh" => case.gives(Ok(a.asinh())),
        "arccosh" => case.gives(Ok(a.acosh())),
        "arctanh" => case.gives(Ok(a.atanh())),
        _ => number(case, a, b),
    }
}

#[test]
fn functions_give_what_numpys_give() {
    let mut operands = [("", ""); 2];
    let mut cases = 0;
    for line in include_str!("reference/data/elementwise.txt").lines().skip(1) {
        let fields: Vec<&str> = line.split('|').collect();
        match fields[..] {
            [name @ ("a" | "b"), dtype, text] => operands[usize::from(name == "b")] = (dtype, text),
            [function, tolerance, _, numpy] => {
                let case = Case { function, tolerance, numpy };
                macro_rules! run {
                    ($f:ident, $t:ty) => {{
                        let [a, b] = operands.map(|(_, text)| reader::array(text, ' ', <$t>::read));
                        $f(&case, &a, &b)
                    }};
                }
                let known = match operands[0].0 {
                    "float64" => run!(float, f64),
                    "float32" => run!(float, f32),
                    "float16" => run!(float, f16),
                    "int64" => run!(real, i64),
                    "int8" => run!(real, i8),
                    "uint64" => run!(real, u64),
                    "uint8" => run!(real, u8),
                    "bool" => run!(element, bool),
                    "complex128" => run!(complex, Complex<f64>),
                    "complex64" => run!(complex, Complex<f32>),
                    dtype => panic!("{dtype}"),
                };
                assert!(known, "no function {function} of {}", operands[0].0);
                cases += 1;
            }
            _ => panic!("{line}"),
        }
    }
    assert!(cases > 350, "{cases} cases");
}

#[test]
fn results_are_written_where_asked() {
    let (a, b) = (array![[1.0, 2.0], [3.0, 4.0]], array![10.0, 20.0]);
    let mut out = Array::<f64>::zeros([2, 3]);
    add_into(&mut out.slice_mut((.., 1..)), &a, &b);
    assert_eq!(out, array![[0.0, 11.0, 22.0], [0.0, 13.0, 24.0]]);
    sub_into(&mut out.slice_mut((.., 1..)), &a.t(), 1.0);
    assert_eq!(out, array![[0.0, 0.0, 2.0], [0.0, 1.0, 3.0]]);
    let mut out = Array::<f64>::zeros([2, 2]);
    mul_into(&mut out.view_mut(), &b, a.slice((.., ..1)));
    assert_eq!(out, array![[10.0, 20.0], [30.0, 60.0]]);
    div_into(&mut out.view_mut(), &b, &a);
    assert_eq!(out, &b / &a);
    map_into(&mut out.view_mut(), &b, |x| -x);
    assert_eq!(out, array![[-10.0, -20.0], [-10.0, -20.0]]);
    let mut mask = Array::<bool>::zeros(2);
    map_into(&mut mask.view_mut(), &b, |x| x > 10.0);
    assert_eq!(mask, array![false, true]);
    // Nothing broadcasts the output.
    let before = out.clone();
    assert_eq!(
        try_add_into(&mut out.view_mut(), &a, Array::zeros([3, 2, 2])).unwrap_err().to_string(),
        "add_into: shape [3, 2, 2] does not broadcast to [2, 2]"
    );
    assert!(try_map_into(&mut out.view_mut(), &Array::zeros(3), |x: f64| x).is_err());
    assert_eq!(out, before);
}

#[test]
fn several_arrays_are_zipped() {
    let a = Array::arange(0.0, 150.0, 1.0).reshape([10, 15]);
    let sum = zip_map([&a, &a.t().copy().t(), &a.flip(..).flip(..)], |[x, y, z]| (x + y + z) as i32);
    assert_eq!(sum, a.map(|x| (3.0 * x) as i32));
    assert_eq!(zip_map([&Array::scalar(2)], |[x]| x * x), Array::scalar(4));
}

/// Results that no cache can hold are stored past them.
#[test]
fn large_results_are_those_of_their_parts() {
    let x = (Array::arange(0, 7_000_003, 1) % 2003).map(|x| x as f32 - 1000.0);
    let y = x.flip(0).copy();
    let mask = x.greater(&y);
    let chosen = mask.where_(&x, &y);
    let sum = &x + &y;
    for part in [0..70, 3_499_000..3_501_000, 6_999_990..7_000_003] {
        let [x, y, sum, chosen] = [&x, &y, &sum, &chosen].map(|a| a.slice(part.clone()).to_vec());
        let mask = mask.slice(part).to_vec();
        for i in 0..x.len() {
            assert_eq!((mask[i], sum[i]), (x[i] > y[i], x[i] + y[i]));
            assert_eq!(chosen[i], if mask[i] { x[i] } else { y[i] });
        }
    }
    assert_eq!(mask.count_nonzero() as f32, mask.cast::<f32>().sum());
    assert_eq!(chosen.cast::<f64>().sum(), x.maximum(&y).cast::<f64>().sum());
    // Some elements are beyond what the shorter formulas hold for, which reversed arrays are not computed by.
    for (f, x) in [(Array::exp as fn(&Array<f32>) -> Array<f32>, &x * 0.1), (Array::sin, &x * 100.0)] {
        assert!(f(&x) == f(&x.flip(0)).flip(0));
    }
}

#[test]
fn arrays_that_are_zipped_broadcast() {
    // Runs of every length around a block of 64, more than one task, and a result that is streamed.
    for (rows, columns) in
        [(3, 1), (1, 5), (7, 63), (5, 64), (9, 65), (4, 200), (300, 1001), (3000, 1500), (1, 70_000)]
    {
        let x = (Array::arange(0, rows * columns, 1) % 1009).reshape([rows, columns]);
        let row = Array::arange(0, columns, 1) * 3;
        let column = (Array::arange(0, rows, 1) * 7).reshape([rows, 1]);
        let scalar = Array::scalar(5);
        let expected = &x * 2 - &row + &column * &scalar;
        let zipped = zip_map([&x, &row, &column, &scalar], |[x, r, c, s]| x * 2 - r + c * s);
        assert!(zipped == expected, "{rows} {columns}");
        // Neither side by side nor in row-major order.
        let (other, reversed) = (x.t().copy().t(), x.flip(1));
        let zipped = zip_map([&column, &other, &reversed], |[c, x, y]| f64::from(c - x + 2 * y));
        assert!(zipped == (&column - &x + reversed * 2).cast::<f64>(), "{rows} {columns}");
        let mut target = x.clone();
        zip_update([&mut target], [&row, &column], |[t], [r, c]| [t * r + c]);
        assert!(target == &x * &row + &column, "{rows} {columns}");
    }
    let (mut x, no_inputs) = (Array::arange(0, 1000, 1), []);
    zip_update([&mut x], no_inputs, |[x], []| [2 * x]);
    assert_eq!(x, Array::arange(0, 2000, 2));
    let empty = zip_map([&Array::<f32>::zeros([3, 0]), &Array::zeros([3, 1])], |[x, y]| x + y);
    assert_eq!(empty.shape(), [3, 0]);
    // Elements of different types.
    let signed = array![[1.0], [-2.0]].zip_map(&array![true, false], |x, keep| if keep { x } else { 0.0 });
    assert_eq!(signed, array![[1.0, 0.0], [-2.0, 0.0]]);
}

#[test]
#[should_panic(
    expected = "zip_map: shapes [2] and [3] do not broadcast: axis -1 is 2 in one and 3 in the other"
)]
fn arrays_that_do_not_broadcast_are_not_zipped() {
    zip_map([&Array::<f64>::zeros(2), &Array::zeros(3)], |[x, y]| x + y);
}

#[test]
#[should_panic(expected = "zip_update: shape [3] does not broadcast to [2]")]
fn targets_are_not_stretched() {
    zip_update([&mut Array::<f64>::zeros(2)], [&Array::zeros(3)], |[x], [y]| [x + y]);
}
