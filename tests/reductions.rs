//! Reductions against NumPy's, from tests/reference/reductions.py; and what must hold for many elements: bounds of
//! errors, the same bits for any number of threads.

#[path = "reference/bits.rs"]
mod bits;
#[expect(dead_code, reason = "readers for tests of other kinds of results")]
#[path = "reference/reader.rs"]
mod reader;
#[path = "reference/ulps.rs"]
mod ulps;

use array_core::{
    Array, Axes, Complex, Element, Error, Float, Math, Num, QuantileMethod, Real, Result, bf16, f16,
    keepdims, set_num_threads, step,
};
use bits::{Bits, with_dtype};
use std::collections::HashMap;
use ulps::within;

/// One stored case: see `reductions.py`.
struct Case<'a> {
    line: &'a str,
    function: &'a str,
    view: &'a str,
    axes: &'a str,
    argument: &'a str,
    tolerance: &'a str,
    dtype: &'a str,
    numpy: &'a str,
    /// Other inputs by name: dtype and text.
    inputs: &'a HashMap<&'a str, (&'a str, &'a str)>,
}

impl Case<'_> {
    fn axes(&self) -> Axes {
        let (keep, axes) = self.axes.strip_prefix('k').map_or((false, self.axes), |axes| (true, axes));
        let axes: Axes = if axes == ".." { (..).into() } else { reader::numbers(axes, ',').into() };
        if keep { keepdims(axes) } else { axes }
    }

    /// The only axis; `None` for all elements in one row.
    fn axis(&self) -> Option<isize> {
        (self.axes != "..").then(|| reader::numbers(self.axes, ',')[0])
    }

    fn ddof(&self) -> usize {
        self.argument.parse().unwrap()
    }

    fn input<T: Bits>(&self, name: &str) -> Array<T> {
        reader::array(self.inputs[name].1, ' ', T::read)
    }

    /// Compares a result with what is stored, type, shape and elements.
    fn compare<O: Bits>(&self, result: Result<Array<O>>) {
        let (result, numpy) = match (result, self.numpy) {
            (Err(_), "error") => return,
            // NumPy's median fails where there are no results to compute, for want of an element; ours gives none.
            (Ok(result), "error") if self.function == "median" && result.is_empty() => return,
            (Ok(result), "error") => panic!("{}\nNumPy fails, this gives {result}", self.line),
            // NumPy takes weights in the order of the axes given, ours in ascending order.
            (Err(_), _) if self.function == "average" && self.axes == "2,0" => return,
            (Err(error), _) => panic!("{}\n{error}", self.line),
            (Ok(result), numpy) => (result, reader::array(numpy, ' ', O::read)),
        };
        assert_eq!(O::DTYPE.name(), self.dtype, "{}", self.line);
        assert_eq!(result.shape(), numpy.shape(), "{}", self.line);
        // NumPy divides complex sums by a complex count, which rounds more than once.
        let by_count = self.function.ends_with("mean") && self.dtype.starts_with("complex");
        let close = |ours: O, numpys: O| match self.tolerance {
            "bits" if by_count => within(ours, numpys, 2.0),
            "bits" => ours.key() == numpys.key(),
            "value" => ours == numpys || (ours.is_nan() && numpys.is_nan()),
            ulps => within(ours, numpys, ulps.parse().unwrap()),
        };
        let all = result.iter().zip(&numpy).all(|(&ours, &numpys)| close(ours, numpys));
        assert!(all, "{}\nours    {result:?}\nNumPy's {numpy:?}", self.line);
    }
}

