//! Two records of the same model: which value differs first?

use std::fmt;

use array_core::Array;
use array_core::io::{AnyArray, SafeTensors};

use super::Trace;
use super::export::GRADIENT;
use crate::scalar::Scalar;

/// Values by name to compare a trace with: another trace, or arrays from a file.
pub trait Activations {
    /// The array of this name, in `f64`; that of a gradient ends in `:grad`.
    fn activation(&self, name: &str) -> Option<Array<f64>>;
}

impl<T: Scalar> Activations for Trace<T> {
    fn activation(&self, name: &str) -> Option<Array<f64>> {
        let array = match name.strip_suffix(GRADIENT) {
            Some(path) => self.grad(path),
            None => self.get(name),
        };
        array.map(|array| array.map(|x| x.to_f64()))
    }
}

/// What [`read_npz`](array_core::io::read_npz) returns.
impl Activations for Vec<(String, AnyArray)> {
    fn activation(&self, name: &str) -> Option<Array<f64>> {
        self.iter().find(|(of, _)| of == name).map(|(_, array)| array.cast())
    }
}

impl Activations for SafeTensors {
    fn activation(&self, name: &str) -> Option<Array<f64>> {
        self.tensors.activation(name)
    }
}

/// The first value that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The path of the value.
    pub path: String,
    /// Whether it is the value's gradient that differs, while all values agree.
    pub in_gradient: bool,
    /// What differs.
    pub kind: DifferenceKind,
}

/// How two arrays differ.
#[derive(Debug, Clone, PartialEq)]
pub enum DifferenceKind {
    /// Their shapes: ours, and the other.
    Shape(Vec<usize>, Vec<usize>),
    /// Their elements.
    Elements {
        /// Where they differ most, relative to what is tolerated.
        element: Vec<usize>,
        /// Our element there.
        ours: f64,
        /// The other's.
        other: f64,
        /// How many elements differ by more than is tolerated.
        count: usize,
        /// The number of elements.
        size: usize,
    },
}

impl<T: Scalar> Trace<T> {
    /// The first value that differs from that of the same name in `other`: in the order of the forward pass and then,
    /// if all values agree, the first gradient in the order of backward. `None` if all agree.
    ///
    /// Two elements a and b agree if |a − b| ≤ tolerance·(1 + |b|), or if both are NaN. Names that only one side has
    /// are passed over.
    ///
    /// # Panics
    /// If no name is on both sides.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// use nn::{Dense, Module, Relu, Sequential, Tape};
    /// let rng = &mut default_rng(0);
    /// let mut model =
    ///     Sequential::new().add("l1", Dense::new(3, 4, rng)).add("act", Relu).add("l2", Dense::new(4, 2, rng));
    /// let trace = |model: &Sequential| {
    ///     let tape = Tape::inference();
    ///     let _ = tape.constant(Array::ones([1, 3])).apply("", model);
    ///     tape.trace()
    /// };
    /// let reference = trace(&model); // or array_core::io::read_safetensors(path)?
    /// assert_eq!(trace(&model).first_difference(&reference, 1e-6), None);
    /// model.for_each_param_mut(|path, param| if path == "l2.bias" { param.value_mut()[1] = 0.5 });
    /// let difference = trace(&model).first_difference(&reference, 1e-6).unwrap();
    /// assert_eq!(
    ///     difference.to_string(),
    ///     "l2.bias: 1 of 2 elements differ, most at [1]: 0.5 here, 0 in the other"
    /// );
    /// ```
    #[track_caller]
    pub fn first_difference(&self, other: &impl Activations, tolerance: f64) -> Option<Difference> {
        let mut common = 0;
        let mut compare = |path: &str, in_gradient: bool, ours: Option<&Array<T>>| {
            let name = if in_gradient { format!("{path}{GRADIENT}") } else { path.to_string() };
            let (ours, other) = ours.zip(other.activation(&name))?;
            common += 1;
            let kind = between(&ours.map(|x| x.to_f64()), &other, tolerance)?;
            Some(Difference { path: path.to_string(), in_gradient, kind })
        };
        let rows = || self.rows().iter();
        let found = rows()
            .find_map(|row| compare(&row.path, false, Some(&row.value)))
            .or_else(|| rows().rev().find_map(|row| compare(&row.path, true, row.gradient.as_ref())));
        assert!(common > 0, "first_difference: no name is in both");
        found
    }
}

fn between(ours: &Array<f64>, other: &Array<f64>, tolerance: f64) -> Option<DifferenceKind> {
    if ours.shape() != other.shape() {
        return Some(DifferenceKind::Shape(ours.shape().to_vec(), other.shape().to_vec()));
    }
    // How far apart in units of what is tolerated.
    let excess = ours.zip_map(other, |a, b| match a == b || a.is_nan() && b.is_nan() {
        true => 0.0,
        false => {
            let excess = (a - b).abs() / (tolerance * (1.0 + b.abs()));
            if excess.is_nan() { f64::INFINITY } else { excess }
        }
    });
    let count = excess.iter().filter(|&&excess| excess > 1.0).count();
    if count == 0 {
        return None;
    }
    let at = excess.argmax();
    let element = unravel(at, ours.shape());
    let pick = |array: &Array<f64>| array.iter().nth(at).copied().unwrap_or(f64::NAN);
    Some(DifferenceKind::Elements { element, ours: pick(ours), other: pick(other), count, size: ours.size() })
}

/// The position of an element from its number in row-major order.
fn unravel(mut number: usize, shape: &[usize]) -> Vec<usize> {
    let mut element: Vec<usize> = Vec::with_capacity(shape.len());
    for &size in shape.iter().rev() {
        element.push(number % size);
        number /= size;
    }
    element.reverse();
    element
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.in_gradient { "the gradient of " } else { "" })?;
        match &self.kind {
            DifferenceKind::Shape(ours, other) => {
                write!(f, "{}: the shape is {ours:?} here, {other:?} in the other", self.path)
            }
            DifferenceKind::Elements { element, ours, other, count, size } => write!(
                f,
                "{}: {count} of {size} elements differ, most at {element:?}: {ours} here, {other} in the other",
                self.path
            ),
        }
    }
}
