//! Elements read and written by index, and chosen.

use array_core::{Array, DType, Integer, Result, try_select};

use super::{Outcome, wrap};
use crate::bits::Bits;
use crate::call::{Call, Value};

/// The array after a write. One that fails must not have written anything.
pub fn written<T: Bits>(mut a: Array<T>, write: impl FnOnce(&mut Array<T>) -> Result<()>) -> Outcome {
    let before = a.copy();
    let done = write(&mut a);
    if done.is_err() {
        let same = a.iter().zip(&before).all(|(x, y)| x == y || (x.is_nan() && y.is_nan()));
        assert!(same, "a write that failed has written");
    }
    wrap(done.map(|()| a))
}

/// An index array of whatever type as `i64`.
fn positions(call: &mut Call, i: usize) -> Array<i64> {
    call.any(i).cast()
}

/// A choice by numbers of their own type.
fn choose<T: Bits>(call: &mut Call) -> Outcome {
    fn by<I: Integer, T: Bits>(call: &mut Call) -> Outcome {
        let (numbers, choices) = (call.array::<I>(0), call.arrays::<T>(1));
        wrap(numbers.try_choose(&choices))
    }
    match call.dtype(0) {
        DType::UInt8 => by::<u8, T>(call),
        _ => by::<u32, T>(call),
    }
}

pub fn run<T: Bits>(call: &mut Call) -> Outcome {
    match call.name {
        "pick" => {
            let (a, index) = (call.array::<T>(0), call.index(1));
            wrap(a.try_pick(&index[..]))
        }
        "assign" => {
            let (a, slice, index, values) =
                (call.array::<T>(0), call.slice(1), call.index(1), call.operand(2));
            match slice {
                Some(slice) => written(a, |a| a.try_slice_mut(&slice[..])?.try_assign(values)),
                None => written(a, |a| a.try_pick_assign(&index[..], values)),
            }
        }
        "assign_part" => {
            let (a, first, second) = (call.array::<T>(0), call.slice(1)?, call.slice(2));
            let (index, values) = (call.index(2), call.operand(3));
            written(a, |a| {
                let mut part = a.try_slice_mut(&first[..])?;
                match second {
                    Some(second) => part.try_slice_mut(&second[..])?.try_assign(values),
                    None => part.try_pick_assign(&index[..], values),
                }
            })
        }
        "diagonal_assign" => {
            let (a, values) = (call.array::<T>(0), call.operand(4));
            let (k, axis1, axis2) = (call.int(1), call.int(2), call.int(3));
            written(a, |a| a.try_diagonal_mut(k, axis1, axis2)?.try_assign(values))
        }
        "mask" => {
            let (a, mask) = (call.array::<T>(0), call.array::<bool>(1));
            wrap(a.try_mask(&mask))
        }
        "mask_assign" => {
            let (a, mask, values) = (call.array::<T>(0), call.array::<bool>(1), call.operand(2));
            written(a, |a| a.try_mask_assign(&mask, values))
        }
        "take" => {
            let (a, at) = (call.array::<T>(0), positions(call, 1));
            wrap(a.try_take(&at, call.int(2)))
        }
        "take_along_axis" => {
            let (a, at) = (call.array::<T>(0), positions(call, 1));
            wrap(a.try_take_along_axis(&at, call.int(2)))
        }
        "put_along_axis" => {
            let (a, at, values) = (call.array::<T>(0), positions(call, 1), call.operand(2));
            let axis = call.int(3);
            written(a, |a| a.try_put_along_axis(&at, values, axis))
        }
        "compress" => {
            let (a, condition) = (call.array::<T>(0), call.array::<bool>(1));
            wrap(a.try_compress(&condition, call.int(2)))
        }
        "nonzero" => wrap(call.array::<T>(0).try_nonzero().map(|at| at[call.int(1) as usize].clone())),
        "argwhere" => wrap(Ok(call.array::<T>(0).argwhere())),
        "flatnonzero" => wrap(Ok(call.array::<T>(0).flatnonzero())),
        "where" => {
            let (mask, x, y) = (call.array::<bool>(0), call.operand::<T>(1), call.operand::<T>(2));
            wrap(mask.try_where(x, y))
        }
        "choose" => choose::<T>(call),
        "select" => {
            let masks = [call.array::<bool>(0), call.array(1)];
            let choices = [call.array::<T>(2), call.array(3)];
            let Value::Scalar(default) = call.operand::<T>(4) else { return None };
            wrap(try_select(&masks, &choices, default))
        }
        _ => None,
    }
}
