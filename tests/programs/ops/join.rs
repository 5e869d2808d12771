//! Arrays joined, and parts put in and taken out.

use array_core::{try_concatenate, try_dstack, try_hstack, try_stack, try_vstack};

use super::{Outcome, wrap};
use crate::bits::Bits;
use crate::call::Call;

pub fn run<T: Bits>(call: &mut Call) -> Outcome {
    match call.name {
        "concatenate" => wrap(try_concatenate(&call.arrays::<T>(1), call.int(0))),
        "stack" => wrap(try_stack(&call.arrays::<T>(1), call.int(0))),
        "vstack" => wrap(try_vstack(&call.arrays::<T>(0))),
        "hstack" => wrap(try_hstack(&call.arrays::<T>(0))),
        "dstack" => wrap(try_dstack(&call.arrays::<T>(0))),
        "append" => {
            let (a, values) = (call.array::<T>(0), call.array::<T>(1));
            wrap(a.try_append(&values, call.int(2)))
        }
        "insert" => {
            let (a, at, values) = (call.array::<T>(0), call.index(1).remove(0), call.operand::<T>(2));
            wrap(a.try_insert(at, values, call.int(3)))
        }
        "delete" => {
            let (a, at) = (call.array::<T>(0), call.index(1).remove(0));
            wrap(a.try_delete(at, call.int(2)))
        }
        _ => None,
    }
}
