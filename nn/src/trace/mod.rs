//! Looking inside: the named values of a forward pass as a table.

mod table;

use array_core::Array;

use crate::autograd::Tape;
use crate::scalar::Scalar;

/// The named values of a tape, in the order of their making.
#[derive(Debug, Clone)]
pub struct Trace<T: Scalar = f32> {
    rows: Vec<TraceRow<T>>,
}

/// One named value.
#[derive(Debug, Clone)]
pub struct TraceRow<T: Scalar = f32> {
    /// Its name: the path of the scope it is the output of, or of the parameter.
    pub path: String,
    /// The operation that made it.
    pub op: &'static str,
    /// The value.
    pub value: Array<T>,
}

impl<T: Scalar> Tape<T> {
    /// The named values so far: outputs of [`apply`](crate::Var::apply), parameters, and what
    /// [`named`](crate::Var::named) has named. A value that is the output of several nested scopes has a row for
    /// each. Parameters that backward has given back are left out.
    pub fn trace(&self) -> Trace<T> {
        let rows = self.named_values().into_iter().filter(|(path, ..)| !path.is_empty());
        Trace { rows: rows.map(|(path, op, value)| TraceRow { path, op, value }).collect() }
    }
}

impl<T: Scalar> TraceRow<T> {
    /// The mean of the elements; NaN if there are none.
    pub fn mean(&self) -> f64 {
        self.value.map(|x| x.to_f64()).mean()
    }

    /// The standard deviation of the elements (divided by their number); NaN if there are none.
    pub fn std(&self) -> f64 {
        let mean = self.mean();
        self.value.map(|x| (x.to_f64() - mean).powi(2)).mean().sqrt()
    }

    /// The fraction of elements that are 0; NaN if there are none.
    pub fn zeros(&self) -> f64 {
        self.value.equal(T::ZERO).mean()
    }
}

impl<T: Scalar> Trace<T> {
    /// All rows, in the order of making.
    pub fn rows(&self) -> &[TraceRow<T>] {
        &self.rows
    }

    /// The value of this path.
    pub fn get(&self, path: &str) -> Option<&Array<T>> {
        self.rows.iter().find(|row| row.path == path).map(|row| &row.value)
    }
}
