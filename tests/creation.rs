//! New arrays against NumPy's, from tests/reference/creation.py, and by hand.

#[path = "reference/reader.rs"]
mod reader;

use array_core::{
    Array, Element, Error, Float, Indexing, Points, Real, Result, array, f16, half_open, try_indices,
    try_meshgrid,
};

fn read<T: Element + std::str::FromStr>(words: &[&str]) -> Vec<T> {
    words.iter().map(|word| word.parse().unwrap_or_else(|_| panic!("no number: {word}"))).collect()
}

fn arange<T: Real + std::str::FromStr>(words: &[&str], numpy: &str, case: &str) {
    let [start, stop, step] = read::<T>(words)[..] else { panic!("{case}") };
    reader::assert_same(Array::try_arange(start, stop, step).map(|a| vec![a]), numpy, case);
}

fn points(num: &str, endpoint: &str) -> Points {
    let num: isize = num.parse().unwrap();
    if endpoint == "1" { num.into() } else { half_open(num) }
}

fn linspace<T: Float + std::str::FromStr>(words: &[&str], numpy: &str, case: &str) {
    let ends = read::<T>(&words[..2]);
    let result = Array::try_linspace(ends[0], ends[1], points(words[2], words[3]));
    reader::assert_same(result.map(|a| vec![a]), numpy, case);
}

/// NumPy's powers and logarithms are not always rounded correctly, nor are ours.
fn assert_close(result: Result<Array<f64>>, numpy: &str, case: &str) {
    match (result, reader::expected::<f64>(numpy)) {
        (Ok(result), Some(expected)) => {
            let close = |(a, b): (&f64, &f64)| a == b || (a - b).abs() <= 4.0 * f64::EPSILON * b.abs();
            let same_shape = result.shape() == expected[0].shape();
            assert!(same_shape && result.iter().zip(&expected[0]).all(close), "{case}\n{result:?}");
        }
        (Err(_), None) => {}
        (result, _) => panic!("{case}\n{result:?}"),
    }
}

#[test]
fn rules_give_what_numpy_gives() {
    for case in include_str!("reference/data/creation.txt").lines() {
        let [name, arguments, numpy] = case.split('|').collect::<Vec<_>>()[..] else { panic!("{case}") };
        let words: Vec<&str> = arguments.split(' ').collect();
        let ints: Vec<isize> = words.iter().map_while(|word| word.parse().ok()).collect();
        let iota = |sizes: usize, start: i64| {
            let shape: Vec<&str> = words[..sizes].to_vec();
            reader::input(&format!("c{}", shape.join(","))) + start
        };
        let cube = || reader::input("c2,3,4");
        let sides = || -> Vec<Array<i64>> {
            ints.iter().zip(0..).map(|(&n, i)| Array::arange(10 * i, 10 * i + n as i64, 1)).collect()
        };
        let same = |result: Result<Array<i64>>| reader::assert_same(result.map(|a| vec![a]), numpy, case);
        match name {
            "arange_i64" => arange::<i64>(&words, numpy, case),
            "arange_f64" => arange::<f64>(&words, numpy, case),
            "arange_f32" => arange::<f32>(&words, numpy, case),
            "arange_f16" => arange::<f16>(&words, numpy, case),
            "linspace_f64" => linspace::<f64>(&words, numpy, case),
            "linspace_f32" => linspace::<f32>(&words, numpy, case),
            "linspace_f16" => linspace::<f16>(&words, numpy, case),
            "logspace" => {
                let ends = read::<f64>(&words);
                let points = points(words[2], words[4]);
                assert_close(Array::try_logspace(ends[0], ends[1], points, ends[3]), numpy, case);
            }
            "geomspace" => {
                let ends = read::<f64>(&words);
                let points = points(words[2], words[3]);
                assert_close(Array::try_geomspace(ends[0], ends[1], points), numpy, case);
            }
            "eye" => same(Array::try_eye_offset([ints[0], ints[1]], ints[2])),
            "tri" => same(Array::try_tri([ints[0], ints[1]], ints[2])),
            "diag_of_vector" => same(iota(1, 1).try_diag(ints[1])),
            "diag_of_matrix" => same(iota(2, 0).try_diag(ints[2])),
            "diagonal" => same(cube().try_diagonal(ints[2], ints[0], ints[1])),
            "tril" => same(iota(2, 1).try_tril(ints[2])),
            "triu" => same(iota(2, 1).try_triu(ints[2])),
            "tril_cube" => same(cube().try_tril(ints[0])),
            "triu_cube" => same(cube().try_triu(ints[0])),
            "tril_vector" => same(iota(1, 1).try_tril(ints[1])),
            "triu_vector" => same(iota(1, 1).try_triu(ints[1])),
            "meshgrid_xy" => reader::assert_same(try_meshgrid(&sides(), Indexing::Xy), numpy, case),
            "meshgrid_ij" => reader::assert_same(try_meshgrid(&sides(), Indexing::Ij), numpy, case),
            "indices" => same(try_indices(&ints)),
            _ => panic!("no function {name}"),
        }
    }
}

