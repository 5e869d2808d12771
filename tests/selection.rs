//! Masks, choices, searches, counts and bit operations, against NumPy's, from tests/reference/selection.py.

#[path = "reference/reader.rs"]
mod reader;

use std::str::FromStr;

use array_core::{Array, Bins, Complex, Element, Integer, Result, Side, array, try_select};

/// One case: the texts of the arrays, the other arguments, and what NumPy gives.
struct Case<'a> {
    text: &'a str,
    arrays: Vec<&'a str>,
    words: Vec<&'a str>,
    numpy: &'a str,
}

impl Case<'_> {
    fn array<T: Element + FromStr>(&self, i: usize) -> Array<T> {
        let parse = |word: &str| word.parse().unwrap_or_else(|_| panic!("no number: {word}"));
        reader::array(self.arrays[i], ' ', parse)
    }

    fn ints(&self, i: usize) -> Array<i64> {
        self.array(i)
    }

    fn floats(&self, i: usize) -> Array<f64> {
        self.array(i)
    }

    fn mask(&self, i: usize) -> Array<bool> {
        self.ints(i).map(|flag| flag != 0)
    }

    fn int(&self, i: usize) -> isize {
        self.words[i].parse().unwrap()
    }

    fn float(&self, i: usize) -> f64 {
        self.words[i].parse().unwrap()
    }

    fn gives_all<T: Element + FromStr>(&self, result: Result<Vec<Array<T>>>) {
        reader::assert_same(result, self.numpy, self.text);
    }

    fn gives<T: Element + FromStr>(&self, result: Result<Array<T>>) {
        self.gives_all(result.map(|a| vec![a]));
    }

    fn gives_mask(&self, result: Result<Array<bool>>) {
        self.gives(result.map(|mask| mask.map(i64::from)));
    }

    /// Bit operations of one element type.
    fn bits<I: Integer + FromStr>(&self, function: &str) {
        let (a, b) = (self.array::<I>(0), self.array::<I>(self.arrays.len() - 1));
        match function {
            "bitwise_and" => self.gives(a.try_bitwise_and(&b)),
            "bitwise_or" => self.gives(a.try_bitwise_or(&b)),
            "bitwise_xor" => self.gives(a.try_bitwise_xor(&b)),
            "left_shift" => self.gives(a.try_left_shift(&b)),
            "right_shift" => self.gives(a.try_right_shift(&b)),
            "invert" => self.gives(Ok(!a)),
            _ => panic!("no function {function}"),
        }
    }

    fn histogram(&self, bins: impl Into<Bins>) {
        match self.floats(0).try_histogram(bins) {
            Ok(histogram) => {
                let (counts, edges) = self.numpy.split_once(';').unwrap();
                reader::assert_same(Ok(vec![histogram.counts]), counts, self.text);
                reader::assert_same(Ok(vec![histogram.edges]), edges, self.text);
            }
            Err(error) => assert_eq!(self.numpy, "error", "{}\n{error}", self.text),
        }
    }
}

