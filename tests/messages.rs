//! What NumPy refuses is refused: as an error value by the `try_` form, as a panic with the same message by the plain
//! one. A message has the operation, the shapes and the axis. `tests/reference/messages.py` lists what NumPy refuses.

use std::panic::{AssertUnwindSafe, catch_unwind};

use array_core::{
    Array, Ellipsis, Pad, Result, Side, add_into, array, broadcast_arrays, concatenate, einsum, hstack,
    lexsort, stack, step, try_add_into, try_broadcast_arrays, try_concatenate, try_einsum, try_hstack,
    try_lexsort, try_stack, try_vstack, vstack,
};

/// One refusal: NumPy's expression, and ours by value and by panic.
struct Refusal {
    numpy: &'static str,
    error: Option<String>,
    panic: Option<String>,
    message: &'static str,
}

fn error_of<T>(result: Result<T>) -> Option<String> {
    result.err().map(|error| error.to_string())
}

fn panic_of(f: impl FnOnce()) -> Option<String> {
    catch_unwind(AssertUnwindSafe(f)).err().and_then(|payload| payload.downcast_ref::<String>().cloned())
}

/// Lists refusals: NumPy's expression, our `try_` form, our plain form, and the message.
macro_rules! refusals {
    ($($numpy:literal, $try:expr, $plain:expr, $message:literal;)*) => {
        vec![$(Refusal {
            numpy: $numpy,
            error: error_of($try),
            panic: panic_of(|| { let _ = $plain; }),
            message: $message,
        }),*]
    };
}

fn zeros(shape: &[usize]) -> Array<f64> {
    Array::zeros(shape)
}

