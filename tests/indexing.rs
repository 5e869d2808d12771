//! Indexing against NumPy, and against a model that keeps explicit indices.

#[path = "reference/reader.rs"]
mod reader;

use array_core::{Array, Ellipsis, IndexItem, IntoIndexItem, NewAxis, SliceItem, array, step};
use proptest::prelude::*;

/// One entry of an index, as tests/reference/indexing.py writes it.
fn entry(text: &str) -> IndexItem {
    let position = |word: &str| word.parse::<i64>().unwrap();
    match text.as_bytes()[0] {
        b'i' => (&reader::array(&text[1..], ',', position)).index_item(),
        b'b' => (&reader::array(&text[1..], ',', |flag| flag == "1")).index_item(),
        b'n' => NewAxis.index_item(),
        b'.' => Ellipsis.index_item(),
        _ if text.contains(':') => {
            let bounds: Vec<Option<isize>> = text.split(':').map(|bound| bound.parse().ok()).collect();
            SliceItem::Range { start: bounds[0], stop: bounds[1], step: bounds[2].unwrap_or(1) }.index_item()
        }
        _ => text.parse::<isize>().unwrap().index_item(),
    }
}

#[test]
fn indices_mean_what_numpy_means() {
    let reference = include_str!("reference/data/indexing.txt");
    for line in reference.lines() {
        let [operation, input, index, expected] = line.split('|').collect::<Vec<_>>()[..] else { panic!() };
        let mut a = reader::input(input);
        let spec: Vec<IndexItem> = index.split(' ').map(entry).collect();
        let values = |a: &Array<i64>| {
            let picked = a.try_pick(&spec[..])?;
            Ok(Array::arange(100, 100 + picked.size() as i64, 1).reshape(picked.shape()))
        };
        let slice: Vec<SliceItem> = spec
            .iter()
            .filter_map(|item| if let IndexItem::Slice(item) = item { Some(*item) } else { None })
            .collect();
        let result = match operation {
            "slice" => a.try_slice(&slice[..]),
            "slice_assign" => {
                values(&a).and_then(|v| a.try_slice_mut(&slice[..])?.try_assign(&v)).map(|()| a)
            }
            "pick" => a.try_pick(&spec[..]),
            "assign" => values(&a).and_then(|v| a.try_pick_assign(&spec[..], &v)).map(|()| a),
            "add" => values(&a).and_then(|v| a.try_pick_add(&spec[..], &v)).map(|()| a),
            _ => panic!("no operation {operation}"),
        };
        reader::assert_same(result.map(|a| vec![a]), expected, line);
    }
}

/// One entry of an index as explicit positions, for an axis of known size.
#[derive(Debug, Clone)]
enum Entry {
    Range { start: isize, stop: isize, step: isize },
    Integer(isize),
    List(Vec<isize>),
    Mask(u8),
}

/// A position in a list that lies outside the axis. NumPy minds it only if the lists together pick something.
const OUTSIDE: usize = usize::MAX;

/// What an entry shows of its axis, and whether it is an index array.
struct Shown {
    positions: Vec<usize>,
    picks: bool,
}

impl Entry {
    fn shown(&self, size: usize) -> Option<Shown> {
        let on_axis = |i: isize| {
            let at = if i < 0 { i + size as isize } else { i };
            usize::try_from(at).ok().filter(|&at| at < size)
        };
        let (positions, picks) = match *self {
            Entry::Range { start, stop, step } => {
                // Every index that lies between the bounds, in the direction of the step.
                let from_end = |bound: isize| if bound < 0 { bound + size as isize } else { bound };
                let (start, stop) = (from_end(start), from_end(stop));
                let mut all: Vec<isize> = (0..size as isize).collect();
                if step < 0 {
                    all.reverse();
                }
                all.retain(|&i| if step > 0 { start <= i && i < stop } else { stop < i && i <= start });
                (all.into_iter().step_by(step.unsigned_abs()).map(|i| i as usize).collect(), false)
            }
            Entry::Integer(i) => (vec![on_axis(i)?], true),
            Entry::List(ref list) => (list.iter().map(|&i| on_axis(i).unwrap_or(OUTSIDE)).collect(), true),
            Entry::Mask(bits) => ((0..size).filter(|i| bits >> i & 1 == 1).collect(), true),
        };
        Some(Shown { positions, picks })
    }

