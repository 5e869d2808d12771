//! The one error of the crate: what went wrong, with the numbers inside.

use std::fmt;
use std::path::PathBuf;

use crate::dtype::DType;

/// Everything that can go wrong in this crate.
///
/// Operations come in two forms. `try_…` returns this error; the plain form panics with its message,
/// because a wrong shape is a mistake in the program and not a state of the world.
///
/// ```
/// use array_core::Array;
/// let error = Array::<f64>::zeros([3, 4]).try_add(&Array::zeros([3])).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "add: shapes [3, 4] and [3] do not broadcast: axis -1 is 4 in one and 3 in the other"
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// Shapes that cannot be broadcast together.
    Broadcast {
        /// The operation.
        op: &'static str,
        /// The shapes of the two operands that clash.
        shapes: [Vec<usize>; 2],
        /// The clashing axis, counted from the end: 1 is the last.
        axis_from_end: usize,
    },
    /// A shape that cannot be stretched to a given one.
    BroadcastTo {
        /// The operation.
        op: &'static str,
        /// The shape of the array.
        from: Vec<usize>,
        /// The shape asked for.
        to: Vec<usize>,
    },
    /// An axis that does not exist.
    Axis {
        /// The operation.
        op: &'static str,
        /// The axis asked for.
        axis: isize,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// The same axis given twice.
    RepeatedAxis {
        /// The operation.
        op: &'static str,
        /// The axis given twice.
        axis: isize,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// A number of axes, indices or dimensions that does not match the array's.
    Rank {
        /// The operation.
        op: &'static str,
        /// What was counted, as a plural: "axes", "indices".
        what: &'static str,
        /// How many were given.
        given: usize,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// An index outside its axis.
    Index {
        /// The operation.
        op: &'static str,
        /// The index given.
        index: isize,
        /// The axis it was given for.
        axis: usize,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// A shape that does not hold as many elements as there are.
    Reshape {
        /// The shape of the array.
        from: Vec<usize>,
        /// The shape asked for; −1 stands for "whatever fits".
        to: Vec<isize>,
    },
    /// A negative size.
    NegativeSize {
        /// The operation.
        op: &'static str,
        /// The shape asked for.
        shape: Vec<isize>,
    },
    /// A shape whose number of elements or bytes exceeds the address space.
    TooLarge {
        /// The operation.
        op: &'static str,
        /// The shape asked for.
        shape: Vec<usize>,
        /// The element type.
        dtype: DType,
    },
    /// A number of values that does not fill the shape.
    Length {
        /// The operation.
        op: &'static str,
        /// How many values there are.
        given: usize,
        /// The shape they were meant for.
        shape: Vec<usize>,
    },
    /// Shapes that must agree and do not.
    Shapes {
        /// The operation.
        op: &'static str,
        /// The shapes of the two operands.
        shapes: [Vec<usize>; 2],
        /// The rule they break.
        rule: &'static str,
    },
    /// Subscripts, as of [`einsum`](crate::einsum()), that cannot be read or do not fit the operands.
    Subscripts {
        /// The operation.
        op: &'static str,
        /// The subscripts.
        spec: String,
        /// The character at fault, counted from 0; their number if something is missing at the end.
        at: usize,
        /// What is wrong there.
        rule: String,
        /// The shapes of the operands.
        shapes: Vec<Vec<usize>>,
    },
    /// Shapes that differ off the axis that arrays are joined along.
    Join {
        /// The operation.
        op: &'static str,
        /// The shape of the first array and of one that does not fit.
        shapes: [Vec<usize>; 2],
        /// The axis joined along.
        axis: usize,
    },
    /// An operation that is not defined on no elements.
    Empty {
        /// The operation.
        op: &'static str,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// An array of another element type than the one asked for.
    DType {
        /// The operation.
        op: &'static str,
        /// The element type asked for.
        expected: DType,
        /// The element type that is there.
        found: DType,
    },
    /// A file that the operating system could not open, read or write.
    Io {
        /// The operation.
        op: &'static str,
        /// The file; `None` for readers and writers that have no path.
        path: Option<PathBuf>,
        /// The kind of failure.
        kind: std::io::ErrorKind,
        /// The operating system's words.
        message: String,
    },
    /// A file with something else in it than its format allows, or contents that its format cannot hold.
    File {
        /// The operation.
        op: &'static str,
        /// The file; `None` for readers and writers that have no path.
        path: Option<PathBuf>,
        /// The place of the fault: bytes from the start of the file, or of the member of an archive that the
        /// message names; `None` where the fault has no place.
        offset: Option<u64>,
        /// What was expected and what is there.
        message: String,
    },
    /// A matrix that is not square.
    NotSquare {
        /// The operation.
        op: &'static str,
        /// The shape of the array; its last two axes are the matrix's.
        shape: Vec<usize>,
    },
    /// A value that is infinite or NaN where matrices must be finite.
    NonFinite {
        /// The operation.
        op: &'static str,
        /// Where the first such value is.
        index: Vec<usize>,
        /// The shape of the array.
        shape: Vec<usize>,
        /// The value as text.
        value: String,
    },
    /// A matrix without an inverse.
    Singular {
        /// The operation.
        op: &'static str,
        /// The first row that is a combination of those before it: elimination meets a pivot of 0 there.
        pivot: usize,
        /// The place of the matrix in a stack of matrices, empty for a single matrix.
        batch: Vec<usize>,
    },
    /// A matrix that is not positive definite.
    NotPositiveDefinite {
        /// The operation.
        op: &'static str,
        /// The order of the first leading minor that is not positive.
        minor: usize,
        /// The place of the matrix in a stack of matrices, empty for a single matrix.
        batch: Vec<usize>,
    },
    /// An iteration that did not converge.
    NoConvergence {
        /// The operation.
        op: &'static str,
        /// The place of the matrix in a stack of matrices, empty for a single matrix.
        batch: Vec<usize>,
    },
    /// A value outside what an operation accepts.
    Value {
        /// The operation.
        op: &'static str,
        /// What is wrong with which value.
        message: String,
    },
}

/// `Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Broadcast { op, shapes: [a, b], axis_from_end } => {
                let at = |shape: &[usize]| shape[shape.len() - axis_from_end];
                write!(
                    f,
                    "{op}: shapes {a:?} and {b:?} do not broadcast: axis -{axis_from_end} is {} in one and {} in the other",
                    at(a),
                    at(b)
                )
            }
            Error::BroadcastTo { op, from, to } => {
                write!(f, "{op}: shape {from:?} does not broadcast to {to:?}")
            }
            Error::Axis { op, axis, shape } => {
                write!(f, "{op}: axis {axis} is out of range for shape {shape:?} with {}", dimensions(shape))
            }
            Error::RepeatedAxis { op, axis, shape } => {
                write!(f, "{op}: axis {axis} is given more than once for shape {shape:?}")
            }
            Error::Rank { op, what, given, shape } => {
                write!(f, "{op}: {given} {what} for shape {shape:?} with {}", dimensions(shape))
            }
            Error::Index { op, index, axis, shape } => write!(
                f,
                "{op}: index {index} is out of bounds for axis {axis} with size {} of shape {shape:?}",
                shape[*axis]
            ),
            Error::Reshape { from, to } => {
                let size: usize = from.iter().product();
                write!(f, "reshape: {size} elements of shape {from:?} do not fit shape {to:?}")
            }
            Error::NegativeSize { op, shape } => write!(f, "{op}: shape {shape:?} has a negative size"),
            Error::TooLarge { op, shape, dtype } => {
                write!(f, "{op}: an array of shape {shape:?} and dtype {dtype} exceeds the address space")
            }
            Error::Length { op, given, shape } => {
                let size: usize = shape.iter().product();
                write!(f, "{op}: {given} values for shape {shape:?}, which holds {size}")
            }
            Error::Shapes { op, shapes: [a, b], rule } => write!(f, "{op}: shapes {a:?} and {b:?}: {rule}"),
            Error::Subscripts { op, spec, at, rule, shapes } => {
                let shapes: Vec<String> = shapes.iter().map(|shape| format!("{shape:?}")).collect();
                let shapes = if shapes.is_empty() { "none".to_string() } else { shapes.join(", ") };
                write!(f, "{op}: {rule}\n    {spec}\n    {:at$}^\n    shapes: {shapes}", "")
            }
            Error::Join { op, shapes: [a, b], axis } => {
                write!(
                    f,
                    "{op}: shapes {a:?} and {b:?} must agree on all axes but axis {axis}, which is joined along"
                )
            }
            Error::Empty { op, shape } => {
                write!(f, "{op}: not defined on the 0 elements of shape {shape:?}")
            }
            Error::DType { op, expected, found } => {
                write!(f, "{op}: the dtype is {found}, not {expected}")
            }
            Error::Io { op, path, message, .. } => write!(f, "{op}: {}{message}", place(path, None)),
            Error::File { op, path, offset, message } => {
                write!(f, "{op}: {}{message}", place(path, *offset))
            }
            Error::NotSquare { op, shape } => {
                write!(f, "{op}: the matrices of shape {shape:?} are not square")
            }
            Error::NonFinite { op, index, shape, value } => {
                write!(f, "{op}: the value at {index:?} of shape {shape:?} is {value}")
            }
            Error::Singular { op, pivot, batch } => write!(
                f,
                "{op}: {} is singular: its row {pivot} is a combination of the rows before it",
                matrix(batch)
            ),
            Error::NotPositiveDefinite { op, minor, batch } => write!(
                f,
                "{op}: {} is not positive definite: its leading minor of order {minor} is not positive",
                matrix(batch)
            ),
            Error::NoConvergence { op, batch } => {
                write!(f, "{op}: the iteration for {} does not converge", matrix(batch))
            }
            Error::Value { op, message } => write!(f, "{op}: {message}"),
        }
    }
}

fn dimensions(shape: &[usize]) -> String {
    match shape.len() {
        1 => "1 dimension".to_string(),
        n => format!("{n} dimensions"),
    }
}

/// One matrix, or one of a stack.
fn matrix(batch: &[usize]) -> String {
    if batch.is_empty() { "the matrix".to_string() } else { format!("the matrix at {batch:?}") }
}

/// Where in which file, as the beginning of a sentence.
fn place(path: &Option<PathBuf>, offset: Option<u64>) -> String {
    let path = path.iter().map(|path| format!("{}: ", path.display()));
    path.chain(offset.map(|at| format!("byte {at}: "))).collect()
}

impl std::error::Error for Error {}

/// Turns the result of a `try_` form into its plain form: the value, or a panic with the message.
pub(crate) trait OrPanic<T> {
    fn or_panic(self) -> T;
}

impl<T> OrPanic<T> for Result<T> {
    #[inline]
    #[track_caller]
    fn or_panic(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }
}
