//! Normal and exponential numbers by Marsaglia and Tsang's ziggurat: the area under a density cut into 256
//! layers of equal area, so that nearly every number takes one word, one multiplication and one comparison.
//!
//! G. Marsaglia, W. W. Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Softw. 5 (2000).

mod ln_1m;
#[cfg(test)]
mod reference_test;
mod tables;
mod wide;

pub use ln_1m::{ln_1m_f32, ln_1m_f64};
pub use tables::{EXPONENTIAL_F32, EXPONENTIAL_F64, NORMAL_F32, NORMAL_F64};

use super::drawn::Drawn;
use super::pcg64::Pcg64;

/// Where the tail of the normal density begins: the right edge of the lowest layer's rectangle.
const NORMAL_R: f64 = 3.654_152_885_361_009;
/// The same for the exponential density.
const EXPONENTIAL_R: f64 = 7.697_117_470_131_05;

/// A layer's quick test: magnitudes below `k` lie under the density for sure, and stand for `magnitude · w`.
#[derive(Debug, Clone, Copy)]
struct Layer<F> {
    k: u64,
    w: F,
}

/// The layers, the base first and then from the top down, and the density at their right edges.
#[derive(Debug)]
pub struct Ziggurat<F> {
    layers: [Layer<F>; 256],
    y: [F; 256],
}

impl<F> Ziggurat<F> {
    fn new(layer: impl FnMut(usize) -> Layer<F>, y: impl FnMut(usize) -> F) -> Ziggurat<F> {
        Ziggurat { layers: std::array::from_fn(layer), y: std::array::from_fn(y) }
    }
}

/// The parts of a word that decide about one number.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    layer: usize,
    magnitude: u64,
    negative: bool,
}

/// A density that falls from 1 at 0, on one side of it.
pub trait Density<F: Drawn> {
    /// Its layers.
    fn ziggurat() -> &'static Ziggurat<F>;
    /// What a word says.
    fn parts(word: u64) -> Parts;
    /// Whether the density at x is above y.
    fn is_above(x: F, y: F) -> bool;
    /// A number beyond the rectangle of the lowest layer.
    fn tail(bits: &mut Pcg64, parts: Parts) -> F;
}

/// e^(−x²/2), of either sign.
#[derive(Debug)]
pub struct Normal;

impl<F: Drawn> Density<F> for Normal {
    #[inline]
    fn ziggurat() -> &'static Ziggurat<F> {
        F::normal()
    }

    #[inline(always)]
    fn parts(word: u64) -> Parts {
        let magnitude = word >> 9 & F::NORMAL_MAGNITUDE;
        Parts { layer: (word & 0xFF) as usize, magnitude, negative: word >> 8 & 1 == 1 }
    }

    fn is_above(x: F, y: F) -> bool {
        let x = x.to_f64();
        y.to_f64() < libm::exp(-0.5 * x * x)
    }

    /// G. Marsaglia, "Generating a Variable from the Tail of the Normal Distribution", Technometrics 6 (1964).
    fn tail(bits: &mut Pcg64, parts: Parts) -> F {
        let (r, inverse) = (F::from_f64(NORMAL_R), F::from_f64(1.0 / NORMAL_R));
        loop {
            let beyond = -inverse * F::uniform(bits).ln_1m();
            let y = -F::uniform(bits).ln_1m();
            if y + y > beyond * beyond {
                return (r + beyond).negated_if(parts.magnitude >> 8 & 1 == 1);
            }
        }
    }
}

/// e^(−x)
#[derive(Debug)]
pub struct Exponential;

impl<F: Drawn> Density<F> for Exponential {
    #[inline]
    fn ziggurat() -> &'static Ziggurat<F> {
        F::exponential()
    }

    #[inline(always)]
    fn parts(word: u64) -> Parts {
        let word = word >> F::EXPONENTIAL_UNUSED;
        Parts { layer: (word & 0xFF) as usize, magnitude: word >> 8, negative: false }
    }

    fn is_above(x: F, y: F) -> bool {
        y < F::from_f64(libm::exp(-x.to_f64()))
    }

    fn tail(bits: &mut Pcg64, _: Parts) -> F {
        F::from_f64(EXPONENTIAL_R) - F::uniform(bits).ln_1m()
    }
}

impl<F: Drawn> Ziggurat<F> {
    /// The number a word stands for, and whether the quick test accepts it.
    #[inline(always)]
    fn quick(&self, parts: Parts) -> (F, bool) {
        let Parts { layer, magnitude, negative } = parts;
        let Layer { k, w } = self.layers[layer];
        ((F::from_magnitude(magnitude) * w).negated_if(negative), magnitude < k)
    }

    /// The rest of the algorithm, for the one word in a hundred that the quick test does not accept.
    ///
    /// The generator comes and goes by value: that keeps the caller's in registers.
    #[cold]
    #[inline(never)]
    fn slow<D: Density<F>>(&self, mut bits: Pcg64, mut word: u64) -> (F, Pcg64) {
        loop {
            let parts = D::parts(word);
            let (x, accepted) = self.quick(parts);
            if accepted {
                return (x, bits);
            }
            if parts.layer == 0 {
                let x = D::tail(&mut bits, parts);
                return (x, bits);
            }
            let [above, below] = [self.y[parts.layer - 1], self.y[parts.layer]];
            if D::is_above(x, (above - below) * F::uniform(&mut bits) + below) {
                return (x, bits);
            }
            word = F::word(&mut bits);
        }
    }
}

/// Fills with `map(x)`, x drawn from a density.
#[inline]
pub fn fill<D: Density<F>, F: Drawn>(bits: &mut Pcg64, out: &mut [F], map: impl Fn(F) -> F) {
    let ziggurat = D::ziggurat();
    let mut local = bits.clone();
    for value in out {
        let word = F::word(&mut local);
        let (mut x, accepted) = ziggurat.quick(D::parts(word));
        if !accepted {
            (x, local) = ziggurat.slow::<D>(local, word);
        }
        *value = map(x);
    }
    *bits = local;
}
