//! The rows, a file per topic. To add one, write it there; where Python competes, also in `python/`.

mod contractions;
mod elementwise;
mod factorisations;
mod movement;
mod nets;
mod products;
mod random;
mod reductions;
mod training;

use array_core::Array;
use array_core::random::Generator;

use crate::contest::Row;

/// All of them, in the order of the table.
pub fn all() -> Vec<Row> {
    let topics = [
        reductions::sums(),
        elementwise::rows(),
        movement::broadcasts(),
        reductions::strided(),
        movement::others(),
        products::rows(),
        contractions::rows(),
        factorisations::rows(),
        nets::functions(),
        random::rows(),
        nets::layers(),
        training::rows(),
    ];
    topics.into_iter().flatten().collect()
}

/// Standard normal numbers: nothing is timed on zeros.
fn normal<const N: usize>(rng: &mut Generator, shape: [usize; N]) -> Array<f32> {
    rng.standard_normal(shape)
}
