//! Normal numbers by Marsaglia and Tsang's ziggurat, 256 layers of equal area under the density.
//!
//! G. Marsaglia, W. W. Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Softw. 5 (2000).

use std::sync::LazyLock;

use super::pcg64::Pcg64;

/// Where the tail begins: the right edge of the lowest rectangle.
const NORMAL_R: f64 = 3.654_152_885_361_009;
/// The area of each layer, tail included.
const NORMAL_V: f64 = 0.004_928_673_233_974_652;

/// A layer's quick test: magnitudes below `k` lie in the density for sure, and stand for `magnitude · w`.
#[derive(Debug, Clone, Copy, Default)]
struct Layer<F> {
    k: u64,
    w: F,
}

/// The layers from the base upwards, and the density at their right edges.
struct Ziggurat<F> {
    layers: [Layer<F>; 256],
    f: [F; 256],
}

static NORMAL_F64: LazyLock<Ziggurat<f64>> = LazyLock::new(|| normal_layers(52).0);
static NORMAL_F32: LazyLock<Ziggurat<f32>> = LazyLock::new(|| {
    let (Ziggurat { layers, f }, quotients) = normal_layers(23);
    let layer = |i: usize| Layer { k: quotients[i].round() as u64, w: layers[i].w as f32 };
    Ziggurat { layers: std::array::from_fn(layer), f: f.map(|y| y as f32) }
});

/// The layers for magnitudes of so many bits, and each `k` before rounding.
fn normal_layers(bits: u32) -> (Ziggurat<f64>, [f64; 256]) {
    let scale = (1u64 << bits) as f64;
    let density = |x: f64| (-0.5 * x * x).exp();
    let mut k = [0.0; 256];
    let mut w = [0.0; 256];
    let mut f = [1.0; 256];
    let mut x = NORMAL_R;
    f[255] = density(x);
    w[255] = x / scale;
    let base = NORMAL_V / f[255];
    k[0] = x / base * scale;
    w[0] = base / scale;
    for i in (1..255).rev() {
        let outer = x;
        x = (-2.0 * (NORMAL_V / x + f[i + 1]).ln()).sqrt();
        f[i] = density(x);
        if i == 38 {
            // NumPy's table is one unit in the last place up here, and all layers above follow from it.
            f[i] = f[i].next_up();
        }
        k[i + 1] = x / outer * scale;
        w[i] = x / scale;
    }
    let layers = std::array::from_fn(|i| Layer { k: k[i] as u64, w: w[i] });
    (Ziggurat { layers, f }, k)
}

/// How a float type is drawn.
pub trait Drawn: Sized {
    /// Uniform in [0, 1), on the grid of NumPy's `random`.
    fn uniform(bits: &mut Pcg64) -> Self;
    /// A standard normal number.
    fn fill_standard_normal(bits: &mut Pcg64, out: &mut [Self]);
}

/// Lists float types: their tables, the word one draw takes, the mask of a magnitude, the integer it
/// converts from.
macro_rules! drawn {
    ($($f:ident $normal:ident $next:ident $next_bits:literal $mask:literal $int:ident;)*) => {$(
        impl Ziggurat<$f> {
            /// The number a word stands for, and whether the quick test accepts it.
            #[inline(always)]
            fn quick(&self, word: u64) -> ($f, bool) {
                let magnitude = word >> 9 & $mask;
                let Layer { k, w } = self.layers[(word & 0xFF) as usize];
                let x = magnitude as $int as $f * w;
                (if word & 0x100 != 0 { -x } else { x }, magnitude < k)
            }

            /// The rest of the algorithm, for the 1.2 % of words that the quick test does not accept.
            #[cold]
            #[inline(never)]
            fn slow(&self, mut bits: Pcg64, mut word: u64) -> ($f, Pcg64) {
                loop {
                    let (x, accepted) = self.quick(word);
                    let layer = (word & 0xFF) as usize;
                    if accepted {
                        return (x, bits);
                    }
                    if layer == 0 {
                        let outside = loop {
                            let beyond = -(1.0 / NORMAL_R) as $f * (-$f::uniform(&mut bits)).ln_1p();
                            let y = -(-$f::uniform(&mut bits)).ln_1p();
                            if y + y > beyond * beyond {
                                break NORMAL_R as $f + beyond;
                            }
                        };
                        return (if word >> 17 & 1 == 1 { -outside } else { outside }, bits);
                    }
                    let [above, below] = [self.f[layer - 1], self.f[layer]];
                    let y = (above - below) * $f::uniform(&mut bits) + below;
                    if f64::from(y) < (-0.5 * f64::from(x) * f64::from(x)).exp() {
                        return (x, bits);
                    }
                    word = u64::from(bits.$next());
                }
            }
        }

        impl Drawn for $f {
            #[inline(always)]
            fn uniform(bits: &mut Pcg64) -> $f {
                let digits = bits.$next() >> ($next_bits - $f::MANTISSA_DIGITS);
                digits as $int as $f * (0.5 * $f::EPSILON)
            }

            fn fill_standard_normal(bits: &mut Pcg64, out: &mut [$f]) {
                let table = &*$normal;
                let mut local = bits.clone();
                for value in out {
                    let word = u64::from(local.$next());
                    let (x, accepted) = table.quick(word);
                    *value = x;
                    if !accepted {
                        (*value, local) = table.slow(local, word);
                    }
                }
                *bits = local;
            }
        }
    )*};
}

drawn! {
    f64 NORMAL_F64 next_u64 64 0x000F_FFFF_FFFF_FFFF i64;
    f32 NORMAL_F32 next_u32 32 0x007F_FFFF i32;
}
