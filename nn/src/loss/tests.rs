//! Every loss against central differences in f64, with respect to predictions and targets;
//! that none is forgotten; and what its formula does at the edges.

use array_core::{Array, default_rng};

use super::*;
use crate::autograd::ops::checks::Check;

/// Every loss in several settings, by its type.
fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for reduction in [Reduction::Mean, Reduction::Sum, Reduction::None] {
        let mut rows = of_elements(reduction);
        if reduction == Reduction::Mean {
            rows = rows.into_iter().map(Check::nonempty).collect();
        }
        checks.extend(rows);
        checks.extend(of_vectors(reduction));
        checks.extend(of_classes(reduction));
    }
    checks
}

fn of_elements(r: Reduction) -> Vec<Check> {
    vec![
        Check::equal_pairs("Mse", move |[x, y]| Mse::new().reduction(r).of(x, y)),
        Check::equal_pairs("Mae", move |[x, y]| Mae::new().reduction(r).of(x, y)),
        Check::equal_pairs("Huber", move |[x, y]| Huber::new(0.7).reduction(r).of(x, y)),
        Check::equal_pairs("SmoothL1", move |[x, y]| SmoothL1::new(0.7).reduction(r).of(x, y)),
        Check::equal_pairs("SmoothL1", move |[x, y]| SmoothL1::new(0.0).reduction(r).of(x, y)),
        Check::equal_pairs("Bce", move |[x, y]| Bce::new().reduction(r).of(x, y))
            .on_each([0.1..0.9, 0.0..1.0]),
        Check::equal_pairs("BceWithLogits", move |[x, y]| {
            BceWithLogits::new().pos_weight(2.5).reduction(r).of(x, y)
        })
        .on_each([-3.0..3.0, 0.0..1.0]),
        Check::equal_pairs("KlDivergence", move |[x, y]| KlDivergence::new().reduction(r).of(x, y))
            .on_each([-3.0..0.0, 0.1..1.0]),
        Check::equal_pairs("KlDivergence", move |[x, y]| {
            KlDivergence::new().log_target(true).reduction(r).of(x, y)
        })
        .on(-3.0..0.0),
        Check::equal_pairs("KlDivergence", |[x, y]| KlDivergence::new().batch_mean(true).of(x, y))
            .on_each([-3.0..0.0, 0.1..1.0])
            .nonempty(),
        Check::equal_pairs("Hinge", move |[x, y]| Hinge::new().reduction(r).of(x, y)),
    ]
}

fn of_vectors(r: Reduction) -> Vec<Check> {
    let signs = || Array::from_vec([1.0, -1.0, 1.0, -1.0], 4);
    let mut checks = vec![
        Check::shapes("HingeEmbedding", [&[4]], move |[x]| {
            HingeEmbedding::new().reduction(r).of(x, x.tape().constant(signs()))
        })
        .on(0.1..2.0),
    ];
    for margin in [0.0, 0.3] {
        checks.push(Check::shapes("CosineEmbedding", [&[4, 3], &[4, 3]], move |[x, y]| {
            CosineEmbedding::new().margin(margin).reduction(r).of(x, y, &signs())
        }));
    }
    for (p, swap) in [(2.0, false), (2.0, true), (1.0, false), (3.0, true)] {
        checks.push(Check::shapes("TripletMargin", [&[4, 3], &[4, 3], &[4, 3]], move |[x, y, z]| {
            TripletMargin::new().p(p).swap(swap).reduction(r).of(x, y, z)
        }));
    }
    checks
}

fn of_classes(r: Reduction) -> Vec<Check> {
    let labels = || Array::from_vec([2, 0, 3, 1, -1, 2], [2, 3]);
    let mut checks = Vec::new();
    for (epsilon, weighted) in [(0.0, false), (0.0, true), (0.3, false), (0.3, true)] {
        let mut loss = CrossEntropy::new().ignore_index(-1).label_smoothing(epsilon).reduction(r);
        let mut nll = Nll::new().ignore_index(-1).reduction(r);
        if weighted {
            let weights = Array::from_vec([0.5, 2.0, 1.25, 0.75], 4);
            loss = loss.class_weights(weights.clone());
            nll = nll.class_weights(weights);
        }
        let of_probabilities = loss.clone();
        let probabilities = Array::from_fn([2, 3, 4], |i| [0.1, 0.2, 0.3, 0.4][(i[1] + i[2]) % 4]);
        checks.extend([
            Check::shapes("CrossEntropy", [&[2, 3, 4]], move |[x]| loss.of(x, &labels())),
            Check::shapes("CrossEntropy", [&[2, 3, 4]], move |[x]| {
                of_probabilities.of_probabilities(x, &probabilities)
            }),
            Check::shapes("Nll", [&[2, 3, 4]], move |[x]| nll.of(x, &labels())),
        ]);
    }
    checks
}