/// Functions of every element type; `None` if there is no such.
fn element<T: Bits>(case: &Case, a: &Array<T>) -> Option<()>
where
    T::Sum: Bits,
    T::Mean: Bits,
    T::Magnitude: Bits,
{
    let axes = case.axes();
    // The forms without axes must give the same.
    let all = case.axes == ".." && case.numpy != "error";
    macro_rules! reduction {
        ($all:expr, $axes:expr) => {{
            if all {
                case.compare(Ok(Array::scalar($all)));
            }
            case.compare($axes);
        }};
    }
    match case.function {
        "sum" => reduction!(a.sum(), a.try_sum_axis(axes)),
        "prod" => reduction!(a.prod(), a.try_prod_axis(axes)),
        "mean" => reduction!(a.mean(), a.try_mean_axis(axes)),
        "max" => reduction!(a.max(), a.try_max_axis(axes)),
        "min" => reduction!(a.min(), a.try_min_axis(axes)),
        "any" => reduction!(a.any(), a.try_any_axis(axes)),
        "all" => reduction!(a.all(), a.try_all_axis(axes)),
        "count_nonzero" => reduction!(a.count_nonzero(), a.try_count_nonzero_axis(axes)),
        "var" => reduction!(a.var(case.ddof()), a.try_var_axis(axes, case.ddof())),
        "std" => reduction!(a.std(case.ddof()), a.try_std_axis(axes, case.ddof())),
        "median" => reduction!(a.median(), a.try_median_axis(axes)),
        "nansum" => reduction!(a.nansum(), a.try_nansum_axis(axes)),
        "nanprod" => reduction!(a.nanprod(), a.try_nanprod_axis(axes)),
        "nanmean" => reduction!(a.nanmean(), a.try_nanmean_axis(axes)),
        "nanvar" => reduction!(a.nanvar(case.ddof()), a.try_nanvar_axis(axes, case.ddof())),
        "nanstd" => reduction!(a.nanstd(case.ddof()), a.try_nanstd_axis(axes, case.ddof())),
        "argmax" => match case.axis() {
            Some(axis) => case.compare(a.try_argmax_axis(axis)),
            None => case.compare(a.try_argmax().map(|at| Array::scalar(at as i64))),
        },
        "argmin" => match case.axis() {
            Some(axis) => case.compare(a.try_argmin_axis(axis)),
            None => case.compare(a.try_argmin().map(|at| Array::scalar(at as i64))),
        },
        "cumsum" => case.compare(case.axis().map_or_else(|| Ok(a.cumsum()), |axis| a.try_cumsum_axis(axis))),
        "cumprod" => {
            case.compare(case.axis().map_or_else(|| Ok(a.cumprod()), |axis| a.try_cumprod_axis(axis)))
        }
        "average" => case.compare(a.try_average_axis(axes, &case.input::<T::Mean>(case.argument))),
        _ => return None,
    }
    Some(())
}

fn number<T: Bits + Num>(case: &Case, a: &Array<T>) -> Option<()> {
    match case.function {
        "ptp" => {
            case.compare(a.try_ptp_axis(case.axes()));
            if case.axes == ".." {
                case.compare(a.try_ptp().map(Array::scalar));
            }
        }
        "diff" => case.compare(a.try_diff(case.argument.parse().unwrap(), case.axis()?)),
        _ => return None,
    }
    Some(())
}

fn method(name: &str) -> QuantileMethod {
    use QuantileMethod::*;
    match name {
        "inverted_cdf" => InvertedCdf,
        "averaged_inverted_cdf" => AveragedInvertedCdf,
        "closest_observation" => ClosestObservation,
        "interpolated_inverted_cdf" => InterpolatedInvertedCdf,
        "hazen" => Hazen,
        "weibull" => Weibull,
        "linear" => Linear,
        "median_unbiased" => MedianUnbiased,
        "normal_unbiased" => NormalUnbiased,
        "lower" => Lower,
        "higher" => Higher,
        "midpoint" => Midpoint,
        "nearest" => Nearest,
        _ => panic!("no method {name}"),
    }
}

