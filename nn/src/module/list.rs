//! The macro that lists a module's fields.

/// Implements [`Module`](crate::Module) for a struct from the list of its fields: those with parameters first,
/// after `;` those without.
///
/// The struct is taken apart exhaustively, so that a forgotten field does not compile. `Name<T>` makes the
/// implementation generic over the scalar, `Name<const D, T>` also over a number; without either, the
/// parameters are `f32`.
///
/// ```
/// use array_core::default_rng;
/// use nn::{Dense, Layer, Module, Relu, Var, module};
///
/// struct Mlp { l1: Dense, l2: Dense, scale: f32 }
/// module!(Mlp { l1, l2; scale });
///
/// impl Layer for Mlp {
///     fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
///         x.apply("l1", &self.l1).relu().apply("l2", &self.l2) * self.scale
///     }
///     fn describe(&self) -> String {
///         "Mlp".to_string()
///     }
/// }
///
/// let rng = &mut default_rng(0);
/// let model = Mlp { l1: Dense::new(4, 8, rng), l2: Dense::new(8, 2, rng), scale: 0.5 };
/// let mut paths = Vec::new();
/// model.for_each_param(|path, _| paths.push(path.to_string()));
/// assert_eq!(paths, ["l1.weight", "l1.bias", "l2.weight", "l2.bias"]);
/// ```
#[macro_export]
macro_rules! module {
    ($name:ident<$t:ident> { $($field:ident),* $(,)? $(; $($plain:ident),* $(,)?)? }) => {
        impl<$t: $crate::Scalar> $crate::Module<$t> for $name<$t> {
            $crate::module! { @body $t $name { $($field),* ; $($($plain),*)? } }
        }
    };
    ($name:ident<const $d:ident, $t:ident> { $($field:ident),* $(,)? $(; $($plain:ident),* $(,)?)? }) => {
        impl<const $d: usize, $t: $crate::Scalar> $crate::Module<$t> for $name<$d, $t> {
            $crate::module! { @body $t $name { $($field),* ; $($($plain),*)? } }
        }
    };
    ($name:ident { $($field:ident),* $(,)? $(; $($plain:ident),* $(,)?)? }) => {
        impl $crate::Module<f32> for $name {
            $crate::module! { @body f32 $name { $($field),* ; $($($plain),*)? } }
        }
    };
    (@body $t:ident $name:ident { $($field:ident),* ; $($plain:ident),* }) => {
        fn visit(&self, path: &mut $crate::Path, f: &mut dyn FnMut(&$crate::Path, &$crate::Param<$t>)) {
            let $name { $($field,)* $($plain: _,)* } = self;
            $(path.within(stringify!($field), |path| $crate::Module::<$t>::visit($field, path, f));)*
            let _ = (path, f);
        }

        fn visit_mut(
            &mut self,
            path: &mut $crate::Path,
            f: &mut dyn FnMut(&$crate::Path, &mut $crate::Param<$t>),
        ) {
            let $name { $($field,)* $($plain: _,)* } = self;
            $(path.within(stringify!($field), |path| $crate::Module::<$t>::visit_mut($field, path, f));)*
            let _ = (path, f);
        }
    };
}
