//! Advanced indexing on layouts: parts picked by index arrays and masks, combined with slices.

use smallvec::SmallVec;

use super::broadcast::broadcast_shapes;
use super::shape::index_of;
use super::slice::{SliceItem, resolve_range};
use super::walk::Offsets;
use super::{INLINE_RANK, Layout, Shape, Strides};
use crate::error::{Error, Result};

/// Parts of a layout, at offsets that need not be regular.
///
/// Element (o…, p, i…) lies where the sum of three offsets points to: that of element o… of `outer`, number p
/// of `offsets`, and that of element i… of `inner`. All of them are elements of the layout picked from.
#[derive(Debug)]
pub struct Picks {
    outer: Layout,
    offsets: Vec<isize>,
    inner: Layout,
    /// The axes that stand for `offsets` in the result of an index: the shape its index arrays broadcast to.
    picked: Shape,
}

impl Picks {
    /// The axes before the picked ones, and where everything starts.
    pub fn outer(&self) -> &Layout {
        &self.outer
    }

    /// One offset for each place on the picked axis.
    pub fn offsets(&self) -> &[isize] {
        &self.offsets
    }

    /// The axes after the picked ones, from offset 0.
    pub fn inner(&self) -> &Layout {
        &self.inner
    }

    /// The shape with all picked axes as one.
    pub fn flat_shape(&self) -> Shape {
        [self.outer.shape(), &[self.offsets.len()], self.inner.shape()].concat().into()
    }

    /// The shape of the result of an index.
    pub fn shape(&self) -> Shape {
        [self.outer.shape(), &self.picked, self.inner.shape()].concat().into()
    }

    /// The lowest and highest offset of any element; `None` if there is none.
    pub fn bounds(&self) -> Option<(isize, isize)> {
        let (outer, inner) = (self.outer.span()?, self.inner.span()?);
        let (low, high) = (self.offsets.iter().min()?, self.offsets.iter().max()?);
        Some((outer.0 + low + inner.0, outer.1 + high + inner.1))
    }
}

/// One entry between the brackets of an advanced index.
#[derive(Debug, Clone, Copy)]
pub enum PickItem<'a> {
    /// An entry that slices have too.
    Slice(SliceItem),
    /// An index array: positions along one axis.
    Positions(Positions<'a>),
    /// A mask, over as many axes as it has itself.
    Mask {
        /// The shape of the mask.
        shape: &'a [usize],
        /// How many elements it marks.
        count: usize,
        /// For each of its axes, where along it they are.
        positions: &'a [Vec<i64>],
    },
}

/// Positions along an axis: a buffer and how they lie in it.
#[derive(Debug, Clone, Copy)]
pub struct Positions<'a> {
    /// The buffer.
    pub values: &'a [i64],
    /// How the positions lie in it; `None` for side by side, as one axis.
    pub layout: Option<&'a Layout>,
}

impl<'a> Positions<'a> {
    /// Positions side by side.
    pub fn list(values: &'a [i64]) -> Self {
        Positions { values, layout: None }
    }

    fn shape(&self) -> Shape {
        self.layout.map_or_else(|| Shape::from_slice(&[self.values.len()]), |layout| layout.shape().into())
    }

    /// Calls `f` with every position, in row-major order of the shape they are stretched to.
    fn try_for_each(
        &self,
        op: &'static str,
        shape: &[usize],
        mut f: impl FnMut(i64) -> Result<()>,
    ) -> Result<()> {
        let layout = match self.layout {
            None => Layout::contiguous(&[self.values.len()]).broadcast_to(op, shape)?,
            Some(layout) => layout.broadcast_to(op, shape)?,
        };
        if layout.is_contiguous() {
            return self.values[layout.interval()].iter().try_for_each(|&i| f(i));
        }
        Offsets::new(&layout).try_for_each(|at| f(self.values[at]))
    }
}

