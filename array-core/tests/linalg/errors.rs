//! What is refused, and what the message says.

use array_core::linalg::{self, MatrixNorm};
use array_core::{Array, Complex, Error, array};

fn message<V>(result: Result<V, Error>) -> String {
    match result {
        Ok(_) => panic!("no error"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn shapes() {
    let wide = Array::<f64>::zeros([2, 2, 3]);
    let square = Array::<f64>::eye(3);
    assert_eq!(message(linalg::det(&wide)), "det: the matrices of shape [2, 2, 3] are not square");
    assert_eq!(message(linalg::inv(&wide)), "inv: the matrices of shape [2, 2, 3] are not square");
    assert_eq!(message(linalg::svd(&array![1.0, 2.0])), "svd: shape [2] has no matrices: they need two axes");
    assert_eq!(
        message(linalg::solve(&square, &array![1.0, 2.0])),
        "solve: shapes [3, 3] and [2]: the right-hand side must have as many rows as the matrix"
    );
    assert_eq!(
        message(linalg::solve(&Array::<f64>::zeros([4, 2, 2]), &Array::zeros([3, 2, 1]))),
        "solve: shapes [4, 2, 2] and [3, 2, 1]: the leading axes do not broadcast"
    );
    assert_eq!(
        message(linalg::matrix_norm(&wide, MatrixNorm::Two, ..)),
        "matrix_norm: 3 axes of a matrix for shape [2, 2, 3] with 3 dimensions"
    );
}

#[test]
fn values_that_are_not_finite_are_located() {
    let mut stack = Array::<f64>::ones([2, 3, 3]);
    stack[[1, 0, 2]] = f64::NAN;
    stack[[1, 1, 0]] = f64::INFINITY;
    let expected = |op: &str| format!("{op}: the value at [1, 0, 2] of shape [2, 3, 3] is NaN");
    assert_eq!(message(linalg::svd(&stack)), expected("svd"));
    assert_eq!(message(linalg::svdvals(&stack)), expected("svdvals"));
    assert_eq!(message(linalg::qr(&stack)), expected("qr"));
    assert_eq!(message(linalg::eig(&stack)), expected("eig"));
    assert_eq!(message(linalg::pinv(&stack, None)), expected("pinv"));
    assert_eq!(message(linalg::matrix_rank(&stack, None)), expected("matrix_rank"));
    // The first one of these is in the upper triangle, which nobody reads.
    let below = "the value at [1, 1, 0] of shape [2, 3, 3] is inf";
    assert_eq!(message(linalg::eigh(&stack)), format!("eigh: {below}"));
    // The first matrix fails before the second is looked at.
    assert!(matches!(linalg::det(&stack), Err(Error::NonFinite { index, .. }) if index == [1, 0, 2]));
    let z = array![[Complex::new(1.0, f64::NAN)]];
    assert_eq!(
        message(linalg::inv(&z)),
        "inv: the value at [0, 0] of shape [1, 1] is Complex { re: 1.0, im: NaN }"
    );
    let right = array![1.0, f64::INFINITY, 0.0];
    assert!(
        matches!(linalg::solve(&Array::eye(3), &right), Err(Error::NonFinite { index, .. }) if index == [1])
    );
}

#[test]
fn singular_matrices_say_which_row() {
    let a = array![[2.0, 1.0, 0.0], [0.0, 1.0, 1.0], [2.0, 2.0, 1.0]];
    let stack =
        Array::from_fn([2, 3, 3], |i| if i[0] == 0 { f64::from(i[1] == i[2]) } else { a[[i[1], i[2]]] });
    let error = linalg::inv(&stack).unwrap_err();
    assert_eq!(error, Error::Singular { op: "inv", pivot: 2, batch: vec![1] });
    assert_eq!(
        error.to_string(),
        "inv: the matrix at [1] is singular: its row 2 is a combination of the rows before it"
    );
    assert_eq!(
        message(linalg::matrix_power(&Array::<f32>::zeros([2, 2]), -1)),
        message::<()>(Err(Error::Singular { op: "matrix_power", pivot: 0, batch: vec![] }))
    );
    assert_eq!(linalg::det(&a).unwrap().item(), 0.0);
    assert_eq!(linalg::slogdet(&a).unwrap().logabsdet.item(), f64::NEG_INFINITY);
    assert_eq!(linalg::cond(&a, MatrixNorm::One).unwrap().item(), f64::INFINITY);
}

#[test]
fn indefinite_matrices_say_which_minor() {
    let a = array![[4.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 2.0, 3.0]];
    let error = linalg::cholesky(&a).unwrap_err();
    assert_eq!(error, Error::NotPositiveDefinite { op: "cholesky", minor: 3, batch: vec![] });
}

#[test]
fn points_without_variance() {
    let points = Array::<f64>::zeros([3, 2]);
    assert_eq!(message(linalg::pca(&points, 3)), "pca: 3 components of 3 points with 2 features");
    assert_eq!(message(linalg::pca(&points.slice(..1), 1)), "pca: 1 points have no variance");
    assert_eq!(message(linalg::pca(&array![1.0], 1)), "pca: shape [1]: points are the rows of two axes");
}
