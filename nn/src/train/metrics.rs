//! Measures of how good a model is, computed from its outputs: scikit-learn's, with its names.

use array_core::Array;

use crate::scalar::Scalar;

/// The fraction of rows whose greatest score is at the row's label: scores (n, classes), labels (n). NaN if n is 0.
///
/// ```
/// use array_core::Array;
/// use nn::train::metrics::accuracy;
/// let scores = Array::from_vec([0.1f32, 0.9, 0.8, 0.2], [2, 2]);
/// assert_eq!(accuracy(&scores, &Array::from_vec([1, 1], 2)), 0.5);
/// ```
///
/// # Panics
/// If there is not one label per row, or there are no classes.
#[track_caller]
pub fn accuracy<T: Scalar>(scores: &Array<T>, labels: &Array<i64>) -> f64 {
    check_labels("accuracy", scores, labels);
    scores.argmax_axis(-1).equal(labels).mean()
}

/// The fraction of rows whose label is among the `k` greatest scores: scores (n, classes), labels (n). Of equal scores
/// the first counts as greater, so that the top 1 is the [`accuracy`].
///
/// # Panics
/// If there is not one label per row, or a label is no class.
#[track_caller]
pub fn top_k_accuracy<T: Scalar>(scores: &Array<T>, labels: &Array<i64>, k: usize) -> f64 {
    check_labels("top_k_accuracy", scores, labels);
    let hit = |(row, &label): (usize, &i64)| {
        let label = label as usize;
        let own = scores[[row, label]];
        let ahead = |(class, score): (usize, &T)| match class < label {
            true => *score >= own || score.is_nan(),
            false => class > label && (*score > own || score.is_nan() && !own.is_nan()),
        };
        scores.slice(row as isize).iter().enumerate().filter(|&entry| ahead(entry)).count() < k
    };
    labels.iter().enumerate().map(hit).collect::<Array<bool>>().mean()
}

#[track_caller]
fn check_labels<T: Scalar>(op: &str, scores: &Array<T>, labels: &Array<i64>) {
    let (scores, labels) = (scores.shape(), labels.shape());
    assert!(
        scores.len() == 2 && labels == &scores[..1],
        "{op}: scores of shape {scores:?} and labels of shape {labels:?}: they must be (rows, classes) and (rows)"
    );
}

/// How often which class was taken for which: rows are true classes, columns predicted ones.
///
/// ```
/// use array_core::Array;
/// use nn::train::metrics::ConfusionMatrix;
/// let (labels, predictions) = (Array::from_vec([0, 0, 0, 1], 4), Array::from_vec([0, 0, 1, 1], 4));
/// let confusion = ConfusionMatrix::new(2, &labels, &predictions);
/// assert_eq!(confusion.counts().to_vec(), [2, 1, 0, 1]);
/// assert_eq!(confusion.precision().to_vec(), [1.0, 0.5]);
/// assert_eq!(confusion.recall().to_vec(), [2.0 / 3.0, 1.0]);
/// assert_eq!(confusion.f1().mean(), (0.8 + 2.0 / 3.0) / 2.0); // the macro average
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ConfusionMatrix {
    counts: Array<i64>,
}

impl ConfusionMatrix {
    /// Counts the pairs of labels and predictions, arrays of one shape.
    ///
    /// # Panics
    /// If the shapes differ, or there is something else than classes 0, …, classes − 1.
    #[track_caller]
    pub fn new(classes: usize, labels: &Array<i64>, predictions: &Array<i64>) -> Self {
        let shapes = [labels.shape(), predictions.shape()];
        assert!(shapes[0] == shapes[1], "ConfusionMatrix: shapes {:?} and {:?} differ", shapes[0], shapes[1]);
        let mut counts = Array::<i64>::zeros([classes, classes]);
        for (&label, &prediction) in labels.iter().zip(predictions) {
            counts[[label as usize, prediction as usize]] += 1;
        }
        ConfusionMatrix { counts }
    }

    /// The counts: shape (classes, classes).
    pub fn counts(&self) -> &Array<i64> {
        &self.counts
    }

    /// How many were right.
    pub fn correct(&self) -> i64 {
        self.counts.diagonal(0, 0, 1).sum()
    }

    /// The fraction that was right; NaN if there was nothing.
    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.counts.sum() as f64
    }

    /// Per class: what part of its predictions was right; 0 for a class that was never predicted.
    pub fn precision(&self) -> Array<f64> {
        ratio(&self.counts.diagonal(0, 0, 1), &self.counts.sum_axis(0))
    }

    /// Per class: what part of it was found; 0 for a class that never occurred.
    pub fn recall(&self) -> Array<f64> {
        ratio(&self.counts.diagonal(0, 0, 1), &self.counts.sum_axis(1))
    }

    /// Per class: the harmonic mean of precision and recall, 2·right/(predicted + occurred); 0 if both are 0.
    pub fn f1(&self) -> Array<f64> {
        let all = self.counts.sum_axis(0) + self.counts.sum_axis(1);
        ratio(&(self.counts.diagonal(0, 0, 1) * 2), &all)
    }
}

/// The quotients of counts, where 0/0 is 0.
fn ratio(part: &Array<i64>, whole: &Array<i64>) -> Array<f64> {
    part.iter().zip(whole).map(|(&part, &whole)| part as f64 / whole.max(1) as f64).collect()
}

/// The mean of |ŷ − y| over all elements: arrays of one shape. NaN if there are none.
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn mean_absolute_error<T: Scalar>(predictions: &Array<T>, targets: &Array<T>) -> f64 {
    differences("mean_absolute_error", predictions, targets).abs().mean()
}

/// R², the coefficient of determination: 1 − Σ(y − ŷ)²/Σ(y − ȳ)² over all elements. 1 is perfect, 0 as good as the
/// targets' mean. Where all targets are equal it is 1 if all predictions are right, and 0 if not.
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn r2_score<T: Scalar>(predictions: &Array<T>, targets: &Array<T>) -> f64 {
    let residual = differences("r2_score", predictions, targets).square().sum();
    let targets = targets.map(|y| y.to_f64());
    let total = (&targets - targets.mean()).square().sum();
    match (residual, total) {
        (0.0, 0.0) => 1.0,
        (_, 0.0) => 0.0,
        _ => 1.0 - residual / total,
    }
}

#[track_caller]
fn differences<T: Scalar>(op: &str, predictions: &Array<T>, targets: &Array<T>) -> Array<f64> {
    let shapes = [predictions.shape(), targets.shape()];
    assert!(shapes[0] == shapes[1], "{op}: shapes {:?} and {:?} differ", shapes[0], shapes[1]);
    predictions.map(|x| x.to_f64()) - targets.map(|x| x.to_f64())
}

/// eˡ of a mean cross entropy l: between how many equally likely classes the model is undecided, as it were.
pub fn perplexity(cross_entropy: f64) -> f64 {
    cross_entropy.exp()
}