/// An advanced index on its way through the axes of a layout.
struct Picking<'a> {
    op: &'static str,
    from: &'a Layout,
    /// The axis that the next item applies to.
    axis: usize,
    /// The axes that are kept, whole or as ranges, and where they start.
    shape: Shape,
    strides: Strides,
    offset: isize,
    /// The axes that are picked along by index arrays, which broadcast to `picked`.
    arrays: SmallVec<[(usize, Positions<'a>); INLINE_RANK]>,
    picked: Shape,
    /// Before which of the kept axes the picked ones stand in the result.
    place: Option<usize>,
    /// Whether a kept axis has followed a picked one.
    interrupted: bool,
}

impl<'a> Picking<'a> {
    fn keep(&mut self, size: usize, stride: isize) {
        self.shape.push(size);
        self.strides.push(stride);
        self.interrupted = self.place.is_some();
    }

    fn keep_whole(&mut self, axes: usize) {
        for axis in self.axis..self.axis + axes {
            self.keep(self.from.shape[axis], self.from.strides[axis]);
        }
        self.axis += axes;
    }

    /// Picked axes take the place of the first of them; the front, if kept axes stand between them.
    fn pick_here(&mut self) {
        let first = self.place.unwrap_or(self.shape.len());
        self.place = Some(if self.interrupted { 0 } else { first });
    }

    fn pick_along(&mut self, positions: Positions<'a>) -> Result<()> {
        self.picked = broadcast_shapes(self.op, &self.picked, &positions.shape())?;
        self.arrays.push((self.axis, positions));
        self.axis += 1;
        Ok(())
    }

    fn take(&mut self, item: PickItem<'a>, unmentioned: usize) -> Result<()> {
        match item {
            PickItem::Slice(SliceItem::Ellipsis) => {
                self.keep_whole(unmentioned);
                self.interrupted = self.place.is_some();
            }
            PickItem::Slice(SliceItem::NewAxis) => self.keep(1, 0),
            PickItem::Slice(SliceItem::Range { start, stop, step }) => {
                let stride = self.from.strides[self.axis];
                let (first, count) = resolve_range(self.op, start, stop, step, self.from.shape[self.axis])?;
                self.offset += if count > 0 { first as isize * stride } else { 0 };
                self.keep(count, stride.wrapping_mul(step));
                self.axis += 1;
            }
            PickItem::Slice(SliceItem::Index(index)) => {
                let position = index_of(self.op, index, self.axis, &self.from.shape)?;
                self.pick_here();
                self.offset += position as isize * self.from.strides[self.axis];
                self.axis += 1;
            }
            PickItem::Positions(Positions { values, layout: Some(layout) }) if layout.ndim() == 0 => {
                // An index array without axes is an integer.
                let index = SliceItem::Index(values[layout.offset()] as isize);
                self.take(PickItem::Slice(index), unmentioned)?;
            }
            PickItem::Positions(positions) => {
                self.pick_here();
                self.pick_along(positions)?;
            }
            PickItem::Mask { shape, count, positions } => {
                self.pick_here();
                let masked = &self.from.shape[self.axis..][..shape.len()];
                if masked != shape {
                    let shapes = [masked.to_vec(), shape.to_vec()];
                    let rule = "a mask must have the sizes of the axes it stands for";
                    return Err(Error::Shapes { op: self.op, shapes, rule });
                }
                // A mask without axes still picks: its one element, or none.
                self.picked = broadcast_shapes(self.op, &self.picked, &[count])?;
                positions.iter().try_for_each(|list| self.pick_along(Positions::list(list)))?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Picks> {
        self.keep_whole(self.from.ndim() - self.axis);
        let (op, from) = (self.op, self.from);
        let mut offsets = vec![0; self.picked.iter().product()];
        // As in NumPy, index arrays that broadcast to nothing are not looked at.
        if !offsets.is_empty() {
            for (axis, positions) in self.arrays {
                let mut next = 0;
                positions.try_for_each(op, &self.picked, |position| {
                    let position = index_of(op, position as isize, axis, &from.shape)?;
                    offsets[next] += position as isize * from.strides[axis];
                    next += 1;
                    Ok(())
                })?;
            }
        }
        let (outer_shape, inner_shape) = self.shape.split_at(self.place.unwrap_or(0));
        let (outer_strides, inner_strides) = self.strides.split_at(self.place.unwrap_or(0));
        let outer = Layout::from_parts(outer_shape.into(), outer_strides.into(), self.offset as usize);
        let inner = Layout::from_parts(inner_shape.into(), inner_strides.into(), 0);
        Ok(Picks { outer, offsets, inner, picked: self.picked })
    }
}

impl Layout {
    /// What an advanced index shows, by NumPy's rules.
    ///
    /// Index arrays broadcast together, and their common shape takes one place among the axes of the result:
    /// that of the arrays if they stand side by side, else the first. Beside an index array an integer counts
    /// as one, and a mask as the index arrays of its marks.
    pub fn picked(&self, op: &'static str, items: &[PickItem<'_>]) -> Result<Picks> {
        let used = items.iter().map(|item| match item {
            PickItem::Slice(item) => item.axes(),
            PickItem::Positions(_) => 1,
            PickItem::Mask { shape, .. } => shape.len(),
        });
        let ellipses = items.iter().filter(|item| matches!(item, PickItem::Slice(SliceItem::Ellipsis)));
        let unmentioned = self.unmentioned(op, used.sum(), ellipses.count())?;
        let mut picking = Picking {
            op,
            from: self,
            axis: 0,
            shape: Shape::new(),
            strides: Strides::new(),
            offset: self.offset as isize,
            arrays: SmallVec::new(),
            picked: Shape::new(),
            place: None,
            interrupted: false,
        };
        items.iter().try_for_each(|&item| picking.take(item, unmentioned))?;
        picking.finish()
    }

    /// One element for each position, from the lane of axis `at` that the position stands in; lanes and
    /// positions are broadcast together.
    pub fn picked_along(&self, op: &'static str, at: usize, positions: Positions<'_>) -> Result<Picks> {
        if positions.shape().len() != self.ndim() {
            let rule = "must have the same number of axes";
            return Err(Error::Shapes {
                op,
                shapes: [self.shape.to_vec(), positions.shape().to_vec()],
                rule,
            });
        }
        let lanes = self.without_axis(at, 0).with_axis(at);
        let shape = broadcast_shapes(op, lanes.shape(), &positions.shape())?;
        let mut offsets: Vec<isize> =
            Offsets::new(&lanes.broadcast_to(op, &shape)?).map(|start| start as isize).collect();
        let mut next = 0;
        positions.try_for_each(op, &shape, |position| {
            let position = index_of(op, position as isize, at, &self.shape)?;
            offsets[next] += position as isize * self.strides[at];
            next += 1;
            Ok(())
        })?;
        let nothing = Layout::contiguous(&[]);
        Ok(Picks { outer: nothing.clone(), offsets, inner: nothing, picked: shape })
    }

    /// The parts that a mask over the leading axes marks; its flags come in row-major order.
    pub fn marked(&self, axes: usize, flags: impl Iterator<Item = bool>) -> Picks {
        let leading = Layout::from_parts(self.shape[..axes].into(), self.strides[..axes].into(), self.offset);
        let offsets: Vec<isize> =
            Offsets::new(&leading).zip(flags).filter(|&(_, flag)| flag).map(|(at, _)| at as isize).collect();
        let inner = Layout::from_parts(self.shape[axes..].into(), self.strides[axes..].into(), 0);
        let picked = Shape::from_slice(&[offsets.len()]);
        Picks { outer: Layout::contiguous(&[]), offsets, inner, picked }
    }
}
