//! Random chains of view operations against a model that keeps an explicit list of offsets; writing through slices;
//! and shapes beyond the address space.

use proptest::prelude::*;

use super::shape::checked_size;
use super::slice::SliceItem;
use super::walk::Offsets;
use super::{Layout, contiguous_strides};
use crate::array::Array;
use crate::dtype::DType;

/// A view as nothing but its shape and the offset of each element in row-major order.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    shape: Vec<usize>,
    offsets: Vec<usize>,
}

impl Model {
    fn new(shape: &[usize]) -> Model {
        Model { shape: shape.to_vec(), offsets: (0..shape.iter().product()).collect() }
    }

    /// A view of `shape` whose element `index` is the element `source(index)` of this one.
    fn remap(&self, shape: Vec<usize>, source: impl Fn(&[usize]) -> Vec<usize>) -> Model {
        let strides = contiguous_strides(&self.shape);
        let mut offsets = Vec::new();
        for flat in 0..shape.iter().product::<usize>() {
            let mut rest = flat;
            let mut index = vec![0; shape.len()];
            for axis in (0..shape.len()).rev() {
                index[axis] = rest % shape[axis];
                rest /= shape[axis];
            }
            let at: usize = source(&index).iter().zip(&strides).map(|(&i, &s)| i * s as usize).sum();
            offsets.push(self.offsets[at]);
        }
        Model { shape, offsets }
    }

    fn permuted(&self, axes: &[usize]) -> Model {
        self.remap(axes.iter().map(|&a| self.shape[a]).collect(), |index| {
            let mut source = vec![0; index.len()];
            axes.iter().zip(index).for_each(|(&a, &i)| source[a] = i);
            source
        })
    }

    /// Python's `range(start, stop, step)` restricted to the axis, by trying every index.
    fn sliced(&self, axis: usize, start: Option<isize>, stop: Option<isize>, step: isize) -> Model {
        let size = self.shape[axis] as isize;
        let from_end = |bound: isize| if bound < 0 { bound + size } else { bound };
        let mut picked: Vec<isize> = (0..size).collect();
        if step < 0 {
            picked.reverse();
        }
        if let Some(start) = start.map(from_end) {
            picked.retain(|&i| if step > 0 { i >= start } else { i <= start });
        }
        if let Some(stop) = stop.map(from_end) {
            picked.retain(|&i| if step > 0 { i < stop } else { i > stop });
        }
        let picked: Vec<usize> =
            picked.into_iter().step_by(step.unsigned_abs()).map(|i| i as usize).collect();
        let mut shape = self.shape.clone();
        shape[axis] = picked.len();
        self.remap(shape, |index| {
            let mut source = index.to_vec();
            source[axis] = picked[index[axis]];
            source
        })
    }
}

/// One view operation with numbers that are cut to fit the view they meet.
#[derive(Debug, Clone)]
enum Op {
    Permute(u64),
    Slice { axis: usize, start: Option<isize>, stop: Option<isize>, step: isize },
    Index { axis: usize, index: usize },
    NewAxis(usize),
    Broadcast { axis: usize, size: usize },
    Reshape(Vec<usize>),
}

fn op() -> impl Strategy<Value = Op> {
    let bound = || prop::option::of(-7isize..8);
    prop_oneof![
        any::<u64>().prop_map(Op::Permute),
        (0usize..5, bound(), bound(), prop_oneof![-3isize..0, 1isize..4])
            .prop_map(|(axis, start, stop, step)| Op::Slice { axis, start, stop, step }),
        (0usize..5, 0usize..6).prop_map(|(axis, index)| Op::Index { axis, index }),
        (0usize..5).prop_map(Op::NewAxis),
        (0usize..5, 0usize..4).prop_map(|(axis, size)| Op::Broadcast { axis, size }),
        prop::collection::vec(1usize..7, 0..4).prop_map(Op::Reshape),
    ]
}

fn permutation(ndim: usize, mut seed: u64) -> Vec<usize> {
    let mut axes: Vec<usize> = (0..ndim).collect();
    for end in (1..ndim).rev() {
        axes.swap(end, (seed % (end as u64 + 1)) as usize);
        seed /= end as u64 + 1;
    }
    axes
}

/// The entries between brackets that a slice or an index stands for, and what they show.
fn sliced(model: &Model, op: &Op) -> Option<(Vec<SliceItem>, Model)> {
    let ndim = model.shape.len();
    let all = SliceItem::Range { start: None, stop: None, step: 1 };
    match *op {
        Op::Slice { axis, start, stop, step } if axis < ndim => {
            let mut items = vec![all; axis];
            items.push(SliceItem::Range { start, stop, step });
            Some((items, model.sliced(axis, start, stop, step)))
        }
        Op::Index { axis, index } if axis < ndim && index < model.shape[axis] => {
            let from_end = index as isize - model.shape[axis] as isize;
            let mut items = vec![SliceItem::Ellipsis, SliceItem::Index(from_end)];
            items.extend(vec![all; ndim - axis - 1]);
            let mut shape = model.shape.clone();
            shape.remove(axis);
            let remapped = model.remap(shape, |i| {
                let mut source = i.to_vec();
                source.insert(axis, index);
                source
            });
            Some((items, remapped))
        }
        _ => None,
    }
}

