//! Exponentials, logarithms and their relatives: within their stated errors of the exact values, which come from
//! tests/reference/elementary.py, with C's special values, and the same bits for every instruction set.

use array_core::{Array, Element, Float, FloatMath, Isa, bf16, f16, step, with_isa};

/// A function: its name, its form for arrays, and the greatest error stated for `f64` and `f32`, in ulp.
struct Function {
    name: &'static str,
    f64: fn(&Array<f64>) -> Array<f64>,
    f32: fn(&Array<f32>) -> Array<f32>,
    bounds: [f64; 2],
    /// The function of `f64` by the system's library, an oracle good enough for `f32`.
    oracle: fn(f64) -> f64,
}

macro_rules! functions {
    ($($name:ident, [$f64:literal, $f32:literal], $oracle:expr;)*) => {
        [$(Function {
            name: stringify!($name),
            f64: Array::<f64>::$name,
            f32: Array::<f32>::$name,
            bounds: [$f64, $f32],
            oracle: $oracle,
        }),*]
    };
}

fn functions() -> Vec<Function> {
    Vec::from(functions! {
        exp, [0.8, 0.8], f64::exp;
        exp2, [0.8, 0.8], f64::exp2;
        expm1, [1.2, 1.2], f64::exp_m1;
        ln, [0.9, 0.9], f64::ln;
        log2, [0.9, 0.9], f64::log2;
        log10, [0.9, 0.9], f64::log10;
        log1p, [0.9, 0.9], f64::ln_1p;
        tanh, [1.5, 1.5], f64::tanh;
        sigmoid, [1.1, 1.0], |x| 1.0 / (1.0 + (-x).exp());
        erf, [0.9, 1.1], FloatMath::erf;
        sin, [0.8, 0.8], f64::sin;
        cos, [0.8, 0.8], f64::cos;
        tan, [0.8, 0.8], f64::tan;
        asin, [0.8, 0.51], f64::asin;
        acos, [0.8, 0.51], f64::acos;
        atan, [0.8, 0.51], f64::atan;
        sinh, [1.5, 0.51], f64::sinh;
        cosh, [1.5, 0.51], f64::cosh;
        asinh, [1.5, 0.51], f64::asinh;
        acosh, [1.5, 0.51], f64::acosh;
        atanh, [1.5, 0.51], f64::atanh;
        cbrt, [0.501, 0.501], f64::cbrt;
    })
}

/// Numbers as integers in the same order, neighbours one apart.
fn ordered(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}

