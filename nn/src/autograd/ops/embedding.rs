//! Rows of a table, by their numbers.

use array_core::{Array, Error, Integer};

use super::super::Var;
use crate::scalar::Scalar;

impl<'t, T: Scalar> Var<'t, T> {
    /// The rows of this (rows, width) table at these positions: (…) → (…, width).
    ///
    /// A row's gradient is the sum over its uses; that of the row `padding` stays 0. Positions do not count from
    /// the end.
    ///
    /// # Panics
    /// If this is no matrix, or a position is no row.
    #[track_caller]
    pub fn embedding<I: Integer>(self, positions: &Array<I>, padding: Option<usize>) -> Var<'t, T> {
        let (table, op) = (self.value(), "embedding");
        if table.ndim() != 2 {
            let (what, given, shape) = ("axes of rows and width", 2, table.shape().to_vec());
            self.tape().expect::<()>(Err(Error::Rank { op, what, given, shape }));
        }
        let (rows, width) = (table.shape()[0], table.shape()[1]);
        let row = |&position: &I| {
            let index = position.to_isize().unwrap_or(isize::MAX);
            let row = usize::try_from(index).ok().filter(|&row| row < rows);
            row.ok_or_else(|| Error::Index { op, index, axis: 0, shape: vec![rows, width] })
        };
        let found: Vec<usize> = self.tape().expect(positions.iter().map(row).collect::<Result<_, _>>());
        let value = self.tape().expect(table.try_take(positions, 0));
        let vjp = move |g: Array<T>| {
            let mut sum = Array::<T>::zeros([rows, width]);
            let (g, into) = (g.contiguous(), sum.as_mut_slice().unwrap_or_default());
            let of_rows = g.as_slice().unwrap_or_default().chunks_exact(width.max(1));
            for (g, &row) in of_rows.zip(&found).filter(|&(_, &row)| Some(row) != padding) {
                for (sum, &g) in into[row * width..][..width].iter_mut().zip(g) {
                    *sum = sum.add(g);
                }
            }
            sum
        };
        self.tape().record(op, value, [self.edge(vjp)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::shapes("embedding", [&[4, 3]], |[w]| {
            w.embedding(&Array::from_vec([2, 0, 2, 3], [2, 2]), None)
        }),
        Check::shapes("embedding", [&[4, 1]], |[w]| w.embedding(&Array::from_vec([1], ()), None)),
        Check::shapes("embedding", [&[4, 0]], |[w]| w.embedding(&Array::from_vec([1], 1), None)),
        Check::shapes("embedding", [&[4, 3]], |[w]| w.embedding(&Array::<i64>::zeros([0, 2]), None)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_twins;
    use super::*;

    #[test]
    fn embedding_is_its_composed_twin() {
        let positions = [3usize, 0, 3, 1, 3];
        let one_hot = Array::from_fn([5, 4], |i| if positions[i[0]] == i[1] { 1.0 } else { 0.0 });
        let at = Array::from_vec(positions, 5);
        assert_twins(
            [&[4, 2]],
            move |[w]| w.embedding(&at, None),
            move |[w]| w.tape().constant(one_hot.clone()).matmul(w),
        );
    }

    #[test]
    fn the_padding_row_gets_no_gradient() {
        let tape = crate::Tape::<f64>::training(array_core::default_rng(0));
        let table = tape.variable(Array::ones([3, 2]));
        let rows = table.embedding(&Array::from_vec([0, 2, 0], 3), Some(0));
        let gradients = rows.sum().backward();
        assert_eq!(gradients.get(table).map(Array::to_vec), Some(vec![0.0, 0.0, 0.0, 0.0, 1.0, 1.0]));
    }
}
