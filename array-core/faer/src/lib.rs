//! faer's matrix factorisations as plain functions on slices, instantiated here and nowhere else, because each
//! instantiation takes seconds to compile.
//!
//! Matrices are column-major slices without gaps and have no side of length 0. Inputs must be finite and of moderate
//! scale: that, shapes, stacks and what happens when an iteration fails are the caller's matter
//! (`array_core::linalg`).
//!
//! Results are the same bits for every number of threads: [`Factor::svd`] and [`Factor::eigh`] of matrices from
//! [`PARALLEL_SIDE`] on are cut into the same tasks for any pool of rayon's, and run in the current one; everything
//! else runs on the calling thread.

#![forbid(unsafe_code)]

mod cholesky;
mod eig;
mod eigh;
mod lu;
mod qr;
mod svd;

use faer::Par;
use num_complex::Complex;

/// The lesser side of matrices from which on tasks are worth their overhead.
pub const PARALLEL_SIDE: usize = 256;

/// How faer is to work on a matrix of this lesser side. The bits of its results depend on the number of tasks that it
/// is told, not on how many threads there are for them.
fn par(side: usize) -> Par {
    const TASKS: usize = 4;
    if side < PARALLEL_SIDE { Par::Seq } else { Par::rayon(TASKS) }
}

/// An iteration that used up its steps, or left values that are not finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoConvergence;

/// Element types with factorisations.
pub trait Factor: Sized {
    /// The type of real and imaginary parts, and of singular values.
    type Part;
    /// The type of eigenvalues.
    type Eigenvalue;

    /// A = U·diag(s)·Vᴴ of an m×n matrix, s descending. `u` and `v` have m and n rows, and as many columns as
    /// their length says: min(m, n) or all.
    ///
    /// # Errors
    /// If the iteration does not converge.
    fn svd(
        a: &[Self],
        shape: [usize; 2],
        s: &mut [Self::Part],
        u: Option<&mut [Self]>,
        v: Option<&mut [Self]>,
    ) -> Result<(), NoConvergence>;

    /// A = V·diag(w)·Vᴴ of a Hermitian n×n matrix, of which only the lower triangle is read; w ascending.
    ///
    /// # Errors
    /// If the iteration does not converge.
    fn eigh(a: &[Self], n: usize, w: &mut [Self::Part], v: Option<&mut [Self]>) -> Result<(), NoConvergence>;

    /// A·V = V·diag(w) of an n×n matrix. The columns of V are not normalised and may have overflown.
    ///
    /// # Errors
    /// faer does not say whether its iteration converged: the caller must look at the values. Those that it did
    /// not get to are NaN.
    fn eig(
        a: &[Self],
        n: usize,
        w: &mut [Self::Eigenvalue],
        v: Option<&mut [Self::Eigenvalue]>,
    ) -> Result<(), NoConvergence>;

    /// A = Q·R of an m×n matrix: R replaces A on and above the diagonal; what lies below is of no use.
    /// `q` has m rows, and as many columns as its length says: min(m, n) or m.
    fn qr(a: &mut [Self], shape: [usize; 2], q: Option<&mut [Self]>);

    /// A step of P·A = L·U with partial pivoting: eliminates in some columns of n rows, from row `first` on, L and U
    /// in place of them. Row `first + i` was exchanged with row `exchanges[i]`, one `i` after the other.
    fn lu_panel(panel: &mut [Self], n: usize, first: usize, exchanges: &mut [usize]);

    /// What [`Factor::lu_panel`] did to a panel, done to columns right of it, whose rows have been exchanged.
    fn lu_update(columns: &mut [Self], n: usize, first: usize, panel: &[Self]);

    /// (L·U)ᵀ·X = B, with X in place of B.
    fn lu_solve_transposed(lu: &[Self], n: usize, columns: &mut [Self]);

    /// The columns of (L·U)⁻ᵀ from column `first` on.
    fn lu_inverse_transposed(lu: &[Self], n: usize, first: usize, columns: &mut [Self]);

    /// A = L·Lᴴ of a Hermitian n×n matrix, L in place of the lower triangle, which alone is read.
    ///
    /// # Errors
    /// The first row whose pivot is not positive.
    fn cholesky(a: &mut [Self], n: usize) -> Result<(), usize>;
}

/// Lists the element types with the type of their parts and the functions that differ between real and complex.
macro_rules! factors {
    ($($t:ty, $real:ident, $eig:ident;)*) => {$(
        impl Factor for $t {
            type Part = $real;
            type Eigenvalue = Complex<$real>;
            fn svd(
                a: &[$t],
                shape: [usize; 2],
                s: &mut [$real],
                u: Option<&mut [$t]>,
                v: Option<&mut [$t]>,
            ) -> Result<(), NoConvergence> {
                svd::svd(a, shape, s, u, v)
            }
            fn eigh(a: &[$t], n: usize, w: &mut [$real], v: Option<&mut [$t]>) -> Result<(), NoConvergence> {
                eigh::eigh(a, n, w, v)
            }
            fn eig(
                a: &[$t],
                n: usize,
                w: &mut [Complex<$real>],
                v: Option<&mut [Complex<$real>]>,
            ) -> Result<(), NoConvergence> {
                eig::$eig(a, n, w, v)
            }
            fn qr(a: &mut [$t], shape: [usize; 2], q: Option<&mut [$t]>) {
                qr::qr(a, shape, q);
            }
            fn lu_panel(panel: &mut [$t], n: usize, first: usize, exchanges: &mut [usize]) {
                lu::panel(panel, n, first, exchanges);
            }
            fn lu_update(columns: &mut [$t], n: usize, first: usize, panel: &[$t]) {
                lu::update(columns, n, first, panel);
            }
            fn lu_solve_transposed(lu: &[$t], n: usize, columns: &mut [$t]) {
                lu::solve_transposed(lu, n, columns);
            }
            fn lu_inverse_transposed(lu: &[$t], n: usize, first: usize, columns: &mut [$t]) {
                lu::inverse_transposed(lu, n, first, columns);
            }
            fn cholesky(a: &mut [$t], n: usize) -> Result<(), usize> {
                cholesky::cholesky(a, n)
            }
        }
    )*};
}

factors! {
    f64, f64, eig_real;
    f32, f32, eig_real;
    Complex<f64>, f64, eig_complex;
    Complex<f32>, f32, eig_complex;
}
