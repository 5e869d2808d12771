//! An operand on its way through a contraction.

use super::labels::{Label, LabelList, Labels};
use crate::array::Array;
use crate::element::{Element, Num};
use crate::error::Result;
use crate::kernels::map;
use crate::kernels::operand::In;
use crate::kernels::reduce::{By, fold_axes};
use crate::layout::{Layout, Shape, Strides};
use crate::number::Cast;

/// An array each of whose axes has a label of its own and a size other than 1.
#[derive(Debug, Clone)]
pub struct Term<T: Element> {
    pub array: Array<T>,
    pub labels: LabelList,
}

impl<T: Element> Term<T> {
    /// An operand as a term: axes of equal label become the diagonal through them, axes of size 1 fall away.
    pub fn new(array: &Array<T>, labels: &[Label]) -> Term<T> {
        let (layout, mut own) = (array.layout(), LabelList::new());
        let (mut shape, mut strides) = (Shape::new(), Strides::new());
        for ((&label, &size), &stride) in labels.iter().zip(layout.shape()).zip(layout.strides()) {
            if size == 1 {
                continue;
            }
            match own.iter().position(|&other| other == label) {
                Some(axis) => strides[axis] += stride,
                None => {
                    own.push(label);
                    shape.push(size);
                    strides.push(stride);
                }
            }
        }
        Term { array: array.view(Layout::from_parts(shape, strides, layout.offset())), labels: own }
    }

    pub fn set(&self) -> Labels {
        Labels::of(&self.labels)
    }

    pub fn axes(&self) -> Axes<'_> {
        Axes { labels: &self.labels, layout: self.array.layout() }
    }

    /// The same elements under another order of labels: a view.
    pub fn ordered(&self, order: &[Label]) -> Term<T> {
        let layout = self.axes().layout(order, self.array.layout().offset());
        Term { array: self.array.view(layout), labels: order.into() }
    }

    /// The same, copied to lie in that order.
    pub fn copied(&self, order: &[Label]) -> Term<T> {
        Term { array: self.ordered(order).array.copy(), labels: order.into() }
    }
}

/// Labels and where they lead in memory.
#[derive(Debug, Clone, Copy)]
pub struct Axes<'a> {
    pub labels: &'a [Label],
    pub layout: &'a Layout,
}

impl Axes<'_> {
    /// The size and the stride of a label; 1 and 0 for one that is not here.
    pub fn get(self, label: Label) -> (usize, isize) {
        match self.labels.iter().position(|&own| own == label) {
            Some(axis) => (self.layout.shape()[axis], self.layout.strides()[axis]),
            None => (1, 0),
        }
    }

    /// The layout whose axes are these labels.
    pub fn layout(self, order: &[Label], offset: usize) -> Layout {
        let (shape, strides) = order.iter().map(|&label| self.get(label)).unzip();
        Layout::from_parts(shape, strides, offset)
    }

    /// Labels in the order in which they lie in memory, the widest stride first.
    pub fn by_stride(self, labels: Labels) -> LabelList {
        let mut list: LabelList = labels.iter().collect();
        list.sort_by_key(|&label| std::cmp::Reverse(self.get(label).1.unsigned_abs()));
        list
    }
}

impl<T: Num> Term<T> {
    /// The sum over some labels; the result lies in the given order of those that are left, or in this term's own.
    pub fn summed(self, op: &'static str, gone: Labels, order: Option<&[Label]>) -> Result<Term<T>> {
        if gone.is_empty() {
            return Ok(order.map_or_else(|| self.clone(), |order| self.ordered(order)));
        }
        let left: LabelList = self.labels.iter().copied().filter(|&label| !gone.contains(label)).collect();
        let order = order.map_or_else(|| left.clone(), LabelList::from_slice);
        let layout = new_layout::<T>(op, &left, &order, |label| self.axes().get(label).0)?;
        let marks: Vec<bool> = self.labels.iter().map(|&label| gone.contains(label)).collect();
        let fold = By::new(T::Acc::ZERO, T::to_acc, T::Acc::add);
        let array =
            Array::build(layout, |out| fold_axes(out, self.array.operand(), &marks, fold, narrow::<T>));
        Ok(Term { array, labels: left }.ordered(&order))
    }
}

/// A layout for a new array with these axes, row-major in another order of the same labels.
pub fn new_layout<T: Element>(
    op: &'static str,
    axes: &[Label],
    memory: &[Label],
    size: impl Fn(Label) -> usize,
) -> Result<Layout> {
    let shape: Shape = memory.iter().map(|&label| size(label)).collect();
    let layout = Array::<T>::new_layout(op, &shape)?;
    if axes == memory {
        return Ok(layout);
    }
    let place = |label: &Label| memory.iter().position(|other| other == label);
    let places = axes.iter().filter_map(place).map(|at| (layout.shape()[at], layout.strides()[at]));
    let (shape, strides) = places.unzip();
    Ok(Layout::from_parts(shape, strides, 0))
}

/// An accumulated sum as an element: rounded, or wrapped around for integers, as the same sum of elements would be.
#[inline(always)]
pub fn narrow<T: Num>(sum: T::Acc) -> T {
    sum.cast()
}

/// The size of a label that one of two terms has, or both.
pub fn joint_size<T: Element>(a: &Term<T>, b: &Term<T>, label: Label) -> usize {
    let (size, _) = a.axes().get(label);
    // No term has an axis of size 1.
    if size == 1 { b.axes().get(label).0 } else { size }
}

/// `a·b`, stretched to the labels of the result, which lies in that order.
pub fn multiply<T: Num>(op: &'static str, a: &Term<T>, b: &Term<T>, order: &[Label]) -> Result<Term<T>> {
    let shape: Shape = order.iter().map(|&label| joint_size(a, b, label)).collect();
    let (a, b) = (a.ordered(order), b.ordered(order));
    let (of_a, of_b) = (a.array.stretched(op, &shape)?, b.array.stretched(op, &shape)?);
    let array = Array::build(Array::<T>::new_layout(op, &shape)?, |out| {
        let (a, b) = (a.array.data(), b.array.data());
        map::map2(out, In::new(a, &of_a), In::new(b, &of_b), T::mul);
    });
    Ok(Term { array, labels: order.into() })
}