#[test]
fn literals_nest_up_to_any_depth() {
    assert_eq!(array![1.5].shape(), [1]);
    assert_eq!(array![[1, 2], [3, 4], [5, 6]].shape(), [3, 2]);
    assert_eq!(array![[[1u8], [2]]].shape(), [1, 2, 1]);
    let deep = array![[[[[[1, 2], [3, 4]]]]]];
    assert_eq!((deep.shape(), deep.to_vec()), (&[1, 1, 1, 1, 2, 2][..], vec![1, 2, 3, 4]));
    assert_eq!(array![[[[[[[7]]]]]]].ndim(), 7);
    assert_eq!(array![true; 3].to_vec(), [true; 3]);
    assert_eq!(array![[0.5; 2]; 3].shape(), [3, 2]);
    assert_eq!(array![vec![1, 2], vec![3, 4]], array![[1, 2], [3, 4]]);
    let inferred: Array<f32> = array![[1.0, 2.0]];
    assert_eq!(inferred.to_vec(), [1.0f32, 2.0]);
}

#[test]
fn nested_vectors_become_arrays_and_back() {
    let rows = vec![vec![1, 2, 3], vec![4, 5, 6]];
    let m = Array::from_nested(rows.clone());
    assert_eq!(m, array![[1, 2, 3], [4, 5, 6]]);
    assert_eq!(m.to_nested::<Vec<Vec<i32>>>(), rows);
    assert_eq!(m.t().to_nested::<Vec<Vec<i32>>>(), [[1, 4], [2, 5], [3, 6]]);
    assert_eq!(m.slice((1, 2)).to_nested::<i32>(), 6);
    assert_eq!(Array::from_nested(&[[1, 2], [3, 4]][..]).shape(), [2, 2]);

    let empty: Vec<Vec<f64>> = Vec::new();
    assert_eq!(Array::from_nested(empty.clone()).shape(), [0, 0]);
    assert_eq!(Array::<f64>::zeros([0, 3]).to_nested::<Vec<Vec<f64>>>(), empty);
    assert_eq!(Array::from_nested(vec![Vec::<f64>::new(); 2]).shape(), [2, 0]);

    let ragged = Array::try_from_nested(vec![vec![vec![1], vec![2]], vec![vec![3], vec![4, 5]]]).unwrap_err();
    assert_eq!(ragged.to_string(), "array: shapes [1] and [2]: nested parts must have one shape");
    let too_deep = m.try_to_nested::<Vec<Vec<Vec<i32>>>>().unwrap_err();
    assert_eq!(too_deep.to_string(), "to_nested: 3 levels of vectors for shape [2, 3] with 2 dimensions");
}

