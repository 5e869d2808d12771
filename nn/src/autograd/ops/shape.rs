//! Views: the adjoint of each puts the gradient back where the elements came from.

use array_core::{Array, IntList, SliceItem, SliceSpec, keepdims};

use super::super::Var;
use crate::scalar::Scalar;

/// The sum of a gradient over the axes that broadcasting from `shape` added or stretched: expand's adjoint.
pub(super) fn sum_to<T: Scalar>(g: Array<T>, shape: &[usize]) -> Array<T> {
    let added = g.ndim() - shape.len();
    let axes: Vec<usize> = (0..g.ndim())
        .filter(|&axis| axis < added || (shape[axis - added] == 1 && g.shape()[axis] != 1))
        .collect();
    if axes.is_empty() { g } else { g.sum_axis(keepdims(axes)).reshape(shape) }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// Stretches axes of size 1 and adds axes on the left; nothing is copied. PyTorch's `expand`.
    ///
    /// # Panics
    /// If the shape cannot be reached by broadcasting.
    #[track_caller]
    pub fn expand(self, shape: impl IntList) -> Var<'t, T> {
        let x = self.value();
        let value = self.tape().expect(x.try_broadcast_to(shape));
        if value.shape() == x.shape() {
            return self;
        }
        let from = x.shape().to_vec();
        self.tape().record("expand", value, [self.edge(move |g| sum_to(g, &from))])
    }

    /// The same elements in row-major order under another shape; one size may be −1.
    ///
    /// # Panics
    /// If the shape does not hold the same number of elements.
    #[track_caller]
    pub fn reshape(self, shape: impl IntList) -> Var<'t, T> {
        let x = self.value();
        let value = self.tape().expect(x.try_reshape(shape));
        let from = x.shape().to_vec();
        self.tape().record("reshape", value, [self.edge(move |g| g.reshape(&from))])
    }

    /// Reorders axes: axis `i` of the result is axis `axes[i]` of this value. PyTorch's `permute`.
    ///
    /// # Panics
    /// If `axes` is not a permutation of the axes.
    #[track_caller]
    pub fn permute(self, axes: impl IntList) -> Var<'t, T> {
        let axes = axes.ints();
        let value = self.tape().expect(self.value().try_permute(&axes[..]));
        let ndim = axes.len() as isize;
        let mut inverse = vec![0; axes.len()];
        for (to, &from) in axes.iter().enumerate() {
            inverse[from.rem_euclid(ndim) as usize] = to;
        }
        self.tape().record("permute", value, [self.edge(move |g| g.permute(inverse))])
    }

    /// All axes in reverse order: the transpose of a matrix.
    pub fn t(self) -> Var<'t, T> {
        self.tape().record("t", self.value().t(), [self.edge(|g| g.t())])
    }

    /// Part of the value, as [`Array::slice`].
    ///
    /// # Panics
    /// If an integer lies outside its axis or there are more entries than axes.
    #[track_caller]
    pub fn slice(self, spec: impl SliceSpec) -> Var<'t, T> {
        let items: Vec<SliceItem> = spec.items().to_vec();
        let x = self.value();
        let value = self.tape().expect(x.try_slice(&items[..]));
        let from = x.shape().to_vec();
        let vjp = move |g| {
            let mut whole = Array::zeros(&from);
            whole.slice_mut(&items[..]).assign(&g);
            whole
        };
        self.tape().record("slice", value, [self.edge(vjp)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::tests::Check> {
    use super::tests::Check;
    use array_core::{Ellipsis, NewAxis, step};
    vec![
        Check::shapes("expand", [&[3, 1]], |[x]| x.expand([2, 3, 4])),
        Check::shapes("expand", [&[]], |[x]| x.expand([2, 3])),
        Check::shapes("expand", [&[1, 2]], |[x]| x.expand([0, 2])),
        Check::each("reshape", |[x]| x.reshape(-1).reshape([-1, 1])).nonempty(),
        Check::shapes("reshape", [&[0, 3]], |[x]| x.reshape([3, 0])),
        Check::shapes("permute", [&[2, 3, 4]], |[x]| x.permute([2, 0, -2])),
        Check::each("t", |[x]| x.t()),
        Check::shapes("slice", [&[4, 5]], |[x]| x.slice((step(.., -2), NewAxis, 1..4))),
        Check::shapes("slice", [&[4, 5]], |[x]| x.slice((Ellipsis, -1))),
        Check::shapes("slice", [&[4, 5]], |[x]| x.slice((2..2, ..))),
    ]
}
