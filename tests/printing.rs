//! `Display` and `Debug` of arrays against NumPy's `str` and `repr`, as stored by `tests/reference/printing.py`.

#[path = "reference/bits.rs"]
mod bits;

use array_core::{Array, Ellipsis, step};
use bits::{Bits, with_dtype};

/// One stored case: see `printing.py`.
#[derive(Debug, Default)]
struct Case<'a> {
    line: usize,
    dtype: &'a str,
    shape: Vec<usize>,
    view: &'a str,
    precision: Option<usize>,
    bits: Vec<&'a str>,
    display: Vec<&'a str>,
    debug: Vec<&'a str>,
}

fn parse(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(head) = line.strip_prefix("case ") {
            let words: Vec<&str> = head.split(' ').collect();
            let [dtype, shape, view, precision] = words[..] else { panic!("line {number}: {line}") };
            let value = |word: &'_ str| word.split_once('=').map_or("", |(_, value)| value).to_string();
            cases.push(Case {
                line: number + 1,
                dtype,
                shape: value(shape).split_terminator(',').map(|n| n.parse().unwrap()).collect(),
                view: view.trim_start_matches("view="),
                precision: value(precision).parse().ok(),
                ..Case::default()
            });
        } else if let Some(case) = cases.last_mut() {
            if let Some(bits) = line.strip_prefix("bits ") {
                case.bits = bits.split(' ').collect();
            } else if let Some(line) = line.strip_prefix("str|") {
                case.display.push(line);
            } else if let Some(line) = line.strip_prefix("repr|") {
                case.debug.push(line);
            }
        }
    }
    cases
}

fn texts<T: Bits>(case: &Case) -> (String, String) {
    let size: usize = case.shape.iter().product();
    let values: Vec<T> = case.bits.iter().map(|bits| T::read(bits)).collect();
    let values: Vec<T> = values.iter().copied().cycle().take(size).collect();
    let a = Array::from_vec(values, &case.shape[..]);
    let a = match case.view {
        "none" => a,
        "t" => a.t(),
        "rev" => a.slice(&vec![step(.., -1); a.ndim()][..]),
        "skip" => a.slice((step(.., 2), Ellipsis)),
        "bcast" => a.broadcast_to([&[2], a.shape()].concat()),
        other => panic!("view {other}"),
    };
    match case.precision {
        None => (format!("{a}"), format!("{a:?}")),
        Some(precision) => (format!("{a:.precision$}"), format!("{a:.precision$?}")),
    }
}

#[test]
fn prints_what_numpy_prints() {
    let cases = parse(include_str!("reference/data/printing.txt"));
    assert!(cases.len() >= 400, "{} cases", cases.len());
    let mut failures = Vec::new();
    for case in &cases {
        let (display, debug) = with_dtype!(case.dtype, texts::<_>(case));
        for (ours, numpys) in [(display, case.display.join("\n")), (debug, case.debug.join("\n"))] {
            if ours != numpys {
                failures.push(format!("line {}\nours:\n{ours}\nNumPy's:\n{numpys}\n", case.line));
            }
        }
    }
    let (count, shown) = (failures.len(), failures.iter().take(10).cloned().collect::<String>());
    assert!(failures.is_empty(), "{count} texts differ\n{shown}");
}

#[test]
fn only_what_is_shown_is_read() {
    let a = Array::scalar(0.5).broadcast_to([1 << 20, 1 << 10, 1 << 20]);
    assert_eq!(a.to_string().lines().next(), Some("[[[0.5 0.5 0.5 ... 0.5 0.5 0.5]"));
}
