//! Convolutions of images: matrix products with patches that are gathered a block at a time.
//!
//! For one image and one group of channels, the patches are a matrix of (taps, places): a row per channel and tap
//! of the filter, a column per place of it. Then
//!
//! ```text
//! output          y  = W·patches(x)       (filters, taps)·(taps, places)
//! input gradient  gₓ = patchesᵀ(Wᵀ·g)     each product goes back to where its patch came from, and is added
//! weight gradient Wᵀ = patches(x)·gᵀ      summed over images
//! ```
//!
//! The matrix of patches never exists as a whole: a block of places is gathered into a buffer that stays in the
//! second-level cache, and is small enough for the product to read it there without packing it again. A transposed
//! convolution is the second line, run forward.

mod patches;

use std::ops::Range;

use self::patches::{Fold, Unfold};
use super::gemm::{Base, Gemm, gemm};
use super::isa::dispatch;
use super::operand::{In, Out};
use super::parallel;
use crate::layout::window::Window;
use crate::layout::{Layout, Shape, Strides};
use crate::storage::Buffer;

/// Bytes of a block of patches.
const BLOCK_BYTES: usize = 1 << 17;
/// From this many multiply-adds on, threads are worth waking.
const PARALLEL_WORK: usize = 1 << 21;
/// Partial sums of a weight gradient: enough for threads to share, and how many elements they may have together.
const PARTS: usize = 8;
const PARTS_SIZE: usize = 1 << 20;

/// The shapes of a convolution, which its caller has checked. All sizes are per group.
#[derive(Debug, Clone, Copy)]
pub struct Conv {
    pub images: usize,
    pub groups: usize,
    pub channels: usize,
    pub filters: usize,
    /// Along height and width: the filter, the size of the image, the number of places.
    pub windows: [Window; 2],
    pub size: [usize; 2],
    pub places: [usize; 2],
}

impl Conv {
    /// Rows of the matrix of patches: the elements of a filter.
    fn taps(&self) -> usize {
        self.channels * self.windows[0].size * self.windows[1].size
    }

    /// Columns of the matrix of patches.
    fn columns(&self) -> usize {
        self.places[0] * self.places[1]
    }

    fn input_len(&self) -> usize {
        self.channels * self.size[0] * self.size[1]
    }

    fn output_len(&self) -> usize {
        self.filters * self.columns()
    }

    fn weight_len(&self) -> usize {
        self.filters * self.taps()
    }

    fn runs_on_threads(&self) -> bool {
        self.images * self.groups * self.weight_len() * self.columns() >= PARALLEL_WORK
    }

    /// Whether the image itself is the matrix of patches.
    fn is_pointwise(&self) -> bool {
        self.windows.iter().all(|&window| window == Window::new(1))
    }

    /// Blocks of places: some whole rows of them, or parts of one where a row has too many.
    fn blocks<T>(&self) -> impl Iterator<Item = Block> + use<T> {
        let [rows, columns] = self.places;
        let most = (BLOCK_BYTES / size_of::<T>() / self.taps().max(1)).max(32);
        let (high, wide) = if columns <= most { (most / columns.max(1), columns) } else { (1, most) };
        (0..rows).step_by(high).flat_map(move |row| {
            (0..columns).step_by(wide).map(move |column| Block {
                rows: row..rows.min(row + high),
                columns: column..columns.min(column + wide),
                start: row * columns + column,
            })
        })
    }
}

/// Places that are worked on at once; they lie side by side in the output.
#[derive(Debug, Clone)]
struct Block {
    rows: Range<usize>,
    columns: Range<usize>,
    /// The first of them, as a column of the matrix of patches.
    start: usize,
}

impl Block {
    fn len(&self) -> usize {
        self.rows.len() * self.columns.len()
    }
}

/// A matrix of this shape and strides, from this element of a slice on.
fn matrix(shape: [usize; 2], strides: [usize; 2], start: usize) -> Layout {
    Layout::from_parts(Shape::from_slice(&shape), Strides::from_slice(&strides.map(|s| s as isize)), start)
}

/// `y = weight ⋆ x + bias`: (images, groups·channels, …) → (images, groups·filters, …), with a weight of
/// (groups·filters, channels, …).
pub fn convolve<T: Gemm>(conv: &Conv, y: &mut [T], x: &[T], weight: &[T], bias: Option<&[T]>) {
    let Conv { filters, groups, .. } = *conv;
    let (taps, columns) = (conv.taps(), conv.columns());
    for_each_part(y, conv.output_len(), conv.runs_on_threads(), |i, y| {
        let group = i % groups;
        let weight = &weight[group * conv.weight_len()..][..conv.weight_len()];
        let image = &x[i * conv.input_len()..][..conv.input_len()];
        if let Some(bias) = bias {
            for (row, &bias) in y.chunks_exact_mut(columns).zip(&bias[group * filters..]) {
                row.fill(bias);
            }
        }
        for_each_block_of_patches(conv, image, |block, patches| {
            let layout = matrix([filters, block.len()], [columns, 1], block.start);
            let weights = matrix([filters, taps], [taps, 1], 0);
            gemm(
                Out::new(y, &layout),
                In::new(weight, &weights),
                patches,
                if bias.is_some() { Base::C } else { Base::Zero },
            );
        });
    });
}

