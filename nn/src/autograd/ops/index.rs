//! Picking by position or by mask. What is picked repeatedly gets the sum of the gradients, in the order of picking.

use array_core::{Array, Error, IndexItem, IndexSpec, Integer, IntoIndexItem, SliceItem};

use super::super::Var;
use crate::scalar::Scalar;

impl<'t, T: Scalar> Var<'t, T> {
    /// Records what an index picks: [`Array::pick`] by these entries.
    fn picked(self, op: &'static str, value: Array<T>, index: Vec<IndexItem>) -> Var<'t, T> {
        let vjp = move |g: Array<T>, sum: &mut Array<T>| sum.pick_add(index, &g);
        self.tape().record(op, value, [self.edge_adding(vjp)])
    }

    /// What index arrays, masks and slices pick together, as [`Array::pick`]: NumPy's advanced indexing,
    /// `x[rows, 1:3, cols]`. An integer beside index arrays counts as one, as in NumPy and other than in PyTorch.
    ///
    /// ```
    /// use array_core::Array;
    /// use nn::Tape;
    /// let tape = Tape::<f64>::inference();
    /// let x = tape.constant(Array::arange(0.0, 6.0, 1.0).reshape([2, 3]));
    /// assert_eq!(x.pick(([0, 1, 0], [2, 0, 2])).value().to_vec(), [2.0, 3.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// If an index lies outside its axis, index arrays do not broadcast, a mask does not have the sizes of the axes it
    /// stands for, or there are more entries than axes.
    #[track_caller]
    pub fn pick(self, spec: impl IndexSpec) -> Var<'t, T> {
        let index = spec.index_items();
        let value = self.tape().expect(self.value().try_pick(index.clone()));
        self.picked("pick", value, index)
    }

