//! Dropout.

use crate::autograd::Var;
use crate::module::{Layer, Module, Param, Path};
use crate::scalar::Scalar;

/// Leaves out each element with probability `p` in training, and divides the others by 1 − p; at inference the
/// identity. PyTorch's `Dropout`.
///
/// What is left out is drawn from the tape's random stream.
///
/// Source: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15,
/// 2014.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    p: f64,
}

impl Dropout {
    /// Dropout with probability `p`.
    ///
    /// # Panics
    /// If `p` is not in 0 ..= 1.
    #[track_caller]
    pub fn new(p: f64) -> Dropout {
        assert!((0.0..=1.0).contains(&p), "Dropout: {p} is no probability");
        Dropout { p }
    }
}

impl<T: Scalar> Module<T> for Dropout {
    fn visit(&self, _: &mut Path, _: &mut dyn FnMut(&Path, &Param<T>)) {}
    fn visit_mut(&mut self, _: &mut Path, _: &mut dyn FnMut(&Path, &mut Param<T>)) {}
}

impl<T: Scalar> Layer<T> for Dropout {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        x.dropout(self.p)
    }

    fn describe(&self) -> String {
        format!("Dropout {}", self.p)
    }
}
