//! Shapes: views, and copies that only move elements.

use array_core::{Array, Element, Pad, Result};

use super::{Outcome, wrap};
use crate::bits::Bits;
use crate::call::{Call, Value};

/// One of several results.
fn part<T: Element>(parts: Result<Vec<Array<T>>>, i: usize) -> Outcome {
    wrap(parts.map(|parts| parts[i].clone()))
}

pub fn run<T: Bits>(call: &mut Call) -> Outcome {
    match call.name {
        "slice" => {
            let items = call.slice(1)?;
            wrap(call.array::<T>(0).try_slice(&items[..]))
        }
        "permute" => wrap(call.array::<T>(0).try_permute(call.ints(1))),
        "t" => wrap(Ok(call.array::<T>(0).t())),
        "swapaxes" => wrap(call.array::<T>(0).try_swapaxes(call.int(1), call.int(2))),
        "moveaxis" => wrap(call.array::<T>(0).try_moveaxis(call.ints(1), call.ints(2))),
        "reshape" => wrap(call.array::<T>(0).try_reshape(call.ints(1))),
        "ravel" => wrap(Ok(call.array::<T>(0).ravel())),
        "broadcast_to" => wrap(call.array::<T>(0).try_broadcast_to(call.ints(1))),
        "expand_dims" => wrap(call.array::<T>(0).try_expand_dims(call.ints(1))),
        "squeeze" => wrap(call.array::<T>(0).try_squeeze(call.axes(1))),
        "flip" => wrap(call.array::<T>(0).try_flip(call.axes(1))),
        "rot90" => {
            let axes = call.ints(2);
            wrap(call.array::<T>(0).try_rot90(call.int(1), [axes[0], axes[1]]))
        }
        "roll" => wrap(call.array::<T>(0).try_roll(call.ints(1), call.axes(2))),
        "tile" => wrap(call.array::<T>(0).try_tile(call.ints(1))),
        "repeat" => wrap(call.array::<T>(0).try_repeat(call.ints(1), call.int(2))),
        "pad" => {
            let Value::Scalar(value) = call.operand::<T>(3) else { return None };
            let mode = match call.word(2) {
                "constant" => Pad::Constant(value),
                "edge" => Pad::Edge,
                "reflect" => Pad::Reflect,
                "symmetric" => Pad::Symmetric,
                "wrap" => Pad::Wrap,
                _ => return None,
            };
            let (a, widths) = (call.array::<T>(0), call.ints(1));
            if let [width] = widths[..] {
                return wrap(a.try_pad(width, mode));
            }
            let pairs: Vec<(isize, isize)> = widths.chunks(2).map(|pair| (pair[0], pair[1])).collect();
            wrap(a.try_pad(&pairs[..], mode))
        }
        "diag" => wrap(call.array::<T>(0).try_diag(call.int(1))),
        "diagonal" => wrap(call.array::<T>(0).try_diagonal(call.int(1), call.int(2), call.int(3))),
        "tril" => wrap(call.array::<T>(0).try_tril(call.int(1))),
        "triu" => wrap(call.array::<T>(0).try_triu(call.int(1))),
        "split" => {
            part(call.array::<T>(0).try_split(call.int(1) as usize, call.int(2)), call.int(3) as usize)
        }
        "array_split" => {
            part(call.array::<T>(0).try_array_split(call.int(1) as usize, call.int(2)), call.int(3) as usize)
        }
        "split_at" => part(call.array::<T>(0).try_split_at(call.ints(1), call.int(2)), call.int(3) as usize),
        "sliding" => wrap(call.array::<T>(0).try_sliding_window_view(call.ints(1), call.axes(2))),
        "atleast" => {
            let a = call.array::<T>(0);
            wrap(Ok(match call.int(1) {
                1 => a.atleast_1d(),
                2 => a.atleast_2d(),
                _ => a.atleast_3d(),
            }))
        }
        _ => None,
    }
}
