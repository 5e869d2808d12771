//! Indexing against NumPy, and against a model that keeps explicit indices.

#[path = "reference/reader.rs"]
mod reader;

use array_core::{Array, Ellipsis, IndexItem, IntoIndexItem, NewAxis, SliceItem};

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
fn advanced_indices_mean_what_numpy_means() {
    let reference = include_str!("reference/data/indexing.txt");
    for line in reference.lines() {
        let [operation, input, index, expected] = line.split('|').collect::<Vec<_>>()[..] else { panic!() };
        let mut a = reader::input(input);
        let spec: Vec<IndexItem> = index.split(' ').map(entry).collect();
        let values = |a: &Array<i64>| {
            let picked = a.try_pick(&spec[..])?;
            Ok(Array::arange(100, 100 + picked.size() as i64, 1).reshape(picked.shape()))
        };
        let result = match operation {
            "pick" => a.try_pick(&spec[..]),
            "assign" => values(&a).and_then(|v| a.try_pick_assign(&spec[..], &v)).map(|()| a),
            "add" => values(&a).and_then(|v| a.try_pick_add(&spec[..], &v)).map(|()| a),
            _ => panic!("no operation {operation}"),
        };
        reader::assert_same(result.map(|a| vec![a]), expected, line);
    }
}
