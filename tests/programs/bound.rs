//! How far a result may lie from the exact one.

use array_core::io::AnyArray;
use array_core::{Array, Complex, DType, f16};

use super::call::Call;

/// The parts of complex numbers, or numbers and zeros.
type Parts = [Array<f64>; 2];

fn parts(any: &AnyArray) -> Parts {
    let z = any.cast::<Complex<f64>>();
    [z.real(), z.imag()]
}

/// |x|² without cancellation, and a length.
fn size([re, im]: &Parts) -> Array<f64> {
    re.zip_map(im, f64::hypot)
}

/// What bounds are made of, known before the operation.
pub struct Bound {
    name: String,
    /// How many elements each result is made of.
    inputs: usize,
    /// The sum (mean, product of matrices) with absolute values in the place of elements.
    scale: Option<Parts>,
    /// The greatest finite element.
    top: f64,
    /// Whether the inputs are complex numbers.
    complex: bool,
}

/// Errors stated for functions, in ulp, of `f64` and `f32`.
fn stated(name: &str) -> f64 {
    match name {
        "exp" | "exp2" => 0.8,
        "expm1" => 1.2,
        "ln" | "log2" | "log10" | "log1p" => 0.9,
        "sin" | "cos" | "tan" | "asin" | "acos" | "atan" | "atan2" => 0.8,
        "sinh" | "cosh" | "tanh" | "asinh" | "acosh" | "atanh" => 1.5,
        "cbrt" => 0.501,
        // These are the C library's.
        "power" | "hypot" => 1.0,
        _ => panic!("{name} states no error"),
    }
}

impl Bound {
    pub fn of(call: &Call) -> Bound {
        let absolute = |i: usize| parts(call.look(i)).map(|part| part.abs());
        let size_of = |i: usize| call.look(i).shape().iter().product::<usize>();
        let scale = match call.name {
            "sum" => Some(absolute(0).map(|a| a.sum_axis(call.axes(1)))),
            "mean" => Some(absolute(0).map(|a| a.mean_axis(call.axes(1)))),
            "nansum" => Some(absolute(0).map(|a| a.nansum_axis(call.axes(1)))),
            "nanmean" => Some(absolute(0).map(|a| a.nanmean_axis(call.axes(1)))),
            "cumsum" => {
                Some(absolute(0).map(|a| call.axis(1).map_or_else(|| a.cumsum(), |axis| a.cumsum_axis(axis))))
            }
            "matmul" => {
                let product = size(&parts(call.look(0))).matmul(&size(&parts(call.look(1))));
                Some([product.clone(), product])
            }
            _ => None,
        };
        let finite = size(&parts(call.look(0))).map(|x| if x.is_finite() { x } else { 0.0 });
        let complex = matches!(call.dtype(0), DType::Complex128 | DType::Complex64);
        let top = finite.try_max().unwrap_or(0.0);
        Bound { name: call.name.to_string(), inputs: size_of(0), scale, top, complex }
    }

    /// Compares part by part; an infinity or NaN must be the same.
    pub fn check(&self, ours: &AnyArray, exact: &AnyArray) -> Result<(), String> {
        let (eps, least) = match ours.dtype() {
            DType::Float64 | DType::Complex128 => (f64::EPSILON, f64::from_bits(1)),
            DType::Float32 | DType::Complex64 => (f32::EPSILON.into(), f32::from_bits(1).into()),
            _ => (f16::EPSILON.into(), f16::MIN_POSITIVE_SUBNORMAL.into()),
        };
        let exact_size = size(&parts(exact));
        let results = exact_size.size().max(1);
        let n = (self.inputs / if self.name.starts_with("cum") { 1 } else { results }).max(1) as f64;
        for (part, (ours_part, exact_part)) in parts(ours).iter().zip(&parts(exact)).enumerate() {
            for (i, (&x, &y)) in ours_part.iter().zip(exact_part).enumerate() {
                let size = exact_size.iter().nth(i).copied().unwrap_or(0.0);
                let scale =
                    self.scale.as_ref().and_then(|scale| scale[part].iter().nth(i).copied()).unwrap_or(0.0);
                let ulp = (eps * 2f64.powi((y.abs().to_bits() >> 52) as i32 - 1023)).max(least);
                let bound = match self.name.as_str() {
                    "sum" | "nansum" | "cumsum" => 2.0 * n.log2() * eps * scale,
                    // A quotient is rounded once more.
                    "mean" | "nanmean" => 2.0 * n.log2() * eps * scale + ulp,
                    "prod" | "cumprod" | "nanprod" => 2.0 * n * (eps * size + least),
                    "var" | "nanvar" => (n.log2() + 8.0) * eps * y + (2.0 * eps * self.top).powi(2) + least,
                    // Squares of what is less than this root vanish.
                    "std" | "nanstd" => (n.log2() + 8.0) * eps * y + 4.0 * eps * self.top + least.sqrt(),
                    "matmul" => 2.0 * n * (eps * scale + least),
                    // A few ulp of the absolute value, in any direction of the plane.
                    _ if self.complex => 4.0 * (eps * size + least),
                    // Half precision is rounded once, from `f32`; what is stored was rounded, too.
                    _ if ours.dtype() == DType::Float16 => ulp,
                    name => (stated(name) + 0.5) * ulp,
                };
                let agree = x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= bound;
                if !agree {
                    return Err(format!("{x:e} at {i} is not within {bound:e} of {y:e}"));
                }
            }
        }
        Ok(())
    }
}