fn real<T: Bits + Real>(case: &Case, a: &Array<T>) -> Option<()>
where
    T::Mean: Bits,
{
    let words: Vec<&str> = case.argument.split(' ').collect();
    let number = |i: usize| -> f64 { words[i].parse().unwrap() };
    match case.function {
        "quantile" => {
            case.compare(a.try_quantile_by(number(1), case.axes(), method(words[0])));
            if words[0] == "linear" && case.axes == ".." {
                case.compare(a.try_quantile(number(1)).map(Array::scalar));
            }
        }
        "percentile" => case.compare(a.try_percentile_axis(number(0), case.axes())),
        "quantiles" => {
            let q = Array::from_vec([number(0), number(1), number(2)], [1, 3]);
            case.compare(a.try_quantile_axis(&q, case.axes()));
            case.compare(a.try_percentile_axis(&(&q * 100.0), case.axes()));
        }
        _ => return None,
    }
    Some(())
}

fn float<T: Bits + Float + Math>(case: &Case, a: &Array<T>) -> Option<()> {
    let all = case.axes == "..";
    match case.function {
        "nanmax" => {
            case.compare(a.try_nanmax_axis(case.axes()));
            if all {
                case.compare(a.try_nanmax().map(Array::scalar));
            }
        }
        "nanmin" => {
            case.compare(a.try_nanmin_axis(case.axes()));
            if all {
                case.compare(a.try_nanmin().map(Array::scalar));
            }
        }
        "logsumexp" => {
            case.compare(a.try_logsumexp_axis(case.axes()));
            if all {
                case.compare(Ok(Array::scalar(a.logsumexp())));
            }
        }
        _ => return None,
    }
    Some(())
}

fn viewed<T: Element>(a: Array<T>, view: &str) -> Array<T> {
    match view {
        "none" => a,
        "t" => a.t(),
        "rev" => a.slice(&vec![step(.., -1); a.ndim()][..]),
        "skip" => a.slice((array_core::Ellipsis, step(.., 2))),
        "bcast" => a.broadcast_to([&[2], a.shape()].concat()),
        other => panic!("view {other}"),
    }
}

/// Runs a case in the functions of all elements, then in those of narrower traits.
fn run<T: Bits>(case: &Case, name: &str) -> Option<()>
where
    T::Sum: Bits,
    T::Mean: Bits,
    T::Magnitude: Bits,
{
    element::<T>(case, &viewed(case.input(name), case.view))
}

/// Lists element types to try a function on.
macro_rules! among {
    ($dtype:expr, $f:ident($case:expr, $name:expr); $($text:literal $t:ty),*) => {
        match $dtype {
            $($text => $f::<$t>($case, &viewed($case.input($name), $case.view)),)*
            _ => None,
        }
    };
}

#[test]
fn reductions_are_numpys() {
    let mut inputs = HashMap::new();
    let mut cases = 0;
    for line in include_str!("reference/data/reductions.txt").lines().skip(1) {
        let words: Vec<&str> = line.split('|').collect();
        if let ["array", name, dtype, text] = words[..] {
            inputs.insert(name, (dtype, text));
            continue;
        }
        let ["case", function, name, view, axes, argument, tolerance, dtype, numpy] = words[..] else {
            panic!("{line}")
        };
        let case = &Case { line, function, view, axes, argument, tolerance, dtype, numpy, inputs: &inputs };
        let input = inputs[name].0;
        let done = with_dtype!(input, run::<_>(case, name))
            .or_else(|| {
                among!(input, number(case, name); "float64" f64, "float32" f32, "float16" f16, "int64" i64,
                    "int32" i32, "int16" i16, "int8" i8, "uint64" u64, "uint32" u32, "uint16" u16, "uint8" u8,
                    "complex128" Complex<f64>, "complex64" Complex<f32>)
            })
            .or_else(|| {
                among!(input, real(case, name); "float64" f64, "float32" f32, "float16" f16, "int32" i32, "uint8" u8)
            })
            .or_else(|| among!(input, float(case, name); "float64" f64, "float32" f32, "float16" f16));
        assert!(done.is_some(), "no function for {line}");
        cases += 1;
    }
    assert!(cases > 5000, "{cases} cases");
}

