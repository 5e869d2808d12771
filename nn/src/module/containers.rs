//! Modules made of modules: boxes, options and lists, whose entries are named by their position.

use super::{Layer, Module, Param, Path};
use crate::autograd::Var;
use crate::scalar::Scalar;

impl<T: Scalar, M: Module<T> + ?Sized> Module<T> for Box<M> {
    fn visit(&self, path: &mut Path, f: &mut dyn FnMut(&Path, &Param<T>)) {
        (**self).visit(path, f);
    }

    fn visit_mut(&mut self, path: &mut Path, f: &mut dyn FnMut(&Path, &mut Param<T>)) {
        (**self).visit_mut(path, f);
    }
}

impl<T: Scalar, L: Layer<T> + ?Sized> Layer<T> for Box<L> {
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        (**self).forward(x)
    }

    fn describe(&self) -> String {
        (**self).describe()
    }
}

impl<T: Scalar, M: Module<T>> Module<T> for Option<M> {
    fn visit(&self, path: &mut Path, f: &mut dyn FnMut(&Path, &Param<T>)) {
        if let Some(module) = self {
            module.visit(path, f);
        }
    }

    fn visit_mut(&mut self, path: &mut Path, f: &mut dyn FnMut(&Path, &mut Param<T>)) {
        if let Some(module) = self {
            module.visit_mut(path, f);
        }
    }
}

impl<T: Scalar, M: Module<T>> Module<T> for Vec<M> {
    fn visit(&self, path: &mut Path, f: &mut dyn FnMut(&Path, &Param<T>)) {
        for (i, module) in self.iter().enumerate() {
            path.within(&i.to_string(), |path| module.visit(path, f));
        }
    }

    fn visit_mut(&mut self, path: &mut Path, f: &mut dyn FnMut(&Path, &mut Param<T>)) {
        for (i, module) in self.iter_mut().enumerate() {
            path.within(&i.to_string(), |path| module.visit_mut(path, f));
        }
    }
}
