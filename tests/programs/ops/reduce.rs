//! Reductions that every element type has.

use array_core::Array;

use super::{Outcome, wrap};
use crate::bits::Bits;
use crate::call::Call;

pub fn run<T: Bits>(call: &mut Call) -> Outcome {
    let ddof = if call.len() > 2 { call.word(2).parse().unwrap_or(0) } else { 0 };
    let all = call.word(1.min(call.len() - 1)) == "..";
    match call.name {
        "any" => wrap(call.array::<T>(0).try_any_axis(call.axes(1))),
        "all" => wrap(call.array::<T>(0).try_all_axis(call.axes(1))),
        "count_nonzero" => wrap(call.array::<T>(0).try_count_nonzero_axis(call.axes(1))),
        "max" => wrap(call.array::<T>(0).try_max_axis(call.axes(1))),
        "min" => wrap(call.array::<T>(0).try_min_axis(call.axes(1))),
        "median" => wrap(call.array::<T>(0).try_median_axis(call.axes(1))),
        "sum" => wrap(call.array::<T>(0).try_sum_axis(call.axes(1))),
        "prod" => wrap(call.array::<T>(0).try_prod_axis(call.axes(1))),
        "mean" => wrap(call.array::<T>(0).try_mean_axis(call.axes(1))),
        "nansum" => wrap(call.array::<T>(0).try_nansum_axis(call.axes(1))),
        "nanprod" => wrap(call.array::<T>(0).try_nanprod_axis(call.axes(1))),
        "nanmean" => wrap(call.array::<T>(0).try_nanmean_axis(call.axes(1))),
        "var" => wrap(call.array::<T>(0).try_var_axis(call.axes(1), ddof)),
        "std" => wrap(call.array::<T>(0).try_std_axis(call.axes(1), ddof)),
        "nanvar" => wrap(call.array::<T>(0).try_nanvar_axis(call.axes(1), ddof)),
        "nanstd" => wrap(call.array::<T>(0).try_nanstd_axis(call.axes(1), ddof)),
        "argmax" if all => wrap(call.array::<T>(0).try_argmax().map(|at| Array::scalar(at as i64))),
        "argmax" => wrap(call.array::<T>(0).try_argmax_axis(call.axis(1)?)),
        "argmin" if all => wrap(call.array::<T>(0).try_argmin().map(|at| Array::scalar(at as i64))),
        "argmin" => wrap(call.array::<T>(0).try_argmin_axis(call.axis(1)?)),
        "cumsum" if all => wrap(Ok(call.array::<T>(0).cumsum())),
        "cumsum" => wrap(call.array::<T>(0).try_cumsum_axis(call.axis(1)?)),
        "cumprod" if all => wrap(Ok(call.array::<T>(0).cumprod())),
        "cumprod" => wrap(call.array::<T>(0).try_cumprod_axis(call.axis(1)?)),
        _ => None,
    }
}
