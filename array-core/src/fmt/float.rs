//! Floats: columns aligned at the point, and single values.

use super::digits::Decimal;
use crate::dtype::DType;
use crate::element::Float;

/// A finite float in the parts that a column aligns.
struct Parts {
    /// The sign and the digits before the point.
    whole: String,
    fraction: String,
    /// In scientific notation.
    exponent: Option<i32>,
}

impl Parts {
    fn positional<T: Float>(x: T, decimals: usize, plus: bool) -> Parts {
        let (whole, fraction) = Decimal::positional(x, decimals);
        Parts { whole: sign(x, plus).to_string() + &whole, fraction, exponent: None }
    }

    fn scientific<T: Float>(x: T, decimal: Decimal, plus: bool) -> Parts {
        let Decimal { digits, exponent } = decimal;
        let (whole, fraction) = digits.split_at(1);
        let whole = sign(x, plus).to_string() + whole;
        Parts { whole, fraction: fraction.to_string(), exponent: Some(exponent) }
    }
}

fn sign<T: Float>(x: T, plus: bool) -> &'static str {
    if x.is_sign_negative() && !x.is_nan() {
        "-"
    } else if plus {
        "+"
    } else {
        ""
    }
}

fn non_finite<T: Float>(x: T, plus: bool) -> String {
    sign(x, plus).to_string() + if x.is_nan() { "nan" } else { "inf" }
}

/// 10 to the number of decimal digits that the type can hold, `numpy.finfo`'s `precision`.
fn first_inexact<T: Float>() -> f64 {
    10f64.powf((-T::EPSILON.to_f64().log10()).floor())
}

/// Whether a column is shown in scientific notation: it has large values, small ones, or a wide range of them.
fn wants_exponent<T: Float>(values: &[T]) -> bool {
    let sizes = values.iter().filter(|x| x.is_finite() && **x != T::ZERO).map(|x| x.abs());
    let (max, min) = sizes.fold((T::ZERO, T::HIGHEST), |(max, min), x| (max.maximum(x), min.minimum(x)));
    max != T::ZERO
        && (max >= T::from_f64(first_inexact::<T>().min(1e8))
            || min < T::from_f64(1e-4)
            || max.div(min) > T::from_f64(1e3))
}

/// Values as texts of one width, with at most `decimals` digits after the point; `plus` shows both signs.
pub fn column<T: Float>(values: &[T], decimals: usize, plus: bool) -> Vec<String> {
    let finite = |x: &T| x.is_finite().then_some(*x);
    let parts: Vec<Option<Parts>> = if wants_exponent(values) {
        // All values get as many digits as one of them needs.
        let needed = |x: T| Decimal::at_most(x, decimals).digits.len() - 1;
        let decimals = values.iter().filter_map(finite).map(needed).max().unwrap_or(0);
        let scientific = |x: T| Parts::scientific(x, Decimal::exactly(x, decimals), plus);
        values.iter().map(|x| finite(x).map(scientific)).collect()
    } else {
        let positional = |x: T| Parts::positional(x, decimals, plus);
        values.iter().map(|x| finite(x).map(positional)).collect()
    };

    let widest = |width: fn(&Parts) -> usize| parts.iter().flatten().map(width).max().unwrap_or(0);
    let fraction = widest(|parts| parts.fraction.len());
    // "+05": at least two digits.
    let exponent = widest(|parts| parts.exponent.map_or(0, |e| format!("{e:+03}").len()));
    let right = fraction + if exponent > 0 { 1 + exponent } else { 0 };
    let mut left = widest(|parts| parts.whole.len());
    if parts.iter().any(Option::is_none) {
        // As wide as an infinity would be, also if there are only NaNs.
        let signed = plus || values.contains(&T::LOWEST);
        left = left.max((3 + usize::from(signed)).saturating_sub(right + 1));
    }

    let cell = |(&x, parts): (&T, Option<Parts>)| match parts {
        None => format!("{:>1$}", non_finite(x, plus), left + 1 + right),
        Some(Parts { whole, fraction: digits, exponent: None }) => {
            format!("{whole:>left$}.{digits:<fraction$}")
        }
        Some(Parts { whole, fraction: digits, exponent: Some(e) }) => {
            format!("{whole:>left$}.{digits}e{e:+0exponent$}")
        }
    };
    values.iter().zip(parts).map(cell).collect()
}

/// One value by itself: as few digits as identify it, without a point if it has no fraction.
pub fn single<T: Float>(x: T, plus: bool) -> String {
    if !x.is_finite() {
        return non_finite(x, plus);
    }
    let size = x.abs().to_f64();
    let most = if T::DTYPE == DType::Float64 { 1e16 } else { first_inexact::<T>() };
    let Parts { whole, fraction, exponent } = if size == 0.0 || (1e-4..most).contains(&size) {
        Parts::positional(x, usize::MAX, plus)
    } else {
        Parts::scientific(x, Decimal::shortest(x), plus)
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let exponent = exponent.map_or(String::new(), |e| format!("e{e:+03}"));
    whole + point + &fraction + &exponent
}
