//! Sorts, partitions, unique values and lexsort against NumPy's, from tests/reference/sorting.py.

#[path = "reference/bits.rs"]
mod bits;
#[expect(dead_code, reason = "readers for tests of other kinds of results")]
#[path = "reference/reader.rs"]
mod reader;

use std::collections::HashMap;

use array_core::{Array, Element, Result, SortKey, array, step, try_lexsort};
use bits::{Bits, with_dtype};

/// One stored result: see `sorting.py`.
struct Case<'a> {
    line: &'a str,
    function: &'a str,
    input: &'a str,
    axis: &'a str,
    argument: &'a str,
    numpy: &'a str,
    /// The inputs by name: dtype and text.
    inputs: &'a HashMap<&'a str, (&'a str, &'a str)>,
}

impl Case<'_> {
    fn axis(&self) -> isize {
        self.axis.parse().expect("an axis")
    }

    fn argument(&self) -> isize {
        self.argument.parse().expect("a number")
    }

    /// The input or the view of one that a name stands for.
    fn input<T: Bits>(&self, name: &str) -> Array<T> {
        let (base, kind) = name.split_once('.').unwrap_or((name, ""));
        let a = reader::array(self.inputs[base].1, ' ', T::read);
        let every = |a: &Array<T>, by| a.slice(&vec![step(.., by); a.ndim()][..]);
        match kind {
            "" => a,
            "T" => a.t(),
            "r" => every(&a, -1),
            "s" => every(&a, 2),
            _ => panic!("no view {kind}"),
        }
    }

    fn dtype(&self, name: &str) -> &str {
        self.inputs[name.split('.').next().unwrap_or(name)].0
    }

    /// Compares elements; −0 equals 0, whose order is nobody's, and NaNs are told apart by which part is one.
    fn gives<T: Bits>(&self, result: Result<Array<T>>) {
        let Ok(result) = result else { return assert_eq!(self.numpy, "error", "{}", self.line) };
        assert_ne!(self.numpy, "error", "{} gives {result}", self.line);
        let numpy = reader::array(self.numpy, ' ', T::read);
        let same = result.iter().zip(&numpy).all(|(&a, &b)| a.rank() == b.rank());
        assert!(same && result.shape() == numpy.shape(), "{}\nours {result:?}", self.line);
    }

    fn gives_places(&self, result: Result<Vec<Array<i64>>>) {
        reader::assert_same(result, self.numpy, self.line);
    }
}

/// Whether the elements of a partition lie on the right side of the one at `rank`, which is where a sort puts it.
fn assert_partitioned<T: Element>(case: &Case, a: &Array<T>, axis: isize, rank: isize) {
    for lane in a.lanes(axis) {
        let middle = lane[rank].rank();
        let at = rank.rem_euclid(lane.size() as isize);
        let ranks: Vec<_> = lane.iter().map(|x| x.rank()).collect();
        let (before, after) = ranks.split_at(at as usize);
        assert!(before.iter().all(|&x| x <= middle) && after.iter().all(|&x| x >= middle), "{}", case.line);
    }
}

