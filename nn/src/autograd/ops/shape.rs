//! Views: the adjoint of each puts the gradient back where the elements came from.

use array_core::{Array, Axes, IntList, Pad, PadWidths, SliceItem, SliceSpec, keepdims};

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

/// `..` on the first `axis` axes, then the item.
pub(super) fn along(axis: usize, item: SliceItem) -> Vec<SliceItem> {
    let mut items = vec![SliceItem::WHOLE; axis];
    items.push(item);
    items
}

/// The same mode for other elements.
fn padding<T>(mode: Pad<f64>, constant: impl Fn(f64) -> T) -> Pad<T> {
    match mode {
        Pad::Constant(value) => Pad::Constant(constant(value)),
        Pad::Edge => Pad::Edge,
        Pad::Reflect => Pad::Reflect,
        Pad::Symmetric => Pad::Symmetric,
        Pad::Wrap => Pad::Wrap,
    }
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

    /// Exchanges two axes.
    ///
    /// # Panics
    /// If an axis does not exist.
    #[track_caller]
    pub fn swapaxes(self, a: isize, b: isize) -> Var<'t, T> {
        let value = self.tape().expect(self.value().try_swapaxes(a, b));
        self.tape().record("swapaxes", value, [self.edge(move |g| g.swapaxes(a, b))])
    }

    /// Adds axes of size 1, which stand at these places in the result, as [`Array::expand_dims`].
    ///
    /// # Panics
    /// If a place does not exist in the result or is given twice.
    #[track_caller]
    pub fn expand_dims(self, axes: impl IntList) -> Var<'t, T> {
        let x = self.value();
        let value = self.tape().expect(x.try_expand_dims(axes));
        self.tape().record("expand_dims", value, [self.edge(move |g| g.reshape(x.shape()))])
    }

    /// Removes axes of size 1, as [`Array::squeeze`]; `..` stands for all of them.
    ///
    /// # Panics
    /// If an axis does not exist or has another size.
    #[track_caller]
    pub fn squeeze(self, axes: impl Into<Axes>) -> Var<'t, T> {
        let x = self.value();
        let value = self.tape().expect(x.try_squeeze(axes));
        self.tape().record("squeeze", value, [self.edge(move |g| g.reshape(x.shape()))])
    }

    /// Reverses axes: a view, as [`Array::flip`].
    ///
    /// # Panics
    /// If an axis does not exist or is given twice.
    #[track_caller]
    pub fn flip(self, axes: impl Into<Axes>) -> Var<'t, T> {
        let axes = axes.into();
        let value = self.tape().expect(self.value().try_flip(axes.clone()));
        self.tape().record("flip", value, [self.edge(move |g| g.flip(axes))])
    }

    /// Shifts elements along axes; those pushed out at the end come in at the front, as [`Array::roll`].
    ///
    /// # Panics
    /// If an axis does not exist, or there are several distances but not one per axis.
    #[track_caller]
    pub fn roll(self, distances: impl IntList, axes: impl Into<Axes>) -> Var<'t, T> {
        let (distances, axes) = (distances.ints(), axes.into());
        let value = self.tape().expect(self.value().try_roll(&distances[..], axes.clone()));
        let back: Vec<isize> = distances.iter().map(|distance| -distance).collect();
        self.tape().record("roll", value, [self.edge(move |g| g.roll(back, axes))])
    }

    /// Adds margins, as [`Array::pad`].
    ///
    /// # Panics
    /// If there is not one pair of widths per axis, a width is negative, or there is nothing to repeat.
    #[track_caller]
    pub fn pad(self, widths: impl PadWidths, mode: Pad<f64>) -> Var<'t, T> {
        let x = self.value();
        let widths = widths.widths(x.ndim()).unwrap_or_default();
        let value = self.tape().expect(x.try_pad(&widths[..], padding(mode, T::from_f64)));
        let shape = x.shape().to_vec();
        let vjp = move |g: Array<T>, sum: &mut Array<T>| match mode {
            Pad::Constant(_) => {
                let inside = |(&(before, _), &n): (&(isize, isize), &usize)| SliceItem::Range {
                    start: Some(before),
                    stop: Some(before + n as isize),
                    step: 1,
                };
                *sum += g.slice(&widths.iter().zip(&shape).map(inside).collect::<Vec<_>>()[..]);
            }
            _ => {
                let size = shape.iter().product::<usize>() as i64;
                // Where each element of the result comes from.
                let sources =
                    Array::arange(0, size, 1).reshape(&shape).pad(&widths[..], padding(mode, |_| 0));
                let mut flat = Array::<T>::zeros(size);
                flat.pick_add(&sources.reshape(-1), g.reshape(-1));
                *sum += flat.reshape(&shape);
            }
        };
        self.tape().record("pad", value, [self.edge_adding(vjp)])
    }

    /// The elements on and below diagonal `k` of the matrices in the last two axes, zeros above: [`Array::tril`].
    ///
    /// # Panics
    /// If there are no axes.
    #[track_caller]
    pub fn tril(self, k: isize) -> Var<'t, T> {
        let x = self.value();
        let value = self.tape().expect(x.try_tril(k));
        self.tape().record("tril", value, [self.edge(move |g| sum_to(g.tril(k), x.shape()))])
    }

    /// The elements on and above diagonal `k` of the matrices in the last two axes, zeros below: [`Array::triu`].
    ///
    /// # Panics
    /// If there are no axes.
    #[track_caller]
    pub fn triu(self, k: isize) -> Var<'t, T> {
        let x = self.value();
        let value = self.tape().expect(x.try_triu(k));
        self.tape().record("triu", value, [self.edge(move |g| sum_to(g.triu(k), x.shape()))])
    }

    /// Diagonal `k` of two axes, which becomes the last axis: a view, as [`Array::diagonal`].
    ///
    /// # Panics
    /// If an axis does not exist or both are the same.
    #[track_caller]
    pub fn diagonal(self, k: isize, axis1: isize, axis2: isize) -> Var<'t, T> {
        let value = self.tape().expect(self.value().try_diagonal(k, axis1, axis2));
        let vjp = move |g, sum: &mut Array<T>| {
            let mut diagonal = sum.diagonal_mut(k, axis1, axis2);
            diagonal += g;
        };
        self.tape().record("diagonal", value, [self.edge_adding(vjp)])
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
        let vjp = move |g, sum: &mut Array<T>| {
            let mut part = sum.slice_mut(&items[..]);
            part += g;
        };
        self.tape().record("slice", value, [self.edge_adding(vjp)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    use array_core::{Ellipsis, NewAxis, step};
    vec![
        Check::shapes("expand", [&[3, 1]], |[x]| x.expand([2, 3, 4])),
        Check::shapes("expand", [&[]], |[x]| x.expand([2, 3])),
        Check::shapes("expand", [&[1, 2]], |[x]| x.expand([0, 2])),
        Check::each("reshape", |[x]| x.reshape(-1).reshape([-1, 1])).nonempty(),
        Check::shapes("reshape", [&[0, 3]], |[x]| x.reshape([3, 0])),
        Check::shapes("permute", [&[2, 3, 4]], |[x]| x.permute([2, 0, -2])),
        Check::each("t", |[x]| x.t()),
        Check::shapes("swapaxes", [&[2, 3, 4]], |[x]| x.swapaxes(0, -1)),
        Check::each("expand_dims", |[x]| x.expand_dims([0, -1])),
        Check::shapes("squeeze", [&[1, 3, 1]], |[x]| x.squeeze(-1)),
        Check::each("squeeze", |[x]| x.squeeze(..)),
        Check::each("flip", |[x]| x.flip(..)),
        Check::shapes("flip", [&[2, 3, 4]], |[x]| x.flip([0, -1])),
        Check::shapes("roll", [&[3, 4]], |[x]| x.roll([1, -5], [0, 1])),
        Check::shapes("roll", [&[0, 4]], |[x]| x.roll(2, 0)),
        Check::shapes("pad", [&[2, 3]], |[x]| x.pad([(1, 0), (2, 3)], Pad::Constant(1.5))),
        Check::shapes("pad", [&[2, 3]], |[x]| x.pad(2, Pad::Edge)),
        Check::shapes("pad", [&[3, 4]], |[x]| x.pad([(0, 2), (3, 1)], Pad::Reflect)),
        Check::shapes("pad", [&[2, 3]], |[x]| x.pad(2, Pad::Symmetric)),
        Check::shapes("pad", [&[2, 3]], |[x]| x.pad((4, 1), Pad::Wrap)),
        Check::shapes("tril", [&[2, 3, 4]], |[x]| x.tril(1)),
        Check::shapes("tril", [&[3]], |[x]| x.tril(0)),
        Check::shapes("triu", [&[4, 3]], |[x]| x.triu(-1)),
        Check::shapes("triu", [&[0, 3]], |[x]| x.triu(0)),
        Check::shapes("diagonal", [&[2, 3, 4]], |[x]| x.diagonal(1, 0, -1)),
        Check::shapes("diagonal", [&[1, 3]], |[x]| x.diagonal(-2, 0, 1)),
        Check::shapes("slice", [&[4, 5]], |[x]| x.slice((step(.., -2), NewAxis, 1..4))),
        Check::shapes("slice", [&[4, 5]], |[x]| x.slice((Ellipsis, -1))),
        Check::shapes("slice", [&[4, 5]], |[x]| x.slice((2..2, ..))),
    ]
}
