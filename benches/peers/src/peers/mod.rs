//! How the peers' arrays are made of ours, and what numbers are in them.

mod burn;
mod candle;
mod faer;
mod gemm;
mod ndarray;

pub use self::burn::{Burn, burn, burn_f64, burn_i64};
pub use self::candle::candle;
pub use self::faer::faer;
pub use self::gemm::{Operands, Product};
pub use self::gemm::{faer as faer_product, gemm, gemmkit, matrixmultiply};
pub use self::ndarray::nd;
