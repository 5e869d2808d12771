//! What a step of an optimizer costs.

use super::Stepper;
use crate::autograd::ops::Cost;
use crate::module::Module;
use crate::scalar::Scalar;

/// Steps of the iteration that makes a matrix orthogonal in [`Muon`](super::Muon).
const NEWTON_SCHULZ_STEPS: u64 = 5;

/// The work of a step: of each element, the parameter and what is remembered of it are read and written, and its
/// gradient is read. Floating-point operations are counted as in the operations' table; none for a rule that is not
/// listed here.
pub(crate) fn step_cost<T: Scalar>(stepper: &Stepper<T>, model: &impl Module<T>) -> Cost {
    let mut cost = Cost::default();
    model.for_each_param(|path, param| {
        if !param.is_trainable() {
            return;
        }
        let (size, shape) = (param.value().size() as u64, param.value().shape());
        let remembered = stepper.remembered(path) as u64;
        let per_element = match (stepper.kind, remembered) {
            ("sgd", 0) => 2,
            // v = μ·v + g
            ("sgd", _) => 4,
            // Two means (3 + 4), a root, two divisions, a sum and the update.
            ("adam", _) => 12,
            // The same and the parameter's decay; Muon leaves to AdamW what is no matrix.
            ("adamw", _) | ("muon", 2..) => 13,
            // A mean (3), the direction (2), its scale and the update.
            ("muon", _) => 8,
            ("rmsprop", _) => 9,
            ("adagrad", _) => 7,
            ("lion", _) => 9,
            _ => 0,
        };
        cost.flops += per_element * size;
        cost.bytes += (3 + 2 * remembered) * size * size_of::<T>() as u64;
        if let ("muon", 1, &[rows, columns]) = (stepper.kind, remembered, shape) {
            let (m, n) = (rows.min(columns) as u64, rows.max(columns) as u64);
            // A = X·Xᵀ, B = b·A + c·A·A, X = a·X + B·X
            cost.flops += NEWTON_SCHULZ_STEPS * (4 * m * m * n + 2 * m * m * m);
        }
    });
    cost
}

#[cfg(test)]
mod tests {
    use array_core::{Array, default_rng};

    use super::*;
    use crate::autograd::Tape;
    use crate::optim::{Adagrad, Adam, AdamW, Lion, Muon, Optimizer, RmsProp, Sgd};
    use crate::{Dense, Layer};

    /// The cost of a step on 6 weights and 2 biases.
    fn cost_of(mut optimizer: impl Optimizer<f64>) -> Cost {
        let mut model: Dense<f64> = Dense::new(3, 2, &mut default_rng(0));
        let tape = Tape::training(default_rng(0));
        let gradients = model.forward(tape.constant(Array::ones([1, 3]))).sum().backward();
        optimizer.step(&mut model, &gradients).expect("every parameter has a gradient");
        step_cost(optimizer.stepper(), &model)
    }

    #[test]
    fn every_rule_has_a_cost() {
        let cost = |flops: u64, arrays: u64| Cost { flops, bytes: arrays * 8 * 8 };
        assert_eq!(cost_of(Sgd::new(0.1)), cost(2 * 8, 3));
        assert_eq!(cost_of(Sgd::new(0.1).momentum(0.9)), cost(4 * 8, 5));
        assert_eq!(cost_of(Adam::new(0.1)), cost(12 * 8, 7));
        assert_eq!(cost_of(Adam::new(0.1).amsgrad()), cost(12 * 8, 9));
        assert_eq!(cost_of(AdamW::new(0.1)), cost(13 * 8, 7));
        // Six weights by the iteration on 2 × 3, two biases by AdamW.
        let muon = cost_of(Muon::new(0.1));
        assert_eq!(muon.flops, 8 * 6 + 5 * (4 * 4 * 3 + 2 * 8) + 13 * 2);
        assert_eq!(muon.bytes, (5 * 6 + 7 * 2) * 8);
        for flops in [cost_of(RmsProp::new(0.1)), cost_of(Adagrad::new(0.1)), cost_of(Lion::new(0.1))] {
            assert!(flops.flops >= 7 * 8, "{flops:?}");
        }
    }
}
