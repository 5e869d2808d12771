//! Cross entropy, fused with the softmax before it.

use array_core::{Array, Error, Integer, for_each_row, keepdims, update_row};

use super::Reduction;
use super::classes::Settings;
use crate::autograd::Var;
use crate::autograd::ops::row;
use crate::scalar::Scalar;

/// −Σ t·ln softmax(x) over the classes, of logits x and targets t: PyTorch's `CrossEntropyLoss`.
///
/// Targets are labels ([`CrossEntropy::of`]) or probabilities of each class ([`CrossEntropy::of_probabilities`]). Classes
/// are along the last axis, where PyTorch has them along axis 1.
///
/// The mean over labels is Σ of the losses / Σ of the weights of their classes, over the rows that are not ignored; NaN, with
/// gradient 0, if there are none. No label is ignored unless told, where PyTorch ignores −100.
///
/// Computed as ln Σ eˣ − x, in one pass forward and one back; nothing overflows.
#[derive(Debug, Clone, Default)]
pub struct CrossEntropy<T: Scalar = f32> {
    settings: Settings<T>,
    smoothing: f64,
}

impl<T: Scalar> CrossEntropy<T> {
    /// The loss with PyTorch's settings: classes weigh the same, no label is ignored or smoothed.
    pub fn new() -> Self {
        CrossEntropy { settings: Settings::default(), smoothing: 0.0 }
    }

    /// A weight for each class.
    pub fn class_weights(mut self, weights: Array<T>) -> Self {
        self.settings.class_weights = Some(weights);
        self
    }

    /// A label whose rows do not count.
    pub fn ignore_index(mut self, label: i64) -> Self {
        self.settings.ignore_index = Some(label);
        self
    }

    /// ε: targets t become (1 − ε)·t + ε/classes.
    ///
    /// Source: C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016, section 7.
    ///
    /// # Panics
    /// If it is not in 0 ..= 1.
    #[track_caller]
    pub fn label_smoothing(mut self, epsilon: f64) -> Self {
        assert!((0.0..=1.0).contains(&epsilon), "label_smoothing: {epsilon} is not in 0 ..= 1");
        self.smoothing = epsilon;
        self
    }

    /// What becomes of the losses of rows.
    pub fn reduction(mut self, reduction: Reduction) -> Self {
        self.settings.reduction = reduction;
        self
    }

