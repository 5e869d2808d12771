//! Activations with a parameter, or of more than one step, each fused into one pass forward and one back.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use super::super::Var;
use crate::scalar::Scalar;

/// The standard normal distribution's Φ(x) = ½·(1 + erf(x/√2)).
#[inline(always)]
fn normal<T: Scalar>(x: T) -> T {
    T::from_f64(0.5).mul(T::ONE.add(x.mul(T::from_f64(FRAC_1_SQRT_2)).erf()))
}

/// 0.5·(1 + tanh u), and the derivative of u, for u = √(2/π)·(x + 0.044715·x³): GELU's approximation of Φ.
#[inline(always)]
fn approximate_normal<T: Scalar>(x: T) -> (T, T) {
    let (c, a) = (FRAC_2_SQRT_PI * FRAC_1_SQRT_2, 0.044715);
    let u = x.mul(T::from_f64(c).add(T::from_f64(c * a).mul(x.mul(x))));
    let du = T::from_f64(c).add(T::from_f64(3.0 * c * a).mul(x.mul(x)));
    (T::from_f64(0.5).mul(T::ONE.add(u.tanh())), du)
}

/// x limited to low ..= high, where it is one of the bounds from the bounds outwards.
#[inline(always)]
pub(super) fn limited<T: Scalar>(x: T, low: T, high: T) -> T {
    if x >= high {
        high
    } else if x <= low {
        low
    } else {
        x
    }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// Records `f` of every element; `vjp` makes the gradient of x from that of f(x), and x.
    #[inline]
    pub(crate) fn elementwise(
        self,
        op: &'static str,
        f: impl Fn(T) -> T + Sync,
        vjp: impl Fn(T, T) -> T + Sync + 'static,
    ) -> Var<'t, T> {
        let x = self.value();
        let y = x.map(f);
        self.tape().record(op, y, [self.edge(move |g| g.into_zip_map(&x, vjp))])
    }

    /// x, or slope·x where x ≤ 0: PyTorch's `leaky_relu`.
    pub fn leaky_relu(self, slope: f64) -> Var<'t, T> {
        let slope = T::from_f64(slope);
        self.elementwise(
            "leaky_relu",
            move |x| if x > T::ZERO { x } else { x.mul(slope) },
            move |g, x| if x > T::ZERO { g } else { g.mul(slope) },
        )
    }

    /// x, or α·(eˣ − 1) where x ≤ 0: PyTorch's `elu`.
    pub fn elu(self, alpha: f64) -> Var<'t, T> {
        let alpha = T::from_f64(alpha);
        self.elementwise(
            "elu",
            move |x| if x > T::ZERO { x } else { alpha.mul(x.expm1()) },
            move |g, x| if x > T::ZERO { g } else { g.mul(alpha.mul(x.exp())) },
        )
    }

    /// x·Φ(x), with the standard normal distribution's Φ: PyTorch's `gelu`.
    ///
    /// Source: D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415.
    pub fn gelu(self) -> Var<'t, T> {
        let vjp = |g: T, x: T| {
            // Φ' = e^(−x²/2)/√(2π)
            let density = x
                .mul(x)
                .mul(T::from_f64(-0.5))
                .exp_nonpositive()
                .mul(T::from_f64(0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2));
            g.mul(normal(x).add(x.mul(density)))
        };
        self.elementwise("gelu", |x| x.mul(normal(x)), vjp)
    }

    /// x·Φ(x) with 0.5·(1 + tanh(√(2/π)·(x + 0.044715·x³))) for Φ: PyTorch's `gelu` with `approximate="tanh"`.
    pub fn gelu_tanh(self) -> Var<'t, T> {
        let vjp = |g: T, x: T| {
            let (phi, du) = approximate_normal(x);
            // d(½·tanh u)/du = ½·(1 − tanh² u) = 2·φ·(1 − φ)
            let slope = phi.add(phi).mul(T::ONE.sub(phi)).mul(du);
            g.mul(phi.add(x.mul(slope)))
        };
        self.elementwise("gelu_tanh", |x| x.mul(approximate_normal(x).0), vjp)
    }

    /// x·σ(x), with the logistic function σ: PyTorch's `silu`, also called swish.
    pub fn silu(self) -> Var<'t, T> {
        let vjp = |g: T, x: T| {
            let s = x.sigmoid();
            g.mul(s.mul(T::ONE.add(x.mul(T::ONE.sub(s)))))
        };
        self.elementwise("silu", |x| x.mul(x.sigmoid()), vjp)
    }

    /// ln(1 + e^(β·x))/β, a smooth max(x, 0); x itself where β·x > threshold: PyTorch's `softplus`, whose β is 1 and
    /// threshold 20 by default.
    pub fn softplus(self, beta: f64, threshold: f64) -> Var<'t, T> {
        let [beta, threshold] = [beta, threshold].map(T::from_f64);
        self.elementwise(
            "softplus",
            move |x| {
                let z = x.mul(beta);
                if z > threshold { x } else { z.exp().log1p().div(beta) }
            },
            move |g, x| {
                let z = x.mul(beta);
                if z > threshold { g } else { g.mul(z.sigmoid()) }
            },
        )
    }

    /// x limited to low ..= high, with derivative 0 from the bounds outwards: PyTorch's `hardtanh`, whose bounds are −1
    /// and 1 by default.
    pub fn hardtanh(self, low: f64, high: f64) -> Var<'t, T> {
        let [low, high] = [low, high].map(T::from_f64);
        self.elementwise(
            "hardtanh",
            move |x| limited(x, low, high),
            move |g, x| if x <= low || x >= high { T::ZERO } else { g },
        )
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::each("leaky_relu", |[x]| x.leaky_relu(0.1)),
        Check::each("elu", |[x]| x.elu(1.0)),
        Check::each("elu", |[x]| x.elu(0.5)),
        Check::each("gelu", |[x]| x.gelu()).on(-4.0..4.0),
        Check::each("gelu_tanh", |[x]| x.gelu_tanh()).on(-4.0..4.0),
        Check::each("silu", |[x]| x.silu()).on(-4.0..4.0),
        Check::each("softplus", |[x]| x.softplus(1.0, 20.0)).on(-4.0..4.0),
        Check::each("softplus", |[x]| x.softplus(3.0, 3.0)).on(1.5..3.0),
        Check::each("hardtanh", |[x]| x.hardtanh(-1.0, 0.5)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_twins;
    use super::*;

    #[test]
    fn activations_are_their_composed_twins() {
        assert_twins([&[40]], |[x]| x.silu(), |[x]| x * x.sigmoid());
        assert_twins([&[40]], |[x]| x.softplus(2.0, 20.0), |[x]| ((x * 2.0).exp() + 1.0).ln() / 2.0);
        assert_twins([&[40]], |[x]| x.gelu(), |[x]| x * 0.5 * ((x / 2f64.sqrt()).erf() + 1.0));
        assert_twins(
            [&[40]],
            |[x]| x.gelu_tanh(),
            |[x]| {
                x * 0.5
                    * (((x + x.square() * x * 0.044715) * (2.0 / std::f64::consts::PI).sqrt()).tanh() + 1.0)
            },
        );
    }

    #[test]
    fn derivatives_at_kinks_are_pytorchs() {
        let at = |x: f64, f: fn(Var<'_, f64>) -> Var<'_, f64>| {
            let tape = crate::Tape::training(array_core::default_rng(0));
            let x = tape.variable(array_core::Array::scalar(x));
            f(x).backward().get(x).expect("x matters").item()
        };
        assert_eq!(at(0.0, |x| x.relu()), 0.0);
        assert_eq!(at(0.0, |x| x.abs()), 0.0);
        assert_eq!(at(0.0, |x| x.leaky_relu(0.1)), 0.1);
        assert_eq!(at(0.0, |x| x.elu(0.5)), 0.5);
        assert_eq!([at(-1.0, |x| x.hardtanh(-1.0, 1.0)), at(1.0, |x| x.hardtanh(-1.0, 1.0))], [0.0; 2]);
        assert_eq!([at(-1.0, |x| x.clip(-1.0, 1.0)), at(1.0, |x| x.clip(-1.0, 1.0))], [0.0; 2]);
        assert!(at(f64::NAN, |x| x.relu()) == 1.0 && at(f64::NAN, |x| x.clip(0.0, 1.0)) == 0.0);
    }
}