    fn item(&self, size: usize) -> IndexItem {
        match *self {
            // A bound at which the axis ends counts from neither end.
            Entry::Range { start, stop, step } => {
                SliceItem::Range { start: Some(start), stop: Some(stop), step }.index_item()
            }
            Entry::Integer(i) => i.index_item(),
            Entry::List(ref list) => list.index_item(),
            Entry::Mask(bits) => {
                (&(0..size).map(|i| bits >> i & 1 == 1).collect::<Array<bool>>()).index_item()
            }
        }
    }
}

/// The shape of the result of an index with one entry per axis, and the index of the element behind each of its
/// elements, in order; `None` if the index does not fit. Lists of one and of equal lengths go together.
fn model(shape: &[usize], entries: &[Entry]) -> Option<(Vec<usize>, Vec<Vec<usize>>)> {
    let shown: Vec<Shown> =
        entries.iter().zip(shape).map(|(entry, &size)| entry.shown(size)).collect::<Option<_>>()?;
    let is_integer = |axis: usize| matches!(entries[axis], Entry::Integer(_));
    let picking: Vec<usize> = (0..shape.len()).filter(|&axis| shown[axis].picks).collect();
    let lists: Vec<usize> = picking.iter().copied().filter(|&axis| !is_integer(axis)).collect();
    let mut count = 1;
    for length in lists.iter().map(|&axis| shown[axis].positions.len()) {
        count = if count == 1 { length } else { count };
        if length != 1 && length != count {
            return None;
        }
    }
    if count > 0 && lists.iter().any(|&axis| shown[axis].positions.contains(&OUTSIDE)) {
        return None;
    }
    let adjacent = picking.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    // Axes of the result: a kept axis by its number, the picked ones together as `None`.
    let mut axes: Vec<Option<usize>> =
        (0..shape.len()).filter(|&axis| !shown[axis].picks).map(Some).collect();
    if !lists.is_empty() {
        let place = if adjacent { picking[0] } else { 0 };
        axes.insert(place, None);
    }
    let sizes: Vec<usize> =
        axes.iter().map(|axis| axis.map_or(count, |axis| shown[axis].positions.len())).collect();
    let sources = (0..sizes.iter().product()).map(|flat: usize| {
        let (mut rest, mut source, mut pick) = (flat, vec![0; shape.len()], 0);
        for (axis, &size) in axes.iter().zip(&sizes).rev() {
            match *axis {
                Some(axis) => source[axis] = shown[axis].positions[rest % size],
                None => pick = rest % size,
            }
            rest /= size;
        }
        for &axis in &picking {
            let positions = &shown[axis].positions;
            source[axis] = positions[if positions.len() == 1 { 0 } else { pick }];
        }
        source
    });
    let sources = sources.collect();
    Some((sizes, sources))
}

