//! Which code multiplies matrices of `f32` and `f64`.

use std::sync::OnceLock;

use super::super::forced::Forced;

/// An engine for matrix products of `f32` and `f64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// This crate's, where the CPU has fused multiply-add; elsewhere `matrixmultiply`.
    Own,
    /// The `matrixmultiply` crate.
    Matrixmultiply,
}

impl Engine {
    /// All of them.
    pub const ALL: [Engine; 2] = [Engine::Own, Engine::Matrixmultiply];

    /// The name that `ARRAY_CORE_GEMM` takes.
    pub const fn name(self) -> &'static str {
        match self {
            Engine::Own => "own",
            Engine::Matrixmultiply => "matrixmultiply",
        }
    }
}

/// What [`with_engine`] asks for: an index into [`Engine::ALL`].
static FORCED: Forced = Forced::new();

/// The engine in use: our own, unless the environment variable `ARRAY_CORE_GEMM` (`own`, `matrixmultiply`) or
/// [`with_engine`] says otherwise.
#[inline]
pub fn engine() -> Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    let chosen = || {
        let wanted = std::env::var("ARRAY_CORE_GEMM").unwrap_or_default();
        Engine::ALL.into_iter().find(|engine| engine.name() == wanted).unwrap_or(Engine::Own)
    };
    FORCED.get().map_or_else(|| *ENGINE.get_or_init(chosen), |forced| Engine::ALL[usize::from(forced)])
}

/// Calls `f` with another engine in use, to compare them. Products are the same up to rounding.
///
/// The choice holds for all threads; calls from several threads take turns. They must not be nested.
pub fn with_engine<R>(engine: Engine, f: impl FnOnce() -> R) -> R {
    FORCED.with(engine as u8, f)
}
