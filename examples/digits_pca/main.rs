//! Looks at 1,797 handwritten digits from the side where they differ most: their first two principal components.
//!
//! `cargo run --release --features linalg --example digits_pca -- --help` lists the options.

#[path = "../common/mod.rs"]
mod common;
mod plot;

use std::process::ExitCode;

use array_core::{concatenate, default_rng, linalg};
use common::{Known, Options, digits};
use nn::{Error, Result};

const ABOUT: &str = "Draws handwritten digits along the two directions in which they vary most.";

/// Directions that are computed; the first two are drawn.
const COMPONENTS: usize = 10;

fn main() -> ExitCode {
    let known = [Known::file("data", digits::PATH, "the digits")];
    common::run("digits_pca", ABOUT, known, program)
}

fn program(options: &Options) -> Result<()> {
    let rng = &mut default_rng(options.number::<u64>("seed"));
    let (train, test) = digits::load_and_split(&options.path("data"), rng)?;
    let pixels = concatenate(&[&train.inputs, &test.inputs], 0);
    let labels = concatenate(&[&train.labels, &test.labels], 0);

    let pca = linalg::pca(&pixels, COMPONENTS).map_err(Error::File)?;
    let share = pca.explained_variance_ratio.map(|share| 100.0 * share);
    println!("share of the variance along the first {COMPONENTS} of 64 directions, in %:\n{share:.1}");
    println!("together {:.1} %, the first two {:.1} %", share.sum(), share.slice(..2).sum());
    let restored = pca.inverse_transform(&pca.transform(&pixels));
    let error = (&pixels - restored).square().mean().sqrt();
    println!("a pixel restored from {COMPONENTS} numbers per digit is off by {error:.3} of 0 to 1");

    let path = options.path("out").join("components.svg");
    plot::scatter(&pca.transform(&pixels), &labels, &share, &path)?;
    println!("wrote {}", path.display());
    Ok(())
}
