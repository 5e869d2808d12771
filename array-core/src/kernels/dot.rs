//! Sums of products: `out[r] = Σₛ a[r, s]·b[r, s]`, where no matrix product does it.
//!
//! The sum is a balanced tree, as those of [`reduce`](super::reduce) are, and accumulated in the type of sums. Where
//! the sum's axis lies closest in memory, each result is summed by itself; where neighbouring results do, a row of
//! them is summed at once.

use super::isa::{Kernel, dispatch};
use super::operand::{In, Out, Ptr};
use super::parallel;
use super::reduce::{Cascade, FEW_LANES, LANES, fold_lanes, fold_rows};
use crate::element::Num;
use crate::layout::Layout;
use crate::layout::walk::{Axis, Walk};
use crate::number::Cast;

/// From this many products on, the work is worth waking threads for.
const PARALLEL_WORK: usize = 1 << 17;
/// Products summed by one task, where a single result is cut.
const TASK: usize = 1 << 16;
/// Products of one leaf of the tree, in lanes and in a row.
const LEAF: usize = 16 * LANES;
const ROWS: usize = 16;
/// Results of a row that are summed at once, and the fewest that are worth it.
const COLUMNS: usize = 512;
const FEW_COLUMNS: usize = 16;

/// `out[r] = Σₛ a[r, s]·b[r, s]`; the axes of `out` are the first ones of both operands.
///
/// Panics if the shapes of the operands differ.
pub fn sum_products<T: Num>(mut out: Out<'_, T>, a: In<'_, T>, b: In<'_, T>) {
    assert_eq!(a.layout().shape(), b.layout().shape(), "operands of a sum of products have one shape");
    let ndim = out.layout().ndim();
    let parted = |operand: &Layout| operand.parted(|axis| axis < ndim);
    let ((first_a, sum_a), (first_b, sum_b)) = (parted(a.layout()), parted(b.layout()));
    assert_eq!(first_a.shape(), out.layout().shape(), "the result has the first axes of the operands");
    let results = Walk::new([out.layout(), &first_a, &first_b]);
    let products = Products { sums: &Walk::new([&sum_a, &sum_b]), a: a.ptr(), b: b.ptr() };
    let out = out.ptr();
    let (count, each) = (results.len(), products.sums.len());
    if count.saturating_mul(each) < PARALLEL_WORK {
        return products.each(&results, out);
    }
    if count >= FEW_COLUMNS {
        // Results do not depend on each other, so how they are dealt out changes none of them.
        let parts = (4 * parallel::num_threads()).min(count);
        return parallel::for_each_task(parts, |i| products.each(&results.part(i, parts), out));
    }
    let parts = each.div_ceil(TASK);
    let mut partials = vec![T::Acc::ZERO; parts];
    let Axis { len, strides: [so, sa, sb] } = results.run();
    results.for_each_run(|[o, x, y]| {
        for i in 0..len as isize {
            let slots = Ptr(partials.as_mut_ptr());
            parallel::for_each_task(parts, |part| {
                let sums = &products.sums.part(part, parts);
                let sum = Products { sums, ..products }.sum(x + i * sa, y + i * sb);
                // SAFETY: every part has a slot of its own.
                unsafe { *slots.at(part as isize) = sum };
            });
            let mut cascade = Cascade::new(1);
            for &partial in &partials {
                cascade.push(T::Acc::ZERO, |slot| slot[0] = partial, T::Acc::add);
            }
            let sum = cascade.finish(T::Acc::add).first().copied().unwrap_or(T::Acc::ZERO);
            // SAFETY: `Out` has checked the results' offsets.
            unsafe { *out.at(o + i * so) = sum.cast() };
        }
    });
}

/// The products of one result, as seen from its first: a walk over both operands, whose every offset `In` has
/// checked to lie inside the data.
#[derive(Clone, Copy)]
struct Products<'a, T> {
    sums: &'a Walk<2>,
    a: Ptr<T>,
    b: Ptr<T>,
}

