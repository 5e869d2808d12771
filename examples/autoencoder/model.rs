//! A network that is to return what it is given, through a bottleneck.

use array_core::random::Generator;
use nn::{Dense, Layer, Relu, Sequential, Sigmoid, Var};

/// 64 pixels → 64 → 32 → code, and the same way back.
pub struct Autoencoder {
    encoder: Sequential,
    decoder: Sequential,
}
nn::module!(Autoencoder { encoder, decoder });

impl Autoencoder {
    pub fn new(code: usize, rng: &mut Generator) -> Self {
        let encoder = Sequential::new()
            .add("l1", Dense::new(64, 64, rng))
            .add("act1", Relu)
            .add("l2", Dense::new(64, 32, rng))
            .add("act2", Relu)
            .add("l3", Dense::new(32, code, rng));
        let decoder = Sequential::new()
            .add("l1", Dense::new(code, 32, rng))
            .add("act1", Relu)
            .add("l2", Dense::new(32, 64, rng))
            .add("act2", Relu)
            .add("l3", Dense::new(64, 64, rng))
            .add("pixels", Sigmoid);
        Autoencoder { encoder, decoder }
    }
}

impl Layer for Autoencoder {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.apply("encoder", &self.encoder).apply("decoder", &self.decoder)
    }

    fn describe(&self) -> String {
        "Autoencoder".to_string()
    }
}