fn check<T: Bits>(case: &Case) {
    let a = case.input::<T>(case.input);
    match case.function {
        "sort" => case.gives(a.try_sort(case.axis())),
        "argsort" => {
            case.gives_places(a.try_argsort(case.axis()).map(|places| vec![places]));
            // The positions sort.
            if let Ok(places) = a.try_argsort(case.axis()) {
                let sorted = a.take_along_axis(&places, case.axis());
                assert!(
                    sorted.iter().zip(&a.sort(case.axis())).all(|(x, y)| x.rank() == y.rank()),
                    "{}",
                    case.line
                );
            }
        }
        "partition" => {
            let parted = a.try_partition(case.argument(), case.axis());
            if let Ok(parted) = &parted {
                assert_partitioned(case, parted, case.axis(), case.argument());
                let (ours, all) = (parted.sort(case.axis()), a.sort(case.axis()));
                assert!(ours.iter().zip(&all).all(|(x, y)| x.rank() == y.rank()), "{}: others", case.line);
            }
            if a.is_empty() {
                return case.gives(parted);
            }
            let at = |parted: Array<T>| parted.try_take(&Array::scalar(case.argument() as i64), case.axis());
            case.gives(parted.and_then(at));
        }
        "argpartition" => {
            let places = a.try_argpartition(case.argument(), case.axis());
            let parted = places.and_then(|places| a.try_take_along_axis(&places, case.axis()));
            if let Ok(parted) = &parted {
                assert_partitioned(case, parted, case.axis(), case.argument());
            }
            let at = |parted: Array<T>| parted.try_take(&Array::scalar(case.argument() as i64), case.axis());
            case.gives(parted.and_then(at));
        }
        "topk" => {
            let top = a.try_topk(case.argument() as usize, case.axis());
            if let Ok((values, places)) = &top {
                let taken = a.take_along_axis(places, case.axis());
                assert!(values.iter().zip(&taken).all(|(x, y)| x.key() == y.key()), "{}", case.line);
            }
            case.gives_places(top.map(|(_, places)| vec![places]));
        }
        "unique" => {
            case.gives(Ok(a.unique()));
            case.gives(Ok(a.unique_all().values));
        }
        "unique_all" => {
            let unique = a.unique_all();
            case.gives_places(Ok(vec![unique.indices, unique.inverse, unique.counts]));
        }
        function => panic!("no function {function}"),
    }
}

fn boxed<T: Bits>(case: &Case, name: &str) -> Box<dyn SortKey> {
    Box::new(case.input::<T>(name))
}

#[test]
fn sorts_are_numpys() {
    let mut inputs = HashMap::new();
    let mut cases = 0;
    for line in include_str!("reference/data/sorting.txt").lines().skip(1) {
        let fields: Vec<&str> = line.split('|').collect();
        match fields[..] {
            ["input", name, dtype, text] => {
                inputs.insert(name, (dtype, text));
            }
            [function, input, axis, argument, numpy] => {
                let case = Case { line, function, input, axis, argument, numpy, inputs: &inputs };
                if function == "lexsort" {
                    let names = input.split(' ');
                    let keys: Vec<_> =
                        names.map(|name| with_dtype!(case.dtype(name), boxed::<_>(&case, name))).collect();
                    let keys: Vec<&dyn SortKey> = keys.iter().map(|key| &**key).collect();
                    case.gives_places(try_lexsort(&keys, case.axis()).map(|places| vec![places]));
                } else {
                    with_dtype!(case.dtype(input), check::<_>(&case));
                }
                cases += 1;
            }
            _ => panic!("{line}"),
        }
    }
    assert!(cases > 700, "{cases} cases");
}

/// Long enough for several tasks, and equal elements to tell apart.
#[test]
fn argsort_is_stable() {
    let a = Array::arange(0, 300_000, 1).map(|i| (i % 1000) * 7919 % 1000).reshape([3, 100_000]);
    for lane in a.argsort(1).lanes(1).zip(a.lanes(1)) {
        let (places, lane) = (lane.0.to_vec(), lane.1.to_vec());
        let ordered = |pair: &[i64]| {
            let [i, j] = [pair[0] as usize, pair[1] as usize];
            lane[i] < lane[j] || lane[i] == lane[j] && i < j
        };
        assert!(places.windows(2).all(ordered));
    }
}

#[test]
fn several_ranks_are_parted_at_once() {
    let a = array![[5, 3, 9, 1, 7, 0, 2]];
    let parted = a.partition([1, -2, 1], -1);
    assert_eq!((parted[[0, 1]], parted[[0, 5]]), (1, 7));
    assert_eq!((parted[[0, 0]], parted[[0, 6]]), (0, 9));
    assert!(a.try_partition([1, 7], -1).is_err());
}