fn an_entry() -> impl Strategy<Value = Entry> {
    let step = prop_oneof![Just(1isize), Just(1), Just(2), Just(-1), Just(-2)];
    prop_oneof![
        3 => (-4isize..6, -4isize..6, step).prop_map(|(start, stop, step)| Entry::Range { start, stop, step }),
        1 => (-2isize..2).prop_map(Entry::Integer),
        2 => prop::collection::vec(-2isize..2, 0..4).prop_map(Entry::List),
        1 => any::<u8>().prop_map(Entry::Mask),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn indices_pick_and_write_what_explicit_loops_do(
        axes in prop::collection::vec((1usize..5, an_entry()), 1..4),
        layout in 0..4,
    ) {
        let (shape, entries): (Vec<usize>, Vec<Entry>) = axes.into_iter().unzip();
        let kind = ["c", "t", "r", "s"][layout as usize];
        let words: Vec<String> = shape.iter().map(|size| size.to_string()).collect();
        let a = reader::input(&format!("{kind}{}", words.join(",")));
        let spec: Vec<IndexItem> = entries.iter().zip(&shape).map(|(entry, &size)| entry.item(size)).collect();

        let picked = a.try_pick(&spec[..]);
        let Some((result_shape, sources)) = model(&shape, &entries) else {
            prop_assert!(picked.is_err(), "{:?} {:?}", entries, picked);
            return Ok(());
        };
        let expected: Vec<i64> = sources.iter().map(|source| a[source]).collect();
        prop_assert_eq!(picked, Ok(Array::from_vec(expected, &result_shape)), "{:?}", entries);

        let values = Array::arange(100, 100 + sources.len() as i64, 1).reshape(&result_shape);
        let (mut assigned, mut added) = (a.clone(), a.clone());
        let (mut loop_assigned, mut loop_added) = (a.clone(), a.clone());
        assigned.pick_assign(&spec[..], &values);
        added.pick_add(&spec[..], &values);
        for (source, &value) in sources.iter().zip(&values) {
            loop_assigned[source] = value;
            loop_added[source] += value;
        }
        prop_assert_eq!(assigned, loop_assigned, "assign {:?}", entries);
        prop_assert_eq!(added, loop_added, "add {:?}", entries);
    }
}

#[test]
fn elements_are_reached_from_both_ends() {
    let mut m = Array::arange(0, 16, 1).reshape([4, 4]);
    assert_eq!((m[[2, 1]], m[(-1, -1)], m[[0, -4]]), (9, 15, 0));
    m[[-1, 0]] = 100;
    *m.get_mut((1, 1)).unwrap() += 50;
    assert_eq!((m[[3, 0]], m[[1, 1]]), (100, 55));
    for index in [[4, 0], [0, -5]] {
        assert!(m.get(index).is_err() && m.get_mut(index).is_err());
    }
    let rank = "get: 1 indices for shape [4, 4] with 2 dimensions";
    assert_eq!(m.get(0).unwrap_err().to_string(), rank);
    assert_eq!(Array::scalar(7)[()], 7);
}

#[test]
fn writes_reach_the_array_but_not_its_copies() {
    let mut a = Array::arange(0, 12, 1).reshape([3, 4]);
    let copy = a.clone();
    a.slice_mut((1.., step(.., -2))).fill(0);
    a.slice_mut((0, 1)).fill(-1);
    let mut rows = a.slice_mut(2);
    rows.slice_mut(..1).assign(array![77]);
    rows.pick_assign([0, 2], array![70, 72]);
    rows.mask_assign(&array![false, false, false, true], 73);
    rows.pick_update([2, 2], 10, |old, new| old + new);
    assert_eq!(a, array![[0, -1, 2, 3], [4, 0, 6, 0], [70, 0, 92, 73]]);
    assert_eq!(copy, Array::arange(0, 12, 1).reshape([3, 4]));
}

#[test]
fn errors_name_the_index_and_the_axis() {
    let a = Array::arange(0, 12, 1).reshape([3, 4]);
    for (result, message) in [
        (a.try_slice((0, 4)), "slice: index 4 is out of bounds for axis 1 with size 4 of shape [3, 4]"),
        (a.try_slice((0, 0, 0)), "slice: 3 indices for shape [3, 4] with 2 dimensions"),
        (a.try_slice((Ellipsis, Ellipsis)), "slice: more than one ellipsis"),
        (a.try_slice(step(.., 0)), "slice: a slice's step cannot be 0"),
        (a.try_pick((.., [0, -5])), "pick: index -5 is out of bounds for axis 1 with size 4 of shape [3, 4]"),
        (
            a.try_pick(([0, 1], [0, 1, 2])),
            "pick: shapes [2] and [3] do not broadcast: axis -1 is 2 in one and 3 in the other",
        ),
        (
            a.try_pick(&array![true; 4]),
            "pick: shapes [3] and [4]: a mask must have the sizes of the axes it stands for",
        ),
        (a.try_pick(([0], [0], [0])), "pick: 3 indices for shape [3, 4] with 2 dimensions"),
    ] {
        assert_eq!(result.unwrap_err().to_string(), message);
    }
}