#[test]
fn every_loss_passes_gradcheck() {
    checks().iter().for_each(Check::run);
}

#[test]
fn every_loss_has_a_check() {
    let checks = checks();
    let mut count = 0;
    for line in include_str!("mod.rs").lines().filter(|line| line.starts_with("pub use ")) {
        let names = line.split("::").last().unwrap_or_default();
        for name in names.split(|c: char| !c.is_alphanumeric()).filter(|name| !name.is_empty()) {
            count += 1;
            assert!(
                checks.iter().any(|check| check.name == name),
                "{name} has no row in nn/src/loss/tests.rs"
            );
        }
    }
    assert!(count > 10, "the losses were found");
}

#[test]
fn cross_entropy_is_its_composed_twin() {
    let mut rng = default_rng(3);
    let logits: Array<f64> = rng.uniform(-2.0, 2.0, [2, 3, 4]);
    let labels = Array::from_vec([2, 0, 3, 1, -1, 2], [2, 3]);
    let weights: Array<f64> = rng.uniform(0.5, 2.0, 4);
    for reduction in [Reduction::Mean, Reduction::Sum, Reduction::None] {
        for weighted in [false, true] {
            let mut loss = CrossEntropy::new().ignore_index(-1).reduction(reduction);
            let mut nll = Nll::new().ignore_index(-1).reduction(reduction);
            if weighted {
                loss = loss.class_weights(weights.clone());
                nll = nll.class_weights(weights.clone());
            }
            let tape = crate::Tape::training(default_rng(0));
            let [fused, composed] = [(); 2].map(|()| tape.variable(logits.clone()));
            let twins = [loss.of(fused, &labels), nll.of(composed.log_softmax(-1), &labels)];
            assert!(twins[0].value().allclose(twins[1].value(), 1e-13, 1e-14));
            let gradients = Var::sum_of(&twins.map(Var::sum)).backward();
            let [a, b] = [fused, composed].map(|v| gradients.get(v).expect("both matter"));
            assert!(a.allclose(b, 1e-12, 1e-14));
        }
    }
}

#[test]
fn probabilities_of_one_class_are_its_label() {
    let tape = crate::Tape::<f64>::inference();
    let logits = tape.constant(default_rng(4).uniform(-2.0, 2.0, [3, 4]));
    let one_hot = Array::from_fn([3, 4], |i| if i[1] == [2, 0, 3][i[0]] { 1.0 } else { 0.0 });
    let loss = CrossEntropy::new().label_smoothing(0.1);
    let [a, b] = [loss.of(logits, &Array::from_vec([2, 0, 3], 3)), loss.of_probabilities(logits, &one_hot)];
    assert!((a.item() - b.item()).abs() < 1e-14);
}

#[test]
fn large_logits_neither_overflow_nor_lose_the_gradient() {
    let tape = crate::Tape::<f64>::training(default_rng(0));
    let x = tape.variable(Array::from_vec([1000.0, 0.0, -1000.0, 0.0], [2, 2]));
    let loss = x.cross_entropy(&Array::from_vec([1, 1], 2));
    // Row 0: ln(1 + e^1000) − 0 = 1000; row 1: ln(e^-1000 + 1) = 0.
    assert_eq!(loss.item(), 500.0);
    assert_eq!(loss.backward().get(x).map(Array::to_vec), Some(vec![0.5, -0.5, 0.0, 0.0]));
}

#[test]
fn with_every_target_ignored_the_mean_is_nan_and_its_gradient_zero() {
    let tape = crate::Tape::<f64>::training(default_rng(0));
    let x = tape.variable(Array::ones([2, 3]));
    let loss = CrossEntropy::new().ignore_index(1).of(x, &Array::from_vec([1, 1], 2));
    assert!(loss.item().is_nan());
    assert_eq!(loss.backward().get(x).map(Array::to_vec), Some(vec![0.0; 6]));
}
