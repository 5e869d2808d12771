//! Element-wise loops over formulas that do not hold everywhere: a formula that vectorises, and for the elements
//! it does not hold for, rare ones, a function that need not.

use super::isa::{Kernel, dispatch};
use super::map::in_parts;
use super::operand::{In, Out, Ptr};
use crate::layout::walk::{Axis, Walk};

/// Elements that are looked at again while the nearest cache holds them.
const BLOCK: usize = 512;

/// A function by a formula.
#[derive(Debug, Clone, Copy)]
pub struct Guarded<H, F, G> {
    /// Whether the formula holds for an element.
    pub holds: H,
    /// The formula. What it gives where it does not hold is not used.
    pub formula: F,
    /// The function, everywhere.
    pub function: G,
}

struct Map<'a, A, O, H, F, G> {
    walk: &'a Walk<2>,
    out: Ptr<O>,
    a: Ptr<A>,
    f: Guarded<H, F, G>,
}

impl<A: Copy, O, H: Fn(A) -> bool, F: Fn(A) -> O, G: Fn(A) -> O> Kernel for Map<'_, A, O, H, F, G> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Map { walk, out, a, f: Guarded { holds, formula, function } } = self;
        let Axis { len, strides: [so, sa] } = walk.run();
        for [o, x] in walk.runs() {
            if [so, sa] == [1, 1] {
                // SAFETY: `In` and `Out` have checked that every offset of the walk lies in the data; inputs are
                // borrowed shared and the output exclusively, and this part of the output is ours.
                let (out, a) = unsafe { (out.slice_mut(o, len), a.slice(x, len)) };
                for (out, a) in out.chunks_mut(BLOCK).zip(a.chunks(BLOCK)) {
                    let mut all = true;
                    for (out, &a) in out.iter_mut().zip(a) {
                        *out = formula(a);
                        all &= holds(a);
                    }
                    if !all {
                        for (out, &a) in out.iter_mut().zip(a).filter(|(_, a)| !holds(**a)) {
                            *out = function(a);
                        }
                    }
                }
            } else {
                for i in 0..len as isize {
                    // SAFETY: as above.
                    unsafe { *out.at(o + i * so) = function(*a.at(x + i * sa)) };
                }
            }
        }
    }
}

/// `out = f(a)`, of one shape. The formula must give the function's values.
pub fn map_guarded<A: Copy + Send + Sync, O: Send + Sync>(
    mut out: Out<'_, O>,
    a: In<'_, A>,
    f: Guarded<
        impl Fn(A) -> bool + Copy + Sync,
        impl Fn(A) -> O + Copy + Sync,
        impl Fn(A) -> O + Copy + Sync,
    >,
) {
    let walk = Walk::new([out.layout(), a.layout()]);
    let (out, a) = (out.ptr(), a.ptr());
    in_parts(&walk, |walk| dispatch(Map { walk, out, a, f }));
}
