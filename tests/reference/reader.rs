//! Reads the arrays of the reference files: `2,3:0 1 2 3 4 5` is of shape (2, 3), `:7` has no axes.

use array_core::{Array, Element, Result};

/// Numbers separated by a character; none in an empty text.
pub fn numbers(text: &str, separator: char) -> Vec<isize> {
    text.split(separator).filter(|word| !word.is_empty()).map(|word| word.parse().unwrap()).collect()
}

/// An array in its text form, its elements read by `parse`.
pub fn array<T: Element>(text: &str, separator: char, parse: impl Fn(&str) -> T) -> Array<T> {
    let (shape, values) = text.split_once(':').unwrap_or_else(|| panic!("no array: {text}"));
    let values: Vec<T> = values.split(separator).filter(|word| !word.is_empty()).map(parse).collect();
    Array::from_vec(values, numbers(shape, ','))
}

/// Several arrays separated by `;`; `None` for "error".
pub fn expected<T: Element + std::str::FromStr>(text: &str) -> Option<Vec<Array<T>>> {
    let parse = |word: &str| word.parse().unwrap_or_else(|_| panic!("no number: {word}"));
    (text != "error").then(|| text.split(';').map(|text| array(text, ' ', parse)).collect())
}

/// Compares results with what NumPy says, bit for bit; -0 and 0 differ, NaN equals NaN.
#[track_caller]
pub fn assert_same<T: Element + std::str::FromStr>(result: Result<Vec<Array<T>>>, numpy: &str, case: &str) {
    match (result, expected::<T>(numpy)) {
        (Ok(result), Some(expected)) => {
            let text = |arrays: &[Array<T>]| -> Vec<String> {
                arrays.iter().map(|a| format!("{:?} {:?}", a.shape(), a.to_vec())).collect()
            };
            assert_eq!(text(&result), text(&expected), "{case}");
        }
        (Err(_), None) => {}
        (Ok(result), None) => panic!("{case}\nNumPy fails, this gives {result:?}"),
        (Err(error), Some(_)) => panic!("{case}\nNumPy succeeds, this fails: {error}"),
    }
}

/// The input arrays 0, 1, 2, … of the reference cases: how they lie in memory, and their shape.
///
/// `c` as it is, `t` transposed, `r` all axes reversed, `s` every second element along each axis.
pub fn input(text: &str) -> Array<i64> {
    let mut shape = numbers(&text[1..], ',');
    let arange = |shape: &[isize]| Array::arange(0, shape.iter().product::<isize>() as i64, 1).reshape(shape);
    match &text[..1] {
        "c" => arange(&shape),
        "t" => {
            shape.reverse();
            arange(&shape).t()
        }
        "r" => arange(&shape).slice(&vec![array_core::step(.., -1); shape.len()][..]),
        "s" => {
            let wide: Vec<isize> = shape.iter().map(|n| 2 * n).collect();
            let every_second = vec![array_core::step(.., 2); shape.len()];
            arange(&wide).slice(&every_second[..])
        }
        kind => panic!("no layout {kind}"),
    }
}
