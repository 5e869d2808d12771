//! Dropout: elements left out at random.

use array_core::Array;
use array_core::random::Generator;

use super::super::Var;
use crate::scalar::Scalar;

/// 0 with probability `p`, else 1/(1 − p), per element.
///
/// One `f32` is drawn per element whatever the scalar, so that `f32` and `f64` models leave out the same.
pub(super) fn dropout_mask<T: Scalar>(rng: &mut Generator, shape: &[usize], p: f64) -> Array<T> {
    let (threshold, scale) = (p as f32, T::from_f64(1.0 / (1.0 - p)));
    rng.random::<f32>(shape).map(move |u| if u < threshold { T::ZERO } else { scale })
}

impl<'t, T: Scalar> Var<'t, T> {
    /// In training, each element becomes 0 with probability `p`, and the others are divided by 1 − p; the mean
    /// stays. On other tapes the value itself.
    ///
    /// # Panics
    /// If `p` is not in 0 ..= 1.
    #[track_caller]
    pub fn dropout(self, p: f64) -> Var<'t, T> {
        self.drop_out(p, |rng, shape| dropout_mask(rng, shape, p))
    }

    /// As [`Var::dropout`], with numbers of a generator that the tape's has spawned: those that [`Var::attention`] draws.
    #[track_caller]
    pub(crate) fn dropout_apart(self, p: f64) -> Var<'t, T> {
        self.drop_out(p, |rng, shape| dropout_mask(&mut rng.spawn(), shape, p))
    }

    #[track_caller]
    fn drop_out(self, p: f64, draw: impl FnOnce(&mut Generator, &[usize]) -> Array<T>) -> Var<'t, T> {
        assert!((0.0..=1.0).contains(&p), "dropout: {p} is no probability");
        let x = self.value();
        let mask = if p == 0.0 { None } else { self.tape().draw(|rng| draw(rng, x.shape())) };
        let Some(mask) = mask else { return self };
        let value = x * &mask;
        self.tape().record("dropout", value, [self.edge(move |g| g * mask)])
    }
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    vec![
        Check::each("dropout", |[x]| x.dropout(0.3)),
        Check::each("dropout", |[x]| x.dropout(0.0)),
        Check::shapes("dropout", [&[2, 3]], |[x]| x.dropout(1.0)),
    ]
}

#[cfg(test)]
mod tests {
    use array_core::default_rng;

    use super::*;
    use crate::Tape;

    #[test]
    fn a_fraction_p_is_left_out_and_the_mean_stays() {
        let tape = Tape::<f32>::training(default_rng(0));
        let y = tape.constant(Array::ones([100_000])).dropout(0.2).value();
        assert!(y.iter().all(|&y| y == 0.0 || y == 1.25));
        // Six standard deviations of the mean, 0.5/√100000.
        assert!((y.mean() - 1.0).abs() < 0.01, "{}", y.mean());
    }

    #[test]
    fn both_precisions_leave_out_the_same() {
        let kept = |y: Array<bool>| y.to_vec();
        let (single, double) = (Tape::<f32>::training(default_rng(3)), Tape::<f64>::training(default_rng(3)));
        let a = single.constant(Array::ones([50])).dropout(0.5).value();
        let b = double.constant(Array::ones([50])).dropout(0.5).value();
        assert_eq!(kept(a.greater(0.0)), kept(b.greater(0.0)));
    }

    #[test]
    fn inference_leaves_out_nothing_and_records_nothing() {
        let tape = Tape::<f32>::inference();
        let x = tape.constant(Array::ones([5]));
        assert!(x.dropout(0.9).value().shares_buffer_with(&x.value()));
    }
}