#[test]
fn functions_give_what_numpy_gives() {
    for text in include_str!("reference/data/selection.txt").lines() {
        let [name, arrays, words, numpy] = text.split('|').collect::<Vec<_>>()[..] else { panic!("{text}") };
        let case =
            Case { text, arrays: arrays.split(';').collect(), words: words.split(' ').collect(), numpy };
        let range = || (case.int(0), case.float(1), case.float(2));
        match name {
            "mask" => {
                // Once as it is, and once with other strides.
                let (a, mask) = (case.ints(0), case.mask(1));
                case.gives(a.try_mask(&mask));
                case.gives(strided(&a).try_mask(&strided(&mask)));
            }
            "mask_assign" => {
                let (mut a, mask, values) = (case.ints(0), case.mask(1), case.ints(2));
                let mut b = strided(&a);
                case.gives(a.try_mask_assign(&mask, &values).map(|()| a));
                case.gives(b.try_mask_assign(&strided(&mask), strided(&values)).map(|()| b));
                if values.ndim() == 0 {
                    let mut a = case.ints(0);
                    case.gives(a.try_mask_assign(&mask, values.item()).map(|()| a));
                }
            }
            "nonzero" => case.gives_all(case.ints(0).try_nonzero()),
            "argwhere" => case.gives(Ok(strided(&case.ints(0)).argwhere())),
            "flatnonzero" => case.gives(Ok(strided(&case.ints(0)).flatnonzero())),
            "where" => {
                let (mask, x, y) = (case.mask(0), case.ints(1), case.ints(2));
                case.gives(mask.try_where(&x, &y));
                if y.ndim() == 0 {
                    case.gives(mask.try_where(&x, y.item()));
                    case.gives((!&mask).try_where(y.item(), &x));
                }
            }
            "clip" => {
                let (a, low, high) = (case.ints(0), case.ints(1), case.ints(2));
                case.gives(a.try_clip(&low, &high));
                if low.ndim() + high.ndim() == 0 {
                    case.gives(a.try_clip(low.item(), high.item()));
                }
            }
            "choose" => case.gives(case.ints(0).try_choose(&[case.ints(1), case.ints(2)])),
            "select" => {
                let (conditions, choices) = ([case.mask(0), case.mask(1)], [case.ints(2), case.ints(3)]);
                case.gives(try_select(&conditions, &choices, case.int(0) as i64));
            }
            "take" => case.gives(case.ints(0).try_take(&case.ints(1), case.int(0))),
            "take_along_axis" => case.gives(case.ints(0).try_take_along_axis(&case.ints(1), case.int(0))),
            "put_along_axis" => {
                let mut a = strided(&case.ints(0));
                case.gives(a.try_put_along_axis(&case.ints(1), case.ints(2), case.int(0)).map(|()| a));
            }
            "compress" => case.gives(case.ints(1).try_compress(&case.mask(0), case.int(0))),
            "searchsorted" => {
                let side = if case.words[0] == "left" { Side::Left } else { Side::Right };
                case.gives(case.floats(0).try_searchsorted(case.floats(1), side));
            }
            "digitize" => case.gives(case.floats(0).try_digitize(&case.floats(1), case.int(0) == 1)),
            "isin" => case.gives_mask(Ok(case.floats(0).isin(&case.floats(1)))),
            "bincount" => case.gives(case.ints(0).try_bincount(case.int(0) as usize)),
            "bincount_weighted" => {
                case.gives(case.ints(0).try_bincount_weighted(&case.floats(1), case.int(0) as usize));
            }
            "histogram" if case.words.len() == 1 => case.histogram(case.int(0)),
            "histogram" => case.histogram(range()),
            "histogram_edges" => case.histogram(&case.floats(1)),
            "histogram_weighted" => {
                let histogram = case.floats(0).try_histogram_weighted(range(), &case.floats(1));
                case.gives_all(histogram.map(|histogram| vec![histogram.counts, histogram.edges]));
            }
            "density" => case.gives(case.floats(0).try_histogram(range()).map(|h| h.density())),
            "logical_and" => case.gives_mask(case.ints(0).try_logical_and(case.ints(1))),
            "logical_or" => case.gives_mask(case.ints(0).try_logical_or(case.ints(1))),
            "logical_xor" => case.gives_mask(case.ints(0).try_logical_xor(case.ints(1))),
            "logical_not" => case.gives_mask(Ok(case.ints(0).logical_not())),
            "mask_logical_and" => case.gives_mask(case.mask(0).try_bitwise_and(case.mask(1))),
            "mask_logical_or" => case.gives_mask(case.mask(0).try_bitwise_or(case.mask(1))),
            "mask_logical_xor" => case.gives_mask(case.mask(0).try_bitwise_xor(case.mask(1))),
            name => match name.rsplit_once('_') {
                Some((function, "int64")) => case.bits::<i64>(function),
                Some((function, "int8")) => case.bits::<i8>(function),
                Some((function, "uint8")) => case.bits::<u8>(function),
                _ => panic!("no function {name}"),
            },
        }
    }
}

