//! Cases computed by PyTorch, read from the text files that `tests/reference/nn_cases.py` describes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use array_core::Array;
use nn::Scalar;

/// The cases of one file in one scalar type, by name. Every one of them has to be asked for.
pub struct Cases<T: Scalar> {
    cases: BTreeMap<String, Case<T>>,
    unused: RefCell<BTreeSet<String>>,
}

/// Arrays by name.
#[derive(Default)]
pub struct Case<T: Scalar> {
    name: String,
    floats: BTreeMap<String, Array<T>>,
    integers: BTreeMap<String, Array<i64>>,
}

/// The elements whose bits are written in groups of hexadecimal digits.
fn elements<E: array_core::Element>(hex: &str, shape: &[usize], read: impl Fn(&str) -> E) -> Array<E> {
    let digits = 2 * size_of::<E>();
    let all: Vec<E> = (0..hex.len()).step_by(digits).map(|at| read(&hex[at..at + digits])).collect();
    Array::from_vec(all, shape)
}

impl<T: Scalar> Cases<T> {
    pub fn read(file: &str) -> Self {
        let path = format!("{}/tests/reference/data/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut cases = BTreeMap::new();
        for block in text.split("\ncase ").skip(1) {
            let mut lines = block.lines();
            let (name, dtype) = lines.next().and_then(|line| line.split_once(' ')).expect("name and dtype");
            if dtype != T::DTYPE.name() {
                continue;
            }
            let mut case =
                Case { name: name.to_string(), floats: BTreeMap::new(), integers: BTreeMap::new() };
            for line in lines {
                let mut words = line.split(' ');
                let (key, shape) =
                    (words.next().expect("a name").to_string(), words.next().expect("a shape"));
                let hex = words.next().unwrap_or("");
                let sizes = shape.trim_start_matches('i');
                let sizes: Vec<usize> =
                    sizes.split(',').filter(|n| *n != "-").map(|n| n.parse().expect("a size")).collect();
                let bits = |hex: &str| u64::from_str_radix(hex, 16).expect("hexadecimal digits");
                if shape.starts_with('i') {
                    case.integers.insert(key, elements(hex, &sizes, |hex| bits(hex) as i64));
                } else {
                    let float = |hex: &str| T::from_le_bytes(&bits(hex).to_le_bytes()[..size_of::<T>()]);
                    case.floats.insert(key, elements(hex, &sizes, |hex| float(hex).expect("a float")));
                }
            }
            assert!(cases.insert(name.to_string(), case).is_none(), "{name} is there twice");
        }
        let unused = RefCell::new(cases.keys().cloned().collect());
        Cases { cases, unused }
    }

    pub fn get(&self, name: &str) -> &Case<T> {
        self.unused.borrow_mut().remove(name);
        self.cases.get(name).unwrap_or_else(|| panic!("there is no case {name}"))
    }

    #[allow(dead_code, reason = "not every test file that includes this module goes through all cases")]
    pub fn names(&self) -> Vec<String> {
        self.cases.keys().cloned().collect()
    }

    pub fn assert_all_used(&self) {
        let unused = self.unused.borrow();
        assert!(unused.is_empty(), "not replayed: {unused:?}");
    }
}

impl<T: Scalar> Case<T> {
    pub fn get(&self, array: &str) -> Array<T> {
        self.try_get(array).unwrap_or_else(|| panic!("{} has no {array}", self.name))
    }

    pub fn try_get(&self, array: &str) -> Option<Array<T>> {
        self.floats.get(array).cloned()
    }

    #[allow(dead_code, reason = "not every test file that includes this module has integers in its cases")]
    pub fn integers(&self, array: &str) -> Array<i64> {
        self.integers.get(array).cloned().unwrap_or_else(|| panic!("{} has no integers {array}", self.name))
    }

    /// Asserts that what was computed here is what is stored: to 1e-5 in f32 and 1e-10 in f64, of the stored
    /// element or, for small elements, of the array's root mean square.
    pub fn assert_close(&self, array: &str, ours: &Array<T>) {
        let theirs = self.get(array);
        assert_eq!(ours.shape(), theirs.shape(), "{} {}: the shape of {array}", self.name, T::DTYPE);
        let bound = if size_of::<T>() == 4 { 1e-5 } else { 1e-10 };
        let finite = theirs.map(|x| if x.is_finite() { x.to_f64() } else { 0.0 });
        let scale = finite.square().mean().sqrt();
        for (i, (a, b)) in ours.iter().zip(&theirs).enumerate() {
            let (a, b) = (a.to_f64(), b.to_f64());
            let close = (a - b).abs() <= bound * b.abs().max(scale) || a == b || (a.is_nan() && b.is_nan());
            assert!(close, "{} {}: element {i} of {array} is {a}, PyTorch's is {b}", self.name, T::DTYPE);
        }
    }
}
