//! `isclose` and `allclose` against NumPy's, as stored by `tests/reference/closeness.py`.

#[path = "reference/bits.rs"]
mod bits;

use array_core::{Array, equal_nan};
use bits::{Bits, with_dtype};

/// The values of a dtype and the `close` lines that belong to them.
struct Case<'a> {
    a: &'a str,
    b: &'a str,
    close: Vec<&'a str>,
}

fn check<T: Bits>(dtype: &str, case: &Case) {
    let values = |text: &str| -> Array<T> { text.split(' ').map(T::read).collect() };
    let (a, b) = (values(case.a), values(case.b));
    for line in &case.close {
        let [rtol, atol, plain, with_nan] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let [rtol, atol] = [rtol, atol].map(|text| text.parse().expect("a tolerance"));
        let results = [(a.isclose(&b, rtol, atol), plain), (a.isclose(equal_nan(&b), rtol, atol), with_nan)];
        for (close, expected) in results {
            assert_eq!(close.size(), expected.len(), "{dtype}");
            for (i, (&close, expected)) in close.iter().zip(expected.bytes()).enumerate() {
                let (a, b) = (a[i], b[i]);
                assert_eq!(close, expected == b'1', "{dtype}: {a:?} and {b:?}, rtol {rtol}, atol {atol}");
            }
        }
        assert_eq!(a.allclose(&b, rtol, atol), !plain.contains('0'), "{dtype}");
    }
}

#[test]
fn is_close_where_numpy_says_so() {
    let mut dtypes = 0;
    for block in include_str!("reference/data/closeness.txt").split("dtype ").skip(1) {
        let (dtype, lines) = block.split_once('\n').expect("lines after the dtype");
        let lines_of = |word| lines.lines().filter_map(move |line| line.strip_prefix(word));
        let value = |word| lines_of(word).next().expect(word);
        let case = Case { a: value("a "), b: value("b "), close: lines_of("close ").collect() };
        assert_eq!(case.close.len(), 5);
        with_dtype!(dtype, check::<_>(dtype, &case));
        dtypes += 1;
    }
    assert_eq!(dtypes, 9);
}
