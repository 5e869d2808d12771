//! faer's factorisations of `f64` matrices, as rows ask for them.

use faer::linalg::solvers::{DenseSolveCore, Solve};
use faer::{Mat, Side, c64};

/// What does not converge says so.
type Fallible<T> = Result<T, String>;

/// U, σ and Vᵀ.
pub fn svd(a: &Mat<f64>) -> Fallible<(Mat<f64>, Vec<f64>, Mat<f64>)> {
    let svd = a.thin_svd().map_err(|error| format!("{error:?}"))?;
    let values = svd.S().column_vector().iter().copied().collect();
    Ok((svd.U().to_owned(), values, svd.V().transpose().to_owned()))
}

/// Eigenvalues and vectors of a symmetric matrix.
pub fn eigh(a: &Mat<f64>) -> Fallible<(Vec<f64>, Mat<f64>)> {
    let eigen = a.self_adjoint_eigen(Side::Lower).map_err(|error| format!("{error:?}"))?;
    Ok((eigen.S().column_vector().iter().copied().collect(), eigen.U().to_owned()))
}

/// Eigenvalues, and vectors of length 1, as LAPACK's.
pub fn eig(a: &Mat<f64>) -> Fallible<(Vec<c64>, Mat<c64>)> {
    let eigen = a.eigen().map_err(|error| format!("{error:?}"))?;
    let mut vectors = eigen.U().to_owned();
    for vector in vectors.col_iter_mut() {
        let length = vector.norm_l2();
        vector.iter_mut().for_each(|x| *x /= length);
    }
    Ok((eigen.S().column_vector().iter().copied().collect(), vectors))
}

/// x of A·x = b.
pub fn solve(a: &Mat<f64>, b: &Mat<f64>) -> Mat<f64> {
    a.partial_piv_lu().solve(b)
}

/// A⁻¹.
pub fn inverse(a: &Mat<f64>) -> Mat<f64> {
    a.partial_piv_lu().inverse()
}

/// ln |det A|: the determinant itself may be beyond all floats.
pub fn log_determinant(a: &Mat<f64>) -> f64 {
    let lu = a.partial_piv_lu();
    lu.U().diagonal().column_vector().iter().map(|x| x.abs().ln()).sum()
}

/// Q and R, without what is zero.
pub fn qr(a: &Mat<f64>) -> (Mat<f64>, Mat<f64>) {
    let qr = a.qr();
    (qr.compute_thin_Q(), qr.thin_R().to_owned())
}
