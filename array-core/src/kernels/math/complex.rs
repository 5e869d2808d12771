//! Functions of complex numbers, from those of their parts.
//!
//! Each result is close to the exact one as a point of the plane: their distance is a few ulp of the absolute
//! value. Signed zeros say on which side of a branch cut a number lies. The inverse functions are W. Kahan's: "Branch cuts for complex
//! elementary functions, or much ado about nothing's sign bit", 1987.

use num_complex::Complex;

use super::FloatMath;
use super::ieee::Ieee;
use crate::element::{Field, Num};

/// The type of the real and imaginary part.
pub(super) trait Part: FloatMath + Ieee {}
impl Part for f64 {}
impl Part for f32 {}

/// i·z
fn times_i<R: Part>(z: Complex<R>) -> Complex<R> {
    Complex::new(-z.im, z.re)
}

/// −i·z
fn over_i<R: Part>(z: Complex<R>) -> Complex<R> {
    Complex::new(z.im, -z.re)
}

/// a·b, which is 0 if b is, also for infinite a.
fn times<R: Part>(a: R, b: R) -> R {
    if b == R::ZERO { b * R::ONE.copysign(a) } else { a * b }
}

fn square<R: Part>(x: R) -> R {
    x * x
}

/// eᶻ = eˣ·(cos y + i·sin y)
pub(super) fn exp<R: Part>(z: Complex<R>) -> Complex<R> {
    let size = z.re.exp();
    if size == R::ZERO && !z.im.is_finite() {
        return Complex::new(R::ZERO, R::ZERO);
    }
    Complex::new(times(size, z.im.cos()), times(size, z.im.sin()))
}

/// 2ᶻ
pub(super) fn exp2<R: Part>(z: Complex<R>) -> Complex<R> {
    let angle = z.im * R::from_f64(std::f64::consts::LN_2);
    let size = z.re.exp2();
    Complex::new(times(size, angle.cos()), times(size, angle.sin()))
}

/// eᶻ − 1 = (eˣ − 1)·cos y − 2·sin²(y/2) + i·eˣ·sin y
pub(super) fn expm1<R: Part>(z: Complex<R>) -> Complex<R> {
    let two = R::from_f64(2.0);
    let half_sine = (z.im / two).sin();
    let re = times(z.re.expm1(), z.im.cos()) - two * square(half_sine);
    Complex::new(re, times(z.re.exp(), z.im.sin()))
}

/// ln |z|, given also (x − 1), which decides near 1.
fn ln_of_size<R: Part>(z: Complex<R>, x_less_1: R) -> R {
    let half = R::from_f64(0.5);
    // Of halves, whose size does not overflow.
    let size = (z.re * half).hypot(z.im * half);
    if size > R::from_f64(0.25) && size < R::ONE {
        // |z|² − 1 = (x − 1)(x + 1) + y²
        return half * (x_less_1 * (z.re + R::ONE) + square(z.im)).log1p();
    }
    if size >= R::ONE {
        return size.ln() + R::from_f64(std::f64::consts::LN_2);
    }
    if size * R::EPSILON * R::EPSILON == R::ZERO {
        // The size of subnormal numbers has few digits; that of 1/ε times as much has all.
        return (z.re / R::EPSILON).hypot(z.im / R::EPSILON).ln() + R::EPSILON.ln();
    }
    z.re.hypot(z.im).ln()
}

/// ln z = ln |z| + i·arg z
pub(super) fn ln<R: Part>(z: Complex<R>) -> Complex<R> {
    Complex::new(ln_of_size(z, z.re - R::ONE), z.im.atan2(z.re))
}

/// ln(1 + z)
pub(super) fn log1p<R: Part>(z: Complex<R>) -> Complex<R> {
    let w = Complex::new(R::ONE + z.re, z.im);
    Complex::new(ln_of_size(w, z.re), w.im.atan2(w.re))
}

/// ln z / ln 2
pub(super) fn log2<R: Part>(z: Complex<R>) -> Complex<R> {
    let (ln, scale) = (ln(z), R::from_f64(std::f64::consts::LOG2_E));
    Complex::new(ln.re * scale, ln.im * scale)
}

/// ln z / ln 10
pub(super) fn log10<R: Part>(z: Complex<R>) -> Complex<R> {
    let (ln, scale) = (ln(z), R::from_f64(std::f64::consts::LOG10_E));
    Complex::new(ln.re * scale, ln.im * scale)
}

/// sinh z = sinh x·cos y + i·cosh x·sin y
pub(super) fn sinh<R: Part>(z: Complex<R>) -> Complex<R> {
    Complex::new(times(z.re.sinh(), z.im.cos()), times(z.re.cosh(), z.im.sin()))
}

/// cosh z = cosh x·cos y + i·sinh x·sin y
pub(super) fn cosh<R: Part>(z: Complex<R>) -> Complex<R> {
    Complex::new(times(z.re.cosh(), z.im.cos()), times(z.re.sinh(), z.im.sin()))
}

/// tanh z = ((1 + t²)·s·√(1 + s²) + i·t)/(1 + (1 + t²)·s²), with s = sinh x and t = tan y.
pub(super) fn tanh<R: Part>(z: Complex<R>) -> Complex<R> {
    if z.re.abs() > R::from_f64(20.0) {
        let small = R::from_f64(4.0) * (R::from_f64(-2.0) * z.re.abs()).exp();
        return Complex::new(R::ONE.copysign(z.re), times(small, z.im.sin() * z.im.cos()));
    }
    let (s, t) = (z.re.sinh(), z.im.tan());
    let slope = R::ONE + square(t);
    let below = R::ONE + slope * square(s);
    Complex::new(slope * s * (R::ONE + square(s)).sqrt() / below, t / below)
}