#[test]
fn f64_functions_keep_their_bounds() {
    for Function { name, f64, bounds, .. } in functions() {
        let path = format!("{}/tests/reference/data/elementary/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let reference = std::fs::read_to_string(&path).expect("a reference");
        let number = |hex: &str| f64::from_bits(u64::from_str_radix(hex, 16).expect("bits"));
        let lines: Vec<(f64, f64, f64)> = reference
            .lines()
            .map(|line| {
                let [x, y, missing] = line.split(' ').collect::<Vec<_>>()[..] else {
                    panic!("a line of {path}")
                };
                (number(x), number(y), missing.parse::<f64>().expect("thousandths") / 1000.0)
            })
            .collect();
        assert!(lines.len() > 100);
        let x = Array::from_vec(lines.iter().map(|line| line.0).collect::<Vec<_>>(), lines.len());
        for ((x, y, missing), &got) in lines.into_iter().zip(&f64(&x)) {
            if y.is_nan() {
                assert!(got.is_nan(), "{name}({x:e}) = {got:e}, not NaN");
                continue;
            }
            let error = ((ordered(got) - ordered(y)) as f64 - missing).abs();
            assert!(error <= bounds[0], "{name}({x:e}) = {got:e} is {error:.3} ulp off {y:e}");
        }
    }
}

/// How far `got` lies from the exact result, in ulp of `f32`.
fn ulps(got: f32, exact: f64) -> f64 {
    let exponent = (exact.abs().to_bits() >> 52) as i32 - 1023;
    (f64::from(got) - exact).abs() / 2f64.powi(exponent.max(-126) - 23)
}

#[test]
fn f32_functions_keep_their_bounds() {
    // A prime step meets all kinds of mantissas.
    let x: Vec<f32> = (0..=u32::MAX).step_by(3989).map(f32::from_bits).collect();
    let x = Array::from_vec(x.clone(), x.len());
    for Function { name, f32, bounds, oracle, .. } in functions() {
        for (&x, &got) in x.iter().zip(&f32(&x)) {
            let exact = oracle(f64::from(x));
            let nearest = exact as f32;
            if !nearest.is_finite() || !got.is_finite() {
                assert!(got == nearest || got.is_nan() && nearest.is_nan(), "{name}({x:e}) = {got:e}");
            } else {
                let error = ulps(got, exact);
                assert!(error <= bounds[1], "{name}({x:e}) = {got:e} is {error:.3} ulp off {exact:e}");
            }
        }
    }
}

/// The results at ±0, ±∞ and NaN, in this order, as C99's annex F has them.
#[test]
fn special_values_are_cs() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    const QUARTER: f64 = std::f64::consts::FRAC_PI_2;
    let expected: [(&str, [f64; 4]); 22] = [
        ("exp", [1.0, 1.0, INF, 0.0]),
        ("exp2", [1.0, 1.0, INF, 0.0]),
        ("expm1", [0.0, -0.0, INF, -1.0]),
        ("ln", [-INF, -INF, INF, NAN]),
        ("log2", [-INF, -INF, INF, NAN]),
        ("log10", [-INF, -INF, INF, NAN]),
        ("log1p", [0.0, -0.0, INF, NAN]),
        ("tanh", [0.0, -0.0, 1.0, -1.0]),
        ("sigmoid", [0.5, 0.5, 1.0, 0.0]),
        ("erf", [0.0, -0.0, 1.0, -1.0]),
        ("sin", [0.0, -0.0, NAN, NAN]),
        ("cos", [1.0, 1.0, NAN, NAN]),
        ("tan", [0.0, -0.0, NAN, NAN]),
        ("asin", [0.0, -0.0, NAN, NAN]),
        ("acos", [QUARTER, QUARTER, NAN, NAN]),
        ("atan", [0.0, -0.0, QUARTER, -QUARTER]),
        ("sinh", [0.0, -0.0, INF, -INF]),
        ("cosh", [1.0, 1.0, INF, INF]),
        ("asinh", [0.0, -0.0, INF, -INF]),
        ("acosh", [NAN, NAN, INF, NAN]),
        ("atanh", [0.0, -0.0, NAN, NAN]),
        ("cbrt", [0.0, -0.0, INF, -INF]),
    ];
    let x = Array::from_vec([0.0, -0.0, INF, -INF, NAN, -NAN], 6);
    for Function { name, f64, f32, .. } in functions() {
        let (_, expected) = expected.iter().find(|row| row.0 == name).expect("a row per function");
        let wide = f64(&x).to_vec();
        let narrow = f32(&x.map(|x| x as f32)).map(f64::from).to_vec();
        for got in [wide, narrow] {
            // π/2 differs between the formats.
            let same = |(a, b): (&f64, &f64)| {
                a.to_bits() == b.to_bits()
                    || *a as f32 == *b as f32 && b.abs() == QUARTER
                    || a.is_nan() && b.is_nan()
            };
            assert!(got.iter().zip(expected).all(same), "{name}: {got:?}, not {expected:?}");
            assert!(got[4].is_nan() && got[5].is_nan(), "{name}: {got:?}");
        }
    }
}

/// Compares results as bits; all NaNs are one.
fn same_bits<T: Float>(a: &Array<T>, b: &Array<T>) -> bool {
    let sign = |x: T| x.is_sign_negative();
    a.iter().zip(b).all(|(&a, &b)| a == b && sign(a) == sign(b) || a.is_nan() && b.is_nan())
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    // Vectors and remainders, from all numbers there are.
    let narrow: Vec<f32> = (0..=u32::MAX).step_by(199_999).map(f32::from_bits).collect();
    let wide: Vec<f64> = (0..=u64::MAX).step_by(0x3_ffff_ffff_ffff).map(f64::from_bits).collect();
    let near = (-4000..4000).map(|i| f64::from(i) * 0.01);
    let narrow = Array::from_vec(narrow.clone(), narrow.len());
    let wide: Vec<f64> = wide.into_iter().chain(near).collect();
    let wide = Array::from_vec(wide.clone(), wide.len());
    for Function { name, f64, f32, .. } in functions() {
        let (a, b) = with_isa(Isa::Portable, || (f32(&narrow), f64(&wide)));
        for isa in [Isa::Avx2, Isa::Avx512] {
            let (c, d) = with_isa(isa, || (f32(&narrow), f64(&wide)));
            assert!(same_bits(&a, &c) && same_bits(&b, &d), "{name} depends on {isa:?}");
        }
    }
}

/// Strided and reversed arrays take other loops than contiguous ones.
#[test]
fn strides_change_nothing() {
    fn check<T: Element + FloatMath>() {
        let x = Array::from_fn([3, 100], |i| T::from_f64((i[0] * 100 + i[1]) as f64 * 0.1 - 15.0));
        for spec in [(step(.., 2), step(.., 3)), (step(.., 1), step(.., -1)), (step(1.., -1), step(.., 1))] {
            assert_eq!(x.slice(spec).tanh(), x.tanh().slice(spec));
        }
        assert_eq!(x.t().slice((.., 1)).exp(), x.exp().slice((1, ..)));
    }
    check::<f64>();
    check::<f32>();
    check::<f16>();
    check::<bf16>();
}
