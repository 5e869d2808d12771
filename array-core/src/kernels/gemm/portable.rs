//! The product as three plain loops: for the element types no library multiplies, and as the oracle of tests.

use super::{Base, Product};
use crate::element::Num;

/// C = base + A·B, accumulated in `A`.
///
/// # Safety
/// As [`super::Gemm::multiply`].
pub(super) unsafe fn multiply<T: Copy, A: Num>(
    product: Product<'_, T>,
    widen: impl Fn(T) -> A,
    narrow: impl Fn(A) -> T,
) {
    let Product { shape: [m, k, n], a, b, c, base } = product;
    let mut row = vec![A::ZERO; n];
    for i in 0..m {
        for (j, sum) in row.iter_mut().enumerate() {
            *sum = match base {
                Base::Zero => A::ZERO,
                // SAFETY: row i and column j lie inside C; the caller vouches for C's extent.
                Base::C => widen(unsafe { *c.at(i, j).start() }),
                Base::Row(base) => widen(base[j]),
            };
        }
        for p in 0..k {
            // SAFETY: as above, for A.
            let x = widen(unsafe { *a.at(i, p).start() });
            for (j, sum) in row.iter_mut().enumerate() {
                // SAFETY: as above, for B.
                *sum = sum.add(x.mul(widen(unsafe { *b.at(p, j).start() })));
            }
        }
        for (j, &sum) in row.iter().enumerate() {
            // SAFETY: as above; nobody else touches C.
            unsafe { *c.at(i, j).start() = narrow(sum) };
        }
    }
}