/// √(1 − z) and √(1 + z)
fn roots<R: Part>(z: Complex<R>) -> [Complex<R>; 2]
where
    Complex<R>: Field,
{
    [Complex::new(R::ONE - z.re, -z.im).sqrt(), Complex::new(R::ONE + z.re, z.im).sqrt()]
}

/// For a number so large that z² + 1 is z², and its square might overflow: ln |2z|.
fn ln_of_huge<R: Part>(z: Complex<R>) -> Option<R> {
    let is_huge = z.re.is_finite()
        && z.im.is_finite()
        && (z.re * R::EPSILON * R::EPSILON).hypot(z.im * R::EPSILON * R::EPSILON) > R::ONE;
    is_huge.then(|| ln_of_size(z, z.re) + R::from_f64(std::f64::consts::LN_2))
}

/// arcsin z = atan(x/Re(√(1−z)·√(1+z))) + i·arsinh(Im(√(1−z)*·√(1+z)))
pub(super) fn asin<R: Part>(z: Complex<R>) -> Complex<R>
where
    Complex<R>: Field,
{
    if let Some(ln) = ln_of_huge(z) {
        return Complex::new(z.re.atan2(z.im.abs()), ln.copysign(z.im));
    }
    let [minus, plus] = roots(z);
    let re = z.re.atan2(minus.re * plus.re - minus.im * plus.im);
    Complex::new(re, (minus.re * plus.im - minus.im * plus.re).asinh())
}

/// arccos z = 2·atan(Re √(1−z)/Re √(1+z)) + i·arsinh(Im(√(1+z)*·√(1−z)))
pub(super) fn acos<R: Part>(z: Complex<R>) -> Complex<R>
where
    Complex<R>: Field,
{
    if let Some(ln) = ln_of_huge(z) {
        return Complex::new(z.im.abs().atan2(z.re), -ln.copysign(z.im));
    }
    let [minus, plus] = roots(z);
    let re = R::from_f64(2.0) * minus.re.atan2(plus.re);
    Complex::new(re, (plus.re * minus.im - plus.im * minus.re).asinh())
}

/// arcosh z = arsinh(Re(√(z−1)*·√(z+1))) + 2i·atan(Im √(z−1)/Re √(z+1))
pub(super) fn acosh<R: Part>(z: Complex<R>) -> Complex<R>
where
    Complex<R>: Field,
{
    if let Some(ln) = ln_of_huge(z) {
        return Complex::new(ln, z.im.atan2(z.re));
    }
    let minus = Complex::new(z.re - R::ONE, z.im).sqrt();
    let plus = Complex::new(z.re + R::ONE, z.im).sqrt();
    let im = R::from_f64(2.0) * minus.im.atan2(plus.re);
    Complex::new((minus.re * plus.re + minus.im * plus.im).asinh(), im)
}

/// artanh z = ¼·ln(1 + 4x/((1−x)² + y²)) + ½i·atan2(2y, (1−x)(1+x) − y²)
pub(super) fn atanh<R: Part>(z: Complex<R>) -> Complex<R> {
    let (x, quarter) = (z.re.abs(), R::from_f64(0.25));
    let size = z.re.hypot(z.im);
    if z.re.is_finite() && z.im.is_finite() && size > R::ONE / R::EPSILON / R::EPSILON {
        // Squares might overflow. Here artanh z is 1/z ± iπ/2.
        let quarter_turn = R::from_f64(std::f64::consts::FRAC_PI_2).copysign(z.im);
        return Complex::new(z.re / size / size, quarter_turn);
    }
    if x == R::ONE && z.im != R::ZERO {
        // Near the pole the square of y may vanish: re = ½·ln(√(4 + y²)/|y|).
        let two = R::from_f64(2.0);
        let re = (two.hypot(z.im).ln() - z.im.abs().ln()) / two;
        let quarter_turns = z.im.abs().atan2(two) / two + R::from_f64(std::f64::consts::FRAC_PI_4);
        return Complex::new(re.copysign(z.re), quarter_turns.copysign(z.im));
    }
    let re = quarter * (x / quarter / (square(R::ONE - x) + square(z.im))).log1p();
    let across = (R::ONE - x) * (R::ONE + x) - square(z.im);
    let im = R::from_f64(0.5) * (z.im / R::from_f64(0.5)).atan2(across);
    Complex::new(re.copysign(z.re), im)
}

/// sin z = −i·sinh iz
pub(super) fn sin<R: Part>(z: Complex<R>) -> Complex<R> {
    over_i(sinh(times_i(z)))
}

/// cos z = cosh iz
pub(super) fn cos<R: Part>(z: Complex<R>) -> Complex<R> {
    cosh(times_i(z))
}

/// tan z = −i·tanh iz
pub(super) fn tan<R: Part>(z: Complex<R>) -> Complex<R> {
    over_i(tanh(times_i(z)))
}

/// arctan z = −i·artanh iz
pub(super) fn atan<R: Part>(z: Complex<R>) -> Complex<R> {
    over_i(atanh(times_i(z)))
}

/// arsinh z = −i·arcsin iz
pub(super) fn asinh<R: Part>(z: Complex<R>) -> Complex<R>
where
    Complex<R>: Field,
{
    over_i(asin(times_i(z)))
}

/// The logistic function 1/(1 + e⁻ᶻ).
pub(super) fn sigmoid<R: Part>(z: Complex<R>) -> Complex<R>
where
    Complex<R>: Field,
{
    let e = exp(Complex::new(-z.re, -z.im));
    Complex::<R>::ONE.div(Complex::new(R::ONE + e.re, e.im))
}