/// The same elements in a buffer where they lie reversed and transposed.
fn strided<T: Element>(a: &Array<T>) -> Array<T> {
    a.flip(..).t().copy().t().flip(..)
}

#[test]
fn operators_work_on_masks_and_integers_in_all_their_forms() {
    let a = reader::input("c2,3");
    let (even, small) = ((&a % 2).equal(0), a.less(3));
    assert_eq!(&even & &small, array![[true, false, true], [false, false, false]]);
    assert_eq!(even.clone() | &small, array![[true, true, true], [false, true, false]]);
    assert_eq!(&even ^ true, !&even);
    let mut bits = &a << 1;
    bits |= 1;
    bits ^= &a;
    bits >>= 1i64;
    assert_eq!(bits, array![[0i64, 1, 3], [2, 6, 7]]);
    bits.slice_mut(0).assign(0);
    bits.slice_mut((.., 0)).fill(6);
    bits.slice_mut((.., 0)).map_inplace(|x| x & 3);
    let mut column = bits.slice_mut((.., 0));
    column &= 2;
    column <<= &array![1i64, 2];
    assert_eq!(bits, array![[4i64, 0, 0], [8, 6, 7]]);
    assert_eq!(array![1u8, 200] << 7, array![128u8, 0]);
    assert_eq!(array![-1i8, -128, 5] >> 9, array![-1i8, -1, 0]);
    assert!(Array::<bool>::zeros([2]).try_bitwise_and(Array::zeros([3])).is_err());
    assert_eq!(array![0.0, f64::NAN, -0.0].logical_not(), array![true, false, true]);
}

#[test]
fn where_keeps_what_a_scalar_or_an_array_gives() {
    let a = reader::input("t3,4");
    let expected: Vec<i64> = a.iter().map(|&x| if x > 5 { -1 } else { x }).collect();
    assert_eq!(a.greater(5).where_(-1, &a).to_vec(), expected);
    assert_eq!(a.greater(5).where_(a.full_like(-1), &a).to_vec(), expected);
    assert_eq!(a.less_equal(5).where_(&a, -1).to_vec(), expected);
    assert_eq!(array![true, false].where_(1.5, 2.5), array![1.5, 2.5]);
    let nested = a.greater(8).where_(8, a.less(3).where_(3, &a));
    assert_eq!(nested, a.clip(3, 8));
}

#[test]
fn indices_of_every_integer_type_pick() {
    let a = array![10, 20, 30];
    assert_eq!(a.take(&array![2u8, 0], 0), array![30, 10]);
    assert_eq!(a.take(&array![2usize, 0], 0), array![30, 10]);
    assert_eq!(a.take(&array![-1i16, 0], 0), array![30, 10]);
    let error = a.try_take(&array![u64::MAX], 0).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("take: index {} is out of bounds for axis 0 with size 3 of shape [3]", i64::MAX)
    );
    assert_eq!(array![0u8, 1, 0].choose(&[array![1, 2, 3], array![7]]), array![1, 7, 3]);
    assert_eq!(array![3u8, 3, 0].bincount(0), array![1i64, 0, 0, 2]);
    assert_eq!(array![3i32, 3, 0, 9].histogram((3, 0.0, 9.0)).counts, array![1i64, 2, 1]);
}

