//! Element-wise loops: `out = f(a)`, `out = f(a, b)`, `out = f(a, b, c)`, and the same in place.
//!
//! Contiguous, reversed and broadcast-scalar runs are loops over slices, which the compiler vectorises; anything
//! else steps by strides. Contiguous results that no cache can hold are streamed past them.

use super::isa::{Kernel, dispatch};
use super::operand::{In, Out, Ptr};
use super::{parallel, stream};
use crate::layout::walk::{Axis, Walk};

/// From this many elements on, an element-wise loop is worth waking threads for.
const PARALLEL_SIZE: usize = 1 << 17;

/// Runs `f` over a walk, cut into parts where that pays. Elements do not depend on each other, so cutting by
/// the number of threads changes no result.
pub(super) fn in_parts<const N: usize>(walk: &Walk<N>, f: impl Fn(&Walk<N>) + Sync) {
    let size = walk.len();
    if size < PARALLEL_SIZE {
        f(walk)
    } else {
        // A few parts per thread even out what the system takes away from one of them.
        let parts = (4 * parallel::num_threads()).min(size / (PARALLEL_SIZE / 4));
        parallel::for_each_task(parts, |i| f(&walk.part(i, parts)));
    }
}

struct Map0<'a, O, F> {
    walk: &'a Walk<1>,
    out: Ptr<O>,
    f: F,
}

impl<O: Copy, F: Fn(O) -> O> Kernel for Map0<'_, O, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Map0 { walk, out, f } = self;
        let Axis { len, strides } = walk.run();
        for [o] in walk.runs() {
            if strides == [1] {
                // SAFETY: `Out` has checked that every offset of the walk lies in the data; this part of it is ours.
                for x in unsafe { out.slice_mut(o, len) } {
                    *x = f(*x);
                }
            } else {
                for i in 0..len as isize {
                    // SAFETY: as above.
                    let x = unsafe { &mut *out.at(o + i * strides[0]) };
                    *x = f(*x);
                }
            }
        }
    }
}

/// `out = f(out)`
pub fn update0<O: Copy + Send + Sync>(mut out: Out<'_, O>, f: impl Fn(O) -> O + Copy + Sync) {
    let walk = Walk::new([out.layout()]);
    let out = out.ptr();
    in_parts(&walk, |walk| dispatch(Map0 { walk, out, f }));
}

struct Map1<'a, A, O, F> {
    walk: &'a Walk<2>,
    out: Ptr<O>,
    a: Ptr<A>,
    f: F,
}

impl<A: Copy, O, F: Fn(&mut O, A)> Kernel for Map1<'_, A, O, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Map1 { walk, out, a, f } = self;
        let Axis { len, strides } = walk.run();
        let n = len as isize;
        // SAFETY (all arms): `In` and `Out` have checked that every offset of the walk lies in the data; inputs
        // are borrowed shared and the output exclusively, and this part of the output is ours.
        match strides {
            [1, 1] => {
                for [o, x] in walk.runs() {
                    // SAFETY: see above.
                    let (out, a) = unsafe { (out.slice_mut(o, len), a.slice(x, len)) };
                    for (out, &a) in out.iter_mut().zip(a) {
                        f(out, a);
                    }
                }
            }
            [1, 0] => {
                for [o, x] in walk.runs() {
                    // SAFETY: see above.
                    let (out, a) = unsafe { (out.slice_mut(o, len), *a.at(x)) };
                    for out in out {
                        f(out, a);
                    }
                }
            }
            [1, -1] => {
                for [o, x] in walk.runs() {
                    // SAFETY: see above; the run descends from x, so it starts in memory at x − (n − 1).
                    let (out, a) = unsafe { (out.slice_mut(o, len), a.slice(x - (n - 1), len)) };
                    for (out, &a) in out.iter_mut().zip(a.iter().rev()) {
                        f(out, a);
                    }
                }
            }
            [so, sa] => {
                for [o, x] in walk.runs() {
                    for i in 0..n {
                        // SAFETY: see above.
                        unsafe { f(&mut *out.at(o + i * so), *a.at(x + i * sa)) }
                    }
                }
            }
        }
    }
}

fn each1<A: Copy + Send + Sync, O: Send + Sync>(
    mut out: Out<'_, O>,
    a: In<'_, A>,
    f: impl Fn(&mut O, A) + Copy + Sync,
) {
    let walk = Walk::new([out.layout(), a.layout()]);
    let (out, a) = (out.ptr(), a.ptr());
    in_parts(&walk, |walk| dispatch(Map1 { walk, out, a, f }));
}

struct Stream1<'a, A, O, F> {
    walk: &'a Walk<2>,
    out: Ptr<O>,
    a: Ptr<A>,
    f: F,
}

