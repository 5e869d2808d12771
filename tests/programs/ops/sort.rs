//! Sorting, each value once, and places of values.

use array_core::{Array, Result, SortKey, try_lexsort};

use super::{Outcome, each, wrap};
use crate::bits::Bits;
use crate::call::Call;

/// Keys of several element types.
pub fn lexsort(call: &mut Call) -> Result<Array<i64>> {
    let keys: Vec<Box<dyn SortKey>> =
        (1..call.len()).map(|i| each!(call.any(i), key => Box::new(key) as Box<dyn SortKey>)).collect();
    let keys: Vec<&dyn SortKey> = keys.iter().map(|key| &**key).collect();
    try_lexsort(&keys, call.int(0))
}

/// Element `k` along an axis, which stays.
fn chosen<T: Bits>(a: &Array<T>, k: isize, axis: isize) -> Result<Array<T>> {
    let mut shape = a.shape().to_vec();
    let ndim = a.ndim() as isize;
    shape[(axis + ndim) as usize % ndim as usize] = 1;
    a.try_take_along_axis(&Array::full(shape, k as i64), axis)
}

pub fn run<T: Bits>(call: &mut Call) -> Outcome {
    match call.name {
        "sort" => wrap(call.array::<T>(0).try_sort(call.int(1))),
        "argsort" => wrap(call.array::<T>(0).try_argsort(call.int(1))),
        "partition" => {
            let (k, axis) = (call.int(1), call.int(2));
            wrap(call.array::<T>(0).try_partition(k, axis).and_then(|a| chosen(&a, k, axis)))
        }
        "argpartition" => {
            let (a, k, axis) = (call.array::<T>(0), call.int(1), call.int(2));
            let at = a.try_argpartition(k, axis).and_then(|at| chosen(&at, k, axis));
            wrap(at.and_then(|at| a.try_take_along_axis(&at, axis)))
        }
        "topk" => {
            wrap(call.array::<T>(0).try_topk(call.int(1) as usize, call.int(2)).map(|(values, _)| values))
        }
        "unique" => wrap(Ok(call.array::<T>(0).unique())),
        "unique_all" => {
            let unique = call.array::<T>(0).unique_all();
            match call.int(1) {
                0 => wrap(Ok(unique.values)),
                1 => wrap(Ok(unique.indices)),
                2 => wrap(Ok(unique.inverse)),
                _ => wrap(Ok(unique.counts)),
            }
        }
        _ => None,
    }
}