#[test]
fn errors_say_what_does_not_fit() {
    let a = Array::<f64>::zeros([2, 3]);
    let mask = Array::<bool>::zeros(3);
    let wrong = "shapes [2, 3] and [3]: a mask must have the sizes of the leading axes";
    assert_eq!(a.try_mask(&mask).unwrap_err().to_string(), format!("mask: {wrong}"));
    assert_eq!(
        a.clone().try_mask_assign(&mask, 1.0).unwrap_err().to_string(),
        format!("mask_assign: {wrong}")
    );
    let message = |result: Result<Array<f64>>| result.unwrap_err().to_string();
    for (result, expected) in [
        (
            mask.try_where(&a, Array::zeros(2)),
            "where: shapes [2, 3] and [2] do not broadcast: axis -1 is 3 in one and 2 in the other",
        ),
        (try_select(&[&mask], &[&a, &a], 0.0), "select: 1 conditions for 2 choices"),
        (array![0, 2].try_choose(&[&a, &a]), "choose: 2 is not the number of one of 2 choices"),
        (array![0, 2].try_choose::<f64>(&[&a; 0]), "choose: 0 is not the number of one of 0 choices"),
        (
            a.try_compress(&array![false, false, true], 0),
            "compress: index 2 is out of bounds for axis 0 with size 2 of shape [2, 3]",
        ),
        (
            a.try_take_along_axis(&array![0], 0),
            "take_along_axis: shapes [2, 3] and [1]: must have the same number of axes",
        ),
        (
            a.try_clip(0.0, Array::zeros(2)),
            "clip: shapes [2, 3] and [2] do not broadcast: axis -1 is 3 in one and 2 in the other",
        ),
    ] {
        assert_eq!(message(result), expected);
    }
    let message = |result: Result<Array<i64>>| result.unwrap_err().to_string();
    for (result, expected) in [
        (a.try_searchsorted(0.0, Side::Left), "searchsorted: shape [2, 3] does not have one axis"),
        (a.try_digitize(&array![0.0, 2.0, 1.0], false), "digitize: the edges neither ascend nor descend"),
        (array![1, -1].try_bincount(0), "bincount: -1 is not the number of a bin"),
        (a.try_histogram(0).map(|h| h.counts), "histogram: 0 bins"),
        (a.try_histogram((1, 2.0, 1.0)).map(|h| h.counts), "histogram: no bins from 2 to 1"),
    ] {
        assert_eq!(message(result), expected);
    }
    let scalar = Array::scalar(1).try_nonzero().unwrap_err().to_string();
    assert_eq!(scalar, "nonzero: an array without axes has no positions");
}

#[test]
fn a_failed_write_writes_nothing() {
    let original = reader::input("c3,4");
    let mut a = original.clone();
    assert!(a.try_pick_assign([0, 3], 9).is_err());
    assert!(a.try_pick_add((.., [0, 1]), array![1i64, 2, 3]).is_err());
    assert!(a.try_mask_assign(&array![true, true, false], array![1i64, 2, 3]).is_err());
    assert!(a.try_put_along_axis(&array![[0, 9]], 1, 1).is_err());
    assert_eq!(a, original);
}

#[test]
fn parts_of_complex_numbers() {
    let z = array![Complex::new(3.0, -4.0), Complex::new(-1.0, 0.0), Complex::new(0.0, 2.0)];
    assert_eq!(z.real(), array![3.0, -1.0, 0.0]);
    assert_eq!(z.imag(), array![-4.0, 0.0, 2.0]);
    assert_eq!(z.conj().imag(), array![4.0, -0.0, -2.0]);
    let pi = std::f64::consts::PI;
    assert_eq!(z.angle(), array![(-4f64).atan2(3.0), pi, pi / 2.0]);
    // The sign of zero decides on which side of the cut a number lies.
    assert_eq!(z.conj().angle()[1], -pi);
}

#[test]
fn masks_of_any_length_keep_what_a_loop_keeps() {
    // Longer than a block of the kernel, and cut into several tasks.
    let a = Array::arange(0, 100_003, 1);
    for keep in [|x: i32| x % 3 == 0, |x: i32| x > 70_000, |_: i32| false, |_: i32| true] {
        let mask = a.map(keep);
        let expected: Vec<i32> = a.iter().copied().filter(|&x| keep(x)).collect();
        assert_eq!(a.mask(&mask).to_vec(), expected);
        assert_eq!(mask.flatnonzero().map(|i| i as i32).to_vec(), expected);
        let mut written = a.clone();
        written.mask_assign(&mask, -1);
        assert_eq!(written, mask.where_(-1, &a));
        written.mask_assign(&mask, a.mask(&mask));
        assert_eq!(written, a);
    }
}
