//! Streams of random numbers, next to NumPy alone, which draws the same ones.

use array_core::random::{Generator, RandomFloat};
use array_core::{Array, default_rng};

use crate::answer::Answer;
use crate::contest::{Contest, Row};

const SHAPE: [usize; 1] = [10_000_000];

pub fn rows() -> Vec<Row> {
    vec![
        Row::new("normal_f64_10m", 1.2, 0.0, |_| stream(normal::<f64>)),
        Row::new("uniform_f64_10m", 1.5, 0.0, |_| stream(uniform::<f64>)),
        Row::new("normal_f32_10m", 1.2, 0.0, |_| stream(normal::<f32>)),
        Row::new("uniform_f32_10m", 1.5, 0.0, |_| stream(uniform::<f32>)),
    ]
}

fn normal<T: RandomFloat>(rng: &mut Generator) -> Array<T> {
    rng.standard_normal(SHAPE)
}

fn uniform<T: RandomFloat>(rng: &mut Generator) -> Array<T> {
    rng.random(SHAPE)
}

/// Every call draws on; both sides begin with the seed 42.
fn stream<R: Answer + 'static>(draw: fn(&mut Generator) -> R) -> Contest {
    let mut rng = default_rng(42);
    Contest::new([], move || draw(&mut rng))
}
