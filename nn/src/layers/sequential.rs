//! Layers one after the other.

use crate::autograd::Var;
use crate::module::{Layer, Module, Param, Path};
use crate::scalar::Scalar;

/// Layers applied one after the other, each under a name.
///
/// ```
/// use array_core::default_rng;
/// use nn::{Dense, Module, Relu, Sequential};
/// let rng = &mut default_rng(42);
/// let model: Sequential =
///     Sequential::new().add("l1", Dense::new(64, 128, rng)).add("act", Relu).add("l2", Dense::new(128, 10, rng));
/// assert_eq!(model.num_params(), 64 * 128 + 128 + 128 * 10 + 10);
/// ```
#[derive(Default)]
pub struct Sequential<T: Scalar = f32> {
    layers: Vec<(String, Box<dyn Layer<T> + Send + Sync>)>,
}

impl<T: Scalar> Sequential<T> {
    /// Without layers: the identity.
    pub fn new() -> Self {
        Sequential { layers: Vec::new() }
    }

    /// Appends a layer under a name.
    ///
    /// # Panics
    /// If the name is empty, has a dot in it, or is taken.
    #[track_caller]
    pub fn add(mut self, name: impl Into<String>, layer: impl Layer<T> + Send + Sync + 'static) -> Self {
        let name = name.into();
        assert!(!name.is_empty() && !name.contains('.'), "Sequential: {name:?} cannot be part of a path");
        assert!(self.layers.iter().all(|(taken, _)| *taken != name), "Sequential: two layers named {name:?}");
        self.layers.push((name, Box::new(layer)));
        self
    }

    /// The layers with their names, in order.
    pub fn layers(&self) -> impl Iterator<Item = (&str, &(dyn Layer<T> + Send + Sync))> {
        self.layers.iter().map(|(name, layer)| (name.as_str(), &**layer))
    }
}

impl<T: Scalar> Module<T> for Sequential<T> {
    fn visit(&self, path: &mut Path, f: &mut dyn FnMut(&Path, &Param<T>)) {
        for (name, layer) in &self.layers {
            path.within(name, |path| layer.visit(path, f));
        }
    }

    fn visit_mut(&mut self, path: &mut Path, f: &mut dyn FnMut(&Path, &mut Param<T>)) {
        for (name, layer) in &mut self.layers {
            path.within(name, |path| layer.visit_mut(path, f));
        }
    }
}

impl<T: Scalar> Layer<T> for Sequential<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.layers.iter().fold(x, |x, (name, layer)| x.apply(name, layer))
    }

    fn describe(&self) -> String {
        format!("Sequential of {} layers", self.layers.len())
    }
}