impl<A: Copy, O: Copy, F: Fn(A) -> O> Kernel for Stream1<'_, A, O, F> {
    type Output = ();

    /// The output's stride is 1, the input's 1 or −1.
    #[inline(always)]
    fn run(self) {
        let Stream1 { walk, out, a, f } = self;
        let Axis { len, strides: [_, sa] } = walk.run();
        for [o, x] in walk.runs() {
            // SAFETY: as in `Map1`.
            let out = unsafe { out.slice_mut(o, len) };
            if sa == 1 {
                // SAFETY: as in `Map1`; i < len.
                stream::write(
                    out,
                    #[inline(always)]
                    |i| f(unsafe { *a.at(x + i as isize) }),
                );
            } else {
                // SAFETY: as above.
                stream::write(
                    out,
                    #[inline(always)]
                    |i| f(unsafe { *a.at(x - i as isize) }),
                );
            }
        }
        stream::fence();
    }
}

/// `out = f(a)`, all of one shape.
pub fn map1<A: Copy + Send + Sync, O: Copy + Send + Sync>(
    mut out: Out<'_, O>,
    a: In<'_, A>,
    f: impl Fn(A) -> O + Copy + Sync,
) {
    let size = out.layout().size();
    if stream::pays::<A, O>(size, size) {
        let walk = Walk::new([out.layout(), a.layout()]);
        let Axis { len, strides } = walk.run();
        if stream::pays::<A, O>(size, len) && matches!(strides, [1, 1 | -1]) {
            let (out, a) = (out.ptr(), a.ptr());
            return in_parts(&walk, |walk| dispatch(Stream1 { walk, out, a, f }));
        }
    }
    each1(
        out,
        a,
        #[inline(always)]
        move |out, a| *out = f(a),
    );
}

/// `out = f(out, a)`, all of one shape.
pub fn update1<A: Copy + Send + Sync, O: Copy + Send + Sync>(
    out: Out<'_, O>,
    a: In<'_, A>,
    f: impl Fn(O, A) -> O + Copy + Sync,
) {
    each1(
        out,
        a,
        #[inline(always)]
        move |out, a| *out = f(*out, a),
    );
}

struct Map2<'a, A, B, O, F> {
    walk: &'a Walk<3>,
    out: Ptr<O>,
    a: Ptr<A>,
    b: Ptr<B>,
    f: F,
}

impl<A: Copy, B: Copy, O, F: Fn(&mut O, A, B)> Kernel for Map2<'_, A, B, O, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Map2 { walk, out, a, b, f } = self;
        let Axis { len, strides } = walk.run();
        // SAFETY (all arms): as in `Map1`.
        match strides {
            [1, 1, 1] => {
                for [o, x, y] in walk.runs() {
                    // SAFETY: see above.
                    let (out, a, b) = unsafe { (out.slice_mut(o, len), a.slice(x, len), b.slice(y, len)) };
                    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
                        f(out, a, b);
                    }
                }
            }
            [1, 1, 0] => {
                for [o, x, y] in walk.runs() {
                    // SAFETY: see above.
                    let (out, a, b) = unsafe { (out.slice_mut(o, len), a.slice(x, len), *b.at(y)) };
                    for (out, &a) in out.iter_mut().zip(a) {
                        f(out, a, b);
                    }
                }
            }
            [1, 0, 1] => {
                for [o, x, y] in walk.runs() {
                    // SAFETY: see above.
                    let (out, a, b) = unsafe { (out.slice_mut(o, len), *a.at(x), b.slice(y, len)) };
                    for (out, &b) in out.iter_mut().zip(b) {
                        f(out, a, b);
                    }
                }
            }
            [so, sa, sb] => {
                for [o, x, y] in walk.runs() {
                    for i in 0..len as isize {
                        // SAFETY: see above.
                        unsafe { f(&mut *out.at(o + i * so), *a.at(x + i * sa), *b.at(y + i * sb)) }
                    }
                }
            }
        }
    }
}

fn each2<A: Copy + Send + Sync, B: Copy + Send + Sync, O: Send + Sync>(
    mut out: Out<'_, O>,
    a: In<'_, A>,
    b: In<'_, B>,
    f: impl Fn(&mut O, A, B) + Copy + Sync,
) {
    let walk = Walk::new([out.layout(), a.layout(), b.layout()]);
    let (out, a, b) = (out.ptr(), a.ptr(), b.ptr());
    in_parts(&walk, |walk| dispatch(Map2 { walk, out, a, b, f }));
}

struct Stream2<'a, A, B, O, F> {
    walk: &'a Walk<3>,
    out: Ptr<O>,
    a: Ptr<A>,
    b: Ptr<B>,
    f: F,
}

