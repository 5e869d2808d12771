//! The error function.

use super::exp::{Exp, exp};
use super::ieee::polynomial;

/// The constants of a format.
pub(super) trait Erf: Exp {
    /// The coefficients of N.
    const NEAR: &'static [Self];
    /// The coefficients of F.
    const FAR: &'static [Self];
    /// From here on erf x rounds to 1.
    const ERF_SATURATION: Self;
}

// The numbers are printed by `tests/reference/minimax.py erf`.
impl Erf for f32 {
    const NEAR: &[f32] =
        &[0.12837917, -0.37612635, 0.11283715, -0.026860505, 0.005203849, -0.00081755174, 0.00008512558];
    const FAR: &[f32] = &[
        0.00015062344,
        -1.1293819,
        -0.6336632,
        -0.1078584,
        0.024774663,
        -0.00399418,
        0.00037887483,
        -0.000011315839,
        -7.371138e-7,
    ];
    const ERF_SATURATION: f32 = 3.95;
}

impl Erf for f64 {
    const NEAR: &[f64] = &[
        0.1283791670955126,
        -0.37612638903183754,
        0.11283791670955097,
        -0.02686617064512364,
        0.005223977625335556,
        -0.0008548327014544401,
        0.00012055332503359696,
        -0.000014925633099488047,
        0.0000016461687019141324,
        -1.635854988942213e-7,
        1.4722533645936935e-8,
        -1.1647961991278638e-9,
        6.485756162177072e-11,
    ];
    const FAR: &[f64] = &[
        -6.794310922890811e-8,
        -1.1283784451435483,
        -0.6366232936512429,
        -0.10276222369542677,
        0.019108074485268724,
        0.000236466911833918,
        -0.0017195856401404485,
        0.0005979103268756959,
        -0.000014879685849130948,
        -0.0000868707410440676,
        0.00005229849332888761,
        -0.00001905766409854293,
        0.000005031314795633842,
        -0.0000010025869493834852,
        1.5072171533137093e-7,
        -1.665568200577885e-8,
        1.2797968373803062e-9,
        -6.114015246039753e-11,
        1.3677665021313883e-12,
    ];
    const ERF_SATURATION: f64 = 5.95;
}

/// erf x = 2/√π · ∫₀ˣ e^−t² dt, to 1.1 ulp.
///
/// Near 0, x + x·N(x²). Beyond, 1 − e^F(|x|), where F approximates the logarithm of what is missing from 1; that
/// is small, so its errors count for little.
#[inline(always)]
pub(super) fn erf<T: Erf>(x: T) -> T {
    let magnitude = x.abs();
    let near = x.mul_add(polynomial(x * x, T::NEAR), x);
    let clipped = if magnitude > T::ERF_SATURATION { T::ERF_SATURATION } else { magnitude };
    let far = (T::ONE - exp(polynomial(clipped, T::FAR))).copysign(x);
    if magnitude < T::from_f64(0.9) { near } else { far }
}
