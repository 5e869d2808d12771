//! Every loss against central differences in f64, with respect to predictions and targets, and against its composed twin.

use array_core::{Array, default_rng};

use super::*;
use crate::autograd::check::gradcheck;

/// Checks a loss of pairs of this shape on predictions and targets from two intervals, for every reduction.
fn check(
    name: &str,
    [x, y]: [std::ops::Range<f64>; 2],
    f: impl for<'t> Fn(Var<'t, f64>, Var<'t, f64>, Reduction) -> Var<'t, f64>,
) {
    for shape in [&[][..], &[4], &[2, 3], &[0, 3]] {
        for reduction in [Reduction::Mean, Reduction::Sum, Reduction::None] {
            if shape.contains(&0) && reduction == Reduction::Mean {
                continue;
            }
            let mut rng = default_rng(1);
            let inputs = [rng.uniform(x.start, x.end, shape), rng.uniform(y.start, y.end, shape)];
            if let Some(worst) = gradcheck(&inputs, |v| f(v[0], v[1], reduction)) {
                assert!(worst.error < 1e-6, "{name}, {reduction:?}, {shape:?}: {worst}");
            }
        }
    }
}

#[test]
fn losses_of_elements_pass_gradcheck() {
    let all = || [-2.0..2.0, -2.0..2.0];
    check("mse", all(), |x, y, r| Mse::new().reduction(r).of(x, y));
    check("mae", all(), |x, y, r| Mae::new().reduction(r).of(x, y));
    check("huber", all(), |x, y, r| Huber::new(0.7).reduction(r).of(x, y));
    check("smooth_l1", all(), |x, y, r| SmoothL1::new(0.7).reduction(r).of(x, y));
    check("smooth_l1", all(), |x, y, r| SmoothL1::new(0.0).reduction(r).of(x, y));
    check("bce", [0.1..0.9, 0.0..1.0], |x, y, r| Bce::new().reduction(r).of(x, y));
    check("bce_with_logits", [-3.0..3.0, 0.0..1.0], |x, y, r| {
        BceWithLogits::new().pos_weight(2.5).reduction(r).of(x, y)
    });
    check("kl_divergence", [-3.0..0.0, 0.1..1.0], |x, y, r| KlDivergence::new().reduction(r).of(x, y));
    check("kl_divergence", [-3.0..0.0, -3.0..0.0], |x, y, r| {
        KlDivergence::new().log_target(true).reduction(r).of(x, y)
    });
    check("kl_divergence", [-3.0..0.0, 0.1..1.0], |x, y, _| KlDivergence::new().batch_mean(true).of(x, y));
    check("hinge", all(), |x, y, r| Hinge::new().reduction(r).of(x, y));
}

#[test]
fn losses_of_vectors_pass_gradcheck() {
    let mut rng = default_rng(2);
    let vectors: Vec<Array<f64>> = (0..3).map(|_| rng.uniform(-1.0, 1.0, [4, 3])).collect();
    let signs = Array::from_vec([1.0, -1.0, 1.0, -1.0], 4);
    for margin in [0.0, 0.3] {
        let worst =
            gradcheck(&vectors[..2], |v| CosineEmbedding::new().margin(margin).of(v[0], v[1], &signs));
        assert!(worst.as_ref().is_some_and(|worst| worst.error < 1e-6), "cosine_embedding: {worst:?}");
    }
    for (p, swap) in [(2.0, false), (2.0, true), (1.0, false), (3.0, true)] {
        let loss = TripletMargin::new().p(p).swap(swap);
        let worst = gradcheck(&vectors, |v| loss.of(v[0], v[1], v[2]));
        assert!(worst.as_ref().is_some_and(|worst| worst.error < 1e-6), "triplet_margin: {worst:?}");
    }
    let distances = rng.uniform(0.1, 2.0, 4);
    let worst =
        gradcheck(&[distances], |v| HingeEmbedding::new().of(v[0], v[0].tape().constant(signs.clone())));
    assert!(worst.as_ref().is_some_and(|worst| worst.error < 1e-6), "hinge_embedding: {worst:?}");
}

#[test]
fn losses_of_classes_pass_gradcheck_and_are_their_composed_twins() {
    let mut rng = default_rng(3);
    let logits: Array<f64> = rng.uniform(-2.0, 2.0, [2, 3, 4]);
    let labels = Array::from_vec([2, 0, 3, 1, -1, 2], [2, 3]);
    let weights: Array<f64> = rng.uniform(0.5, 2.0, 4);
    for reduction in [Reduction::Mean, Reduction::Sum, Reduction::None] {
        for (epsilon, weighted) in [(0.0, false), (0.0, true), (0.3, false), (0.3, true)] {
            let mut loss = CrossEntropy::new().ignore_index(-1).label_smoothing(epsilon).reduction(reduction);
            let mut nll = Nll::new().ignore_index(-1).reduction(reduction);
            if weighted {
                loss = loss.class_weights(weights.clone());
                nll = nll.class_weights(weights.clone());
            }
            let worst =
                gradcheck(std::slice::from_ref(&logits), |v| loss.of(v[0], &labels)).expect("elements");
            assert!(worst.error < 1e-6, "cross_entropy, {reduction:?}: {worst}");
            let worst =
                gradcheck(std::slice::from_ref(&logits), |v| nll.of(v[0], &labels)).expect("elements");
            assert!(worst.error < 1e-6, "nll, {reduction:?}: {worst}");
            let worst = gradcheck(std::slice::from_ref(&logits), |v| {
                let probabilities = v[0].softmax(-1).value().flip(-1);
                // The probabilities must not move with the logits.
                loss.of_probabilities(v[0], &(probabilities * 0.0 + 0.25))
            });
            assert!(worst.is_some_and(|worst| worst.error < 1e-6), "of_probabilities, {reduction:?}");

            let tape = crate::Tape::training(default_rng(0));
            let [fused, composed] = [(); 2].map(|()| tape.variable(logits.clone()));
            let twins = [loss.of(fused, &labels), nll.of(composed.log_softmax(-1), &labels)];
            if epsilon == 0.0 {
                assert!(twins[0].value().allclose(twins[1].value(), 1e-13, 1e-14));
                let gradients = Var::sum_of(&twins.map(Var::sum)).backward();
                let [a, b] = [fused, composed].map(|v| gradients.get(v).expect("both matter"));
                assert!(a.allclose(b, 1e-12, 1e-14));
            }
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
