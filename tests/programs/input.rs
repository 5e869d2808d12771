//! Input arrays: elements by formula, in several layouts.

use array_core::io::AnyArray;
use array_core::{Array, Cast, Complex, DType, Element, Number, f16, step};

use super::call::{dtype, numbers};

/// Output number `i + 1` of splitmix64 from this seed (Steele, Lea & Flood 2014).
fn random_bits(seed: u64, i: u64) -> u64 {
    let mut z = seed.wrapping_add((i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The greatest, the least normal and the least number of a float type, and the distance from 1 to the next.
fn format(dtype: DType) -> [f64; 4] {
    match dtype {
        DType::Float16 => [
            f16::MAX.to_f64(),
            f16::MIN_POSITIVE.to_f64(),
            f16::MIN_POSITIVE_SUBNORMAL.to_f64(),
            f16::EPSILON.to_f64(),
        ],
        DType::Float32 => [f32::MAX, f32::MIN_POSITIVE, f32::from_bits(1), f32::EPSILON].map(f64::from),
        _ => [f64::MAX, f64::MIN_POSITIVE, f64::from_bits(1), f64::EPSILON],
    }
}

/// The least and the greatest number of an integer type.
fn limits(dtype: DType) -> (i128, i128) {
    let bits = 8 * dtype.itemsize() as u32;
    match dtype {
        DType::UInt64 | DType::UInt32 | DType::UInt16 | DType::UInt8 => (0, (1 << bits) - 1),
        _ => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
    }
}

fn is_float(dtype: DType) -> bool {
    matches!(dtype, DType::Float64 | DType::Float32 | DType::Float16)
}

/// An element before it is rounded, or wrapped, to its type.
fn element(dtype: DType, kind: &str, z: u64) -> Number {
    let high = (z >> 33) as i64;
    let signed = limits(dtype).0 < 0 || is_float(dtype);
    let number = Number::Signed;
    if dtype == DType::Bool {
        return number(high % 2);
    }
    if let Some(n) = kind.strip_prefix('x') {
        let n: i64 = n.parse().unwrap();
        return number(if signed { high % (2 * n) - n } else { high % n });
    }
    match kind {
        "p" => number(high % 7),
        "t" => number(high % 3 - i64::from(signed)),
        "s" if is_float(dtype) => Number::Double((high % 41 - 20) as f64 / 4.0),
        "s" => number(high % 19 - 9 * i64::from(signed)),
        "e" if !z.is_multiple_of(4) => {
            if is_float(dtype) {
                let [top, tiny, least, eps] = format(dtype);
                let (inf, nan) = (f64::INFINITY, f64::NAN);
                let extremes = [
                    0.0,
                    -0.0,
                    inf,
                    -inf,
                    nan,
                    1.0,
                    -1.0,
                    0.5,
                    top,
                    -top,
                    tiny,
                    least,
                    -least,
                    1.0 + eps,
                    2.5,
                    -3.5,
                ];
                return Number::Double(extremes[high as usize % extremes.len()]);
            }
            let (min, max) = limits(dtype);
            let mut extremes = vec![min, max, 0, 1, max - 1, 2, min + 1, 3];
            if signed {
                extremes.extend([-1, -2]);
            }
            Number::Unsigned(extremes[high as usize % extremes.len()] as u64)
        }
        _ if is_float(dtype) => Number::Double(((z >> 11) as f64 / (1u64 << 53) as f64 - 0.5) * 16.0),
        _ => Number::Unsigned(z),
    }
}

fn contiguous(dtype: DType, kind: &str, seed: u64, shape: &[isize]) -> AnyArray {
    let size: isize = shape.iter().product();
    // Numbers first, elements then: two steps that are each compiled once per type.
    fn typed<T: Element>(shape: &[isize], numbers: impl Iterator<Item = Number>) -> Array<T> {
        let elements: Vec<T> = numbers.map(T::from_number).collect();
        Array::from_vec(elements, shape)
    }
    let of = |dtype| move |i: isize| element(dtype, kind, random_bits(seed, i as u64));
    let part = match dtype {
        DType::Complex128 => DType::Float64,
        DType::Complex64 => DType::Float32,
        _ => dtype,
    };
    let parts = (0..size).map(|i| {
        let [re, im] = [2 * i, 2 * i + 1].map(|at| f64::from_number(of(part)(at)));
        Number::Complex(Complex::new(re, im))
    });
    let numbers = (0..size).map(of(dtype));
    match dtype {
        DType::Float64 => typed::<f64>(shape, numbers).into(),
        DType::Float32 => typed::<f32>(shape, numbers).into(),
        DType::Float16 => typed::<f16>(shape, numbers).into(),
        DType::Int64 => typed::<i64>(shape, numbers).into(),
        DType::Int32 => typed::<i32>(shape, numbers).into(),
        DType::Int16 => typed::<i16>(shape, numbers).into(),
        DType::Int8 => typed::<i8>(shape, numbers).into(),
        DType::UInt64 => typed::<u64>(shape, numbers).into(),
        DType::UInt32 => typed::<u32>(shape, numbers).into(),
        DType::UInt16 => typed::<u16>(shape, numbers).into(),
        DType::UInt8 => typed::<u8>(shape, numbers).into(),
        DType::Bool => typed::<bool>(shape, numbers).into(),
        DType::Complex128 => typed::<Complex<f64>>(shape, parts).into(),
        DType::Complex64 => typed::<Complex<f32>>(shape, parts).into(),
        other => panic!("inputs of {other}"),
    }
}

fn laid_out<T: Element>(a: Array<T>, layout: &str, shape: &[isize]) -> Array<T> {
    let every = |n: isize| vec![step(.., n); shape.len()];
    match layout {
        "t" => a.t(),
        "r" => a.slice(&every(-1)[..]),
        "s" => a.slice(&every(2)[..]),
        "b" => a.broadcast_to(shape),
        _ => a,
    }
}

/// An input from the words `dtype (shape) layout kind seed`.
pub fn make(words: &[&str]) -> AnyArray {
    let [letter, shape, layout, kind, seed] = words[..] else { panic!("{words:?}") };
    let shape = numbers(shape);
    let base: Vec<isize> = match layout {
        "s" => shape.iter().map(|n| 2 * n).collect(),
        "t" => shape.iter().rev().copied().collect(),
        "b" => [&[1], &shape[1..]].concat(),
        _ => shape.clone(),
    };
    let any = contiguous(dtype(letter), kind, seed.parse().unwrap(), &base);
    super::ops::each!(any, a => laid_out(a, layout, &shape).into())
}
