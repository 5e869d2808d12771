//! Writing through a slice: the one type that borrows.

use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::kernels::copy::copy;
use crate::kernels::map;
use crate::kernels::operand::{In, Out};
use crate::kernels::region::{IterMut, Region};
use crate::layout::Layout;
use crate::layout::slice::SliceSpec;
use crate::operand::{Operand, Source};

/// Part of an array, borrowed for writing: what `a[1:3, ::2] = …` writes to in NumPy.
///
/// Made by [`Array::slice_mut`] and [`Array::view_mut`]; arithmetic assignment (`view += …`) works in place.
#[derive(Debug)]
pub struct ViewMut<'a, T: Element> {
    region: Region<'a, T>,
}

impl<'a, T: Element> From<Region<'a, T>> for ViewMut<'a, T> {
    #[inline]
    fn from(region: Region<'a, T>) -> Self {
        ViewMut { region }
    }
}

impl<'a, T: Element> ViewMut<'a, T> {
    /// The size of each axis.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        self.layout().shape()
    }

    /// Shape, strides and offset.
    #[inline]
    pub(crate) fn layout(&self) -> &Layout {
        self.region.layout()
    }

    /// What a kernel writes.
    #[inline]
    pub(crate) fn out(&mut self) -> Out<'_, T> {
        self.region.out()
    }

    /// The elements this view may write, handed on.
    #[inline]
    pub(crate) fn into_region(self) -> Region<'a, T> {
        self.region
    }

    /// The same elements, borrowed from this view.
    #[inline]
    pub(crate) fn region(&mut self) -> Region<'_, T> {
        self.region.reborrow()
    }

    /// A part of this part.
    #[track_caller]
    pub fn slice_mut(&mut self, spec: impl SliceSpec) -> ViewMut<'_, T> {
        self.try_slice_mut(spec).or_panic()
    }

    /// As [`ViewMut::slice_mut`]; fails where [`Array::slice`] panics.
    pub fn try_slice_mut(&mut self, spec: impl SliceSpec) -> Result<ViewMut<'_, T>> {
        Ok(self.region().sliced("slice_mut", &spec.items())?.into())
    }

    /// The elements in row-major order, for writing.
    pub fn iter_mut(&mut self) -> IterMut<'_, T> {
        self.region().elements()
    }

    /// Writes one value everywhere.
    pub fn fill(&mut self, value: T) {
        map::update0(
            self.out(),
            #[inline(always)]
            |_| value,
        );
    }

    /// Writes the values of an array, broadcast to this shape: NumPy's `view[...] = values`. Leading axes of
    /// size 1 that this view does not have are left out.
    ///
    /// # Panics
    /// If the values do not broadcast to this shape.
    #[track_caller]
    pub fn assign(&mut self, values: impl Operand<T>) {
        self.try_assign(values).or_panic();
    }

    /// As [`ViewMut::assign`]; fails, and writes nothing, where it panics.
    pub fn try_assign(&mut self, values: impl Operand<T>) -> Result<()> {
        match values.source() {
            Source::Scalar(value) => self.fill(value),
            Source::Array(values) => {
                let layout = values.layout().assignable("assign", self.shape())?;
                copy(self.out(), In::new(values.data(), &layout));
            }
        }
        Ok(())
    }

    /// Replaces every element by a function of it.
    pub fn map_inplace(&mut self, f: impl Fn(T) -> T + Sync) {
        map::update0(self.out(), &f);
    }

    /// `self = f(self, other)`, with `other` broadcast to this shape.
    #[inline]
    pub(crate) fn update<U: Element>(
        &mut self,
        op: &'static str,
        other: impl Operand<U>,
        f: impl Fn(T, U) -> T + Copy + Sync,
    ) -> Result<()> {
        update(self.out(), op, other, f)
    }

    /// A copy of this part as an array of its own.
    pub fn to_array(&self) -> Array<T> {
        Array::build(Layout::contiguous(self.shape()), |out| copy(out, self.region.input()))
    }
}

/// `out = f(out, other)`, with `other` broadcast to its shape.
#[inline]
pub(crate) fn update<T: Element, U: Element>(
    out: Out<'_, T>,
    op: &'static str,
    other: impl Operand<U>,
    f: impl Fn(T, U) -> T + Copy + Sync,
) -> Result<()> {
    match other.source() {
        Source::Scalar(b) => map::update0(
            out,
            #[inline(always)]
            |a| f(a, b),
        ),
        Source::Array(b) => {
            let layout = b.stretched(op, out.layout().shape())?;
            map::update1(out, In::new(b.data(), &layout), f);
        }
    }
    Ok(())
}
