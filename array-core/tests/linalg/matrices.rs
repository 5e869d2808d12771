//! Test matrices by name; `tests/reference/linalg.py` builds the same ones, bit for bit.

use array_core::linalg::Scalar;
use array_core::{Array, Complex, default_rng};

/// Builds the real matrix that a text such as `hilbert 8 8` stands for: a family, rows, columns, and for random
/// ones a seed. `big` is the exponent of 2 that grading and scaling go up to.
pub fn real(name: &str, big: i32) -> Array<f64> {
    let words: Vec<&str> = name.split(' ').collect();
    let [m, n] = [1, 2].map(|i| words[i].parse::<usize>().expect("a size"));
    let seed = words.get(3).map_or(0, |seed| seed.parse::<u64>().expect("a seed"));
    let rng = &mut default_rng(seed);
    let elements = |f: &dyn Fn(usize, usize) -> f64| Array::from_fn([m, n], |index| f(index[0], index[1]));
    // From 2^-top to 2^top along k positions.
    let grade = |i: usize, k: usize, top: i32| 2f64.powi(2 * top * i as i32 / (k as i32 - 1).max(1) - top);
    let scaled =
        |a: Array<f64>, exponent: i32| a * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
    match words[0] {
        "random" => rng.standard_normal([m, n]),
        "zeros" => Array::zeros([m, n]),
        "ones" => Array::ones([m, n]),
        "identity" => Array::eye([m, n]),
        "hilbert" => elements(&|i, j| 1.0 / (i + j + 1) as f64),
        // cos 0.6, sin 0.8
        "kahan" => {
            let mut scale = vec![1.0; m];
            (1..m).for_each(|i| scale[i] = scale[i - 1] * 0.8);
            elements(&|i, j| {
                if i == j {
                    scale[i]
                } else if i < j {
                    -0.6 * scale[i]
                } else {
                    0.0
                }
            })
        }
        "frank" => elements(&|i, j| if i > j + 1 { 0.0 } else { (n - i.max(j)) as f64 }),
        "wilkinson" => elements(&|i, j| match i.abs_diff(j) {
            0 => (2.0 * i as f64 - (n as f64 - 1.0)).abs() / 2.0,
            1 => 1.0,
            _ => 0.0,
        }),
        "jordan" => elements(&|i, j| {
            if i == j {
                2.0
            } else if i + 1 == j {
                1.0
            } else {
                0.0
            }
        }),
        "cycle" => elements(&|i, j| if (i + 1) % n == j { 1.0 } else { 0.0 }),
        "permutation" => {
            let order = rng.permutation(n).to_vec();
            elements(&|i, j| if order[i] as usize == j { 1.0 } else { 0.0 })
        }
        "rank1" => {
            let (u, v) = (rng.standard_normal::<f64>(m), rng.standard_normal::<f64>(n));
            elements(&|i, j| u[i] * v[j])
        }
        "graded" => {
            let a: Array<f64> = rng.standard_normal([m, n]);
            elements(&|i, j| a[[i, j]] * grade(i, m, big / 2) * grade(j, n, big / 2))
        }
        "graded_rows" => {
            let a: Array<f64> = rng.standard_normal([m, n]);
            elements(&|i, j| a[[i, j]] * grade(i, m, big))
        }
        "graded_up" => {
            let a: Array<f64> = rng.standard_normal([m, n]);
            elements(&|i, j| a[[i, j]] * grade(m - 1 - i, m, big / 2) * grade(n - 1 - j, n, big / 2))
        }
        // (1 − 2vvᵀ/vᵀv)·diag(s) with v = 1, 2, …: singular values s.
        "repeated" => reflected(m, n, &|j| if j % 2 == 0 { 1.0 } else { 0.5 }),
        "clustered" => reflected(m, n, &|j| if j == 0 { 1.0 } else { 1e-6 * (1.0 + j as f64 * 1e-15) }),
        "huge" => scaled(rng.standard_normal([m, n]), 2 * big),
        "tiny" => scaled(rng.standard_normal([m, n]), -2 * big),
        family => panic!("no family {family}"),
    }
}

fn reflected(m: usize, n: usize, s: &dyn Fn(usize) -> f64) -> Array<f64> {
    let long = m.max(n);
    let square: f64 = (1..=long).map(|i| (i * i) as f64).sum();
    Array::from_fn([m, n], |index| {
        let [i, j] = [index[0], index[1]];
        let delta = f64::from(i == j);
        (delta - 2.0 * ((i + 1) * (j + 1)) as f64 / square) * s(j)
    })
}

/// Element types of the tests.
pub trait Tested: Scalar {
    /// The exponent of 2 that grading and scaling go up to: 1e±150, and what `f32` has of it.
    const BIG: i32;
    /// The machine epsilon.
    const EPS: f64;
    /// The least positive number.
    const LEAST: f64;
    /// From `x + iy` turned by some quarters of a circle; complex parts do not exist for real types.
    fn element(x: f64, y: f64, quarters: usize) -> Self;
    /// The absolute value of the value times 2^exponent.
    fn size(self, exponent: i32) -> f64;
}

macro_rules! tested {
    ($($part:ident $big:literal $least:expr;)*) => {$(
        impl Tested for $part {
            const BIG: i32 = $big;
            const EPS: f64 = $part::EPSILON as f64;
            const LEAST: f64 = $least;
            fn element(x: f64, _: f64, _: usize) -> $part { x as $part }
            fn size(self, exponent: i32) -> f64 { (self as f64).times_power_of_two(exponent).abs() }
        }
        impl Tested for Complex<$part> {
            const BIG: i32 = $big;
            const EPS: f64 = $part::EPSILON as f64;
            const LEAST: f64 = $least;
            fn element(x: f64, y: f64, quarters: usize) -> Self {
                let [x, y] = [x as $part, y as $part];
                match quarters % 4 {
                    0 => Complex::new(x, y),
                    1 => Complex::new(-y, x),
                    2 => Complex::new(-x, -y),
                    _ => Complex::new(y, -x),
                }
            }
            fn size(self, exponent: i32) -> f64 {
                let [x, y] = [self.re, self.im].map(|x| (x as f64).times_power_of_two(exponent));
                x.hypot(y)
            }
        }
    )*};
}
tested! {
    f64 498 5e-324;
    f32 60 1e-45;
}

/// The matrix of a name in an element type; complex ones are random in both parts, and turned by quarters elsewhere.
pub fn matrix<T: Tested>(name: &str) -> Array<T> {
    let re = real(name, T::BIG);
    let im = if name.starts_with("random") { real(&format!("{name}1"), T::BIG) } else { re.zeros_like() };
    let turned = !name.starts_with("random");
    Array::from_fn(re.shape(), |index| {
        let [i, j] = [index[0], index[1]];
        T::element(re[[i, j]], im[[i, j]], if turned { i * i + 3 * j } else { 0 })
    })
}
