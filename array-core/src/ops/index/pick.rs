//! Advanced indexing: elements picked by index arrays and masks, combined with slices.

use super::spec::{IndexItem, IndexSpec};
use crate::array::Array;
use crate::element::{Element, Num};
use crate::error::{OrPanic, Result};
use crate::kernels::gather::{gather, scatter};
use crate::layout::Layout;
use crate::layout::pick::{PickItem, Picks, Positions};
use crate::layout::slice::SliceItem;
use crate::operand::Operand;
use crate::view_mut::ViewMut;

/// The entries as those of a slice, if they are nothing more.
fn as_slice_items(items: &[IndexItem]) -> Option<Vec<SliceItem>> {
    items.iter().map(|item| if let IndexItem::Slice(item) = item { Some(*item) } else { None }).collect()
}

/// Where in a layout the index points to.
fn picks(op: &'static str, layout: &Layout, items: &[IndexItem]) -> Result<Picks> {
    // A mask stands for the positions of its marks along each of its axes.
    let marks: Vec<(usize, Vec<Vec<i64>>)> = items
        .iter()
        .map(|item| match item {
            IndexItem::Mask(mask) => mask.marks(),
            _ => (0, Vec::new()),
        })
        .collect();
    let items: Vec<PickItem<'_>> = items
        .iter()
        .zip(&marks)
        .map(|(item, (count, positions))| match item {
            IndexItem::Slice(item) => PickItem::Slice(*item),
            IndexItem::Positions(positions) => {
                PickItem::Positions(Positions { values: positions.data(), layout: Some(positions.layout()) })
            }
            IndexItem::Mask(mask) => PickItem::Mask { shape: mask.shape(), count: *count, positions },
        })
        .collect();
    layout.picked(op, &items)
}

impl<T: Element> Array<T> {
    /// The elements that index arrays and masks pick: NumPy's advanced indexing, `a[rows, 1:3, cols]`.
    ///
    /// Entries are those of [`Array::slice`], arrays and lists of integers, and masks. Index arrays broadcast
    /// together, and the axes of their common shape stand where they stand if they are side by side, in front
    /// if other entries separate them; integers beside them count as index arrays, masks as those of their
    /// marks ([`Array::nonzero`]). The result is a copy, unless there is nothing but what a slice takes.
    ///
    /// ```
    /// use array_core::{Array, NewAxis};
    /// let m = Array::arange(0, 16, 1).reshape([4, 4]);
    /// let rows = Array::from_vec([0, 2, 3], 3);
    /// assert_eq!(m.pick(&rows).shape(), [3, 4]); // m[rows]
    /// assert_eq!(m.pick((&rows, 1)).to_vec(), [1, 9, 13]); // m[rows, 1]
    /// assert_eq!(m.pick((&rows, [-1, 0, 0])).to_vec(), [3, 8, 12]); // m[rows, [-1, 0, 0]]
    /// assert_eq!(m.pick((1..3, &rows)).to_vec(), [4, 6, 7, 8, 10, 11]); // m[1:3, rows]
    /// assert_eq!(m.pick((&rows.expand_dims(1), &rows)).shape(), [3, 3]); // m[rows[:, None], rows]
    /// ```
    ///
    /// # Panics
    /// If an index lies outside its axis, index arrays do not broadcast, a mask does not have the sizes of
    /// the axes it stands for, or there are more entries than axes.
    #[track_caller]
    pub fn pick(&self, spec: impl IndexSpec) -> Array<T> {
        self.try_pick(spec).or_panic()
    }

    /// As [`Array::pick`]; fails where it panics.
    pub fn try_pick(&self, spec: impl IndexSpec) -> Result<Array<T>> {
        let items = spec.index_items();
        if let Some(items) = as_slice_items(&items) {
            return self.try_slice(&items[..]);
        }
        let picks = picks("pick", self.layout(), &items)?;
        self.gathered("pick", &picks)
    }

    /// A copy of what is picked from this array's layout.
    pub(super) fn gathered(&self, op: &'static str, picks: &Picks) -> Result<Array<T>> {
        let flat = Self::new_layout(op, &picks.flat_shape())?;
        let gathered = Array::build(flat, |out| gather(out, self.data(), picks));
        Ok(gathered.view(Layout::contiguous(&picks.shape())))
    }

    /// Writes to what [`Array::pick`] picks: NumPy's `a[rows, 1:3, cols] = values`, values broadcast.
    ///
    /// Where an element is picked twice, the last value stays.
    ///
    /// ```
    /// use array_core::Array;
    /// let mut a = Array::<f64>::zeros([3, 3]);
    /// a.pick_assign(([0, 1, 2], [0, 1, 2]), 1.0);
    /// a.pick_assign((.., [0]), &Array::from_vec([7.0, 8.0, 9.0], [3, 1]));
    /// assert_eq!(a.to_vec(), [7.0, 0.0, 0.0, 8.0, 1.0, 0.0, 9.0, 0.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// Where [`Array::pick`] does, and if the values do not broadcast to what is picked.
    #[track_caller]
    pub fn pick_assign(&mut self, spec: impl IndexSpec, values: impl Operand<T>) {
        self.try_pick_assign(spec, values).or_panic();
    }

