//! Iteration over elements, axes, lanes, windows and chunks, to read and to write, on one thread and on several.

use array_core::{Array, IntList, Parallel, array, set_num_threads, step};

/// 0, 1, 2, … in row-major order, in a buffer where axes lie in another order and backwards.
fn counted(shape: impl IntList) -> Array<i64> {
    let size = shape.ints().iter().product::<isize>() as i64;
    let a = Array::arange(0, size, 1).reshape(&shape.ints()[..]);
    a.flip(..).t().copy().t().flip(..)
}

#[test]
fn elements_come_in_row_major_order() {
    let mut a = counted([2, 3, 4]);
    assert!(a.iter().copied().eq(0..24));
    assert_eq!(a.iter().len(), 24);
    for x in &mut a {
        *x *= 2;
    }
    a.slice_mut((1, .., step(.., -1))).into_iter().zip(0..).for_each(|(x, i)| *x = i);
    assert_eq!(a.slice((1, 0)), array![3i64, 2, 1, 0]);
    assert_eq!(a.slice((0, 2)), array![16i64, 18, 20, 22]);
    assert_eq!(Array::scalar(7).iter().copied().collect::<Vec<_>>(), [7]);
    assert_eq!(Array::<f64>::zeros([3, 0, 2]).iter().count(), 0);
}

#[test]
fn axes_lanes_windows_and_chunks_are_slices() {
    let a = counted([2, 3, 4]);
    for (i, part) in a.axis_iter(1).enumerate() {
        assert_eq!(part, a.slice((.., i as isize, ..)));
        assert!(part.shares_buffer_with(&a));
    }
    assert_eq!(a.axis_iter(-1).len(), 4);
    let lanes: Vec<Array<i64>> = a.lanes(1).collect();
    assert_eq!(lanes.len(), 8);
    assert_eq!(lanes[5], a.slice((1, .., 1)));
    let windows: Vec<Array<i64>> = a.windows([1, 2, 3]).collect();
    assert_eq!(windows.len(), 2 * 2 * 2);
    assert_eq!(windows[6], a.slice((1..2, 1..3, ..3)));
    let sizes: Vec<usize> = a.axis_chunks(2, 1).map(|chunk| chunk.shape()[1]).collect();
    assert_eq!(sizes, [2, 1]);
    assert_eq!(a.axis_chunks(3, -1).nth(1), Some(a.slice((.., .., 3..))));
    assert_eq!(a.axis_chunks(100, 0).len(), 1);
}

#[test]
fn views_to_write_reach_the_array_and_nothing_else() {
    let mut a = counted([2, 3, 4]);
    let copy = a.clone();
    a.axis_iter_mut(1).zip(0..).for_each(|(mut part, i)| part += 100 * i);
    assert_eq!(a, &copy + array![[0i64], [100], [200]]);
    let mut a = copy.clone();
    a.lanes_mut(-1).for_each(|mut lane| lane.slice_mut(0).fill(-1));
    assert_eq!(a.slice((.., .., 1..)), copy.slice((.., .., 1..)));
    assert!(a.slice((.., .., 0)).equal(-1).all());
    let mut a = copy.clone();
    assert_eq!(a.axis_chunks_mut(2, 2).len(), 2);
    a.axis_chunks_mut(3, 2).zip(1..).for_each(|(mut chunk, i)| chunk *= i);
    assert_eq!(a, &copy * array![1i64, 1, 1, 2]);
    assert_eq!(copy, counted([2, 3, 4]));
    // All at once, since each part is of its own.
    let mut a = copy.clone();
    let mut rows: Vec<_> = a.slice_mut(0).into_iter().collect();
    rows.reverse();
    rows.into_iter().zip(0..).for_each(|(x, i)| *x = i);
    assert_eq!(a.slice((0, 0)), array![11i64, 10, 9, 8]);
}

#[test]
fn nothing_is_yielded_of_nothing() {
    let a = Array::<f64>::zeros([0, 3]);
    assert_eq!((a.axis_iter(0).count(), a.axis_iter(1).count()), (0, 3));
    assert_eq!((a.lanes(0).count(), a.lanes(1).count()), (3, 0));
    assert_eq!((a.axis_chunks(2, 0).count(), a.axis_chunks(2, 1).count()), (0, 2));
    assert_eq!(a.clone().axis_chunks_mut(2, 0).count(), 0);
    assert_eq!(a.windows([0, 2]).count(), 2);
    assert!(a.axis_iter(0).par_map(|row| row.sum()).is_empty());
}

#[test]
fn several_threads_do_what_one_does() {
    let a = counted([40, 50]);
    let sums = a.sum_axis(1).to_vec();
    for threads in [1, 2, 5] {
        set_num_threads(threads);
        assert_eq!(a.lanes(1).par_map(|row| row.sum()), sums);
        let mut b = a.clone();
        b.axis_chunks_mut(7, 1).enumerate().par_for_each(|(i, mut chunk)| chunk += i as i64);
        let expected = &a + Array::arange(0, 50, 1).map(|j: i64| j / 7);
        assert_eq!(b, expected);
        b.axis_iter_mut(0).zip(a.axis_iter(0)).par_for_each(|(mut ours, theirs)| ours.assign(&theirs));
        assert_eq!(b, a);
    }
}

#[test]
#[should_panic(expected = "one row too many")]
fn a_panic_on_a_thread_reaches_the_caller() {
    set_num_threads(2);
    Array::<f64>::zeros([8, 2])
        .axis_iter(0)
        .enumerate()
        .par_for_each(|(i, _)| assert!(i < 7, "one row too many"));
}

#[test]
fn errors_name_the_axis() {
    let mut a = Array::<f64>::zeros([2, 3]);
    let axis = "axis 2 is out of range for shape [2, 3] with 2 dimensions";
    for (message, operation) in [
        (a.try_axis_iter(2).unwrap_err().to_string(), "axis_iter"),
        (a.try_lanes(2).unwrap_err().to_string(), "lanes"),
        (a.try_axis_chunks(1, 2).unwrap_err().to_string(), "axis_chunks"),
        (a.try_axis_iter_mut(2).unwrap_err().to_string(), "axis_iter_mut"),
        (a.try_lanes_mut(2).unwrap_err().to_string(), "lanes_mut"),
        (a.try_axis_chunks_mut(1, 2).unwrap_err().to_string(), "axis_chunks_mut"),
    ] {
        assert_eq!(message, format!("{operation}: {axis}"));
    }
    assert_eq!(a.try_axis_chunks(0, 0).unwrap_err().to_string(), "axis_chunks: chunks of size 0");
    assert!(a.try_windows([3, 1]).unwrap_err().to_string().starts_with("sliding_window_view: "));
}
