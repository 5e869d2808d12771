//! Diagonals and triangles.

use crate::array::Array;
use crate::element::{Element, Num};
use crate::error::{Error, OrPanic, Result};
use crate::layout::shape::{Int, IntList, shape_of};

/// The rows and columns that one size (of a square) or two stand for.
fn matrix_shape(op: &'static str, shape: impl IntList) -> Result<[usize; 2]> {
    match shape_of(op, shape)?[..] {
        [n] => Ok([n, n]),
        [rows, columns] => Ok([rows, columns]),
        ref other => {
            let message = format!("{} sizes given, a matrix has one or two", other.len());
            Err(Error::Value { op, message })
        }
    }
}

/// Where the elements on and below diagonal `k` are.
fn on_or_below([rows, columns]: [usize; 2], k: isize) -> Result<Array<bool>> {
    Array::try_from_fn([rows, columns], |index| index[1] as isize <= (index[0] as isize).saturating_add(k))
}

impl<T: Num> Array<T> {
    /// The identity matrix of `n` rows: `numpy.identity`.
    #[track_caller]
    pub fn identity(n: impl Int) -> Array<T> {
        Self::eye(n)
    }

    /// Ones on the main diagonal, zeros elsewhere: `numpy.eye`, for a number of rows or for rows and columns.
    ///
    /// ```
    /// use array_core::{Array, array};
    /// assert_eq!(Array::<i32>::eye(2), array![[1, 0], [0, 1]]);
    /// assert_eq!(Array::<i32>::eye([2, 3]), array![[1, 0, 0], [0, 1, 0]]);
    /// ```
    ///
    /// # Panics
    /// If there are more than two sizes, or negative ones.
    #[track_caller]
    pub fn eye(shape: impl IntList) -> Array<T> {
        Self::try_eye_offset(shape, 0).or_panic()
    }

    /// Ones on diagonal `k`, which lies above the main one if positive: `numpy.eye(…, k=k)`.
    ///
    /// # Panics
    /// If there are more than two sizes, or negative ones.
    #[track_caller]
    pub fn eye_offset(shape: impl IntList, k: isize) -> Array<T> {
        Self::try_eye_offset(shape, k).or_panic()
    }

    /// As [`Array::eye_offset`]; fails where it panics.
    pub fn try_eye_offset(shape: impl IntList, k: isize) -> Result<Array<T>> {
        let shape = matrix_shape("eye", shape)?;
        let mut eye = Self::zeroed("eye", shape)?;
        eye.try_diagonal_mut(k, 0, 1)?.fill(T::ONE);
        Ok(eye)
    }

    /// Ones on and below diagonal `k`, zeros above: `numpy.tri`, for a number of rows or for rows and columns.
    ///
    /// ```
    /// use array_core::{Array, array};
    /// assert_eq!(Array::<i32>::tri(3, 0), array![[1, 0, 0], [1, 1, 0], [1, 1, 1]]);
    /// ```
    ///
    /// # Panics
    /// If there are more than two sizes, or negative ones.
    #[track_caller]
    pub fn tri(shape: impl IntList, k: isize) -> Array<T> {
        Self::try_tri(shape, k).or_panic()
    }

    /// As [`Array::tri`]; fails where it panics.
    pub fn try_tri(shape: impl IntList, k: isize) -> Result<Array<T>> {
        Ok(on_or_below(matrix_shape("tri", shape)?, k)?.where_(T::ONE, T::ZERO))
    }
}

impl<T: Element> Array<T> {
    /// A matrix with these elements on diagonal `k` and zeros elsewhere; of a matrix, its diagonal `k`, as a
    /// view: `numpy.diag`.
    ///
    /// ```
    /// use array_core::array;
    /// let m = array![1, 2].diag(0);
    /// assert_eq!(m, array![[1, 0], [0, 2]]);
    /// assert_eq!(m.diag(0), array![1, 2]);
    /// ```
    ///
    /// # Panics
    /// If the array does not have one or two axes.
    #[track_caller]
    pub fn diag(&self, k: isize) -> Array<T> {
        self.try_diag(k).or_panic()
    }

    /// As [`Array::diag`]; fails where it panics.
    pub fn try_diag(&self, k: isize) -> Result<Array<T>> {
        match *self.shape() {
            [n] => {
                let rows = n.saturating_add(k.unsigned_abs());
                let mut matrix = Array::zeroed("diag", [rows, rows])?;
                matrix.try_diagonal_mut(k, 0, 1)?.try_assign(self)?;
                Ok(matrix)
            }
            [_, _] => self.try_diagonal(k, 0, 1),
            _ => {
                let message = format!("shape {:?} is neither a diagonal nor a matrix", self.shape());
                Err(Error::Value { op: "diag", message })
            }
        }
    }

    /// The elements on and below diagonal `k` of the matrices in the last two axes, zeros above: `numpy.tril`.
    ///
    /// ```
    /// use array_core::{Array, array};
    /// assert_eq!(Array::full([2, 3], 7).tril(0), array![[7, 0, 0], [7, 7, 0]]);
    /// ```
    ///
    /// # Panics
    /// If there are no axes. A single one counts as every row of a square, as in NumPy.
    #[track_caller]
    pub fn tril(&self, k: isize) -> Array<T> {
        self.try_tril(k).or_panic()
    }

    /// As [`Array::tril`]; fails where it panics.
    pub fn try_tril(&self, k: isize) -> Result<Array<T>> {
        on_or_below(self.last_two_sizes("tril")?, k)?.try_where(self, T::default())
    }

    /// The elements on and above diagonal `k` of the matrices in the last two axes, zeros below: `numpy.triu`.
    ///
    /// # Panics
    /// If there are no axes. A single one counts as every row of a square, as in NumPy.
    #[track_caller]
    pub fn triu(&self, k: isize) -> Array<T> {
        self.try_triu(k).or_panic()
    }

    /// As [`Array::triu`]; fails where it panics.
    pub fn try_triu(&self, k: isize) -> Result<Array<T>> {
        let below = on_or_below(self.last_two_sizes("triu")?, k.saturating_sub(1))?;
        below.try_where(T::default(), self)
    }

    fn last_two_sizes(&self, op: &'static str) -> Result<[usize; 2]> {
        match *self.shape() {
            [] => Err(Error::Value { op, message: "an array without axes has no triangle".to_string() }),
            [n] => Ok([n, n]),
            [.., rows, columns] => Ok([rows, columns]),
        }
    }
}
