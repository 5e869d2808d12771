//! Results against what is stored.

use array_core::io::{AnyArray, ByteOrder};
use array_core::{Array, Complex, Element, Float, Result as ArrayResult, f16};

use super::bound::Bound;
use super::call::{dtype, numbers};
use super::ops::each;

/// One NaN for all.
fn canonical<T: Float>(a: &Array<T>) -> Array<T> {
    a.map(|x| if x.is_nan() { T::NAN } else { x })
}

/// The checksum of dtype, shape and elements.
fn checksum(any: &AnyArray) -> u32 {
    let shape: Vec<String> = any.shape().iter().map(|n| n.to_string()).collect();
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(format!("{}({})", any.dtype(), shape.join(",")).as_bytes());
    let part = |a: Array<f64>| canonical(&a);
    let one_nan = match any {
        AnyArray::Float64(a) => canonical(a).into(),
        AnyArray::Float32(a) => canonical(a).into(),
        AnyArray::Float16(a) => canonical(a).into(),
        AnyArray::Complex128(a) => part(a.real()).zip_map(&part(a.imag()), Complex::new).into(),
        AnyArray::Complex64(a) => canonical(&a.real()).zip_map(&canonical(&a.imag()), Complex::new).into(),
        exact => exact.clone(),
    };
    hasher.update(&one_nan.to_le_bytes());
    hasher.finalize()
}

/// Zeros without signs, in the same layout.
fn signless(any: AnyArray) -> AnyArray {
    match any {
        AnyArray::Float64(a) => (a + 0.0).into(),
        AnyArray::Float32(a) => (a + 0.0).into(),
        AnyArray::Float16(a) => (a + f16::ZERO).into(),
        AnyArray::Complex128(a) => (a + Complex::new(0.0, 0.0)).into(),
        AnyArray::Complex64(a) => (a + Complex::new(0.0, 0.0)).into(),
        exact => exact,
    }
}

/// Stored elements: `dtype(shape):hexadecimal`.
fn stored(text: &str) -> AnyArray {
    let (kind, hex) = text.split_once(':').unwrap();
    let shape: Vec<usize> = numbers(&kind[1..]).iter().map(|&n| n as usize).collect();
    let bytes: Vec<u8> =
        (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect();
    AnyArray::from_reader(&bytes[..], ByteOrder::Little, dtype(&kind[..1]), &shape).unwrap()
}

/// The values of one array in the layout of another.
fn adopt<T: Element>(mut ours: Array<T>, values: &AnyArray) -> Array<T> {
    ours.view_mut().assign(values.clone().try_into::<T>().unwrap());
    ours
}

/// What the program goes on with: `None` after an expected error. Else what is wrong.
pub fn compare(
    result: ArrayResult<AnyArray>,
    expected: &str,
    bound: Option<Bound>,
) -> Result<Option<AnyArray>, String> {
    let result = match (result, expected) {
        (Err(_), "!") => return Ok(None),
        (Ok(result), "!") => return Err(format!("NumPy raises an error, this gives {result:?}")),
        (Err(error), _) => return Err(error.to_string()),
        (Ok(result), _) => result,
    };
    if let Some(bound) = bound {
        let values = stored(&expected[1..]);
        if (result.dtype(), result.shape()) != (values.dtype(), values.shape()) {
            return Err(format!("{result:?}\n  is not alike {values:?}"));
        }
        bound.check(&result, &values)?;
        return Ok(Some(each!(result, a => adopt(a, &values).into())));
    }
    let result = if expected.starts_with('0') { signless(result) } else { result };
    let ours = format!("{:08x}", checksum(&result));
    if ours == expected[1..] { Ok(Some(result)) } else { Err(format!("{result:?}")) }
}