    /// The slices at these positions along an axis, as [`Array::take`].
    ///
    /// # Panics
    /// If the axis does not exist or a position lies outside it.
    #[track_caller]
    pub fn take<I: Integer>(self, positions: &Array<I>, axis: isize) -> Var<'t, T> {
        let x = self.value();
        let value = self.tape().expect(x.try_take(positions, axis));
        let mut index = vec![IndexItem::Slice(SliceItem::WHOLE); axis.rem_euclid(x.ndim() as isize) as usize];
        index.push(positions.index_item());
        self.picked("take", value, index)
    }

    /// The slices that a mask of the leading axes marks, in one axis, as [`Array::mask`]. For a mask of this value's
    /// shape: PyTorch's `masked_select`.
    ///
    /// # Panics
    /// If the mask does not have the sizes of the leading axes.
    #[track_caller]
    pub fn masked_select(self, mask: &Array<bool>) -> Var<'t, T> {
        let value = self.tape().expect(self.value().try_mask(mask));
        self.picked("masked_select", value, vec![mask.index_item()])
    }

    /// One element for each position along an axis: result\[i, j\] is x\[positions\[i, j\], j\] along axis 0. As
    /// [`Array::take_along_axis`]: the other axes of the positions broadcast to this value's. PyTorch's `gather`.
    ///
    /// # Panics
    /// If the axis does not exist, the other axes do not broadcast, or a position lies outside the axis.
    #[track_caller]
    pub fn gather<I: Integer>(self, positions: &Array<I>, axis: isize) -> Var<'t, T> {
        let value = self.tape().expect(self.value().try_take_along_axis(positions, axis));
        let positions = positions.clone();
        let vjp = move |g: Array<T>, sum: &mut Array<T>| sum.add_along_axis(&positions, &g, axis);
        self.tape().record("gather", value, [self.edge_adding(vjp)])
    }

    /// This value with others in the places that [`Var::gather`] reads, which must not repeat: as
    /// [`Array::put_along_axis`], PyTorch's `scatter`.
    ///
    /// # Panics
    /// As [`Var::gather`], and if the values do not broadcast to what it gives.
    #[track_caller]
    pub fn scatter<I: Integer>(self, positions: &Array<I>, values: Var<'t, T>, axis: isize) -> Var<'t, T> {
        let (mut value, values) = (self.value(), self.sources("scatter", positions, values, axis));
        self.tape().expect(value.try_put_along_axis(positions, values.value(), axis));
        let (of_x, of_values) = (positions.clone(), positions.clone());
        let vjp_x = move |mut g: Array<T>| {
            g.put_along_axis(&of_x, T::ZERO, axis);
            g
        };
        let vjp_values = move |g: Array<T>| g.take_along_axis(&of_values, axis);
        self.tape().record("scatter", value, [values.edge(vjp_values), self.edge(vjp_x)])
    }

    /// This value with others added in the places that [`Var::gather`] reads; where positions repeat, all are added: as
    /// [`Array::add_along_axis`], PyTorch's `scatter_add`.
    ///
    /// # Panics
    /// As [`Var::gather`], and if the values do not broadcast to what it gives.
    #[track_caller]
    pub fn scatter_add<I: Integer>(
        self,
        positions: &Array<I>,
        values: Var<'t, T>,
        axis: isize,
    ) -> Var<'t, T> {
        let (mut value, values) = (self.value(), self.sources("scatter_add", positions, values, axis));
        self.tape().expect(value.try_add_along_axis(positions, values.value(), axis));
        let positions = positions.clone();
        let vjp_values = move |g: Array<T>| g.take_along_axis(&positions, axis);
        self.tape().record("scatter_add", value, [values.edge(vjp_values), self.edge(|g| g)])
    }

    /// Values expanded to one for each place that positions along an axis stand for.
    #[track_caller]
    fn sources<I: Integer>(
        self,
        op: &'static str,
        positions: &Array<I>,
        values: Var<'t, T>,
        axis: isize,
    ) -> Var<'t, T> {
        let mut shape = self.shape();
        let ndim = shape.len();
        if positions.ndim() != ndim {
            let what = "axes of the positions";
            self.tape().expect::<()>(Err(Error::Rank {
                op,
                what,
                given: positions.ndim(),
                shape: shape.clone(),
            }));
        }
        if let Some(size) = axis.checked_rem_euclid(ndim as isize).map(|axis| axis as usize) {
            shape[size] = positions.shape()[size];
        }
        values.expand(&shape[..])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    let rows = || Array::from_vec([2, 0, -2, 2], [2, 2]);
    vec![
        Check::shapes("pick", [&[4, 3]], move |[x]| x.pick((&rows(), [2, 0]))),
        Check::shapes("pick", [&[2, 4, 3]], |[x]| x.pick((1, .., [0, 0, 2]))),
        Check::shapes("pick", [&[2, 3]], |[x]| x.pick((.., &Array::from_vec([true, false, true], 3)))),
        Check::shapes("pick", [&[3, 0]], |[x]| x.pick([1, 1])),
        Check::shapes("pick", [&[3, 2]], |[x]| x.pick((1..3, 0))),
        Check::shapes("take", [&[4, 3]], move |[x]| x.take(&rows(), 0)),
        Check::shapes("take", [&[3, 2]], |[x]| x.take(&Array::from_vec([1], 1), -1)),
        Check::shapes("take", [&[4, 3]], |[x]| x.take(&Array::from_vec([3], ()), 0)),
        Check::shapes("take", [&[4, 3]], |[x]| x.take(&Array::<i64>::zeros([0]), 0)),
        Check::shapes("masked_select", [&[2, 3]], |[x]| x.masked_select(&x.value().greater(0.0))),
        Check::shapes("masked_select", [&[3, 2]], |[x]| {
            x.masked_select(&Array::from_vec([true, false, true], 3))
        }),
        Check::shapes("masked_select", [&[0, 2]], |[x]| x.masked_select(&x.value().greater(0.0))),
        Check::shapes("gather", [&[3, 2]], move |[x]| x.gather(&rows(), 0)),
        Check::shapes("gather", [&[2, 3]], |[x]| x.gather(&Array::from_vec([1, 1], [2, 1]), 1)),
        Check::shapes("scatter", [&[3, 3], &[2]], |[x, v]| {
            x.scatter(&Array::from_vec([0, 2, 1, 0, 2, 1], [3, 2]), v, 1)
        }),
        Check::shapes("scatter_add", [&[3, 2], &[2, 2]], move |[x, v]| x.scatter_add(&rows(), v, 0)),
    ]
}