    /// As [`Array::pick_assign`]; fails, and writes nothing, where it panics.
    pub fn try_pick_assign(&mut self, spec: impl IndexSpec, values: impl Operand<T>) -> Result<()> {
        self.view_mut().try_pick_assign(spec, values)
    }

    /// Replaces what [`Array::pick`] picks by a function of it and the values: NumPy's `ufunc.at`.
    ///
    /// Where an element is picked several times, it is replaced several times, in the order of the result.
    ///
    /// ```
    /// use array_core::Array;
    /// let mut votes = Array::<i32>::zeros(3);
    /// votes.pick_update([2, 0, 2, 2], 1, |count, one| count + one);
    /// assert_eq!(votes.to_vec(), [1, 0, 3]);
    /// ```
    ///
    /// # Panics
    /// Where [`Array::pick_assign`] does.
    #[track_caller]
    pub fn pick_update(&mut self, spec: impl IndexSpec, values: impl Operand<T>, f: impl Fn(T, T) -> T) {
        self.try_pick_update(spec, values, f).or_panic();
    }

    /// As [`Array::pick_update`]; fails, and writes nothing, where it panics.
    pub fn try_pick_update(
        &mut self,
        spec: impl IndexSpec,
        values: impl Operand<T>,
        f: impl Fn(T, T) -> T,
    ) -> Result<()> {
        self.view_mut().try_pick_update(spec, values, f)
    }
}

impl<T: Num> Array<T> {
    /// Adds values to what [`Array::pick`] picks: `numpy.add.at`. What is picked twice grows twice.
    ///
    /// # Panics
    /// Where [`Array::pick_assign`] does.
    #[track_caller]
    pub fn pick_add(&mut self, spec: impl IndexSpec, values: impl Operand<T>) {
        self.try_pick_add(spec, values).or_panic();
    }

    /// As [`Array::pick_add`]; fails, and writes nothing, where it panics.
    pub fn try_pick_add(&mut self, spec: impl IndexSpec, values: impl Operand<T>) -> Result<()> {
        self.try_pick_update(spec, values, T::add)
    }
}

impl<T: Element> ViewMut<'_, T> {
    /// As [`Array::pick_assign`], in a part of an array.
    #[track_caller]
    pub fn pick_assign(&mut self, spec: impl IndexSpec, values: impl Operand<T>) {
        self.try_pick_assign(spec, values).or_panic();
    }

    /// As [`ViewMut::pick_assign`]; fails, and writes nothing, where it panics.
    pub fn try_pick_assign(&mut self, spec: impl IndexSpec, values: impl Operand<T>) -> Result<()> {
        self.update_picked(
            "pick_assign",
            spec,
            values,
            #[inline(always)]
            |_, new| new,
        )
    }

    /// As [`Array::pick_update`], in a part of an array.
    #[track_caller]
    pub fn pick_update(&mut self, spec: impl IndexSpec, values: impl Operand<T>, f: impl Fn(T, T) -> T) {
        self.try_pick_update(spec, values, f).or_panic();
    }

    /// As [`ViewMut::pick_update`]; fails, and writes nothing, where it panics.
    pub fn try_pick_update(
        &mut self,
        spec: impl IndexSpec,
        values: impl Operand<T>,
        f: impl Fn(T, T) -> T,
    ) -> Result<()> {
        self.update_picked("pick_update", spec, values, f)
    }

    fn update_picked(
        &mut self,
        op: &'static str,
        spec: impl IndexSpec,
        values: impl Operand<T>,
        f: impl Fn(T, T) -> T,
    ) -> Result<()> {
        let picks = picks(op, self.layout(), &spec.index_items())?;
        self.scattered(op, &picks, values, f)
    }

    /// Replaces what is picked from this part's layout.
    pub(super) fn scattered(
        &mut self,
        op: &'static str,
        picks: &Picks,
        values: impl Operand<T>,
        f: impl Fn(T, T) -> T,
    ) -> Result<()> {
        let values = values.source().to_array();
        let stretched = values.layout().assignable(op, &picks.shape())?;
        // All picked axes as one: a view, unless the values are stretched along some of them.
        let flat = values.view(stretched).try_reshape(&picks.flat_shape()[..])?;
        scatter(self.out(), picks, flat.operand(), f);
        Ok(())
    }
}
