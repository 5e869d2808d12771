//! Nested literals and nested vectors: to arrays and back.

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, OrPanic, Result};
use crate::layout::Shape;

/// An array of the given elements: `numpy.array`.
///
/// Written as Rust's own arrays are, nested as deep as wanted; rows of different lengths do not compile.
///
/// ```
/// use array_core::array;
/// let m = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// assert_eq!((m.shape(), m[[1, 0]]), (&[2, 3][..], 4.0));
/// let v = array![7; 4];
/// assert_eq!(v.to_vec(), [7, 7, 7, 7]);
/// ```
///
/// ```compile_fail
/// let ragged = array_core::array![[1, 2, 3], [4, 5]];
/// ```
#[macro_export]
macro_rules! array {
    ($($elements:tt)*) => {
        $crate::Array::from_nested([$($elements)*])
    };
}

/// What an array can be made of: an element, or an array, a vector or a slice of such, of equal shapes.
pub trait Nested {
    /// The type of the elements.
    type Elem: Element;
    /// How deep the nesting is.
    const DEPTH: usize;
    /// The sizes of the levels; fails where the parts of a level differ.
    fn shape(&self) -> Result<Shape>;
    /// Adds all elements, in order.
    fn push_to(&self, elements: &mut Vec<Self::Elem>);
}

impl<T: Element> Nested for T {
    type Elem = T;
    const DEPTH: usize = 0;

    fn shape(&self) -> Result<Shape> {
        Ok(Shape::new())
    }

    fn push_to(&self, elements: &mut Vec<T>) {
        elements.push(*self);
    }
}

impl<N: Nested> Nested for &[N] {
    type Elem = N::Elem;
    const DEPTH: usize = 1 + N::DEPTH;

    fn shape(&self) -> Result<Shape> {
        let Some((first, rest)) = self.split_first() else { return Ok(Shape::from_elem(0, Self::DEPTH)) };
        let mut shape = first.shape()?;
        for part in rest {
            let other = part.shape()?;
            if other != shape {
                let shapes = [shape.to_vec(), other.to_vec()];
                return Err(Error::Shapes { op: "array", shapes, rule: "nested parts must have one shape" });
            }
        }
        shape.insert(0, self.len());
        Ok(shape)
    }

    fn push_to(&self, elements: &mut Vec<N::Elem>) {
        self.iter().for_each(|part| part.push_to(elements));
    }
}

impl<N: Nested, const K: usize> Nested for [N; K] {
    type Elem = N::Elem;
    const DEPTH: usize = 1 + N::DEPTH;

    fn shape(&self) -> Result<Shape> {
        self.as_slice().shape()
    }

    fn push_to(&self, elements: &mut Vec<N::Elem>) {
        self.as_slice().push_to(elements);
    }
}

impl<N: Nested> Nested for Vec<N> {
    type Elem = N::Elem;
    const DEPTH: usize = 1 + N::DEPTH;

    fn shape(&self) -> Result<Shape> {
        self.as_slice().shape()
    }

    fn push_to(&self, elements: &mut Vec<N::Elem>) {
        self.as_slice().push_to(elements);
    }
}

/// What an array can be turned into: an element, or a vector of such.
pub trait NestedVec: Sized {
    /// The type of the elements.
    type Elem: Element;
    /// How deep the nesting is.
    const DEPTH: usize;
    /// Takes the elements of an array of this shape from an iterator.
    fn collect(shape: &[usize], elements: &mut dyn Iterator<Item = Self::Elem>) -> Self;
}

impl<T: Element> NestedVec for T {
    type Elem = T;
    const DEPTH: usize = 0;

    fn collect(_: &[usize], elements: &mut dyn Iterator<Item = T>) -> T {
        elements.next().unwrap_or_default()
    }
}

impl<N: NestedVec> NestedVec for Vec<N> {
    type Elem = N::Elem;
    const DEPTH: usize = 1 + N::DEPTH;

    fn collect(shape: &[usize], elements: &mut dyn Iterator<Item = N::Elem>) -> Vec<N> {
        (0..shape[0]).map(|_| N::collect(&shape[1..], elements)).collect()
    }
}

impl<T: Element> Array<T> {
    /// An array of nested arrays, vectors or slices, each level an axis: `numpy.array`. See [`array!`].
    ///
    /// ```
    /// use array_core::Array;
    /// let rows = vec![vec![1, 2, 3], vec![4, 5, 6]];
    /// assert_eq!(Array::from_nested(&rows[..]).shape(), [2, 3]);
    /// assert_eq!(
    ///     Array::try_from_nested(vec![vec![1, 2], vec![3]]).unwrap_err().to_string(),
    ///     "array: shapes [2] and [1]: nested parts must have one shape"
    /// );
    /// ```
    ///
    /// # Panics
    /// If the parts of a level differ in shape.
    #[track_caller]
    pub fn from_nested(nested: impl Nested<Elem = T>) -> Array<T> {
        Self::try_from_nested(nested).or_panic()
    }

    /// As [`Array::from_nested`]; fails where it panics.
    pub fn try_from_nested(nested: impl Nested<Elem = T>) -> Result<Array<T>> {
        let shape = nested.shape()?;
        let mut elements = Vec::with_capacity(shape.iter().product());
        nested.push_to(&mut elements);
        Self::try_from_vec(elements, &shape[..])
    }

    /// The elements as nested vectors, one level for each axis: NumPy's `a.tolist()`.
    ///
    /// ```
    /// use array_core::array;
    /// let rows: Vec<Vec<i32>> = array![[1, 2], [3, 4]].t().to_nested();
    /// assert_eq!(rows, [[1, 3], [2, 4]]);
    /// ```
    ///
    /// # Panics
    /// If the nesting is not as deep as there are axes.
    #[track_caller]
    pub fn to_nested<N: NestedVec<Elem = T>>(&self) -> N {
        self.try_to_nested().or_panic()
    }

    /// As [`Array::to_nested`]; fails where it panics.
    pub fn try_to_nested<N: NestedVec<Elem = T>>(&self) -> Result<N> {
        if self.ndim() != N::DEPTH {
            let shape = self.shape().to_vec();
            return Err(Error::Rank { op: "to_nested", what: "levels of vectors", given: N::DEPTH, shape });
        }
        Ok(N::collect(self.shape(), &mut self.iter().copied()))
    }
}