/// bfloat16 is summed in f32 and rounded once, as float16 is; NumPy has no such type.
#[test]
fn bfloat16_is_summed_in_single_precision() {
    let a: Array<bf16> = (0..1000).map(|_| bf16::from_f32(1.0)).collect();
    assert_eq!(a.sum(), bf16::from_f32(1000.0));
    assert_eq!(a.mean(), bf16::from_f32(1.0));
    assert_eq!(a.var(0), bf16::from_f32(0.0));
    assert_eq!(a.cumsum()[999], bf16::from_f32(1000.0));
    // NumPy's running sum of float16, which is rounded at each step, stays at 2048.
    assert_eq!(Array::<f16>::ones(3000).cumsum()[2999], f16::from_f32(3000.0));
}

/// Numbers that look random, from a linear congruential generator; the upper 53 bits as a signed fraction.
fn noise(n: usize) -> Vec<i64> {
    let mut state = 42_u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state as i64) >> 11
    };
    (0..n).map(|_| next()).collect()
}

const SIZES: [usize; 19] =
    [1, 2, 3, 7, 8, 9, 63, 64, 65, 100, 127, 1023, 1024, 1025, 2049, 65_536, 70_001, 200_003, 1_000_003];

/// |sum − exact| ≤ 2·log₂(n)·ε·Σ|x| for every kind of stride, exact in 128-bit integers.
#[test]
fn sums_are_as_accurate_as_pairwise_sums() {
    let steady = vec![(0.1_f64 * (1_i64 << 53) as f64) as i64; SIZES[SIZES.len() - 1]];
    let values = noise(SIZES[SIZES.len() - 1]);
    for x in [&values, &steady] {
        for n in SIZES {
            for stride in [1, 2, 3] {
                let a: Array<f64> = x[..n].iter().map(|&x| x as f64).collect();
                let spread = (&a.reshape([n, 1]) + &Array::zeros([1, stride])).reshape([n * stride]);
                let view = spread.slice(step(.., stride as isize));
                let exact: i128 = x[..n].iter().map(|&x| i128::from(x)).sum();
                let size: f64 = x[..n].iter().map(|&x| (x as f64).abs()).sum();
                let bound = 2.0 * (n as f64).log2() * f64::EPSILON * size;
                let error = |sum: f64| (sum as i128 - exact).abs() as f64;
                assert!(error(view.sum()) <= bound, "sum of {n} elements {stride} apart");
                assert!(error(view.nansum()) <= bound, "nansum of {n} elements {stride} apart");
                assert!(error(view.cumsum()[n - 1]) <= bound, "cumsum of {n} elements {stride} apart");
                // The same columns by rows.
                let columns = spread.reshape([n, stride]);
                for sums in [columns.sum_axis(0), columns.cumsum_axis(0).slice(-1)] {
                    assert!(sums.iter().all(|&sum| error(sum) <= bound), "{n} rows of {stride}");
                }
            }
        }
    }
}

#[test]
fn every_running_sum_is_within_its_bound() {
    let n = 10_000;
    let a = Array::full(n, 0.1_f64);
    let columns = a.reshape([n, 1]).broadcast_to([n, 3]).cumsum_axis(0);
    for (sums, what) in [(a.cumsum(), "row"), (columns.slice((.., 1)), "column")] {
        for (i, &sum) in sums.iter().enumerate() {
            let exact = (i + 1) as f64 * 0.1;
            let bound = 2.0 * ((i + 1) as f64).log2().max(1.0) * f64::EPSILON * exact;
            assert!((sum - exact).abs() <= bound, "{what}: {sum} at {i}");
        }
    }
}