    /// The loss of logits of shape (…, classes) and labels of shape (…).
    ///
    /// # Panics
    /// If the shapes do not fit, or a label is no class.
    #[track_caller]
    pub fn of<'t, I: Integer>(&self, logits: Var<'t, T>, labels: &Array<I>) -> Var<'t, T> {
        let op = "cross_entropy";
        let classes = self.settings.classes(op, logits, labels);
        let x = logits.value().contiguous();
        let (exponentials, sums) = exponentials(logits, &x);
        // A row's target is `own` for its label, times the class's weight, and `other` for every class, likewise.
        let own = T::from_f64(1.0 - self.smoothing);
        let other = T::from_f64(self.smoothing / classes.count as f64);
        let others: Vec<T> = match self.smoothing {
            0.0 => Vec::new(),
            _ => (0..classes.count).map(|class| other.mul(classes.weight(class))).collect(),
        };
        let all_others = others.iter().fold(T::ZERO, |sum, &t| sum.add(t));

        let rows = x.as_slice().unwrap_or_default().chunks_exact(classes.count.max(1));
        let loss = |((row, &label), logsumexp): ((&[T], &Option<usize>), T)| {
            let Some(label) = label else { return T::ZERO };
            let of_others =
                row.iter().zip(&others).fold(T::ZERO, |sum, (&x, &t)| sum.add(t.mul(logsumexp.sub(x))));
            own.mul(classes.weight(label)).mul(logsumexp.sub(row[label])).add(of_others)
        };
        let losses = rows.zip(&classes.labels).zip(logsumexp(&sums)).map(loss).collect::<Array<T>>();
        let value = classes.reduce(losses, labels.shape());

        // ∂x = f·(Σt·softmax(x) − t), with the row's factor f.
        let vjp = move |g: Array<T>| {
            let (factors, mut gradient) = (classes.factors(&g), exponentials);
            for_each_row(
                [&mut gradient],
                [&sums],
                #[inline(always)]
                |i, [row], [sums]| {
                    let Some(label) = classes.labels[i] else { return row.fill(T::ZERO) };
                    let (factor, of_label) = (factors[i], own.mul(classes.weight(label)));
                    let scale = factor.mul(of_label.add(all_others)).div(sums[1]);
                    update_row(row, [], |e, []| e.mul(scale));
                    row[label] = row[label].sub(factor.mul(of_label));
                    update_row(row, [&others], |x, [t]| x.sub(factor.mul(t)));
                },
            );
            gradient
        };
        logits.tape().record(op, value, [logits.edge(vjp)])
    }

    /// The loss of logits and probabilities of one shape (…, classes). The mean is over rows; no row is ignored, and no
    /// gradient flows to the probabilities.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn of_probabilities<'t>(&self, logits: Var<'t, T>, probabilities: &Array<T>) -> Var<'t, T> {
        let (op, x) = ("cross_entropy", logits.value());
        let count = match x.shape().last() {
            Some(&count) if x.shape() == probabilities.shape() => count,
            _ => {
                let shapes = [x.shape().to_vec(), probabilities.shape().to_vec()];
                let rule = "logits and probabilities must have one shape (…, classes)";
                logits.tape().expect(Err(Error::Shapes { op, shapes, rule }))
            }
        };
        let (own, other) = (T::from_f64(1.0 - self.smoothing), T::from_f64(self.smoothing / count as f64));
        let mut target = probabilities.map(|t| own.mul(t).add(other));
        if let Some(weights) = self.settings.weights(op, logits, count) {
            target *= &Array::from_vec(weights, count);
        }
        let (mut exponentials, sums) = exponentials(logits, &x);
        let total = target.sum_axis(keepdims(-1));
        let logsumexp = Array::from_vec(logsumexp(&sums).collect::<Vec<T>>(), total.shape());
        let losses = &total * &logsumexp - (&target * &x).sum_axis(keepdims(-1));
        let rows = losses.size();
        let value = match self.settings.reduction {
            Reduction::Mean => Array::scalar(losses.mean()),
            Reduction::Sum => Array::scalar(losses.sum()),
            Reduction::None => losses.reshape(&x.shape()[..x.ndim() - 1]),
        };
        let mean = self.settings.reduction == Reduction::Mean;
        let vjp = move |g: Array<T>| {
            let factor = if mean { g / T::from_f64(rows as f64) } else { g };
            let factor = if factor.ndim() == 0 { factor } else { factor.expand_dims(-1) };
            let scales = &total * &factor;
            for_each_row(
                [&mut exponentials],
                [&sums, &scales],
                #[inline(always)]
                |_, [row], [sums, scale]| {
                    let scale = scale[0].div(sums[1]);
                    update_row(row, [], |e, []| e.mul(scale));
                },
            );
            exponentials - target * factor
        };
        logits.tape().record(op, value, [logits.edge(vjp)])
    }
}

/// e^(x − max), and ln Σ eˣ and Σ e^(x − max) of every row of the logits' value. Without a way back, nobody reads the
/// exponentials, and there are none.
fn exponentials<T: Scalar>(logits: Var<'_, T>, x: &Array<T>) -> (Array<T>, Array<T>) {
    if !logits.needs_gradient() {
        return (Array::empty([0]), row::sums_of_exponentials(x));
    }
    row::with_sums_of_exponentials(x).into()
}

/// ln Σ eˣ of every row.
fn logsumexp<T: Scalar>(sums: &Array<T>) -> impl Iterator<Item = T> {
    sums.as_slice().unwrap_or_default().as_chunks().0.iter().map(|&[logsumexp, _]| logsumexp)
}

impl<'t, T: Scalar> Var<'t, T> {
    /// The mean over rows of −ln softmax(row)\[label\]: logits (…, classes), labels (…), a scalar result.
    ///
    /// [`CrossEntropy`](crate::loss::CrossEntropy) has class weights, smoothed labels and more.
    ///
    /// # Panics
    /// If the shapes do not fit, or a label is no class.
    #[track_caller]
    pub fn cross_entropy<I: Integer>(self, labels: &Array<I>) -> Var<'t, T> {
        CrossEntropy::new().of(self, labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tape;

    #[test]
    fn without_a_way_back_the_loss_is_the_same() {
        let rng = &mut array_core::default_rng(0);
        for classes in [3, 40, 300] {
            let logits: Array<f32> = rng.uniform(-9.0, 9.0, [5, classes]);
            let labels: Array<i64> = rng.integers(0, classes as i64, 5);
            let tape = Tape::training(array_core::default_rng(0));
            let [known, wanted] = [tape.constant(logits.clone()), tape.variable(logits)];
            assert_eq!(known.cross_entropy(&labels).value(), wanted.cross_entropy(&labels).value());
        }
    }
}