/// The gradient of the input from that of the output; with a bias per channel, a transposed convolution.
pub fn convolve_transposed<T: Gemm>(conv: &Conv, x: &mut [T], y: &[T], weight: &[T], bias: Option<&[T]>) {
    let Conv { channels, filters, groups, size, .. } = *conv;
    let (taps, columns) = (conv.taps(), conv.columns());
    for_each_part(x, conv.input_len(), conv.runs_on_threads(), |i, x| {
        let group = i % groups;
        let weight = &weight[group * conv.weight_len()..][..conv.weight_len()];
        let y = &y[i * conv.output_len()..][..conv.output_len()];
        match bias {
            Some(bias) => {
                for (plane, &bias) in x.chunks_exact_mut(size[0] * size[1]).zip(&bias[group * channels..]) {
                    plane.fill(bias);
                }
            }
            None => x.fill(T::ZERO),
        }
        let weights = matrix([taps, filters], [1, taps], 0);
        if conv.is_pointwise() {
            let (whole, all) =
                (matrix([taps, columns], [columns, 1], 0), matrix([filters, columns], [columns, 1], 0));
            gemm(Out::new(x, &whole), In::new(weight, &weights), In::new(y, &all), Base::C);
            return;
        }
        for block in conv.blocks::<T>() {
            let len = block.len();
            let mut products = Buffer::unspecified(taps * len);
            let (packed, part) =
                (matrix([taps, len], [len, 1], 0), matrix([filters, len], [columns, 1], block.start));
            gemm(Out::new(&mut products, &packed), In::new(weight, &weights), In::new(y, &part), Base::Zero);
            dispatch(Fold { conv, block, patches: &mut products, image: x });
        }
    });
}

/// The gradient of the weight from those of the outputs.
pub fn weight_gradient<T: Gemm>(conv: &Conv, gradient: &mut [T], x: &[T], y: &[T]) {
    let Conv { images, groups, filters, .. } = *conv;
    let (taps, columns, len) = (conv.taps(), conv.columns(), conv.weight_len());
    if len == 0 {
        return;
    }
    // Each part sums over some of the images; how many parts there are follows from the shapes.
    let parts = (PARTS_SIZE / (groups * len)).clamp(1, PARTS).min(images.max(1));
    let mut sums = Buffer::zeros(parts * groups * len);
    for_each_part(&mut sums, len, conv.runs_on_threads(), |i, sum| {
        let (part, group) = (i / groups, i % groups);
        for image in images * part / parts..images * (part + 1) / parts {
            let at = image * groups + group;
            let y = &y[at * conv.output_len()..][..conv.output_len()];
            let x = &x[at * conv.input_len()..][..conv.input_len()];
            for_each_block_of_patches(conv, x, |block, patches| {
                let (whole, part) = (
                    matrix([taps, filters], [filters, 1], 0),
                    matrix([block.len(), filters], [1, columns], block.start),
                );
                gemm(Out::new(sum, &whole), patches, In::new(y, &part), Base::C);
            });
        }
    });
    for (group, gradient) in gradient.chunks_exact_mut(len).enumerate() {
        for (i, gradient) in gradient.iter_mut().enumerate() {
            let (filter, tap) = (i / taps, i % taps);
            let of_part = |part: usize| sums[(part * groups + group) * len + tap * filters + filter];
            *gradient = (1..parts).fold(of_part(0), |sum, part| sum.add(of_part(part)));
        }
    }
}

/// Calls `f` with every part of `len` elements, on threads or not.
fn for_each_part<T: Send>(all: &mut [T], len: usize, threads: bool, f: impl Fn(usize, &mut [T]) + Sync) {
    if len == 0 {
        return;
    }
    if threads {
        parallel::for_each_chunk(all, len, f);
    } else {
        all.chunks_exact_mut(len).enumerate().for_each(|(i, part)| f(i, part));
    }
}

/// Calls `f` with the patches of every block of places.
fn for_each_block_of_patches<T: Gemm>(conv: &Conv, image: &[T], mut f: impl FnMut(&Block, In<'_, T>)) {
    let taps = conv.taps();
    if conv.is_pointwise() {
        let [rows, columns] = conv.places;
        let whole = Block { rows: 0..rows, columns: 0..columns, start: 0 };
        return f(&whole, In::new(image, &matrix([taps, whole.len()], [whole.len(), 1], 0)));
    }
    for block in conv.blocks::<T>() {
        let mut patches = Buffer::unspecified(taps * block.len());
        dispatch(Unfold { conv, block: block.clone(), image, patches: &mut patches });
        f(&block, In::new(&patches, &matrix([taps, block.len()], [block.len(), 1], 0)));
    }
}
