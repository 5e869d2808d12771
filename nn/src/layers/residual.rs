//! A way around a layer.

use crate::autograd::Var;
use crate::module::{Layer, Module, Param, Path};
use crate::scalar::Scalar;

/// x + f(x): a layer that learns what to add to its input.
///
/// Source: K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
///
/// ```
/// use array_core::default_rng;
/// use nn::{Dense, Relu, Residual, Sequential};
/// let rng = &mut default_rng(0);
/// let inner = Sequential::new().add("l1", Dense::new(16, 32, rng)).add("act", Relu).add("l2", Dense::new(32, 16, rng));
/// let model: Sequential = Sequential::new().add("block", Residual::new(inner)).add("head", Dense::new(16, 2, rng));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Residual<L> {
    /// f
    pub inner: L,
}

impl<L> Residual<L> {
    /// A way around this layer, whose output must have its input's shape.
    pub fn new(inner: L) -> Residual<L> {
        Residual { inner }
    }
}

impl<T: Scalar, L: Module<T>> Module<T> for Residual<L> {
    fn visit(&self, path: &mut Path, f: &mut dyn FnMut(&Path, &Param<T>)) {
        path.within("inner", |path| self.inner.visit(path, f));
    }

    fn visit_mut(&mut self, path: &mut Path, f: &mut dyn FnMut(&Path, &mut Param<T>)) {
        path.within("inner", |path| self.inner.visit_mut(path, f));
    }
}

impl<T: Scalar, L: Layer<T>> Layer<T> for Residual<L> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let change = x.apply("inner", &self.inner);
        let (before, after) = (x.shape(), change.shape());
        // Not even where broadcasting would do: a sum of another shape than the input's is a mistake.
        change.expect_input(before == after, self, || {
            format!("the inner layer turned shape {before:?} into another")
        });
        x + change
    }

    fn describe(&self) -> String {
        format!("Residual around {}", self.inner.describe())
    }
}
