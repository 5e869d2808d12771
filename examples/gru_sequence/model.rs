//! A network that reads sequences and answers at their end.

use array_core::random::Generator;
use nn::{Dense, Gru, Layer, Var};

/// (batch, time, 2) → (batch, time, hidden) → the last time's → (batch, 1).
pub struct Adder {
    gru: Gru,
    head: Dense,
}
nn::module!(Adder { gru, head });

impl Adder {
    pub fn new(hidden: usize, rng: &mut Generator) -> Adder {
        Adder { gru: Gru::new(2, hidden, rng), head: Dense::new(hidden, 1, rng) }
    }
}

impl Layer for Adder {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.apply("gru", &self.gru).slice((.., -1)).apply("head", &self.head)
    }

    fn describe(&self) -> String {
        "Adder".to_string()
    }
}
