//! An operand on its way through a contraction.

use crate::array::Array;
use crate::element::{Element, Num};
use crate::error::Result;
use crate::kernels::map;
use crate::kernels::operand::In;
use crate::kernels::reduce::{By, fold_axes};
use crate::layout::labels::{Label, LabelList, Labelled, Labels};
use crate::layout::{Shape, listed};
use crate::number::Cast;
use crate::storage::Storage;

/// An array whose axes have labels.
#[derive(Clone)]
pub struct Term<T: Element> {
    storage: Storage<T>,
    pub axes: Labelled,
}

impl<T: Element> Term<T> {
    /// An operand as a term: axes of equal label become the diagonal through them, axes of size 1 fall away.
    pub fn new(array: &Array<T>, labels: &[Label]) -> Term<T> {
        Term { axes: Labelled::new(array.layout(), labels), storage: array.clone().into_storage() }
    }

    /// A result that was made under these axes.
    pub fn made(array: Array<T>, axes: Labelled) -> Term<T> {
        Term { storage: array.into_storage(), axes }
    }

    pub fn set(&self) -> Labels {
        self.axes.set()
    }

    /// The elements of the buffer, which layouts refer to.
    pub fn data(&self) -> &[T] {
        &self.storage
    }

    /// The array with these axes, of size 1 where the label is not here.
    pub fn to_array(&self, order: &[Label]) -> Array<T> {
        Array::of_storage(self.storage.clone(), self.axes.ordered(order).layout)
    }

    /// The same elements under another order of labels: a view.
    pub fn ordered(self, order: &[Label]) -> Term<T> {
        Term { axes: self.axes.ordered(order), ..self }
    }

    /// The same, copied to lie in that order.
    pub fn copied(&self, order: &[Label]) -> Term<T> {
        let copy = self.to_array(order).copy();
        let layout = copy.layout().clone();
        Term::made(copy, Labelled { labels: order.into(), layout })
    }
}

impl<T: Num> Term<T> {
    /// The sum over some labels; the result lies in the given order of those that are left, or in this term's own.
    pub fn summed(self, op: &'static str, gone: Labels, order: Option<&[Label]>) -> Result<Term<T>> {
        if gone.is_empty() {
            return Ok(match order {
                Some(order) => self.ordered(order),
                None => self,
            });
        }
        let left: LabelList =
            self.axes.labels.iter().copied().filter(|&label| !gone.contains(label)).collect();
        let order = order.map_or_else(|| left.clone(), LabelList::from_slice);
        let axes = new_axes::<T>(op, &left, &order, |label| self.axes.size(label))?;
        let marks: Vec<bool> = self.axes.labels.iter().map(|&label| gone.contains(label)).collect();
        let fold = By::new(T::Acc::ZERO, T::to_acc, T::Acc::add);
        let sums = Array::build(axes.layout.clone(), |out| {
            fold_axes(out, In::new(self.data(), &self.axes.layout), &marks, fold, narrow::<T>);
        });
        Ok(Term::made(sums, axes).ordered(&order))
    }
}

/// A layout for a new array with these axes, row-major in another order of the same labels.
pub fn new_axes<T: Element>(
    op: &'static str,
    axes: &[Label],
    memory: &[Label],
    size: impl Fn(Label) -> usize,
) -> Result<Labelled> {
    let shape: Shape = listed(memory.iter().map(|&label| size(label)));
    Array::<T>::new_layout(op, &shape)?;
    Ok(Labelled::of_new_memory(axes, memory, shape))
}

/// An accumulated sum as an element: rounded, or wrapped around for integers, as the same sum of elements would be.
#[inline(always)]
pub fn narrow<T: Num>(sum: T::Acc) -> T {
    sum.cast()
}

/// The size of a label that one of two terms has, or both.
pub fn joint_size<T: Element>(a: &Term<T>, b: &Term<T>, label: Label) -> usize {
    let size = a.axes.size(label);
    // No term has an axis of size 1.
    if size == 1 { b.axes.size(label) } else { size }
}

/// `a·b`, stretched to the labels of the result, which lies in that order.
pub fn multiply<T: Num>(op: &'static str, a: &Term<T>, b: &Term<T>, order: &[Label]) -> Result<Term<T>> {
    let axes = new_axes::<T>(op, order, order, |label| joint_size(a, b, label))?;
    let stretched = |term: &Term<T>| term.axes.stretched(order, axes.layout.shape().into());
    let (of_a, of_b) = (stretched(a), stretched(b));
    let products = Array::build(axes.layout.clone(), |out| {
        map::map2(out, In::new(a.data(), &of_a), In::new(b.data(), &of_b), T::mul);
    });
    Ok(Term::made(products, axes))
}
