//! faer: factorisations.

use array_core::{Array, Element, num_threads};
use faer::{Mat, Par};

use crate::answer::{Answer, size};

/// As many as ours.
pub fn threads() -> Par {
    if num_threads() == 1 { Par::Seq } else { Par::rayon(num_threads()) }
}

pub fn faer(a: &Array<f64>) -> Mat<f64> {
    Mat::from_fn(a.shape()[0], a.shape()[1], |i, j| a[[i, j]])
}

impl<T: Element> Answer for Mat<T> {
    /// In row-major order, though a matrix lies column by column.
    fn numbers(&self) -> Result<Vec<f64>, String> {
        let rows = 0..self.nrows();
        Ok(rows.flat_map(|i| (0..self.ncols()).map(move |j| size(self[(i, j)]))).collect())
    }
}