impl<T: Num> Products<'_, T> {
    /// All results that a walk over output and operands visits.
    fn each(self, results: &Walk<3>, out: Ptr<T>) {
        let (Axis { len, strides: [_, xa, xb] }, Axis { strides: [sa, sb], .. }) =
            (results.run(), self.sums.run());
        let across = xa.unsigned_abs() + xb.unsigned_abs();
        if len >= FEW_COLUMNS && across < sa.unsigned_abs() + sb.unsigned_abs() {
            results.for_each_run(|[o, x, y]| self.columns(results.run(), [o, x, y], out));
        } else {
            dispatch(Rows { products: self, results, out });
        }
    }

    /// The sum of one result.
    fn sum(self, x: isize, y: isize) -> T::Acc {
        let Axis { len, strides } = self.sums.run();
        let mut cascade = Cascade::new(1);
        self.sums.for_each_run(|[p, q]| {
            for start in (0..len).step_by(LEAF) {
                let starts = [x + p + start as isize * strides[0], y + q + start as isize * strides[1]];
                let fill = |slot: &mut [T::Acc]| {
                    slot[0] = dispatch(Leaf { products: self, starts, strides, len: LEAF.min(len - start) });
                };
                cascade.push(T::Acc::ZERO, fill, T::Acc::add);
            }
        });
        cascade.finish(T::Acc::add).first().copied().unwrap_or(T::Acc::ZERO)
    }

    /// A run of neighbouring results.
    fn columns(self, run: Axis<3>, [o, x, y]: [isize; 3], out: Ptr<T>) {
        let Axis { len, strides: [so, across @ ..] } = run;
        let Axis { len: rows, strides: along } = self.sums.run();
        for first in (0..len).step_by(COLUMNS) {
            let width = COLUMNS.min(len - first);
            let at = first as isize;
            let mut cascade = Cascade::new(width);
            self.sums.for_each_run(|[p, q]| {
                for row in (0..rows).step_by(ROWS) {
                    let starts = [
                        x + at * across[0] + p + row as isize * along[0],
                        y + at * across[1] + q + row as isize * along[1],
                    ];
                    let rows = ROWS.min(rows - row);
                    let fill = |accs: &mut [T::Acc]| match across {
                        [1, 1] => {
                            dispatch(Columns::<T, 1, 1> { accs, products: self, starts, along, across, rows })
                        }
                        [0, 1] => {
                            dispatch(Columns::<T, 0, 1> { accs, products: self, starts, along, across, rows })
                        }
                        [1, 0] => {
                            dispatch(Columns::<T, 1, 0> { accs, products: self, starts, along, across, rows })
                        }
                        _ => {
                            dispatch(Columns::<T, 2, 2> { accs, products: self, starts, along, across, rows })
                        }
                    };
                    cascade.push(T::Acc::ZERO, fill, T::Acc::add);
                }
            });
            let sums = cascade.finish(T::Acc::add);
            for j in 0..width {
                let sum = sums.get(j).copied().unwrap_or(T::Acc::ZERO);
                // SAFETY: `Out` has checked the results' offsets; these results are this task's alone.
                unsafe { *out.at(o + (at + j as isize) * so) = sum.cast() };
            }
        }
    }

    /// The sum of at most [`LEAF`] products.
    #[inline(always)]
    fn leaf(self, [x, y]: [isize; 2], strides: [isize; 2], len: usize) -> T::Acc {
        let add = |sum: T::Acc, other: T::Acc| sum.add(other);
        if len < FEW_LANES {
            let mut sum = T::Acc::ZERO;
            for i in 0..len as isize {
                // SAFETY: see `Products`.
                let (a, b) = unsafe { (*self.a.at(x + i * strides[0]), *self.b.at(y + i * strides[1])) };
                sum = sum.add(a.to_acc().mul(b.to_acc()));
            }
            sum
        } else if strides == [1, 1] {
            // SAFETY: see `Products`; `fold_lanes` keeps to the number of products.
            let (a, b) = unsafe { (self.a.slice(x, len), self.b.slice(y, len)) };
            fold_lanes::<_, LANES, 1>(
                len,
                T::Acc::ZERO,
                |_| (),
                #[inline(always)]
                |sum, i| {
                    // SAFETY: as above.
                    let (a, b) = unsafe { (a.get_unchecked(i), b.get_unchecked(i)) };
                    sum.add(a.to_acc().mul(b.to_acc()))
                },
                add,
            )
        } else {
            fold_lanes::<_, FEW_LANES, 1>(
                len,
                T::Acc::ZERO,
                |_| (),
                #[inline(always)]
                |sum, i| {
                    let i = i as isize;
                    // SAFETY: as above.
                    let (a, b) = unsafe { (*self.a.at(x + i * strides[0]), *self.b.at(y + i * strides[1])) };
                    sum.add(a.to_acc().mul(b.to_acc()))
                },
                add,
            )
        }
    }
}

/// One leaf.
struct Leaf<'a, T> {
    products: Products<'a, T>,
    starts: [isize; 2],
    strides: [isize; 2],
    len: usize,
}

impl<T: Num> Kernel for Leaf<'_, T> {
    type Output = T::Acc;

    #[inline(always)]
    fn run(self) -> T::Acc {
        self.products.leaf(self.starts, self.strides, self.len)
    }
}

/// Results one by one, each from its own products.
struct Rows<'a, T> {
    products: Products<'a, T>,
    results: &'a Walk<3>,
    out: Ptr<T>,
}

impl<T: Num> Kernel for Rows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Rows { products, results, out } = self;
        let Axis { len, strides: [so, sa, sb] } = results.run();
        let Axis { len: each, strides } = products.sums.run();
        let one_leaf = each == products.sums.len() && each <= LEAF;
        let [p, q] = products.sums.start();
        for [o, x, y] in results.runs() {
            for i in 0..len as isize {
                let (x, y) = (x + i * sa, y + i * sb);
                let sum =
                    if one_leaf { products.leaf([x + p, y + q], strides, each) } else { products.sum(x, y) };
                // SAFETY: `Out` has checked the results' offsets; these results are this task's alone.
                unsafe { *out.at(o + i * so) = sum.cast() };
            }
        }
    }
}

/// Neighbouring results, each from one product per row. The parameters are the distances of neighbours in the
/// operands, if they are 0 or 1.
struct Columns<'a, T: Num, const A: isize, const B: isize> {
    accs: &'a mut [T::Acc],
    products: Products<'a, T>,
    starts: [isize; 2],
    along: [isize; 2],
    across: [isize; 2],
    rows: usize,
}

impl<T: Num, const A: isize, const B: isize> Kernel for Columns<'_, T, A, B> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Columns { accs, products, starts: [x, y], along, across, rows } = self;
        let across = if A == 2 { across } else { [A, B] };
        for (chunk, accs) in accs.chunks_mut(LANES).enumerate() {
            let first = (chunk * LANES) as isize;
            fold_rows(
                accs,
                rows,
                T::Acc::ZERO,
                #[inline(always)]
                |sum, i, j| {
                    let (i, j) = (i as isize, first + j as isize);
                    // SAFETY: see `Products`; `fold_rows` keeps to the number of rows and of results.
                    let a = unsafe { *products.a.at(x + i * along[0] + j * across[0]) };
                    // SAFETY: as above.
                    let b = unsafe { *products.b.at(y + i * along[1] + j * across[1]) };
                    sum.add(a.to_acc().mul(b.to_acc()))
                },
            );
        }
    }
}
