//! Products computed by the `matrixmultiply` crate, in fixed panels of C that threads can share.

use matrixmultiply::CGemmOption::Standard;
use num_complex::Complex;

use super::{Base, Product};
use crate::element::Element;
use crate::kernels::parallel;

/// Rows and columns of the panels of C.
const PANEL: [usize; 2] = [128, 512];

/// Calls `multiply` once, or for every panel of C.
fn in_panels<T: Element>(product: Product<'_, T>, threads: usize, multiply: impl Fn(Product<'_, T>) + Sync) {
    if threads == 1 {
        return multiply(product);
    }
    let Product { shape: [m, k, n], a, b, c, base } = product;
    let columns = n.div_ceil(PANEL[1]);
    parallel::share(threads, m.div_ceil(PANEL[0]) * columns, |task| {
        let (row, column) = (task / columns * PANEL[0], task % columns * PANEL[1]);
        let shape = [PANEL[0].min(m - row), k, PANEL[1].min(n - column)];
        let (a, b, c) = (a.at(row, 0), b.at(0, column), c.at(row, column));
        multiply(Product { shape, a, b, c, base });
    });
}

/// Lists the functions: name, element type, what the library calls it, its flags, one and zero.
macro_rules! functions {
    ($($function:ident: $t:ty, $cast:ty, [$($flags:expr),*], $one:expr, $zero:expr;)*) => {$(
        /// # Safety
        /// As [`super::Gemm::multiply`].
        pub(super) unsafe fn $function(product: Product<'_, $t>, threads: usize) {
            // SAFETY: the caller's promise.
            let product = unsafe { product.with_base_in_c() };
            in_panels(product, threads, |Product { shape: [m, k, n], a, b, c, base }| {
                let beta = if matches!(base, Base::C) { $one } else { $zero };
                // SAFETY: the caller's promise; panels of C do not overlap, and with β = 0 the library writes C
                // without reading it. The casts turn `Complex<T>` into `[T; 2]`, which it is, being `repr(C)`.
                unsafe {
                    matrixmultiply::$function(
                        $($flags,)* m, k, n, $one,
                        a.start().cast::<$cast>(), a.strides[0], a.strides[1],
                        b.start().cast::<$cast>(), b.strides[0], b.strides[1],
                        beta,
                        c.start().cast::<$cast>(), c.strides[0], c.strides[1],
                    );
                }
            });
        }
    )*};
}

functions! {
    sgemm: f32, f32, [], 1.0, 0.0;
    dgemm: f64, f64, [], 1.0, 0.0;
    cgemm: Complex<f32>, [f32; 2], [Standard, Standard], [1.0, 0.0], [0.0, 0.0];
    zgemm: Complex<f64>, [f64; 2], [Standard, Standard], [1.0, 0.0], [0.0, 0.0];
}
