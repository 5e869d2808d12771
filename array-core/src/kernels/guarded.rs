//! Element-wise loops over formulas that do not hold everywhere: a formula that vectorises, and for the elements
//! it does not hold for, rare ones, a function that may be slower.

use std::mem::MaybeUninit;

use super::isa::{Kernel, dispatch};
use super::map::in_parts;
use super::operand::{In, Out, Ptr};
use super::stream;
use crate::layout::walk::{Axis, Walk};

/// Elements that are looked at again while the nearest cache holds them.
const BLOCK: usize = 512;

/// A function by a formula.
#[derive(Debug, Clone, Copy)]
pub struct Guarded<S, L, F, G> {
    /// What is compared with the limit.
    pub size: S,
    /// The formula holds up to this size. What it gives beyond is not used.
    pub limit: L,
    /// The formula.
    pub formula: F,
    /// The function, everywhere; the formula gives its values.
    pub function: G,
}

impl<S, L: Ord + Copy, F, G> Guarded<S, L, F, G> {
    /// Writes the function of every element.
    #[inline(always)]
    fn fill<A: Copy, O>(&self, out: &mut [MaybeUninit<O>], a: &[A])
    where
        S: Fn(A) -> L,
        F: Fn(A) -> O,
        G: Fn(A) -> O,
    {
        // The greatest size, not whether one is too great: vectors have an operation for it.
        let mut greatest = self.limit;
        for (out, &a) in out.iter_mut().zip(a) {
            out.write((self.formula)(a));
            greatest = greatest.max((self.size)(a));
        }
        if greatest > self.limit {
            for (out, &a) in out.iter_mut().zip(a) {
                if (self.size)(a) > self.limit {
                    out.write((self.function)(a));
                }
            }
        }
    }
}

/// With `STREAMED`, all strides are 1.
struct Map<'a, A, O, S, L, F, G, const STREAMED: bool> {
    walk: &'a Walk<2>,
    out: Ptr<O>,
    a: Ptr<A>,
    f: Guarded<S, L, F, G>,
}

impl<A, O, S, L, F, G, const STREAMED: bool> Kernel for Map<'_, A, O, S, L, F, G, STREAMED>
where
    A: Copy,
    O: Copy,
    L: Ord + Copy,
    S: Fn(A) -> L,
    F: Fn(A) -> O,
    G: Fn(A) -> O,
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Map { walk, out, a, f } = self;
        let Axis { len, strides: [so, sa] } = walk.run();
        for [o, x] in walk.runs() {
            if [so, sa] == [1, 1] {
                // SAFETY: `In` and `Out` have checked that every offset of the walk lies in the data; inputs are
                // borrowed shared and the output exclusively, and this part of the output is ours.
                let a = unsafe { a.slice(x, len) };
                if STREAMED {
                    // SAFETY: as above; `fill` writes as much of the block as its input is long.
                    unsafe {
                        stream::write_blocks(
                            out.slice_mut(o, len),
                            #[inline(always)]
                            |at, block| f.fill(block, &a[at..][..block.len()]),
                        );
                    }
                } else {
                    // SAFETY: as above; what is written are values of `O`.
                    let out = unsafe { Ptr(out.0.cast::<MaybeUninit<O>>()).slice_mut(o, len) };
                    for (out, a) in out.chunks_mut(BLOCK).zip(a.chunks(BLOCK)) {
                        f.fill(out, a);
                    }
                }
            } else {
                for i in 0..len as isize {
                    // SAFETY: as above.
                    unsafe { *out.at(o + i * so) = (f.function)(*a.at(x + i * sa)) };
                }
            }
        }
        if STREAMED {
            stream::fence();
        }
    }
}

/// `out = f(a)`, of one shape.
pub fn map_guarded<A: Copy + Send + Sync, O: Copy + Send + Sync, L: Ord + Copy + Sync>(
    mut out: Out<'_, O>,
    a: In<'_, A>,
    f: Guarded<
        impl Fn(A) -> L + Copy + Sync,
        L,
        impl Fn(A) -> O + Copy + Sync,
        impl Fn(A) -> O + Copy + Sync,
    >,
) {
    let walk = Walk::new([out.layout(), a.layout()]);
    let (out, a) = (out.ptr(), a.ptr());
    let Axis { len, strides } = walk.run();
    if strides == [1, 1] && stream::pays::<A, O>(walk.len(), len) {
        in_parts(&walk, |walk| dispatch(Map::<_, _, _, _, _, _, true> { walk, out, a, f }));
    } else {
        in_parts(&walk, |walk| dispatch(Map::<_, _, _, _, _, _, false> { walk, out, a, f }));
    }
}
