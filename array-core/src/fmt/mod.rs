//! Printing as NumPy prints, with its default options: 8 decimals, lines of 75 characters, and only the edges of
//! arrays of more than 1000 elements.

mod cells;
mod digits;
mod float;
mod nested;

use std::fmt;

use nested::{EDGE, Nested, column};

use crate::array::Array;
use crate::dtype::DType;
use crate::element::Element;

const DECIMALS: usize = 8;
const LINE_WIDTH: usize = 75;
/// Arrays of more elements are summarised.
const THRESHOLD: usize = 1000;

/// The text of `numpy.array2string`, appended to a text that the brackets are aligned with.
fn write<T: Element>(
    text: &mut String,
    a: &Array<T>,
    decimals: usize,
    separator: &'static str,
    line_width: usize,
) {
    if a.is_empty() {
        return text.push_str("[]");
    }
    let nested = Nested { separator, line_width, summarised: a.size() > THRESHOLD };
    let corners = corners(a, &nested);
    let cells = cells::column(&corners, decimals);
    match a.ndim() {
        // A `bool` is padded in columns only.
        0 => text.push_str(cells.concat().trim_start()),
        _ => nested.write(text, &mut cells.into_iter(), a.shape(), 0),
    }
}

/// The elements that are shown, in row-major order.
fn corners<T: Element>(a: &Array<T>, nested: &Nested) -> Vec<T> {
    if !nested.summarised {
        return a.to_vec();
    }
    let shape: Vec<usize> = a.shape().iter().map(|&n| nested.shown(n)).collect();
    let at = |(&i, &n): (&usize, &usize)| if i < EDGE { i } else { i + n - nested.shown(n) };
    let source = |index: &[usize]| index.iter().zip(a.shape()).map(at).collect::<Vec<_>>();
    Array::from_fn(shape, |index| a[source(index)]).to_vec()
}

/// A shape as a Python tuple.
fn tuple(shape: &[usize]) -> String {
    match shape {
        [n] => format!("({n},)"),
        _ => format!("{shape:?}").replace('[', "(").replace(']', ")"),
    }
}

/// As NumPy's `str(a)`; `{:.3}` is `numpy.array2string(a, precision=3)`.
///
/// ```
/// use array_core::Array;
/// let a = Array::from_vec([1.0, -0.5, 2.0 / 3.0, 10.0], [2, 2]);
/// assert_eq!(a.to_string(), "[[ 1.         -0.5       ]\n [ 0.66666667 10.        ]]");
/// assert_eq!(format!("{a:.2}"), "[[ 1.   -0.5 ]\n [ 0.67 10.  ]]");
/// ```
impl<T: Element> fmt::Display for Array<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ndim() == 0 && f.precision().is_none() {
            return f.write_str(&cells::single(self.item()));
        }
        let mut text = String::new();
        write(&mut text, self, f.precision().unwrap_or(DECIMALS), " ", LINE_WIDTH);
        f.write_str(&text)
    }
}

/// As NumPy's `repr(a)`: with commas, and with what the elements do not tell. That is the type, unless it is
/// `f64`, `i64`, `bool` or `Complex<f64>`, and the shape, if elements are left out or there are none.
///
/// ```
/// use array_core::Array;
/// assert_eq!(format!("{:?}", Array::from_vec([1.0, 2.5], 2)), "array([1. , 2.5])");
/// assert_eq!(format!("{:?}", Array::from_vec([1u8, 20], 2)), "array([ 1, 20], dtype=uint8)");
/// assert_eq!(format!("{:?}", Array::<f64>::zeros([0, 3])), "array([], shape=(0, 3), dtype=float64)");
/// ```
impl<T: Element> fmt::Debug for Array<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = "array(".to_string();
        let decimals = f.precision().unwrap_or(DECIMALS);
        // The closing parenthesis needs room, too.
        write(&mut text, self, decimals, ", ", LINE_WIDTH - 1);

        let implied = matches!(T::DTYPE, DType::Float64 | DType::Int64 | DType::Bool | DType::Complex128);
        let mut extras = Vec::new();
        if self.size() > THRESHOLD || (self.is_empty() && self.ndim() > 1) {
            extras.push(format!("shape={}", tuple(self.shape())));
        }
        if self.is_empty() || !implied {
            extras.push(format!("dtype={}", T::DTYPE));
        }
        if !extras.is_empty() {
            let extras = extras.join(", ");
            let fits = column(&text) + ", )".len() + extras.len() <= LINE_WIDTH;
            let gap = if fits { " " } else { "\n      " };
            text += &format!(",{gap}{extras}");
        }
        write!(f, "{text})")
    }
}
