//! Elements as texts, by their type: the `DType` tells it, and the cast to that type changes nothing.

use half::{bf16, f16};
use num_complex::Complex;

use super::float;
use crate::dtype::DType;
use crate::element::{Element, Float};
use crate::number::Cast;

/// Values as texts of one width; floats with at most `decimals` digits after the point.
pub fn column<T: Element>(values: &[T], decimals: usize) -> Vec<String> {
    match T::DTYPE {
        DType::Float64 => floats::<T, f64>(values, decimals),
        DType::Float32 => floats::<T, f32>(values, decimals),
        DType::Float16 => floats::<T, f16>(values, decimals),
        DType::BFloat16 => floats::<T, bf16>(values, decimals),
        DType::Complex128 => complexes::<T, f64>(values, decimals),
        DType::Complex64 => complexes::<T, f32>(values, decimals),
        // As wide as "False", also where all are true.
        DType::Bool => values.iter().map(|&x| format!("{:>5}", single(x))).collect(),
        _ => integers(values),
    }
}

/// One value by itself, as Python prints a number.
pub fn single<T: Element>(x: T) -> String {
    match T::DTYPE {
        DType::Float64 => single_float::<f64>(x.cast()),
        DType::Float32 => single_float::<f32>(x.cast()),
        DType::Float16 => single_float::<f16>(x.cast()),
        DType::BFloat16 => single_float::<bf16>(x.cast()),
        DType::Complex128 => single_complex::<f64>(x.cast()),
        DType::Complex64 => single_complex::<f32>(x.cast()),
        DType::Bool => if x.cast() { "True" } else { "False" }.to_string(),
        _ => format!("{x:?}"),
    }
}

fn integers<T: Element>(values: &[T]) -> Vec<String> {
    let texts: Vec<String> = values.iter().map(|x| format!("{x:?}")).collect();
    let width = texts.iter().map(String::len).max().unwrap_or(0);
    texts.iter().map(|text| format!("{text:>width$}")).collect()
}

fn floats<T: Element, U: Float>(values: &[T], decimals: usize) -> Vec<String> {
    let values: Vec<U> = values.iter().map(|&x| x.cast()).collect();
    float::column(&values, decimals, false)
}

/// Real and imaginary parts are columns of their own.
fn complexes<T: Element, U: Float>(values: &[T], decimals: usize) -> Vec<String>
where
    Complex<U>: Cast,
{
    let (re, im): (Vec<U>, Vec<U>) =
        values.iter().map(|&x| x.cast()).map(|z: Complex<U>| (z.re, z.im)).unzip();
    let (re, im) = (float::column(&re, decimals, false), float::column(&im, decimals, true));
    let join = |(re, im): (String, String)| {
        let (digits, padding) = im.split_at(im.trim_end().len());
        format!("{re}{digits}j{padding}")
    };
    re.into_iter().zip(im).map(join).collect()
}

fn single_float<U: Float>(x: U) -> String {
    let text = float::single(x, false);
    let is_whole = text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
    if is_whole { text + ".0" } else { text }
}

fn single_complex<U: Float>(z: Complex<U>) -> String {
    if z.re == U::ZERO && !z.re.is_sign_negative() {
        format!("{}j", float::single(z.im, false))
    } else {
        format!("({}{}j)", float::single(z.re, false), float::single(z.im, true))
    }
}
