//! Positions of samples, dealt out into parts.

use array_core::Array;
use array_core::random::Generator;

/// Deals out the positions of `count` samples in random order: `test` of them for testing, the rest for training;
/// returned in this order: (training, test). scikit-learn's `train_test_split`.
///
/// ```
/// use array_core::default_rng;
/// let (train, test) = nn::data::split(10, 3, &mut default_rng(0));
/// assert_eq!((train.size(), test.size()), (7, 3));
/// ```
///
/// # Panics
/// If there are fewer samples than are wanted for testing.
#[track_caller]
pub fn split(count: usize, test: usize, rng: &mut Generator) -> (Array<i64>, Array<i64>) {
    assert!(test <= count, "split: {test} of {count} samples cannot be kept for testing");
    let order = rng.permutation(count);
    (order.slice(test..), order.slice(..test))
}

/// As [`split`], with a fraction of every class for testing, rounded to whole samples: both parts have the classes in
/// the proportions of the whole. scikit-learn's `train_test_split` with `stratify`.
///
/// # Panics
/// If the fraction does not lie in 0..=1.
#[track_caller]
pub fn stratified_split(labels: &Array<i64>, fraction: f64, rng: &mut Generator) -> (Array<i64>, Array<i64>) {
    assert!(
        (0.0..=1.0).contains(&fraction),
        "stratified_split: a fraction of {fraction} does not lie in 0..=1"
    );
    let order = rng.permutation(labels.size());
    let shuffled = labels.take(&order, 0);
    let mut is_test = Array::full(labels.size(), false);
    for class in &labels.unique() {
        let members = shuffled.equal(*class).flatnonzero();
        let test = (members.size() as f64 * fraction).round_ties_even() as usize;
        for &place in &members.slice(..test) {
            is_test[place as usize] = true;
        }
    }
    (order.compress(&!&is_test, 0), order.compress(&is_test, 0))
}

/// Deals out the positions of `count` samples in random order into `k` parts that differ by at most one sample; returns,
/// for every part, (the others, this one). scikit-learn's `KFold` with `shuffle`.
///
/// ```
/// use array_core::default_rng;
/// for (train, validation) in nn::data::k_fold(10, 3, &mut default_rng(0)) {
///     assert_eq!(train.size() + validation.size(), 10);
/// }
/// ```
///
/// # Panics
/// If `k` is less than 2 or greater than the number of samples.
#[track_caller]
pub fn k_fold(count: usize, k: usize, rng: &mut Generator) -> Vec<(Array<i64>, Array<i64>)> {
    assert!(2 <= k && k <= count, "k_fold: {count} samples cannot be dealt out into {k} parts");
    let order = rng.permutation(count);
    let cut = |part: usize| part * (count / k) + part.min(count % k);
    let fold = |part| {
        let (start, end) = (cut(part), cut(part + 1));
        let others = array_core::concatenate(&[order.slice(..start), order.slice(end..)], 0);
        (others, order.slice(start..end))
    };
    (0..k).map(fold).collect()
}
