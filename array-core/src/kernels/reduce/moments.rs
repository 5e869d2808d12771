//! Variances in one pass over memory.

use super::{FEW_LANES, Fold, LANES, ROUNDS, fold_lanes, fold_rows};
use crate::element::{Element, Field, Num};
use crate::order::Ordered;

/// The mean of some elements and their squared distances from it.
///
/// The mean is kept in two parts, so that the difference of two means, which is small where the means are
/// large, is not lost to rounding.
#[derive(Clone, Copy)]
pub struct Moments<W: Element> {
    /// How many elements.
    pub count: usize,
    /// The mean, rounded.
    shift: W,
    /// What the mean is more than that.
    rest: W,
    /// Σ |x − mean|²
    pub squares: W::Magnitude,
}

/// `x / n`, and 0 for no elements.
#[inline(always)]
fn divide<W: Field>(x: W, n: usize) -> W {
    if n == 0 { W::ZERO } else { W::mean_of(x.to_wide(), n) }
}

#[inline(always)]
fn magnitude<W: Field>(x: f64) -> W::Magnitude {
    W::Magnitude::from_f64(x)
}

impl<W: Field> Moments<W> {
    const NONE: Self =
        Moments { count: 0, shift: W::ZERO, rest: W::ZERO, squares: <W::Magnitude as Num>::ZERO };

    /// From the sums of x − shift and |x − shift|²: Σ|x − mean|² = Σ|x − shift|² − n·|mean − shift|².
    #[inline(always)]
    fn about(shift: W, count: usize, deviations: W, squares: W::Magnitude) -> Self {
        let rest = divide(deviations, count);
        let excess = rest.abs_squared().mul(magnitude::<W>(count as f64));
        Moments { count, shift, rest, squares: squares.sub(excess).maximum(Num::ZERO) }
    }

    /// Chan, Golub and LeVeque's update: with δ the difference of the means,
    /// Σ|x − mean|² = Σ_a + Σ_b + |δ|²·n_a·n_b/n.
    #[inline(always)]
    fn join(self, other: Self) -> Self {
        if self.count == 0 {
            return other;
        }
        if other.count == 0 {
            return self;
        }
        let count = self.count + other.count;
        let share = other.count as f64 / count as f64;
        let delta = other.shift.sub(self.shift).add(other.rest.sub(self.rest));
        let between = delta.abs_squared().mul(magnitude::<W>(self.count as f64 * share));
        Moments {
            count,
            shift: self.shift,
            rest: self.rest.add(delta.mul(W::from_f64(share))),
            squares: self.squares.add(other.squares).add(between),
        }
    }
}

/// Folds into [`Moments`]: per leaf, the mean first and the distances from it second. Passes over NaNs if told to.
#[derive(Clone, Copy)]
pub struct FoldMoments<const SKIP_NAN: bool>;

impl<const SKIP_NAN: bool> FoldMoments<SKIP_NAN> {
    /// `acc` with `x` taken in, unless it is passed over.
    #[inline(always)]
    fn absorb<T: Element, A>(x: T, acc: A, take_in: impl Fn(A, T::Wide) -> A) -> A {
        if SKIP_NAN && x.is_nan() { acc } else { take_in(acc, x.to_wide()) }
    }
}

// SAFETY: elements are asked for by `fold_lanes` and `fold_rows` only, which keep to the bounds they are given.
unsafe impl<T: Element, const SKIP_NAN: bool> Fold<T> for FoldMoments<SKIP_NAN> {
    type Acc = Moments<T::Wide>;

    /// Few enough for the nearest cache to keep them for the passes after the first.
    const LEAF: usize = LANES * ROUNDS;

    #[inline(always)]
    fn neutral(self) -> Self::Acc {
        Moments::NONE
    }

    #[inline(always)]
    fn lift(self, x: T) -> Self::Acc {
        self.leaf::<FEW_LANES, 1>(
            1,
            #[inline(always)]
            |_| x,
            |_| (),
        )
    }

    #[inline(always)]
    fn combine(self, a: Self::Acc, b: Self::Acc) -> Self::Acc {
        a.join(b)
    }

    #[inline(always)]
    fn leaf<const L: usize, const STEP: usize>(
        self,
        n: usize,
        get: impl Fn(usize) -> T + Copy,
        ahead: impl Fn(usize),
    ) -> Self::Acc {
        type Magnitude<T> = <<T as Element>::Wide as Element>::Magnitude;
        let count = if SKIP_NAN {
            fold_lanes::<_, L, STEP>(
                n,
                0,
                |_| (),
                |acc, i| Self::absorb(get(i), acc, |acc, _| acc + 1),
                |a, b| a + b,
            )
        } else {
            n
        };
        let sum = fold_lanes::<_, L, STEP>(
            n,
            T::Wide::ZERO,
            ahead,
            #[inline(always)]
            |acc, i| Self::absorb(get(i), acc, T::Wide::add),
            T::Wide::add,
        );
        let shift = divide(sum, count);
        let deviations = fold_lanes::<_, L, STEP>(
            n,
            T::Wide::ZERO,
            |_| (),
            #[inline(always)]
            |acc, i| Self::absorb(get(i), acc, |acc, x| acc.add(x.sub(shift))),
            T::Wide::add,
        );
        let squares = fold_lanes::<_, L, STEP>(
            n,
            Magnitude::<T>::ZERO,
            |_| (),
            #[inline(always)]
            |acc, i| Self::absorb(get(i), acc, |acc, x| acc.add(x.sub(shift).abs_squared())),
            Num::add,
        );
        Moments::about(shift, count, deviations, squares)
    }

    #[inline(always)]
    fn leaves(self, accs: &mut [Self::Acc], rows: usize, get: impl Fn(usize, usize) -> T + Copy) {
        let width = accs.len();
        let mut counts = [if SKIP_NAN { 0 } else { rows }; LANES];
        if SKIP_NAN {
            fold_rows(
                &mut counts[..width],
                rows,
                0,
                #[inline(always)]
                |acc, i, j| Self::absorb(get(i, j), acc, |acc, _| acc + 1),
            );
        }
        let mut shifts = [T::Wide::ZERO; LANES];
        fold_rows(
            &mut shifts[..width],
            rows,
            T::Wide::ZERO,
            #[inline(always)]
            |acc, i, j| Self::absorb(get(i, j), acc, T::Wide::add),
        );
        for (shift, &count) in shifts.iter_mut().zip(&counts) {
            *shift = divide(*shift, count);
        }
        let mut deviations = [T::Wide::ZERO; LANES];
        fold_rows(
            &mut deviations[..width],
            rows,
            T::Wide::ZERO,
            #[inline(always)]
            |acc, i, j| Self::absorb(get(i, j), acc, |acc, x| acc.add(x.sub(shifts[j]))),
        );
        let mut squares = [Num::ZERO; LANES];
        fold_rows(
            &mut squares[..width],
            rows,
            Num::ZERO,
            #[inline(always)]
            |acc, i, j| Self::absorb(get(i, j), acc, |acc, x| Num::add(acc, x.sub(shifts[j]).abs_squared())),
        );
        for (j, acc) in accs.iter_mut().enumerate() {
            *acc = Moments::about(shifts[j], counts[j], deviations[j], squares[j]);
        }
    }
}
