//! `cast` between all pairs of element types against NumPy's `astype`, and `try_cast` against exact arithmetic, as
//! stored by `tests/reference/casting.py`.

#[path = "reference/bits.rs"]
mod bits;

use array_core::Element;
use bits::{Bits, with_dtype};

/// One `to` line and its `fits` line.
struct Pair<'a> {
    name: String,
    sources: &'a [&'a str],
    results: &'a [&'a str],
    fits: &'a str,
}

/// Equal, or NaN where NaN is expected; −0 is not 0.
fn same<T: Element>(a: T, b: T) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

fn check_to<T: Bits, U: Bits>(pair: &Pair) {
    let Pair { name, sources, results, fits } = pair;
    assert!(sources.len() == results.len() && sources.len() == fits.len(), "{name}");
    for ((source, &result), fit) in sources.iter().zip(*results).zip(fits.bytes()) {
        let value = T::read(source);
        let cast: U = value.cast();
        assert!(result == "-" || same(cast, U::read(result)), "{name}: {value:?} became {cast:?}");
        let checked = value.checked_cast::<U>();
        assert_eq!(checked.is_some(), fit == b'1', "{name}: {value:?} is {checked:?}");
        assert!(checked.is_none_or(|checked| same(checked, cast)), "{name}: {value:?}");
    }
}

fn check_from<T: Bits>(to: &str, pair: &Pair) {
    with_dtype!(to, check_to::<T, _>(pair));
}

#[test]
fn casts_as_numpy_does() {
    let text = include_str!("reference/data/casting.txt");
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(' ').collect()).collect();
    let (mut from, mut sources, mut pairs) = ("", &[][..], 0);
    for (i, line) in lines.iter().enumerate() {
        match line[..] {
            ["from", dtype, ref values @ ..] => (from, sources) = (dtype, values),
            ["to", to, ref results @ ..] => {
                let name = format!("{from} to {to}");
                let pair = Pair { name, sources, results, fits: lines[i + 1][1] };
                with_dtype!(from, check_from::<_>(to, &pair));
                pairs += 1;
            }
            _ => {}
        }
    }
    assert_eq!(pairs, 16 * 16);
}