/// The documented bound of variances: (log₂(n) + 8)·ε relative to the variance about the mean of all but rounded
/// data, however large the mean is.
#[test]
fn variances_do_not_suffer_from_a_large_mean() {
    for offset in [0, 1, 1 << 20, 1 << 40] {
        for n in [2, 3, 10, 100, 1000, 1025, 5000, 70_000, 200_003] {
            // Multiples of 2^-10 about the offset: exact in f64, and so are the sums below in i128.
            let x: Vec<i64> = noise(n).iter().map(|x| (offset << 10) + (x >> 43)).collect();
            let a: Array<f64> = x.iter().map(|&x| x as f64 / 1024.0).collect();
            let (sum, squares) = x.iter().fold((0_i128, 0_i128), |(sum, squares), &x| {
                let x = i128::from(x - (offset << 10));
                (sum + x, squares + x * x)
            });
            let n = n as i128;
            let exact = (n * squares - sum * sum) as f64 / (n * n) as f64 / (1024.0 * 1024.0);
            let bound = ((n as f64).log2() + 8.0) * f64::EPSILON * exact;
            let n = n as usize;
            assert!((a.var(0) - exact).abs() <= bound, "{n} about {offset}: {} for {exact}", a.var(0));
            let columns = a.reshape([n, 1]).broadcast_to([n, 70]).var_axis(0, 0);
            assert!(columns.iter().all(|var| (var - exact).abs() <= bound), "{n} rows about {offset}");
        }
    }
}

/// Whole numbers, whose sums are exact, in every arrangement of axes, against plain loops.
#[test]
fn large_arrays_are_reduced_along_any_axes() {
    let value = |i: usize| (i * 7919 % 1009) as i64 - 504;
    for shape in
        [[300, 1000], [1000, 300], [2, 150_000], [150_000, 2], [1030, 517], [70_000, 10], [17, 40_000]]
    {
        let size = shape[0] * shape[1];
        let a: Array<i64> = (0..size).map(value).collect::<Array<i64>>().reshape(shape);
        let (doubles, singles, small) = (a.map(|x| x as f64), a.map(|x| x as f32), a.map(|x| x as i16));
        for (axis, transposed) in [(0, false), (1, false), (0, true), (1, true)] {
            let kept = shape[1 - axis];
            let at = |i: usize, j: usize| {
                if axis == 0 { value(j * shape[1] + i) } else { value(i * shape[1] + j) }
            };
            let lane = |i: usize| (0..shape[axis]).map(move |j| at(i, j));
            let of = |f: &dyn Fn(usize) -> i64| -> Vec<i64> { (0..kept).map(f).collect() };
            let along = if transposed { 1 - axis as isize } else { axis as isize };
            let turn = |transposed: bool, a: &Array<i64>| if transposed { a.t() } else { a.clone() };
            let b = turn(transposed, &a);
            let sums = of(&|i| lane(i).sum());
            assert_eq!(b.sum_axis(along).to_vec(), sums);
            assert_eq!(b.max_axis(along).to_vec(), of(&|i| lane(i).max().unwrap()));
            assert_eq!(
                b.count_nonzero_axis(along).to_vec(),
                of(&|i| lane(i).filter(|&x| x != 0).count() as i64)
            );
            let first_max = |i: usize| {
                let max = lane(i).max();
                lane(i).position(|x| Some(x) == max).unwrap() as i64
            };
            assert_eq!(b.argmax_axis(along).to_vec(), of(&first_max));
            if !transposed {
                assert_eq!(doubles.sum_axis(along).map(|x| x as i64).to_vec(), sums);
                assert_eq!(singles.sum_axis(along).map(|x| x as i64).to_vec(), sums);
                assert_eq!(small.sum_axis(along).to_vec(), sums);
                assert_eq!(doubles.t().sum_axis(1 - along).map(|x| x as i64).to_vec(), sums);
                let running = doubles.cumsum_axis(along);
                let running = if axis == 0 { running.slice(-1) } else { running.slice((.., -1)) };
                assert_eq!(running.map(|x| x as i64).to_vec(), sums);
            }
        }
        let total: i64 = (0..size).map(value).sum();
        assert_eq!((a.sum(), a.t().sum(), doubles.sum() as i64), (total, total, total));
        let every_other = a.slice((step(.., 2), step(.., -3)));
        assert_eq!(every_other.sum(), every_other.to_vec().iter().sum::<i64>());
        assert_eq!(
            every_other.argmin(),
            every_other.to_vec().iter().enumerate().min_by_key(|&(i, x)| (x, i)).unwrap().0
        );
        assert_eq!(a.sum_axis([0, 1]).item(), total);
    }
}