/// Applies an operation to both; operations that do not fit the view leave both as they are.
fn apply(layout: &Layout, model: &Model, op: &Op) -> Option<(Layout, Model)> {
    let ndim = layout.ndim();
    match *op {
        Op::Permute(seed) => {
            let axes = permutation(ndim, seed);
            Some((layout.permuted("test", axes.as_slice()).ok()?, model.permuted(&axes)))
        }
        Op::Slice { .. } | Op::Index { .. } => {
            let (items, model) = sliced(model, op)?;
            Some((layout.sliced("test", &items).ok()?, model))
        }
        Op::NewAxis(at) if at <= ndim && ndim < 5 => {
            let mut shape = model.shape.clone();
            shape.insert(at, 1);
            Some((layout.with_axis(at), Model { shape, offsets: model.offsets.clone() }))
        }
        Op::Broadcast { axis, size } if axis < ndim && model.shape[axis] == 1 => {
            let mut shape = model.shape.clone();
            shape[axis] = size;
            let remapped = model.remap(shape.clone(), |i| {
                let mut source = i.to_vec();
                source[axis] = 0;
                source
            });
            Some((layout.broadcast_to("test", &shape).ok()?, remapped))
        }
        Op::Reshape(ref factors) => {
            // Any factorisation of the size: greedy over the proposed factors, the rest as one axis.
            let mut rest = model.offsets.len();
            let mut shape = Vec::new();
            for &factor in factors {
                if rest.is_multiple_of(factor) {
                    shape.push(factor);
                    rest /= factor;
                }
            }
            shape.push(rest);
            let view = layout.reshaped(&shape)?;
            Some((view, Model { shape, offsets: model.offsets.clone() }))
        }
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn layouts_show_what_the_model_shows(
        shape in prop::collection::vec(0usize..6, 0..4),
        ops in prop::collection::vec(op(), 0..6),
    ) {
        let (mut layout, mut model) = (Layout::contiguous(&shape), Model::new(&shape));
        for op in &ops {
            if let Some(next) = apply(&layout, &model, op) {
                (layout, model) = next;
            }
            prop_assert_eq!(layout.shape(), &model.shape[..], "after {:?}", op);
            let offsets: Vec<usize> = Offsets::new(&layout).collect();
            prop_assert_eq!(&offsets, &model.offsets, "after {:?}", op);
        }
        let bounds = model.offsets.iter().min().copied().zip(model.offsets.iter().max().copied());
        prop_assert_eq!(layout.bounds(), bounds);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn writing_through_slices_changes_what_the_model_shows(
        shape in prop::collection::vec(0usize..6, 0..4),
        order in any::<u64>(),
        ops in prop::collection::vec(op(), 0..6),
    ) {
        let mut a = Array::<u8>::zeros(&shape).permute(permutation(shape.len(), order));
        let mut model = Model::new(a.shape());
        let mut region = a.view_mut().into_region();
        for op in &ops {
            if let Some((items, next)) = sliced(&model, op) {
                region = region.sliced("test", &items).unwrap();
                model = next;
            }
        }
        region.elements().for_each(|x| *x += 1);
        for (i, &written) in a.iter().enumerate() {
            prop_assert_eq!(written, u8::from(model.offsets.contains(&i)), "element {}", i);
        }
    }

    #[test]
    fn shapes_beyond_the_address_space_are_refused(
        shape in prop::collection::vec(prop_oneof![Just(0), 1usize..9, (0u32..64).prop_map(|n| 1 << n)], 0..5),
        dtype in prop_oneof![Just(DType::UInt8), Just(DType::Float32), Just(DType::Complex128)],
    ) {
        let sizes = || shape.iter().filter(|&&n| n > 0);
        let bytes = sizes().try_fold(dtype.itemsize() as u128, |bytes, &n| bytes.checked_mul(n as u128));
        let size = checked_size("test", &shape, dtype);
        prop_assert_eq!(size.is_ok(), bytes.is_some_and(|bytes| bytes <= isize::MAX as u128));
        if let Ok(size) = size {
            let expected = if shape.contains(&0) { Some(0) } else { bytes };
            prop_assert_eq!(Some((size * dtype.itemsize()) as u128), expected);
        }
        // A view takes no memory, but its elements are counted all the same.
        let view = Array::scalar(0u8).try_broadcast_to(&shape);
        let counted = sizes().try_fold(1isize, |size, &n| size.checked_mul(n.try_into().ok()?));
        prop_assert_eq!(view.is_ok(), counted.is_some());
    }
}