impl<A: Copy, B: Copy, O: Copy, F: Fn(A, B) -> O> Kernel for Stream2<'_, A, B, O, F> {
    type Output = ();

    /// All strides are 1.
    #[inline(always)]
    fn run(self) {
        let Stream2 { walk, out, a, b, f } = self;
        let len = walk.run().len;
        for [o, x, y] in walk.runs() {
            // SAFETY: as in `Map1`.
            let (out, a, b) = unsafe { (out.slice_mut(o, len), a.slice(x, len), b.slice(y, len)) };
            // SAFETY: i < len.
            stream::write(
                out,
                #[inline(always)]
                |i| unsafe { f(*a.get_unchecked(i), *b.get_unchecked(i)) },
            );
        }
        stream::fence();
    }
}

/// `out = f(a, b)`, all of one shape.
pub fn map2<A: Copy + Send + Sync, B: Copy + Send + Sync, O: Copy + Send + Sync>(
    mut out: Out<'_, O>,
    a: In<'_, A>,
    b: In<'_, B>,
    f: impl Fn(A, B) -> O + Copy + Sync,
) {
    let size = out.layout().size();
    if stream::pays::<A, O>(size, size) {
        let walk = Walk::new([out.layout(), a.layout(), b.layout()]);
        let Axis { len, strides } = walk.run();
        if stream::pays::<A, O>(size, len) && strides == [1, 1, 1] {
            let (out, a, b) = (out.ptr(), a.ptr(), b.ptr());
            return in_parts(&walk, |walk| dispatch(Stream2 { walk, out, a, b, f }));
        }
    }
    each2(
        out,
        a,
        b,
        #[inline(always)]
        move |out, a, b| *out = f(a, b),
    );
}

/// With `STREAMED`, all strides are 1.
struct Map3<'a, A, B, C, O, F, const STREAMED: bool> {
    walk: &'a Walk<4>,
    out: Ptr<O>,
    a: Ptr<A>,
    b: Ptr<B>,
    c: Ptr<C>,
    f: F,
}

impl<A: Copy, B: Copy, C: Copy, O: Copy, F: Fn(A, B, C) -> O, const STREAMED: bool> Kernel
    for Map3<'_, A, B, C, O, F, STREAMED>
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Map3 { walk, out, a, b, c, f } = self;
        let Axis { len, strides } = walk.run();
        // SAFETY (both arms): as in `Map1`.
        match strides {
            [1, 1, 1, 1] => {
                for [o, x, y, z] in walk.runs() {
                    // SAFETY: see above.
                    let (out, a) = unsafe { (out.slice_mut(o, len), a.slice(x, len)) };
                    // SAFETY: see above.
                    let (b, c) = unsafe { (b.slice(y, len), c.slice(z, len)) };
                    if STREAMED {
                        // SAFETY: i < len.
                        stream::write(
                            out,
                            #[inline(always)]
                            |i| unsafe { f(*a.get_unchecked(i), *b.get_unchecked(i), *c.get_unchecked(i)) },
                        );
                    } else {
                        for (((out, &a), &b), &c) in out.iter_mut().zip(a).zip(b).zip(c) {
                            *out = f(a, b, c);
                        }
                    }
                }
            }
            [so, sa, sb, sc] => {
                for [o, x, y, z] in walk.runs() {
                    for i in 0..len as isize {
                        // SAFETY: see above.
                        unsafe {
                            *out.at(o + i * so) = f(*a.at(x + i * sa), *b.at(y + i * sb), *c.at(z + i * sc))
                        }
                    }
                }
            }
        }
        if STREAMED {
            stream::fence();
        }
    }
}

/// `out = f(a, b, c)`, all of one shape.
pub fn map3<A: Copy + Send + Sync, B: Copy + Send + Sync, C: Copy + Send + Sync, O: Copy + Send + Sync>(
    mut out: Out<'_, O>,
    a: In<'_, A>,
    b: In<'_, B>,
    c: In<'_, C>,
    f: impl Fn(A, B, C) -> O + Copy + Sync,
) {
    let walk = Walk::new([out.layout(), a.layout(), b.layout(), c.layout()]);
    let (out, a, b, c) = (out.ptr(), a.ptr(), b.ptr(), c.ptr());
    let Axis { len, strides } = walk.run();
    if strides == [1; 4] && stream::pays::<A, O>(walk.len(), len) {
        in_parts(&walk, |walk| dispatch(Map3::<_, _, _, _, _, true> { walk, out, a, b, c, f }));
    } else {
        in_parts(&walk, |walk| dispatch(Map3::<_, _, _, _, _, false> { walk, out, a, b, c, f }));
    }
}