#[test]
fn vectors_slices_and_iterators_become_arrays() {
    let expected = array![3, 1, 2];
    assert_eq!(Array::from(vec![3, 1, 2]), expected);
    assert_eq!(Array::from(&[3, 1, 2][..]), expected);
    assert_eq!(Array::from([3, 1, 2]), expected);
    assert_eq!([3, 1, 2].into_iter().collect::<Array<i32>>(), expected);
    assert_eq!(Array::from_vec([3, 1, 2], 3), expected);
    assert_eq!(Array::from_fn([2, 0], |_| 1).shape(), [2, 0]);
    assert_eq!(Array::from_fn((), |index| index.len()).item(), 0);
    assert_eq!(Array::from_fn([2, 3], |i| 10 * i[0] + i[1]), array![[0, 1, 2], [10, 11, 12]]);
}

#[test]
fn arrays_like_others_have_their_shape_and_type() {
    let a: Array<u8> = array![[1, 2, 3], [4, 5, 6]];
    assert_eq!(a.t().zeros_like(), Array::<u8>::zeros([3, 2]));
    assert_eq!(a.ones_like(), Array::full([2, 3], 1u8));
    assert_eq!(a.full_like(7).to_vec(), [7; 6]);
    assert_eq!(a.empty_like().shape(), [2, 3]);
    assert_eq!(Array::<bool>::zeros(2).to_vec(), [false, false]);
    assert_eq!(Array::<i32>::identity(3), Array::eye(3));
}

#[test]
fn impossible_shapes_are_errors_before_memory_is_asked_for() {
    let negative = |op| Err(Error::NegativeSize { op, shape: vec![2, -1] });
    assert_eq!(Array::<f64>::try_zeros([2, -1]), negative("zeros"));
    assert_eq!(Array::<f64>::try_empty([2, -1]), negative("empty"));
    assert_eq!(Array::try_full([2, -1], 1.0), negative("full"));
    assert_eq!(Array::<f64>::try_eye_offset([2, -1], 0), negative("eye"));
    assert_eq!(Array::try_from_fn([2, -1], |_| 0.0), negative("from_fn"));
    let huge = [1usize << 40, 1 << 40];
    for result in [
        Array::<f64>::try_zeros(huge),
        Array::try_full(huge, 1.0),
        Array::try_ones(huge),
        Array::try_eye_offset(huge, 0),
        Array::try_tri(huge, 0),
        Array::try_from_vec([1.0], huge),
        Array::try_arange(0.0, 1e30, 1e-30),
        Array::try_linspace(0.0, 1.0, isize::MAX),
        array![1.0].try_diag(isize::MAX),
    ] {
        assert!(result.is_err());
    }
    assert!(try_indices(huge).is_err());
    assert_eq!(
        Array::try_from_vec([1, 2, 3], [2, 2]).unwrap_err().to_string(),
        "from_vec: 3 values for shape [2, 2], which holds 4"
    );
    assert!(Array::<f64>::try_tri([1, 2, 3], 0).is_err());
    assert!(Array::scalar(1.0).try_diag(0).is_err());
    assert!(Array::scalar(1.0).try_tril(0).is_err());
}

#[test]
fn half_precision_counts_beyond_its_own_integers() {
    // Above 2048 not every integer is an f16; indices must not be counted in it.
    let a = Array::arange(f16::from_f32(0.0), f16::from_f32(3000.0), f16::from_f32(1.0));
    assert_eq!((a.size(), a[2999].to_f32()), (3000, 3000.0));
    let b = Array::<f32>::arange(0.0, 16_777_220.0, 1.0);
    assert_eq!((b.size(), b[-1]), (16_777_220, 16_777_220.0));
}

#[test]
fn a_written_diagonal_reaches_the_array() {
    let mut m = Array::zeros([3, 4]);
    m.diagonal_mut(1, 0, 1).assign(array![1, 2, 3]);
    m.diagonal_mut(-2, 0, 1).fill(9);
    assert_eq!(m, array![[0, 1, 0, 0], [0, 0, 2, 0], [9, 0, 0, 3]]);
}