#[test]
fn what_numpy_refuses_is_refused_with_a_message() {
    std::panic::set_hook(Box::new(|_| {}));
    let (a, b, v) = (zeros(&[3, 4]), zeros(&[3]), Array::arange(0, 6, 1));
    let mask = a.greater(0.0);
    let refusals = refusals! {
        "a + np.zeros(3)",
            a.try_add(&b),
            &a + &b,
            "add: shapes [3, 4] and [3] do not broadcast: axis -1 is 4 in one and 3 in the other";
        "np.zeros((2, 3)) - np.zeros((2, 4))",
            zeros(&[2, 3]).try_sub(zeros(&[2, 4])),
            zeros(&[2, 3]) - zeros(&[2, 4]),
            "sub: shapes [2, 3] and [2, 4] do not broadcast: axis -1 is 3 in one and 4 in the other";
        "np.maximum(a, np.zeros(3))",
            a.try_maximum(&b),
            a.maximum(&b),
            "maximum: shapes [3, 4] and [3] do not broadcast: axis -1 is 4 in one and 3 in the other";
        "a < np.zeros((2, 1, 3))",
            a.try_less(zeros(&[2, 1, 3])),
            a.less(zeros(&[2, 1, 3])),
            "less: shapes [3, 4] and [2, 1, 3] do not broadcast: axis -1 is 4 in one and 3 in the other";
        "a == np.zeros((2, 4))",
            a.try_equal(zeros(&[2, 4])),
            a.equal(zeros(&[2, 4])),
            "equal: shapes [3, 4] and [2, 4] do not broadcast: axis -2 is 3 in one and 2 in the other";
        "a.astype(bool) & np.zeros(3, bool)",
            mask.try_bitwise_and(Array::zeros(3)),
            &mask & Array::zeros(3),
            "bitwise_and: shapes [3, 4] and [3] do not broadcast: axis -1 is 4 in one and 3 in the other";
        "np.add(a, a, out=np.zeros((4, 3)))",
            try_add_into(&mut zeros(&[4, 3]).view_mut(), &a, &a),
            add_into(&mut zeros(&[4, 3]).view_mut(), &a, &a),
            "add_into: shape [3, 4] does not broadcast to [4, 3]";
        "assign(a, np.zeros((2, 4)))",
            a.clone().view_mut().try_assign(zeros(&[2, 4])),
            a.clone().view_mut().assign(zeros(&[2, 4])),
            "assign: shape [2, 4] does not broadcast to [3, 4]";
        "np.where(a > 0, np.zeros(3), 0)",
            mask.try_where(&b, 0.0),
            mask.where_(&b, 0.0),
            "where: shapes [3, 4] and [3] do not broadcast: axis -1 is 4 in one and 3 in the other";
        "np.clip(a, np.zeros(3), 1)",
            a.try_clip(&b, 1.0),
            a.clip(&b, 1.0),
            "clip: shapes [3, 4] and [3] do not broadcast: axis -1 is 4 in one and 3 in the other";
        "np.array([2, 3]) ** np.array([1, -1])",
            array![2, 3].try_power(array![1, -1]),
            array![2, 3].power(array![1, -1]),
            "power: int32 has no power of -1: integers have no negative powers";
        "np.broadcast_to(a, (3, 5))",
            a.try_broadcast_to([3, 5]),
            a.broadcast_to([3, 5]),
            "broadcast_to: shape [3, 4] does not broadcast to [3, 5]";
        "np.broadcast_to(a, (4,))",
            a.try_broadcast_to(4),
            a.broadcast_to(4),
            "broadcast_to: shape [3, 4] does not broadcast to [4]";
        "np.broadcast_arrays(a, np.zeros(3))",
            try_broadcast_arrays(&[&a, &b]),
            broadcast_arrays(&[&a, &b]),
            "broadcast_arrays: shapes [3, 4] and [3] do not broadcast: axis -1 is 4 in one and 3 in the other";
        "a.reshape(5)",
            a.try_reshape(5),
            a.reshape(5),
            "reshape: 12 elements of shape [3, 4] do not fit shape [5]";
        "a.reshape(-1, 5)",
            a.try_reshape([-1, 5]),
            a.reshape([-1, 5]),
            "reshape: 12 elements of shape [3, 4] do not fit shape [-1, 5]";
        "a.reshape(-1, -1)",
            a.try_reshape([-1, -1]),
            a.reshape([-1, -1]),
            "reshape: 12 elements of shape [3, 4] do not fit shape [-1, -1]";
        "a.reshape(-2, -6)",
            a.try_reshape([-2, -6]),
            a.reshape([-2, -6]),
            "reshape: 12 elements of shape [3, 4] do not fit shape [-2, -6]";
        "a.transpose(0, 0)",
            a.try_permute([0, 0]),
            a.permute([0, 0]),
            "permute: axis 0 is given more than once for shape [3, 4]";
        "a.transpose(0)",
            a.try_permute(0),
            a.permute(0),
            "permute: 1 axes for shape [3, 4] with 2 dimensions";
        "a.transpose(0, 2)",
            a.try_permute([0, 2]),
            a.permute([0, 2]),
            "permute: axis 2 is out of range for shape [3, 4] with 2 dimensions";
        "a.swapaxes(0, 2)",
            a.try_swapaxes(0, 2),
            a.swapaxes(0, 2),
            "swapaxes: axis 2 is out of range for shape [3, 4] with 2 dimensions";
        "np.moveaxis(a, 0, 5)",
            a.try_moveaxis(0, 5),
            a.moveaxis(0, 5),
            "moveaxis: axis 5 is out of range for shape [3, 4] with 2 dimensions";
        "a.squeeze(0)",
            a.try_squeeze(0),
            a.squeeze(0),
            "squeeze: axis 0 of shape [3, 4] has size 3, not 1";
        "np.expand_dims(a, 5)",
            a.try_expand_dims(5),
            a.expand_dims(5),
            "expand_dims: axis 5 is out of range for shape [3, 4, 1] with 3 dimensions";
        "np.flip(a, 2)",
            a.try_flip(2),
            a.flip(2),
            "flip: axis 2 is out of range for shape [3, 4] with 2 dimensions";
        "np.rot90(a, 1, (0, 0))",
            a.try_rot90(1, [0, 0]),
            a.rot90(1, [0, 0]),
            "rot90: axis 0 is given more than once for shape [3, 4]";
        "np.concatenate([a, np.zeros((3, 5))])",
            try_concatenate(&[&a, &zeros(&[3, 5])], 0),
            concatenate(&[&a, &zeros(&[3, 5])], 0),
            "concatenate: shapes [3, 4] and [3, 5] must agree on all axes but axis 0, which is joined along";
        "np.concatenate([a, np.zeros(3)])",
            try_concatenate(&[&a, &b], 0),
            concatenate(&[&a, &b], 0),
            "concatenate: shapes [3, 4] and [3] must agree on all axes but axis 0, which is joined along";
        "np.concatenate([])",
            try_concatenate::<f64>(&[&a; 0], 0),
            concatenate::<f64>(&[&a; 0], 0),
            "concatenate: at least one array is needed";
        "np.concatenate([a, a], axis=2)",
            try_concatenate(&[&a, &a], 2),
            concatenate(&[&a, &a], 2),
            "concatenate: axis 2 is out of range for shape [3, 4] with 2 dimensions";
        "np.stack([a, a.T])",
            try_stack(&[&a, &a.t()], 0),
            stack(&[&a, &a.t()], 0),
            "stack: shapes [3, 4] and [4, 3]: must be equal";
        "np.vstack([a, np.zeros(3)])",
            try_vstack(&[&a, &b]),
            vstack(&[&a, &b]),
            "vstack: shapes [3, 4] and [1, 3] must agree on all axes but axis 0, which is joined along";
        "np.hstack([a, np.zeros((2, 4))])",
            try_hstack(&[&a, &zeros(&[2, 4])]),
            hstack(&[&a, &zeros(&[2, 4])]),
            "hstack: shapes [3, 4] and [2, 4] must agree on all axes but axis 1, which is joined along";
        "np.split(np.arange(6), 4)",
            v.try_split(4, 0),
            v.split(4, 0),
            "split: axis 0 of size 6 has no 4 equal sections";
        "np.array_split(np.arange(6), 0)",
            v.try_array_split(0, 0),
            v.array_split(0, 0),
            "array_split: at least one section is needed";
        "np.tile(a, -1)",
            a.try_tile(-1),
            a.tile(-1),
            "tile: shape [-1] has a negative size";
        "np.pad(a, ((1, 1), (1, 1), (1, 1)))",
            a.try_pad([(1, 1); 3], Pad::Constant(0.0)),
            a.pad([(1, 1); 3], Pad::Constant(0.0)),
            "pad: not one pair of widths for each axis of shape [3, 4]";
        "np.delete(np.arange(6), 9)",
            v.try_delete(9, 0),
            v.delete(9, 0),
            "delete: index 9 is out of bounds for axis 0 with size 6 of shape [6]";
        "np.insert(np.arange(6), 9, 0)",
            v.try_insert(9, 0, 0),
            v.insert(9, 0, 0),
            "insert: index 9 is out of bounds for axis 0 with size 6 of shape [6]";
        "np.append(a, np.zeros((2, 5)), axis=0)",
            a.try_append(&zeros(&[2, 5]), 0),
            a.append(&zeros(&[2, 5]), 0),
            "append: shapes [3, 4] and [2, 5] must agree on all axes but axis 0, which is joined along";
        "np.lib.stride_tricks.sliding_window_view(np.arange(6), 9)",
            v.try_sliding_window_view(9, 0),
            v.sliding_window_view(9, 0),
            "sliding_window_view: shapes [6] and [9]: the window must fit into the axes it slides along";
        "a[3, 0]",
            a.try_slice((3, 0)),
            a.slice((3, 0)),
            "slice: index 3 is out of bounds for axis 0 with size 3 of shape [3, 4]";
        "a[0, -5]",
            a.try_slice((0, -5)),
            a.slice((0, -5)),
            "slice: index -5 is out of bounds for axis 1 with size 4 of shape [3, 4]";
        "a[0, 0, 0]",
            a.try_slice((0, 0, 0)),
            a.slice((0, 0, 0)),
            "slice: 3 indices for shape [3, 4] with 2 dimensions";
        "a[..., 0, ...]",
            a.try_slice((Ellipsis, 0, Ellipsis)),
            a.slice((Ellipsis, 0, Ellipsis)),
            "slice: more than one ellipsis";
        "a[::0]",
            a.try_slice(step(.., 0)),
            a.slice(step(.., 0)),
            "slice: a slice's step cannot be 0";
        "a[[0, 3]]",
            a.try_pick([0, 3]),
            a.pick([0, 3]),
            "pick: index 3 is out of bounds for axis 0 with size 3 of shape [3, 4]";
        "a[[0, 1], [0, 1, 2]]",
            a.try_pick(([0, 1], [0, 1, 2])),
            a.pick(([0, 1], [0, 1, 2])),
            "pick: shapes [2] and [3] do not broadcast: axis -1 is 2 in one and 3 in the other";
        "a[np.zeros(2, bool)]",
            a.try_mask(&Array::zeros(2)),
            a.mask(&Array::zeros(2)),
            "mask: shapes [3, 4] and [2]: a mask must have the sizes of the leading axes";
        "np.take(np.arange(6), 6)",
            v.try_take(&array![6], 0),
            v.take(&array![6], 0),
            "take: index 6 is out of bounds for axis 0 with size 6 of shape [6]";
        "np.take_along_axis(a, np.arange(3), 0)",
            a.try_take_along_axis(&array![0, 1, 2], 0),
            a.take_along_axis(&array![0, 1, 2], 0),
            "take_along_axis: shapes [3, 4] and [3]: must have the same number of axes";
        "np.choose([2], [[1], [3]])",
            array![2].try_choose(&[array![1], array![3]]),
            array![2].choose(&[array![1], array![3]]),
            "choose: 2 is not the number of one of 2 choices";
        "np.compress([0, 0, 0, 1], a, axis=0)",
            a.try_compress(&array![false, false, false, true], 0),
            a.compress(&array![false, false, false, true], 0),
            "compress: index 3 is out of bounds for axis 0 with size 3 of shape [3, 4]";
        "np.nonzero(np.array(1))",
            Array::scalar(1).try_nonzero(),
            Array::scalar(1).nonzero(),
            "nonzero: an array without axes has no positions";
        "a.sum(axis=2)",
            a.try_sum_axis(2),
            a.sum_axis(2),
            "sum: axis 2 is out of range for shape [3, 4] with 2 dimensions";
        "a.sum(axis=(0, 0))",
            a.try_sum_axis([0, 0]),
            a.sum_axis([0, 0]),
            "sum: axis 0 is given more than once for shape [3, 4]";
        "np.zeros(0).max()",
            zeros(&[0]).try_max(),
            zeros(&[0]).max(),
            "max: not defined on the 0 elements of shape [0]";
        "np.zeros((0, 3)).min(axis=0)",
            zeros(&[0, 3]).try_min_axis(0),
            zeros(&[0, 3]).min_axis(0),
            "min: not defined on the 0 elements of shape [0, 3]";
        "np.zeros(0).argmax()",
            zeros(&[0]).try_argmax(),
            zeros(&[0]).argmax(),
            "argmax: not defined on the 0 elements of shape [0]";
        "a.cumsum(axis=-3)",
            a.try_cumsum_axis(-3),
            a.cumsum_axis(-3),
            "cumsum: axis -3 is out of range for shape [3, 4] with 2 dimensions";
        "np.quantile(np.arange(6), 1.5)",
            v.try_quantile(1.5),
            v.quantile(1.5),
            "quantile: 1.5 is not between 0 and 1";
        "np.average(a, axis=0, weights=np.zeros(4))",
            a.try_average_axis(0, &zeros(&[4])),
            a.average_axis(0, &zeros(&[4])),
            "average: shapes [3, 4] and [4]: the weights must have the shape of the array or of its reduced axes";
        "np.average(np.arange(3), weights=np.zeros(3))",
            Array::arange(0, 3, 1).try_average(&b),
            Array::arange(0, 3, 1).average(&b),
            "average: weights sum to 0";
        "np.sort(a, axis=2)",
            a.try_sort(2),
            a.sort(2),
            "sort: axis 2 is out of range for shape [3, 4] with 2 dimensions";
        "np.argsort(a, axis=-3)",
            a.try_argsort(-3),
            a.argsort(-3),
            "argsort: axis -3 is out of range for shape [3, 4] with 2 dimensions";
        "np.partition(np.arange(6), 6)",
            v.try_partition(6, 0),
            v.partition(6, 0),
            "partition: index 6 is out of bounds for axis 0 with size 6 of shape [6]";
        "np.lexsort([np.arange(6), np.arange(5)])",
            try_lexsort(&[&v, &Array::arange(0, 5, 1)], 0),
            lexsort(&[&v, &Array::arange(0, 5, 1)], 0),
            "lexsort: shapes [6] and [5]: keys must have one shape";
        "np.searchsorted(a, 0)",
            a.try_searchsorted(0.0, Side::Left),
            a.searchsorted(0.0, Side::Left),
            "searchsorted: shape [3, 4] does not have one axis";
        "np.bincount([-1])",
            array![-1].try_bincount(0),
            array![-1].bincount(0),
            "bincount: -1 is not the number of a bin";
        "a @ a",
            a.try_matmul(&a),
            a.matmul(&a),
            "matmul: shapes [3, 4] and [3, 4]: the last axis of the first must equal the last but one of the second";
        "np.zeros((2, 3, 4)) @ np.zeros((3, 4, 5))",
            zeros(&[2, 3, 4]).try_matmul(&zeros(&[3, 4, 5])),
            zeros(&[2, 3, 4]).matmul(&zeros(&[3, 4, 5])),
            "matmul: shapes [2, 3, 4] and [3, 4, 5]: the batch axes do not broadcast";
        "np.array(1.0) @ a",
            Array::scalar(1.0).try_matmul(&a),
            Array::scalar(1.0).matmul(&a),
            "matmul: shapes [] and [3, 4]: both operands need at least one axis";
        "np.einsum(\"ij,jk->ik\", a, a)",
            try_einsum("ij,jk->ik", &[&a, &a]),
            einsum("ij,jk->ik", &[&a, &a]),
            "einsum: 'j' is 3 here and 4 in operand 0\n    ij,jk->ik\n       ^\n    shapes: [3, 4], [3, 4]";
        "np.zeros(-1)",
            Array::<f64>::try_zeros(-1),
            Array::<f64>::zeros(-1),
            "zeros: shape [-1] has a negative size";
        "np.zeros((2**40, 2**40))",
            Array::<f64>::try_zeros([1i64 << 40, 1 << 40]),
            Array::<f64>::zeros([1i64 << 40, 1 << 40]),
            "zeros: an array of shape [1099511627776, 1099511627776] and dtype float64 exceeds the address space";
        "np.arange(0, 1, 0)",
            Array::try_arange(0, 1, 0),
            Array::arange(0, 1, 0),
            "arange: no length for start 0, stop 1, step 0";
        "np.linspace(0, 1, -1)",
            Array::try_linspace(0.0, 1.0, -1),
            Array::linspace(0.0, 1.0, -1),
            "linspace: -1 points";
        "np.diag(np.zeros((2, 2, 2)))",
            zeros(&[2, 2, 2]).try_diag(0),
            zeros(&[2, 2, 2]).diag(0),
            "diag: shape [2, 2, 2] is neither a diagonal nor a matrix";
        "np.tril(np.array(1.0))",
            Array::scalar(1.0).try_tril(0),
            Array::scalar(1.0).tril(0),
            "tril: an array without axes has no triangle";
        "np.array([[1, 2], [3]])",
            Array::try_from_nested(vec![vec![1, 2], vec![3]]),
            Array::from_nested(vec![vec![1, 2], vec![3]]),
            "array: shapes [2] and [1]: nested parts must have one shape";
        "np.array([1, 2, 3]).reshape(2, 2)",
            Array::try_from_vec([1, 2, 3], [2, 2]),
            Array::from_vec([1, 2, 3], [2, 2]),
            "from_vec: 3 values for shape [2, 2], which holds 4";
    };
    // One element has a form of its own: `get` for the value, brackets to panic.
    let element = panic_of(|| assert_eq!(a[[3, 0]], 0.0));
    let _ = std::panic::take_hook();
    let message = "index 3 is out of bounds for axis 0 with size 3 of shape [3, 4]";
    assert_eq!(error_of(a.get([3, 0])), Some(format!("get: {message}")));
    assert_eq!(element, Some(format!("index: {message}")));

    let mut stored: Vec<&str> = include_str!("reference/data/messages.txt")
        .lines()
        .map(|line| line.rsplit_once('|').expect("an expression and an exception").0)
        .collect();
    for Refusal { numpy, error, panic, message } in &refusals {
        assert_eq!(error.as_deref(), Some(*message), "{numpy}");
        assert_eq!(panic.as_deref(), Some(*message), "{numpy}, by panic");
        let known = stored.iter().position(|expression| expression == numpy);
        stored.swap_remove(known.unwrap_or_else(|| panic!("{numpy} is not in the reference")));
    }
    assert!(stored.is_empty(), "not refused: {stored:?}");
    assert!(refusals.len() >= 40);
}
