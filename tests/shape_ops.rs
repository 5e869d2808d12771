//! Functions that move, join, split and repeat, against NumPy's, from tests/reference/shape_ops.py.

#[path = "reference/reader.rs"]
mod reader;

use array_core::{
    Array, Axes, IndexItem, IntoIndexItem, Pad, Result, array, step, try_broadcast_arrays, try_concatenate,
    try_dstack, try_hstack, try_stack, try_vstack,
};
use reader::numbers;

/// The list of axes that a word stands for.
fn axes(word: &str) -> Axes {
    if word == ".." { (..).into() } else { numbers(word, ',').into() }
}

/// Positions along an axis: an integer, i<list>, start:stop, b<flags>.
fn positions(word: &str) -> IndexItem {
    if let Some(list) = word.strip_prefix('i') {
        numbers(list, ',').index_item()
    } else if let Some(flags) = word.strip_prefix('b') {
        (&numbers(flags, ',').into_iter().map(|flag| flag == 1).collect::<Array<bool>>()).index_item()
    } else if let Some((start, stop)) = word.split_once(':') {
        (start.parse::<isize>().unwrap()..stop.parse().unwrap()).index_item()
    } else {
        word.parse::<isize>().unwrap().index_item()
    }
}

fn pad(a: &Array<i64>, mode: &str, width: &str) -> Result<Array<i64>> {
    let mode = match mode {
        "constant" => Pad::Constant(0),
        "edge" => Pad::Edge,
        "reflect" => Pad::Reflect,
        "symmetric" => Pad::Symmetric,
        "wrap" => Pad::Wrap,
        _ => panic!("no mode {mode}"),
    };
    match numbers(width, ',')[..] {
        [width] => a.try_pad(width, mode),
        [before, after] => a.try_pad((before, after), mode),
        ref pairs => a.try_pad(&pairs.chunks(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()[..], mode),
    }
}

#[test]
fn functions_give_what_numpy_gives() {
    for case in include_str!("reference/data/shape_ops.txt").lines() {
        let [name, inputs, arguments, numpy] = case.split('|').collect::<Vec<_>>()[..] else {
            panic!("{case}")
        };
        let arrays: Vec<Array<i64>> =
            inputs.split(' ').zip(0..).map(|(input, i)| reader::input(input) + 100 * i).collect();
        let a = &arrays[0];
        let words: Vec<&str> = arguments.split(' ').collect();
        let list = |i: usize| numbers(words[i], ',');
        let int = |i: usize| list(i)[0];
        let one = |result: Result<Array<i64>>| result.map(|a| vec![a]);
        let result = match name {
            "reshape" => one(a.try_reshape(list(0))),
            "ravel" => Ok(vec![a.ravel()]),
            "flatten" => Ok(vec![a.flatten()]),
            "t" => Ok(vec![a.t()]),
            "permute" => one(a.try_permute(list(0))),
            "swapaxes" => one(a.try_swapaxes(int(0), int(1))),
            "moveaxis" => one(a.try_moveaxis(list(0), list(1))),
            "squeeze" => one(a.try_squeeze(axes(words[0]))),
            "expand_dims" => one(a.try_expand_dims(list(0))),
            "atleast_1d" => Ok(vec![a.atleast_1d()]),
            "atleast_2d" => Ok(vec![a.atleast_2d()]),
            "atleast_3d" => Ok(vec![a.atleast_3d()]),
            "broadcast_to" => one(a.try_broadcast_to(list(0))),
            "broadcast_arrays" => try_broadcast_arrays(&arrays),
            "flip" => one(a.try_flip(axes(words[0]))),
            "roll" => one(a.try_roll(list(0), axes(words[1]))),
            "rot90" => one(a.try_rot90(int(0), [list(1)[0], list(1)[1]])),
            "concatenate" => one(try_concatenate(&arrays, int(0))),
            "stack" => one(try_stack(&arrays, int(0))),
            "vstack" => one(try_vstack(&arrays)),
            "hstack" => one(try_hstack(&arrays)),
            "dstack" => one(try_dstack(&arrays)),
            "append" => one(a.try_append(&arrays[1], int(0))),
            "split" => a.try_split(int(0) as usize, int(1)),
            "array_split" => a.try_array_split(int(0) as usize, int(1)),
            "split_at" => a.try_split_at(list(0), int(1)),
            "tile" => one(a.try_tile(list(0))),
            "repeat" => one(a.try_repeat(list(0), int(1))),
            "pad" => one(pad(a, words[0], words[1])),
            "delete" => one(a.try_delete(positions(words[0]), int(1))),
            "insert" => one(a.try_insert(positions(words[0]), &arrays[1], int(1))),
            "window" => one(a.try_sliding_window_view(list(0), axes(words[1]))),
            _ => panic!("no function {name}"),
        };
        reader::assert_same(result, numpy, case);
    }
}

#[test]
fn views_share_the_buffer() {
    let a = Array::arange(0, 24, 1).reshape([2, 3, 4]);
    let shares = |view: &Array<i32>| view.shares_buffer_with(&a);
    for view in [
        a.reshape([4, -1]),
        a.ravel(),
        a.t(),
        a.permute([1, 2, 0]),
        a.swapaxes(0, 2),
        a.moveaxis(0, -1),
        a.expand_dims([0, 2]),
        a.slice((.., 0..1)).squeeze(..),
        a.flip(..),
        a.rot90(1, [0, 2]),
        a.expand_dims(0).broadcast_to([5, 2, 3, 4]),
        a.diagonal(1, 1, 2),
        a.sliding_window_view([2, 2], [0, 2]),
        a.atleast_3d(),
        // Strides that step through two axes at once, or split one, need no copy either.
        a.slice((.., .., step(.., 2))).reshape([6, 2]),
        a.slice((step(.., -1), 1)).reshape([2, 2, 2]),
    ] {
        assert!(shares(&view), "{view:?}");
    }
    assert!(a.split(3, 1).iter().chain(&a.split_at([1], 2)).all(shares));
    assert!(!shares(&a.flatten()) && !shares(&a.t().ravel()) && !shares(&a.t().reshape([6, 4])));
}

#[test]
fn what_shows_an_element_twice_is_copied_before_it_is_written() {
    // The view outlives its source, so nobody shares the buffer; only its layout forbids writing in place.
    let mut windows = Array::arange(0, 5, 1).sliding_window_view(3, 0);
    windows += 10;
    assert_eq!(windows, array![[10, 11, 12], [11, 12, 13], [12, 13, 14]]);
    windows[[0, 2]] = 0;
    assert_eq!((windows[[0, 2]], windows[[1, 1]]), (0, 12));

    let mut stretched = array![1, 2].broadcast_to([3, 2]);
    stretched.slice_mut(0).fill(7);
    stretched += 1;
    assert_eq!(stretched, array![[8, 8], [2, 3], [2, 3]]);

    let mut diagonal = Array::arange(0, 9, 1).reshape([3, 3]).diagonal(0, 0, 1);
    diagonal *= 2;
    assert_eq!(diagonal, array![0, 8, 16]);
}

#[test]
fn assignment_leaves_out_leading_axes_of_size_1() {
    let mut a = Array::zeros([2, 3]);
    a.view_mut().assign(array![[[1, 2, 3]]]);
    assert_eq!(a, array![[1, 2, 3], [1, 2, 3]]);
    assert!(a.view_mut().try_assign(Array::zeros([2, 2, 3])).is_err());
}

#[test]
fn errors_name_the_operation_the_shapes_and_the_axis() {
    let a = Array::<f64>::zeros([2, 3]);
    let message = |result: Result<Array<f64>>| result.unwrap_err().to_string();
    for (result, expected) in [
        (a.try_reshape([3, -2]), "reshape: 6 elements of shape [2, 3] do not fit shape [3, -2]"),
        (a.try_moveaxis(0, 2), "moveaxis: axis 2 is out of range for shape [2, 3] with 2 dimensions"),
        (a.try_flip([1, -1]), "flip: axis -1 is given more than once for shape [2, 3]"),
        (a.try_squeeze(0), "squeeze: axis 0 of shape [2, 3] has size 2, not 1"),
        (a.try_broadcast_to([3, 2]), "broadcast_to: shape [2, 3] does not broadcast to [3, 2]"),
        (a.try_repeat([1, 2], 1), "repeat: 2 counts for axis 1 of size 3"),
        (a.try_roll([1, 2, 3], [0, 1]), "roll: 3 distances for 2 axes"),
        (a.try_pad([(1, 1)], Pad::Edge), "pad: not one pair of widths for each axis of shape [2, 3]"),
        (
            a.try_sliding_window_view([3, 1], ..),
            "sliding_window_view: shapes [2, 3] and [3, 1]: the window must fit into the axes it slides along",
        ),
        (
            try_concatenate(&[&a, &a.t()], 0),
            "concatenate: shapes [2, 3] and [3, 2] must agree on all axes but axis 0, which is joined along",
        ),
        (try_stack(&[&a, &a.t()], 0), "stack: shapes [2, 3] and [3, 2]: must be equal"),
        (try_hstack::<f64>(&[&a; 0]), "hstack: at least one array is needed"),
        (a.try_insert(4, 0.0, 1), "insert: index 4 is out of bounds for axis 1 with size 3 of shape [2, 3]"),
        (a.try_delete([0, 2], 0), "delete: index 2 is out of bounds for axis 0 with size 2 of shape [2, 3]"),
    ] {
        assert_eq!(message(result), expected);
    }
    let pieces = a.try_split(2, 1).unwrap_err().to_string();
    assert_eq!(pieces, "split: axis 1 of size 3 has no 2 equal sections");
}

#[test]
fn results_beyond_the_address_space_are_errors() {
    let a = Array::<f64>::zeros([2, 3]);
    let huge = isize::MAX;
    assert!(a.try_tile([huge, huge]).is_err());
    assert!(a.try_repeat(huge, 0).is_err());
    assert!(a.try_repeat([huge, huge], 0).is_err());
    assert!(a.try_pad(huge, Pad::Wrap).is_err());
    assert!(a.try_broadcast_to([huge, 2, 3]).is_err());
    assert!(a.ravel().try_sliding_window_view([3], [0]).is_ok());
}