/// Whole numbers, and sums of rows that are in no cache, beside those of each row.
#[test]
fn what_no_cache_holds_is_reduced_as_its_parts_are() {
    let a = (Array::arange(0.0, 4_402_200.0, 1.0) % 1009.0).reshape([1100, 4002]).slice((.., ..4001)).copy();
    let rows: Vec<Array<f64>> = (0..1100).map(|i| a.slice(i)).collect();
    assert_eq!(a.sum_axis(1).to_vec(), rows.iter().map(|row| row.sum()).collect::<Vec<_>>());
    assert_eq!(a.max_axis(1).to_vec(), rows.iter().map(|row| row.max()).collect::<Vec<_>>());
    assert_eq!(a.var_axis(1, 0).to_vec(), rows.iter().map(|row| row.var(0)).collect::<Vec<_>>());
    assert_eq!(a.sum(), rows.iter().map(|row| row.sum()).sum::<f64>());
    assert_eq!(a.sum_axis(0), rows.iter().fold(Array::zeros(4001), |sum, row| sum + row));
}

#[test]
fn bits_do_not_depend_on_the_number_of_threads() {
    let values: Array<f64> = noise(600_000).iter().map(|&x| x as f64 / 1e15).collect();
    let shapes: [&[usize]; 6] =
        [&[600_000], &[600, 1000], &[3, 200_000], &[200_000, 3], &[20, 30, 1000], &[4, 300, 500]];
    let results = || {
        let mut bits = Vec::new();
        let mut take = |a: Array<f64>| bits.extend(a.iter().map(|x| x.to_bits()));
        for shape in shapes {
            let a = values.reshape(shape);
            for a in [a.clone(), a.t(), a.slice((step(.., -2), array_core::Ellipsis))] {
                take(Array::scalar(a.sum()));
                take(Array::scalar(a.var(1)));
                take(Array::scalar(a.logsumexp()));
                for axis in 0..a.ndim() as isize {
                    take(a.sum_axis(axis));
                    take(a.mean_axis(axis));
                    take(a.var_axis(axis, 0));
                    take(a.nanvar_axis(axis, 0));
                    take(a.prod_axis(axis));
                    take(a.logsumexp_axis(axis));
                    take(a.cumsum_axis(axis));
                    take(a.argmax_axis(axis).map(|at| at as f64));
                }
            }
        }
        bits
    };
    set_num_threads(1);
    let one = results();
    for threads in [2, 3, 4] {
        set_num_threads(threads);
        assert!(results() == one, "{threads} threads");
    }
}

#[test]
fn failures_are_values_with_numbers_in_them() {
    let empty = Array::<f64>::zeros([3, 0]);
    let message = |error: Error| error.to_string();
    assert_eq!(message(empty.try_max().unwrap_err()), "max: not defined on the 0 elements of shape [3, 0]");
    assert_eq!(
        message(empty.try_argmin_axis(1).unwrap_err()),
        "argmin: not defined on the 0 elements of shape [3, 0]"
    );
    assert_eq!(empty.max_axis(0).shape(), [0]);
    assert_eq!(
        message(empty.try_sum_axis(2).unwrap_err()),
        "sum: axis 2 is out of range for shape [3, 0] with 2 dimensions"
    );
    assert_eq!(
        message(empty.try_var_axis([0, -2], 0).unwrap_err()),
        "var: axis -2 is given more than once for shape [3, 0]"
    );
    assert_eq!(
        message(Array::<f64>::ones(3).try_quantile(1.5).unwrap_err()),
        "quantile: 1.5 is not between 0 and 1"
    );
    assert_eq!(
        message(Array::<f64>::ones(3).try_average(&Array::zeros(3)).unwrap_err()),
        "average: weights sum to 0"
    );
}
